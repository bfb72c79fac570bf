/**
 * Binds each line's reference number to the one part that posts it (ruling 3). A number that another source key has already would let two postings
 * pass for one, so it stops the run by name; the primary key stands behind that, whatever the code believes.
 */
import { sql, type Transaction } from "kysely";
import { Fault } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";

export type LineReference = {
  reference: string;
  source_key: string;
  posting_version: number;
  group_id: string;
  part: number;
};

/** Within the lines and against what is bound. */
async function refuseCollisions(tx: Transaction<Database>, context: RunContext, rows: string): Promise<void> {
  const { rows: found } = await sql<{ reference: string; one: string; other: string }>`
    with given as (select * from jsonb_to_recordset(${rows}::jsonb) as x(reference text, source_key text))
    select reference, min(source_key) as one, max(source_key) as other from (
      select reference, source_key from given
      union select r.reference, r.source_key from reference_number r join given using (reference) where r.tenant = ${context.tenant}
    ) as bound group by reference having count(*) > 1 order by reference limit 1`.execute(tx);
  const [first] = found;
  if (first) throw new Fault("ledger.reference-collision", { place: first.reference, detail: `${first.one} and ${first.other}` });
}

export async function bindReferences(
  tx: Transaction<Database>,
  context: RunContext,
  lines: readonly LineReference[],
): Promise<void> {
  const rows = JSON.stringify(
    lines.map(({ reference, source_key, posting_version, group_id, part }) => ({
      reference,
      source_key,
      posting_version,
      group_id,
      part,
    })),
  );
  const { numAffectedRows = 0n } = await sql`
    insert into reference_number (tenant, reference, connection, source_key, posting_version, group_id, part)
    select ${context.tenant}, reference, ${context.connection.name}, source_key, posting_version, group_id, part
    from jsonb_to_recordset(${rows}::jsonb) as x(reference text, source_key text, posting_version integer, group_id text, part integer)
    on conflict (tenant, reference) do nothing`.execute(tx);
  if (numAffectedRows === BigInt(lines.length)) return;
  // Only now: looking before each binding took longer than all the rest of a plan.
  await refuseCollisions(tx, context, rows);
  throw new Error("Assertion failed: a line whose reference number is bound was planned again");
}
