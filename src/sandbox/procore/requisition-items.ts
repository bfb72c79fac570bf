/**
 * The items of a requisition (procore 4.9): one for each line of the contract and of its approved change orders, with what earlier
 * requisitions brought carried over. Work of amount contracts is money; of unit contracts it is quantity times unit price, and money
 * that is sent is not looked at. Retainage is held only where there is work, silently; without a word the contract's percentage is.
 */
import { multiply, parseDecimal, roundTo, showFixed, takePercent, toTotal, totalScale } from "./decimal.ts";
import type { Call } from "./exchange.ts";
import type { Carried, Contract, Line, Requisition, RequisitionItem } from "./records.ts";
import { invalid } from "./refusal.ts";
import { choiceIn, decimalIn, integerOf, type Row, textIn } from "./values.ts";
import type { World } from "./world.ts";

const statuses = ["approved", "rejected", "no_action"] as const;
const kinds = ["contract_item", "contract_detail_item", "change_order_item"] as const;
const nothing: Carried = {
  work: "0.0",
  quantity: "0.0",
  materialsMoved: "0.0",
  materialsRetainedMoved: "0.0",
  workRetained: "0.0",
};

const sum = (...texts: readonly string[]): string =>
  showFixed(
    texts.map(toTotal).reduce((a, b) => a + b, 0n),
    totalScale,
  );
const minus = (text: string): string => showFixed(-toTotal(text), totalScale);

export const lineOf = (world: World, item: RequisitionItem): Line | undefined =>
  (item.kind === "contract_item" ? world.contractLines : world.changeOrderLines).get(item.lineId);

/** What stands to date on a line after this item. */
export const workToDate = (item: RequisitionItem): bigint =>
  toTotal(item.carried.work) + toTotal(item.work) + toTotal(item.materials);
export const workRetainedToDate = (item: RequisitionItem): bigint =>
  toTotal(item.carried.workRetained) + toTotal(item.workRetained) - toTotal(item.workReleased);

/** The lines that can be invoiced now, in their order. */
function* billable(world: World, contract: Contract): Iterable<[RequisitionItem["kind"], Line]> {
  for (const line of world.contractLines.by("holder", contract.id)) yield ["contract_item", line];
  for (const order of world.changeOrders.by("contract", contract.id)) {
    if (order.status !== "approved") continue;
    for (const line of world.changeOrderLines.by("holder", order.id)) yield ["change_order_item", line];
  }
}

export function generateItems(call: Call, contract: Contract, requisition: Requisition): void {
  const { world } = call;
  let position = 0;
  for (const [kind, line] of billable(world, contract)) {
    position += 1;
    const before = requisition.previousId === null ? undefined : itemOf(world, requisition.previousId, line.id);
    const carried = carryOver(call, before);
    const materials = world.switches.materialsBecomeWork ? "0.0" : (before?.materials ?? "0.0");
    const materialsRetained = world.switches.materialsBecomeWork ? "0.0" : (before?.materialsRetained ?? "0.0");
    world.requisitionItems.put({
      id: world.nextId(),
      requisitionId: requisition.id,
      kind,
      lineId: line.id,
      position,
      carried,
      work: "0.0",
      quantity: "0.0",
      materials,
      workRetained: "0.0",
      workReleased: "0.0",
      materialsRetained,
      workPercent: before?.workPercent ?? null,
      materialsPercent: before?.materialsPercent ?? null,
      claimed: null,
      comment: null,
      status: "no_action",
    });
  }
}

function carryOver(call: Call, before: RequisitionItem | undefined): Carried {
  if (before === undefined) return nothing;
  const moves = call.world.switches.materialsBecomeWork;
  const materialsMoved = moves ? before.materials : "0.0";
  const materialsRetainedMoved = moves ? before.materialsRetained : "0.0";
  return {
    work: sum(before.carried.work, before.work, materialsMoved),
    quantity: sum(before.carried.quantity, before.quantity),
    materialsMoved,
    materialsRetainedMoved,
    workRetained: sum(before.carried.workRetained, before.workRetained, minus(before.workReleased), materialsRetainedMoved),
  };
}

/** The later requisitions take over what an edit of an earlier one changed. */
export function carryOn(call: Call, later: readonly Requisition[]): void {
  for (const requisition of later) {
    for (const item of call.world.requisitionItems.by("requisition", requisition.id)) {
      const before = requisition.previousId === null ? undefined : itemOf(call.world, requisition.previousId, item.lineId);
      call.world.requisitionItems.put({ ...item, carried: carryOver(call, before) });
    }
  }
}

function itemOf(world: World, requisitionId: number, lineId: number): RequisitionItem | undefined {
  for (const item of world.requisitionItems.by("requisition", requisitionId)) if (item.lineId === lineId) return item;
  return undefined;
}

/** An item named by its own id (updates) or by the line it bills (create). */
export function findItem(call: Call, requisition: Requisition, row: Row): RequisitionItem {
  const kind = choiceIn(row, "item_type", kinds);
  if (kind === undefined) throw invalid("item_type", "can't be blank");
  // procore 4.5: detail items need a subcontractor's schedule of values, which is off here.
  if (kind === "contract_detail_item") throw invalid("item_type", "the subcontractor schedule of values is not enabled");
  const id = integerOf(row.id);
  const own =
    id === undefined
      ? itemOf(call.world, requisition.id, integerOf(row.line_item_id) ?? -1)
      : call.world.requisitionItems.get(id);
  if (own === undefined || own.requisitionId !== requisition.id || own.kind !== kind) {
    throw invalid(id === undefined ? "line_item_id" : "id", "is not an item of this invoice");
  }
  return own;
}

export function changeItem(call: Call, contract: Contract, item: RequisitionItem, row: Row): RequisitionItem {
  const { world } = call;
  const line = lineOf(world, item);
  const quantity = textOf(row, "work_completed_this_period_quantity", item.quantity);
  const isUnit = contract.accountingMethod === "unit" && line?.unitCost !== null && line?.unitCost !== undefined;
  const work = isUnit ? priced(call, quantity, line.unitCost) : moneyOf(call, row, "work_completed_this_period", item.work);
  const next: RequisitionItem = {
    ...item,
    work,
    quantity: isUnit ? quantity : item.quantity,
    materials: isUnit ? item.materials : materialsOf(call, row, item),
    workReleased: releasedOf(call, row, item, work),
    claimed: textOf(row, "subcontractor_claimed_amount", item.claimed),
    comment: textIn(row, "comment") ?? item.comment,
    status: choiceIn(row, "status", statuses) ?? item.status,
  };
  const retained = { ...next, ...workRetainage(call, contract, item, next, row), ...materialsRetainage(call, next, row) };
  refuseBeyond(call, line, retained);
  return world.requisitionItems.put(retained);
}

function textOf<T extends string | null>(row: Row, key: string, otherwise: T): string | T {
  const value = decimalIn(row, key);
  if (value === undefined || value === null) return otherwise;
  return showFixed(roundTo(value, totalScale).digits, totalScale);
}

function moneyOf(call: Call, row: Row, key: string, otherwise: string): string {
  const value = decimalIn(row, key);
  if (value === undefined) return otherwise;
  return value === null ? "0.0" : rounded(call, roundTo(value, totalScale).digits);
}

const rounded = (call: Call, digits: bigint): string => showFixed(digits, Math.max(1, call.world.switches.amountDecimals));

function priced(call: Call, quantity: string, unitCost: string): string {
  const [q, u] = [parseDecimal(quantity), parseDecimal(unitCost)];
  return q === undefined || u === undefined ? "0.0" : rounded(call, roundTo(multiply(q, u), totalScale).digits);
}

/** The spec: `materials_presently_stored` counts only where neither new nor stored materials are sent. */
function materialsOf(call: Call, row: Row, item: RequisitionItem): string {
  if (row.new_materials === undefined && row.stored_materials === undefined) {
    return moneyOf(call, row, "materials_presently_stored", item.materials);
  }
  return sum(moneyOf(call, row, "new_materials", "0.0"), moneyOf(call, row, "stored_materials", "0.0"));
}

/** procore 4.9 [A]: an amount only where there is work, a percentage only where there is none; the other one is dropped silently. */
function workRetainage(call: Call, contract: Contract, before: RequisitionItem, next: RequisitionItem, row: Row) {
  const sent = decimalIn(row, "work_completed_retainage_retained_this_period");
  if (toTotal(next.work) === 0n) {
    return { workRetained: "0.0", workPercent: textOf(row, "work_completed_retainage_percent_this_period", next.workPercent) };
  }
  if (sent !== undefined && sent !== null) return { workRetained: rounded(call, roundTo(sent, totalScale).digits) };
  if (!call.world.switches.retainageDefaulted || before.work === next.work) return {};
  const percent = toTotal(next.workPercent ?? textIn(contract.fields, "retainage_percent") ?? null);
  return { workRetained: rounded(call, takePercent(toTotal(next.work), percent, call.world.switches.amountDecimals)) };
}

/** Dropped silently, as what is retained without work is. */
function releasedOf(call: Call, row: Row, item: RequisitionItem, work: string): string {
  if (!call.world.switches.releaseWithoutWork && toTotal(work) === 0n) return "0.0";
  return moneyOf(call, row, "work_completed_retainage_released_this_period", item.workReleased);
}

function materialsRetainage(call: Call, next: RequisitionItem, row: Row) {
  if (toTotal(next.materials) !== 0n) {
    return { materialsRetained: moneyOf(call, row, "materials_stored_retainage_currently_retained", next.materialsRetained) };
  }
  const materialsPercent = textOf(row, "materials_stored_retainage_percent_this_period", next.materialsPercent);
  return { materialsRetained: "0.0", materialsPercent };
}

function refuseBeyond(call: Call, line: Line | undefined, item: RequisitionItem): void {
  const { switches } = call.world;
  // procore 4.9, 7.9
  if (!switches.negativeRequisitions && (toTotal(item.work) < 0n || toTotal(item.materials) < 0n)) {
    throw invalid("work_completed_this_period", "must be greater than or equal to 0");
  }
  const released = toTotal(item.workReleased);
  if (released > 0n && released > toTotal(item.carried.workRetained) + toTotal(item.workRetained)) {
    throw invalid("work_completed_retainage_released_this_period", "cannot exceed the retainage that is held");
  }
  const scheduled = toTotal(line?.amount ?? null);
  const [total, bound] = scheduled < 0n ? [-workToDate(item), -scheduled] : [workToDate(item), scheduled];
  if (switches.overbillingGuard && total > bound) {
    throw invalid("work_completed_this_period", "total completed and stored to date cannot exceed the scheduled value");
  }
}
