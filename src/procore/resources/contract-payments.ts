/** Payments issued on a contract, as they are read (procore 4.10 [A]): they lower what remains to be paid, and people enter them. */
import { z } from "zod";
import type { CallOptions } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { decimal, id, idOrNull, text } from "../schema.ts";

const paymentSchema = z
  .object({
    id,
    contract_id: idOrNull,
    requisition_id: idOrNull,
    amount: decimal,
    date: text,
    invoice_number: text,
    check_number: text,
    status: text,
    origin_id: text,
    origin_data: text,
    updated_at: text,
  })
  .transform((payment) => ({
    id: payment.id,
    contractId: payment.contract_id,
    requisitionId: payment.requisition_id,
    amount: payment.amount,
    date: payment.date,
    invoiceNumber: payment.invoice_number,
    checkNumber: payment.check_number,
    status: payment.status,
    originId: payment.origin_id,
    originData: payment.origin_data,
    updatedAt: payment.updated_at,
  }));

export type ContractPayment = z.infer<typeof paymentSchema>;

export type ContractPayments = {
  list(of: { projectId: number; contractId: number }, options?: CallOptions): Listing<ContractPayment>;
};

export function createContractPayments(door: Door): ContractPayments {
  return {
    list: ({ projectId, contractId }, options) =>
      door.list(
        {
          template: "/rest/v1.0/contract_payments",
          query: [
            ["project_id", projectId],
            ["contract_id", contractId],
          ],
          projectId,
        },
        paymentSchema,
        options,
      ),
  };
}
