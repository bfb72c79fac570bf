/**
 * BKPF finds FI documents by the day they were entered (sap-data 3), for BSEG and for a ledger alike: whoever enters a document writes its
 * ledger's lines in the same step. Documents that were changed later although they were entered long ago are found by AEDAT and UPDDT.
 */
import { type FiscalPeriod, parsePeriod, type SapDate } from "../../../core/index.ts";
import { all, compare, equal, type RowKey, type TableReader, type TableRow, type Where } from "../../rfc/index.ts";
import { fieldsRead } from "../fields-read.ts";
import type { Loaded } from "../look-ups.ts";
import { cell, readWhole } from "../rows.ts";
import type { Range, Slice } from "../slice.ts";
import { beginOf, type SourceContext, type SourceReader, type Window } from "./source-reader.ts";

const headerFields = fieldsRead.BKPF;
const keyFields = ["BUKRS", "BELNR", "GJAHR"] as const;

type Chosen = Pick<Slice, "oneOf" | "noneOf">;
type Side = Pick<SourceReader, "what" | "slices" | "headerFields" | "readHeaders" | "changedBy">;

/** What BSEG and a ledger have in common: all that BKPF tells. */
export function financeSide(context: SourceContext, chosen: Chosen): Side {
  return {
    what: { flow: "costs", table: "BKPF", keyFields, cap: 2_000, objectsPerSlice: 1_000 },
    slices: async (window) => slicesOf(window, context.settings.costsFrom, chosen),
    headerFields,
    readHeaders: (keys) => readHeaders(context, keys),
    changedBy: (headers, since) => reversedBefore(context.reader, headers, since),
  };
}

function slicesOf(window: Window, costsFrom: SapDate | undefined, chosen: Chosen): Slice[] {
  const { from: since, below } = window;
  const keys: Range[] = [{ field: "BELNR" }, { field: "BUKRS" }, { field: "GJAHR" }];
  const from = beginOf(window, costsFrom);
  const entered: Range = { field: "CPUDT", ...(from ? { from } : {}), below };
  // All that may be read was entered since then, so that nothing older can have changed.
  if (since === undefined || from === undefined || from !== since) return [{ ranges: [entered, ...keys], ...chosen }];
  // Documents that were changed later (AEDAT, UPDDT) although they were entered long ago; each is in one of the three only.
  const enteredBefore: Range = { field: "CPUDT", ...(costsFrom ? { from: costsFrom } : {}), below: from };
  const changed: Range = { field: "AEDAT", from, below };
  const unchanged: Range = { field: "AEDAT", below: from };
  return [
    { ranges: [entered, ...keys], ...chosen },
    { ranges: [changed, enteredBefore, ...keys], ...chosen },
    { ranges: [{ field: "UPDDT", from, below }, unchanged, enteredBefore, ...keys], ...chosen },
  ];
}

export function financeId(row: TableRow | RowKey): string {
  return `${row.BUKRS}.${row.BELNR}.${row.GJAHR}`;
}

/** By BUKRS, GJAHR and BELNR: BSEG only ever by its leading keys (sap-data 2.5: a cluster), and a ledger by the same groups. */
export async function eachYear<T>(
  keys: readonly RowKey[],
  read: (values: string[], where: Where, group: { company: string; year: string }) => Promise<T>,
): Promise<T[]> {
  const parts: T[] = [];
  for (const group of Map.groupBy(keys, (key) => `${key.BUKRS}.${key.GJAHR}`).values()) {
    const company = group[0]?.BUKRS ?? "";
    const year = group[0]?.GJAHR ?? "";
    const values = group.map((key) => key.BELNR ?? "");
    parts.push(await read(values, all(equal("BUKRS", company), equal("GJAHR", year)), { company, year }));
  }
  return parts;
}

async function readHeaders({ reader, settings }: SourceContext, keys: readonly RowKey[]): Promise<TableRow[]> {
  const { costsFrom = "" } = settings;
  const asked = { table: "BKPF", fields: headerFields, field: "BELNR" };
  const parts = await eachYear(keys, (values, where) => readWhole(reader, { ...asked, values, where }));
  return parts.flat().filter((row) => cell(row, "CPUDT") >= costsFrom);
}

/**
 * A reversal sets STBLG and XREVERSAL on the document it reverses without moving a stamp there (sap-data 3): so that is read again with it, where
 * it lies before the window. XREVERSAL 2 is the reversal; 1, the reversed one, names its reversal, which has a stamp of its own.
 */
async function reversedBefore(reader: TableReader, headers: readonly TableRow[], since: string): Promise<RowKey[]> {
  const named = headers
    .filter((row) => cell(row, "XREVERSAL") === "2" && cell(row, "STBLG") !== "")
    .map((row) => ({ BUKRS: cell(row, "BUKRS"), BELNR: cell(row, "STBLG"), GJAHR: cell(row, "STJAH") }));
  // An initial date is eight zeros, and so before every day.
  const before = ["CPUDT", "AEDAT", "UPDDT"].map((field) => compare(field, "<", since));
  const asked = { table: "BKPF", fields: keyFields, field: "BELNR" };
  const parts = await eachYear(named, (values, where) => readWhole(reader, { ...asked, values, where: all(where, ...before) }));
  return parts.flat().map((row) => ({ BUKRS: cell(row, "BUKRS"), BELNR: cell(row, "BELNR"), GJAHR: cell(row, "GJAHR") }));
}

export function financeCurrency(header: TableRow, { small }: Loaded): string {
  return cell(header, "HWAER") || (small.currencyOfCompany.get(cell(header, "BUKRS")) ?? "");
}

/** What the header tells of its document; the period is the source's own. */
export function financeFacts(header: TableRow, { year, period }: FiscalPeriod, tools: Loaded) {
  const reversal = cell(header, "STBLG");
  return {
    companyCode: cell(header, "BUKRS"),
    fiscalYear: year,
    period,
    postingDate: cell(header, "BUDAT"),
    documentDate: cell(header, "BLDAT"),
    entryDate: cell(header, "CPUDT"),
    documentType: cell(header, "BLART"),
    status: cell(header, "BSTAT"),
    currency: financeCurrency(header, tools),
    reference: cell(header, "XBLNR"),
    headerText: cell(header, "BKTXT"),
    reversalOf: reversal === "" ? "" : `${reversal}.${cell(header, "STJAH")}`,
  };
}

export function financePeriod(header: TableRow): FiscalPeriod | undefined {
  return parsePeriod({ year: cell(header, "GJAHR"), period: cell(header, "MONAT") });
}
