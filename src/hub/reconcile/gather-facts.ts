/** The three columns of a period, from the store, in the terms of core's statement. */
import { sql, type Transaction } from "kysely";
import {
  budgetCodeText,
  type CellKey,
  type ControlCell,
  type CostObjectKind,
  type CostSource,
  type CutOverDates,
  divideRounded,
  type LedgerLines,
  type ListedLine,
  type Mapping,
  minorDigits,
  type Place,
  parseFactor,
  parseSapDate,
  type SapClient,
  type SapDate,
  type SentLine,
  type StatementFacts,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { partLineOf } from "./part-line.ts";
import type { PeriodControl, PeriodScope } from "./period-control.ts";
import { readEarlierFacts } from "./read-earlier.ts";
import { fatesOf, type LineFacts, readLineFacts } from "./read-lines.ts";

type Tx = Transaction<Database>;
export type GatherScope = PeriodScope & { client: SapClient; mapping: Mapping; cutOver?: CutOverDates | undefined };

const nowhere: Place = { project: "", costCode: "" };

/** The name that rules use, by Procore's id; of several the first, on both sides. */
async function readProjectNames(tx: Tx, { tenant, connection, year }: PeriodScope): Promise<Map<string, string>> {
  const { rows } = await sql<{ project_id: bigint; name: string | null }>`
    with posting as (
      select group_id, part, project from cost_line where tenant = ${tenant} and connection = ${connection} and fiscal_year = ${year}
      union all
      select group_id, part, project from recoded_member where tenant = ${tenant} and connection = ${connection} and fiscal_year = ${year})
    select p.project_id, min(o.project) as name from cost_part p join posting o using (group_id, part)
    where p.tenant = ${tenant} and p.connection = ${connection} group by p.project_id`.execute(tx);
  return new Map(rows.map((row) => [String(row.project_id), row.name ?? `project ${row.project_id}`]));
}

export async function readCostSources(tx: Tx, { tenant, connection }: PeriodScope): Promise<Map<string, CostSource>> {
  const { rows } = await sql<{ company_code: string; source: CostSource }>`select company_code, source from cost_source
    where tenant = ${tenant} and connection = ${connection}`.execute(tx);
  return new Map(rows.map((row) => [row.company_code, row.source]));
}

/** Those whose totals are in the currency of their lines: COSP and COSS have the company code's columns read (ruling 25). */
async function readCompanyValued(tx: Tx, { tenant, connection }: PeriodScope): Promise<(companyCode: string) => boolean> {
  const { rows } = await sql<{ company_code: string }>`select company_code from cost_source where tenant = ${tenant}
    and connection = ${connection} and valuation <> 'company-code'`.execute(tx);
  const others = new Set(rows.map((row) => row.company_code));
  return (companyCode) => !others.has(companyCode);
}

type TotalRow = {
  source: string;
  company_code: string;
  transaction: string;
  object_kind: string | null;
  object: string;
  account: string;
  currency: string;
  amount_minor: string;
};

/** The totals of the period: of each company code those of its close, where it has one. Special periods keep their own number (ruling 27). */
export async function readTotals(
  tx: Tx,
  scope: PeriodScope,
  control: PeriodControl,
  sources: readonly string[],
): Promise<TotalRow[]> {
  const closed = control.closes.map(({ companyCode }) => companyCode);
  const columns = sql`source, company_code, transaction, object_kind, object, account, currency, amount_minor`;
  const wanted = sql`tenant = ${scope.tenant} and connection = ${scope.connection} and fiscal_year = ${scope.year} and period = ${scope.period}
      and source = any (${[...sources]}::text[])`;
  const isClosed = sql`(${control.closedAt !== undefined} or company_code = any (${closed}::text[]))`;
  const { rows } = await sql<TotalRow>`select source, company_code, transaction, object_kind, object, account, currency,
      sum(amount_minor)::text as amount_minor from (select ${columns} from control_snapshot where ${wanted} and ${isClosed}
        union all select ${columns} from control_total where ${wanted} and not ${isClosed}) as totals
    group by source, company_code, transaction, object_kind, object, account, currency`.execute(tx);
  return rows;
}

/** In which currencies a company code has totals of a source at all: elsewhere nothing can be said. */
export async function readControlled(
  tx: Tx,
  scope: PeriodScope,
  control: PeriodControl,
  sources: readonly string[],
): Promise<Set<string>> {
  // A first reading that did not finish is none.
  if (control.run === 0n) return new Set();
  const { rows } = await sql<{ company_code: string; currency: string }>`select distinct company_code, currency from control_total
    where tenant = ${scope.tenant} and connection = ${scope.connection} and source = any (${[...sources]}::text[])`.execute(tx);
  return new Set(rows.map((row) => `${row.company_code} ${row.currency}`));
}

/** What came from FI is COIN in controlling; a company code whose lines come from controlling is compared with all of it (ruling 20). */
function isOfSource({ source, transaction, company_code }: TotalRow, sources: ReadonlyMap<string, CostSource>): boolean {
  if (sources.get(company_code) === "coep") return true;
  return source === "COSP" && transaction === "COIN";
}

function controlsOf(rows: readonly TotalRow[], sources: ReadonlyMap<string, CostSource>): ControlCell[] {
  return rows
    .filter((row) => isOfSource(row, sources))
    .map((row) => ({
      companyCode: row.company_code,
      currency: row.currency,
      object: `${row.object_kind ?? "other"} ${row.object}`,
      account: row.account,
      amount: BigInt(row.amount_minor),
    }));
}

function createPlacer(mapping: Mapping, lastDay: SapDate) {
  return (companyCode: string, object: string, account: string, day: string): Place => {
    const at = object.indexOf(" ");
    const answer = mapping.resolve({
      companyCode,
      objectKind: object.slice(0, at) as CostObjectKind,
      object: object.slice(at + 1),
      account,
      materialGroup: "",
      date: parseSapDate(day) ?? lastDay,
    });
    if (answer.kind === "no-rule") return nowhere;
    const { target } = answer.rule;
    return { project: target.project, costCode: budgetCodeText(target) };
  };
}

type Names = ReadonlyMap<string, string>;

function placeOfLine(row: LineFacts, names: Names, place: ReturnType<typeof createPlacer>): Place {
  if (row.project_id !== null && row.budget_code !== null)
    return { project: names.get(String(row.project_id)) ?? "", costCode: row.budget_code };
  // What is older than cut-over stands where it was left out.
  if (row.part === null && row.project !== null && row.budget_code !== null)
    return { project: row.project, costCode: row.budget_code };
  return place(row.company_code, `${row.object_kind} ${row.object}`, row.account, row.posting_date);
}

function ledgerOf(rows: readonly LineFacts[], placeOf: (row: LineFacts) => Place): LedgerLines[] {
  return rows.flatMap((row) =>
    fatesOf(row).map(({ fate, amount }, index) => ({
      companyCode: row.company_code,
      currency: row.currency,
      object: `${row.object_kind} ${row.object}`,
      account: row.account,
      amount,
      count: index === 0 ? Number(row.count) : 0,
      place: placeOf(row),
      fate,
      isLate: row.late,
      isReversal: row.is_reversal,
    })),
  );
}

function sentOf(rows: readonly LineFacts[], client: SapClient, placeOf: (row: LineFacts) => Place): SentLine[] {
  const lines = new Map<string, SentLine>();
  for (const row of rows) {
    const originId = partLineOf(row, client);
    if (originId === undefined) continue;
    const known = lines.get(originId);
    lines.set(originId, {
      companyCode: row.company_code,
      currency: row.currency,
      place: placeOf(row),
      originId,
      costOriginId: row.cost_origin_id ?? "",
      amount: (known?.amount ?? 0n) + row.posted_minor,
      isPosted: row.is_confirmed,
    });
  }
  return [...lines.values()];
}

type ListedRow = {
  project_id: bigint;
  cost_origin_id: string;
  line_origin_id: string;
  status: string;
  is_deleted: boolean;
  is_calculated: boolean;
  budget_code: string;
  amount: string;
  currency: string | null;
};

/** More decimals than the currency has are rounded half away from zero: they can be no more than a difference of rounding. */
export function minorOf(text: string, currency: string): bigint {
  const factor = parseFactor(text);
  if (!factor) throw new Error(`Assertion failed: Procore's amount "${text.slice(0, 30)}" was read as decimal text`);
  return divideRounded(factor.numerator * 10n ** BigInt(minorDigits(currency)), factor.denominator);
}

/**
 * Listings that can be believed: credible, and made after the last of our writes to the project was settled. Lines of this period's parts, and those
 * that bear an origin id of ours and belong to no part of any period.
 */
async function readListed(tx: Tx, scope: GatherScope): Promise<{ lines: ListedRow[]; projects: Set<string> }> {
  const { tenant, connection } = scope;
  const { rows: projects } = await sql<{ project_id: bigint }>`select l.project_id from procore_listing l
    where l.tenant = ${tenant} and l.connection = ${connection} and l.problem is null and not exists (select from effect e
      where e.tenant = l.tenant and e.connection = l.connection and e.flow = 'costs' and e.project_id = l.project_id
        and e.settled_at >= l.listed_at)`.execute(tx);
  const ids = projects.map((row) => String(row.project_id));
  const prefix = `${scope.client.systemId}.${scope.client.client}.DC.`;
  const { rows: lines } = await sql<ListedRow>`
    select l.project_id, l.cost_origin_id, l.line_origin_id, l.status, l.is_deleted, l.is_calculated, l.budget_code, l.amount, p.currency
    from procore_cost_line l left join cost_part p on p.tenant = l.tenant and p.connection = l.connection and p.origin_id = l.cost_origin_id
    where l.tenant = ${tenant} and l.connection = ${connection} and l.project_id = any (${ids}::bigint[])
      and starts_with(l.cost_origin_id, ${prefix}) and (p.origin_id is null or ((p.group_key ->> 'fiscalYear')::int = ${scope.year}
        and (p.group_key ->> 'period')::int = ${scope.period}))
    order by l.project_id, l.line_id`.execute(tx);
  return { lines, projects: new Set(ids) };
}

function listedOf({ project_id, ...row }: ListedRow, names: Names): ListedLine {
  return {
    originId: row.line_origin_id,
    costOriginId: row.cost_origin_id,
    place: { project: names.get(String(project_id)) ?? `project ${project_id}`, costCode: row.budget_code },
    amount: minorOf(row.amount, row.currency ?? ""),
    counts: !row.is_deleted && row.status !== "draft",
    isDeleted: row.is_deleted,
    isCalculated: row.is_calculated,
  };
}

const noDay = "00010101" as SapDate;

export async function gatherFacts(tx: Tx, scope: GatherScope, control: PeriodControl): Promise<StatementFacts> {
  const names = await readProjectNames(tx, scope);
  const sources = await readCostSources(tx, scope);
  const totals = await readTotals(tx, scope, control, ["COSP", "COSS"]);
  const controlled = await readControlled(tx, scope, control, ["COSP", "COSS"]);
  const isCompanyValued = await readCompanyValued(tx, scope);
  const rows = [...(await readLineFacts(tx, scope, control)), ...(await readEarlierFacts(tx, scope, control))];
  const listed = await readListed(tx, scope);
  const lastDay =
    rows
      .map((row) => row.posting_date)
      .sort()
      .at(-1) ?? "";
  const place = createPlacer(scope.mapping, parseSapDate(lastDay) ?? parseSapDate(control.day) ?? noDay);
  const placeOfRow = (row: LineFacts) => placeOfLine(row, names, place);
  const idByName = new Map([...names].map(([id, name]) => [name, id]));
  return {
    controls: controlsOf(totals, sources),
    isControlled: (companyCode, currency) => isCompanyValued(companyCode) && controlled.has(`${companyCode} ${currency}`),
    lines: ledgerOf(rows, placeOfRow),
    sent: sentOf(rows, scope.client, placeOfRow),
    listed: listed.lines.map((row) => listedOf(row, names)),
    isListed: (project) => listed.projects.has(idByName.get(project) ?? ""),
    placeOf: ({ companyCode, object, account }: CellKey) => place(companyCode, object, account, ""),
  };
}
