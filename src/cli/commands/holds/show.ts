/** `ml-connector holds show`: one hold in full. Reads only. Exit code 2 where there is no hold of that number. */
import { Command } from "commander";
import { showHold } from "../../../hub/index.ts";
import { UsageError } from "../../exit-codes.ts";
import { systemClock } from "../../platform/index.ts";
import { goneLines, holdLines } from "../../report/hold-text.ts";
import { terminal } from "../../terminal.ts";
import { lookAtStore } from "../../wiring/store-only.ts";
import { type HoldFlags, readHold, storeOptions, withHoldFlags } from "./common.ts";

async function show(hold: bigint, flags: HoldFlags): Promise<void> {
  const nowMs = systemClock.now();
  const answer = await lookAtStore(storeOptions(flags), ({ config, store }) =>
    showHold(store, { tenant: config.tenant, hold, atMs: nowMs }),
  );
  if (!answer) throw new UsageError(`There is no hold ${hold}; \`ml-connector holds list --all\` shows those that there are.`);
  const look = { nowMs, width: terminal.width };
  if (flags.json) terminal.json({ kind: answer.kind, ...answer.hold });
  else
    terminal.printAll(answer.kind === "open" ? holdLines(answer.hold, terminal.paint, look) : goneLines(answer.hold, look.width));
}

export function showCommand(): Command {
  return withHoldFlags(new Command("show").description("one hold in full: what was sent and answered, and what to press"))
    .argument("<hold>", "number of the hold", readHold)
    .action(show);
}
