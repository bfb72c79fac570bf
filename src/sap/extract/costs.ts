/**
 * FI documents by the day they were entered (sap-data 3): BKPF finds them, BSEG is read by its leading keys only (a cluster table in ECC), and
 * a posted document that does not balance as delivered is rejected whole. Amounts become signed (S +, H -) and are shifted by TCURX here, once.
 */
import {
  addDays,
  type CostDocumentRecord,
  type CostLine,
  documentBalance,
  type FiscalPeriod,
  formatMoney,
  parsePeriod,
  parseSapDate,
  type RejectedRecord,
  type SapDate,
  type SourceRecord,
} from "../../core/index.ts";
import { all, equal, type RejectedRow, type RowKey, type TableRow, type Where } from "../rfc/index.ts";
import { type Discoverable, discover, discoverOffer } from "./discover.ts";
import { fieldsRead } from "./fields-read.ts";
import type { ExtractSource, FlowExtract } from "./flow-extract.ts";
import { type AssignmentKeys, costElementCategory, createLookUps, type Loaded, realAmount } from "./look-ups.ts";
import { parseKeys, withDigest } from "./object-slice.ts";
import { cell, type Rows, readByValues, readWhole, signedBy } from "./rows.ts";
import { readServerDate } from "./server-date.ts";
import { parseSlice, type Range, type Slice } from "./slice.ts";

const what: Discoverable = {
  flow: "costs",
  table: "BKPF",
  keyFields: ["BUKRS", "BELNR", "GJAHR"],
  cap: 2_000,
  objectsPerSlice: 1_000,
};

/** Date-only stamps lie by a day or two: late commits and other zones (sap-data 3). */
const overlapDays = 2;

const headerFields = fieldsRead.BKPF;
const lineFields = fieldsRead.BSEG;

function idOf(row: TableRow | RowKey): string {
  return `${row.BUKRS}.${row.BELNR}.${row.GJAHR}`;
}

function assignmentKeys(row: TableRow): AssignmentKeys {
  return {
    wbs: cell(row, "PROJK"),
    network: cell(row, "NPLNR"),
    routing: cell(row, "AUFPL"),
    activity: cell(row, "APLZL"),
    order: cell(row, "AUFNR"),
    costCenter: cell(row, "KOSTL"),
  };
}

function lineOf(row: TableRow, header: TableRow, currency: string, tools: Loaded): CostLine {
  const { objectOf, small } = tools;
  const object = objectOf(assignmentKeys(row), { realOnly: true });
  const account = cell(row, "HKONT");
  const area = small.areaOfCompany.get(cell(header, "BUKRS")) ?? "";
  const order = cell(row, "EBELN");
  return {
    line: cell(row, "BUZEI"),
    account,
    amount: signedBy(cell(row, "SHKZG"), realAmount(small, cell(row, "DMBTR"), currency)),
    ...(object ? { object } : {}),
    costElementCategory: costElementCategory(small, area, account, cell(header, "BUDAT")),
    transactionKey: cell(row, "KTOSL"),
    specialGl: cell(row, "UMSKZ"),
    purchaseOrder: order,
    purchaseOrderItem: order === "" ? "" : cell(row, "EBELP"),
    assignment: order === "" ? "" : cell(row, "ZEKKN"),
    // LIFNR stands on G/L lines too; only a vendor line (KOART K) makes a document that vendor's.
    vendor: cell(row, "KOART") === "K" ? cell(row, "LIFNR") : "",
    text: cell(row, "SGTXT"),
  };
}

function currencyOf(header: TableRow, { small }: Loaded): string {
  return cell(header, "HWAER") || (small.currencyOfCompany.get(cell(header, "BUKRS")) ?? "");
}

function documentOf(header: TableRow, period: FiscalPeriod, rows: readonly TableRow[], tools: Loaded): CostDocumentRecord {
  const currency = currencyOf(header, tools);
  const reversal = cell(header, "STBLG");
  return {
    kind: "cost-document",
    key: idOf(header),
    companyCode: cell(header, "BUKRS"),
    documentNumber: cell(header, "BELNR"),
    fiscalYear: period.year,
    period: period.period,
    postingDate: cell(header, "BUDAT"),
    documentDate: cell(header, "BLDAT"),
    entryDate: cell(header, "CPUDT"),
    documentType: cell(header, "BLART"),
    status: cell(header, "BSTAT"),
    currency,
    reference: cell(header, "XBLNR"),
    headerText: cell(header, "BKTXT"),
    reversalOf: reversal === "" ? "" : `${reversal}.${cell(header, "STJAH")}`,
    lines: rows.map((row) => lineOf(row, header, currency, tools)).sort((left, right) => (left.line < right.line ? -1 : 1)),
  };
}

/** BSTAT decides before balance: parked documents have their lines elsewhere (sap-data 2.5). */
function isPostedStatus(status: string): boolean {
  return status === "" || status === "A" || status === "B";
}

/** A document without a fiscal period belongs nowhere; it is rejected by name and the others go on. */
function judgeHeader(header: TableRow, rows: readonly TableRow[], lost: RejectedRow | undefined, tools: Loaded): SourceRecord {
  const period = parsePeriod({ year: cell(header, "GJAHR"), period: cell(header, "MONAT") });
  if (period) return judge(documentOf(header, period, rows, tools), lost);
  const detail = `MONAT "${cell(header, "MONAT")}" is no period`;
  const currency = currencyOf(header, tools);
  return {
    kind: "rejected",
    flow: "costs",
    key: idOf(header),
    code: "amount-unreadable",
    detail,
    balance: "0",
    currency,
    period: "",
  };
}

function judge(document: CostDocumentRecord, lost: RejectedRow | undefined): SourceRecord {
  const period = `${document.fiscalYear}.${String(document.period).padStart(3, "0")}`;
  const { key, currency } = document;
  const rejected: Omit<RejectedRecord, "code" | "detail"> = {
    kind: "rejected",
    flow: "costs",
    key,
    balance: "0",
    currency,
    period,
  };
  if (!isPostedStatus(document.status)) return document;
  if (lost) {
    const code = lost.code === "amount-overflow" ? "amount-overflow" : "amount-unreadable";
    return { ...rejected, code, detail: `line ${lost.rejected.BUZEI ?? "?"} ${lost.field}` };
  }
  // A clearing or resetting document (BSTAT A, B) may have no lines of its own.
  if (document.lines.length === 0) return { ...rejected, code: "document-without-lines", detail: "BSEG delivered no line" };
  const balance = documentBalance(document);
  if (!balance.ok)
    return { ...rejected, code: "amount-unreadable", detail: `line ${balance.error.line} DMBTR "${balance.error.text}"` };
  if (balance.value.minor === 0n) return document;
  return {
    ...rejected,
    code: "document-unbalanced",
    detail: `${document.lines.length} lines`,
    balance: formatMoney(balance.value),
  };
}

/** Rows come in any order; which lost line a rejection names must not depend on it, or the document would seem to change. */
function firstByLine(rejected: readonly RejectedRow[]): Map<string, RejectedRow> {
  const text = (row: RejectedRow) => `${row.rejected.BUZEI ?? ""} ${row.field}`;
  return new Map(rejected.toSorted((left, right) => (text(left) < text(right) ? 1 : -1)).map((row) => [idOf(row.rejected), row]));
}

function unstable(header: TableRow, tools: Loaded): RejectedRecord {
  const currency = currencyOf(header, tools);
  const key = idOf(header);
  const detail = "the header changed twice while its lines were read";
  const period = `${cell(header, "GJAHR")}.${cell(header, "MONAT").padStart(3, "0")}`;
  return { kind: "rejected", flow: "costs", key, code: "object-unstable", detail, balance: "0", currency, period };
}

export function createCostExtract({ reader, client, clock, settings }: ExtractSource): FlowExtract {
  const lookUps = createLookUps(reader, clock);
  const oneOf = settings.companyCodes.length === 0 ? [] : [{ field: "BUKRS", values: [...settings.companyCodes] }];

  function slicesOf(since: SapDate | undefined, today: SapDate): Slice[] {
    const below = addDays(today, 1);
    const { costsFrom } = settings;
    const keys: Range[] = [{ field: "BELNR" }, { field: "BUKRS" }, { field: "GJAHR" }];
    const from = since === undefined || (costsFrom !== undefined && costsFrom > since) ? costsFrom : since;
    const entered: Range = { field: "CPUDT", ...(from ? { from } : {}), below };
    // All that may be read was entered since then, so that nothing older can have changed.
    if (since === undefined || from === undefined || from !== since) return [{ ranges: [entered, ...keys], oneOf }];
    // Documents that were changed later (AEDAT, UPDDT) although they were entered long ago; each is in one of the three only.
    const enteredBefore: Range = { field: "CPUDT", ...(costsFrom ? { from: costsFrom } : {}), below: from };
    const changed: Range = { field: "AEDAT", from, below };
    const unchanged: Range = { field: "AEDAT", below: from };
    return [
      { ranges: [entered, ...keys], oneOf },
      { ranges: [changed, enteredBefore, ...keys], oneOf },
      { ranges: [{ field: "UPDDT", from, below }, unchanged, enteredBefore, ...keys], oneOf },
    ];
  }

  /** By BUKRS, GJAHR and BELNR: BSEG only ever by its leading keys (sap-data 2.5: a cluster). */
  async function eachYear<T>(keys: readonly RowKey[], read: (values: string[], where: Where) => Promise<T>): Promise<T[]> {
    const parts: T[] = [];
    for (const group of Map.groupBy(keys, (key) => `${key.BUKRS}.${key.GJAHR}`).values()) {
      const where = all(equal("BUKRS", group[0]?.BUKRS ?? ""), equal("GJAHR", group[0]?.GJAHR ?? ""));
      const values = group.map((key) => key.BELNR ?? "");
      parts.push(await read(values, where));
    }
    return parts;
  }

  async function readHeaders(keys: readonly RowKey[]): Promise<TableRow[]> {
    const asked = { table: "BKPF", fields: headerFields, field: "BELNR" };
    return (await eachYear(keys, (values, where) => readWhole(reader, { ...asked, values, where }))).flat();
  }

  async function readLines(keys: readonly RowKey[]): Promise<Rows> {
    const asked = { table: "BSEG", fields: lineFields, field: "BELNR" };
    const parts = await eachYear(keys, (values, where) => readByValues(reader, { ...asked, values, where }));
    return { rows: parts.flatMap(({ rows }) => rows), rejected: parts.flatMap(({ rejected }) => rejected) };
  }

  async function readStable(keys: readonly RowKey[]) {
    const headers = await readHeaders(keys);
    const lines = await readLines(keys);
    const after = new Map((await readHeaders(keys)).map((row) => [idOf(row), row]));
    const moved = headers.filter((row) => headerFields.some((field) => row[field] !== after.get(idOf(row))?.[field]));
    return { headers, lines, moved };
  }

  async function recordsOf(
    read: Awaited<ReturnType<typeof readStable>>,
    kind: (id: string) => "chosen" | "unstable" | "left-out",
  ): Promise<SourceRecord[]> {
    const tools = await lookUps.load(read.lines.rows.map(assignmentKeys));
    const lines = Map.groupBy(read.lines.rows, idOf);
    const lost = firstByLine(read.lines.rejected);
    return read.headers.flatMap((header) => {
      const id = idOf(header);
      if (kind(id) === "left-out") return [];
      return kind(id) === "unstable" ? unstable(header, tools) : judgeHeader(header, lines.get(id) ?? [], lost.get(id), tools);
    });
  }

  return {
    async open({ mode, since }) {
      const today = await readServerDate(client, settings.zone);
      const last = since === undefined ? undefined : parseSapDate(since);
      const from = mode === "delta" && last ? addDays(last, -overlapDays) : undefined;
      return { slices: slicesOf(from, today).map((slice) => discoverOffer(what, slice)), watermark: today };
    },
    discover: (label, slice) => discover(reader, what, label, parseSlice(slice, "BKPF")),
    async read(slice, digest) {
      const first = await readStable(parseKeys(slice, "BKPF", what.keyFields));
      const moved = new Set(first.moved.map(idOf));
      const records = await recordsOf(first, (id) => (moved.has(id) ? "left-out" : "chosen"));
      if (moved.size > 0) {
        const again = await readStable(
          first.moved.map((row) => ({ BUKRS: cell(row, "BUKRS"), BELNR: cell(row, "BELNR"), GJAHR: cell(row, "GJAHR") })),
        );
        const movedAgain = new Set(again.moved.map(idOf));
        records.push(...(await recordsOf(again, (id) => (movedAgain.has(id) ? "unstable" : "chosen"))));
      }
      return withDigest(records, digest);
    },
  };
}
