/** TCURX, TCURC, T006 and languages, as conversions need them (sap-data 0.6, 1). Independent of the product's own, on purpose. */
import { parseScaled, scaledText } from "./decimals.ts";
import type { Table } from "./store/table.ts";

export type Tables = ReadonlyMap<string, Table>;

const decimalsUsual = 2;

/** TCURX lists the exceptions only. */
export function currencyDecimals(tables: Tables, currency: string): number {
  const table = tables.get("TCURX");
  const row = table?.rowOf({ CURRKEY: currency });
  return row === undefined ? decimalsUsual : Number(table?.column("CURRDEC")?.valueAt(row) ?? decimalsUsual);
}

/** `real = raw * 10^(2 - CURRDEC)`: the digits stay, the point moves. */
export function realAmount(raw: string, decimalsKept: number, decimals: number): string {
  const scaled = parseScaled(raw, decimalsKept);
  return scaled === undefined ? raw : scaledText(scaled, decimals);
}

/** ISOLA, by the languages that a construction group meets; others leave as they are. */
const isoLanguages: Readonly<Record<string, string>> = { E: "EN", D: "DE", F: "FR", S: "ES", I: "IT", N: "NL", P: "PT" };

export const isoLanguage = (value: string): string => isoLanguages[value] ?? value;

function codeIn(tables: Tables, table: string, key: string, field: string): (value: string) => string {
  const rows = tables.get(table);
  const column = rows?.column(field);
  return (value) => {
    const row = rows?.rowOf({ [key]: value });
    const iso = row === undefined ? "" : (column?.valueAt(row) ?? "");
    return iso === "" ? value : iso;
  };
}

export const isoCurrency = (tables: Tables) => codeIn(tables, "TCURC", "WAERS", "ISOCD");
export const isoUnit = (tables: Tables) => codeIn(tables, "T006", "MSEHI", "ISOCODE");
