/**
 * A person's word on an edit: `re-assert`: the next run writes it as SAP has it; `accept`: it stays as it is in Procore until SAP changes the
 * record, and the difference stands in the proof. With its line in the audit trail, in one transaction. Nothing is written to Procore here.
 */
import { sql } from "kysely";
import { Fault } from "../../core/index.ts";
import { appendAudit, type Store } from "../../store/index.ts";
import { reassert } from "./reassert.ts";

export type EditDecisionAsk = {
  tenant: string;
  edit: string;
  decision: "re-assert" | "accept";
  /** `user:jane` */
  actor: string;
  note: string;
  atMs: number;
};

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

function refuse({ edit }: EditDecisionAsk, detail: string): Fault {
  return new Fault("edit.decision-refused", { place: `edit ${edit}`, detail });
}

function check(ask: EditDecisionAsk, row: Row | undefined): Row {
  if (!row) throw refuse(ask, "there is no such edit");
  if (row.state !== "open" && !(row.state === "accepted" && ask.decision === "re-assert"))
    throw refuse(ask, `it is ${row.state} already`);
  if (ask.decision === "accept") return row;
  if (row.field === "record") throw refuse(ask, "a record that is gone would be created twice; restore it in Procore");
  // Rulings 17 and 22.
  if (row.kind === "requisitions" || row.kind === "direct-costs")
    throw refuse(ask, "what is posted is never rewritten; put it right in Procore");
  return row;
}

export async function decideEdit(store: Store, ask: EditDecisionAsk): Promise<void> {
  const { tenant, edit, decision, actor, note, atMs } = ask;
  await store.transact({ tenant }, async (tx) => {
    const { rows } =
      await sql<Row>`select connection, kind, record_origin_id, origin_id, aspect, field, found, state from procore_edit
      where tenant = ${tenant} and edit = ${edit} for update`.execute(tx);
    const row = check(ask, rows[0]);
    const state = decision === "accept" ? "accepted" : "re-asserted";
    await sql`update procore_edit set state = ${state}, decided_by = ${actor}, decided_at = ${new Date(atMs)} where tenant = ${tenant}
      and edit = ${edit}`.execute(tx);
    if (decision === "re-assert") {
      const { origin_id: originId, record_origin_id: recordOriginId, aspect, field, found } = row;
      await reassert(tx, { tenant, connection: row.connection }, { originId, recordOriginId, aspect, field, found });
    }
    const detail = { connection: row.connection, edit, field: row.field, decision, note };
    await appendAudit(tx, { tenant, atMs, actor, action: "procore.edit-decided", subject: row.origin_id, detail });
  });
}
