/** What the commands on holds share: flags and the numbers of holds. */
import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "../../exit-codes.ts";
import { withConfig, withJson } from "../../flags.ts";
import { systemClock } from "../../platform/index.ts";
import { terminal } from "../../terminal.ts";

export type HoldFlags = { config: string; connection?: string; json: boolean };

export function withHoldFlags(command: Command): Command {
  return withJson(withConfig(command)).option("--connection <name>", "only this connection");
}

export const storeOptions = ({ config }: Pick<HoldFlags, "config">) => ({
  configFile: config,
  log: terminal.debug,
});

export function readHold(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError(
    `"${text}" is no hold; holds are numbers such as 12, and \`ml-connector holds list --all\` shows them.`,
  );
}

/** Several on one command line; a word that is no number is refused. */
export function readHolds(words: readonly string[]): readonly bigint[] {
  return words.map((word) => {
    if (/^\d{1,18}$/.test(word)) return BigInt(word);
    throw new UsageError(`"${word}" is no hold; holds are numbers such as 12. The person stands last: holds assign 12 13 jane.`);
  });
}

/** Midnight UTC of a day to come. */
export function readUntil(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const isDay = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
  if (isDay && ms > systemClock.now()) return ms;
  throw new InvalidArgumentError(isDay ? `${text} is past; name a day to come.` : `"${text}" is no day such as 2026-12-31.`);
}
