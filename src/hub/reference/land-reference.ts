/**
 * Reference data into its table. A slice that was read replaces what it brought before; a slice that the agent found unchanged is not uploaded, and
 * stays. It is in no law and no plan: mapping proposals, periods and people look things up in it.
 */
import { sql, type Transaction } from "kysely";
import { Fault, type ReferenceRecord, type UploadedRecord } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";

type Scope = { tenant: string; connection: string; run: bigint };

function isReference(record: UploadedRecord): record is ReferenceRecord {
  return record.kind === "reference";
}

export async function landReference(
  tx: Transaction<Database>,
  { tenant, connection, run, label }: Scope & { label: string },
  records: readonly UploadedRecord[],
): Promise<void> {
  const stranger = records.find((record) => !isReference(record));
  if (stranger)
    throw new Fault("agent.record-invalid", {
      place: stranger.key,
      detail: `a ${stranger.kind} came with a slice of reference data`,
    });
  const rows = records.filter(isReference).map(({ of, key, validFrom, validTo, text, longText, language, attributes }) => ({
    kind: of,
    key,
    valid_from: validFrom,
    valid_to: validTo,
    text,
    long_text: longText,
    language,
    attributes,
  }));
  await sql`delete from reference_record where tenant = ${tenant} and connection = ${connection} and label = ${label}`.execute(
    tx,
  );
  await sql`
    insert into reference_record (tenant, connection, kind, key, valid_from, valid_to, text, long_text, language, attributes, label, changed_run)
    select ${tenant}, ${connection}, x.*, ${label}, ${run} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(kind text, key text,
      valid_from text, valid_to text, text text, long_text text, language text, attributes jsonb)
    on conflict (tenant, connection, kind, key) do update
      set valid_from = excluded.valid_from, valid_to = excluded.valid_to, text = excluded.text, long_text = excluded.long_text,
        language = excluded.language, attributes = excluded.attributes, label = excluded.label, changed_run = excluded.changed_run`.execute(
    tx,
  );
}

/**
 * When every slice was read. After a sweep, rows of slices that are no more are gone in SAP; a reading by stamps says nothing of what it did not ask
 * for.
 */
export async function closeReference(
  tx: Transaction<Database>,
  { tenant, connection, run, now }: Scope & { now: Date },
): Promise<void> {
  await sql`delete from reference_record c where c.tenant = ${tenant} and c.connection = ${connection}
    and exists (select from task t where t.tenant = c.tenant and t.run = ${run} and t.flow = 'reference' and t.kind = 'open'
      and t.state = 'complete' and t.slice -> 'reading' ->> 'how' = 'sweep')
    and not exists (select from task t where t.tenant = c.tenant and t.run = ${run} and t.flow = 'reference' and t.kind = 'objects'
      and t.state = 'complete' and t.label = c.label)`.execute(tx);
  await sql`delete from reference_read where tenant = ${tenant} and connection = ${connection}`.execute(tx);
  await sql`insert into reference_read (tenant, connection, kind, run, read_at, rows)
    select ${tenant}, ${connection}, kind, ${run}, ${now}, count(*)::int from reference_record
    where tenant = ${tenant} and connection = ${connection} group by kind`.execute(tx);
}
