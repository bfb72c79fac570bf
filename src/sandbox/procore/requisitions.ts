/** Requisitions, which the web UI calls subcontractor invoices: v1.1, with the item lists and the bulk update of v1.0 (procore 4.9). */
import { demandOwnContract } from "./contracts.ts";
import { type Call, created, ok, type Reply, type Route } from "./exchange.ts";
import { commonFilters, filtered, filterIds, filterText, page } from "./paging.ts";
import type { Contract, Project, Requisition } from "./records.ts";
import { malformed, notFound, Refusal, shaped } from "./refusal.ts";
import {
  changeItems,
  createRequisition,
  deleteRequisition,
  latestOf,
  refuseClosed,
  updateRequisition,
} from "./requisition-rules.ts";
import { showDetail, showListedItem, showRequisition } from "./requisition-view.ts";
import { demandCompany, demandNamedProject, demandProject, listedProject } from "./scope.ts";
import { dateOf, integerOf, isRow, textOf, wrapped } from "./values.ts";

const view = (call: Call) => call.query.get("view");

function list(call: Call): Reply {
  const { world } = call;
  const project = listedProject(call);
  const [origin, status, isLast] = ["origin_id", "status", "is_last"].map((name) => filterText(call, name));
  const [contracts, periods] = ["commitment_id", "period_id"].map((name) => filterIds(call, name));
  const tests = commonFilters<Requisition>(call);
  if (origin !== undefined) tests.push((one) => one.originId === origin);
  if (status !== undefined) tests.push((one) => one.status === status);
  if (contracts !== undefined) tests.push((one) => contracts.has(one.contractId));
  if (periods !== undefined) tests.push((one) => periods.has(one.periodId));
  if (isLast !== undefined) {
    tests.push((one) => (latestOf(world, one.contractId)?.id === one.id) === (isLast === "true"));
  }
  const found = project === undefined ? [] : world.requisitions.by("project", project.id);
  // procore 3, 4.9 [A]: 30 unless asked for more.
  const limits = { standard: 30, max: world.switches.perPageMax };
  return page(call, filtered(found, tests), (one) => showRequisition(world, one, view(call)), limits);
}

type Found = { project: Project; contract: Contract; requisition: Requisition };

function demandRequisition(call: Call, idText: string | undefined): Found {
  const project = demandNamedProject(call);
  const requisition = call.world.requisitions.get(integerOf(idText));
  const contract = call.world.contracts.get(requisition?.contractId);
  if (requisition === undefined || contract === undefined || requisition.projectId !== project.id) {
    throw notFound("Requisition", "text");
  }
  return { project, contract, requisition };
}

/** procore 4.9: create declares 400 for what it does not accept. */
function create(call: Call): Reply {
  const project = demandProject(call, call.body.project_id);
  const contract = demandOwnContract(call, project, call.body.commitment_id);
  try {
    const row = call.body.requisition === undefined ? {} : wrapped(call.body, "requisition");
    return created(showRequisition(call.world, createRequisition(call, project, contract, row), view(call)));
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 422) throw error;
    throw new Refusal(call.world.switches.requisitionRefusalStatus, error.fields, "fields");
  }
}

function update(call: Call): Reply {
  const { project, contract, requisition } = demandRequisition(call, call.params.id);
  if (integerOf(call.body.commitment_id) !== contract.id) throw notFound("Commitment", "text");
  const row = call.body.requisition === undefined ? {} : wrapped(call.body, "requisition");
  return ok(showRequisition(call.world, updateRequisition(call, project, contract, requisition, row), view(call)));
}

function remove(call: Call): Reply {
  deleteRequisition(call, demandRequisition(call, call.params.id).requisition);
  return { status: 200 };
}

/** procore 4.9 [A]: 200 with an empty body. */
function bulkItemUpdate(call: Call): Reply {
  const { contract, requisition } = demandRequisition(call, call.params.requisition_id);
  if (!Array.isArray(call.body.requisition_items)) {
    throw malformed("param is missing or the value is empty: requisition_items", "doc");
  }
  refuseClosed(call, requisition);
  const items = call.body.requisition_items;
  if (items.some((item) => isRow(item) && integerOf(item.id) === undefined)) throw malformed("id is missing", "doc");
  changeItems(call, contract, requisition, items);
  return { status: 200 };
}

function listItems(kind: "contract_item" | "change_order_item"): (call: Call) => Reply {
  return (call) => {
    const { requisition } = demandRequisition(call, call.params.requisition_id);
    const found = filtered(call.world.requisitionItems.by("requisition", requisition.id), [(item) => item.kind === kind]);
    return page(call, found, (item) => showListedItem(call.world, item));
  };
}

/** procore 4.9 [A]: the due date has an endpoint of its own, open whatever the status. */
function paymentDetails(call: Call): Reply {
  demandCompany(call, call.params.company_id);
  const project = demandProject(call, call.params.project_id);
  const requisition = call.world.requisitions.get(integerOf(call.params.id));
  if (requisition === undefined || requisition.projectId !== project.id) throw notFound("Requisition", "error");
  const dueDate = dateOf(call.body.due_date);
  if (dueDate === null) throw malformed(`due_date is not a date: ${textOf(call.body.due_date) ?? ""}`, "error");
  call.world.requisitions.put({ ...requisition, fields: { ...requisition.fields, due_date: dueDate } });
  return ok({ data: { due_date: dueDate } });
}

const base = "/rest/v1.1/requisitions";
const v10 = "/rest/v1.0/requisitions/{requisition_id}";

export const requisitionRoutes: readonly Route[] = [
  ["GET", base, list],
  ["POST", base, create],
  [
    "GET",
    `${base}/{id}`,
    (call) => ok(showRequisition(call.world, demandRequisition(call, call.params.id).requisition, view(call))),
  ],
  ["PATCH", `${base}/{id}`, shaped("list", update)],
  ["DELETE", `${base}/{id}`, shaped("text", remove)],
  ["GET", `${v10}/detail`, (call) => ok(showDetail(call.world, demandRequisition(call, call.params.requisition_id).requisition))],
  ["GET", `${v10}/contract_items`, listItems("contract_item")],
  ["GET", `${v10}/change_order_items`, listItems("change_order_item")],
  ["PATCH", `${v10}/bulk_item_update`, shaped("doc", bulkItemUpdate)],
  ["PATCH", "/rest/v2.0/companies/{company_id}/projects/{project_id}/requisitions/{id}/payment_details", paymentDetails],
];
