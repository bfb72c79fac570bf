/**
 * A row filter as `$filter` (sap-data 5.2). It is there to make the answer small and never decides: every row is matched here again, so what a service
 * cannot be asked (a field without filter, a number whose zeros were stripped, `<>`, `not`) is left out, and what it ignores does no harm. Guarantee: the
 * text lets pass every row that the filter lets pass, those included whose empty value comes as null, which is below nothing. Long lists become several texts, for gateways bound the length of an address.
 */
import type { Where } from "../rfc/index.ts";
import type { MappedField, MappedTable } from "./service-map.ts";

/** Encoded, of one `$filter`; ICM takes about 8 kB of address (5.2). */
const lengthMax = 5_000;
const operators = { "=": "eq", "<": "lt", "<=": "le", ">": "gt", ">=": "ge" } as const;

/** Blanks at the end are none to ABAP, and a service may have cut them. */
const cut = (value: string): string => value.replace(/ +$/, "");
const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function dateLiteral(value: string): string | undefined {
  // The initial date is null there, which compares as nobody documents.
  if (!/^\d{8}$/.test(value) || value === "00000000") return undefined;
  return `datetime'${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}T00:00:00'`;
}

type Pushable = {
  property: string;
  literal(value: string): string | undefined;
  isOrdered: boolean;
  /** Parts of a key that are texts. */
  isNeverNull: boolean;
  forms(value: string): string[];
};

/** How a field can be asked for, if at all. */
function pushable({ property, type, keyForm, codes, isFilterable, isKey }: MappedField): Pushable | undefined {
  if (!isFilterable || codes !== undefined) return undefined;
  const asIs = { property, isOrdered: true, isNeverNull: isKey, forms: (value: string) => [value] };
  if (type === "Edm.DateTime") return { ...asIs, literal: dateLiteral, isNeverNull: false };
  if (type !== "Edm.String") return undefined;
  if (keyForm === "padded") return { ...asIs, literal };
  // Parameters of an address are not converted by the framework (5.3): whichever of the two forms the service compares, it is among them.
  const forms = (value: string) => [...new Set([value, value.replace(/^0+(?=\d)/, "")])];
  return { ...asIs, literal, isOrdered: false, forms };
}

type Compare = Extract<Where, { kind: "compare" }>;

function compareText({ operator, value }: Pick<Compare, "operator" | "value">, how: Pushable): string | undefined {
  if (operator === "<>") return undefined;
  if (operator === "=") return anyText(how.forms(value).map((form) => equalText(how, form)));
  // What is nothing is at or below everything.
  const takesNothing = operator === "<" || operator === "<=" || (operator === ">=" && cut(value) === "");
  return takesNothing && !how.isNeverNull ? undefined : orderText(operator, value, how);
}

function orderText(operator: Exclude<Compare["operator"], "<>">, value: string, how: Pushable): string | undefined {
  const shown = how.isOrdered ? how.literal(cut(value)) : undefined;
  return shown === undefined ? undefined : `${how.property} ${operators[operator]} ${shown}`;
}

/** Above something, nothing is not meant: then both ends can be asked for. */
function betweenText(low: string, high: string, how: Pushable): string | undefined {
  const from = compareText({ operator: ">=", value: low }, how);
  return from === undefined ? compareText({ operator: "<=", value: high }, how) : allText([from, orderText("<=", high, how)]);
}

function equalText(how: Pushable, given: string): string | undefined {
  const value = cut(given);
  // An empty text may come as null, which equals nothing.
  if (value === "") return undefined;
  const shown = how.literal(value);
  return shown === undefined ? undefined : `${how.property} eq ${shown}`;
}

function anyText(parts: readonly (string | undefined)[]): string | undefined {
  if (parts.length === 0 || parts.includes(undefined)) return undefined;
  return parts.length === 1 ? parts[0] : `(${parts.join(" or ")})`;
}

function allText(parts: readonly (string | undefined)[]): string | undefined {
  const asked = parts.filter((part) => part !== undefined);
  return asked.length === 0 ? undefined : asked.join(" and ");
}

function textOf(where: Where, table: MappedTable): string | undefined {
  switch (where.kind) {
    case "all":
      return allText(where.of.map((part) => textOf(part, table)));
    case "any":
      return anyText(where.of.map((part) => textOf(part, table)));
    case "not":
      return undefined;
    default:
      return leafText(where, table);
  }
}

type Leaf = Exclude<Where, { kind: "all" | "any" | "not" }>;

function leafText(where: Leaf, table: MappedTable): string | undefined {
  const field = table.fields[where.field];
  const how = field && pushable(field);
  if (!how) return undefined;
  switch (where.kind) {
    case "compare":
      return compareText(where, how);
    case "between":
      return betweenText(where.low, where.high, how);
    case "in":
      return anyText(where.values.flatMap((value) => how.forms(value).map((form) => equalText(how, form))));
    case "starts-with":
      return how.isOrdered && field.type === "Edm.String" && cut(where.value) !== ""
        ? `startswith(${how.property},${literal(cut(where.value))})`
        : undefined;
  }
}

/** The longest list of values in the filter, as one condition; the rest is what holds besides. */
function longestList(where: Where): { list: Extract<Where, { kind: "in" }>; rest: readonly Where[] } | undefined {
  const parts = where.kind === "all" ? where.of : [where];
  const lists = parts.flatMap((part) => {
    const list = asList(part);
    return list ? [{ part, list }] : [];
  });
  const [longest] = lists.toSorted((one, other) => other.list.values.length - one.list.values.length);
  return longest && { list: longest.list, rest: parts.filter((part) => part !== longest.part) };
}

function asList(where: Where): Extract<Where, { kind: "in" }> | undefined {
  if (where.kind === "in") return where;
  if (where.kind !== "any") return undefined;
  const equals = where.of.filter((part): part is Compare => part.kind === "compare" && part.operator === "=");
  const [first] = equals;
  if (!first || equals.length < where.of.length || equals.some(({ field }) => field !== first.field)) return undefined;
  return { kind: "in", field: first.field, values: equals.map(({ value }) => value) };
}

/** One text a request; undefined asks for everything. Together they let pass what `where` does. */
export function filterTexts(where: Where | undefined, table: MappedTable): readonly (string | undefined)[] {
  if (where === undefined || table.filter === "ignored") return [undefined];
  const whole = textOf(where, table);
  if (whole === undefined || encodeURIComponent(whole).length <= lengthMax) return [whole];
  const found = longestList(where);
  if (!found || found.list.values.length < 2) return [withoutLists(where, table)];
  const { list, rest } = found;
  const middle = Math.ceil(list.values.length / 2);
  return [list.values.slice(0, middle), list.values.slice(middle)].flatMap((values) =>
    filterTexts({ kind: "all", of: [{ ...list, values }, ...rest] }, table),
  );
}

/** What is too long and cannot be divided is not asked for: it is matched here. */
function withoutLists(where: Where, table: MappedTable): string | undefined {
  const parts = where.kind === "all" ? where.of : [where];
  let text: string | undefined;
  for (const part of parts) {
    const longer = allText([text, textOf(part, table)]);
    if (longer !== undefined && encodeURIComponent(longer).length <= lengthMax) text = longer;
  }
  return text;
}
