/** `ml-connector holds`: what waits, for whom and why; with `--code` or `--flow` record by record. Reads only. */
import { Command } from "commander";
import { describeError, type ErrorCode, type Flow, isErrorCode } from "../../core/index.ts";
import { type Hold, type HoldSummary, listHolds, summarizeHolds } from "../../hub/index.ts";
import { type Cell, groupDigits, renderTable } from "../demo/text-table.ts";
import { UsageError } from "../exit-codes.ts";
import { flowOption, wholeNumber, withConfig, withJson } from "../flags.ts";
import { amountText } from "../report/run-text.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { lookAtStore, type StoreOnly } from "../wiring/store-only.ts";

type Flags = { config: string; connection?: string; flow?: readonly Flow[]; code?: string; limit: number; json: boolean };

const holdsMax = 100_000;
const column = (title: string) => ({ title, align: "left" }) as const;

function describe(code: string): { sentence: string; owner: string; next: string } {
  return isErrorCode(code) ? describeError(code) : { sentence: "", owner: "", next: "" };
}

function summaryLines(found: readonly HoldSummary[]): readonly string[] {
  const rows = found.map(({ flow, code, disposition, count, amounts }): Cell[] => [
    flow,
    disposition,
    code,
    groupDigits(count),
    amountText(amounts),
    describe(code).owner,
  ]);
  const columns = [column("flow"), column("is"), column("reason"), { title: "records", align: "right" } as const];
  const codes = [...new Set(found.map(({ code }) => code))].filter((code): code is ErrorCode => isErrorCode(code));
  return [
    ...renderTable([...columns, column("amount"), column("whose")], rows, terminal.paint),
    "",
    ...codes.map((code) => `  ${code}: ${describe(code).sentence} ${describe(code).next}`),
    "",
    "Record by record: ml-connector holds --code <reason>",
  ];
}

function recordLines(found: readonly Hold[], limit: number): readonly string[] {
  const rows = found.map(({ flow, key, code, amount, currency, period, detail }): Cell[] => [
    flow,
    key,
    code,
    amount === "" ? "" : `${groupDigits(amount)} ${currency}`,
    period,
    detail,
  ]);
  const columns = [column("flow"), column("record"), column("reason"), { title: "amount", align: "right" } as const];
  const lines = renderTable([...columns, column("period"), column("detail")], rows, terminal.paint);
  return found.length < limit ? lines : [...lines, `  … and perhaps more: this is the first ${groupDigits(limit)}; see --limit`];
}

async function look({ config, store }: StoreOnly, flags: Flags): Promise<{ summary?: HoldSummary[]; records?: Hold[] }> {
  const { code, flow, limit } = flags;
  const scope = flags.connection === undefined ? {} : { connection: pickConnection(config, flags.connection) };
  const asked = { tenant: config.tenant, ...scope };
  if (code === undefined && flow === undefined) return { summary: await summarizeHolds(store, asked) };
  const query = { ...asked, limit, ...(code === undefined ? {} : { code }) };
  if (flow === undefined) return { records: await listHolds(store, query) };
  const lists: Hold[][] = [];
  for (const one of flow) lists.push(await listHolds(store, { ...query, flow: one }));
  return { records: lists.flat().slice(0, limit) };
}

async function holds(flags: Flags): Promise<void> {
  if (flags.code !== undefined && !isErrorCode(flags.code))
    throw new UsageError(`"${flags.code}" is no reason; \`ml-connector holds\` lists those that there are.`);
  const log = terminal.isDebug ? terminal.note : () => undefined;
  const found = (await lookAtStore({ configFile: flags.config, log }, (opened) => look(opened, flags))) ?? { summary: [] };
  const { summary = [], records = [] } = found;
  if (flags.json) terminal.json(found.summary ?? found.records);
  else if (summary.length + records.length === 0) terminal.print("Nothing is held.");
  else terminal.printAll(found.records ? recordLines(records, flags.limit) : summaryLines(summary));
}

export function holdsCommand(): Command {
  return withJson(withConfig(new Command("holds").description("what waits for somebody, and why")))
    .option("--connection <name>", "only this connection")
    .addOption(flowOption())
    .option("--code <reason>", "record by record, only this reason")
    .option("--limit <n>", "how many records", wholeNumber(1, holdsMax), 50)
    .action(holds);
}
