/**
 * Units of measure of the company (procore 4.14). The sync knows ids and no origin ids: a name that is there already is refused, so a
 * client reads the list before it writes. Procore's own units can be neither changed nor deleted.
 */
import { type Call, created, ok, type Reply, type Route } from "./exchange.ts";
import { page } from "./paging.ts";
import type { Uom } from "./records.ts";
import { invalid, notFound, Refusal, shaped, taken } from "./refusal.ts";
import { demandCompany } from "./scope.ts";
import { demandUpdates, settleEach } from "./sync.ts";
import { integerOf, isRow, type Row, textIn, wrapped } from "./values.ts";

/** Procore's categories; the numbers are the company's own. */
const categories = ["other", "time", "length", "area", "volume", "mass", "quantity"].map((name, index) => ({
  id: index + 1,
  name,
}));
const other = { id: 1, name: "other" };

const show = (uom: Uom) => ({
  id: uom.id,
  name: uom.name,
  description: uom.name,
  is_standard: uom.standard,
  uom_category: categories.find((one) => one.id === uom.categoryId) ?? other,
});

function inCompany(handler: (call: Call) => Reply): (call: Call) => Reply {
  return (call) => {
    demandCompany(call, call.params.company_id);
    return handler(call);
  };
}

function demandUom(call: Call, id: unknown): Uom {
  const uom = call.world.uoms.get(integerOf(id));
  if (uom === undefined || uom.companyId !== call.company.id) throw notFound("Unit of measure");
  return uom;
}

function put(call: Call, before: Uom | undefined, row: Row): Uom {
  const { world, company } = call;
  if (before?.standard) throw invalid("base", "A standard unit of measure cannot be changed");
  const name = textIn(row, "name") ?? before?.name ?? "";
  const categoryId = integerOf(row.uom_category_id) ?? before?.categoryId;
  if (name.trim() === "") throw invalid("name", "can't be blank");
  if (categoryId === undefined) throw invalid("uom_category_id", "can't be blank");
  const holder = world.uoms.first("name", `${company.id}|${name}`);
  if (holder !== undefined && holder.id !== before?.id) throw taken("name");
  return world.uoms.put({ id: before?.id ?? world.nextId(), companyId: company.id, name, standard: false, categoryId });
}

function remove(call: Call, uom: Uom): void {
  if (uom.standard) throw invalid("base", "A standard unit of measure cannot be deleted");
  call.world.uoms.remove(uom.id);
}

function sync(call: Call): Reply {
  const updates = demandUpdates(call);
  const { deletes } = call.body;
  for (const id of Array.isArray(deletes) ? deletes : []) remove(call, demandUom(call, id));
  const settle = (given: unknown): Uom => {
    const row = isRow(given) ? given : {};
    const held = row.id === undefined ? undefined : call.world.uoms.get(integerOf(row.id));
    if (row.id !== undefined && held?.companyId !== call.company.id) {
      throw new Refusal(422, { id: ["Entity with this ID not found"] });
    }
    return put(call, held, row);
  };
  return ok(settleEach(call, updates, settle, show));
}

const base = "/rest/v1.0/companies/{company_id}/uoms";

export const uomRoutes: readonly Route[] = [
  ["GET", "/rest/v1.0/companies/{company_id}/uom_categories", inCompany(() => ok(categories))],
  ["GET", base, inCompany((call) => page(call, call.world.uoms.by("company", call.company.id), show))],
  [
    "POST",
    base,
    shaped(
      "doc",
      inCompany((call) => created(show(put(call, undefined, wrapped(call.body, "uom"))))),
    ),
  ],
  ["PATCH", `${base}/sync`, shaped("doc", inCompany(sync))],
  ["GET", `${base}/{id}`, inCompany((call) => ok(show(demandUom(call, call.params.id))))],
  [
    "PATCH",
    `${base}/{id}`,
    shaped(
      "doc",
      inCompany((call) => ok(show(put(call, demandUom(call, call.params.id), wrapped(call.body, "uom"))))),
    ),
  ],
  [
    "DELETE",
    `${base}/{id}`,
    shaped(
      "doc",
      inCompany((call) => {
        remove(call, demandUom(call, call.params.id));
        return { status: 204 };
      }),
    ),
  ],
];
