/**
 * Creating, changing and deleting requisitions (procore 4.9). They form a chain for each contract: a new one goes last, and only the
 * latest may be changed or deleted, whatever date it carries. A billing period is needed; `origin_id` is unique per company; there is no
 * upsert, so who did not hear the answer must look before it creates again.
 */
import { type Call, stampOf } from "./exchange.ts";
import type { BillingPeriod, Contract, Project, Requisition } from "./records.ts";
import { invalid } from "./refusal.ts";
import { carryOn, changeItem, findItem, generateItems } from "./requisition-items.ts";
import { claimOrigin, originOf } from "./scope.ts";
import { choiceIn, type FieldKind, idIn, isRow, type Row, readFields, textIn } from "./values.ts";
import type { World } from "./world.ts";

export const requisitionStatuses = [
  "draft",
  "under_review",
  "revise_and_resubmit",
  "approved",
  "approved_as_noted",
  "pending_owner_approval",
] as const;

/** What counts as invoiced. */
const settled = new Set(["approved", "approved_as_noted", "pending_owner_approval"]);
export const isSettled = (requisition: Requisition): boolean => settled.has(requisition.status);

const plainFields: Readonly<Record<string, FieldKind>> = {
  requisition_start: "date",
  requisition_end: "date",
  billing_date: "date",
  payment_date: "date",
  submitted_at: "date",
  final: "boolean",
  invoice_number: "text",
  origin_data: "text",
};

/** procore 0.14 [B, C]: the error as it is reported. */
const noPeriod = "The project must have an open billing period (or admin can specify a period_id) to create an invoice";

export function latestOf(world: World, contractId: number): Requisition | undefined {
  let latest: Requisition | undefined;
  for (const one of world.requisitions.by("contract", contractId)) if (one.number > (latest?.number ?? 0)) latest = one;
  return latest;
}

export function requisitionsEnabled(world: World, contract: Contract): boolean {
  const project = world.projects.get(contract.projectId);
  return (contract.requisitionsAreEnabled ?? true) && (project?.requisitionsAreEnabled ?? true);
}

export function createRequisition(call: Call, project: Project, contract: Contract, row: Row): Requisition {
  const { world } = call;
  if (!requisitionsEnabled(world, contract)) throw invalid("base", "Invoicing is not enabled for this commitment");
  if (world.switches.requisitionNeedsApproved && contract.status !== "Approved") {
    throw invalid("commitment", "must be Approved to create an invoice");
  }
  const originId = originFor(call, project.companyId, row, { originId: null, id: 0 });
  const period = periodFor(call, project, row);
  const latest = latestOf(world, contract.id);
  const now = stampOf(call.clock);
  const requisition = world.requisitions.put({
    id: world.nextId(),
    companyId: project.companyId,
    projectId: project.id,
    contractId: contract.id,
    periodId: period.id,
    number: (latest?.number ?? 0) + 1,
    previousId: latest?.id ?? null,
    status: statusIn(call, row) ?? "draft",
    originId,
    fields: {
      requisition_start: period.startDate,
      requisition_end: period.endDate,
      billing_date: period.endDate,
      ...readFields(row, plainFields),
    },
    createdAt: now,
    updatedAt: now,
  });
  generateItems(call, contract, requisition);
  changeItems(call, contract, requisition, row.items);
  return requisition;
}

function originFor(call: Call, companyId: number, row: Row, own: { originId: string | null; id: number }): string | null {
  const originId = originOf(textIn(row, "origin_id"), own.originId);
  if (call.world.switches.requisitionOriginUnique) claimOrigin(call.world, call.world.requisitions, companyId, originId, own.id);
  return originId;
}

function periodFor(call: Call, project: Project, row: Row): BillingPeriod {
  const { world } = call;
  const id = idIn(row, "period_id");
  if (id === undefined || id === null) {
    const open = world.billingPeriods.first("open", project.id);
    if (open === undefined) throw invalid("base", noPeriod);
    return open;
  }
  const period = world.billingPeriods.get(id);
  if (period?.projectId !== project.id) throw invalid("period_id", "is not valid for this project");
  if (period.status === "closed" && !world.switches.closedPeriodBills) throw invalid("base", noPeriod);
  return period;
}

function statusIn(call: Call, row: Row): string | undefined {
  const status = choiceIn(row, "status", requisitionStatuses);
  // procore 4.9 [A]
  if (status !== undefined && !call.world.switches.requisitionAdmin && status !== "draft" && status !== "under_review") {
    throw invalid("status", "can only be set by an administrator");
  }
  return status;
}

export function updateRequisition(call: Call, project: Project, contract: Contract, before: Requisition, row: Row): Requisition {
  refuseClosed(call, before);
  const originId = originFor(call, project.companyId, row, before);
  const isMoved = idIn(row, "period_id") !== undefined && idIn(row, "period_id") !== before.periodId;
  const next = call.world.requisitions.put({
    ...before,
    originId,
    periodId: isMoved ? periodFor(call, project, row).id : before.periodId,
    status: statusIn(call, row) ?? before.status,
    fields: { ...before.fields, ...readFields(row, plainFields) },
    updatedAt: stampOf(call.clock),
  });
  changeItems(call, contract, next, row.items);
  return next;
}

/** All or none: the caller rolls back what a refusal leaves behind. */
export function changeItems(call: Call, contract: Contract, requisition: Requisition, items: unknown): void {
  if (items === undefined) return;
  if (!Array.isArray(items) || !items.every(isRow)) throw invalid("items", "must be a list");
  for (const row of items) changeItem(call, contract, findItem(call, requisition, row), row);
  const later = [...call.world.requisitions.by("contract", contract.id)].filter((one) => one.number > requisition.number);
  carryOn(
    call,
    later.sort((a, b) => a.number - b.number),
  );
}

/** Why this one may not be changed or deleted now, if so. */
export function closedBecause(world: World, requisition: Requisition): string | undefined {
  const { requisitionEdits, erpLock } = world.switches;
  if (erpLock && requisition.originId !== null) return "This invoice is not editable because it has been synced with ERP";
  if (requisitionEdits === "any") return undefined;
  if (latestOf(world, requisition.contractId)?.id !== requisition.id)
    return "Only the latest invoice of a commitment can be changed";
  const isClosed =
    requisitionEdits === "latest-open" && (requisition.status === "approved" || requisition.status === "approved_as_noted");
  return isClosed ? "An approved invoice cannot be changed" : undefined;
}

export function refuseClosed(call: Call, requisition: Requisition): void {
  // procore 0.13 [A]: in the web UI an origin id closes it to people.
  if (call.actor.isPerson && requisition.originId !== null) {
    throw invalid("base", "This invoice is not editable because it has been synced with ERP");
  }
  const reason = closedBecause(call.world, requisition);
  if (reason !== undefined) throw invalid("base", reason);
}

export function deleteRequisition(call: Call, requisition: Requisition): void {
  refuseClosed(call, requisition);
  // Under `any`, too: a chain has no holes.
  if (latestOf(call.world, requisition.contractId)?.id !== requisition.id) {
    throw invalid("base", "Only the latest invoice of a commitment can be deleted");
  }
  for (const item of call.world.requisitionItems.by("requisition", requisition.id)) call.world.requisitionItems.remove(item.id);
  call.world.requisitions.remove(requisition.id);
}

/** Whether a line has been billed: then it stays. */
export function isBilled(world: World, lineId: number): boolean {
  return world.requisitionItems.first("line", lineId) !== undefined;
}
