/**
 * The totals tables of SAP as data (sap-data 2.3, 2.5, 2.6): by which fields rows are found, which rows count, and in which columns the periods
 * stand. COSP and COSS are CO's own, signed, in the object's currency, which is the company code's unless its master data say otherwise [K]: then the
 * totals do not tie, and say so. FAGLFLEXT and GLT0 are the ledger's, signed, in the company code's currency.
 */
import type { ControlTotalSource } from "../../../core/index.ts";
import { costSourceFields } from "../fields-read.ts";
import { historyFields } from "./history.ts";

export type TotalsTable = {
  source: Exclude<ControlTotalSource, "EKBE">;
  /** Ranges are cut along these, in this order; all rows of one combination are read together. */
  keyFields: readonly [string, string, string];
  /** What makes a row unique beside them. */
  rowFields: readonly string[];
  account: string;
  year: string;
  object?: string;
  companyCode: string;
  /** Column of a period, `01` or `001`. */
  column: (period: number) => string;
  carriedForward?: string;
};

const periods = Array.from({ length: 16 }, (_, index) => index + 1);

function controlling(source: "COSP" | "COSS"): TotalsTable {
  return {
    source,
    keyFields: ["OBJNR", "KSTAR", "GJAHR"],
    rowFields: ["HRKFT", "VRGNG", ...(source === "COSP" ? ["VBUND", "PARGB"] : ["PAROB", "USPOB"]), "BEKNZ", "TWAER", "PERBL"],
    account: "KSTAR",
    year: "GJAHR",
    object: "OBJNR",
    companyCode: "BUKRS",
    column: (period) => `WOG${String(period).padStart(3, "0")}`,
  };
}

function ledger(source: "FAGLFLEXT" | "GLT0"): TotalsTable {
  const isNew = source === "FAGLFLEXT";
  return {
    source,
    keyFields: ["RACCT", isNew ? "RBUKRS" : "BUKRS", "RYEAR"],
    rowFields: isNew ? [...objectNumbers, "DRCRK", "RPMAX"] : ["RBUSA", "RTCUR", "DRCRK", "RPMAX"],
    account: "RACCT",
    year: "RYEAR",
    companyCode: isNew ? "RBUKRS" : "BUKRS",
    column: (period) => `HSL${String(period).padStart(2, "0")}`,
    carriedForward: "HSLVT",
  };
}

/** The key of FAGLFLEXT beside year, debit or credit and RPMAX: numbers of the dimensions' combinations. */
const objectNumbers = Array.from({ length: 9 }, (_, index) => `OBJNR0${index}`);

export const totalsTables: Readonly<Record<TotalsTable["source"], TotalsTable>> = {
  COSP: controlling("COSP"),
  COSS: controlling("COSS"),
  FAGLFLEXT: ledger("FAGLFLEXT"),
  GLT0: ledger("GLT0"),
};

/** Actual costs of the actual version (ruling 20); actual records of the leading ledger. */
export function filtersOf({ source }: TotalsTable, leadingLedger: string): { field: string; values: string[] }[] {
  const only = (field: string, value: string) => ({ field, values: [value] });
  switch (source) {
    case "COSP":
    case "COSS":
      return [only("LEDNR", "00"), only("WRTTP", "04"), only("VERSN", "000")];
    case "FAGLFLEXT":
      return [only("RLDNR", leadingLedger), only("RRCTY", "0"), only("RVERS", "001")];
    case "GLT0":
      return [only("RLDNR", "00"), only("RRCTY", "0"), only("RVERS", "001")];
  }
}

export function columnsOf(table: TotalsTable): { period: number; field: string }[] {
  const carried = table.carriedForward === undefined ? [] : [{ period: 0, field: table.carriedForward }];
  return [...carried, ...periods.map((period) => ({ period, field: table.column(period) }))];
}

export function fieldsOf(table: TotalsTable): string[] {
  return [...new Set([...table.keyFields, ...table.rowFields, table.companyCode, ...columnsOf(table).map(({ field }) => field)])];
}

/** What is read beside a source's own table. */
export const controlTotalLookUps: Readonly<Record<ControlTotalSource, readonly string[]>> = {
  COSP: ["T001", "TKA01", "TKA02", "TCURX", "AFKO"],
  COSS: ["T001", "TKA01", "TKA02", "TCURX", "AFKO"],
  FAGLFLEXT: ["T001", "TKA01", "TKA02", "TCURX"],
  GLT0: ["T001", "TKA01", "TKA02", "TCURX"],
  EKBE: ["T001", "TKA01", "TKA02", "TCURX", "EKKO"],
};

/** What the control totals read of each table: also what a policy must allow. */
export const controlTotalTables: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.values(totalsTables).map((table) => [
      table.source,
      [...new Set([...fieldsOf(table), ...filtersOf(table, "").map(({ field }) => field)])],
    ]),
  ),
  T001: ["BUKRS", "WAERS"],
  TKA01: ["KOKRS", "WAERS"],
  TKA02: ["BUKRS", "GSBER", "KOKRS"],
  TCURX: ["CURRKEY", "CURRDEC"],
  AFKO: costSourceFields.AFKO,
  EKBE: historyFields,
  EKKO: ["EBELN", "BUKRS", "WAERS"],
};
