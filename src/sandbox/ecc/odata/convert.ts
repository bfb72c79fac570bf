/**
 * Conversions on the way out (sap-data 5.3): conversion exits stripped, amounts moved by TCURX, SAP's codes as ISO's. A value that knows
 * no conversion leaves as it is kept. What a row's value depends on beside itself (its currency) is found through the dictionary's references.
 */
import { currencyDecimals, isoCurrency, isoLanguage, isoUnit, realAmount, type Tables } from "../codes-and-currencies.ts";
import type { Field } from "../dictionary/index.ts";
import type { Column } from "../store/column.ts";
import type { Table } from "../store/table.ts";

/** How a property's values are made: from the value alone, or with the help of its row. */
export type Conversion =
  | { kind: "alone"; convert: (value: string) => string }
  | { kind: "by-row"; decimals: (row: number) => number; convert: (value: string, decimals: number) => string };

export const asKept: Conversion = { kind: "alone", convert: (value) => value };

const strippedExits: ReadonlySet<string> = new Set(["ALPHA", "MATN1", "NUMCV"]);

export function hasExit(field: Field): boolean {
  return strippedExits.has(field.conversion);
}

/** ALPHA output: leading zeros of a digits-only value go. All zeros leave nothing, as an initial number shows. */
export function stripped(value: string): string {
  return /^\d+$/.test(value) ? value.replace(/^0+/, "") : value;
}

/** ALPHA input. */
export function padded(value: string, length: number): string {
  return /^\d+$/.test(value) ? value.padStart(length, "0") : value.toUpperCase();
}

type Lookup = (row: number) => string;

/** Documents whose header knows what the line does not say: its currency, or the company code that leads to one. */
const headers = ["EKKO", "RBKP", "BKPF"] as const;

/** The value of a field of another table whose whole key stands in this one, if need be by way of the document's header. */
function joined(tables: Tables, own: Table, table: string, field: string, ways: readonly string[]): Lookup | undefined {
  const other = tables.get(table);
  const wanted = other?.column(field);
  if (other === undefined || wanted === undefined) return undefined;
  const parts: [string, Lookup][] = [];
  for (const key of other.keyFields) {
    const part = valueIn(tables, own, key.name, ways);
    if (part === undefined) return undefined;
    parts.push([key.name, part]);
  }
  return (row) => {
    const found = other.rowOf(Object.fromEntries(parts.map(([name, part]) => [name, part(row)])));
    return found === undefined ? "" : wanted.valueAt(found);
  };
}

function valueIn(tables: Tables, own: Table, field: string, ways: readonly string[]): Lookup | undefined {
  const column = own.column(field);
  if (column !== undefined) return (row) => column.valueAt(row);
  for (const way of ways) {
    const lookup = way === own.definition.name ? undefined : joined(tables, own, way, field, []);
    if (lookup !== undefined) return lookup;
  }
  return undefined;
}

function currencyOf(tables: Tables, own: Table, field: Field): Lookup | undefined {
  const { reference } = field;
  if (reference === undefined) return undefined;
  const inRow: Column | undefined = reference.table === own.definition.name ? own.column(reference.field) : undefined;
  if (inRow !== undefined) return (row) => inRow.valueAt(row);
  return joined(tables, own, reference.table, reference.field, headers);
}

/** sap-data 0.6: `real = raw * 10^(2 - CURRDEC)`: the digits stay, the point moves. Without a currency that can be found, as kept. */
export function shiftedAmount(tables: Tables, own: Table, field: Field): Conversion {
  const currency = currencyOf(tables, own, field);
  if (currency === undefined) return asKept;
  const known = new Map<string, number>();
  return {
    kind: "by-row",
    decimals: (row) => {
      const waers = currency(row);
      const decimals = known.get(waers) ?? currencyDecimals(tables, waers);
      known.set(waers, decimals);
      return decimals;
    },
    convert: (value, decimals) => realAmount(value, field.decimals, decimals),
  };
}

/** Undefined for a field that holds no code. */
export function isoCode(tables: Tables, field: Field): Conversion | undefined {
  if (field.dataType === "CUKY") return { kind: "alone", convert: isoCurrency(tables) };
  if (field.dataType === "UNIT") return { kind: "alone", convert: isoUnit(tables) };
  if (field.dataType === "LANG") return { kind: "alone", convert: isoLanguage };
  return undefined;
}
