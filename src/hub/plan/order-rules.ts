/** What purchase orders are ruled by: what is known of Procore, the settings, and where their lines went first. Read once a plan, and once a page. */
import { sql, type Transaction } from "kysely";
import type { ProcoreView, PurchaseOrderContext, Target } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { readIgnored } from "../holds/ignored.ts";
import { type KnownHashes, originPrefix, readKnown } from "./records.ts";
import { isUsable, readVendorsToCome } from "./vendor-activity.ts";

type Tx = Transaction<Database>;

type First = { target: Target; isPosted: boolean };

/** A line is posted where it is known, or where its request is under way or in doubt. */
async function readFirstTargets(tx: Tx, context: RunContext, records: readonly string[]): Promise<Map<string, First>> {
  const { rows } = await sql<{ key: string; target: Target; is_posted: boolean }>`
    select a.key, a.target, (exists (select from known k where k.tenant = a.tenant and k.connection = a.connection
        and k.origin_id = a.origin_id and k.aspect = 'content')
      or exists (select from effect e where e.tenant = a.tenant and e.connection = a.connection and e.origin_id = a.origin_id
        and e.aspect = 'content' and e.state in ('sending', 'unknown'))) as is_posted
    from atom a where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = 'purchase-orders'
      and a.record_key = any (${records}::text[]) and a.origin_id is not null and a.target is not null`.execute(tx);
  return new Map(rows.map((row) => [row.key, { target: row.target, isPosted: row.is_posted }]));
}

export type OrderRules = {
  contracts: KnownHashes;
  vendors: KnownHashes;
  /** For these orders, by EBELN. */
  of(orders: readonly string[]): Promise<PurchaseOrderContext>;
};

export async function readOrderRules(tx: Tx, context: RunContext, view: ProcoreView): Promise<OrderRules> {
  const { settings, mapping } = context.connection;
  const vendors = await readKnown(tx, context, ["VN"]);
  const toCome = await readVendorsToCome(tx, context);
  const contracts = await readKnown(tx, context, ["PO", "PL"]);
  const ignored = await readIgnored(tx, context, "purchase-orders");
  return {
    contracts,
    vendors,
    of: async (orders) => {
      const first = await readFirstTargets(tx, context, orders);
      return {
        mapping,
        view,
        ...settings.purchaseOrders,
        isVendorInProcore: (vendor) => isUsable(vendors, `${originPrefix(context, "VN")}${vendor}`) || toCome(vendor),
        firstTarget: (key) => first.get(key)?.target,
        isPosted: (key) => first.get(key)?.isPosted === true,
        ignored,
      };
    },
  };
}
