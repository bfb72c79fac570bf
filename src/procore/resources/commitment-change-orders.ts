/**
 * Commitment change orders: what changed a contract beside its own lines. Headers are v1.0, lines v2.0 with ids as text (procore 4.7 [A]); neither
 * has an origin id or a sync, so what makes one is not repeated before somebody has looked. Projects of one and two tiers only, says the spec.
 * Without a contract the project's are listed.
 */
import { z } from "zod";
import { assert } from "../../core/index.ts";
import type { CallOptions, WriteOptions, WriteOutcome } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { decimal, flag, id, idOrNull, text, textId } from "../schema.ts";
import { sent } from "../sent-body.ts";

const changeOrderSchema = z
  .object({
    id,
    contract_id: idOrNull,
    number: text,
    title: text,
    status: text,
    reference: text,
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
    /** Free text; where we are the author, the key of ours that Procore has no `origin_id` for. */
    reference: order.reference,
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

const newOrder = z.strictObject({ reference: z.string().min(1), title: z.string().min(1), status: z.literal("draft") });
const lineContent = z.strictObject({
  amount: sent.decimal.unwrap(),
  description: z.string().min(1),
  wbs_code_id: z.number().int().positive(),
  commitment_line_item_id: sent.id,
});
/** What a draft's line may be told anew. */
const lineChange = lineContent.partial();

export type NewChangeOrder = z.input<typeof newOrder>;
export type NewChangeOrderLine = z.input<typeof lineContent>;

type At = { projectId: number; changeOrderId: number };

export type CommitmentChangeOrders = {
  list(
    filter: { projectId: number; contractIds?: readonly number[]; status?: string },
    options?: CallOptions,
  ): Listing<CommitmentChangeOrder>;
  lines(of: At, options?: CallOptions): Listing<ChangeOrderLine>;
  create(
    at: { projectId: number; contractId: number },
    order: NewChangeOrder,
    options?: WriteOptions,
  ): Promise<WriteOutcome<CommitmentChangeOrder>>;
  approve(at: At, options?: WriteOptions): Promise<WriteOutcome<CommitmentChangeOrder>>;
  addLine(at: At, line: NewChangeOrderLine, options?: WriteOptions): Promise<WriteOutcome<ChangeOrderLine>>;
  changeLine(
    at: At & { lineId: number },
    change: Partial<NewChangeOrderLine>,
    options?: WriteOptions,
  ): Promise<WriteOutcome<ChangeOrderLine>>;
};

const collection = "/rest/v1.0/projects/{project_id}/commitment_change_orders";
const lineCollection =
  "/rest/v2.0/companies/{company_id}/projects/{project_id}/commitment_change_orders/{commitment_change_order_id}/line_items";

/** v2 answers under `data`, and takes ids as text (procore 3 [A]). */
const answeredLine = z.object({ data: lineSchema }).transform(({ data }) => data);

function checked<T>(endpoint: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  const issue = parsed.error?.issues[0];
  assert(parsed.success, `${endpoint}: field "${issue?.path.join(".")}": ${issue?.message}`);
  return parsed.data;
}

function withTextIds({ wbs_code_id, commitment_line_item_id, ...line }: z.output<typeof lineChange>): Record<string, unknown> {
  return {
    ...line,
    ...(wbs_code_id === undefined ? {} : { wbs_code_id: String(wbs_code_id) }),
    ...(commitment_line_item_id === undefined ? {} : { commitment_line_item_id: String(commitment_line_item_id) }),
  };
}

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
    create: ({ projectId, contractId }, order, options) =>
      door.write(
        {
          method: "POST",
          template: collection,
          path: { project_id: projectId },
          body: { change_order: { contract_id: contractId, ...checked(`POST ${collection}`, newOrder, order) } },
          projectId,
        },
        changeOrderSchema,
        options,
      ),
    approve: ({ projectId, changeOrderId }, options) =>
      door.write(
        {
          method: "PATCH",
          template: `${collection}/{id}`,
          path: { project_id: projectId, id: changeOrderId },
          body: { change_order: { status: "approved" } },
          projectId,
        },
        changeOrderSchema,
        options,
      ),
    addLine: ({ projectId, changeOrderId }, line, options) =>
      door.write(
        {
          method: "POST",
          template: lineCollection,
          path: { company_id: door.companyId, project_id: projectId, commitment_change_order_id: changeOrderId },
          body: withTextIds(checked(`POST ${lineCollection}`, lineContent, line)),
          projectId,
        },
        answeredLine,
        options,
      ),
    changeLine: ({ projectId, changeOrderId, lineId }, change, options) =>
      door.write(
        {
          method: "PATCH",
          template: `${lineCollection}/{id}`,
          path: { company_id: door.companyId, project_id: projectId, commitment_change_order_id: changeOrderId, id: lineId },
          body: withTextIds(checked(`PATCH ${lineCollection}`, lineChange, change)),
          projectId,
        },
        answeredLine,
        options,
      ),
  };
}
