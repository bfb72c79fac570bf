/**
 * Fields of segments from rows of tables. Empty texts are left out; initial numbers and days appear, as SAP writes them (sap-data 6.2):
 * `00000000`, ` 0.00` with a blank for the sign, `100.00-` for negatives. Amounts are real ones, by the currency's decimals (6.4).
 */
import { initialValue, isNumeric } from "../cell.ts";
import { currencyDecimals, realAmount, type Tables } from "../codes-and-currencies.ts";
import type { Raw } from "../store/find.ts";
import type { Segment } from "./idoc.ts";

type Pair = readonly [name: string, value: string];

export function segment(
  name: string,
  pairs: readonly (readonly [string, string | undefined])[],
  children: readonly Segment[] = [],
): Segment {
  const fields = pairs.filter((pair): pair is Pair => pair[1] !== undefined && pair[1] !== "");
  return { name, fields, children };
}

const withSignBehind = (value: string): string => (value.startsWith("-") ? `${value.slice(1)}-` : value);

/** Right-justified as CURR and DEC fields are printed into a segment: a blank stands where a sign could. */
const printed = (value: string): string => (value.startsWith("-") ? `${value.slice(1)}-` : ` ${value}`);

/** Of an order: left-justified. */
export function plainAmount(tables: Tables, raw: string | undefined, currency: string | undefined): string {
  return withSignBehind(realAmount(raw ?? "0.00", 2, currencyDecimals(tables, currency ?? "")));
}

/** The named fields of a row under their own names; `currencies` says in which currency a CURR field is. */
export function fieldsOf(
  tables: Tables,
  table: string,
  row: Raw,
  names: readonly string[],
  currencyOf: (field: string) => string | undefined = () => undefined,
): Pair[] {
  const definition = tables.get(table)?.definition;
  return names.flatMap((name): Pair[] => {
    const field = definition?.fields.find((each) => each.name === name);
    if (field === undefined) throw new Error(`${table} has no field ${name}`);
    const value = row[name] ?? initialValue(field);
    if (field.dataType === "CURR")
      return [[name, printed(realAmount(value, field.decimals, currencyDecimals(tables, currencyOf(name) ?? "")))]];
    if (isNumeric(field)) return [[name, printed(value)]];
    return value === "" ? [] : [[name, value]];
  });
}
