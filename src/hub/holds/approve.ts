/**
 * A person's approval of deletions that wait (rulings 33 and 35): it attaches to the hash of what would be done, so that a later invoice, which makes
 * the line fall to something else, is asked about anew. It stands for the sweeps that are missing too. All or none; nothing is written to Procore
 * here, the next run carries it out.
 */
import { sql, type Transaction } from "kysely";
import { Fault, type HoldCode } from "../../core/index.ts";
import { appendAudit, type Database, type Store } from "../../store/index.ts";
import { holdsToldMax } from "./assign.ts";
import { filteredHolds, type HoldFilter } from "./list.ts";

type Tx = Transaction<Database>;

export type ApproveAsk = { filter: HoldFilter; reason: string; actor: string; atMs: number };

const approvable: ReadonlySet<string> = new Set<HoldCode>(["po-deletion-many", "po-deletion-unproved", "sweep-out-of-band"]);

type Row = { hold: bigint | null; connection: string; flow: string; key: string; code: string; hash: string | null };

async function readRows(tx: Tx, filter: HoldFilter): Promise<Row[]> {
  const { rows } = await sql<Row>`select h.hold, h.connection, h.flow, h.key, h.code, d.hash from (${filteredHolds(filter)}) as h
    left join deletion d on d.tenant = h.tenant and d.connection = h.connection and d.flow = h.flow and d.key = h.key
    order by h.flow, h.key`.execute(tx);
  return rows;
}

function whyNot({ flow, code, hash }: Row): string | undefined {
  if (flow === "vendors") return "a vendor is decided with `ml-connector vendors inactivate`, or `keep-active`";
  if (!approvable.has(code)) return `${code} does not wait for an approval`;
  return hash === null ? "it is no deletion that was seen" : undefined;
}

function check(row: Row): void {
  const why = whyNot(row);
  if (why !== undefined) throw new Fault("hold.not-approvable", { place: `hold ${row.hold ?? row.key}`, detail: why });
}

/** Answers how many. */
export async function approveHolds(store: Store, { filter, reason, actor, atMs }: ApproveAsk): Promise<number> {
  const { tenant } = filter;
  return store.transact({ tenant }, async (tx) => {
    const rows = await readRows(tx, filter);
    for (const row of rows) check(row);
    if (rows.length === 0) return 0;
    const named = JSON.stringify(rows.map(({ connection, flow, key, hash }) => ({ connection, flow, key, hash })));
    await sql`update deletion d set approved_hash = x.hash, approved_by = ${actor}, approved_at = ${new Date(atMs)}, note = ${reason}
      from jsonb_to_recordset(${named}::jsonb) as x(connection text, flow text, key text, hash text)
      where d.tenant = ${tenant} and d.connection = x.connection and d.flow = x.flow and d.key = x.key`.execute(tx);
    const holds = rows.map(({ hold, key }) => (hold === null ? key : String(hold)));
    const detail = { reason, count: rows.length, holds: holds.slice(0, holdsToldMax) };
    const subject = holds.length === 1 ? (holds[0] ?? "") : (filter.code ?? "several");
    await appendAudit(tx, { tenant, atMs, actor, action: "hold.approved", subject, detail });
    return rows.length;
  });
}
