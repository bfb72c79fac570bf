/** What a run did in one flow, in counts and money, kept with the run: what `runs` and the demo print. Amounts are decimal text by currency. */
import { sql, type Transaction } from "kysely";
import { type Flow, formatMoney } from "../../core/index.ts";
import { type Load, leastWrites } from "../../procore/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { documentKey, withDocument } from "../cost-line-sql.ts";
import { stages } from "../plan/stages.ts";

export type Amounts = Record<string, string>;
export type Tally = { count: number; amount: Amounts };

export type FlowSummary = {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Of the updated: companies that stood in Procore before us. */
  adopted?: number;
  /** Budget codes that were created before the flow's own records; absent where none was. */
  budgetCodes?: number;
  held: Record<string, Tally>;
  excluded: Record<string, Tally>;
  rejected: Record<string, Tally>;
  /** What waits for approval; absent where nothing does. */
  awaiting?: Tally;
  /** Cost lines that came after their period was closed (ruling 28), of the parts that this run made; absent where there are none. */
  lateAdjustments?: Tally;
  readAmount: Amounts;
  /** Of all atoms that are in Procore now, in source currency. */
  postedAmount: Amounts;
  /** The fewest write calls that could have done it (procore 9): what is printed beside the calls made. */
  leastCalls: number;
};

type Row = { disposition: string; reason: string | null; currency: string; count: bigint; amount: string };

function addTo(amounts: Amounts, currency: string, minor: string): void {
  if (currency !== "") amounts[currency] = formatMoney({ minor: BigInt(minor), currency });
}

/** All of the connection's atoms of a flow by disposition, whichever run settled them. */
async function tallyAtoms(
  tx: Transaction<Database>,
  context: Pick<RunContext, "tenant" | "connection">,
  flow: Flow,
): Promise<readonly Row[]> {
  const scope = sql`tenant = ${context.tenant} and connection = ${context.connection.name}`;
  if (flow !== "costs") {
    const { rows } =
      await sql<Row>`select disposition::text as disposition, reason, currency, count(*) as count, sum(amount_minor)::text as amount
      from atom where ${scope} and flow = ${flow} group by 1, 2, 3`.execute(tx);
    return rows;
  }
  const { rows } = await sql<Row>`
    select c.disposition::text as disposition, c.reason, d.currency, count(*) as count, sum(c.amount_minor)::text as amount
    from cost_line c ${withDocument}
    where c.tenant = ${context.tenant} and c.connection = ${context.connection.name} and d.rejection is null group by 1, 2, 3
    union all
    select 'excluded', 'cost-document-status', currency, count(*), '0' from cost_document d
    where ${scope} and rejection is null and not exists (select 1 from cost_line c where c.document = d.document and c.fiscal_year = d.fiscal_year) group by 1, 2, 3
    union all
    select case when ignored is null then 'rejected' else 'excluded' end, coalesce(ignored, rejection), currency, count(*),
      sum(balance_minor)::text from cost_document where ${scope} and rejection is not null group by 1, 2, 3`.execute(tx);
  return rows;
}

/** Rows of one reason come from several places; their money is added before it is written as text. */
function amountsOf(rows: readonly Row[]): Amounts {
  const minors = new Map<string, bigint>();
  for (const row of rows) minors.set(row.currency, (minors.get(row.currency) ?? 0n) + BigInt(row.amount));
  const amounts: Amounts = {};
  for (const [currency, minor] of minors) addTo(amounts, currency, minor.toString());
  return amounts;
}

function groupRows(rows: readonly Row[], disposition: string): Record<string, Tally> {
  const byReason = Map.groupBy(
    rows.filter((row) => row.disposition === disposition),
    (row) => row.reason ?? "",
  );
  return Object.fromEntries(
    [...byReason].map(([reason, each]) => {
      const count = each.reduce((total, row) => total + Number(row.count), 0);
      return [reason, { count, amount: amountsOf(each) }];
    }),
  );
}

function awaitingOf(rows: readonly Row[]): { awaiting?: Tally } {
  const { "": awaiting } = groupRows(rows, "awaiting-approval");
  return awaiting === undefined ? {} : { awaiting };
}

async function readLateAdjustments(tx: Transaction<Database>, context: RunContext): Promise<{ lateAdjustments?: Tally }> {
  const { rows } = await sql<{ currency: string; lines: bigint; amount: string }>`
    select currency, sum(members) as lines, sum(amount_minor)::text as amount from cost_part
    where tenant = ${context.tenant} and connection = ${context.connection.name} and run = ${context.run} and is_late
    group by currency order by currency`.execute(tx);
  if (rows.length === 0) return {};
  const amount: Amounts = {};
  for (const row of rows) addTo(amount, row.currency, row.amount);
  return { lateAdjustments: { count: rows.reduce((total, { lines }) => total + Number(lines), 0), amount } };
}

function postedAmounts(rows: readonly Row[]): Amounts {
  return amountsOf(rows.filter((row) => row.disposition === "posted" || row.disposition === "unchanged"));
}

async function readCounts(
  tx: Transaction<Database>,
  context: RunContext,
  flow: Flow,
): Promise<{ read: number; readAmount: Amounts }> {
  const { rows } = await sql<{ currency: string; atoms: bigint; amount: string }>`
    select currency, sum(atoms) as atoms, sum(amount_minor)::text as amount from run_read
    where tenant = ${context.tenant} and run = ${context.run} and flow = ${flow} group by currency order by currency`.execute(tx);
  const readAmount: Amounts = {};
  for (const row of rows) addTo(readAmount, row.currency, row.amount);
  return { read: rows.reduce((total, row) => total + Number(row.atoms), 0), readAmount };
}

type EffectCount = { stage: number; project_id: bigint; container: string; action: string; aspect: string; count: bigint };

async function confirmedEffects(tx: Transaction<Database>, context: RunContext, flow: Flow): Promise<readonly EffectCount[]> {
  const { rows } = await sql<EffectCount>`
    select stage, project_id, container, action, aspect, count(*) as count from effect
    where tenant = ${context.tenant} and run = ${context.run} and flow = ${flow} and state = 'confirmed' group by 1, 2, 3, 4, 5`.execute(
    tx,
  );
  return rows;
}

/** Records, not calls: a contract with its lines counts once as created, and a changed line as an update of its contract's lines. */
function countContent(effects: readonly EffectCount[], action: string): number {
  return effects
    .filter((effect) => effect.aspect === "content" && effect.action === action)
    .reduce((total, effect) => total + Number(effect.count), 0);
}

/** Atoms that this run read again and that needed no write. */
async function countUnchanged(tx: Transaction<Database>, context: RunContext, flow: Flow): Promise<number> {
  const scope = sql`tenant = ${context.tenant} and connection = ${context.connection.name}`;
  const read = sql`(select object_key from run_read where tenant = ${context.tenant} and run = ${context.run} and flow = ${flow})`;
  const { rows } =
    flow === "costs"
      ? await sql<{ count: bigint }>`select count(*) as count from cost_line c ${withDocument}
          where c.tenant = ${context.tenant} and c.connection = ${context.connection.name} and c.disposition = 'posted' and ${documentKey} in ${read}
          and not exists (select 1 from cost_part p where p.tenant = c.tenant and p.connection = c.connection and p.group_id = c.group_id
            and p.part = c.part and p.run = ${context.run})`.execute(tx)
      : await sql<{
          count: bigint;
        }>`select count(*) as count from atom a where ${scope} and flow = ${flow} and disposition in ('posted', 'unchanged')
          and record_key in ${read} and not exists (select 1 from effect e where e.tenant = a.tenant and e.connection = a.connection
            and e.origin_id = a.origin_id and e.run = ${context.run} and e.state = 'confirmed')`.execute(tx);
  return Number(rows[0]?.count ?? 0n);
}

const sumOf = (effects: readonly EffectCount[]) => effects.reduce((total, effect) => total + Number(effect.count), 0);

function loadOf(effects: readonly EffectCount[]): Load {
  const at = (stage: number) => effects.filter((effect) => effect.stage === stage);
  const byProject = (stage: number) => Map.groupBy(at(stage), (effect) => effect.project_id);
  const headers = byProject(stages.contractHeader);
  const approvals = byProject(stages.contractStatus);
  const costs = byProject(stages.directCostHeader);
  const costLines = byProject(stages.directCostLine);
  return {
    vendors: sumOf(at(stages.vendor)),
    projectVendors: sumOf(at(stages.projectVendor)),
    budgetCodes: sumOf(at(stages.budgetCode)),
    contractsByProject: [...headers].map(([id, each]) => ({ contracts: sumOf(each), approved: sumOf(approvals.get(id) ?? []) })),
    contractsInCurrency: sumOf(at(stages.contractInCurrency)),
    changeOrderWrites: sumOf([stages.changeOrderHeader, stages.changeOrderLine, stages.changeOrderStatus].flatMap(at)),
    linesByContract: [...Map.groupBy(at(stages.contractLine), (effect) => effect.container).values()].map(sumOf),
    requisitions: sumOf(at(stages.requisition)),
    directCostsByProject: [...costs].map(([id, each]) => ({ directCosts: sumOf(each), lines: sumOf(costLines.get(id) ?? []) })),
  };
}

export async function summarizeFlow(tx: Transaction<Database>, context: RunContext, flow: Flow): Promise<FlowSummary> {
  const rows = await tallyAtoms(tx, context, flow);
  const effects = await confirmedEffects(tx, context, flow);
  const { read, readAmount } = await readCounts(tx, context, flow);
  const unchanged = await countUnchanged(tx, context, flow);
  const budgetCodes = sumOf(effects.filter(({ stage }) => stage === stages.budgetCode));
  return {
    read,
    created: countContent(effects, "create"),
    updated: countContent(effects, "update"),
    unchanged,
    ...(flow === "vendors" ? { adopted: sumOf(effects.filter((effect) => effect.action === "adopt")) } : {}),
    ...(budgetCodes === 0 ? {} : { budgetCodes }),
    held: groupRows(rows, "held"),
    excluded: groupRows(rows, "excluded"),
    rejected: groupRows(rows, "rejected"),
    ...awaitingOf(rows),
    ...(flow === "costs" ? await readLateAdjustments(tx, context) : {}),
    readAmount,
    postedAmount: postedAmounts(rows),
    leastCalls: leastWrites(loadOf(effects)).total,
  };
}
