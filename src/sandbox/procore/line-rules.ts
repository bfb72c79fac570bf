/**
 * Creating and changing lines, of contracts (procore 4.5) and of direct costs (4.11): the budget code must exist in the project, the
 * unit of measure in the company, and amount, quantity and unit cost must agree. Duplicate line numbers and codes are fine.
 */
import { combine } from "./budget-codes.ts";
import { budgetOfItself } from "./budget-rules.ts";
import { isEqual, multiply, parseDecimal, roundTo, showDecimal } from "./decimal.ts";
import { type Call, stampOf } from "./exchange.ts";
import type { Line } from "./records.ts";
import { invalid } from "./refusal.ts";
import { claimOrigin, originOf } from "./scope.ts";
import { choiceIn, decimalIn, type FieldKind, idIn, type Row, readFields, showRounded, textIn } from "./values.ts";

const plainFields: Readonly<Record<string, FieldKind>> = {
  description: "text",
  origin_data: "text",
  tax_code_id: "integer",
  commitment_line_item_id: "integer",
};

export type LineKind = "contract" | "change-order" | "direct-cost";
export type LineHolder = { readonly id: number; readonly companyId: number; readonly projectId: number };

/** `amount` contracts take manual lines only. Direct costs have no method: the line itself says. */
export type LineMethod = "amount" | "unit" | "free";

const tableOf = ({ world }: Call, kind: LineKind) =>
  ({ contract: world.contractLines, "change-order": world.changeOrderLines, "direct-cost": world.directCostLines })[kind];

export function createLine(call: Call, kind: LineKind, holder: LineHolder, method: LineMethod, row: Row): Line {
  const table = tableOf(call, kind);
  const now = stampOf(call.clock);
  const blank: Line = {
    id: 0,
    companyId: holder.companyId,
    projectId: holder.projectId,
    holderId: holder.id,
    wbsCodeId: 0,
    extendedType: "manual",
    amount: "0.0",
    quantity: null,
    unitCost: null,
    uom: null,
    position: call.world.totalOf(holder.id).lines + 1,
    originId: null,
    fields: {},
    createdAt: now,
    updatedAt: now,
  };
  const next = changed(call, kind, method, blank, row);
  return table.put({ ...next, id: call.world.nextId() });
}

export function updateLine(call: Call, kind: LineKind, method: LineMethod, line: Line, row: Row): Line {
  const next = changed(call, kind, method, line, row);
  return tableOf(call, kind).put({ ...next, updatedAt: stampOf(call.clock) });
}

function changed(call: Call, kind: LineKind, method: LineMethod, before: Line, row: Row): Line {
  const originId = originOf(textIn(row, "origin_id"), before.originId);
  claimOrigin(call.world, tableOf(call, kind), before.companyId, originId, before.id);
  const money = moneyOf(call, method, before, row);
  if (kind === "direct-cost" && !call.world.switches.negativeDirectCosts && money.amount.startsWith("-"))
    throw invalid("amount", "must be greater than or equal to 0");
  const uom = uomOf(call, before, row);
  refuseUnknownTax(call, before, row);
  // Last, for it may create the combination.
  const wbsCodeId = codeOf(call, before, row);
  budgetOfItself(call, before.projectId, wbsCodeId);
  return { ...before, ...money, originId, uom, wbsCodeId, fields: { ...before.fields, ...readFields(row, plainFields) } };
}

type LineMoney = Pick<Line, "extendedType" | "amount" | "quantity" | "unitCost">;

function moneyOf(call: Call, method: LineMethod, before: Line, row: Row): LineMoney {
  const { amountDecimals } = call.world.switches;
  const sent = decimalIn(row, "amount");
  const quantity = textOfDecimal(row, "quantity", before.quantity);
  const unitCost = textOfDecimal(row, "unit_cost", before.unitCost);
  const isPriced = quantity !== null && unitCost !== null;
  const extendedType = choiceIn(row, "extended_type", ["manual", "calculated"]) ?? typeWithoutWord(method, before, isPriced);
  if (extendedType === "manual") {
    const amount = sent === undefined ? before.amount : sent === null ? "0.0" : showRounded(sent, amountDecimals);
    return { extendedType, amount, quantity, unitCost };
  }
  if (method === "amount") throw invalid("extended_type", "must be manual on an amount based contract");
  const [q, u] = [quantity, unitCost].map((text) => (text === null ? undefined : parseDecimal(text)));
  if (q === undefined || u === undefined) throw invalid("extended_type", "calculated needs quantity and unit_cost");
  const product = roundTo(multiply(q, u), amountDecimals);
  if (sent !== undefined && sent !== null && !isEqual(roundTo(sent, amountDecimals), product)) {
    throw invalid("amount", "must be quantity times unit cost when extended_type is calculated");
  }
  return { extendedType, amount: showDecimal(product), quantity, unitCost };
}

/** procore 4.5: "with unit method amount = quantity x unit_cost unless manual". An existing line keeps its type. */
function typeWithoutWord(method: LineMethod, before: Line, isPriced: boolean): "manual" | "calculated" {
  if (before.id !== 0) return before.extendedType;
  return method !== "amount" && isPriced ? "calculated" : "manual";
}

function textOfDecimal(row: Row, key: string, before: string | null): string | null {
  const value = decimalIn(row, key);
  if (value === undefined) return before;
  return value === null ? null : showDecimal(value);
}

/** procore 4.14 [A]: a line's unit must be in the company's list. */
function uomOf(call: Call, before: Line, row: Row): string | null {
  const uom = textIn(row, "uom");
  if (uom === undefined) return before.uom;
  if (uom === null || uom === "") return null;
  if (call.world.uoms.first("name", `${before.companyId}|${uom}`) === undefined)
    throw invalid("uom", "is not included in the list");
  return uom;
}

/** procore 8: a tax code must be one of the company's. */
function refuseUnknownTax(call: Call, before: Line, row: Row): void {
  const id = idIn(row, "tax_code_id");
  if (id === undefined || id === null) return;
  if (call.world.taxCodes.get(id)?.companyId !== before.companyId) throw invalid("tax_code_id", "does not exist");
}

/** procore 0.18 [A]: wbs_code_id, or cost_code_id with line_item_type_id; wbs wins. */
function codeOf(call: Call, before: Line, row: Row): number {
  const { world } = call;
  const wbsId = idIn(row, "wbs_code_id");
  if (wbsId !== undefined && wbsId !== null) {
    const wbs = world.wbsCodes.get(wbsId);
    if (wbs?.projectId !== before.projectId || wbs.status !== "active")
      throw invalid("wbs_code_id", "is not valid for this project");
    return wbs.id;
  }
  const costCodeId = idIn(row, "cost_code_id");
  const typeId = idIn(row, "line_item_type_id");
  if (costCodeId === undefined && typeId === undefined) {
    if (before.wbsCodeId === 0) throw invalid("wbs_code_id", "can't be blank");
    return before.wbsCodeId;
  }
  const held = world.wbsCodes.get(before.wbsCodeId);
  const costCode = world.costCodes.get(costCodeId ?? held?.costCodeId);
  const type = world.lineItemTypes.get(typeId ?? held?.lineItemTypeId);
  if (costCode?.projectId !== before.projectId) throw invalid("cost_code_id", "is not valid for this project");
  if (type?.companyId !== before.companyId) throw invalid("line_item_type_id", "is not valid for this project");
  return combine(call, before.projectId, costCode, type, null).id;
}
