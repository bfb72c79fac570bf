// What a correct sync must make of the BKPF and BSEG rows of an extract: which documents are whole, and into which class each
// line of a whole document falls. Computed from the CSV files alone. The rules stand in the order in which the product is to
// try them; a `cost-commitment` line still depends on its item being posted, so it carries its item and the item's currency.
// Not decided here: mapping, project, budget code and vendor holds, which belong to the configuration under test.

import { minorOf, type Tally, tally } from "./expected-money.ts";
import type { PurchaseOrderItem } from "./expected-purchase-orders.ts";
import { dateOf, isFilled, keyOf, type Row } from "./extract-csv.ts";

export type CostClass =
  | "cost-document-status"
  | "cost-grir-clearing"
  | "cost-down-payment"
  | "cost-without-object"
  | "cost-not-primary"
  | "cost-commitment"
  | "direct-cost";

export type CostLine = {
  /** BUKRS, BELNR, GJAHR, BUZEI in stored form. */
  readonly companyCode: string;
  readonly document: string;
  readonly fiscalYear: string;
  readonly line: string;
  readonly costClass: CostClass;
  readonly documentType: string;
  /** BKPF-MONAT, read and never derived (sap-data 0.12). */
  readonly period: string;
  readonly postingDate: string;
  readonly costCentre: string;
  readonly account: string;
  /** EBELN/EBELP, or blank. */
  readonly item: string;
  readonly itemCurrency: string;
  /** DMBTR in minor units of the company code currency: S is positive, H negative. */
  readonly minor: bigint;
  /** The vendor when the document has exactly one vendor line, else blank. */
  readonly onlyVendor: string;
  readonly hasObject: boolean;
};

export type DocumentHeader = {
  readonly companyCode: string;
  readonly document: string;
  readonly fiscalYear: string;
  readonly period: string;
  readonly documentType: string;
  readonly status: string;
  readonly postingDate: string;
  readonly entryDate: string;
  readonly currency: string;
  readonly row: Row;
};

export type Costs = {
  readonly headers: ReadonlyMap<string, DocumentHeader>;
  readonly lineRows: number;
  /** Documents of BSEG, whether or not BKPF knows them. */
  readonly documentsWithLines: number;
  readonly withoutLines: readonly string[];
  /** Documents with a header whose lines do not balance, and by how much. */
  readonly unbalanced: ReadonlyMap<string, bigint>;
  /** Lines whose document is not in BKPF: a reader that is driven by BKPF never meets them. */
  readonly withoutHeader: ReadonlyMap<string, { readonly lines: number; readonly balance: bigint }>;
  readonly complete: readonly string[];
  /** The lines of complete documents. */
  readonly lines: readonly CostLine[];
  /** Every account that stands on a line with a cost object, less revenue: what the stubbed CSKB must hold as primary. */
  readonly primaryAccounts: readonly string[];
  /** Those of them that SAP itself marks as balance sheet accounts (BSEG-XBILK): no cost element in a real CSKB. */
  readonly balanceSheetAccountsWithObject: readonly string[];
  readonly revenueAccounts: readonly string[];
};

const objectFields = ["KOSTL", "AUFNR", "PROJK", "NPLNR"] as const;
const hasObject = (row: Row): boolean => objectFields.some((field) => isFilled(row, field));
const documentKey = (row: Row): string => [row.get("BUKRS"), keyOf(row, "BELNR", 10), keyOf(row, "GJAHR", 4)].join("/");
const signed = (row: Row): bigint => {
  const sign = row.get("SHKZG");
  if (sign !== "S" && sign !== "H") throw new Error(`${row.place}: SHKZG is "${sign}", not S or H`);
  // sap-data 0.5: the amount is unsigned, SHKZG alone carries the sign; XNEGP changes nothing (2.5 [D]).
  return sign === "S" ? minorOf(row, "DMBTR") : -minorOf(row, "DMBTR");
};

export function readHeaders(rows: readonly Row[]): Map<string, DocumentHeader> {
  const headers = new Map<string, DocumentHeader>();
  for (const row of rows) {
    const key = documentKey(row);
    if (headers.has(key)) throw new Error(`${row.place}: the document ${key} occurs twice`);
    headers.set(key, {
      companyCode: row.get("BUKRS"),
      document: keyOf(row, "BELNR", 10),
      fiscalYear: keyOf(row, "GJAHR", 4),
      period: keyOf(row, "MONAT", 2),
      documentType: row.get("BLART"),
      status: row.get("BSTAT"),
      postingDate: dateOf(row, "BUDAT"),
      entryDate: dateOf(row, "CPUDT"),
      currency: row.get("HWAER"),
      row,
    });
  }
  return headers;
}

export function readCosts(headerRows: readonly Row[], lineRows: readonly Row[], items: readonly PurchaseOrderItem[]): Costs {
  const headers = readHeaders(headerRows);
  const documents = Map.groupBy(lineRows, documentKey);
  const balances = new Map([...documents].map(([key, rows]) => [key, rows.reduce((sum, row) => sum + signed(row), 0n)]));
  const unbalanced = new Map([...balances].filter(([key, balance]) => balance !== 0n && headers.has(key)));
  const complete = [...documents.keys()].filter((key) => headers.has(key) && !unbalanced.has(key));
  const accounts = accountsWithObject(lineRows, headers);
  const itemsByKey = new Map(items.map((item) => [`${item.ebeln}/${item.ebelp}`, item]));
  return {
    headers,
    lineRows: lineRows.length,
    documentsWithLines: documents.size,
    withoutLines: [...headers.keys()].filter((key) => !documents.has(key)),
    unbalanced,
    withoutHeader: new Map(
      [...documents]
        .filter(([key]) => !headers.has(key))
        .map(([key, rows]) => [key, { lines: rows.length, balance: balances.get(key) ?? 0n }]),
    ),
    complete,
    lines: complete.flatMap((key) => {
      const rows = documents.get(key) ?? [];
      const header = headers.get(key);
      return header === undefined ? [] : linesOf(header, rows, new Set(accounts.primaryAccounts), itemsByKey);
    }),
    ...accounts,
  };
}

function accountsWithObject(rows: readonly Row[], headers: ReadonlyMap<string, DocumentHeader>) {
  const named = (filter: (row: Row) => boolean) => [...new Set(rows.filter(filter).map((row) => keyOf(row, "HKONT", 10)))].sort();
  // There is no CSKB and no SKA1; BSEG-GVTYP only parts profit-and-loss from balance sheet accounts. What can be told as revenue
  // is what billing documents (BKPF-AWTYP VBRK) post to beside the customer. In gbi375 those documents have no lines at all.
  const revenueAccounts = named((row) => headers.get(documentKey(row))?.row.get("AWTYP") === "VBRK" && row.get("KOART") === "S");
  const revenue = new Set(revenueAccounts);
  const isPrimary = (row: Row) => hasObject(row) && !revenue.has(keyOf(row, "HKONT", 10));
  return {
    primaryAccounts: named(isPrimary),
    balanceSheetAccountsWithObject: named((row) => isPrimary(row) && row.get("XBILK") === "X"),
    revenueAccounts,
  };
}

function linesOf(
  header: DocumentHeader,
  rows: readonly Row[],
  primary: ReadonlySet<string>,
  items: ReadonlyMap<string, PurchaseOrderItem>,
): CostLine[] {
  const vendorLines = rows.filter((row) => row.get("KOART") === "K");
  const onlyVendor = vendorLines.length === 1 && vendorLines[0] !== undefined ? keyOf(vendorLines[0], "LIFNR", 10) : "";
  return rows.map((row) => {
    const item = isFilled(row, "EBELN") ? `${keyOf(row, "EBELN", 10)}/${keyOf(row, "EBELP", 5)}` : "";
    return {
      companyCode: header.companyCode,
      document: header.document,
      fiscalYear: header.fiscalYear,
      line: keyOf(row, "BUZEI", 3),
      costClass: classOf(header, row, primary, items.get(item)),
      documentType: header.documentType,
      period: header.period,
      postingDate: header.postingDate,
      costCentre: keyOf(row, "KOSTL", 10),
      account: keyOf(row, "HKONT", 10),
      item,
      itemCurrency: items.get(item)?.currency ?? "",
      minor: signed(row),
      onlyVendor,
      hasObject: hasObject(row),
    };
  });
}

function classOf(header: DocumentHeader, row: Row, primary: ReadonlySet<string>, item: PurchaseOrderItem | undefined): CostClass {
  // Ruling 20, and sap-data 2.5 [V]: blank, A and B are actuals; parked, sample, noted and recurring documents are not.
  if (!["", "A", "B"].includes(header.status)) return "cost-document-status";
  if (row.get("KTOSL") === "WRX") return "cost-grir-clearing";
  if (row.get("UMSKZ") !== "") return "cost-down-payment";
  if (!hasObject(row)) return "cost-without-object";
  if (!primary.has(keyOf(row, "HKONT", 10))) return "cost-not-primary";
  // Ruling 21: cost of an item that is a contract line. The cost of an item that SAP excludes stays a direct cost.
  if (item?.rule === "commitment") return "cost-commitment";
  return "direct-cost";
}

/** Count and sum of signed DMBTR by class and then by (cost centre, account), over the lines of complete documents. */
export function tallyByObjectAndAccount(lines: readonly CostLine[]): Map<CostClass, Map<string, Tally>> {
  const classes = Map.groupBy(lines, (line) => line.costClass);
  return new Map([...classes].map(([costClass, of]) => [costClass, tally(of, objectAndAccount, (line) => line.minor)]));
}

export const objectAndAccount = (line: CostLine): string => `${line.costCentre} ${line.account}`;
