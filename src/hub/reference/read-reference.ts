/** What the store holds of SAP's reference data. Reads only. */
import { sql, type Transaction } from "kysely";
import type { ReferenceKind, ReferenceRecord } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";

type Scope = { tenant: string; connection: string };
type Row = {
  kind: ReferenceKind;
  key: string;
  valid_from: string;
  valid_to: string;
  text: string;
  long_text: string;
  language: string;
  attributes: Record<string, string>;
};

/** By key; none where the connection does not read reference data, or never did. */
export async function readReference(
  tx: Transaction<Database>,
  { tenant, connection }: Scope,
  kinds: readonly ReferenceKind[],
): Promise<ReferenceRecord[]> {
  const { rows } =
    await sql<Row>`select kind, key, valid_from, valid_to, text, long_text, language, attributes from reference_record
    where tenant = ${tenant} and connection = ${connection} and kind = any (${[...kinds]}::text[]) order by kind, key`.execute(
      tx,
    );
  return rows.map((row) => ({
    kind: "reference",
    of: row.kind,
    key: row.key,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    text: row.text,
    longText: row.long_text,
    language: row.language,
    attributes: row.attributes,
  }));
}

export type ReferenceRead = { readonly kind: ReferenceKind; readonly run: bigint; readonly readAt: Date; readonly rows: number };

export async function readReferenceState(
  tx: Transaction<Database>,
  { tenant, connection }: Scope,
): Promise<readonly ReferenceRead[]> {
  const { rows } = await sql<{ kind: ReferenceKind; run: bigint; read_at: Date; rows: number }>`
    select kind, run, read_at, rows from reference_read where tenant = ${tenant} and connection = ${connection} order by kind`.execute(
    tx,
  );
  return rows.map(({ kind, run, read_at, rows: count }) => ({ kind, run, readAt: read_at, rows: count }));
}
