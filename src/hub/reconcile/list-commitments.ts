/**
 * Procore's own column of commitments (ruling 31): each project's contracts and requisitions as Procore lists them now, the work of each line. Kept whole or
 * not at all, like the listing of costs. Reads only: two calls and more a project.
 */
import { sql, type Transaction } from "kysely";
import type { Procore } from "../../procore/index.ts";
import type { Database } from "../../store/index.ts";
import { inTenant, now } from "../context.ts";
import { readWhole } from "../prove/read-whole.ts";
import { type ListingOutcome, listEach, listVisible, type NotCredible, type Scope } from "./list-procore.ts";

type Contract = { contract_id: number; origin_id: string; is_deleted: boolean; grand_total: string; change_orders: string };
type Line = {
  requisition_id: number;
  position: number;
  requisition_origin_id: string;
  status: string;
  item_type: string;
  line_item_id: number;
  work: string;
};
/** `rows` are the contracts; a requisition without one there is none of. */
type Read = { kind: "listed"; rows: Contract[]; lines: Line[] } | NotCredible;

async function listCommitments({ purchaseOrderContracts, requisitions }: Procore, projectId: number): Promise<Read> {
  const contracts = await readWhole(purchaseOrderContracts.list({ projectId, deleted: "with" }));
  if ("problem" in contracts) return { kind: "not-credible", problem: contracts.problem };
  const billed = await readWhole(requisitions.list({ projectId, withItems: true }));
  if ("problem" in billed) return { kind: "not-credible", problem: billed.problem };
  const bare = billed.items.find(({ items }) => items === null);
  if (bare) return { kind: "not-credible", problem: `requisition ${bare.id} was listed without its items` };
  const lines = billed.items.flatMap(({ id, originId, status, items }) =>
    (items ?? []).map(
      (item, position): Line => ({
        requisition_id: id,
        position,
        requisition_origin_id: originId ?? "",
        status: status ?? "",
        item_type: item.itemType ?? "",
        line_item_id: item.lineItemId ?? 0,
        work: item.workCompletedThisPeriod ?? "0",
      }),
    ),
  );
  const rows = contracts.items.map(
    ({ id, originId, deletedAt, grandTotal, approvedChangeOrders }): Contract => ({
      contract_id: id,
      origin_id: originId ?? "",
      is_deleted: deletedAt !== null,
      grand_total: grandTotal ?? "0",
      change_orders: approvedChangeOrders ?? "0",
    }),
  );
  return { kind: "listed", rows, lines };
}

async function keep(
  tx: Transaction<Database>,
  { tenant, connection }: Scope,
  projectId: number,
  at: Date,
  read: Read,
): Promise<void> {
  const { rows, lines } = read.kind === "listed" ? read : { rows: [], lines: [] };
  const problem = read.kind === "listed" ? null : read.problem.slice(0, 500);
  const place = sql`tenant = ${tenant} and connection = ${connection.name} and project_id = ${projectId}`;
  await sql`delete from procore_requisition_line where ${place}`.execute(tx);
  await sql`delete from procore_contract where ${place}`.execute(tx);
  await sql`insert into procore_requisition_line (tenant, connection, project_id, requisition_id, position, requisition_origin_id, status, item_type,
      line_item_id, work)
    select ${tenant}, ${connection.name}, ${projectId}, x.* from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as x(requisition_id bigint,
      position integer, requisition_origin_id text, status text, item_type text, line_item_id bigint, work text)`.execute(tx);
  await sql`insert into procore_contract (tenant, connection, project_id, contract_id, origin_id, is_deleted, grand_total, change_orders)
    select ${tenant}, ${connection.name}, ${projectId}, x.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(contract_id bigint,
      origin_id text, is_deleted boolean, grand_total text, change_orders text)`.execute(tx);
  await sql`insert into commitment_listing (tenant, connection, project_id, listed_at, lines, problem)
    values (${tenant}, ${connection.name}, ${projectId}, ${at}, ${rows.length + lines.length}, ${problem})
    on conflict (tenant, connection, project_id) do update
      set listed_at = excluded.listed_at, lines = excluded.lines, problem = excluded.problem`.execute(tx);
}

/** Projects that have or had a contract of ours. */
async function projectsOf(scope: Scope): Promise<number[]> {
  const { rows } = await scope.store.transact(inTenant(scope), (tx) =>
    sql<{
      project_id: bigint;
    }>`select distinct project_id from known where tenant = ${scope.tenant} and connection = ${scope.connection.name}
      and split_part(origin_id, '.', 3) in ('PO', 'RQ') order by project_id`.execute(tx),
  );
  return rows.map((row) => Number(row.project_id));
}

export async function listProcoreCommitments(scope: Scope, { signal }: { signal?: AbortSignal }): Promise<ListingOutcome> {
  const list = async (projectId: number, isVisible: () => Promise<boolean | string>) => {
    const at = now(scope);
    const read = await listVisible(await listCommitments(scope.connection.procore, projectId), projectId, isVisible);
    await scope.store.transact(inTenant(scope), (tx) => keep(tx, scope, projectId, at, read));
    return read.kind === "listed";
  };
  return listEach(scope, await projectsOf(scope), list, signal);
}
