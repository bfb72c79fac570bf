/**
 * A person's word on edits: `re-assert`: the next run writes them as SAP has them; `accept`: they stay as they are in Procore until SAP changes the
 * record, and the difference stands in the proof. All or none, with their lines in the audit trail, in one transaction. Nothing is written to
 * Procore here.
 */
import { sql, type Transaction } from "kysely";
import { Fault } from "../../core/index.ts";
import { appendAudit, type Database, type Store } from "../../store/index.ts";
import { isInvoiced } from "./invoiced.ts";
import { changeOrderSumField } from "./keep-edits.ts";
import { reassert } from "./reassert.ts";

export type EditDecisionAsk = {
  tenant: string;
  edits: readonly string[];
  decision: "re-assert" | "accept";
  /** `user:jane` */
  actor: string;
  note: string;
  atMs: number;
};

type Tx = Transaction<Database>;

type Row = {
  connection: string;
  kind: string;
  record_origin_id: string;
  origin_id: string;
  aspect: string;
  field: string;
  found: string;
  state: string;
};

function refuse(edit: string, detail: string): Fault {
  return new Fault("edit.decision-refused", { place: `edit ${edit}`, detail });
}

function check(edit: string, decision: EditDecisionAsk["decision"], row: Row | undefined): Row {
  if (!row) throw refuse(edit, "there is no such edit");
  if (row.state !== "open" && !(row.state === "accepted" && decision === "re-assert"))
    throw refuse(edit, `it is ${row.state} already`);
  if (decision === "accept") return row;
  if (row.field === "record") throw refuse(edit, "a record that is gone would be created twice; restore it in Procore");
  if (row.field === changeOrderSumField)
    throw refuse(edit, "a change order of a person's is theirs: void it in Procore, or accept it");
  // Rulings 17 and 22.
  if (row.kind === "requisitions" || row.kind === "direct-costs")
    throw refuse(edit, "what is posted is never rewritten; put it right in Procore");
  return row;
}

async function decideOne(tx: Tx, { tenant, decision, actor, note, atMs }: EditDecisionAsk, edit: string): Promise<void> {
  const { rows } =
    await sql<Row>`select connection, kind, record_origin_id, origin_id, aspect, field, found, state from procore_edit
    where tenant = ${tenant} and edit = ${edit} for update`.execute(tx);
  const row = check(edit, decision, rows[0]);
  const contract = { tenant, connection: row.connection, contract: row.record_origin_id };
  if (decision === "re-assert" && row.kind === "contracts" && (await isInvoiced(tx, contract)))
    throw refuse(edit, "its contract has been invoiced and is not written again; put it right in Procore, or accept it");
  const state = decision === "accept" ? "accepted" : "re-asserted";
  await sql`update procore_edit set state = ${state}, decided_by = ${actor}, decided_at = ${new Date(atMs)} where tenant = ${tenant}
    and edit = ${edit}`.execute(tx);
  if (decision === "re-assert") {
    const { origin_id: originId, record_origin_id: recordOriginId, aspect, field, found } = row;
    await reassert(tx, { tenant, connection: row.connection }, { originId, recordOriginId, aspect, field, found });
  }
  const detail = { connection: row.connection, edit, field: row.field, decision, note };
  await appendAudit(tx, { tenant, atMs, actor, action: "procore.edit-decided", subject: row.origin_id, detail });
}

export async function decideEdits(store: Store, ask: EditDecisionAsk): Promise<void> {
  await store.transact({ tenant: ask.tenant }, async (tx) => {
    for (const edit of new Set(ask.edits)) await decideOne(tx, ask, edit);
  });
}
