/** Periods as a person reads them: each company code's states, whether SAP's totals were kept, and what came after that. Reads only. */
import { sql } from "kysely";
import { formatMoney, type PostingState } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";
import { withLines } from "../cost-line-sql.ts";
import { isLate, ofClosedPeriod } from "./late.ts";

export type PeriodView = {
  readonly companyCode: string;
  /** `2026.011`. */
  readonly period: string;
  /** Undefined where T001B was never looked at, and only the snapshot is known. */
  readonly state: PostingState | undefined;
  readonly since: string | undefined;
  readonly sinceRun: string | undefined;
  /** When SAP's totals were kept, and who said so. */
  readonly closed: { readonly at: string; readonly by: string; readonly run: string } | undefined;
  /** Cost lines that came later and that no rule leaves out; amounts by currency. */
  readonly late: { readonly lines: number; readonly posted: number; readonly amounts: Readonly<Record<string, string>> };
};
export type CompanyLook = {
  readonly companyCode: string;
  readonly at: string;
  readonly run: string;
  readonly problem: string | undefined;
};
export type PeriodList = { readonly periods: readonly PeriodView[]; readonly looks: readonly CompanyLook[] };

type Scope = { tenant: string; connection: string };
type Row = {
  company_code: string;
  fiscal_year: number;
  period: number;
  state: PostingState | null;
  since: Date | null;
  since_run: bigint | null;
  closed_at: Date | null;
  closed_by: string | null;
  closed_run: bigint | null;
};
type LateRow = {
  company_code: string;
  fiscal_year: number;
  period: number;
  currency: string;
  lines: bigint;
  posted: bigint;
  amount: string;
};

const periodText = (year: number, period: number) => `${year}.${String(period).padStart(3, "0")}`;
const idOf = ({ company_code, fiscal_year, period }: Pick<Row, "company_code" | "fiscal_year" | "period">) =>
  `${company_code} ${periodText(fiscal_year, period)}`;

/** A close of all company codes is one of each that has costs in the period. */
const rowsOf = ({ tenant, connection }: Scope) => sql<Row>`
  with one as (
    select company_code, fiscal_year, period from period_state where tenant = ${tenant} and connection = ${connection}
    union select company_code, fiscal_year, period from period_close where tenant = ${tenant} and connection = ${connection} and company_code <> ''
    union select d.company_code, z.fiscal_year, z.period from period_close z join cost_document d on d.tenant = z.tenant and d.connection = z.connection
      and d.fiscal_year = z.fiscal_year and d.period = z.period
      where z.tenant = ${tenant} and z.connection = ${connection} and z.company_code = '')
  select one.company_code, one.fiscal_year, one.period, s.state, s.since, s.since_run, z.closed_at, z.closed_by, z.run as closed_run
  from one left join period_state s on s.tenant = ${tenant} and s.connection = ${connection} and s.company_code = one.company_code
    and s.fiscal_year = one.fiscal_year and s.period = one.period
  left join lateral (select p.closed_at, p.closed_by, p.run from period_close p where p.tenant = ${tenant} and p.connection = ${connection}
    and p.fiscal_year = one.fiscal_year and p.period = one.period and p.company_code in ('', one.company_code)
    order by p.company_code desc limit 1) z on true
  order by one.company_code, one.fiscal_year, one.period`;

const lateOf = ({ tenant, connection }: Scope) => sql<LateRow>`
  select d.company_code, d.fiscal_year, d.period, d.currency, count(*) as lines, count(*) filter (where c.disposition in ('posted', 'unchanged')) as posted,
    sum(c.amount_minor)::text as amount
  from cost_document d ${ofClosedPeriod} ${withLines}
  where d.tenant = ${tenant} and d.connection = ${connection} and d.rejection is null and ${isLate} and c.disposition is distinct from 'excluded'
  group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

function viewOf(row: Row, late: readonly LateRow[]): PeriodView {
  const { company_code: companyCode, state, since, since_run, closed_at, closed_by, closed_run } = row;
  const sum = (field: "lines" | "posted") => late.reduce((total, each) => total + Number(each[field]), 0);
  const amounts = late.map(({ currency, amount }) => [currency, formatMoney({ minor: BigInt(amount), currency })]);
  return {
    companyCode,
    period: periodText(row.fiscal_year, row.period),
    state: state ?? undefined,
    since: since?.toISOString(),
    sinceRun: since_run === null ? undefined : String(since_run),
    closed: closed_at === null ? undefined : { at: closed_at.toISOString(), by: closed_by ?? "", run: String(closed_run) },
    late: { lines: sum("lines"), posted: sum("posted"), amounts: Object.fromEntries(amounts) },
  };
}

export async function listPeriods(store: Store, scope: Scope): Promise<PeriodList> {
  return store.transact({ tenant: scope.tenant }, async (tx) => {
    const { rows } = await rowsOf(scope).execute(tx);
    const { rows: lateRows } = await lateOf(scope).execute(tx);
    const late = Map.groupBy(lateRows, idOf);
    const { rows: looks } = await sql<{ company_code: string; run: bigint; looked_at: Date; problem: string | null }>`
      select company_code, run, looked_at, problem from period_look where tenant = ${scope.tenant} and connection = ${scope.connection}
      order by company_code`.execute(tx);
    return {
      periods: rows.map((row) => viewOf(row, late.get(idOf(row)) ?? [])),
      looks: looks.map(({ company_code: companyCode, run, looked_at, problem }) => ({
        companyCode,
        at: looked_at.toISOString(),
        run: String(run),
        problem: problem ?? undefined,
      })),
    };
  });
}
