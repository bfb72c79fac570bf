/** `ml-connector holds`: what waits for somebody and why, one in full, and what a person may do about it. */
import { Command } from "commander";
import { listCommand } from "./holds/list.ts";
import { replayCommand } from "./holds/replay.ts";
import { showCommand } from "./holds/show.ts";
import { assignCommand, ignoreCommand, unignoreCommand } from "./holds/words.ts";

export function holdsCommand(): Command {
  return new Command("holds")
    .description("what waits for somebody, why, and what to do about it")
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(replayCommand())
    .addCommand(assignCommand())
    .addCommand(ignoreCommand())
    .addCommand(unignoreCommand());
}
