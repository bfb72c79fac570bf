/** Cost types, which the API calls line item types: of the company, with a sync (procore 4.12). */
import { type Call, created, ok, type Reply, type Route } from "./exchange.ts";
import { codeLimits, filtered, filterText, page } from "./paging.ts";
import type { LineItemType } from "./records.ts";
import { invalid, notFound, shaped, taken } from "./refusal.ts";
import { claimOrigin, demandCompany, isOwnCompany, listedProject, originOf } from "./scope.ts";
import { syncRows } from "./sync.ts";
import { choiceIn, integerOf, type Row, textIn, wrapped } from "./values.ts";

/** `labor` may be sent and is not among what is answered (the spec's own enums). */
const baseTypes = ["labor", "equipment", "materials", "commitment", "owner_cost", "professional_services", "other"] as const;

export const showType = (type: LineItemType) => ({
  id: type.id,
  name: type.name,
  code: type.code,
  base_type: type.baseType === "labor" ? "other" : type.baseType,
  origin_data: type.originData ?? null,
  origin_id: type.originId,
});

function list(call: Call): Reply {
  const { query, world } = call;
  // procore 4.12: needs company_id or project_id.
  const isInScope = query.has("company_id") ? isOwnCompany(call, query.get("company_id")) : listedProject(call) !== undefined;
  const origin = filterText(call, "origin_id");
  const tests = origin === undefined ? [] : [(type: LineItemType) => type.originId === origin];
  const found = isInScope ? world.lineItemTypes.by("company", call.company.id) : [];
  return page(call, filtered(found, tests), showType, codeLimits);
}

function changed(call: Call, before: LineItemType, row: Row): LineItemType {
  const { world } = call;
  const name = textIn(row, "name") ?? before.name;
  const code = textIn(row, "csv_import_code") ?? before.code;
  if (name === "") throw invalid("name", "can't be blank");
  if (code === "") throw invalid("csv_import_code", "can't be blank");
  const holder = world.lineItemTypes.first("code", `${before.companyId}|${code}`);
  if (holder !== undefined && holder.id !== before.id) throw taken("csv_import_code");
  const originId = originOf(textIn(row, "origin_id"), before.originId);
  claimOrigin(world, world.lineItemTypes, before.companyId, originId, before.id);
  const baseType = choiceIn(row, "base_type", baseTypes) ?? before.baseType;
  return { ...before, name, code, originId, baseType, originData: textIn(row, "origin_data") ?? before.originData ?? null };
}

function createType(call: Call, row: Row): LineItemType {
  const blank: LineItemType = { id: 0, companyId: call.company.id, code: "", name: "", baseType: "other", originId: null };
  return call.world.lineItemTypes.put({ ...changed(call, blank, row), id: call.world.nextId() });
}

const updateType = (call: Call, before: LineItemType, row: Row) => call.world.lineItemTypes.put(changed(call, before, row));

function demandType(call: Call): LineItemType {
  demandCompany(call, call.query.get("company_id") ?? call.body.company_id);
  const type = call.world.lineItemTypes.get(integerOf(call.params.id));
  if (type === undefined || type.companyId !== call.company.id) throw notFound("Line item type");
  return type;
}

function create(call: Call): Reply {
  demandCompany(call, call.body.company_id);
  return created(showType(createType(call, wrapped(call.body, "line_item_type"))));
}

function sync(call: Call): Reply {
  demandCompany(call, call.body.company_id);
  const own = (type: LineItemType | undefined) => (type?.companyId === call.company.id ? type : undefined);
  return syncRows<LineItemType>(call, {
    byId: (id) => own(call.world.lineItemTypes.get(id)),
    byOrigin: (origin) => own(call.world.lineItemTypes.first("origin", `${call.company.id}|${origin}`)),
    create: (row) => createType(call, row),
    update: (type, row) => updateType(call, type, row),
    show: showType,
  });
}

const base = "/rest/v1.0/line_item_types";

export const costTypeRoutes: readonly Route[] = [
  ["GET", base, list],
  ["POST", base, shaped("fields", create)],
  ["PATCH", `${base}/sync`, sync],
  ["GET", `${base}/{id}`, (call) => ok(showType(demandType(call)))],
  [
    "PATCH",
    `${base}/{id}`,
    shaped("fields", (call: Call) => ok(showType(updateType(call, demandType(call), wrapped(call.body, "line_item_type"))))),
  ],
];
