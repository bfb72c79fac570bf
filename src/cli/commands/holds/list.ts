/** `ml-connector holds list`: what waits, for whom and why; with a filter record by record, with sums below. Reads only. */
import { Command, InvalidArgumentError, Option } from "commander";
import { type ErrorCode, errorRegistry, type Flow, isErrorCode, type Owner } from "../../../core/index.ts";
import { type Hold, type HoldFilter, type HoldSummary, listHolds, listIgnored, summarizeHolds } from "../../../hub/index.ts";
import { nearestOf } from "../../config/index.ts";
import { UsageError } from "../../exit-codes.ts";
import { flowOption, wholeNumber } from "../../flags.ts";
import { systemClock } from "../../platform/index.ts";
import { csvLines, ignoredLines, recordLines, summaryLines } from "../../report/holds-text.ts";
import { terminal } from "../../terminal.ts";
import { pickConnection } from "../../wiring/connections.ts";
import { lookAtStore, type StoreOnly } from "../../wiring/store-only.ts";
import { type HoldFlags, storeOptions, withHoldFlags } from "./common.ts";

type Flags = HoldFlags & {
  flow?: readonly Flow[];
  code?: ErrorCode;
  owner?: Owner;
  project?: string;
  assigned?: string;
  limit: number;
  all: boolean;
  ignored: boolean;
  csv: boolean;
};

type Found = { records?: Hold[]; summary: HoldSummary[] };

const holdsMax = 1_000_000;
const owners = [...new Set(Object.values(errorRegistry).map(({ owner }) => owner))];

export function readCode(text: string): ErrorCode {
  if (isErrorCode(text)) return text;
  const nearest = nearestOf(text, Object.keys(errorRegistry));
  throw new InvalidArgumentError(
    `"${text}" is no reason; the nearest is "${nearest}". \`ml-connector holds\` lists those that there are.`,
  );
}

function readOwner(text: string): Owner {
  const owner = owners.find((name) => name === text);
  if (owner) return owner;
  throw new InvalidArgumentError(`there is no owner "${text}"; there are ${owners.join(", ")}.`);
}

function hasFilter(flags: Flags): boolean {
  const { flow, code, owner, project, assigned } = flags;
  return [flow, code, owner, project, assigned].some((each) => each !== undefined);
}

function filterOf({ config }: StoreOnly, flags: Flags): HoldFilter {
  const { code, owner, project, assigned } = flags;
  const connection = flags.connection === undefined ? undefined : pickConnection(config, flags.connection);
  return { tenant: config.tenant, connection, code, owner, project, assigned, atMs: systemClock.now() };
}

async function look(opened: StoreOnly, flags: Flags): Promise<Found> {
  const { store } = opened;
  const filter = filterOf(opened, flags);
  const found: Found = { records: [], summary: [] };
  for (const flow of flags.flow ?? [undefined]) {
    found.summary.push(...(await summarizeHolds(store, { ...filter, flow })));
    found.records?.push(...(await listHolds(store, { ...filter, flow, limit: flags.limit })));
  }
  return { summary: found.summary, records: (found.records ?? []).slice(0, flags.limit) };
}

async function summarize(opened: StoreOnly, flags: Flags): Promise<Found> {
  return { summary: await summarizeHolds(opened.store, filterOf(opened, flags)) };
}

function show({ records, summary }: Found, flags: Flags): void {
  const width = terminal.width;
  if (flags.csv) terminal.printAll(csvLines(records ?? []));
  else if (flags.json) terminal.json(records ?? summary);
  else if (!records) terminal.printAll(summaryLines(summary, terminal.paint, width));
  else
    terminal.printAll(recordLines({ records, summary, limit: flags.limit }, terminal.paint, { nowMs: systemClock.now(), width }));
}

async function list(flags: Flags): Promise<void> {
  if (flags.csv && flags.json) throw new UsageError("--csv and --json are two forms of one list; give one of them.");
  if (flags.ignored) return showIgnored(flags);
  const isByRecord = flags.all || flags.csv || hasFilter(flags);
  const found = await lookAtStore(storeOptions(flags), (opened) => (isByRecord ? look(opened, flags) : summarize(opened, flags)));
  show(found ?? { summary: [], ...(isByRecord ? { records: [] } : {}) }, flags);
}

/** What people left out: who, why, until when. */
async function showIgnored(flags: Flags): Promise<void> {
  const found = await lookAtStore(storeOptions(flags), ({ config, store }) => {
    const scope = flags.connection === undefined ? {} : { connection: pickConnection(config, flags.connection) };
    return listIgnored(store, { tenant: config.tenant, ...scope, atMs: systemClock.now() });
  });
  if (flags.json) terminal.json(found ?? []);
  else terminal.printAll(ignoredLines(found ?? [], terminal.paint, terminal.width));
}

export function listCommand(): Command {
  return withHoldFlags(new Command("list").description("what waits for somebody, and why"))
    .addOption(flowOption())
    .option("--code <reason>", "record by record, only this reason", readCode)
    .addOption(new Option("--owner <role>", "only what this role must act on").argParser(readOwner))
    .option("--project <number>", "only this project of Procore's, by its number")
    .option("--assigned <person>", 'only what is given to this person; "" for nobody')
    .option("--all", "record by record, without a filter", false)
    .option("--limit <n>", "how many records", wholeNumber(1, holdsMax), 50)
    .option("--ignored", "instead: what people left out, and why", false)
    .option("--csv", "record by record, as CSV for a spreadsheet", false)
    .action(list);
}
