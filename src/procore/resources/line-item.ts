/** The shape that contract lines and direct-cost lines share in answers (procore 4.5, 4.11 [A]). Amounts are decimal text. */
import { z } from "zod";
import { decimal, id, idOfObject, text } from "../schema.ts";

export const lineItemSchema = z
  .object({
    id,
    description: text,
    amount: decimal,
    total_amount: decimal,
    quantity: decimal,
    unit_cost: decimal,
    uom: text,
    extended_type: text,
    wbs_code: z.object({ id: id.nullish(), flat_code: text }).nullish(),
    cost_code: idOfObject,
    line_item_type: idOfObject,
    holder: idOfObject,
    origin_id: text,
    origin_data: text,
    updated_at: text,
  })
  .transform((line) => ({
    id: line.id,
    description: line.description,
    amount: line.amount,
    totalAmount: line.total_amount,
    quantity: line.quantity,
    unitCost: line.unit_cost,
    uom: line.uom,
    extendedType: line.extended_type,
    wbsCodeId: line.wbs_code?.id ?? null,
    flatCode: line.wbs_code?.flat_code ?? null,
    costCodeId: line.cost_code,
    lineItemTypeId: line.line_item_type,
    /** The contract or direct cost that the line belongs to; Procore does not always say. */
    holderId: line.holder,
    originId: line.origin_id,
    originData: line.origin_data,
    updatedAt: line.updated_at,
  }));

export type LineItem = z.infer<typeof lineItemSchema>;
