/** What the commands on holds share: flags, the numbers of holds, and who sits at the terminal. */
import { type Command, InvalidArgumentError } from "commander";
import { withConfig, withJson } from "../../flags.ts";
import { terminal } from "../../terminal.ts";

export type HoldFlags = { config: string; connection?: string; json: boolean };

export function withHoldFlags(command: Command): Command {
  return withJson(withConfig(command)).option("--connection <name>", "only this connection");
}

export const storeOptions = ({ config }: Pick<HoldFlags, "config">) => ({
  configFile: config,
  log: terminal.isDebug ? terminal.note : () => undefined,
});

export function readHold(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError(
    `"${text}" is no hold; holds are numbers such as 12, and \`ml-connector holds list --all\` shows them.`,
  );
}
