/** Tax codes of the company: read, and made one at a time (procore 4.14). Pages hold at most 100. */
import { type Call, created, ok, type Reply, type Route } from "./exchange.ts";
import { page } from "./paging.ts";
import type { TaxCode } from "./records.ts";
import { invalid, notFound, shaped, taken } from "./refusal.ts";
import { claimOrigin, demandCompany, isOwnCompany, originOf } from "./scope.ts";
import { type FieldKind, integerOf, readFields, textIn, textOf, wrapped } from "./values.ts";

const plainFields: Readonly<Record<string, FieldKind>> = {
  description: "text",
  origin_data: "text",
  archived: "boolean",
  default_tax_code: "boolean",
};

const show = ({ id, code, rate, originId, fields }: TaxCode) => ({
  id,
  code,
  description: fields.description ?? "",
  origin_data: fields.origin_data ?? null,
  origin_id: originId,
  rate1: rate,
  archived: fields.archived ?? false,
  default_tax_code: fields.default_tax_code ?? false,
});

function list(call: Call): Reply {
  const isInScope = isOwnCompany(call, call.query.get("company_id"));
  const limits = { standard: 100, max: 100 };
  return page(call, isInScope ? call.world.taxCodes.by("company", call.company.id) : [], show, limits);
}

function create(call: Call): Reply {
  demandCompany(call, call.query.get("company_id"));
  const { world, company } = call;
  const row = wrapped(call.body, "tax_code");
  const code = textOf(row.code) ?? "";
  if (code === "") throw invalid("code", "can't be blank");
  if (world.taxCodes.first("code", `${company.id}|${code}`) !== undefined) throw taken("code");
  const rate = row.rate1 ?? 0;
  if (typeof rate !== "number") throw invalid("rate1", "is not a number");
  const originId = originOf(textIn(row, "origin_id"), null);
  claimOrigin(world, world.taxCodes, company.id, originId, 0);
  const fields = readFields(row, plainFields);
  return created(show(world.taxCodes.put({ id: world.nextId(), companyId: company.id, code, rate, originId, fields })));
}

function showOne(call: Call): Reply {
  demandCompany(call, call.query.get("company_id"));
  const code = call.world.taxCodes.get(integerOf(call.params.id));
  if (code === undefined || code.companyId !== call.company.id) throw notFound("Tax code");
  return ok(show(code));
}

const base = "/rest/v1.0/tax_codes";

export const taxCodeRoutes: readonly Route[] = [
  ["GET", base, list],
  ["POST", base, shaped("fields", create)],
  ["GET", `${base}/{id}`, showOne],
];
