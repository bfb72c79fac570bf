/**
 * A person's change order on a contract of ours: it changes the contract's revised sum and none of its fields. An event names the change order and not
 * its contract, so the project's contracts are listed, once for all that wait, and what Procore counts as approved change orders is set beside our own.
 * A difference is an edit of the contract like any other.
 */
import { sql, type Transaction } from "kysely";
import { formatMoney, type Money, parseMoney } from "../../core/index.ts";
import { describeFault, type PurchaseOrderContract } from "../../procore/index.ts";
import type { Database } from "../../store/index.ts";
import { inTenant, now } from "../context.ts";
import type { FoundEdit } from "../edits/find-edits.ts";
import { type Attribution, changeOrderSumField, keepRecord } from "../edits/keep-edits.ts";
import { orderOfLine } from "../plan/change-order-sql.ts";
import { statusHash } from "../plan/contract-effects.ts";
import { originPrefix } from "../plan/records.ts";
import { closeHints, type Hint, type HintScope, wasWritten } from "./hints.ts";

type Tx = Transaction<Database>;
type Ours = { contract: string; procoreId: number; own: Money; hasStanding: boolean };

type Row = { contract: string; procore_id: bigint; currency: string | null; own: string; has_standing: boolean };

/**
 * Our contracts in the project, with what our own approved change orders on each come to: they and their lines are records of the contract.
 */
async function readOurs(tx: Tx, scope: HintScope, projectId: number): Promise<Ours[]> {
  const { rows } = await sql<Row>`
    select k.origin_id as contract, k.procore_id, (select min(l.currency) from known l where l.tenant = k.tenant and l.connection = k.connection
        and l.record_origin_id = k.origin_id and l.currency is not null) as currency,
      (select coalesce(sum(l.amount_minor), 0)::text from known l join known s on s.tenant = l.tenant and s.connection = l.connection
          and s.aspect = 'status' and s.desired_hash = ${statusHash("approved")}
          and s.origin_id = ${orderOfLine(sql`l.origin_id`)}
        where l.tenant = k.tenant and l.connection = k.connection and l.record_origin_id = k.origin_id and l.aspect = 'content'
          and split_part(l.origin_id, '.', 3) = 'CL') as own,
      exists (select from procore_edit d where d.tenant = k.tenant and d.connection = k.connection and d.record_origin_id = k.origin_id
        and d.aspect = 'sums' and d.state in ('open', 'accepted')) as has_standing
    from known k where k.tenant = ${scope.tenant} and k.connection = ${scope.connection.name} and k.project_id = ${projectId}
      and k.aspect = 'content' and starts_with(k.origin_id, ${originPrefix(scope, "PO")}) order by k.origin_id`.execute(tx);
  return rows.flatMap((row) =>
    row.currency === null
      ? []
      : {
          contract: row.contract,
          procoreId: Number(row.procore_id),
          own: { minor: BigInt(row.own), currency: row.currency },
          hasStanding: row.has_standing,
        },
  );
}

/** Undefined: Procore does not say. */
function editOf({ contract, procoreId, own }: Ours, listed: PurchaseOrderContract | undefined): FoundEdit[] | undefined {
  const text = listed?.approvedChangeOrders;
  if (!listed || listed.deletedAt !== null || text === null || text === undefined) return undefined;
  const found = parseMoney(text, own.currency);
  if (found.ok && found.value.minor === own.minor) return [];
  const shown = found.ok ? formatMoney(found.value) : text;
  return [
    { originId: contract, aspect: "sums", procoreId, field: changeOrderSumField, confirmed: formatMoney(own), found: shown },
  ];
}

type Kept = "edited" | "equal" | "waiting";

/** Of all hints of change orders in one project. */
export async function workChangedSums(
  scope: HintScope,
  projectId: number,
  hints: readonly Hint[],
  by: Attribution,
): Promise<Kept | "notOurs"> {
  const began = now(scope);
  const ours = await scope.store.transact(inTenant(scope), (tx) => readOurs(tx, scope, projectId));
  const close = (outcome: string) => scope.store.transact(inTenant(scope), (tx) => closeHints(tx, scope, hints, outcome));
  if (ours.length === 0) {
    await close("not-ours");
    return "notOurs";
  }
  const listed = await scope.connection.hints.procore.purchaseOrderContracts.list({ projectId, deleted: "with" }).read();
  if (!listed.ok || !listed.value.isComplete) {
    scope.log(
      `webhooks: contracts of project ${projectId}: ${listed.ok ? "the listing is incomplete" : describeFault(listed.error)}`,
    );
    return "waiting";
  }
  const byId = new Map(listed.value.items.map((each) => [each.id, each]));
  return scope.store.transact(inTenant(scope), async (tx): Promise<Kept> => {
    let news = 0;
    for (const each of ours) {
      const edits = editOf(each, byId.get(each.procoreId));
      if (edits === undefined || (edits.length === 0 && !each.hasStanding)) continue;
      if (await wasWritten(tx, scope, each.contract, began)) return "waiting";
      const compared = new Set([`sums ${each.contract}`]);
      news += await keepRecord(tx, scope, { kind: "contracts", recordOriginId: each.contract, projectId, by, edits, compared });
    }
    const outcome = news > 0 ? "edited" : "equal";
    await closeHints(tx, scope, hints, outcome);
    return outcome;
  });
}
