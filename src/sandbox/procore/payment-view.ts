/** How a payment on a contract is answered (procore 4.10), by itself and within its contract. */
import type { ContractPayment } from "./records.ts";

export function showPayment(payment: ContractPayment): Record<string, unknown> {
  const { fields } = payment;
  return {
    id: payment.id,
    amount: payment.amount,
    ...(typeof fields.check_number === "string" ? { check_number: fields.check_number } : {}),
    contract_id: payment.contractId,
    created_at: payment.createdAt,
    updated_at: payment.updatedAt,
    date: fields.date ?? null,
    invoice_number: fields.invoice_number ?? null,
    notes: fields.notes ?? null,
    ...(typeof fields.payment_number === "number" ? { payment_number: fields.payment_number } : {}),
    ...(typeof fields.draw_request_number === "number" ? { draw_request_number: fields.draw_request_number } : {}),
    attachments: [],
    project_id: payment.projectId,
    ...(payment.requisitionId === null ? {} : { requisition_id: payment.requisitionId }),
    origin_id: payment.originId,
    origin_data: fields.origin_data ?? null,
  };
}
