/**
 * Creating and changing purchase order contracts (procore 4.4): numbers unique per project, a vendor who is there, active and in the
 * project's directory, an accounting method that freezes with the first line, and the lock of status Approved.
 */
import { type Call, stampOf } from "./exchange.ts";
import { isInDirectory } from "./project-vendors.ts";
import type { Contract, Project } from "./records.ts";
import { invalid, taken } from "./refusal.ts";
import { claimOrigin, originOf } from "./scope.ts";
import { choiceIn, type FieldKind, idIn, type Row, readFields, textIn } from "./values.ts";
import { demandVendor } from "./vendor-rules.ts";
import type { World } from "./world.ts";

const statuses = ["Draft", "Processing", "Submitted", "Partially Received", "Received", "Approved", "Closed"] as const;

const plainFields: Readonly<Record<string, FieldKind>> = {
  approval_letter_date: "date",
  bill_to_address: "text",
  contract_date: "date",
  delivery_date: "date",
  description: "text",
  executed: "boolean",
  execution_date: "date",
  issued_on_date: "date",
  letter_of_intent_date: "date",
  origin_code: "text",
  origin_data: "text",
  payment_terms: "text",
  private: "boolean",
  retainage_percent: "text",
  returned_date: "date",
  ship_to_address: "text",
  ship_via: "text",
  title: "text",
  assignee_id: "integer",
};

/** procore 4.4 [A]: accepted only with the multicurrency feature, and absent from sync, which drops them without a word. */
const currencyFields: Readonly<Record<string, FieldKind>> = { currency_iso_code: "text", currency_exchange_rate: "text" };

export type WriteWay = "single" | "sync";

export function createContract(call: Call, project: Project, row: Row, way: WriteWay): Contract {
  const { world } = call;
  const now = stampOf(call.clock);
  const blank: Contract = {
    id: 0,
    companyId: project.companyId,
    projectId: project.id,
    number: "",
    status: "Draft",
    accountingMethod: "amount",
    vendorId: null,
    originId: null,
    deletedAt: null,
    fields: {},
    createdAt: now,
    updatedAt: now,
  };
  const next = changed(call, project, blank, row, way);
  return world.contracts.put({ ...next, id: world.nextId(), number: next.number || nextNumber(world, project.id) });
}

export function updateContract(call: Call, project: Project, contract: Contract, row: Row, way: WriteWay): Contract {
  const next = changed(call, project, contract, row, way);
  const moved = movedParts(contract, next);
  if (moved.size === 0) return contract;
  refuseLocked(call.world, contract, next, moved);
  return call.world.contracts.put({ ...next, updatedAt: stampOf(call.clock) });
}

function changed(call: Call, project: Project, before: Contract, row: Row, way: WriteWay): Contract {
  const { world } = call;
  const originId = originOf(textIn(row, "origin_id"), before.originId);
  claimOrigin(world, world.contracts, before.companyId, originId, before.id);
  const accountingMethod = choiceIn(row, "accounting_method", ["amount", "unit"]) ?? before.accountingMethod;
  // procore 4.4 [A sup]
  if (accountingMethod !== before.accountingMethod && world.totalOf(before.id).lines > 0) {
    throw invalid("accounting_method", "cannot be changed once line items exist");
  }
  return {
    ...before,
    originId,
    accountingMethod,
    number: numberOf(world, before, row),
    status: choiceIn(row, "status", statuses) ?? before.status,
    vendorId: vendorOf(call, project, before, row),
    fields: { ...before.fields, ...readFields(row, plainFields), ...currencyOf(call, project, row, way) },
  };
}

/** procore 4.4 [A, sup]: at most 255 characters, duplicates not permitted; a recycled contract keeps its number. */
function numberOf(world: World, before: Contract, row: Row): string {
  const number = textIn(row, "number");
  if (number === undefined || number === null || number === before.number) return before.number;
  if (number.length > 255) throw invalid("number", "is too long (maximum is 255 characters)");
  const holder = world.contracts.first("number", `${before.projectId}|${number}`);
  if (holder !== undefined && holder.id !== before.id) throw taken("number");
  return number;
}

function nextNumber(world: World, projectId: number): string {
  for (let serial = 1; ; serial += 1) {
    const number = `PO-${String(serial).padStart(4, "0")}`;
    if (world.contracts.first("number", `${projectId}|${number}`) === undefined) return number;
  }
}

function vendorOf(call: Call, project: Project, before: Contract, row: Row): number | null {
  const vendorId = idIn(row, "vendor_id");
  if (vendorId === undefined || vendorId === before.vendorId) return before.vendorId;
  if (vendorId === null) return null;
  demandVendor(call, vendorId);
  // procore 4.3 [D], 7.7
  if (call.world.switches.requireProjectVendor && !isInDirectory(call.world, project.id, vendorId)) {
    throw invalid("vendor_id", "is not in the project directory");
  }
  return vendorId;
}

function currencyOf(call: Call, project: Project, row: Row, way: WriteWay) {
  if (way === "sync") return {};
  const currency = textIn(row, "currency_iso_code");
  const isForeign = typeof currency === "string" && currency !== project.currencyIsoCode;
  if (isForeign && !call.world.switches.multicurrency) throw invalid("currency_iso_code", "multicurrency is not enabled");
  return call.world.switches.multicurrency ? readFields(row, currencyFields) : {};
}

function movedParts(before: Contract, next: Contract): ReadonlySet<string> {
  const moved = new Set<string>();
  for (const key of ["number", "status", "accountingMethod", "vendorId", "originId"] as const) {
    if (before[key] !== next[key]) moved.add(key);
  }
  for (const key of Object.keys(next.fields)) if ((before.fields[key] ?? null) !== next.fields[key]) moved.add(key);
  return moved;
}

/** procore 4.4 [A]: origin attributes only bring a banner; they do not lock and are not locked. */
const neverLocked = new Set(["status", "originId", "origin_code", "origin_data"]);

function refuseLocked(world: World, before: Contract, next: Contract, moved: ReadonlySet<string>): void {
  if (!isLocked(world, before)) return;
  const locked = [...moved].filter((key) => !neverLocked.has(key));
  if (locked.length > 0) throw invalid("base", `This contract is locked because it is Approved (${locked.sort().join(", ")})`);
  if (next.status === "Draft" && moved.has("status")) refuseInvoiced(world, before);
  if (!moved.has("status") || next.status === "Draft" || (next.status === "Closed" && world.switches.approvedMayClose)) return;
  throw invalid("status", "can only be changed back to Draft while the contract is Approved");
}

function refuseInvoiced(world: World, contract: Contract): void {
  if (world.switches.invoicedContractReopens || world.requisitions.first("contract", contract.id) === undefined) return;
  throw invalid("status", "cannot be changed back to Draft once the contract has been invoiced");
}

export function isLocked(world: World, contract: Contract): boolean {
  return contract.status === "Approved" && !world.switches.alwaysEditableSov;
}
