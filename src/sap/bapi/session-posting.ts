/**
 * Posting without a module of the customer's: SAP's own BAPIs, CHECK, then POST and COMMIT on one session, and BKPF and BSEG read for the reference (sap-rfc 3.4).
 * Needs a session that outlives a call, which SOAP has not. SAP holds neither lock nor key here: that nothing is posted twice rests on who calls
 * this (docs/ledger.md). An answer that is not understood is a failure, never "not posted".
 */
import {
  type FoundDocument,
  formatIsoDate,
  formatMoney,
  type JournalLine,
  type Money,
  parseMoney,
  shiftByTcurx,
} from "../../core/index.ts";
import type { RfcCall, RfcClient, RfcFailure, RfcOutcome, RfcParameters } from "../../ports/index.ts";
import { all, equal, type ReadFailure, type TableReader, type TableRow, type Where } from "../rfc/index.ts";
import { type BapiMessage, messagesOf } from "./call-bapi.ts";
import { type Checked, objectFields, type Posted, type PostingModule, type Searched, type ToPost } from "./posting-module.ts";

/** Ends with a rollback of what was not committed. */
export type PostingSession = Pick<RfcClient, "call"> & { end(): void };

export const sessionPostingFunctions = [
  "BAPI_ACC_DOCUMENT_CHECK",
  "BAPI_ACC_DOCUMENT_POST",
  "BAPI_TRANSACTION_COMMIT",
  "BAPI_TRANSACTION_ROLLBACK",
] as const;

const headerFields = ["BLART", "BUDAT", "WAERS", "STBLG", "XREVERSAL", "XBLNR"];
const lineFields = ["SHKZG", "WRBTR", "XREF1", "XREF3", "XAUTO"];
/** What the search reads; keys come by themselves. */
export const sessionPostingTables: Readonly<Record<string, readonly string[]>> = {
  BKPF: ["BUKRS", "BELNR", "GJAHR", ...headerFields],
  BSEG: ["BUKRS", "BELNR", "GJAHR", "BUZEI", ...lineFields],
  TCURX: ["CURRKEY", "CURRDEC"],
};

const readTimeoutMs = 120_000;
const rollbackTimeoutMs = 30_000;
/** BSEG-XREF1 has twelve characters; the whole reference stands in XREF3. */
const copyLength = 12;

const unclear = (detail: string): RfcFailure => ({ kind: "failure", class: "protocol", key: "POSTING_ANSWER", detail });

type Rows = { kind: "rows"; rows: readonly TableRow[] } | RfcFailure;

async function readAll(reader: TableReader, table: string, fields: readonly string[], where: Where): Promise<Rows> {
  const outcome = await reader.read({ table, fields: [...fields], where });
  if (outcome.kind === "failure") return failureOf(outcome, table);
  // A row that cannot be read must not pass for one that is not there.
  if (outcome.kind === "over" || outcome.rejected.length > 0 || outcome.doubtful.length > 0)
    return unclear(`${table} has rows that cannot be read whole`);
  return { kind: "rows", rows: outcome.rows };
}

function failureOf(failed: ReadFailure, table: string): RfcFailure {
  return failed.cause === "rfc" ? failed.failure : unclear(`${table}: ${failed.detail}`);
}

const cell = (row: TableRow, name: string): string => (row[name] ?? "").trim();

async function decimalsOf(reader: TableReader, currency: string): Promise<number | RfcFailure> {
  const read = await readAll(reader, "TCURX", ["CURRKEY", "CURRDEC"], equal("CURRKEY", currency));
  if (read.kind === "failure") return read;
  const [row] = read.rows;
  return row === undefined ? 2 : Number(cell(row, "CURRDEC") || "0");
}

function debitOf(lines: readonly TableRow[], currency: string, currencyDecimals: number): Money | undefined {
  let minor = 0n;
  for (const line of lines) {
    if (cell(line, "SHKZG") !== "S") continue;
    const shifted = shiftByTcurx(cell(line, "WRBTR"), { columnDecimals: 2, currencyDecimals });
    const amount = shifted === undefined ? undefined : parseMoney(shifted, currency);
    if (amount === undefined || !amount.ok) return undefined;
    minor += amount.value.minor;
  }
  return { minor, currency };
}

async function documentOf(reader: TableReader, header: TableRow, reference: string): Promise<FoundDocument | RfcFailure> {
  const [companyCode, number, year] = [cell(header, "BUKRS"), cell(header, "BELNR"), cell(header, "GJAHR")];
  const where = all(equal("BUKRS", companyCode), equal("BELNR", number), equal("GJAHR", year));
  const read = await readAll(reader, "BSEG", lineFields, where);
  if (read.kind === "failure") return read;
  const currency = cell(header, "WAERS");
  const decimals = await decimalsOf(reader, currency);
  if (typeof decimals !== "number") return decimals;
  const debit = debitOf(read.rows, currency, decimals);
  if (debit === undefined) return unclear(`document ${number} has an amount that cannot be read`);
  // What SAP made itself carries no copy.
  const own = read.rows.filter((line) => cell(line, "XAUTO") !== "X");
  const isCopy = (line: TableRow) => cell(line, "XREF3") === reference && cell(line, "XREF1") === reference.slice(0, copyLength);
  return {
    companyCode,
    number,
    year,
    hasCopy: own.length > 0 && own.every(isCopy),
    isReversal: cell(header, "XREVERSAL") === "2",
    reversedBy: cell(header, "STBLG"),
    postingDate: cell(header, "BUDAT"),
    documentType: cell(header, "BLART"),
    debit,
  };
}

async function search(reader: TableReader, { journal, reference }: ToPost): Promise<Searched> {
  const where = all(equal("BUKRS", journal.companyCode), equal("XBLNR", reference));
  const headers = await readAll(reader, "BKPF", headerFields, where);
  if (headers.kind === "failure") return headers;
  const documents: FoundDocument[] = [];
  for (const header of headers.rows) {
    const document = await documentOf(reader, header, reference);
    if ("kind" in document) return document;
    documents.push(document);
  }
  return { kind: "found", documents };
}

const itemOf = (index: number): string => String(index + 1).padStart(10, "0");

function accountRow({ account, object, taxCode, text }: JournalLine, index: number, reference: string) {
  return {
    ITEMNO_ACC: itemOf(index),
    GL_ACCOUNT: account,
    ITEM_TEXT: text,
    REF_KEY_1: reference.slice(0, copyLength),
    REF_KEY_3: reference,
    TAX_CODE: taxCode,
    ...objectFields({ object }),
  };
}

function parametersOf({ journal, reference }: ToPost, user: string): RfcParameters {
  return {
    // OBJ_TYPE, OBJ_KEY and OBJ_SYS stay empty: a filled pair raises RW 602 (sap-rfc 3.4).
    DOCUMENTHEADER: {
      BUS_ACT: "RFBU",
      USERNAME: user.toUpperCase(),
      HEADER_TXT: journal.headerText,
      COMP_CODE: journal.companyCode,
      DOC_DATE: formatIsoDate(journal.documentDate),
      PSTNG_DATE: formatIsoDate(journal.postingDate),
      DOC_TYPE: journal.documentType,
      REF_DOC_NO: reference,
    },
    ACCOUNTGL: journal.lines.map((line, index) => accountRow(line, index, reference)),
    CURRENCYAMOUNT: journal.lines.map(({ amount }, index) => ({
      ITEMNO_ACC: itemOf(index),
      CURR_TYPE: "00",
      CURRENCY: journal.currency,
      AMT_DOCCUR: formatMoney(amount),
    })),
  };
}

const isBad = ({ type }: BapiMessage): boolean => ["E", "A", "X"].includes(type);

function callOf(name: string, parameters: RfcParameters, timeoutMs: number): RfcCall {
  return { function: name, parameters, tables: name.startsWith("BAPI_ACC") ? ["RETURN"] : [], timeoutMs };
}

async function check(client: RfcClient, parameters: RfcParameters): Promise<Checked> {
  const outcome = await client.call(callOf("BAPI_ACC_DOCUMENT_CHECK", parameters, readTimeoutMs));
  if (outcome.kind === "failure") return outcome;
  const messages = messagesOf(outcome.values);
  if (messages.some(isBad)) return { kind: "refused", messages };
  // RW 614 [K]; a check that says nothing at all has checked nothing that we could name.
  return messages.length > 0 ? { kind: "accepted" } : unclear("BAPI_ACC_DOCUMENT_CHECK said nothing");
}

/** Once the commit has left, nothing that comes back but its answer says whether it was executed. */
function judgeCommit(outcome: RfcOutcome): Posted {
  if (outcome.kind === "failure")
    return { ...outcome, class: "communication", key: "COMMIT_UNKNOWN", detail: `${outcome.key}: ${outcome.detail}` };
  return messagesOf(outcome.values).some(isBad) ? { kind: "lost" } : { kind: "posted" };
}

async function postOn(session: PostingSession, parameters: RfcParameters, timeoutMs: number): Promise<Posted> {
  const outcome = await session.call(callOf("BAPI_ACC_DOCUMENT_POST", parameters, timeoutMs));
  if (outcome.kind === "failure") return outcome;
  const messages = messagesOf(outcome.values);
  const isDone = messages.some(({ type, key }) => type === "S" && key === "RW 605");
  if (messages.some(isBad) || !isDone) {
    await session.call(callOf("BAPI_TRANSACTION_ROLLBACK", {}, rollbackTimeoutMs));
    return messages.some(isBad) ? { kind: "refused", messages } : unclear("BAPI_ACC_DOCUMENT_POST did not say RW 605");
  }
  return judgeCommit(await session.call(callOf("BAPI_TRANSACTION_COMMIT", { WAIT: "X" }, timeoutMs)));
}

export type SessionPostingOptions = {
  /** May repeat what only reads. */
  client: RfcClient;
  reader: TableReader;
  openSession: () => Promise<PostingSession | RfcFailure>;
  /** USERNAME of the document's header. */
  user: string;
};

export function createSessionPosting({ client, reader, openSession, user }: SessionPostingOptions): PostingModule {
  return {
    search: (what) => search(reader, what),
    check: (what) => check(client, parametersOf(what, user)),
    async post(what, timeoutMs) {
      // Once more, after the check: nothing in SAP stands in the way of a second document with this reference.
      const found = await search(reader, what);
      if (found.kind === "failure") return found;
      if (found.documents.length > 0) return { kind: "posted" };
      const session = await openSession();
      if ("kind" in session) return session;
      try {
        return await postOn(session, parametersOf(what, user), timeoutMs);
      } finally {
        session.end();
      }
    },
  };
}
