/**
 * What FI keeps beside its documents: the indexes of open and cleared items, the totals of the classic ledger, and lines and totals of the
 * new one. The last company code runs both ledgers, the others the classic one only. Totals are the sums of the very lines.
 */
import type { EccRow } from "../world.ts";
import { minorOf, storedAmount } from "./amount.ts";
import { momentOf } from "./days.ts";
import { compactRow, type Group } from "./group.ts";
import { kokrs } from "./organisation.ts";

const newLedgerFrom = "1200";
const documentKey = (row: EccRow): string => `${row["BUKRS"]} ${row["BELNR"]} ${row["GJAHR"]}`;

const copied = (row: EccRow, names: readonly string[]): Record<string, string | undefined> =>
  Object.fromEntries(names.map((name) => [name, row[name]]));

const headerFields = ["BUDAT", "BLDAT", "CPUDT", "WAERS", "XBLNR", "BLART", "MONAT", "BSTAT"];
const lineFields = [
  "BUKRS",
  "GJAHR",
  "BELNR",
  "BUZEI",
  "AUGDT",
  "AUGBL",
  "ZUONR",
  "BSCHL",
  "SHKZG",
  "MWSKZ",
  "DMBTR",
  "WRBTR",
  "SGTXT",
];
const vendorFields = ["LIFNR", "UMSKZ", "SAKNR", "HKONT", "ZFBDT", "ZTERM", "ZBD1T", "ZBD2T", "EBELN", "EBELP"];
const accountFields = ["HKONT", "AUFNR", "KOSTL", "PROJK", "NPLNR", "VALUT"];

/** Clearing moves a row from one table to the other (sap-data 2.5): a line stands in exactly one. */
function addIndexes(group: Group, line: EccRow, header: EccRow, indexed: ReadonlySet<string>): void {
  const isCleared = line["AUGBL"] !== undefined;
  const common = { ...copied(header, headerFields), ...copied(line, lineFields) };
  if (line["KOART"] === "K") {
    const special = line["UMSKZ"] === undefined ? {} : { UMSKS: "A" };
    group.tables.add(isCleared ? "BSAK" : "BSIK", compactRow({ ...common, ...copied(line, vendorFields), ...special }));
  } else if (indexed.has(line["HKONT"] ?? "")) {
    group.tables.add(isCleared ? "BSAS" : "BSIS", compactRow({ ...common, ...copied(line, accountFields) }));
  }
}

type Sums = Map<string, { keys: EccRow; periods: Map<string, { tsl: bigint; hsl: bigint }> }>;

function addSum(sums: Sums, keys: EccRow, period: string, money: { tsl: bigint; hsl: bigint }): void {
  const key = Object.values(keys).join(" ");
  const entry = sums.get(key) ?? { keys, periods: new Map<string, { tsl: bigint; hsl: bigint }>() };
  sums.set(key, entry);
  const sum = entry.periods.get(period) ?? { tsl: 0n, hsl: 0n };
  entry.periods.set(period, { tsl: sum.tsl + money.tsl, hsl: sum.hsl + money.hsl });
}

function periodColumns(periods: ReadonlyMap<string, { tsl: bigint; hsl: bigint }>): EccRow {
  const columns: Record<string, string> = {};
  for (const [period, { tsl, hsl }] of [...periods].sort(([a], [b]) => (a < b ? -1 : 1))) {
    columns[`TSL${period}`] = storedAmount(tsl);
    columns[`HSL${period}`] = storedAmount(hsl);
  }
  return columns;
}

/** BUDAT is a local day, TIMESTAMP is UTC (sap-data 1): the entry moved by the system's zone. */
function utcStamp({ CPUDT = "", CPUTM = "" }: EccRow, zoneMinutes: number): string {
  return new Date(momentOf(CPUDT, CPUTM, zoneMinutes)).toISOString().replace(/\D/g, "").slice(0, 14);
}

type Signed = { tsl: bigint; hsl: bigint };

function addLedgerLine(group: Group, line: EccRow, header: EccRow, amounts: Signed, zoneMinutes: number): void {
  const money = { TSL: storedAmount(amounts.tsl), HSL: storedAmount(amounts.hsl), WSL: storedAmount(amounts.tsl) };
  group.tables.add(
    "FAGLFLEXA",
    compactRow({
      RYEAR: line["GJAHR"],
      DOCNR: line["BELNR"],
      RLDNR: "0L",
      RBUKRS: line["BUKRS"],
      DOCLN: (line["BUZEI"] ?? "").padStart(6, "0"),
      RTCUR: header["WAERS"],
      RWCUR: header["WAERS"],
      AWTYP: header["AWTYP"],
      RRCTY: "0",
      RVERS: "001",
      RACCT: line["HKONT"],
      RCNTR: line["KOSTL"],
      KOKRS: kokrs,
      ...money,
      DRCRK: line["SHKZG"],
      POPER: (header["MONAT"] ?? "").padStart(3, "0"),
      GJAHR: line["GJAHR"],
      BUDAT: header["BUDAT"],
      BELNR: line["BELNR"],
      BUZEI: line["BUZEI"],
      BSCHL: line["BSCHL"],
      BSTAT: header["BSTAT"],
      USNAM: header["USNAM"],
      TIMESTAMP: utcStamp(header, zoneMinutes),
    }),
  );
}

/** A negative posting reduces the side that it reverses (sap-data 2.5, XNEGP); the balance is the same either way. */
const sideOf = (line: EccRow): string => {
  const isCredit = line["SHKZG"] === "H";
  return (line["XNEGP"] === "X" ? !isCredit : isCredit) ? "H" : "S";
};

const zeros = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`OBJNR0${index}`, "0"]));

/** The object numbers stand for combinations of characteristics; counted up here, since a row's key must be its own. */
function writeTotals(group: Group, classic: Sums, leading: Sums): void {
  for (const { keys, periods } of classic.values())
    group.tables.add("GLT0", { ...keys, RPMAX: "016", ...periodColumns(periods) });
  let serial = 0;
  for (const { keys, periods } of leading.values()) {
    serial += 1;
    group.tables.add("FAGLFLEXT", { ...zeros, ...keys, OBJNR00: String(serial), RPMAX: "016", ...periodColumns(periods) });
  }
}

export function addLedgers(group: Group, zoneMinutes: number): void {
  const headers = new Map(group.tables.rows("BKPF").map((row) => [documentKey(row), row]));
  const indexed = new Set(group.tables.rows("SKB1").flatMap((row) => (row["XKRES"] === "X" ? [row["SAKNR"] ?? ""] : [])));
  const classic: Sums = new Map();
  const leading: Sums = new Map();
  for (const line of group.tables.rows("BSEG")) {
    const header = headers.get(documentKey(line));
    if (header === undefined || !["", "A", "B"].includes(header["BSTAT"] ?? "")) continue;
    addIndexes(group, line, header, indexed);
    const { BUKRS = "", GJAHR = "", HKONT = "", KOSTL } = line;
    const sign = line["SHKZG"] === "H" ? -1n : 1n;
    const amounts = { tsl: sign * minorOf(line["WRBTR"]), hsl: sign * minorOf(line["DMBTR"]) };
    const currency = header["WAERS"] ?? "";
    const period = (header["MONAT"] ?? "").padStart(2, "0");
    const side = { RTCUR: currency, DRCRK: sideOf(line) };
    addSum(classic, { RLDNR: "00", RRCTY: "0", RVERS: "001", BUKRS, RYEAR: GJAHR, RACCT: HKONT, ...side }, period, amounts);
    if (BUKRS < newLedgerFrom) continue;
    addLedgerLine(group, line, header, amounts, zoneMinutes);
    const combination = compactRow({
      RYEAR: GJAHR,
      RLDNR: "0L",
      RRCTY: "0",
      RVERS: "001",
      RACCT: HKONT,
      RBUKRS: BUKRS,
      RCNTR: KOSTL,
    });
    addSum(leading, { ...combination, KOKRS: kokrs, ...side }, period, amounts);
  }
  writeTotals(group, classic, leading);
}
