/**
 * `ml-connector edits`: what people changed in Procore in records that are kept from SAP; `re-assert` and `accept` take a decision down. Nothing is
 * written to Procore here: the next run carries it out.
 */
import { Command, InvalidArgumentError } from "commander";
import { decideEdits, type Edit, type EditState, listEdits } from "../../hub/index.ts";
import { UsageError } from "../exit-codes.ts";
import { readNote, wholeNumber, withConfig, withJson } from "../flags.ts";
import { systemClock } from "../platform/index.ts";
import { type Cell, left, renderTable } from "../report/text-table.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { lookAtStore } from "../wiring/store-only.ts";
import { actor } from "./actor.ts";

type Flags = { config: string; connection?: string; json: boolean };
type ListFlags = Flags & { limit: number; all: boolean };
type DecideFlags = Flags & { note: string };

const editsMax = 100_000;
const standing: readonly EditState[] = ["open", "accepted"];

const storeOptions = ({ config }: Flags) => ({
  configFile: config,
  log: terminal.debug,
});

const who = ({ userId }: Edit) => (userId === undefined ? "unknown" : `user ${userId}`);
const when = ({ happenedAt, foundAt }: Edit) => (happenedAt ?? foundAt).slice(0, 16).replace("T", " ");

function tableOf(edits: readonly Edit[]): readonly string[] {
  if (edits.length === 0) return ["Nobody changed in Procore what is kept from SAP, as far as webhooks told."];
  const rows = edits.map((each): Cell[] => [
    each.edit,
    each.state === "open" && each.why !== undefined ? "open, not writable" : each.state,
    each.originId,
    each.field,
    each.confirmed,
    each.found,
    who(each),
    when(each),
  ]);
  const columns = ["edit", "is", "record", "field", "we wrote", "Procore has", "last touched by", "at"];
  return renderTable(columns.map(left), rows, terminal.paint);
}

async function list(flags: ListFlags): Promise<void> {
  const found = await lookAtStore(storeOptions(flags), ({ config, store }) => {
    const scope = flags.connection === undefined ? {} : { connection: pickConnection(config, flags.connection) };
    return listEdits(store, { tenant: config.tenant, ...scope, ...(flags.all ? {} : { states: standing }), limit: flags.limit });
  });
  if (flags.json) terminal.json(found ?? []);
  else terminal.printAll(tableOf(found ?? []));
}

async function show(edit: string, flags: Flags): Promise<void> {
  const found = await lookAtStore(storeOptions(flags), ({ config, store }) =>
    listEdits(store, { tenant: config.tenant, edit, limit: 1 }),
  );
  const [one] = found ?? [];
  if (!one) throw new UsageError(`There is no edit ${edit}; see ml-connector edits.`);
  if (flags.json) terminal.json(one);
  else terminal.printAll(Object.entries(one).map(([name, value]) => `${name.padEnd(12)} ${value}`));
}

async function decide(edits: readonly string[], decision: "re-assert" | "accept", flags: DecideFlags): Promise<void> {
  const done = await lookAtStore(storeOptions(flags), async ({ config, store }) => {
    await decideEdits(store, {
      tenant: config.tenant,
      edits,
      decision,
      actor: actor(),
      note: flags.note,
      atMs: systemClock.now(),
    });
    return true;
  });
  if (done === undefined) throw new UsageError("Nothing was ever read; run `ml-connector sync` first.");
  if (flags.json) terminal.json({ edits, decision });
  else terminal.print("Noted. The next run carries it out: ml-connector sync");
}

function readEdit(text: string): string {
  if (/^[1-9]\d{0,17}$/.test(text)) return text;
  throw new InvalidArgumentError(`"${text}" is no number of an edit; see ml-connector edits.`);
}
const readEdits = (text: string, before: readonly string[] | undefined) => [...(before ?? []), readEdit(text)];

function decideCommand(decision: "re-assert" | "accept", description: string): Command {
  return withJson(withConfig(new Command(decision).description(description)))
    .argument("<edits...>", "numbers of edits", readEdits)
    .option("--note <text>", "why, for the audit trail", readNote, "")
    .action((edits: readonly string[], flags: DecideFlags) => decide(edits, decision, flags));
}

export function editsCommand(): Command {
  const listing = withJson(withConfig(new Command("list").description("what stands (the default)")))
    .option("--connection <name>", "only this connection")
    .option("--all", "also what was undone or written again", false)
    .option("--limit <n>", "how many", wholeNumber(1, editsMax), 100);
  return new Command("edits")
    .description("what people changed in Procore in records kept from SAP, and deciding")
    .addCommand(listing.action(list), { isDefault: true })
    .addCommand(
      withJson(withConfig(new Command("show").description("one edit, whole")))
        .argument("<edit>", "its number", readEdit)
        .action(show),
    )
    .addCommand(decideCommand("re-assert", "the next run writes the record again as SAP has it"))
    .addCommand(decideCommand("accept", "it stays as it is in Procore until SAP changes the record"));
}
