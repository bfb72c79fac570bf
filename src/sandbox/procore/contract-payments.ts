/** Payments issued on a contract (procore 4.10). They lower its remaining balance; one that carries an origin id is closed to people. */
import { demandOwnContract } from "./contracts.ts";
import { type Call, created, ok, type Reply, type Route, stampOf } from "./exchange.ts";
import { page } from "./paging.ts";
import { showPayment } from "./payment-view.ts";
import type { Contract, ContractPayment } from "./records.ts";
import { invalid, notFound, shaped } from "./refusal.ts";
import { claimOrigin, demandNamedProject, originOf } from "./scope.ts";
import {
  choiceIn,
  decimalIn,
  type FieldKind,
  idIn,
  integerOf,
  type Row,
  readFields,
  showRounded,
  textIn,
  wrapped,
} from "./values.ts";

const plainFields: Readonly<Record<string, FieldKind>> = {
  date: "date",
  invoice_date: "date",
  invoice_number: "text",
  check_number: "text",
  notes: "text",
  draw_request_number: "integer",
  payment_number: "integer",
  origin_data: "text",
};

function contractOf(call: Call): Contract {
  const project = demandNamedProject(call);
  return demandOwnContract(call, project, call.query.get("contract_id") ?? call.body.contract_id);
}

function demandPayment(call: Call): ContractPayment {
  const contract = contractOf(call);
  const payment = call.world.contractPayments.get(integerOf(call.params.id));
  if (payment === undefined || payment.contractId !== contract.id) throw notFound("Payment", "text");
  return payment;
}

function changed(call: Call, before: ContractPayment, row: Row): ContractPayment {
  const originId = originOf(textIn(row, "origin_id"), before.originId);
  claimOrigin(call.world, call.world.contractPayments, before.companyId, originId, before.id);
  const amount = decimalIn(row, "amount");
  const requisitionId = idIn(row, "requisition_id");
  if (requisitionId !== undefined && requisitionId !== null) {
    const requisition = call.world.requisitions.get(requisitionId);
    if (requisition?.contractId !== before.contractId) throw invalid("requisition_id", "is not valid for this contract");
  }
  const method = choiceIn(row, "payment_method", ["check", "credit_card", "electronic"]);
  return {
    ...before,
    originId,
    requisitionId: requisitionId === undefined ? before.requisitionId : requisitionId,
    amount: amount === undefined || amount === null ? before.amount : showRounded(amount, call.world.switches.amountDecimals),
    fields: { ...before.fields, ...readFields(row, plainFields), ...(method === undefined ? {} : { payment_method: method }) },
    updatedAt: stampOf(call.clock),
  };
}

function create(call: Call): Reply {
  const contract = contractOf(call);
  const now = stampOf(call.clock);
  const blank: ContractPayment = {
    id: 0,
    companyId: contract.companyId,
    projectId: contract.projectId,
    contractId: contract.id,
    requisitionId: null,
    originId: null,
    amount: "0.0",
    fields: {},
    createdAt: now,
    updatedAt: now,
  };
  const payment = changed(call, blank, wrapped(call.body, "contract_payment"));
  return created(showPayment(call.world.contractPayments.put({ ...payment, id: call.world.nextId() })));
}

function refuseSynced(call: Call, payment: ContractPayment): void {
  // procore 0.13, 4.10 [A]
  const isClosed = call.actor.isPerson || call.world.switches.erpLock;
  if (isClosed && payment.originId !== null) throw invalid("base", "This payment is locked because it has been synced with ERP");
}

function update(call: Call): Reply {
  const payment = demandPayment(call);
  refuseSynced(call, payment);
  const next = changed(call, payment, wrapped(call.body, "contract_payment"));
  return ok(showPayment(call.world.contractPayments.put(next)));
}

function remove(call: Call): Reply {
  const payment = demandPayment(call);
  refuseSynced(call, payment);
  call.world.contractPayments.remove(payment.id);
  return { status: 200 };
}

const base = "/rest/v1.0/contract_payments";

export const contractPaymentRoutes: readonly Route[] = [
  ["GET", base, (call) => page(call, call.world.contractPayments.by("contract", contractOf(call).id), showPayment)],
  ["POST", base, shaped("fields", create)],
  ["GET", `${base}/{id}`, (call) => ok(showPayment(demandPayment(call)))],
  ["PATCH", `${base}/{id}`, shaped("list", update)],
  ["DELETE", `${base}/{id}`, shaped("text", remove)],
];
