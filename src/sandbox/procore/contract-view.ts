/** How a purchase order contract is answered (procore 4.4; the list's default view is `compact`, and its contents are not documented). */
import { changeOrderSums } from "./change-order-rules.ts";
import { percentOf, roundTo, showDecimal, showTotal, toTotal, totalScale } from "./decimal.ts";
import { showLine } from "./line-view.ts";
import { showPayment } from "./payment-view.ts";
import type { Contract, ContractPayment } from "./records.ts";
import { requisitionsEnabled } from "./requisition-rules.ts";
import { invoicedOf } from "./requisition-view.ts";
import type { World } from "./world.ts";

const present = (row: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined));

function common(world: World, contract: Contract): Record<string, unknown> {
  const project = world.projects.get(contract.projectId);
  const total = world.totalOf(contract.id).total;
  const orders = changeOrderSums(world, contract.id);
  const revised = total + orders.approved;
  const payments = [...world.contractPayments.by("contract", contract.id)];
  const paid = payments.reduce((sum, payment) => sum + toTotal(payment.amount), 0n);
  const currency = contract.fields.currency_iso_code ?? project?.currencyIsoCode ?? "";
  return {
    id: contract.id,
    number: contract.number,
    title: contract.fields.title ?? null,
    status: contract.status,
    accounting_method: contract.accountingMethod,
    executed: contract.fields.executed ?? false,
    private: contract.fields.private ?? false,
    grand_total: showTotal(total),
    revised_contract: showTotal(revised),
    pending_revised_contract: showTotal(revised + orders.pending),
    // procore 4.4 [B sup]: less the payments issued, not less what was invoiced.
    remaining_balance_outstanding: showTotal(revised - paid),
    approved_change_orders: showTotal(orders.approved),
    pending_change_orders: showTotal(orders.pending),
    draft_change_orders_amount: showTotal(orders.draft),
    total_payments: showTotal(paid),
    total_requisitions_amount: showTotal(invoicedOf(world, contract)),
    total_draw_requests_amount: "0.0",
    percentage_paid: showDecimal(roundTo({ digits: percentOf(paid, revised), scale: totalScale }, 2)),
    origin_id: contract.originId,
    origin_code: contract.fields.origin_code ?? null,
    origin_data: contract.fields.origin_data ?? null,
    project: { id: contract.projectId, name: project?.name ?? "" },
    currency_configuration: { currency_iso_code: currency },
    created_at: contract.createdAt,
    updated_at: contract.updatedAt,
    deleted_at: contract.deletedAt,
  };
}

function details(world: World, contract: Contract): Record<string, unknown> {
  const { fields } = contract;
  return {
    contract_date: fields.contract_date ?? null,
    delivery_date: fields.delivery_date ?? null,
    execution_date: fields.execution_date ?? null,
    issued_on_date: fields.issued_on_date ?? null,
    letter_of_intent_date: fields.letter_of_intent_date ?? null,
    returned_date: fields.returned_date ?? null,
    signed_contract_received_date: null,
    description: fields.description ?? null,
    ...present({
      approval_letter_date: fields.approval_letter_date,
      bill_to_address: fields.bill_to_address,
      payment_terms: fields.payment_terms,
      retainage_percent: fields.retainage_percent,
      ship_to_address: fields.ship_to_address,
      ship_via: fields.ship_via,
      assignee: typeof fields.assignee_id === "number" ? { id: fields.assignee_id } : null,
    }),
    requisitions_are_enabled: requisitionsEnabled(world, contract),
    show_line_items_to_non_admins: true,
  };
}

export function showListed(world: World, contract: Contract, view: string | null): unknown {
  const vendor = world.vendors.get(contract.vendorId ?? undefined);
  return {
    ...common(world, contract),
    ...(view === "extended" ? details(world, contract) : {}),
    ...(vendor === undefined ? {} : { vendor: { id: vendor.id, company: vendor.name } }),
  };
}

/** The spec names less of a payment here than where payments are listed. */
function showIssued(payment: ContractPayment): Record<string, unknown> {
  const { contract_id: _1, updated_at: _2, project_id: _3, requisition_id: _4, ...shown } = showPayment(payment);
  return shown;
}

export function showContract(world: World, contract: Contract): unknown {
  const vendor = world.vendors.get(contract.vendorId ?? undefined);
  const seller = vendor && {
    id: vendor.id,
    company: vendor.name,
    origin_id: vendor.originId,
    origin_data: vendor.fields.origin_data ?? null,
  };
  return {
    ...common(world, contract),
    ...details(world, contract),
    ...(seller === undefined ? {} : { vendor: seller }),
    created_by_id: 1,
    change_order_packages: [],
    change_order_requests: [],
    invoice_contacts: [],
    payments_issued: [...world.contractPayments.by("contract", contract.id)].map(showIssued),
    potential_change_orders: [],
    line_items: [...world.contractLines.by("holder", contract.id)].map((line) => showLine(world, line, "contract")),
  };
}
