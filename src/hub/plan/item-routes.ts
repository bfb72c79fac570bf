/**
 * What became of each purchase order item, for the cost lines that name it (ruling 21). Read from the atoms after the purchase orders were
 * applied: an item on its way is undecided, and the lines that belong to it wait one run rather than being counted twice.
 */
import { sql, type Transaction } from "kysely";
import { type Disposition, type ItemRoute, isKeptByHand } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";

/** What a person ignored may come back: until then it is neither commitment nor direct cost, or it would be both one day (ruling 21). */
export const routeDisposition = sql<Disposition>`case when a.reason like 'ignored by %' then 'held' else a.disposition end`;

type AtomState = { key: string; disposition: Disposition; reason: string | null; is_posted: boolean };

function routeOf(atom: AtomState): ItemRoute {
  if (atom.is_posted) return "contract-line";
  return unwrittenRoute(atom);
}

/** Of an item that is no contract line of ours. */
export function unwrittenRoute({ disposition, reason }: Pick<AtomState, "disposition" | "reason">): ItemRoute {
  if (disposition !== "excluded") return "undecided";
  return isKeptByHand(reason) ? "kept-by-hand" : "no-contract";
}

/** Several assignments: all alike, or undecided. A contract line among excluded ones makes the item a contract line. */
function combine(routes: readonly ItemRoute[]): ItemRoute {
  if (routes.includes("undecided")) return "undecided";
  if (routes.includes("contract-line")) return "contract-line";
  return routes.includes("kept-by-hand") ? "kept-by-hand" : "no-contract";
}

export async function readItemRoutes(
  tx: Transaction<Database>,
  context: RunContext,
): Promise<(purchaseOrder: string, item: string, assignment: string) => ItemRoute> {
  const { rows } = await sql<AtomState>`
    select a.key, ${routeDisposition} as disposition, a.reason, (a.disposition in ('posted', 'unchanged') or exists (select 1 from known k where k.tenant = a.tenant
      and k.connection = a.connection and k.origin_id = a.origin_id and k.aspect = 'content')) as is_posted
    from atom a where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = 'purchase-orders'`.execute(
    tx,
  );
  const byAtom = new Map<string, ItemRoute>();
  const byItem = new Map<string, ItemRoute[]>();
  for (const atom of rows) {
    const route = routeOf(atom);
    byAtom.set(atom.key, route);
    const item = atom.key.slice(0, atom.key.lastIndexOf("."));
    byItem.set(item, [...(byItem.get(item) ?? []), route]);
  }
  return (purchaseOrder, item, assignment) => {
    // A line that names its assignment follows that one; others follow the item.
    const exact = byAtom.get(`${purchaseOrder}.${item}.${assignment}`);
    if (exact) return exact;
    const routes = byItem.get(`${purchaseOrder}.${item}`);
    return routes ? combine(routes) : "undecided";
  };
}
