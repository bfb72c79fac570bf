/**
 * Direct costs, the headers. The type is set on create only; everything but draft counts in the budget (procore 4.11 [A]), so a header is sent as
 * draft, then its lines, then approved. Writes to one project must not overlap: 409 (procore 0.17 [A]); the caller keeps one writer per project.
 */
import { z } from "zod";
import type { CallOptions, WriteOptions } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { count, decimal, id, idOrNull, text } from "../schema.ts";
import { type SyncRow, sent } from "../sent-body.ts";
import type { SyncSettlement } from "../sync.ts";

const directCostSchema = z
  .object({
    id,
    direct_cost_type: text,
    status: text,
    direct_cost_date: text,
    received_date: text,
    description: text,
    invoice_number: text,
    vendor_id: idOrNull,
    amount: decimal,
    grand_total: decimal,
    line_items_count: count,
    origin_id: text,
    origin_data: text,
    deleted_at: text,
    updated_at: text,
    currency_configuration: z.object({ currency_iso_code: text }).nullish(),
  })
  .transform((cost) => ({
    id: cost.id,
    directCostType: cost.direct_cost_type,
    status: cost.status,
    directCostDate: cost.direct_cost_date,
    receivedDate: cost.received_date,
    description: cost.description,
    invoiceNumber: cost.invoice_number,
    vendorId: cost.vendor_id,
    amount: cost.amount,
    grandTotal: cost.grand_total,
    lineItemsCount: cost.line_items_count,
    originId: cost.origin_id,
    originData: cost.origin_data,
    deletedAt: cost.deleted_at,
    updatedAt: cost.updated_at,
    currencyIsoCode: cost.currency_configuration?.currency_iso_code ?? null,
  }));

export type DirectCost = z.infer<typeof directCostSchema>;

const types = ["invoice", "expense", "payroll"] as const;
const statuses = ["draft", "pending", "revise_and_resubmit", "approved"] as const;
export type DirectCostType = (typeof types)[number];
export type DirectCostStatus = (typeof statuses)[number];

/** What we may send; what is left out is left as it is. The type is taken on create only. */
const directCostRow = z.strictObject({
  id: sent.id,
  direct_cost_type: z.enum(types).optional(),
  status: z.enum(statuses).optional(),
  direct_cost_date: sent.date,
  received_date: sent.date,
  payment_date: sent.date,
  description: sent.text,
  invoice_number: sent.text,
  vendor_id: sent.id,
  employee_id: sent.id,
  terms: sent.text,
  origin_data: sent.text,
});

export type DirectCosts = {
  list(filter: { projectId: number; originId?: string }, options?: CallOptions): Listing<DirectCost>;
  sync(projectId: number, rows: readonly SyncRow[], options?: WriteOptions): Promise<SyncSettlement<DirectCost>>;
};

export function createDirectCosts(door: Door): DirectCosts {
  return {
    list: ({ projectId, originId }, options) =>
      door.list(
        {
          template: "/rest/v1.1/projects/{project_id}/direct_costs",
          path: { project_id: projectId },
          query: originId === undefined ? [] : [["filters[origin_id]", originId]],
          projectId,
        },
        directCostSchema,
        options,
      ),
    sync: (projectId, rows, options) =>
      door.sync(
        {
          template: "/rest/v1.0/projects/{project_id}/direct_costs/sync",
          path: { project_id: projectId },
          projectId,
          rowSchema: directCostRow,
          schema: directCostSchema,
        },
        rows,
        options,
      ),
  };
}
