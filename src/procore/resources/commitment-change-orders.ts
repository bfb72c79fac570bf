/**
 * Commitment change orders, as they are read: what changed a contract beside its own lines, and who did not go through SAP. Headers are v1.0,
 * lines v2.0 with ids as text (procore 4.7 [A]); neither has an origin id. Without a contract the project's are listed.
 */
import { z } from "zod";
import type { CallOptions } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { decimal, flag, id, idOrNull, text, textId } from "../schema.ts";

const changeOrderSchema = z
  .object({
    id,
    contract_id: idOrNull,
    number: text,
    title: text,
    status: text,
    executed: flag,
    grand_total: decimal,
    created_at: text,
    updated_at: text,
    currency_configuration: z.object({ currency_iso_code: text }).nullish(),
  })
  .transform((order) => ({
    id: order.id,
    contractId: order.contract_id,
    number: order.number,
    title: order.title,
    status: order.status,
    executed: order.executed,
    grandTotal: order.grand_total,
    createdAt: order.created_at,
    updatedAt: order.updated_at,
    currencyIsoCode: order.currency_configuration?.currency_iso_code ?? null,
  }));

const lineSchema = z
  .object({
    id: textId,
    commitment_line_item_id: textId.nullish(),
    description: text,
    amount: decimal,
    quantity: decimal,
    unit_cost: decimal,
    uom: text,
    wbs_code_id: textId.nullish(),
  })
  .transform((line) => ({
    id: line.id,
    /** The contract line that it changes; null where it stands by itself. */
    contractLineId: line.commitment_line_item_id ?? null,
    description: line.description,
    amount: line.amount,
    quantity: line.quantity,
    unitCost: line.unit_cost,
    uom: line.uom,
    wbsCodeId: line.wbs_code_id ?? null,
  }));

export type CommitmentChangeOrder = z.infer<typeof changeOrderSchema>;
export type ChangeOrderLine = z.infer<typeof lineSchema>;

export type CommitmentChangeOrders = {
  list(
    filter: { projectId: number; contractIds?: readonly number[]; status?: string },
    options?: CallOptions,
  ): Listing<CommitmentChangeOrder>;
  lines(of: { projectId: number; changeOrderId: number }, options?: CallOptions): Listing<ChangeOrderLine>;
};

const collection = "/rest/v1.0/projects/{project_id}/commitment_change_orders";
const lineCollection =
  "/rest/v2.0/companies/{company_id}/projects/{project_id}/commitment_change_orders/{commitment_change_order_id}/line_items";

export function createCommitmentChangeOrders(door: Door): CommitmentChangeOrders {
  return {
    list({ projectId, contractIds = [], status }, options) {
      const query = contractIds.map((contractId): [string, string | number] => ["filters[contract_id][]", contractId]);
      if (status !== undefined) query.push(["filters[status]", status]);
      return door.list(
        { template: collection, path: { project_id: projectId }, query, projectId, isUnpaged: true },
        changeOrderSchema,
        options,
      );
    },
    lines: ({ projectId, changeOrderId }, options) =>
      door.list(
        {
          template: lineCollection,
          path: { company_id: door.companyId, project_id: projectId, commitment_change_order_id: changeOrderId },
          projectId,
        },
        lineSchema,
        options,
      ),
  };
}
