/**
 * Purchasing: a new order, an item that changes, a deletion flag, a release given or taken back, a goods receipt. EKKO-AEDAT is the day of
 * creation and never moves; EKPO-AEDAT moves with the item and not with what follows on it (sap-data 0.1, 0.2, 8). Services and
 * split items are left alone. A receipt's accounting document is not posted.
 */

import { addDays } from "../../builder/days.ts";
import { parseScaled, scaledText } from "../decimals.ts";
import { type Raw, rowByKey, rowsByKey } from "../store/find.ts";
import { recordOrderChange } from "./change-document.ts";
import { currencyOf, type Desk, minor, nextNumber, pickRow } from "./desk.ts";
import { periodOf } from "./fiscal.ts";

const units = (quantity: string | undefined): bigint => parseScaled(quantity ?? "0.000", 3) ?? 0n;
/** Half up, of values that are not negative. */
const part = (whole: bigint, of: bigint, among: bigint): bigint => (2n * whole * of + among) / (2n * among);

const isOpenItem = (row: Raw): boolean => row["LOEKZ"] === undefined && units(row["MENGE"]) > 0n && minor(row["NETWR"]) >= 0n;
const isPlainItem = (row: Raw): boolean =>
  isOpenItem(row) && row["PACKNO"] === undefined && row["VRTKZ"] === undefined && row["RETPO"] === undefined;

const itemKey = (item: Raw): [string, string] => [item["EBELN"] ?? "", item["EBELP"] ?? ""];

/** A new order is not yet released where its strategy asks for it. */
function freshHeader(desk: Desk, like: Raw, ebeln: string, itemCount: number): Raw {
  const release = like["FRGGR"] === undefined ? {} : { FRGKE: "B", FRGRL: "X", FRGZU: undefined, PROCSTAT: "03" };
  const days = { AEDAT: desk.today, BEDAT: desk.today };
  return { ...like, EBELN: ebeln, ...days, ERNAM: "BUYER02", LPONR: String(itemCount * 10).padStart(5, "0"), ...release };
}

function addItem(desk: Desk, like: Raw, ebeln: string, index: number): void {
  const ebelp = String((index + 1) * 10).padStart(5, "0");
  const key = { EBELN: ebeln, EBELP: ebelp };
  desk.insert("EKPO", { ...like, ...key, AEDAT: desk.today, ELIKZ: undefined, EREKZ: undefined });
  for (const row of rowsByKey(desk.world, "EKKN", itemKey(like))) desk.insert("EKKN", { ...row, ...key, AEDAT: desk.today });
  desk.insert("EKET", { ...key, ETENR: "0001", EINDT: addDays(desk.today, 21), MENGE: like["MENGE"], BEDAT: desk.today });
}

export function createOrder(desk: Desk): boolean {
  const like = pickRow(desk, "EKKO", (row) => row["BSTYP"] === "F" && row["LOEKZ"] === undefined && row["MEMORY"] === undefined);
  const source = like?.["EBELN"] ?? "";
  const items = rowsByKey(desk.world, "EKPO", [source]).filter((row) => isOpenItem(row) && row["PACKNO"] === undefined);
  const ebeln = nextNumber(desk, "EKKO", "EBELN", source.slice(0, 2));
  if (like === undefined || items.length === 0 || ebeln === undefined) return false;
  const ordered = items.slice(0, 3);
  desk.insert("EKKO", freshHeader(desk, like, ebeln, ordered.length));
  ordered.forEach((item, index) => {
    addItem(desk, item, ebeln, index);
  });
  const inserted = { table: "EKKO", key: [ebeln], field: "KEY", before: undefined, after: undefined };
  return recordOrderChange(desk, ebeln, "ME21N", [inserted]);
}

function pickItem(desk: Desk, fits: (row: Raw) => boolean): Raw | undefined {
  const hasHeader = (row: Raw) => rowByKey(desk.world, "EKKO", [row["EBELN"] ?? ""])?.["BSTYP"] === "F";
  return pickRow(desk, "EKPO", (row) => fits(row) && hasHeader(row));
}

const schedule = (desk: Desk, item: Raw): Raw[] => rowsByKey(desk.world, "EKET", itemKey(item));

/** More is ordered at the same price: EKPO-AEDAT moves, the header's does not. */
export function changeItem(desk: Desk): boolean {
  const item = pickItem(desk, isPlainItem);
  if (item === undefined) return false;
  const [ebeln, ebelp] = itemKey(item);
  const assignments = rowsByKey(desk.world, "EKKN", [ebeln, ebelp]);
  const [line] = schedule(desk, item);
  if (assignments.length > 1) return false;
  const more = 1000n * BigInt(1 + desk.dice.below(5));
  const before = units(item["MENGE"]);
  const quantity = scaledText(before + more, 3);
  const value = scaledText(part(minor(item["NETWR"]), before + more, before), 2);
  const key = { EBELN: ebeln, EBELP: ebelp };
  desk.patch("EKPO", { ...key, MENGE: quantity, NETWR: value, BRTWR: value, AEDAT: desk.today });
  for (const row of assignments) desk.patch("EKKN", { ...key, ZEKKN: row["ZEKKN"], MENGE: quantity });
  if (line !== undefined) desk.patch("EKET", { ...key, ETENR: line["ETENR"], MENGE: scaledText(units(line["MENGE"]) + more, 3) });
  const of = { table: "EKPO", key: [ebeln, ebelp] };
  return recordOrderChange(desk, ebeln, "ME22N", [
    { ...of, field: "MENGE", before: item["MENGE"], after: quantity },
    { ...of, field: "NETWR", before: item["NETWR"], after: value },
  ]);
}

/** L on the item; its NETWR stays in the table (sap-data 2.3 [D]). */
export function flagDeletion(desk: Desk): boolean {
  const item = pickItem(desk, (row) => row["LOEKZ"] === undefined);
  if (item === undefined) return false;
  const [ebeln, ebelp] = itemKey(item);
  desk.patch("EKPO", { EBELN: ebeln, EBELP: ebelp, LOEKZ: "L", AEDAT: desk.today });
  const moved = { table: "EKPO", key: [ebeln, ebelp], field: "LOEKZ", before: undefined, after: "L" };
  return recordOrderChange(desk, ebeln, "ME22N", [moved]);
}

const released = { FRGKE: "G", FRGZU: "X", FRGRL: "", PROCSTAT: "05" };
const blocked = { FRGKE: "B", FRGZU: "", FRGRL: "X", PROCSTAT: "03" };

/** Release given or taken back: FRGKE, FRGZU, FRGRL and PROCSTAT move, no stamp of the order does (sap-data 2.3). */
export function rerelease(desk: Desk): boolean {
  const header = pickRow(desk, "EKKO", (row) => row["BSTYP"] === "F" && row["FRGGR"] !== undefined);
  if (header === undefined) return false;
  const ebeln = header["EBELN"] ?? "";
  const after: Raw = header["FRGRL"] === "X" ? released : blocked;
  desk.patch("EKKO", { EBELN: ebeln, ...after });
  const moved = ["FRGKE", "FRGZU", "FRGRL"].map((field) => ({
    table: "EKKO",
    key: [ebeln],
    field,
    before: header[field],
    after: after[field],
  }));
  return recordOrderChange(desk, ebeln, "ME29N", moved);
}

/** Only in the company code's currency and on one schedule line: then quantity and value have one reading. */
function receivable(desk: Desk): { item: Raw; line: Raw; currency: string } | undefined {
  const item = pickItem(desk, (row) => isPlainItem(row) && row["WEPOS"] === "X" && row["ELIKZ"] === undefined);
  const [line, other] = item === undefined ? [] : schedule(desk, item);
  const header = rowByKey(desk.world, "EKKO", [item?.["EBELN"] ?? ""]);
  const currency = currencyOf(desk, header?.["BUKRS"]);
  if (item === undefined || line === undefined || other !== undefined || currency === undefined) return undefined;
  return header?.["WAERS"] === currency ? { item, line, currency } : undefined;
}

/** 101: a row of EKBE and EKET-WEMNG. ELIKZ is set when all has come, and still EKPO-AEDAT stays where it was (sap-data 0.2). */
export function receiveGoods(desk: Desk): boolean {
  const found = receivable(desk);
  const belnr = nextNumber(desk, "EKBE", "BELNR", "50");
  if (found === undefined || belnr === undefined) return false;
  const { item, line, currency } = found;
  const [ordered, came] = [units(item["MENGE"]), units(line["WEMNG"])];
  const open = ordered - came;
  if (open <= 0n) return false;
  const quantity = desk.dice.below(2) === 0 || open < 2n ? open : open / 2n;
  const value = scaledText(part(minor(item["NETWR"]), quantity, ordered), 2);
  const [ebeln, ebelp] = itemKey(item);
  const key = { EBELN: ebeln, EBELP: ebelp };
  const year = periodOf(desk.world, item["BUKRS"] ?? "", desk.today).gjahr;
  const isComplete = quantity === open;
  const money = { DMBTR: value, WRBTR: value, WAERS: currency, HSWAE: currency };
  desk.insert("EKBE", {
    ...key,
    ZEKKN: "00",
    VGABE: "1",
    GJAHR: year,
    BELNR: belnr,
    BUZEI: "0001",
    BEWTP: "E",
    BWART: "101",
    SHKZG: "S",
    BUDAT: desk.today,
    BLDAT: desk.today,
    CPUDT: desk.today,
    CPUTM: desk.time,
    MENGE: scaledText(quantity, 3),
    BPMNG: scaledText(quantity, 3),
    ...money,
    LFGJA: year,
    LFBNR: belnr,
    LFPOS: "0001",
    ELIKZ: isComplete ? "X" : undefined,
    ERNAM: "STORES2",
  });
  desk.patch("EKET", { ...key, ETENR: line["ETENR"], WEMNG: scaledText(came + quantity, 3) });
  if (isComplete) desk.patch("EKPO", { ...key, ELIKZ: "X" });
  return true;
}
