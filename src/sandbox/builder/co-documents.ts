/**
 * The CO side of the books: a COIN document for every FI document with cost lines (signed, REFBZ names the line), statistical lines beside
 * the real one, and what only CO knows: activity allocation, assessment and settlement. COSP and COSS are the sums of these very lines.
 */
import type { EccRow } from "../world.ts";
import { fixed, minorOf, shareOf, storedAmount, unitsOf } from "./amount.ts";
import { addDays, fiscalPeriodOf, momentOf } from "./days.ts";
import { booksFrom } from "./document-days.ts";
import { compactRow, type Group, type SapProject } from "./group.ts";
import { kokrs, secondaryElements } from "./organisation.ts";
import { groupCurrency, groupRates } from "./reference-data.ts";

type Line = {
  objnr: string;
  /** Signed minor units of the company code's currency. */
  amount: bigint;
  kstar: string;
  wrttp?: string;
  fields?: Readonly<Record<string, string | undefined>>;
};
type Header = Readonly<{ bukrs: string; currency: string; gjahr: string; perio: string; vrgng: string; timestmp: string }>;

/** Controlling-area currency by the group's fixed rates. */
function inGroupCurrency(amount: bigint, currency: string): bigint {
  const rate = groupRates[currency];
  return rate === undefined ? amount : shareOf(amount, rate.numerator, rate.denominator);
}

const epoch = Date.UTC(1990, 0, 1);

/** 1/10 000 s since 1990-01-01 GMT (sap-data 3 [K]), from a stamp in the system's zone. */
function coTimestamp(day: string, time: string, zoneMinutes: number): string {
  return String((momentOf(day, time, zoneMinutes) - epoch) * 10);
}

const three = (perio: string): string => perio.padStart(3, "0");

function addLine(group: Group, belnr: string, index: number, header: Header, line: Line): void {
  const isCredit = line.amount < 0n;
  const local = storedAmount(line.amount);
  const inGroup = storedAmount(inGroupCurrency(line.amount, header.currency));
  group.tables.add(
    "COEP",
    compactRow({
      KOKRS: kokrs,
      BELNR: belnr,
      BUZEI: String(index + 1).padStart(3, "0"),
      PERIO: three(header.perio),
      WTGBTR: local,
      WOGBTR: local,
      WKGBTR: inGroup,
      LEDNR: "00",
      OBJNR: line.objnr,
      GJAHR: header.gjahr,
      WRTTP: line.wrttp ?? "04",
      VERSN: "000",
      KSTAR: line.kstar,
      VRGNG: header.vrgng,
      BEKNZ: isCredit ? "H" : "S",
      TWAER: header.currency,
      OWAER: header.currency,
      BUKRS: header.bukrs,
      TIMESTMP: header.timestmp,
      ...line.fields,
    }),
  );
}

type Objects = { statisticalElements: ReadonlySet<string>; statisticalOrders: ReadonlySet<string> };

/** Every object of an FI line; the first is real, the others statistical (value type 11), as CO posts them. */
function objectsOf(line: EccRow, objects: Objects): readonly { objnr: string; isStatistical: boolean }[] {
  const found: { objnr: string; isStatistical: boolean }[] = [];
  const { PROJK, NPLNR, AUFNR, KOSTL } = line;
  if (NPLNR !== undefined) found.push({ objnr: `NV${line["AUFPL"]}${line["APLZL"]}`, isStatistical: false });
  if (PROJK !== undefined) found.push({ objnr: `PR${PROJK}`, isStatistical: objects.statisticalElements.has(PROJK) });
  if (AUFNR !== undefined) found.push({ objnr: `OR${AUFNR}`, isStatistical: objects.statisticalOrders.has(AUFNR) });
  if (KOSTL !== undefined) found.push({ objnr: `KS${kokrs}${KOSTL}`, isStatistical: false });
  const real = found.find(({ isStatistical }) => !isStatistical);
  return found.map((each) => ({ ...each, isStatistical: each !== real }));
}

type Numbers = { next: number };

const nextNumber = (numbers: Numbers): string => {
  numbers.next += 1;
  return String(numbers.next).padStart(10, "0");
};

/** STFLG and STOKZ follow the FI document: XREVERSAL 2 is the reversal, 1 was reversed. */
function addHeader(group: Group, belnr: string, header: Header, facts: Readonly<Record<string, string | undefined>>): void {
  group.tables.add(
    "COBK",
    compactRow({
      KOKRS: kokrs,
      BELNR: belnr,
      GJAHR: header.gjahr,
      VERSN: "000",
      VRGNG: header.vrgng,
      TIMESTMP: header.timestmp,
      PERAB: three(header.perio),
      PERBI: three(header.perio),
      KWAER: groupCurrency,
      ...facts,
    }),
  );
}

function postFromFinance(group: Group, numbers: Numbers, zoneMinutes: number): void {
  const { tables } = group;
  const elements = new Set(tables.rows("CSKB").flatMap((row) => (row["DATBI"] === "99991231" ? [row["KSTAR"] ?? ""] : [])));
  const objects: Objects = {
    statisticalElements: new Set(tables.rows("PRPS").flatMap((row) => (row["XSTAT"] === "X" ? [row["PSPNR"] ?? ""] : []))),
    statisticalOrders: new Set(tables.rows("AUFK").flatMap((row) => (row["ASTKZ"] === "X" ? [row["AUFNR"] ?? ""] : []))),
  };
  const linesOf = Map.groupBy(
    tables.rows("BSEG").filter((line) => elements.has(line["HKONT"] ?? "")),
    (line) => `${line["BUKRS"]} ${line["BELNR"]} ${line["GJAHR"]}`,
  );
  for (const document of tables.rows("BKPF")) {
    if (!["", "A", "B"].includes(document["BSTAT"] ?? "")) continue;
    const { BUKRS = "", BELNR = "", GJAHR = "", CPUDT = "", CPUTM = "" } = document;
    const lines = (linesOf.get(`${BUKRS} ${BELNR} ${GJAHR}`) ?? []).flatMap((line) => {
      const amount = line["SHKZG"] === "H" ? -minorOf(line["DMBTR"]) : minorOf(line["DMBTR"]);
      return objectsOf(line, objects).map(({ objnr, isStatistical }): Line => {
        const { EBELN, EBELP, ZEKKN } = line;
        const fields = { REFBZ: line["BUZEI"], EBELN, EBELP, ZEKKN };
        return { objnr, amount, kstar: line["HKONT"] ?? "", fields, ...(isStatistical ? { wrttp: "11" } : {}) };
      });
    });
    if (lines.length === 0) continue;
    const timestmp = coTimestamp(CPUDT, CPUTM, zoneMinutes);
    const currency = document["HWAER"] ?? "";
    const header: Header = { bukrs: BUKRS, currency, gjahr: GJAHR, perio: document["MONAT"] ?? "", vrgng: "COIN", timestmp };
    const belnr = nextNumber(numbers);
    const { BLDAT, BUDAT, USNAM, BLART, AWTYP, XREVERSAL } = document;
    const mark = { STFLG: XREVERSAL === "2" ? "X" : undefined, STOKZ: XREVERSAL === "1" ? "X" : undefined };
    const link = { REFBT: "R", REFBN: BELNR, REFBK: BUKRS, REFGJ: GJAHR, BLART, ORGVG: document["GLVOR"], AWTYP };
    addHeader(group, belnr, header, { BLDAT, BUDAT, CPUDT, USNAM, ...link, ...mark });
    for (const [index, line] of lines.entries()) addLine(group, belnr, index, header, line);
  }
}

type Internal = { vrgng: string; kstar: string; from: string; to: string; amount: bigint; hours?: string };

/** Hours of the yard, its share of overhead, and a settlement that takes a part of the element's cost away again. */
function internalPostings(project: SapProject): readonly Internal[] {
  const element = `PR${project.elements[0]?.pspnr ?? ""}`;
  const yard = project.company.yards[0] ?? "";
  const labour = { vrgng: "RKL", kstar: secondaryElements.activity, from: `KL${kokrs}${yard}LABOR`, to: element };
  const overhead = {
    vrgng: "RKIU",
    kstar: secondaryElements.assessment,
    from: `KS${kokrs}${project.company.headOffice}`,
    to: element,
  };
  const receiver = `KS${kokrs}${project.company.headOffice}`;
  return [
    { ...labour, amount: 480_000n, hours: "80.000" },
    { ...overhead, amount: 37_500n },
    { vrgng: "KOAO", kstar: secondaryElements.settlement, from: element, to: receiver, amount: 120_000n },
  ];
}

function postInternal(group: Group, numbers: Numbers, zoneMinutes: number): void {
  const day = addDays(booksFrom(group.options.asOf), 27);
  for (const project of group.projects) {
    const { bukrs, currency, variant } = project.company;
    const { gjahr, monat } = fiscalPeriodOf(day, variant);
    for (const { vrgng, kstar, from, to, amount, hours } of internalPostings(project)) {
      const header: Header = { bukrs, currency, gjahr, perio: monat, vrgng, timestmp: coTimestamp(day, "180000", zoneMinutes) };
      const belnr = nextNumber(numbers);
      addHeader(group, belnr, header, { BLDAT: day, BUDAT: day, CPUDT: day, USNAM: "COCLOSE", REFBT: "K", AWTYP: "COBK" });
      const quantity = (sign: string) => (hours === undefined ? {} : { MEGBTR: `${sign}${hours}`, MEINH: "H" });
      addLine(group, belnr, 0, header, {
        objnr: from,
        amount: -amount,
        kstar,
        fields: { PAROB: to, PAROB1: to, ...quantity("-") },
      });
      addLine(group, belnr, 1, header, { objnr: to, amount, kstar, fields: { PAROB: from, PAROB1: from, ...quantity("") } });
    }
  }
}

type Total = { row: EccRow; periods: Map<string, { wtg: bigint; wog: bigint; wkg: bigint; meg: bigint }> };

/** One row per key with sixteen columns; a period without postings is left initial. */
function addTotals(group: Group): void {
  const totals = new Map<string, { table: "COSP" | "COSS"; total: Total }>();
  const internal = new Set(["RKL", "RKIU", "KOAO"]);
  for (const line of group.tables.rows("COEP")) {
    const { LEDNR, OBJNR, GJAHR, WRTTP, VERSN, KSTAR, VRGNG, BEKNZ, TWAER, BUKRS, PAROB, MEINH } = line;
    const table = internal.has(VRGNG ?? "") ? "COSS" : "COSP";
    const partner = table === "COSS" ? { PAROB } : {};
    const row = compactRow({
      LEDNR,
      OBJNR,
      GJAHR,
      WRTTP,
      VERSN,
      KSTAR,
      VRGNG,
      ...partner,
      BEKNZ,
      TWAER,
      PERBL: "016",
      MEINH,
      BUKRS,
    });
    const key = JSON.stringify(row);
    const entry = totals.get(key) ?? { table, total: { row, periods: new Map() } };
    totals.set(key, entry);
    const sum = entry.total.periods.get(line["PERIO"] ?? "") ?? { wtg: 0n, wog: 0n, wkg: 0n, meg: 0n };
    entry.total.periods.set(line["PERIO"] ?? "", {
      wtg: sum.wtg + minorOf(line["WTGBTR"]),
      wog: sum.wog + minorOf(line["WOGBTR"]),
      wkg: sum.wkg + minorOf(line["WKGBTR"]),
      meg: sum.meg + unitsOf(line["MEGBTR"], 3),
    });
  }
  for (const { table, total } of totals.values()) {
    const columns: Record<string, string> = {};
    for (const [perio, { wtg, wog, wkg, meg }] of [...total.periods].sort(([a], [b]) => (a < b ? -1 : 1))) {
      columns[`WTG${perio}`] = storedAmount(wtg);
      columns[`WOG${perio}`] = storedAmount(wog);
      columns[`WKG${perio}`] = storedAmount(wkg);
      if (meg !== 0n) columns[`MEG${perio}`] = fixed(meg, 3);
    }
    group.tables.add(table, { ...total.row, ...columns });
  }
}

export function addControlling(group: Group, zoneMinutes: number): void {
  const numbers = { next: 200_000_000 };
  postFromFinance(group, numbers, zoneMinutes);
  postInternal(group, numbers, zoneMinutes);
  addTotals(group);
}
