/** `holds assign`, `ignore` and `unignore`: a person's word about holds. Nothing is sent to Procore here; each word is in the audit trail. */
import { Command, InvalidArgumentError } from "commander";
import type { ErrorCode, Flow } from "../../../core/index.ts";
import { assignHolds, type HoldFilter, ignoreHolds, unignoreHolds } from "../../../hub/index.ts";
import { UsageError } from "../../exit-codes.ts";
import { systemClock } from "../../platform/index.ts";
import { groupDigits } from "../../report/text-table.ts";
import { terminal } from "../../terminal.ts";
import { pickConnection } from "../../wiring/connections.ts";
import { lookAtStore, type StoreOnly } from "../../wiring/store-only.ts";
import { actor } from "../actor.ts";
import { type HoldFlags, readHold, readHolds, readUntil, storeOptions, withHoldFlags } from "./common.ts";
import { readCode } from "./list.ts";

type Choice = { holds: readonly bigint[]; code?: ErrorCode; record?: string; flow?: Flow };
type AssignFlags = HoldFlags & { code?: ErrorCode; note: string };
type IgnoreFlags = HoldFlags & { code?: ErrorCode; reason: string; until?: number };

const textLengthMax = 300;

function readText(text: string): string {
  if (text.trim() !== "" && text.length <= textLengthMax) return text.trim();
  throw new InvalidArgumentError(`give a text of 1 to ${textLengthMax} characters.`);
}

/** Holds by number, or all of a code: one of the two. */
export function filterOf({ config }: StoreOnly, flags: HoldFlags, choice: Choice): HoldFilter {
  const connection = flags.connection === undefined ? undefined : pickConnection(config, flags.connection);
  const holds = choice.holds.length === 0 ? undefined : choice.holds;
  return { tenant: config.tenant, connection, holds, code: choice.code, record: choice.record, atMs: systemClock.now() };
}

export function requireOneChoice(given: readonly boolean[], what: string): void {
  if (given.filter(Boolean).length === 1) return;
  throw new UsageError(`Say which: ${what}, one of them.`);
}

/** What was named must be there: a misspelt number must not look like success. */
function requireAll(done: number | undefined, holds: readonly bigint[]): number {
  if (done === undefined) throw new UsageError("Nothing was ever read; run `ml-connector sync` first.");
  if (done === 0 || (holds.length > 0 && done < holds.length))
    throw new UsageError(
      holds.length === 0
        ? "Nothing is held that fits; `ml-connector holds` lists what is."
        : `Of the holds ${holds.join(", ")} only ${done} are open; \`ml-connector holds show <hold>\` tells what became of one.`,
    );
  return done;
}

async function assign(words: readonly string[], flags: AssignFlags): Promise<void> {
  const person = words.at(-1) ?? "";
  const holds = readHolds(words.slice(0, -1));
  requireOneChoice([holds.length > 0, flags.code !== undefined], "numbers of holds, or --code");
  const done = await lookAtStore(storeOptions(flags), (opened) => {
    const filter = filterOf(opened, flags, { holds, ...(flags.code === undefined ? {} : { code: flags.code }) });
    const given = person === "nobody" ? "" : person;
    return assignHolds(opened.store, { filter, person: given, note: flags.note, actor: actor(), atMs: systemClock.now() });
  });
  const count = requireAll(done, holds);
  if (flags.json) terminal.json({ assigned: count, person });
  else terminal.print(`${groupDigits(count)} ${count === 1 ? "hold is" : "holds are"} assigned to ${person}.`);
}

async function ignore(holds: readonly bigint[], flags: IgnoreFlags): Promise<void> {
  requireOneChoice([holds.length > 0, flags.code !== undefined], "numbers of holds, or --code");
  const done = await lookAtStore(storeOptions(flags), (opened) => {
    const filter = filterOf(opened, flags, { holds, ...(flags.code === undefined ? {} : { code: flags.code }) });
    const atMs = systemClock.now();
    return ignoreHolds(opened.store, { filter, reason: flags.reason, untilMs: flags.until, actor: actor(), atMs });
  });
  const count = requireAll(done, holds);
  if (flags.json) terminal.json({ ignored: count, reason: flags.reason });
  else
    terminal.print(
      `${groupDigits(count)} ${count === 1 ? "hold is" : "holds are"} ignored; the next run counts ${count === 1 ? "it" : "them"} as excluded. Back again: holds unignore.`,
    );
}

async function unignore(holds: readonly bigint[], flags: HoldFlags): Promise<void> {
  const done = await lookAtStore(storeOptions(flags), ({ config, store }) =>
    unignoreHolds(store, { tenant: config.tenant, holds, actor: actor(), atMs: systemClock.now() }),
  );
  if (!done) throw new UsageError("None of these is ignored; `ml-connector holds list --ignored` lists what is.");
  if (flags.json) terminal.json({ unignored: done });
  else terminal.print(`${groupDigits(done)} no longer ignored; the next run decides anew.`);
}

const collect = (text: string, before: readonly bigint[] | undefined) => [...(before ?? []), readHold(text)];

export function assignCommand(): Command {
  return withHoldFlags(new Command("assign").description("give holds to a person"))
    .argument("<hold|person...>", "numbers of holds, then the person; with --code only the person; `nobody` takes it back")
    .option("--code <reason>", "all of this reason", readCode)
    .option("--note <text>", "what the person should know", readText, "")
    .action(assign);
}

export function ignoreCommand(): Command {
  return withHoldFlags(new Command("ignore").description("leave records out, counted as excluded by you, until they change"))
    .argument("[holds...]", "numbers of holds", collect)
    .option("--code <reason>", "all of this reason", readCode)
    .requiredOption("--reason <text>", "why, for the controller and the audit trail", readText)
    .option("--until <date>", "YYYY-MM-DD: they wait again from this day on (UTC)", readUntil)
    .action((holds: readonly bigint[] | undefined, flags: IgnoreFlags) => ignore(holds ?? [], flags));
}

export function unignoreCommand(): Command {
  return withHoldFlags(new Command("unignore").description("take an ignored hold back"))
    .argument("<holds...>", "numbers of holds", collect)
    .action(unignore);
}
