/**
 * After each reading of reference data: what T001B says of each company code's periods now, kept with when it changed and by which run. A company code that
 * cannot be judged keeps the states it had, and says why. Without posting periods among the reference data there is nothing to judge.
 */
import { sql, type Transaction } from "kysely";
import {
  type CompanyCalendar,
  calendarRowsOf,
  companyCalendarsOf,
  compilePostingPeriods,
  compileVariant,
  Fault,
  type FiscalPeriod,
  formatPeriod,
  type JudgedPeriod,
  judgePeriods,
  type PostingState,
  postingPeriodRowsOf,
  type ReferenceRecord,
  type SapDate,
  sapDateOf,
} from "../../core/index.ts";
import { appendAudit, type Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";
import { readReference } from "../reference/read-reference.ts";

type Tx = Transaction<Database>;
type Kept = { states: Map<string, JudgedPeriod[]>; posted: Map<string, FiscalPeriod[]> };
type PeriodRow = { company_code: string; fiscal_year: number; period: number };

const scopeOf = ({ tenant, connection }: RunContext) => sql`tenant = ${tenant} and connection = ${connection.name}`;

/** Those whose costs are read: an agent binds each to its source, and documents name it. */
async function readPosted(tx: Tx, context: RunContext): Promise<Map<string, FiscalPeriod[]>> {
  const { rows } =
    await sql<PeriodRow>`select distinct company_code, fiscal_year, period from cost_document where ${scopeOf(context)}
    and period > 0`.execute(tx);
  const { rows: bound } = await sql<{
    company_code: string;
  }>`select company_code from cost_source where ${scopeOf(context)}`.execute(tx);
  const posted = new Map<string, FiscalPeriod[]>(bound.map(({ company_code }) => [company_code, []]));
  for (const { company_code, fiscal_year: year, period } of rows)
    posted.set(company_code, [...(posted.get(company_code) ?? []), { year, period }]);
  const { companyCodes } = context.connection.settings.costs;
  return new Map([...posted].filter(([companyCode]) => companyCodes.length === 0 || companyCodes.includes(companyCode)));
}

async function readKept(tx: Tx, context: RunContext): Promise<Kept> {
  const { rows } = await sql<
    PeriodRow & { state: PostingState }
  >`select company_code, fiscal_year, period, state from period_state
    where ${scopeOf(context)} order by company_code, fiscal_year, period`.execute(tx);
  const states = new Map<string, JudgedPeriod[]>();
  for (const { company_code, fiscal_year: year, period, state } of rows)
    states.set(company_code, [...(states.get(company_code) ?? []), { year, period, state }]);
  return { states, posted: await readPosted(tx, context) };
}

type Rows = ReturnType<typeof rowsOf>;

function rowsOf(records: readonly ReferenceRecord[]) {
  return { calendars: companyCalendarsOf(records), ...calendarRowsOf(records), posting: postingPeriodRowsOf(records) };
}

function calendarOf(companyCode: string, { calendars, t009, t009b, posting }: Rows) {
  const place = `company code ${companyCode}`;
  const refuse = (detail: string) => new Fault("calendar.invalid", { place, detail });
  const names: CompanyCalendar | undefined = calendars.get(companyCode);
  if (!names) throw refuse("T001 has no row of it among the reference data that was read");
  const row = t009.find(({ PERIV }) => PERIV === names.fiscalYearVariant);
  if (!row) throw refuse(`T009 has no fiscal year variant ${names.fiscalYearVariant} among the reference data that was read`);
  return { variant: compileVariant(row, t009b), posting: compilePostingPeriods(names.postingPeriodVariant, posting) };
}

type Outcome = { readonly states: readonly JudgedPeriod[] } | { readonly problem: string };

function judge(companyCode: string, rows: Rows, { states, posted }: Kept, today: SapDate): Outcome {
  try {
    const periods = posted.get(companyCode) ?? [];
    return {
      states: judgePeriods({ ...calendarOf(companyCode, rows), today, periods, before: states.get(companyCode) ?? [] }),
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { problem: `${error.code}: ${error.place}: ${error.detail}` };
  }
}

async function keepStates(tx: Tx, context: RunContext, companyCode: string, changed: readonly JudgedPeriod[]): Promise<void> {
  const { tenant, run, connection } = context;
  const rows = changed.map(({ year, period, state }) => ({ fiscal_year: year, period, state }));
  await sql`
    insert into period_state (tenant, connection, company_code, fiscal_year, period, state, since, since_run)
    select ${tenant}, ${connection.name}, ${companyCode}, x.fiscal_year, x.period, x.state, ${now(context)}, ${run}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(fiscal_year smallint, period smallint, state text)
    on conflict (tenant, connection, company_code, fiscal_year, period) do update
      set state = excluded.state, since = excluded.since, since_run = excluded.since_run`.execute(tx);
}

async function noteChanges(tx: Tx, context: RunContext, companyCode: string, changed: readonly JudgedPeriod[], kept: Kept) {
  const known = new Map((kept.states.get(companyCode) ?? []).map((each) => [formatPeriod(each), each.state]));
  for (const each of changed) {
    const was = known.get(formatPeriod(each));
    // That it is seen for the first time is no change.
    if (was === undefined) continue;
    await appendAudit(tx, {
      tenant: context.tenant,
      atMs: context.clock.now(),
      actor: "SAP T001B",
      action: `period.${each.state}`,
      subject: `${companyCode} ${formatPeriod(each)}`,
      detail: { connection: context.connection.name, run: String(context.run), was },
    });
  }
}

async function noteLook(tx: Tx, context: RunContext, companyCode: string, problem: string | null): Promise<void> {
  await sql`insert into period_look (tenant, connection, company_code, run, looked_at, problem)
    values (${context.tenant}, ${context.connection.name}, ${companyCode}, ${context.run}, ${now(context)}, ${problem})
    on conflict (tenant, connection, company_code) do update
      set run = excluded.run, looked_at = excluded.looked_at, problem = excluded.problem`.execute(tx);
}

export async function judgeStates(tx: Tx, context: RunContext): Promise<void> {
  const { tenant, connection } = context;
  const kinds = ["company-code", "fiscal-year-variant", "fiscal-period", "posting-period"] as const;
  const rows = rowsOf(await readReference(tx, { tenant, connection: connection.name }, kinds));
  if (rows.posting.length === 0) return;
  const kept = await readKept(tx, context);
  const today = sapDateOf(context.clock.now(), connection.settings.calendar.timeZone);
  for (const companyCode of [...kept.posted.keys()].sort()) {
    const outcome = judge(companyCode, rows, kept, today);
    const problem = "problem" in outcome ? outcome.problem : null;
    await noteLook(tx, context, companyCode, problem);
    if ("problem" in outcome) {
      context.log(`run ${context.run}: periods of ${companyCode}: ${outcome.problem}`);
      continue;
    }
    const known = new Map((kept.states.get(companyCode) ?? []).map((each) => [formatPeriod(each), each.state]));
    const changed = outcome.states.filter((each) => known.get(formatPeriod(each)) !== each.state);
    if (changed.length === 0) continue;
    await keepStates(tx, context, companyCode, changed);
    await noteChanges(tx, context, companyCode, changed, kept);
  }
}
