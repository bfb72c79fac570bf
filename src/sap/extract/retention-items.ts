/**
 * What SAP keeps back of an invoice: vendor items with a special G/L indicator (RET_UMSKZ) in the FI documents that invoice verification posted for it,
 * the invoice's own or a retention document beside it, found by BKPF-AWKEY [K]. Of a cleared one the clearing document is read too: only it tells a
 * release from a reversal, and what it left open. BSEG by its leading keys only (a cluster table). Undefined where a policy keeps it away.
 */
import { Fault, type RetentionClearing, type RetentionItem } from "../../core/index.ts";
import { all, compare, equal, type RowKey, type TableReader, type TableRow, type Where } from "../rfc/index.ts";
import type { Window } from "./change-triggers.ts";
import { wasTooLarge } from "./faults.ts";
import { invoiceFields } from "./fields-read.ts";
import { type Loaded, realAmount } from "./look-ups.ts";
import { readLeaves } from "./read-leaves.ts";
import { cell, filled, readOptional, signedBy, sumTexts } from "./rows.ts";

/** AWTYP of invoice verification; AWKEY is its number and year [K]. */
const invoiceVerification = "RMRP";
const rowsPerLeaf = 10_000;
const timeoutMs = 100_000;

const documentOf = (row: TableRow): string => [cell(row, "BUKRS"), cell(row, "BELNR"), cell(row, "GJAHR")].join("/");
const clearedBy = (row: TableRow): string => [cell(row, "BUKRS"), cell(row, "AUGBL"), cell(row, "AUGDT")].join("/");
const isSpecial = (row: TableRow): boolean => cell(row, "UMSKZ") !== "";

/** Rows of the documents asked for, or undefined as soon as any may not be read or is no whole amount. */
async function readDocuments(
  reader: TableReader,
  table: "BKPF" | "BSEG",
  documents: readonly TableRow[],
  { number, also = [] }: { number: string; also?: readonly Where[] },
): Promise<readonly TableRow[] | undefined> {
  const rows: TableRow[] = [];
  const isOfYear = number === "BELNR";
  const groupOf = (row: TableRow) => `${cell(row, "BUKRS")}/${isOfYear ? cell(row, "GJAHR") : ""}`;
  for (const [group, members] of Map.groupBy(documents, groupOf)) {
    const [company = "", year = ""] = group.split("/");
    const where = all(equal("BUKRS", company), ...(isOfYear ? [equal("GJAHR", year)] : []), ...also);
    const values = members.map((row) => cell(row, number));
    const read = await readOptional(reader, { table, fields: invoiceFields[table], field: "BELNR", values, where });
    if (!read || read.rejected.length > 0) return undefined;
    rows.push(...read.rows);
  }
  return rows;
}

const readVendorItems = (reader: TableReader, documents: readonly TableRow[]) =>
  readDocuments(reader, "BSEG", documents, { number: "BELNR", also: [equal("KOART", "K")] });

type Tools = {
  small: Loaded["small"];
  headers: ReadonlyMap<string, TableRow>;
  /** By company code, number and day: BSEG names no year of the clearing document. */
  clearing: ReadonlyMap<string, readonly TableRow[]>;
  items: ReadonlyMap<string, readonly TableRow[]>;
};

function amountOf(row: TableRow, currency: string, { small }: Tools): string {
  // Owed to the vendor is positive: credit.
  return signedBy(cell(row, "SHKZG") === "H" ? "S" : "H", realAmount(small, cell(row, "WRBTR"), currency));
}

/** A new item under the same indicator, on the same side: what was not paid. */
function residualOf(row: TableRow, document: TableRow, tools: Tools): string | undefined {
  const left = (tools.items.get(documentOf(document)) ?? []).filter(
    (other) =>
      cell(other, "UMSKZ") === cell(row, "UMSKZ") &&
      cell(other, "SHKZG") === cell(row, "SHKZG") &&
      (documentOf(other) !== documentOf(row) || cell(other, "BUZEI") !== cell(row, "BUZEI")),
  );
  const stored = sumTexts(
    left.map((other) => cell(other, "WRBTR")),
    2,
  );
  return stored && realAmount(tools.small, stored, cell(document, "WAERS"));
}

function wayOf(document: TableRow, cancelledBy: string): RetentionClearing["by"] {
  if (cell(document, "AWTYP") === invoiceVerification)
    return cancelledBy !== "" && cell(document, "AWKEY") === cancelledBy ? "reversal" : "unknown";
  if (cell(document, "XREVERSAL") === "2") return "reversal";
  return filled(cell(document, "STBLG")) ? "unknown" : "clearing";
}

function clearingOf(row: TableRow, cancelledBy: string, tools: Tools): RetentionClearing {
  const base = { date: cell(row, "AUGDT"), document: cell(row, "AUGBL") };
  const [document, other] = tools.clearing.get(clearedBy(row)) ?? [];
  const residual = document && !other ? residualOf(row, document, tools) : undefined;
  if (!document || residual === undefined) return { ...base, by: "unknown", residual: "0" };
  return { ...base, by: wayOf(document, cancelledBy), residual };
}

function itemOf(row: TableRow, cancelledBy: string, tools: Tools): RetentionItem {
  const currency = cell(tools.headers.get(documentOf(row)) ?? {}, "WAERS");
  return {
    item: `${documentOf(row)}/${cell(row, "BUZEI")}`,
    specialGl: cell(row, "UMSKZ"),
    amount: amountOf(row, currency, tools),
    ...(filled(cell(row, "AUGBL")) ? { clearing: clearingOf(row, cancelledBy, tools) } : {}),
  };
}

export const awkeyOf = (row: TableRow | RowKey): string => `${row.BELNR ?? ""}${row.GJAHR ?? ""}`;

/** RBKP rows in, their items out, by `awkeyOf`; one that has none has an empty list. */
export async function readRetentionItems(
  reader: TableReader,
  small: Loaded["small"],
  invoices: readonly TableRow[],
): Promise<ReadonlyMap<string, readonly RetentionItem[]> | undefined> {
  if (invoices.length === 0) return new Map();
  const asked = { table: "BKPF", fields: invoiceFields.BKPF, field: "AWKEY", values: invoices.map(awkeyOf) };
  const found = await readOptional(reader, { ...asked, where: equal("AWTYP", invoiceVerification) });
  if (!found || found.rejected.length > 0) return undefined;
  const items = (await readVendorItems(reader, found.rows))?.filter(isSpecial);
  const cleared = items?.filter((row) => filled(cell(row, "AUGBL")));
  const documents = cleared && (await readDocuments(reader, "BKPF", cleared, { number: "AUGBL" }));
  const others = documents && (await readVendorItems(reader, documents));
  if (!items || !documents || !others) return undefined;
  const tools: Tools = {
    small,
    headers: new Map(found.rows.map((row) => [documentOf(row), row])),
    clearing: Map.groupBy(documents, (row) => [cell(row, "BUKRS"), cell(row, "BELNR"), cell(row, "BUDAT")].join("/")),
    items: Map.groupBy(others, documentOf),
  };
  const ofInvoice = Map.groupBy(items, (row) => cell(tools.headers.get(documentOf(row)) ?? {}, "AWKEY"));
  // In another currency than the invoice's nothing can be compared.
  const isOwn = (row: TableRow, invoice: TableRow) =>
    cell(tools.headers.get(documentOf(row)) ?? {}, "WAERS") === cell(invoice, "WAERS");
  return new Map(
    invoices.flatMap((invoice) => {
      const cancelledBy = filled(cell(invoice, "STBLG")) ? `${cell(invoice, "STBLG")}${cell(invoice, "STJAH")}` : "";
      const own = (ofInvoice.get(awkeyOf(invoice)) ?? []).toSorted((left, right) =>
        `${documentOf(left)}/${cell(left, "BUZEI")}` < `${documentOf(right)}/${cell(right, "BUZEI")}` ? -1 : 1,
      );
      if (!own.every((row) => isOwn(row, invoice))) return [];
      return [[awkeyOf(invoice), own.map((row) => itemOf(row, cancelledBy, tools))] as const];
    }),
  );
}

/**
 * Clearing moves no stamp of the invoice: its items are found among the cleared ones of the window (sap-data 3). BSAK has no index by that day; where
 * it is too large, or a policy keeps it away, the next sweep sees what was cleared.
 */
export async function readClearedInvoices(reader: TableReader, { from, until }: Window): Promise<readonly RowKey[]> {
  const where = all(compare("AUGDT", ">=", from), compare("AUGDT", "<=", until), compare("UMSKZ", "<>", ""));
  const items: TableRow[] = [];
  try {
    const asked = { table: "BSAK", fields: [], keyFields: invoiceFields.BSAK, where, rowsPerLeaf, timeoutMs };
    for await (const leaf of readLeaves(reader, asked)) items.push(...leaf.rows);
  } catch (error) {
    if (error instanceof Fault && (error.code === "sap.policy" || wasTooLarge(error))) return [];
    throw error;
  }
  const documents = (await readDocuments(reader, "BKPF", items, { number: "BELNR" })) ?? [];
  return documents
    .filter((row) => cell(row, "AWTYP") === invoiceVerification)
    .flatMap((row) => {
      const [, BELNR, GJAHR] = /^(.{10})(\d{4})$/.exec(cell(row, "AWKEY")) ?? [];
      return BELNR === undefined || GJAHR === undefined ? [] : [{ BELNR, GJAHR }];
    });
}
