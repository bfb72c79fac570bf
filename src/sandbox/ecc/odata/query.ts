/**
 * The query options of one read, after what the developer did not code has been left out or refused (sap-data 5.4). What stays here is
 * done; an option that is ignored leaves no trace, as it leaves none in the answer.
 */
import type { EntitySet, Property } from "./bind.ts";
import { type Filter, parseFilter } from "./filter-parse.ts";
import { badUri, frameworkCode, notImplemented, ODataRefused, unknownProperty } from "./refused.ts";

export type Query = {
  /** Joined by `and`. */
  conjuncts: readonly Filter[];
  orderby: readonly { property: Property; isDescending: boolean }[];
  top: number | undefined;
  skip: number;
  select: readonly Property[];
  wantsCount: boolean;
  skiptoken: string | undefined;
  deltatoken: string | undefined;
  pageSize: number;
  isPageSizePreferred: boolean;
};

type Params = URLSearchParams;
const knownOptions: ReadonlySet<string> = new Set([
  "$filter",
  "$orderby",
  "$top",
  "$skip",
  "$select",
  "$inlinecount",
  "$skiptoken",
  "$format",
  "$expand",
]);

function checkOptions(params: Params): void {
  for (const name of params.keys()) {
    if (name.startsWith("$") && !knownOptions.has(name))
      throw new ODataRefused(400, frameworkCode.badOption, `Invalid system query option '${name}' specified`);
  }
  if ((params.get("$expand") ?? "") !== "") throw badUri(`Navigation property ${params.get("$expand")} not found`);
}

const method = (set: EntitySet, what: string) => `${set.name}_${what}`;

/** The option's value where it counts. */
function coded(params: Params, name: string, how: "honoured" | "ignored" | "refused", set: EntitySet): string | undefined {
  const value = params.get(name);
  if (value === null || how === "ignored") return undefined;
  if (how === "refused") throw notImplemented(method(set, "GET_ENTITYSET"));
  return value;
}

function wholeNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw badUri(`Invalid value '${text}' for query option '${name}'`);
  return Number(text);
}

function conjunctsOf(filter: Filter): readonly Filter[] {
  return filter.kind === "and" ? filter.parts.flatMap(conjunctsOf) : [filter];
}

export function propertiesIn(filter: Filter): string[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.parts.flatMap(propertiesIn);
    case "not":
      return propertiesIn(filter.part);
    case "compare":
    case "text":
      return [filter.operand.property];
  }
}

/** SEGW hands the developer select options by property: what stands alone between `and` is used or not, one by one. */
function filterOf(params: Params, set: EntitySet): readonly Filter[] {
  const { supports } = set;
  const text = params.get("$filter");
  if (text === null || text.trim() === "") {
    if (supports.requiresFilter) throw new ODataRefused(400, "/IWBEP/CM_MGW_RT/101", `${set.name} must be read with a filter`);
    return [];
  }
  const parts = conjunctsOf(parseFilter(text));
  // The framework knows the model, whatever the developer did with the filter.
  for (const name of parts.flatMap(propertiesIn)) if (set.property(name) === undefined) throw unknownProperty(name, set.type);
  if (supports.filter === "refused") throw notImplemented(method(set, "GET_ENTITYSET"));
  if (supports.filter === "ignored") return [];
  if (supports.filter === "all") return parts;
  const isListed = (part: Filter) => propertiesIn(part).every((name) => supports.filterable.includes(name));
  if (supports.otherFilters === "refused" && !parts.every(isListed))
    throw new ODataRefused(400, "/IWBEP/CX_MGW_BUSI_EXCEPTION", `${set.name}: this filter is not supported`);
  return parts.filter(isListed);
}

function propertyNamed(set: EntitySet, name: string): Property {
  const property = set.property(name);
  if (property === undefined) throw unknownProperty(name, set.type);
  return property;
}

function orderOf(text: string | undefined, set: EntitySet): Query["orderby"] {
  if (text === undefined || text.trim() === "") return [];
  return text.split(",").map((part) => {
    const [name = "", direction = "asc", ...more] = part.trim().split(/\s+/);
    if (!/^(?:asc|desc)$/.test(direction) || more.length > 0) throw badUri(`Invalid URI: ${part} is no sort order`);
    return { property: propertyNamed(set, name), isDescending: direction === "desc" };
  });
}

export function selectOf(params: Params, set: EntitySet): readonly Property[] {
  const text = params.get("$select");
  if (text === null || text === "" || set.supports.select === "ignored") return set.properties;
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("*")) return set.properties;
  const wanted = new Set(names.map((name) => propertyNamed(set, name)));
  return set.properties.filter((property) => wanted.has(property));
}

function countWanted(params: Params, set: EntitySet): boolean {
  const how = set.supports.inlinecount;
  const value = coded(params, "$inlinecount", how === "ignored" || how === "refused" ? how : "honoured", set);
  if (value !== undefined && value !== "allpages" && value !== "none")
    throw badUri(`Invalid value '${value}' for '$inlinecount'`);
  return value === "allpages";
}

function preferredSize(prefer: string | undefined): number | undefined {
  const size = /(?:^|[,;\s])(?:odata\.)?maxpagesize=(\d{1,9})/.exec(prefer ?? "")?.[1];
  return size === undefined || Number(size) === 0 ? undefined : Number(size);
}

export function queryOf(params: Params, set: EntitySet, prefer: string | undefined): Query {
  checkOptions(params);
  const { supports } = set;
  const preferred = supports.prefersPageSize ? preferredSize(prefer) : undefined;
  return {
    conjuncts: filterOf(params, set),
    orderby: orderOf(coded(params, "$orderby", supports.orderby, set), set),
    top: wholeNumber(coded(params, "$top", supports.top, set), "$top"),
    skip: wholeNumber(coded(params, "$skip", supports.skip, set), "$skip") ?? 0,
    select: selectOf(params, set),
    wantsCount: countWanted(params, set),
    skiptoken: params.get("$skiptoken") ?? undefined,
    deltatoken: params.get("!deltatoken") ?? undefined,
    pageSize: preferred ?? supports.pageSize,
    isPageSizePreferred: preferred !== undefined,
  };
}
