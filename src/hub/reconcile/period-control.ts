/**
 * Which of SAP's totals a period is compared with: the latest that were read, or those of its close (ruling 28), which stand still while late lines
 * come. Closing a period is a person's word; it copies what was read last and is in the audit trail.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import { Fault } from "../../core/index.ts";
import { appendAudit, type Database } from "../../store/index.ts";

type Tx = Transaction<Database>;
export type PeriodKey = { year: number; period: number };
export type PeriodScope = { tenant: string; connection: string } & PeriodKey;

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
};

type Head = { run: bigint; day: string; read_at: Date; closed_at: Date | null };

async function readSources(tx: Tx, { tenant, connection }: PeriodScope): Promise<string[]> {
  const { rows } = await sql<{
    source: string;
  }>`select source from control_read where tenant = ${tenant} and connection = ${connection}
    order by source`.execute(tx);
  return rows.map(({ source }) => source);
}

async function readHalfRead(tx: Tx, { tenant, connection }: PeriodScope, { run }: Head): Promise<bigint | undefined> {
  const { rows } = await sql<{ run: bigint }>`select max(changed_run) as run from control_total where tenant = ${tenant}
    and connection = ${connection} and changed_run > ${run} having count(*) > 0`.execute(tx);
  return rows[0]?.run;
}

export async function readPeriodControl(tx: Tx, scope: PeriodScope): Promise<PeriodControl> {
  const { tenant, connection, year, period } = scope;
  const { rows: closes } = await sql<Head>`select run, day, read_at, closed_at from period_close where tenant = ${tenant}
    and connection = ${connection} and fiscal_year = ${year} and period = ${period}`.execute(tx);
  const { rows: reads } = await sql<Head>`select run, day, read_at, null::timestamptz as closed_at from control_read
    where tenant = ${tenant} and connection = ${connection} order by run desc limit 1`.execute(tx);
  const head = closes[0] ?? reads[0];
  const sources = await readSources(tx, scope);
  if (!head) return { run: 0n, day: "", readAt: undefined, closedAt: undefined, sources, halfReadBy: undefined };
  const closedAt = head.closed_at ?? undefined;
  const halfReadBy = closedAt ? undefined : await readHalfRead(tx, scope, head);
  return { run: head.run, day: head.day, readAt: head.read_at, closedAt, sources, halfReadBy };
}

/** Of the order history (EKBE), which knows no period and is never closed: as it was read last. */
export async function readHistoryControl(tx: Tx, scope: { tenant: string; connection: string }): Promise<PeriodControl> {
  const { rows } = await sql<Head>`select run, day, read_at, null::timestamptz as closed_at from control_read
    where tenant = ${scope.tenant} and connection = ${scope.connection} and source = 'EKBE'`.execute(tx);
  const [head] = rows;
  if (!head) return { run: 0n, day: "", readAt: undefined, closedAt: undefined, sources: [], halfReadBy: undefined };
  const halfReadBy = await readHalfRead(tx, { ...scope, year: 0, period: 0 }, head);
  return { run: head.run, day: head.day, readAt: head.read_at, closedAt: undefined, sources: ["EKBE"], halfReadBy };
}

/** Whether a document came after SAP's total: by its day of entry, or, on that very day and where it was read later, perhaps. */
export function lateBy(
  { day, run }: Pick<PeriodControl, "day" | "run">,
  entryDate: RawBuilder<unknown>,
  changedRun: RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (run === 0n) return sql`'no'`;
  return sql`case when ${day} <> '' and ${entryDate} > ${day} then 'surely' when ${entryDate} = ${day} or ${changedRun} > ${run} then 'perhaps'
    else 'no' end`;
}

/** Once: a period that is closed again keeps the totals of its first close. */
export async function closePeriod(tx: Tx, scope: PeriodScope, by: { actor: string; atMs: number }): Promise<PeriodControl> {
  const { tenant, connection, year, period } = scope;
  const control = await readPeriodControl(tx, scope);
  if (control.closedAt) return control;
  if (control.readAt === undefined)
    throw new Fault("reconcile.no-controls", { place: connection, detail: "no control totals of SAP were ever read" });
  if (control.halfReadBy !== undefined)
    throw new Fault("reconcile.controls-unfinished", {
      place: connection,
      detail: `run ${control.halfReadBy} has read a part of them`,
    });
  const at = new Date(by.atMs);
  await sql`insert into period_close (tenant, connection, fiscal_year, period, run, day, read_at, closed_at, closed_by)
    values (${tenant}, ${connection}, ${year}, ${period}, ${control.run}, ${control.day}, ${control.readAt}, ${at}, ${by.actor})`.execute(
    tx,
  );
  await sql`insert into control_snapshot (tenant, connection, source, key, company_code, controlling_area, object_kind, object, account,
      transaction, fiscal_year, period, currency, amount_minor)
    select tenant, connection, source, key, company_code, controlling_area, object_kind, object, account, transaction, fiscal_year, period,
      currency, amount_minor from control_total where tenant = ${tenant} and connection = ${connection} and fiscal_year = ${year}
      and period = ${period}`.execute(tx);
  const subject = `${year}.${String(period).padStart(3, "0")}`;
  const { actor, atMs } = by;
  await appendAudit(tx, {
    tenant,
    atMs,
    actor,
    action: "period.closed",
    subject,
    detail: { connection, run: String(control.run), day: control.day },
  });
  return { ...control, closedAt: at };
}
