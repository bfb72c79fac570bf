/** Commitment change orders: v1.0 for the headers, v2.0 for the lines, whose ids are text and whose bodies stand under `data` (procore 4.7). */
import { createChangeOrder, deleteChangeOrder, refuseLocked, updateChangeOrder } from "./change-order-rules.ts";
import { demandOwnContract } from "./contracts.ts";
import { showTotal } from "./decimal.ts";
import { type Call, created, ok, type Reply, type Route } from "./exchange.ts";
import { createLine, updateLine } from "./line-rules.ts";
import { commonFilters, filtered, filterIds, filterText, page, pageOfData } from "./paging.ts";
import type { ChangeOrder, Line } from "./records.ts";
import { forbidden, invalid, notFound, shaped } from "./refusal.ts";
import { demandCompany, demandProject } from "./scope.ts";
import { integerOf, wrapped } from "./values.ts";

function show(call: Call, order: ChangeOrder): Record<string, unknown> {
  const { fields } = order;
  const project = call.world.projects.get(order.projectId);
  return {
    id: order.id,
    contract_id: order.contractId,
    description: fields.description ?? null,
    title: fields.title ?? null,
    invoiced_date: fields.invoiced_date ?? null,
    due_date: fields.due_date ?? null,
    revised_substantial_completion_date: null,
    signed_change_order_received_date: fields.signed_change_order_received_date ?? null,
    updated_at: order.updatedAt,
    created_at: order.createdAt,
    reviewed_at: null,
    executed: fields.executed ?? false,
    paid: fields.paid ?? false,
    signature_required: fields.signature_required ?? false,
    private: fields.private ?? false,
    field_change: fields.field_change ?? false,
    grand_total: showTotal(call.world.totalOf(order.id).total),
    ...(typeof fields.schedule_impact_amount === "number" ? { schedule_impact_amount: fields.schedule_impact_amount } : {}),
    number: order.number,
    type: "CommitmentChangeOrder",
    revision: fields.revision ?? 0,
    status: order.status,
    reference: fields.reference ?? "",
    created_by: { id: call.actor.userId, name: "" },
    currency_configuration: { currency_iso_code: project?.currencyIsoCode ?? "" },
  };
}

/** procore 1 [C] for what is switched off; 4.7 [A] for more tiers than these endpoints support: they take none. */
function demandTiers(call: Call): void {
  const tiers = call.world.switches.changeOrderTiers;
  if (tiers === 0) throw forbidden("You do not have sufficient access to complete that action");
}

function demandSupportedTiers(call: Call): void {
  if (call.world.switches.changeOrderTiers > 2)
    throw invalid("base", "Only 1 and 2 tier change order configurations are supported");
}

function list(call: Call): Reply {
  const { world } = call;
  const project = demandProject(call, call.params.project_id);
  demandTiers(call);
  const contracts = filterIds(call, "contract_id");
  const vendors = filterIds(call, "vendor_id");
  const status = filterText(call, "status");
  const tests = commonFilters<ChangeOrder>(call);
  if (contracts !== undefined) tests.push((order) => contracts.has(order.contractId));
  if (vendors !== undefined) tests.push((order) => vendors.has(world.contracts.get(order.contractId)?.vendorId ?? -1));
  if (status !== undefined) tests.push((order) => order.status === status);
  return page(call, filtered(world.changeOrders.by("project", project.id), tests), (order) => show(call, order));
}

function demandOrder(call: Call, idText: string | undefined): ChangeOrder {
  const project = demandProject(call, call.params.project_id);
  demandTiers(call);
  const order = call.world.changeOrders.get(integerOf(idText));
  if (order === undefined || order.projectId !== project.id) throw notFound("Change order", "list");
  return order;
}

function create(call: Call): Reply {
  const project = demandProject(call, call.params.project_id);
  demandTiers(call);
  demandSupportedTiers(call);
  const row = wrapped(call.body, "change_order");
  const contract = demandOwnContract(call, project, row.contract_id);
  return created({ ...show(call, createChangeOrder(call, contract, row)), attachments: [] });
}

function update(call: Call): Reply {
  const order = demandOrder(call, call.params.id);
  return ok({ ...show(call, updateChangeOrder(call, order, wrapped(call.body, "change_order"))), attachments: [] });
}

function remove(call: Call): Reply {
  deleteChangeOrder(call, demandOrder(call, call.params.id));
  return { status: 204 };
}

function showLine(call: Call, line: Line): Record<string, unknown> {
  const wbs = call.world.wbsCodes.get(line.wbsCodeId);
  const own = line.fields.commitment_line_item_id;
  return {
    id: String(line.id),
    ...(typeof own === "number" ? { commitment_line_item_id: String(own) } : {}),
    description: line.fields.description ?? "",
    ...(line.uom === null ? {} : { uom: line.uom }),
    ...(line.quantity === null ? {} : { quantity: Number(line.quantity) }),
    ...(line.unitCost === null ? {} : { unit_cost: line.unitCost }),
    amount: line.amount,
    extended_type: line.extendedType,
    wbs_code_id: String(line.wbsCodeId),
    position: line.position,
    ...(wbs === undefined ? {} : { wbs_code: { id: String(wbs.id), flat_code: wbs.flatCode, description: wbs.description } }),
  };
}

function orderOfLines(call: Call): ChangeOrder {
  demandCompany(call, call.params.company_id);
  return demandOrder(call, call.params.commitment_change_order_id);
}

function demandLine(call: Call, order: ChangeOrder): Line {
  const line = call.world.changeOrderLines.get(integerOf(call.params.id));
  if (line === undefined || line.holderId !== order.id) throw notFound("Line item", "error");
  return line;
}

const methodOf = (call: Call, order: ChangeOrder) => call.world.contracts.get(order.contractId)?.accountingMethod ?? "amount";

/** The spec answers a create with 200. */
function createOneLine(call: Call): Reply {
  const order = orderOfLines(call);
  refuseLocked(order);
  return ok({ data: showLine(call, createLine(call, "change-order", order, methodOf(call, order), call.body)) });
}

function updateOneLine(call: Call): Reply {
  const order = orderOfLines(call);
  const line = demandLine(call, order);
  refuseLocked(order);
  return ok({ data: showLine(call, updateLine(call, "change-order", methodOf(call, order), line, call.body)) });
}

function removeLine(call: Call): Reply {
  const order = orderOfLines(call);
  const line = demandLine(call, order);
  refuseLocked(order);
  call.world.changeOrderLines.remove(line.id);
  return { status: 204 };
}

function listLines(call: Call): Reply {
  return pageOfData(call, call.world.changeOrderLines.by("holder", orderOfLines(call).id), (line) => showLine(call, line));
}

const base = "/rest/v1.0/projects/{project_id}/commitment_change_orders";
const lines =
  "/rest/v2.0/companies/{company_id}/projects/{project_id}/commitment_change_orders/{commitment_change_order_id}/line_items";

export const changeOrderRoutes: readonly Route[] = [
  ["GET", base, list],
  ["POST", base, shaped("fields", create)],
  ["GET", `${base}/{id}`, (call) => ok({ ...show(call, demandOrder(call, call.params.id)), attachments: [] })],
  ["PATCH", `${base}/{id}`, shaped("fields", update)],
  ["DELETE", `${base}/{id}`, shaped("list", remove)],
  ["GET", lines, listLines],
  ["POST", lines, shaped("v2", createOneLine)],
  [
    "GET",
    `${lines}/{id}`,
    (call) => {
      const order = orderOfLines(call);
      return ok({ data: showLine(call, demandLine(call, order)) });
    },
  ],
  ["PATCH", `${lines}/{id}`, shaped("v2", updateOneLine)],
  ["DELETE", `${lines}/{id}`, shaped("v2", removeLine)],
];
