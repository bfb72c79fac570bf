/**
 * SAP's own totals into their table (ruling 31). A slice that was read replaces what it brought before; a slice that the agent found unchanged is
 * not uploaded, and stays. They are in no first law and in no plan: only reconciliation looks at them.
 */
import { sql, type Transaction } from "kysely";
import { type ControlTotalRecord, Fault, parseMoney, type UploadedRecord } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";

type Scope = { tenant: string; connection: string; run: bigint; label: string };

function minorOf(text: string, { key, currency }: ControlTotalRecord): string {
  const money = parseMoney(text, currency);
  if (money.ok && currency !== "") return money.value.minor.toString();
  // One that is left out would make the control short in silence.
  throw new Fault("agent.record-invalid", { place: key, detail: `"${text}" is no amount in "${currency}"` });
}

function rowsOf(record: UploadedRecord) {
  if (record.kind !== "control-total")
    throw new Fault("agent.record-invalid", {
      place: record.key,
      detail: `a ${record.kind} came with a slice of control totals`,
    });
  const { source, key, companyCode, controllingArea, costObject, account, transaction, fiscalYear, currency } = record;
  // EKBE knows days only: its sum stands in period 0.
  const periods = source === "EKBE" ? [{ period: 0, amount: record.total }] : record.periods;
  return periods.map(({ period, amount }) => ({
    source,
    key,
    company_code: companyCode,
    controlling_area: controllingArea,
    object_kind: costObject?.kind ?? null,
    object: costObject?.key ?? record.object,
    account,
    transaction,
    fiscal_year: fiscalYear,
    period,
    currency,
    amount_minor: minorOf(amount, record),
  }));
}

export async function landControlTotals(
  tx: Transaction<Database>,
  scope: Scope,
  records: readonly UploadedRecord[],
): Promise<void> {
  const rows = records.flatMap(rowsOf);
  const { tenant, connection, run, label } = scope;
  await sql`delete from control_total where tenant = ${tenant} and connection = ${connection} and label = ${label}`.execute(tx);
  await sql`
    insert into control_total (tenant, connection, source, key, company_code, controlling_area, object_kind, object, account, transaction,
      fiscal_year, period, currency, amount_minor, label, changed_run)
    select ${tenant}, ${connection}, x.*, ${label}, ${run} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(source text, key text,
      company_code text, controlling_area text, object_kind text, object text, account text, transaction text, fiscal_year smallint,
      period smallint, currency text, amount_minor bigint)
    on conflict (tenant, connection, source, key, period) do update
      set company_code = excluded.company_code, controlling_area = excluded.controlling_area, object_kind = excluded.object_kind,
        object = excluded.object, account = excluded.account, transaction = excluded.transaction, fiscal_year = excluded.fiscal_year,
        currency = excluded.currency, amount_minor = excluded.amount_minor, label = excluded.label, changed_run = excluded.changed_run`.execute(
    tx,
  );
}

/** When every slice was read: rows of slices that are no more are gone in SAP, and what was read when is noted. */
export async function closeControlTotals(
  tx: Transaction<Database>,
  { tenant, connection, run, now }: Omit<Scope, "label"> & { now: Date },
): Promise<void> {
  await sql`delete from control_total c where c.tenant = ${tenant} and c.connection = ${connection} and not exists (
    select from task t where t.tenant = c.tenant and t.run = ${run} and t.flow = 'control-totals' and t.kind = 'objects'
      and t.state = 'complete' and t.label = c.label)`.execute(tx);
  const day = sql`coalesce((select slice ->> 'watermark' from task where tenant = ${tenant} and run = ${run} and flow = 'control-totals'
    and kind = 'open' and state = 'complete' order by task desc limit 1), '')`;
  await sql`delete from control_read where tenant = ${tenant} and connection = ${connection}`.execute(tx);
  await sql`insert into control_read (tenant, connection, source, run, day, read_at, rows)
    select ${tenant}, ${connection}, source, ${run}, ${day}, ${now}, count(distinct key)::int from control_total
    where tenant = ${tenant} and connection = ${connection} group by source`.execute(tx);
}
