/**
 * Direct-cost lines, synced per project. Requests take JSON numbers where contract lines take strings (procore 3 [A]): the decimal text goes into
 * the JSON digit by digit. No row limit is documented beyond 1,000; 500 keeps clear of time-outs (procore 4.11 [D], ruling 22).
 */
import { z } from "zod";
import type { CallOptions, WriteOptions } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { type SyncRow, sent } from "../sent-body.ts";
import type { SyncSettlement } from "../sync.ts";
import { type LineItem, lineItemSchema } from "./line-item.ts";

/** What we may send; what is left out is left as it is. `direct_cost_id` is required on create. Amounts are decimal text here, numbers on the wire. */
const lineRow = z.strictObject({
  id: sent.id,
  direct_cost_id: sent.id,
  description: sent.text,
  extended_type: z.enum(["manual", "calculated"]).optional(),
  amount: sent.number,
  quantity: sent.number,
  unit_cost: sent.number,
  uom: sent.text,
  wbs_code_id: sent.id,
  cost_code_id: sent.id,
  line_item_type_id: sent.id,
  tax_code_id: sent.id,
  origin_data: sent.text,
});

export type DirectCostLines = {
  list(filter: { projectId: number; directCostId?: number }, options?: CallOptions): Listing<LineItem>;
  sync(projectId: number, rows: readonly SyncRow[], options?: WriteOptions): Promise<SyncSettlement<LineItem>>;
};

const collection = "/rest/v1.0/projects/{project_id}/direct_costs";

export function createDirectCostLines(door: Door): DirectCostLines {
  return {
    list({ projectId, directCostId }, options) {
      const spec =
        directCostId === undefined
          ? { template: `${collection}/line_items`, path: { project_id: projectId } }
          : {
              template: `${collection}/{direct_cost_id}/line_items`,
              path: { project_id: projectId, direct_cost_id: directCostId },
            };
      return door.list({ ...spec, projectId }, lineItemSchema, options);
    },
    sync: (projectId, rows, options) =>
      door.sync(
        {
          template: `${collection}/line_items/sync`,
          path: { project_id: projectId },
          projectId,
          rowSchema: lineRow,
          schema: lineItemSchema,
        },
        rows,
        options,
      ),
  };
}
