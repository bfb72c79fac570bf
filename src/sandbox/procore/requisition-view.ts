/**
 * How a requisition is answered (procore 4.9): money with two places, unit prices with four. What each view holds is not documented:
 * the default one has the header alone, `extended` adds the figures of the G702 form, `items` adds the items.
 */
import { parseDecimal, percentOf, roundTo, showDecimal, showFixed, toTotal, totalScale } from "./decimal.ts";
import type { Contract, Requisition, RequisitionItem } from "./records.ts";
import { lineOf, workRetainedToDate, workToDate } from "./requisition-items.ts";
import { closedBecause, isSettled } from "./requisition-rules.ts";
import type { World } from "./world.ts";

const money = (digits: bigint): string => showFixed(digits, 2);
const moneyText = (text: string | null): string => money(toTotal(text));
const percent = (part: bigint, whole: bigint): string =>
  showDecimal(roundTo({ digits: percentOf(part, whole), scale: totalScale }, 2));
const shortText = (text: string | null): string => {
  const value = text === null ? undefined : parseDecimal(text);
  return value === undefined ? "0.0" : showDecimal(value);
};

const itemsOf = (world: World, requisition: Requisition) => [...world.requisitionItems.by("requisition", requisition.id)];
const add = (items: readonly RequisitionItem[], amount: (item: RequisitionItem) => bigint): bigint =>
  items.reduce((total, item) => total + amount(item), 0n);
const scheduledOf = (world: World, item: RequisitionItem): bigint => toTotal(lineOf(world, item)?.amount ?? null);

/** What was earned to date, less what is retained. */
function earnedOf(world: World, requisition: Requisition | undefined): bigint {
  if (requisition === undefined) return 0n;
  const retained = (item: RequisitionItem) => workRetainedToDate(item) + toTotal(item.materialsRetained);
  return add(itemsOf(world, requisition), (item) => workToDate(item) - retained(item));
}

/** What this one asks to be paid. */
export function dueOf(world: World, requisition: Requisition): bigint {
  return earnedOf(world, requisition) - earnedOf(world, world.requisitions.get(requisition.previousId ?? undefined));
}

/** The sum that a contract's requisitions of settled status ask for. */
export function invoicedOf(world: World, contract: Contract): bigint {
  let total = 0n;
  for (const one of world.requisitions.by("contract", contract.id)) if (isSettled(one)) total += dueOf(world, one);
  return total;
}

function header(world: World, requisition: Requisition): Record<string, unknown> {
  const { fields } = requisition;
  const contract = world.contracts.get(requisition.contractId);
  const vendor = world.vendors.get(contract?.vendorId ?? undefined);
  const items = itemsOf(world, requisition);
  const scheduled = add(items, (item) => scheduledOf(world, item));
  return {
    id: requisition.id,
    // The first of a chain has no predecessor to name.
    ...(requisition.previousId === null ? {} : { previous_requisition_id: requisition.previousId }),
    project_id: requisition.projectId,
    billing_date: fields.billing_date ?? null,
    created_at: requisition.createdAt,
    updated_at: requisition.updatedAt,
    commitment_id: requisition.contractId,
    commitment_type: "PurchaseOrderContract",
    contract_name: `${contract?.number ?? ""} - ${contract?.fields.title ?? ""}`,
    deletable: closedBecause(world, requisition) === undefined,
    final: fields.final ?? false,
    ...(vendor === undefined ? {} : { vendor_name: vendor.name, vendor_id: vendor.id }),
    invoice_number: fields.invoice_number ?? null,
    origin_data: fields.origin_data ?? null,
    origin_id: requisition.originId,
    payment_date: fields.payment_date ?? null,
    percent_complete: percent(add(items, workToDate), scheduled),
    period_id: requisition.periodId,
    requisition_start: fields.requisition_start ?? null,
    requisition_end: fields.requisition_end ?? null,
    status: requisition.status,
    erp_status: requisition.originId === null ? "not_synced" : "synced",
    number: requisition.number,
    submitted_at: fields.submitted_at ?? null,
    total_claimed_amount: money(add(items, (item) => toTotal(item.work))),
    move_materials_to_previous_work_completed: world.switches.materialsBecomeWork,
    currency_configuration: { currency_iso_code: world.projects.get(requisition.projectId)?.currencyIsoCode ?? "" },
  };
}

function summary(world: World, requisition: Requisition): Record<string, string> {
  const items = itemsOf(world, requisition);
  const changes = items.filter((item) => item.kind === "change_order_item");
  const changed = add(changes, (item) => scheduledOf(world, item));
  const scheduled = add(items, (item) => scheduledOf(world, item));
  const completed = add(items, (item) => toTotal(item.carried.work) + toTotal(item.work));
  const materials = add(items, (item) => toTotal(item.materials));
  const workRetained = add(items, workRetainedToDate);
  const materialsRetained = add(items, (item) => toTotal(item.materialsRetained));
  const earned = earnedOf(world, requisition);
  const positive = add(changes, (item) => (scheduledOf(world, item) > 0n ? scheduledOf(world, item) : 0n));
  return {
    balance_to_finish_including_retainage: money(scheduled - earned),
    completed_work_retainage_percent: percent(workRetained, completed),
    completed_work_retainage_amount: money(workRetained),
    contract_sum_to_date: money(scheduled),
    current_payment_due: money(dueOf(world, requisition)),
    formatted_period: `${requisition.fields.requisition_start ?? ""} - ${requisition.fields.requisition_end ?? ""}`,
    less_previous_certificates_for_payment: money(earned - dueOf(world, requisition)),
    net_change_by_change_orders: money(changed),
    negative_change_order_item_total: money(changed - positive),
    positive_change_order_item_total: money(positive),
    original_contract_sum: money(scheduled - changed),
    stored_materials_retainage_amount: money(materialsRetained),
    stored_materials_retainage_percent: percent(materialsRetained, materials),
    tax_applicable_to_this_payment: "0.00",
    total_completed_and_stored_to_date: money(completed + materials),
    total_earned_less_retainage: money(earned),
    total_retainage: money(workRetained + materialsRetained),
  };
}

/** What items share between the views; the item lists of v1.0 know less than the items within a requisition. */
function itemCore(world: World, item: RequisitionItem): Record<string, unknown> {
  const line = lineOf(world, item);
  const wbs = world.wbsCodes.get(line?.wbsCodeId);
  const project = world.projects.get(line?.projectId);
  return {
    id: item.id,
    cost_code_id: wbs?.costCodeId ?? null,
    line_item_id: item.lineId,
    description_of_work: line?.fields.description ?? null,
    scheduled_value: moneyText(line?.amount ?? null),
    work_completed_from_previous_application: moneyText(item.carried.work),
    work_completed_this_period: moneyText(item.work),
    materials_presently_stored: moneyText(item.materials),
    total_completed_and_stored_to_date: money(workToDate(item)),
    total_completed_and_stored_to_date_percent: percent(workToDate(item), toTotal(line?.amount ?? null)),
    work_completed_retainage_from_previous_application: moneyText(item.carried.workRetained),
    work_completed_retainage_retained_this_period: moneyText(item.workRetained),
    work_completed_retainage_percent_this_period:
      item.workPercent !== null ? shortText(item.workPercent) : percent(toTotal(item.workRetained), toTotal(item.work)),
    materials_stored_retainage_currently_retained: moneyText(item.materialsRetained),
    materials_stored_retainage_percent_this_period:
      item.materialsPercent !== null
        ? shortText(item.materialsPercent)
        : percent(toTotal(item.materialsRetained), toTotal(item.materials)),
    work_completed_retainage_released_this_period: moneyText(item.workReleased),
    materials_stored_retainage_released_this_period: "0.00",
    scheduled_quantity: shortText(line?.quantity ?? null),
    scheduled_unit_price: showFixed(toTotal(line?.unitCost ?? null), 4),
    work_completed_this_period_quantity: shortText(item.quantity),
    work_completed_from_previous_application_quantity: shortText(item.carried.quantity),
    position: item.position,
    subcontractor_claimed_amount: moneyText(item.claimed),
    materials_moved: moneyText(item.carried.materialsMoved),
    materials_retainage_retained_moved: moneyText(item.carried.materialsRetainedMoved),
    ...(wbs === undefined ? {} : { wbs_code: { id: wbs.id, flat_code: wbs.flatCode, description: wbs.description ?? "" } }),
    currency_configuration: { currency_iso_code: project?.currencyIsoCode ?? "" },
  };
}

function showItem(world: World, contract: Contract | undefined, item: RequisitionItem): Record<string, unknown> {
  const retained = toTotal(item.workRetained) - toTotal(item.workReleased);
  const gross = toTotal(item.work) + toTotal(item.materials);
  return {
    ...itemCore(world, item),
    item_type: item.kind,
    accounting_method: contract?.accountingMethod ?? "amount",
    gross_amount: money(gross),
    net_amount: money(gross - retained - toTotal(item.materialsRetained)),
    line_number: String(item.position),
    comment: item.comment,
    status: item.status,
    ssr_manual_override: false,
  };
}

/** One item in the list of its kind (v1.0). */
export function showListedItem(world: World, item: RequisitionItem): Record<string, unknown> {
  const core = itemCore(world, item);
  if (item.kind === "contract_item") {
    return { ...core, item_type: item.kind, comment: item.comment, status: item.status, ssr_manual_override: false };
  }
  const own = lineOf(world, item)?.fields.commitment_line_item_id;
  return {
    ...core,
    ...(typeof own === "number" ? { commitment_line_item_id: own } : {}),
    change_order_package_id: lineOf(world, item)?.holderId ?? 0,
  };
}

export function showRequisition(world: World, requisition: Requisition, view: string | null): Record<string, unknown> {
  const contract = world.contracts.get(requisition.contractId);
  const shown = header(world, requisition);
  if (view !== "extended" && view !== "items") return shown;
  const items = itemsOf(world, requisition).map((item) => showItem(world, contract, item));
  return view === "items" ? { ...shown, items } : { ...shown, summary: summary(world, requisition), items };
}

/** procore 4.9 [A]: `…/detail`, one row an item. */
export function showDetail(world: World, requisition: Requisition): readonly Record<string, unknown>[] {
  return itemsOf(world, requisition).map((item) => {
    const {
      subcontractor_claimed_amount: _1,
      wbs_code: _2,
      currency_configuration: _3,
      position: _4,
      line_item_id: _5,
      ...core
    } = itemCore(world, item);
    const scheduled = toTotal(lineOf(world, item)?.amount ?? null);
    return {
      ...core,
      item_number: item.position,
      item_type: item.kind,
      balance_to_finish: money(scheduled - workToDate(item)),
      total_completed_and_stored_to_date_quantity: shortText(
        showFixed(toTotal(item.carried.quantity) + toTotal(item.quantity), totalScale),
      ),
      work_completed_retainage_currently_retained: money(workRetainedToDate(item)),
      materials_stored_retainage_from_previous_application: "0.00",
      materials_stored_retainage_retained_this_period: moneyText(item.materialsRetained),
      total_retainage_currently_retained: money(workRetainedToDate(item) + toTotal(item.materialsRetained)),
      total_retainage_from_previous_application: moneyText(item.carried.workRetained),
    };
  });
}
