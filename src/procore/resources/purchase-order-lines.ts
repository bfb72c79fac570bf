/**
 * A contract's schedule of values. Sync is per contract (procore 0.6), there is no origin filter on the list, and while the contract is Approved
 * every change is refused (procore 4.4 [A]). Requests take decimal strings (procore 3 [A]).
 */
import { z } from "zod";
import type { CallOptions, WriteOptions } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { type SyncRow, sent } from "../sent-body.ts";
import type { SyncSettlement } from "../sync.ts";
import { type LineItem, lineItemSchema } from "./line-item.ts";

/** What we may send; what is left out is left as it is. `manual` says that the amount counts, whatever quantity times price is (ruling 12). */
const lineRow = z.strictObject({
  id: sent.id,
  description: sent.text,
  extended_type: z.enum(["manual", "calculated"]).optional(),
  amount: sent.decimal,
  quantity: sent.decimal,
  unit_cost: sent.decimal,
  uom: sent.text,
  wbs_code_id: sent.id,
  cost_code_id: sent.id,
  line_item_type_id: sent.id,
  tax_code_id: sent.id,
  origin_data: sent.text,
});

export type PurchaseOrderLines = {
  list(contract: { projectId: number; contractId: number }, options?: CallOptions): Listing<LineItem>;
  sync(
    contract: { projectId: number; contractId: number },
    rows: readonly SyncRow[],
    options?: WriteOptions,
  ): Promise<SyncSettlement<LineItem>>;
};

const collection = "/rest/v1.0/purchase_order_contracts/{purchase_order_contract_id}/line_items";

export function createPurchaseOrderLines(door: Door): PurchaseOrderLines {
  const at = ({ projectId, contractId }: { projectId: number; contractId: number }) => ({
    path: { purchase_order_contract_id: contractId },
    query: [["project_id", projectId]] as const,
    projectId,
  });
  return {
    list: (contract, options) => door.list({ template: collection, ...at(contract) }, lineItemSchema, options),
    sync: (contract, rows, options) =>
      door.sync({ template: `${collection}/sync`, ...at(contract), rowSchema: lineRow, schema: lineItemSchema }, rows, options),
  };
}
