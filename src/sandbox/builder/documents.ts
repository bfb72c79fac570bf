/**
 * Writes FI documents, BKPF and BSEG, with keys, stamps, periods and posting keys that agree. Amounts come in signed (debit positive)
 * and are stored unsigned with SHKZG (sap-data 0.5). It refuses a document that does not balance unless told that this one is broken.
 */
import type { EccRow } from "../world.ts";
import { storedAmount } from "./amount.ts";
import { fiscalPeriodOf } from "./days.ts";
import { compactRow, type Group, type ObjectFields } from "./group.ts";
import { type Company, kokrs } from "./organisation.ts";

export type LineDraft = {
  /** Signed company-code currency, minor units. */
  amount: bigint;
  hkont: string;
  koart?: "S" | "K" | "D" | "M";
  object?: ObjectFields;
  text?: string;
  /** Document currency where it differs. */
  wrbtr?: bigint;
  fields?: Readonly<Record<string, string>>;
};

export type DocumentDraft = {
  company: Company;
  blart: string;
  budat: string;
  cpudt?: string;
  /** Special periods 13 to 16. */
  monat?: string;
  header?: Readonly<Record<string, string>>;
  lines: readonly LineDraft[];
  isBroken?: boolean;
};

export type Posted = { bukrs: string; belnr: string; gjahr: string; key: string };

const ranges: Readonly<Record<string, number>> = {
  SA: 100_000_000,
  RV: 90_000_000,
  KZ: 1_500_000_000,
  KR: 1_900_000_000,
  PY: 2_000_000_000,
  WE: 5_000_000_000,
  RE: 5_105_600_000,
  RT: 1_700_000_000,
};

/** Posting keys: debit and credit by account type (K 21/31, D 01/50 … as delivered). */
const postingKeys: Readonly<Record<string, readonly [string, string]>> = {
  S: ["40", "50"],
  K: ["21", "31"],
  D: ["01", "11"],
  M: ["89", "99"],
};

const isForeign = (draft: DocumentDraft): boolean =>
  draft.header?.["WAERS"] !== undefined && draft.header["WAERS"] !== draft.company.currency;

function lineRow(draft: DocumentDraft, line: LineDraft, key: { belnr: string; gjahr: string; buzei: string }): EccRow {
  const isCredit = line.amount < 0n;
  const koart = line.koart ?? "S";
  const size = (value: bigint) => storedAmount(value < 0n ? -value : value);
  const [debitKey, creditKey] = postingKeys[koart] ?? ["40", "50"];
  return compactRow({
    BUKRS: draft.company.bukrs,
    BELNR: key.belnr,
    GJAHR: key.gjahr,
    BUZEI: key.buzei,
    BSCHL: isCredit ? creditKey : debitKey,
    KOART: koart,
    SHKZG: isCredit ? "H" : "S",
    DMBTR: size(line.amount),
    WRBTR: size(line.wrbtr ?? line.amount),
    SGTXT: line.text,
    KOKRS: kokrs,
    ...line.object,
    SAKNR: line.hkont,
    HKONT: line.hkont,
    ...line.fields,
  });
}

/** A clock of the books: CPUTM moves on with every document, within office hours. */
function entryTime(serial: number): string {
  const second = 7 * 3600 + ((serial * 37) % (11 * 3600));
  const two = (value: number) => String(value).padStart(2, "0");
  return two(Math.floor(second / 3600)) + two(Math.floor(second / 60) % 60) + two(second % 60);
}

function assertBalanced(draft: DocumentDraft, belnr: string): void {
  const balance = draft.lines.reduce((sum, line) => sum + line.amount, 0n);
  if (balance !== 0n && draft.isBroken !== true) throw new Error(`document ${belnr} does not balance: ${storedAmount(balance)}`);
}

/** The last document number given, by company code and type, rests in the tables themselves. */
export type Books = { group: Group; numbers: Map<string, number>; costLines: number };

export const createBooks = (group: Group): Books => ({ group, numbers: new Map(), costLines: 0 });

function nextNumber(books: Books, draft: DocumentDraft): string {
  const range = `${draft.company.bukrs} ${draft.blart}`;
  const number = books.numbers.get(range) ?? ranges[draft.blart] ?? ranges["SA"] ?? 0;
  books.numbers.set(range, number + 1);
  return String(number).padStart(10, "0");
}

export function post(books: Books, draft: DocumentDraft): Posted {
  const { tables } = books.group;
  const { gjahr, monat } = fiscalPeriodOf(draft.budat, draft.company.variant);
  const { bukrs, currency } = draft.company;
  const belnr = nextNumber(books, draft);
  assertBalanced(draft, belnr);
  tables.add(
    "BKPF",
    compactRow({
      BUKRS: bukrs,
      BELNR: belnr,
      GJAHR: gjahr,
      BLART: draft.blart,
      BLDAT: draft.budat,
      BUDAT: draft.budat,
      MONAT: draft.monat ?? monat,
      CPUDT: draft.cpudt ?? draft.budat,
      CPUTM: entryTime(tables.rows("BKPF").length),
      USNAM: "ACCOUNTS1",
      TCODE: "FB01",
      WAERS: currency,
      KURSF: isForeign(draft) ? "1.00000" : undefined,
      GLVOR: "RFBU",
      AWTYP: "BKPF",
      AWKEY: `${belnr}${bukrs}${gjahr}`,
      HWAER: currency,
      ...draft.header,
    }),
  );
  draft.lines.forEach((line, index) => {
    const buzei = String(index + 1).padStart(3, "0");
    tables.add("BSEG", lineRow(draft, line, { belnr, gjahr, buzei }));
    if (line.object !== undefined) books.costLines += 1;
  });
  return { bukrs, belnr, gjahr, key: `${bukrs} ${belnr} ${gjahr}` };
}

const headerOf = (group: Group, posted: Posted): EccRow => {
  const row = group.tables
    .rows("BKPF")
    .findLast((found) => found["BUKRS"] === posted.bukrs && found["BELNR"] === posted.belnr && found["GJAHR"] === posted.gjahr);
  if (row === undefined) throw new Error(`no document ${posted.key}`);
  return row;
};

/** FB08: the same lines with the other sign, linked both ways by STBLG, XREVERSAL 1 on the original and 2 on the reversal. */
export function reverse(
  books: Books,
  draft: DocumentDraft,
  original: Posted,
  at: { budat: string; cpudt?: string; isNegative: boolean },
): Posted {
  const { tables } = books.group;
  const lines = draft.lines.map(
    (line): LineDraft => ({
      ...line,
      amount: -line.amount,
      ...(line.wrbtr === undefined ? {} : { wrbtr: -line.wrbtr }),
      fields: { ...line.fields, ...(at.isNegative ? { XNEGP: "X" } : {}) },
    }),
  );
  const reversal = post(books, {
    ...draft,
    budat: at.budat,
    cpudt: at.cpudt ?? at.budat,
    lines,
    header: { ...draft.header, STBLG: original.belnr, STJAH: original.gjahr, XREVERSAL: "2", STGRD: "01", TCODE: "FB08" },
  });
  const row = headerOf(books.group, original);
  tables.replace("BKPF", row, { ...row, STBLG: reversal.belnr, STJAH: reversal.gjahr, XREVERSAL: "1" });
  return reversal;
}
