/**
 * Which of SAP's totals a period is compared with: the latest that were read, or those of its close (ruling 28), which stand still while late lines
 * come. Each company code closes by itself; a close without one is of all that have none of their own. Who closes is a person, or T001B where the
 * connection says so (`hub/periods`); it copies what was read last and is in the audit trail.
 */
import { sql, type Transaction } from "kysely";
import { Fault } from "../../core/index.ts";
import { appendAudit, type Database } from "../../store/index.ts";

type Tx = Transaction<Database>;
export type PeriodKey = { year: number; period: number };
export type PeriodScope = { tenant: string; connection: string } & PeriodKey;

export type PeriodClose = {
  /** Empty: of all that have no close of their own. */
  companyCode: string;
  run: bigint;
  day: string;
  readAt: Date;
  closedAt: Date;
  closedBy: string;
};

/** Of the company codes that have no close of their own. */
export type PeriodControl = {
  /** The run that read them; 0 where none did. */
  run: bigint;
  /** Of the SAP system; empty where it is not known. */
  day: string;
  readAt: Date | undefined;
  closedAt: Date | undefined;
  sources: readonly string[];
  /** The run that has begun to read them anew and did not finish: they are of two days. Of a closed period it does not matter. */
  halfReadBy: bigint | undefined;
  /** Of single company codes. */
  closes: readonly PeriodClose[];
};

type Head = { run: bigint; day: string; read_at: Date };
type CloseRow = Head & { company_code: string; closed_at: Date; closed_by: string };

async function readSources(tx: Tx, { tenant, connection }: PeriodScope): Promise<string[]> {
  const { rows } = await sql<{
    source: string;
  }>`select source from control_read where tenant = ${tenant} and connection = ${connection}
    order by source`.execute(tx);
  return rows.map(({ source }) => source);
}

async function readHalfRead(
  tx: Tx,
  { tenant, connection }: PeriodScope,
  { run }: Head,
  closes: readonly PeriodClose[],
): Promise<bigint | undefined> {
  const closed = closes.map(({ companyCode }) => companyCode);
  const { rows } = await sql<{ run: bigint }>`select max(changed_run) as run from control_total where tenant = ${tenant}
    and connection = ${connection} and changed_run > ${run} and company_code <> all (${closed}::text[]) having count(*) > 0`.execute(
    tx,
  );
  return rows[0]?.run;
}

async function readCloses(tx: Tx, { tenant, connection, year, period }: PeriodScope): Promise<PeriodClose[]> {
  const { rows } =
    await sql<CloseRow>`select company_code, run, day, read_at, closed_at, closed_by from period_close where tenant = ${tenant}
    and connection = ${connection} and fiscal_year = ${year} and period = ${period} order by company_code`.execute(tx);
  return rows.map(({ company_code: companyCode, run, day, read_at: readAt, closed_at: closedAt, closed_by: closedBy }) => ({
    companyCode,
    run,
    day,
    readAt,
    closedAt,
    closedBy,
  }));
}

export async function readPeriodControl(tx: Tx, scope: PeriodScope): Promise<PeriodControl> {
  const { tenant, connection } = scope;
  const found = await readCloses(tx, scope);
  const closes = found.filter(({ companyCode }) => companyCode !== "");
  const sources = await readSources(tx, scope);
  const ofAll = found.find(({ companyCode }) => companyCode === "");
  if (ofAll) {
    const { run, day, readAt, closedAt } = ofAll;
    return { run, day, readAt, closedAt, sources, halfReadBy: undefined, closes };
  }
  const { rows } = await sql<Head>`select run, day, read_at from control_read
    where tenant = ${tenant} and connection = ${connection} order by run desc limit 1`.execute(tx);
  const [head] = rows;
  const open = { closedAt: undefined, sources, closes };
  if (!head) return { run: 0n, day: "", readAt: undefined, halfReadBy: undefined, ...open };
  const halfReadBy = await readHalfRead(tx, scope, head, closes);
  return { run: head.run, day: head.day, readAt: head.read_at, halfReadBy, ...open };
}

/** What was closed already keeps its totals. */
async function snapshot(tx: Tx, { tenant, connection, year, period }: PeriodScope, close: PeriodClose): Promise<void> {
  const { companyCode, run, day, readAt, closedAt, closedBy } = close;
  const scope = sql`tenant = ${tenant} and connection = ${connection} and fiscal_year = ${year} and period = ${period}`;
  await sql`insert into control_snapshot (tenant, connection, source, key, company_code, controlling_area, object_kind, object, account,
      transaction, fiscal_year, period, currency, amount_minor)
    select tenant, connection, source, key, company_code, controlling_area, object_kind, object, account, transaction, fiscal_year, period,
      currency, amount_minor from control_total where ${scope} and (${companyCode} = '' or company_code = ${companyCode})
      and not exists (select from period_close z where z.tenant = control_total.tenant and z.connection = control_total.connection
        and z.fiscal_year = control_total.fiscal_year and z.period = control_total.period and z.company_code = control_total.company_code)`.execute(
    tx,
  );
  await sql`insert into period_close (tenant, connection, fiscal_year, period, company_code, run, day, read_at, closed_at, closed_by)
    values (${tenant}, ${connection}, ${year}, ${period}, ${companyCode}, ${run}, ${day}, ${readAt}, ${closedAt}, ${closedBy})`.execute(
    tx,
  );
}

/** Once: a period that is closed again keeps the totals of its first close. Without a company code: all that are not closed yet. */
export async function closePeriod(
  tx: Tx,
  scope: PeriodScope & { companyCode?: string | undefined },
  by: { actor: string; atMs: number },
): Promise<PeriodClose> {
  const { tenant, connection, year, period, companyCode = "" } = scope;
  const closes = await readCloses(tx, scope);
  const known = closes.find((each) => each.companyCode === companyCode) ?? closes.find((each) => each.companyCode === "");
  if (known) return known;
  const control = await readPeriodControl(tx, scope);
  if (control.readAt === undefined)
    throw new Fault("reconcile.no-controls", { place: connection, detail: "no control totals of SAP were ever read" });
  if (control.halfReadBy !== undefined)
    throw new Fault("reconcile.controls-unfinished", {
      place: connection,
      detail: `run ${control.halfReadBy} has read a part of them`,
    });
  const { run, day, readAt } = control;
  const close = { companyCode, run, day, readAt, closedAt: new Date(by.atMs), closedBy: by.actor };
  await snapshot(tx, scope, close);
  const subject = `${companyCode}${companyCode === "" ? "" : " "}${year}.${String(period).padStart(3, "0")}`;
  const { actor, atMs } = by;
  await appendAudit(tx, {
    tenant,
    atMs,
    actor,
    action: "period.closed",
    subject,
    detail: { connection, run: String(run), day },
  });
  return close;
}
