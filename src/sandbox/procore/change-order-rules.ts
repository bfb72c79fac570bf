/**
 * Commitment change orders (procore 4.7): numbered within their contract, no origin id, locked once approved. Approved ones add to the
 * revised contract and bring their lines to the requisitions that are created from then on.
 */
import { type Call, stampOf } from "./exchange.ts";
import type { ChangeOrder, Contract } from "./records.ts";
import { invalid, taken } from "./refusal.ts";
import { isBilled } from "./requisition-rules.ts";
import { choiceIn, type FieldKind, type Row, readFields, textIn } from "./values.ts";
import type { World } from "./world.ts";

const statuses = [
  "draft",
  "pricing",
  "not_pricing",
  "pending",
  "revised",
  "proceeding",
  "not_proceeding",
  "pending_billable",
  "no_charge",
  "approved",
  "rejected",
  "void",
] as const;

/** procore 4.7 does not say what is pending; these are neither draft nor decided. */
const pending = new Set(["pricing", "not_pricing", "pending", "revised", "proceeding", "pending_billable"]);

const plainFields: Readonly<Record<string, FieldKind>> = {
  description: "text",
  due_date: "date",
  invoiced_date: "date",
  title: "text",
  reference: "text",
  revision: "integer",
  field_change: "boolean",
  signature_required: "boolean",
  signed_change_order_received_date: "date",
  schedule_impact_amount: "integer",
  executed: "boolean",
  private: "boolean",
  paid: "boolean",
};

export type ChangeOrderSums = { readonly approved: bigint; readonly pending: bigint; readonly draft: bigint };

export function changeOrderSums(world: World, contractId: number): ChangeOrderSums {
  const sums = { approved: 0n, pending: 0n, draft: 0n };
  for (const order of world.changeOrders.by("contract", contractId)) {
    const { total } = world.totalOf(order.id);
    if (order.status === "approved") sums.approved += total;
    else if (order.status === "draft") sums.draft += total;
    else if (pending.has(order.status)) sums.pending += total;
  }
  return sums;
}

export function createChangeOrder(call: Call, contract: Contract, row: Row): ChangeOrder {
  const { world } = call;
  if (world.switches.changeOrderNeedsApproved && contract.status !== "Approved") {
    throw invalid("contract_id", "must be Approved before a change order can be created");
  }
  const now = stampOf(call.clock);
  return world.changeOrders.put({
    id: world.nextId(),
    companyId: contract.companyId,
    projectId: contract.projectId,
    contractId: contract.id,
    number: numberOf(world, contract.id, row, undefined),
    status: choiceIn(row, "status", statuses) ?? "draft",
    fields: readFields(row, plainFields),
    createdAt: now,
    updatedAt: now,
  });
}

function numberOf(world: World, contractId: number, row: Row, before: ChangeOrder | undefined): string {
  const sent = textIn(row, "number");
  if (sent === undefined || sent === null || sent === "") return before?.number ?? nextNumber(world, contractId);
  const holder = world.changeOrders.first("number", `${contractId}|${sent}`);
  if (holder !== undefined && holder.id !== before?.id) throw taken("number");
  return sent;
}

/** procore 4.7 [B sup]: 001, 002, 003 … in sequence. */
function nextNumber(world: World, contractId: number): string {
  for (let serial = 1; ; serial += 1) {
    const number = String(serial).padStart(3, "0");
    if (world.changeOrders.first("number", `${contractId}|${number}`) === undefined) return number;
  }
}

export function updateChangeOrder(call: Call, order: ChangeOrder, row: Row): ChangeOrder {
  const status = choiceIn(row, "status", statuses) ?? order.status;
  if (order.status === "approved") refuseApproved(call, order, row, status);
  return call.world.changeOrders.put({
    ...order,
    number: numberOf(call.world, order.contractId, row, order),
    status,
    fields: { ...order.fields, ...readFields(row, plainFields) },
    updatedAt: stampOf(call.clock),
  });
}

/** procore 4.7 [A]: "Approved = locked". Only its status leaves, by switch, and never once it was invoiced. */
function refuseApproved(call: Call, order: ChangeOrder, row: Row, status: string): void {
  const { world } = call;
  const isReopened = status !== "approved" && Object.keys(row).every((key) => key === "status" || key === "contract_id");
  if (!isReopened || !world.switches.approvedChangeOrderReopens) {
    throw invalid("base", "This change order is locked because it is approved");
  }
  for (const line of world.changeOrderLines.by("holder", order.id)) {
    if (isBilled(world, line.id)) throw invalid("base", "A change order that has been invoiced cannot be reopened");
  }
}

export function refuseLocked(order: ChangeOrder): void {
  if (order.status === "approved") throw invalid("base", "This change order is locked because it is approved");
}

export function deleteChangeOrder(call: Call, order: ChangeOrder): void {
  refuseLocked(order);
  for (const line of call.world.changeOrderLines.by("holder", order.id)) call.world.changeOrderLines.remove(line.id);
  call.world.changeOrders.remove(order.id);
}
