/**
 * Requisitions, the web UI's subcontractor invoices (procore 4.9): a chain for each commitment, in which a new one goes last. There is no sync, so
 * a create is not repeated before somebody has looked (design 8.4), and nothing here edits or deletes: what is posted stays (ruling 17). Only the view
 * `items` tells what each line bills.
 */
import { z } from "zod";
import { assert, type Result } from "../../core/index.ts";
import type { CallOptions, WriteOptions, WriteOutcome } from "../call.ts";
import { sumDecimals } from "../decimal-sum.ts";
import type { Door } from "../door.ts";
import type { ProcoreFault } from "../faults.ts";
import type { Listing } from "../paging.ts";
import { decimal, id, idOrNull, text } from "../schema.ts";
import { sent } from "../sent-body.ts";

const itemSchema = z
  .object({
    item_type: text,
    line_item_id: idOrNull,
    work_completed_this_period: decimal,
    work_completed_retainage_retained_this_period: decimal,
    work_completed_retainage_released_this_period: decimal,
  })
  .transform((item) => ({
    itemType: item.item_type,
    lineItemId: item.line_item_id,
    workCompletedThisPeriod: item.work_completed_this_period,
    retainageThisPeriod: item.work_completed_retainage_retained_this_period,
    releasedThisPeriod: item.work_completed_retainage_released_this_period,
  }));

const movedBy = (item: z.output<typeof itemSchema>): string[] => [
  item.workCompletedThisPeriod ?? "0",
  item.releasedThisPeriod ?? "0",
];

const requisitionSchema = z
  .object({
    id,
    commitment_id: idOrNull,
    period_id: idOrNull,
    status: text,
    invoice_number: text,
    billing_date: text,
    origin_id: text,
    items: z.array(itemSchema).nullish(),
  })
  .transform((requisition) => ({
    id: requisition.id,
    commitmentId: requisition.commitment_id,
    periodId: requisition.period_id,
    status: requisition.status,
    invoiceNumber: requisition.invoice_number,
    billingDate: requisition.billing_date,
    originId: requisition.origin_id,
    /** Null: this answer does not show them. */
    items: requisition.items ?? null,
    /** The work of all items and what they release; null where they are not shown. */
    amount: requisition.items ? sumDecimals(requisition.items.flatMap(movedBy)) : null,
  }));

export type Requisition = z.infer<typeof requisitionSchema>;

const newRequisition = z.strictObject({
  period_id: sent.id,
  requisition_start: sent.date,
  requisition_end: sent.date,
  billing_date: sent.date,
  invoice_number: sent.text,
  status: z.enum(["draft", "under_review", "approved"]),
  origin_id: z.string().min(1),
  origin_data: sent.text,
  items: z
    .array(
      z.strictObject({
        item_type: z.enum(["contract_item", "change_order_item"]),
        line_item_id: z.number().int().positive(),
        // Both always: work without a word on retainage holds the contract's percentage (procore 4.9).
        work_completed_this_period: sent.decimal.unwrap(),
        work_completed_retainage_retained_this_period: sent.decimal.unwrap(),
        work_completed_retainage_released_this_period: sent.decimal,
      }),
    )
    .min(1),
});

export type NewRequisition = z.input<typeof newRequisition>;

export type Requisitions = {
  /** `withItems` tells what each line bills, at the price of a longer answer. */
  list(ask: { projectId: number; contractId?: number; withItems?: boolean }, options?: CallOptions): Listing<Requisition>;
  /** With items. */
  get(key: { projectId: number; id: number }, options?: CallOptions): Promise<Result<Requisition, ProcoreFault>>;
  create(
    at: { projectId: number; contractId: number },
    requisition: NewRequisition,
    options?: WriteOptions,
  ): Promise<WriteOutcome<Requisition>>;
};

const collection = "/rest/v1.1/requisitions";
const withView = ["view", "items"] as const;

export function createRequisitions(door: Door): Requisitions {
  return {
    list({ projectId, contractId, withItems = false }, options) {
      const query: (readonly [string, string | number])[] = [["project_id", projectId]];
      if (contractId !== undefined) query.push(["filters[commitment_id]", contractId]);
      if (withItems) query.push(withView);
      return door.list({ template: collection, query, projectId }, requisitionSchema, options);
    },
    get: ({ projectId, id: requisitionId }, options) =>
      door.get(
        { template: `${collection}/{id}`, path: { id: requisitionId }, query: [["project_id", projectId], withView], projectId },
        requisitionSchema,
        options,
      ),
    create({ projectId, contractId }, requisition, options) {
      const parsed = newRequisition.safeParse(requisition);
      const issue = parsed.error?.issues[0];
      assert(parsed.success, `POST ${collection}: ${requisition.origin_id}, "${issue?.path.join(".")}": ${issue?.message}`);
      return door.write(
        {
          method: "POST",
          template: collection,
          query: [withView],
          body: { project_id: projectId, commitment_id: contractId, requisition: parsed.data },
          projectId,
        },
        requisitionSchema,
        options,
      );
    },
  };
}
