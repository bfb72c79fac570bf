/**
 * What BAPI_ACC_DOCUMENT_CHECK and _POST do with a G/L document (sap-rfc 3.4): what they find wrong, and the rows of BKPF and BSEG that a posted one
 * is. Amounts come as external decimals, credits negative, and are stored as CURR: two decimals whatever the currency. REF_KEY_1 has 12
 * characters (BSEG-XREF1), REF_KEY_3 has 20 (XREF3). Message numbers beyond 605, 609 and 614 are [K].
 */
import { post } from "../business/accounting.ts";
import { createDice, openDesk } from "../business/desk.ts";
import { parseScaled, scaledText } from "../decimals.ts";
import { structureRow } from "../functions/bapi/values.ts";
import { localTime } from "../functions/basis.ts";
import type { CallContext, Row } from "../functions/interface.ts";
import type { NamedChange } from "../store/changes.ts";
import { type Raw, rowByKey, rowsByKey } from "../store/find.ts";
import type { EccWorld } from "../world-state.ts";

export type PostingLine = {
  account: string;
  costCenter: string;
  order: string;
  wbsElement: string;
  network: string;
  taxCode: string;
  text: string;
  amount: string;
  copy12: string;
  copy20: string;
};

export type Posting = {
  companyCode: string;
  documentType: string;
  documentDate: string;
  postingDate: string;
  currency: string;
  reference: string;
  headerText: string;
  lines: readonly PostingLine[];
};

export function message(type: "S" | "E", number: string, text: string, variables: readonly string[] = []): Row {
  const [first, second] = variables;
  return structureRow("BAPIRET2", { TYPE: type, ID: "RW", NUMBER: number, MESSAGE: text, MESSAGE_V1: first, MESSAGE_V2: second });
}

function decimalsOf(world: EccWorld, currency: string): number {
  return Number(rowByKey(world, "TCURX", [currency])?.["CURRDEC"] ?? "2");
}

/** In the currency's own smallest unit, which is what CURR stores without its point; undefined where the text has more decimals. */
function unitsOf(world: EccWorld, { currency }: Posting, amount: string): bigint | undefined {
  const scaled = parseScaled(amount === "" ? "0" : amount, 4);
  const unit = 10n ** BigInt(4 - decimalsOf(world, currency));
  return scaled === undefined || scaled % unit !== 0n ? undefined : scaled / unit;
}

function lineObjection(world: EccWorld, posting: Posting, line: PostingLine): string | undefined {
  const { companyCode } = posting;
  if (rowByKey(world, "SKB1", [companyCode, line.account]) === undefined)
    return `G/L account ${line.account} is not defined in company code ${companyCode}`;
  if (line.costCenter !== "" && !rowsByKey(world, "CSKS", []).some((row) => row["KOSTL"] === line.costCenter))
    return `Cost center ${line.costCenter} does not exist`;
  if (line.order !== "" && rowByKey(world, "AUFK", [line.order]) === undefined) return `Order ${line.order} does not exist`;
  if (line.network !== "" && rowByKey(world, "AUFK", [line.network]) === undefined)
    return `Network ${line.network} does not exist`;
  if (line.wbsElement !== "" && elementNumber(world, line.wbsElement) === undefined)
    return `WBS element ${line.wbsElement} does not exist`;
  const units = unitsOf(world, posting, line.amount);
  if (units === undefined) return `Amount ${line.amount} has too many decimals`;
  return units === 0n ? "Enter an amount" : undefined;
}

function elementNumber(world: EccWorld, posid: string): string | undefined {
  return rowsByKey(world, "PRPS", []).find((row) => row["POSID"] === posid)?.["PSPNR"];
}

function headerObjection(world: EccWorld, posting: Posting): string | undefined {
  const company = rowByKey(world, "T001", [posting.companyCode]);
  if (company === undefined) return `Company code ${posting.companyCode} does not exist`;
  if (posting.documentType === "") return "Enter a document type";
  if (!/^[12]\d{7}$/.test(posting.postingDate) || !/^[12]\d{7}$/.test(posting.documentDate)) return "Enter a date";
  // No table of exchange rates is read here: other currencies are refused as a system without a rate would.
  if (posting.currency !== company["WAERS"]) return `Exchange rate ${posting.currency} ${company["WAERS"]} is not maintained`;
  return posting.lines.length < 2 ? "Document has no two line items" : undefined;
}

/** RW 609 and what is behind it; empty where the document can be posted. */
export function objections(world: EccWorld, posting: Posting): Row[] {
  const found = [headerObjection(world, posting), ...posting.lines.map((line) => lineObjection(world, posting, line))].filter(
    (each) => each !== undefined,
  );
  if (found.length === 0) {
    const balance = posting.lines.reduce((sum, line) => sum + (unitsOf(world, posting, line.amount) ?? 0n), 0n);
    if (balance !== 0n) found.push("Balance in transaction currency");
  }
  if (found.length === 0) return [];
  return [message("E", "609", "Error in document: BKPFF $"), ...found.map((text) => message("E", "000", text))];
}

/** Numbers of documents that came through the BAPI, as the real sample has them. */
const numberRange = "01";

export type Key = { BELNR: string; BUKRS: string; GJAHR: string };

/** Of a document without objections. `after`: so many others of the same commit come before it. */
export function book(posting: Posting, context: CallContext, after = 0): { key: Key; changes: readonly NamedChange[] } {
  const { world, user } = context;
  const { date, time } = localTime(context);
  const desk = openDesk({ world, dice: createDice(1), today: date, time });
  const belnr = nextBelnr(world, after);
  const { companyCode: bukrs, currency } = posting;
  const fields = {
    BLART: posting.documentType,
    BLDAT: posting.documentDate,
    CPUDT: date,
    USNAM: user.user,
    XBLNR: posting.reference,
    BKTXT: posting.headerText === "" ? undefined : posting.headerText,
    WAERS: currency,
    AWTYP: "BKPFF",
  };
  const lines = posting.lines.map((line) => bookedLine(world, posting, line));
  const { GJAHR } = post(desk, { bukrs, belnr, day: posting.postingDate, fields }, lines);
  return { key: { BELNR: belnr, BUKRS: bukrs, GJAHR }, changes: desk.changes() };
}

function nextBelnr(world: EccWorld, after: number): string {
  let last = numberRange.padEnd(10, "0");
  for (const value of world.tables.get("BKPF")?.column("BELNR")?.values ?? [])
    if (value.startsWith(numberRange) && value > last) last = value;
  return String(BigInt(last) + 1n + BigInt(after)).padStart(10, "0");
}

const orNone = (text: string) => (text === "" ? undefined : text);

function bookedLine(world: EccWorld, posting: Posting, line: PostingLine): Raw {
  const units = unitsOf(world, posting, line.amount) ?? 0n;
  const amount = scaledText(units < 0n ? -units : units, 2);
  return {
    BSCHL: units < 0n ? "50" : "40",
    KOART: "S",
    SHKZG: units < 0n ? "H" : "S",
    DMBTR: amount,
    WRBTR: amount,
    HKONT: line.account,
    SAKNR: line.account,
    KOSTL: orNone(line.costCenter),
    AUFNR: orNone(line.order),
    NPLNR: orNone(line.network),
    PROJK: line.wbsElement === "" ? undefined : elementNumber(world, line.wbsElement),
    MWSKZ: orNone(line.taxCode),
    SGTXT: orNone(line.text),
    XREF1: orNone(line.copy12.slice(0, 12)),
    XREF3: orNone(line.copy20.slice(0, 20)),
  };
}

/** Every document of the company code with that XBLNR, whatever its status, as ZMLC_FOUND tells it. */
export function documentsOf(world: EccWorld, bukrs: string, reference: string): Row[] {
  return rowsByKey(world, "BKPF", [bukrs])
    .filter((header) => header["XBLNR"] === reference)
    .map((header) => {
      const all = rowsByKey(world, "BSEG", [bukrs, header["BELNR"] ?? "", header["GJAHR"] ?? ""]);
      // Lines that SAP made by itself carry no copy.
      const lines = all.filter((line) => line["XAUTO"] !== "X");
      const copies = lines.filter((line) => line["XREF3"] === reference && line["XREF1"] === reference.slice(0, 12));
      const debits = lines.filter((line) => line["SHKZG"] === "S");
      const units = debits.reduce((sum, line) => sum + (parseScaled(line["WRBTR"] ?? "0.00", 2) ?? 0n), 0n);
      const shift = 4 - decimalsOf(world, header["WAERS"] ?? "");
      return structureRow("ZMLC_FOUND", {
        ...Object.fromEntries(
          ["BUKRS", "BELNR", "GJAHR", "BSTAT", "BLART", "BUDAT", "WAERS", "STBLG", "XREVERSAL"].map((name) => [
            name,
            header[name],
          ]),
        ),
        LINES: String(lines.length).padStart(6, "0"),
        COPIES: String(copies.length).padStart(6, "0"),
        DEBIT: scaledText(units * 10n ** BigInt(shift), 4),
      });
    });
}
