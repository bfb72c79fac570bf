/**
 * What purchase order items are assigned to (EKKN: object and account; and the item's material group), in money, as rules could ask for it: the ordered half of
 * what proposals weigh. Left out is what no rule can place: what is excluded, rejected, gone, or assigned to nothing known (KNTTP U). Reads only.
 */
import { type RawBuilder, sql } from "kysely";
import type { Mapping, OrderedLine } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";
import { daysThatTell, queryOf, type RuleRow } from "./lines-by-rule.ts";

type Row = RuleRow & { material_group: string; is_kept: boolean; lines: bigint; size_minor: string };

/** Of an atom `a` of the purchase-orders flow. */
const isOrdered: RawBuilder<unknown> = sql`a.flow = 'purchase-orders' and a.gone_run is null and a.disposition not in ('excluded', 'rejected')
  and a.reason is distinct from 'po-unknown-assignment'`;

/** Of a cost line `c`: it waits for an item whose ordered value is counted, and is no direct cost once that is decided (ruling 21). */
export const waitsForOrder: RawBuilder<unknown> = sql`c.disposition = 'held' and c.reason = 'cost-purchase-order-undecided' and exists (
  select from atom a where a.tenant = c.tenant and a.connection = c.connection and a.record_key = c.purchase_order
    and split_part(a.key, '.', 2) = c.purchase_order_item and ${isOrdered})`;

const lineOf = (row: Row): OrderedLine => ({
  query: { ...queryOf(row), materialGroup: row.material_group },
  currency: row.currency,
  lines: Number(row.lines),
  sizeMinor: BigInt(row.size_minor),
  isKept: row.is_kept,
});

type Ask = { tenant: string; connection: string; mapping: Mapping };

/** By what the mapping is asked with (`core/rulings/purchase-order.ts`): a stock item's object is its plant, and its account is none. */
export async function readOrderLines(store: Store, { tenant, connection, mapping }: Ask): Promise<OrderedLine[]> {
  const days = daysThatTell(mapping.rules);
  const { rows } = await store.transact({ tenant }, (tx) =>
    sql<Row>`
      select r.content ->> 'companyCode' as company_code, coalesce(x.value -> 'object' ->> 'kind', 'plant') as object_kind,
        coalesce(x.value -> 'object' ->> 'key', i.value ->> 'plant') as object, coalesce(x.value ->> 'account', '') as account,
        i.value ->> 'materialGroup' as material_group, a.currency, min(r.content ->> 'documentDate') as day,
        a.origin_id is not null and a.target is not null as is_kept, count(*) as lines, sum(abs(a.amount_minor))::text as size_minor
      from source_record r cross join lateral jsonb_array_elements(r.content -> 'items') as i
        left join lateral jsonb_array_elements(i.value -> 'assignments') as x on true
        join atom a on a.tenant = r.tenant and a.connection = r.connection and a.flow = r.flow
          and a.key = r.key || '.' || (i.value ->> 'item') || '.' || coalesce(x.value ->> 'assignment', '00')
      where r.tenant = ${tenant} and r.connection = ${connection} and r.flow = 'purchase-orders' and ${isOrdered}
        and coalesce(x.value -> 'object' ->> 'key', i.value ->> 'plant') <> ''
      group by 1, 2, 3, 4, 5, 6, 8, (select count(*) from unnest(${days}::text[]) as d(day) where d.day <= r.content ->> 'documentDate')
      order by 1, 2, 3, 4, 5, 6, 8`.execute(tx),
  );
  return rows.map(lineOf);
}
