/** Edits as people read them, the newest first. Reads only; needs no running hub. */
import type { Store } from "../../store/index.ts";

export type EditState = "open" | "accepted" | "re-asserted" | "undone";

export type Edit = {
  edit: string;
  connection: string;
  kind: string;
  record: string;
  /** The record itself, or its line. */
  originId: string;
  projectId: number;
  procoreId: number;
  field: string;
  confirmed: string;
  found: string;
  /** Procore's user id of whoever touched the record last; absent where Procore did not say. */
  userId?: number;
  happenedAt?: string;
  foundAt: string;
  state: EditState;
  decidedBy?: string;
  /** It was to be written again, and could not. */
  why?: string;
};

export type EditQuery = { tenant: string; connection?: string; edit?: string; states?: readonly EditState[]; limit: number };

export async function listEdits(store: Store, { tenant, connection, edit, states, limit }: EditQuery): Promise<Edit[]> {
  const rows = await store.transact({ tenant }, (tx) =>
    tx
      .selectFrom("procore_edit")
      .selectAll()
      .where("tenant", "=", tenant)
      .$if(connection !== undefined, (query) => query.where("connection", "=", connection ?? ""))
      .$if(edit !== undefined, (query) => query.where("edit", "=", BigInt(edit ?? "0")))
      .$if(states !== undefined, (query) => query.where("state", "in", states ?? []))
      .orderBy("edit", "desc")
      .limit(limit)
      .execute(),
  );
  return rows.map((row) => ({
    edit: String(row.edit),
    connection: row.connection,
    kind: row.kind,
    record: row.record_origin_id,
    originId: row.origin_id,
    projectId: Number(row.project_id),
    procoreId: Number(row.procore_id),
    field: row.field,
    confirmed: row.confirmed,
    found: row.found,
    ...(row.user_id === null ? {} : { userId: Number(row.user_id) }),
    ...(row.happened_at ? { happenedAt: row.happened_at.toISOString() } : {}),
    foundAt: row.found_at.toISOString(),
    state: row.state as EditState,
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
    ...(row.why === null ? {} : { why: row.why }),
  }));
}
