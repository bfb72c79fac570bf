/**
 * Creating and changing direct costs (procore 4.11): the type is set once, an invoice needs a vendor and a number unique for that
 * vendor, totals are the sum of the lines, and (by switch) a record with an origin id is closed to the API too.
 */
import { type Call, stampOf } from "./exchange.ts";
import { createLine } from "./line-rules.ts";
import type { DirectCost, Project } from "./records.ts";
import { invalid, Refusal, taken } from "./refusal.ts";
import { claimOrigin, originOf } from "./scope.ts";
import { choiceIn, type FieldKind, idIn, isRow, type Row, readFields, textIn } from "./values.ts";
import { demandVendor } from "./vendor-rules.ts";

const statuses = ["draft", "pending", "revise_and_resubmit", "approved"] as const;
const types = ["invoice", "expense", "payroll", "subcontractor_invoice"] as const;

/** procore 4.11 [A] */
const inlineLinesMax = 100;

const plainFields: Readonly<Record<string, FieldKind>> = {
  description: "text",
  direct_cost_date: "date",
  received_date: "date",
  payment_date: "date",
  terms: "text",
  origin_data: "text",
  employee_id: "integer",
};

export function createDirectCost(call: Call, project: Project, row: Row): DirectCost {
  const now = stampOf(call.clock);
  const type = choiceIn(row, "direct_cost_type", types);
  if (type === undefined) throw invalid("direct_cost_type", "can't be blank");
  if (type === "subcontractor_invoice" && !call.world.switches.subcontractorInvoice) {
    throw invalid("direct_cost_type", "is not included in the list");
  }
  const blank: DirectCost = {
    id: 0,
    companyId: project.companyId,
    projectId: project.id,
    type,
    status: "draft",
    vendorId: null,
    invoiceNumber: null,
    originId: null,
    fields: {},
    createdAt: now,
    updatedAt: now,
  };
  return call.world.directCosts.put({ ...changed(call, blank, row), id: call.world.nextId() });
}

export function updateDirectCost(call: Call, cost: DirectCost, row: Row): DirectCost {
  // procore 4.11, 7.6; and 0.13 [A]: to people in the web UI it is closed in any case.
  if ((call.world.switches.erpLock || call.actor.isPerson) && cost.originId !== null) {
    throw invalid("base", "This direct cost is locked because it has been synced with ERP");
  }
  if (typeof row.direct_cost_type === "string" && row.direct_cost_type !== cost.type) {
    throw invalid("direct_cost_type", "cannot be changed");
  }
  return call.world.directCosts.put({ ...changed(call, cost, row), updatedAt: stampOf(call.clock) });
}

function changed(call: Call, before: DirectCost, row: Row): DirectCost {
  const { world } = call;
  const originId = originOf(textIn(row, "origin_id"), before.originId);
  claimOrigin(world, world.directCosts, before.companyId, originId, before.id);
  const vendorId = vendorOf(call, before, row);
  const invoiceNumber = originOf(textIn(row, "invoice_number"), before.invoiceNumber);
  if (before.type === "invoice") refuseDuplicateInvoice(call, before, vendorId, invoiceNumber);
  const status = choiceIn(row, "status", statuses) ?? before.status;
  const fields = { ...before.fields, ...readFields(row, plainFields) };
  return { ...before, originId, vendorId, invoiceNumber, status, fields };
}

function vendorOf(call: Call, before: DirectCost, row: Row): number | null {
  const sent = idIn(row, "vendor_id");
  const vendorId = sent === undefined ? before.vendorId : sent;
  if (vendorId !== null && vendorId !== before.vendorId) demandVendor(call, vendorId);
  const isNeeded = before.type === "invoice" || !call.world.switches.expenseWithoutVendor;
  if (vendorId === null && isNeeded) throw invalid("vendor", "can't be blank");
  return vendorId;
}

/** procore 0.16 [B]: required for type invoice and unique per vendor (here: over all projects of the company). */
function refuseDuplicateInvoice(call: Call, before: DirectCost, vendorId: number | null, invoiceNumber: string | null): void {
  if (invoiceNumber === null) throw invalid("invoice_number", "can't be blank");
  const holder = call.world.directCosts.first("invoice", `${before.companyId}|${vendorId}|${invoiceNumber}`);
  if (holder !== undefined && holder.id !== before.id) throw taken("invoice_number");
}

/** v1.1 only: lines within the create. `manual_amount`, or quantity and unit cost. All of it or nothing. */
export function createWithLines(call: Call, project: Project, row: Row): { cost: DirectCost; refs: readonly (string | null)[] } {
  const lines = row.line_items === undefined ? [] : row.line_items;
  if (!Array.isArray(lines) || !lines.every(isRow)) throw invalid("line_items", "must be a list");
  if (lines.length > inlineLinesMax) throw invalid("line_items", `is too long (maximum is ${inlineLinesMax})`);
  const cost = createDirectCost(call, project, row);
  for (const [index, line] of lines.entries()) {
    inPlace(`line_items[${index}]`, () => createLine(call, "direct-cost", cost, "free", inlineRow(line)));
  }
  return { cost, refs: lines.map((line) => textIn(line, "ref") ?? null) };
}

/** Says which of the inline lines was refused. The request as a whole is rolled back by whoever catches the refusal. */
function inPlace<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(
      422,
      Object.fromEntries(Object.entries(error.fields).map(([field, texts]) => [`${place}.${field}`, texts])),
    );
  }
}

export function inlineRow(line: Row): Row {
  const { manual_amount: manual, amount: _, ...rest } = line;
  return manual === undefined || manual === null
    ? { ...rest, extended_type: "calculated" }
    : { ...rest, amount: manual, extended_type: "manual" };
}
