/**
 * FI: a vendor invoice, one that commits late, a payment that clears, a reversal. Every document balances on DMBTR, or it is not posted. The
 * indexes of open and cleared items follow; CO documents, the lines of the new ledger and the totals do not: they are other systems'
 * work in these worlds, and stay as they were built.
 */

import { addDays } from "../../builder/days.ts";
import { scaledText } from "../decimals.ts";
import { definitionOf } from "../dictionary/index.ts";
import { type Raw, rowByKey, rowsByKey } from "../store/find.ts";
import { currencyOf, type Desk, keyOf, minor, nextNumber, pickRow } from "./desk.ts";
import { periodOf } from "./fiscal.ts";

const objectFields = ["PROJK", "AUFNR", "NPLNR", "AUFPL", "APLZL", "KOSTL"] as const;
const hasObject = (line: Raw): boolean => objectFields.some((field) => line[field] !== undefined);
const signed = (line: Raw): bigint => (line["SHKZG"] === "H" ? -minor(line["DMBTR"]) : minor(line["DMBTR"]));
export const balanceOf = (lines: readonly Raw[]): bigint => lines.reduce((sum, line) => sum + signed(line), 0n);

type Header = { bukrs: string; belnr: string; day: string } & Readonly<{ fields: Raw }>;

/** A row of BSIK, BSAK or BSIS: what line and header have of its fields. */
function indexRow(table: string, header: Raw, line: Raw): Raw {
  const fields = definitionOf(table)?.fields ?? [];
  const row = Object.fromEntries(fields.map(({ name }) => [name, line[name] ?? header[name]]));
  return { ...row, MANDT: undefined, ...("UMSKS" in row && line["UMSKZ"] !== undefined ? { UMSKS: "A" } : {}) };
}

function addIndex(desk: Desk, header: Raw, line: Raw): void {
  if (line["KOART"] === "K") {
    const table = line["AUGBL"] === undefined ? "BSIK" : "BSAK";
    desk.insert(table, indexRow(table, header, line));
    return;
  }
  // sap-data 2.5: only accounts with line item display are indexed.
  const account = rowByKey(desk.world, "SKB1", [line["BUKRS"] ?? "", line["HKONT"] ?? ""]);
  if (line["KOART"] === "S" && account?.["XKRES"] === "X") desk.insert("BSIS", indexRow("BSIS", header, line));
}

/** CPUDT and CPUTM are the entry's; AEDAT and UPDDT stay initial (sap-data 2.5 [D]). */
export function post(desk: Desk, { bukrs, belnr, day, fields }: Header, lines: readonly Raw[]): { GJAHR: string } {
  if (balanceOf(lines) !== 0n) throw new Error(`document ${bukrs} ${belnr} does not balance`);
  const { gjahr, monat } = periodOf(desk.world, bukrs, day);
  const currency = currencyOf(desk, bukrs);
  const header: Raw = {
    BUKRS: bukrs,
    BELNR: belnr,
    GJAHR: gjahr,
    BLDAT: day,
    BUDAT: day,
    MONAT: monat,
    CPUDT: day,
    CPUTM: desk.time,
    USNAM: "ACCOUNTS2",
    WAERS: currency,
    HWAER: currency,
    GLVOR: "RFBU",
    AWTYP: "BKPF",
    AWKEY: `${belnr}${bukrs}${gjahr}`,
    ...fields,
  };
  desk.insert("BKPF", header);
  lines.forEach((line, index) => {
    const row = { ...line, BUKRS: bukrs, BELNR: belnr, GJAHR: gjahr, BUZEI: String(index + 1).padStart(3, "0") };
    desk.insert("BSEG", row);
    addIndex(desk, header, row);
  });
  return { GJAHR: gjahr };
}

/** Account and object of a cost line that the books know already, with an amount of its own. */
function costLine(desk: Desk, like: Raw): Raw {
  const amount = scaledText(BigInt(1_000 + desk.dice.below(500_000)), 2);
  const account = { HKONT: like["HKONT"], SAKNR: like["SAKNR"], KOKRS: like["KOKRS"] };
  const object = Object.fromEntries(objectFields.map((field) => [field, like[field]]));
  return { BSCHL: "40", KOART: "S", SHKZG: "S", DMBTR: amount, WRBTR: amount, SGTXT: "Posted meanwhile", ...account, ...object };
}

function invoice(desk: Desk, day: string): boolean {
  const vendor = pickRow(desk, "LFB1", (row) => row["AKONT"] !== undefined && currencyOf(desk, row["BUKRS"]) !== undefined);
  const bukrs = vendor?.["BUKRS"] ?? "";
  const like = pickRow(desk, "BSEG", (row) => row["BUKRS"] === bukrs && row["KOART"] === "S" && hasObject(row));
  const belnr = nextNumber(desk, "BKPF", "BELNR", "19");
  if (vendor === undefined || like === undefined || belnr === undefined) return false;
  const costs = Array.from({ length: 1 + desk.dice.below(3) }, () => costLine(desk, like));
  const total = scaledText(balanceOf(costs), 2);
  const payable: Raw = {
    BSCHL: "31",
    KOART: "K",
    SHKZG: "H",
    DMBTR: total,
    WRBTR: total,
    HKONT: vendor["AKONT"],
    SAKNR: vendor["AKONT"],
    LIFNR: vendor["LIFNR"],
    ZFBDT: day,
    ZTERM: vendor["ZTERM"],
  };
  const fields = { BLART: "KR", TCODE: "FB60", XBLNR: `M-${belnr}` };
  post(desk, { bukrs, belnr, day, fields }, [...costs, payable]);
  return true;
}

export const postDocument = (desk: Desk): boolean => invoice(desk, desk.today);

/** sap-data 3: a stopped update task or SM13 makes a document visible days later, with its original stamps. */
export const commitLate = (desk: Desk): boolean => invoice(desk, addDays(desk.today, -1 - desk.dice.below(3)));

const keyFields = (row: Raw): Raw => ({ BUKRS: row["BUKRS"], BELNR: row["BELNR"], GJAHR: row["GJAHR"] });

function isPayable(desk: Desk, row: Raw): boolean {
  const isPlain = row["SHKZG"] === "H" && row["UMSKZ"] === undefined && row["BSTAT"] === undefined;
  return isPlain && row["WAERS"] === currencyOf(desk, row["BUKRS"]);
}

/** Clearing moves a row from BSIK to BSAK and marks the line; no stamp of the invoice's header says so (sap-data 2.5, 3). */
export function clearItem(desk: Desk): boolean {
  const open = pickRow(desk, "BSIK", (row) => isPayable(desk, row));
  const bukrs = open?.["BUKRS"] ?? "";
  const isBank = (row: Raw) => row["BUKRS"] === bukrs && row["KOART"] === "S" && row["SHKZG"] === "H";
  const bank = pickRow(desk, "BSEG", (row) => isBank(row) && !hasObject(row) && row["EBELN"] === undefined);
  const belnr = nextNumber(desk, "BKPF", "BELNR", "15");
  if (open === undefined || bank === undefined || belnr === undefined) return false;
  const invoiceLine = { ...keyFields(open), BUZEI: open["BUZEI"] };
  if (desk.world.tables.get("BSEG")?.has(withText(invoiceLine)) !== true) return false;
  const cleared = { AUGDT: desk.today, AUGBL: belnr };
  const amount = { DMBTR: open["DMBTR"], WRBTR: open["DMBTR"] };
  const account = { HKONT: open["HKONT"], SAKNR: open["HKONT"], LIFNR: open["LIFNR"] };
  const paid: Raw = { BSCHL: "25", KOART: "K", SHKZG: "S", ...amount, ...account, ...cleared, AUGCP: desk.today };
  const out: Raw = { BSCHL: "50", KOART: "S", SHKZG: "H", ...amount, HKONT: bank["HKONT"], SAKNR: bank["HKONT"] };
  post(desk, { bukrs, belnr, day: desk.today, fields: { BLART: "KZ", TCODE: "F-53" } }, [paid, { ...out, VALUT: desk.today }]);
  desk.patch("BSEG", { ...invoiceLine, ...cleared, AUGCP: desk.today });
  desk.remove("BSIK", keyOf(desk.world.tables.get("BSIK"), open));
  desk.insert("BSAK", { ...open, ...cleared });
  return true;
}

function withText(row: Raw): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? ""]));
}

/** Posting keys of a reversal: K 31 by 22, 21 by 32, G/L 40 by 50 (as delivered [K]). */
const reversalKeys: Readonly<Record<string, string>> = { "40": "50", "50": "40", "31": "22", "21": "32", "25": "36" };

function isReversible(row: Raw): boolean {
  const isFresh = row["XREVERSAL"] === undefined && row["STBLG"] === undefined && row["STGRD"] === undefined;
  return isFresh && row["BSTAT"] === undefined && row["AWTYP"] === "BKPF" && row["WAERS"] === row["HWAER"];
}

/** FB08: STBLG both ways, XREVERSAL 1 on the original and 2 on the reversal; the original's AEDAT and UPDDT do not move (sap-data 2.5, 3). */
export function reverseDocument(desk: Desk): boolean {
  const original = pickRow(desk, "BKPF", (row) => isReversible(row));
  if (original === undefined) return false;
  const [bukrs, belnr, gjahr] = [original["BUKRS"] ?? "", original["BELNR"] ?? "", original["GJAHR"] ?? ""];
  const lines = rowsByKey(desk.world, "BSEG", [bukrs, belnr, gjahr]);
  const canTurn = (line: Raw) => line["AUGBL"] === undefined && reversalKeys[line["BSCHL"] ?? ""] !== undefined;
  const reversal = nextNumber(desk, "BKPF", "BELNR", belnr.slice(0, 2));
  if (lines.length === 0 || !lines.every(canTurn) || balanceOf(lines) !== 0n || reversal === undefined) return false;
  const turned = lines.map((line) => ({
    ...line,
    SHKZG: line["SHKZG"] === "H" ? "S" : "H",
    BSCHL: reversalKeys[line["BSCHL"] ?? ""],
  }));
  const links = { STBLG: belnr, STJAH: gjahr, XREVERSAL: "2", STGRD: "01" };
  const fields = { BLART: original["BLART"], TCODE: "FB08", XBLNR: original["XBLNR"], ...links };
  const { GJAHR } = post(desk, { bukrs, belnr: reversal, day: desk.today, fields }, turned);
  desk.patch("BKPF", { ...keyFields(original), STBLG: reversal, STJAH: GJAHR, XREVERSAL: "1" });
  return true;
}
