/**
 * Atoms of vendors, purchase orders and invoices with what became of them. A record's atoms are replaced as a whole; one that SAP no longer has but
 * Procore does stays, marked gone, and waits for a person.
 */
import { sql, type Transaction } from "kysely";
import type { Disposition, Flow, HoldCode, Money, Target, Waiting } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";

export type AtomRow = {
  key: string;
  recordKey: string;
  amount: Money;
  disposition: Disposition;
  reason?: string;
  recordOriginId?: string;
  originId?: string;
  target?: Target;
  waiting?: Waiting;
  /** Invoices: what of it is billed, in minor units of the project's currency; stands where others keep their target. */
  billed?: { contract: string; line: string; work: string; retainage: string; released?: string };
};

/** SAP no longer has it, Procore does. */
function goneReason(flow: Flow): HoldCode {
  return flow === "invoices" ? "invoice-changed-after-posting" : "po-item-deleted-after-posting";
}

function columnsOf(atom: AtomRow) {
  return {
    key: atom.key,
    record_key: atom.recordKey,
    currency: atom.amount.currency,
    amount_minor: atom.amount.minor.toString(),
    disposition: atom.disposition,
    reason: atom.reason ?? null,
    record_origin_id: atom.recordOriginId ?? null,
    origin_id: atom.originId ?? null,
    target: atom.target ?? atom.billed ?? null,
    waits_for: atom.waiting?.waitsFor ?? null,
    project: atom.waiting?.project ?? null,
    rule: atom.waiting?.rule ?? null,
  };
}

export async function replaceAtoms(
  tx: Transaction<Database>,
  context: RunContext,
  flow: Flow,
  atoms: readonly AtomRow[],
): Promise<void> {
  const rows = JSON.stringify(atoms.map(columnsOf));
  const { tenant, run } = context;
  const connection = context.connection.name;
  const recordKeys = [...new Set(atoms.map((atom) => atom.recordKey))];
  const keys = atoms.map((atom) => atom.key);
  await sql`delete from atom where tenant = ${tenant} and connection = ${connection} and flow = ${flow}
    and record_key = any (${recordKeys}::text[]) and not (key = any (${keys}::text[])) and origin_id is null`.execute(tx);
  await sql`update atom set gone_run = ${run}, disposition = 'held', reason = ${goneReason(flow)}
    where tenant = ${tenant} and connection = ${connection} and flow = ${flow} and gone_run is null
    and record_key = any (${recordKeys}::text[]) and not (key = any (${keys}::text[]))`.execute(tx);
  await sql`
    insert into atom as known (tenant, connection, flow, key, record_key, period, currency, amount_minor, disposition, reason,
      record_origin_id, origin_id, target, waits_for, project, rule)
    select ${tenant}, ${connection}, ${flow}, key, record_key, '', currency, amount_minor, disposition::disposition, reason,
      record_origin_id, origin_id, target, waits_for, project, rule
    from jsonb_to_recordset(${rows}::jsonb) as x(key text, record_key text, currency text, amount_minor bigint, disposition text, reason text,
      record_origin_id text, origin_id text, target jsonb, waits_for text, project text, rule text)
    on conflict (tenant, connection, flow, key) do update
      set currency = excluded.currency, amount_minor = excluded.amount_minor, disposition = excluded.disposition, reason = excluded.reason,
        record_origin_id = coalesce(excluded.record_origin_id, known.record_origin_id),
        origin_id = coalesce(excluded.origin_id, known.origin_id), target = coalesce(excluded.target, known.target), gone_run = null,
        waits_for = excluded.waits_for, project = excluded.project, rule = excluded.rule
      where (known.currency, known.amount_minor, known.disposition, known.reason, known.waits_for, known.project, known.rule, known.gone_run)
          is distinct from (excluded.currency, excluded.amount_minor, excluded.disposition, excluded.reason, excluded.waits_for,
            excluded.project, excluded.rule, null::bigint)
        or known.record_origin_id is distinct from coalesce(excluded.record_origin_id, known.record_origin_id)
        or known.origin_id is distinct from coalesce(excluded.origin_id, known.origin_id)
        or known.target is distinct from coalesce(excluded.target, known.target)`.execute(tx);
}
