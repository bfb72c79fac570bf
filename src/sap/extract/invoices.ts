/**
 * Logistics invoices: RBKP with its lines (RSEG) and what the order history keeps of them (EKBE, EKBE_MA), found by the day of entry and by change
 * documents, with an overlap (sap-data 2.4, 3). The header is read again after the lines; a cancelling document names its original
 * (RBKP-STBLG), whose own stamp did not move, so the original is read along. Posted invoices whose lines and history disagree are rejected
 * whole (ruling 16).
 */
import {
  addDays,
  Fault,
  type InvoiceLine,
  type InvoiceRecord,
  type InvoiceShare,
  type RejectedInvoice,
  type RetentionItem,
  type SapDate,
} from "../../core/index.ts";
import type { RejectedRow, RowKey, TableRow } from "../rfc/index.ts";
import { all, equal, oneOf, type Where } from "../rfc/index.ts";
import { readChangedObjects, type Window } from "./change-triggers.ts";
import { type Discoverable, discover, discoverOffer } from "./discover.ts";
import { invoiceFields } from "./fields-read.ts";
import { deltaDefaults, type ExtractSource, type FlowExtract } from "./flow-extract.ts";
import { createLookUps, type Loaded, realAmount } from "./look-ups.ts";
import { parseKeys, withDigest } from "./object-slice.ts";
import { awkeyOf, readClearedInvoices, readRetentionItems } from "./retention-items.ts";
import { cell, filled, isFlag, readByValues, readOptional, readWhole, signedBy, sumTexts } from "./rows.ts";
import { readServerDate } from "./server-date.ts";
import { parseSlice, type Slice } from "./slice.ts";
import { openTriggered } from "./sweep-or-changes.ts";

const idOf = (row: TableRow | RowKey) => `${row.BELNR}.${row.GJAHR}`;

const what: Discoverable<"invoices"> = {
  flow: "invoices",
  table: "RBKP",
  keyFields: ["BELNR", "GJAHR"],
  cap: 1_000,
  objectsPerSlice: 500,
  sourceKey: idOf,
};
/** As often as orders, whose history they are. */
const { purchaseOrders: sweepDays } = deltaDefaults.sweepDays;
/** RBSTAT 5: posted. Only then is there a history to compare with. */
const posted = "5";
/** VGABE 2 invoice, 3 subsequent debit or credit (sap-data 2.3). */
const invoiceCategories = ["2", "3"];

/** How INCOMINGINVOICE names a document: number and year [K]; anything else cannot be followed. */
function keyOfObject(objectId: string): RowKey {
  const [, BELNR, GJAHR] = /^(.{10})(\d{4})$/.exec(objectId) ?? [];
  if (BELNR === undefined || GJAHR === undefined)
    throw new Fault("sap.protocol", { place: "CDHDR INCOMINGINVOICE", detail: `object ${objectId} is no invoice` });
  return { BELNR, GJAHR };
}

type Read = {
  headers: readonly TableRow[];
  lines: ReadonlyMap<string, readonly TableRow[]>;
  lost: ReadonlyMap<string, RejectedRow>;
  /** Undefined where the policy keeps EKBE away. */
  history: ReadonlyMap<string, readonly TableRow[]> | undefined;
  shares: ReadonlyMap<string, readonly TableRow[]>;
  /** By AWKEY; without an invoice that retains nothing, or whose items may not be read. */
  retentionItems: ReadonlyMap<string, readonly RetentionItem[]>;
  moved: ReadonlySet<string>;
};

type Tools = { small: Loaded["small"]; read: Read };

function lineKey(row: TableRow): string {
  return `${idOf(row)}.${cell(row, "EBELN")}.${cell(row, "EBELP")}`;
}

function shareOf(row: TableRow, currency: string, { small }: Tools): InvoiceShare {
  return {
    assignment: cell(row, "ZEKKN"),
    quantity: signedBy(cell(row, "SHKZG"), cell(row, "MENGE")),
    amount: signedBy(cell(row, "SHKZG"), realAmount(small, cell(row, "WRBTR"), currency)),
  };
}

function lineOf(row: TableRow, currency: string, tools: Tools): InvoiceLine {
  const { small, read } = tools;
  // EKBE keeps the line's number in four digits, RSEG in six.
  const sameLine = (other: TableRow) => Number(cell(other, "BUZEI")) === Number(cell(row, "BUZEI"));
  const kept = read.history?.get(lineKey(row))?.find(sameLine);
  const shares = (read.shares.get(lineKey(row)) ?? [])
    .filter(sameLine)
    .sort((left, right) => (cell(left, "ZEKKN") < cell(right, "ZEKKN") ? -1 : 1));
  const retention = kept === undefined ? "" : cell(kept, "RETAMT_FC");
  return {
    line: cell(row, "BUZEI"),
    purchaseOrder: cell(row, "EBELN"),
    item: cell(row, "EBELP"),
    assignment: cell(row, "ZEKKN"),
    amount: signedBy(cell(row, "SHKZG"), realAmount(small, cell(row, "WRBTR"), currency)),
    quantity: signedBy(cell(row, "SHKZG"), cell(row, "MENGE")),
    unit: cell(row, "BSTME"),
    conditionType: cell(row, "KSCHL"),
    isSubsequent: isFlag(row, "TBTKZ"),
    taxCode: cell(row, "MWSKZ"),
    receipt: filled(cell(row, "LFBNR")) ? `${cell(row, "LFBNR")}/${cell(row, "LFGJA")}/${cell(row, "LFPOS")}` : "",
    ...(retention === "" ? {} : { retention: realAmount(small, retention, currency) }),
    ...(shares.length === 0 ? {} : { shares: shares.map((each) => shareOf(each, currency, tools)) }),
  };
}

function invoiceOf(header: TableRow, lines: readonly TableRow[], tools: Tools): InvoiceRecord {
  const currency = cell(header, "WAERS");
  const retentionItems = tools.read.retentionItems.get(awkeyOf(header));
  const money = (field: string) => (cell(header, field) === "" ? "" : realAmount(tools.small, cell(header, field), currency));
  return {
    kind: "invoice",
    key: idOf(header),
    companyCode: cell(header, "BUKRS"),
    vendor: cell(header, "LIFNR"),
    documentType: cell(header, "BLART"),
    isInvoice: isFlag(header, "XRECH"),
    status: cell(header, "RBSTAT"),
    documentDate: cell(header, "BLDAT"),
    postingDate: cell(header, "BUDAT"),
    entryDate: cell(header, "CPUDT"),
    entryTime: cell(header, "CPUTM"),
    reference: cell(header, "XBLNR"),
    headerText: cell(header, "BKTXT"),
    currency,
    exchangeRate: cell(header, "KURSF"),
    grossAmount: money("RMWWR"),
    taxAmount: money("WMWST1"),
    unplannedCosts: money("BEZNK"),
    paymentTerms: cell(header, "ZTERM"),
    paymentBlock: cell(header, "ZLSPR"),
    cancellation: filled(cell(header, "STBLG")) ? `${cell(header, "STBLG")}.${cell(header, "STJAH")}` : "",
    lines: lines
      .toSorted((left, right) => (cell(left, "BUZEI") < cell(right, "BUZEI") ? -1 : 1))
      .map((row) => lineOf(row, currency, tools)),
    ...(retentionItems ? { retentionItems } : {}),
  };
}

function recordOf(header: TableRow, tools: Tools): InvoiceRecord | RejectedInvoice {
  const { read } = tools;
  const key = idOf(header);
  const rejected = {
    kind: "rejected",
    flow: "invoices",
    key,
    balance: "0",
    currency: cell(header, "WAERS"),
    period: "",
  } as const;
  if (read.moved.has(key))
    return { ...rejected, code: "object-unstable", detail: "the header changed twice while its lines were read" };
  const lost = read.lost.get(key);
  if (lost) {
    const code = lost.code === "amount-overflow" ? "amount-overflow" : "amount-unreadable";
    return { ...rejected, code, detail: `line ${lost.rejected.BUZEI ?? "?"} ${lost.field}` };
  }
  const lines = read.lines.get(key) ?? [];
  const off = cell(header, "RBSTAT") === posted ? historyDifference(key, lines, read) : undefined;
  if (off) {
    const balance = realAmount(tools.small, off.balance, rejected.currency);
    return { ...rejected, code: "invoice-history-differs", detail: `EKBE of ${off.item}`, balance };
  }
  return invoiceOf(header, lines, tools);
}

/**
 * Per order item: the lines' value without delivery costs, which EKBZ keeps, against the history's; either may lack what the other has.
 * The balance is as the tables store it.
 */
function historyDifference(
  id: string,
  lines: readonly TableRow[],
  { history }: Read,
): { item: string; balance: string } | undefined {
  if (history === undefined) return undefined;
  const ofItems = Map.groupBy(
    lines.filter((row) => cell(row, "EBELN") !== "" && cell(row, "KSCHL") === ""),
    lineKey,
  );
  const keptOnly = [...history.keys()].filter((key) => key.startsWith(`${id}.`));
  const amounts = (rows: readonly TableRow[] = []) => rows.map((row) => signedBy(cell(row, "SHKZG"), cell(row, "WRBTR")));
  for (const key of [...new Set([...ofItems.keys(), ...keptOnly])].sort()) {
    const kept = amounts(history.get(key)).map((amount) => signedBy("H", amount));
    const balance = sumTexts([...amounts(ofItems.get(key)), ...kept], 2);
    if (balance === undefined || !/^-?[0.]+$/.test(balance))
      return { item: key.split(".").slice(2).join("/"), balance: balance ?? "0" };
  }
  return undefined;
}

const retains = (row: TableRow): boolean => !/^[0.]*$/.test(cell(row, "RETAMT_FC"));

/** A column that this system does not have is nobody's to mend. */
function orWithoutField(error: unknown): undefined {
  const cause = error instanceof Fault ? error.cause : undefined;
  if (typeof cause === "object" && cause !== null && "code" in cause && cause.code === "field-unknown") return undefined;
  throw error;
}

export function createInvoiceExtract({
  reader,
  client,
  clock,
  settings,
}: ExtractSource): FlowExtract<"invoices", InvoiceRecord | RejectedInvoice> {
  const lookUps = createLookUps(reader, clock);
  const oneOfCompanies = settings.companyCodes.length === 0 ? [] : [{ field: "BUKRS", values: [...settings.companyCodes] }];

  /** Years apart: the same number may stand in several. */
  async function eachYear<T>(
    keys: readonly RowKey[],
    read: (values: string[], where: Where) => Promise<readonly T[]>,
  ): Promise<T[]> {
    const parts: T[] = [];
    for (const [year, group] of Map.groupBy(keys, (key) => key.GJAHR ?? ""))
      parts.push(
        ...(await read(
          group.map((key) => key.BELNR ?? ""),
          equal("GJAHR", year),
        )),
      );
    return parts;
  }

  const readHeaders = (keys: readonly RowKey[]) =>
    eachYear(keys, (values, where) =>
      readWhole(reader, { table: "RBKP", fields: invoiceFields.RBKP, field: "BELNR", values, where }),
    );

  async function readOnce(keys: readonly RowKey[]): Promise<Read> {
    const headers = await readHeaders(keys);
    const rejected: RejectedRow[] = [];
    const lines = await eachYear(keys, async (values, where) => {
      const read = await readByValues(reader, { table: "RSEG", fields: invoiceFields.RSEG, field: "BELNR", values, where });
      rejected.push(...read.rejected);
      return read.rows;
    });
    const orders = lines.map((row) => cell(row, "EBELN")).filter((order) => order !== "");
    const history = await readHistory("EKBE", orders, keys);
    const shares = await readHistory("EKBE_MA", orders, keys);
    const retaining = new Set((history ?? []).filter(retains).map(idOf));
    const { small } = await lookUps.load([]);
    const retained = headers.filter((row) => retaining.has(idOf(row)));
    const retentionItems = await readRetentionItems(reader, small, retained);
    const after = new Map((await readHeaders(keys)).map((row) => [idOf(row), row]));
    const moved = headers.filter((row) => invoiceFields.RBKP.some((field) => row[field] !== after.get(idOf(row))?.[field]));
    return {
      headers,
      lines: Map.groupBy(lines, idOf),
      lost: new Map(rejected.map((row) => [idOf(row.rejected), row])),
      history: history && Map.groupBy(history, lineKey),
      shares: Map.groupBy(shares ?? [], lineKey),
      retentionItems: retentionItems ?? new Map(),
      moved: new Set(moved.map(idOf)),
    };
  }

  /** By the orders, EKBE's leading key; of its rows those of the invoices asked for. */
  async function readHistory(
    table: "EKBE" | "EKBE_MA",
    orders: readonly string[],
    keys: readonly RowKey[],
  ): Promise<readonly TableRow[] | undefined> {
    const where = all(oneOf("VGABE", invoiceCategories));
    const readBy = (fields: readonly string[]) => readOptional(reader, { table, fields, field: "EBELN", values: orders, where });
    const fields: readonly string[] = invoiceFields[table];
    // Retention came with EhP4, and a policy may know nothing of it (sap-data 2.3): the history counts all the same.
    const without = fields.filter((field) => field !== "RETAMT_FC");
    const whole = await readBy(fields).catch(orWithoutField);
    const read = whole ?? (without.length < fields.length ? await readBy(without) : undefined);
    const asked = new Set(keys.map(idOf));
    return read?.rows.filter((row) => asked.has(idOf(row)));
  }

  async function recordsOf(read: Read): Promise<(InvoiceRecord | RejectedInvoice)[]> {
    const { small } = await lookUps.load([]);
    return read.headers.map((header) => recordOf(header, { small, read }));
  }

  /** The originals of cancelling documents among them, each once. */
  async function withOriginals(keys: readonly RowKey[]): Promise<readonly RowKey[]> {
    const headers = await readHeaders(keys);
    const known = new Set(keys.map(idOf));
    const originals = headers
      .filter((row) => filled(cell(row, "STBLG")))
      .map((row): RowKey => ({ BELNR: cell(row, "STBLG"), GJAHR: cell(row, "STJAH") }))
      .filter((key) => !known.has(idOf(key)));
    return [...keys, ...new Map(originals.map((key) => [idOf(key), key])).values()];
  }

  function enteredFrom(from: SapDate | undefined, today: SapDate) {
    const entered = { field: "CPUDT", ...(from ? { from } : {}), below: addDays(today, 1) };
    const slice: Slice = { ranges: [entered, { field: "BELNR" }, { field: "GJAHR" }], oneOf: oneOfCompanies };
    return discoverOffer(what, slice);
  }

  /** Entered before the window and changed in it (RBSTAT, ZLSPR, STBLG), or its retention cleared: the others are found by their day of entry. */
  async function readChangedBefore(window: Window): Promise<readonly RowKey[]> {
    const keys = (await readChangedObjects(reader, "INCOMINGINVOICE", window)).map(keyOfObject);
    const { companyCodes, costsFrom = "" } = settings;
    const isWanted = (row: TableRow) =>
      cell(row, "CPUDT") < window.from &&
      cell(row, "CPUDT") >= costsFrom &&
      (companyCodes.length === 0 || companyCodes.includes(cell(row, "BUKRS")));
    const touched = [...keys, ...(await readClearedInvoices(reader, window))];
    return (await readHeaders(touched)).filter(isWanted).map((row) => ({ BELNR: cell(row, "BELNR"), GJAHR: cell(row, "GJAHR") }));
  }

  return {
    async open(ask) {
      const today = await readServerDate(client, settings.zone);
      const { overlapDays } = settings.delta ?? deltaDefaults;
      return openTriggered(ask, {
        what,
        today,
        overlapDays,
        sweepDays,
        scope: settings.companyCodes,
        sweep: () => [enteredFrom(settings.costsFrom, today)],
        follow: async (window) => ({ keys: await readChangedBefore(window), slices: [enteredFrom(window.from, window.until)] }),
      });
    },
    discover: (label, slice) => discover(reader, what, label, parseSlice(slice, "RBKP")),
    async read(slice, digest) {
      const keys = await withOriginals(parseKeys(slice, "RBKP", what.keyFields));
      const first = await readOnce(keys);
      const isStable = (row: TableRow) => !first.moved.has(idOf(row));
      const records = await recordsOf({ ...first, headers: first.headers.filter(isStable) });
      if (first.moved.size > 0)
        records.push(...(await recordsOf(await readOnce(keys.filter((key) => first.moved.has(idOf(key)))))));
      return withDigest(records, digest);
    },
  };
}
