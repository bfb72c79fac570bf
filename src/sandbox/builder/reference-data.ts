/**
 * Customising that the readers load whole: controlling area, currencies and rates (direct, indirect, scaled, several dates), fiscal
 * calendars of three kinds, posting periods, units, payment-term texts, materials and employees. It holds no figures of the books.
 */
import { addDays, fiscalPeriodOf, monthEnd } from "./days.ts";
import type { Group } from "./group.ts";
import { companies, kokrs } from "./organisation.ts";
import { cut, type Tables } from "./tables.ts";

export const groupCurrency = "USD";

/** Minor units of the group currency for one of the other; TCURR says the same. A yen is its own minor unit. */
export const groupRates: Readonly<Record<string, { numerator: bigint; denominator: bigint }>> = {
  CAD: { numerator: 73n, denominator: 100n },
  JPY: { numerator: 67n, denominator: 100n },
};

const currencies: readonly (readonly [string, string])[] = [
  ["USD", "USD"], ["CAD", "CAD"], ["JPY", "JPY"], ["EUR", "EUR"], ["GBP", "GBP"], ["KWD", "KWD"], ["KRW", "KRW"], ["USDN", "USD"],
]; // biome-ignore format: a list of pairs

/** TCURR-GDATU: later dates sort first (sap-data 1). */
const inverted = (day: string): string => String(99_999_999 - Number(day));

function addCurrencies(tables: Tables): void {
  for (const [WAERS, ISOCD] of currencies) tables.add("TCURC", { WAERS, ISOCD, ...(WAERS === "USDN" ? {} : { XPRIMARY: "X" }) });
  const rate = (FCURR: string, day: string, UKURS: string, FFACT = "1") =>
    tables.add("TCURR", { KURST: "M", FCURR, TCURR: groupCurrency, GDATU: inverted(day), UKURS, FFACT, TFACT: "1" });
  rate("CAD", "20250101", "0.73000");
  rate("CAD", "20240101", "0.75000");
  rate("JPY", "20250101", "0.67000", "100");
  rate("EUR", "20250101", "1.08500");
  // Negative is an indirect quotation: 0.79120 GBP for a dollar.
  rate("GBP", "20250101", "-0.79120");
  for (const [FCURR] of currencies) {
    if (FCURR === groupCurrency) continue;
    const FFACT = FCURR === "JPY" ? "100" : "1";
    tables.add("TCURF", { KURST: "M", FCURR, TCURR: groupCurrency, GDATU: inverted("18000101"), FFACT, TFACT: "1" });
  }
}

const three = (value: number): string => String(value).padStart(3, "0");

function addCalendars(tables: Tables, asOf: string): void {
  tables.add("T009", { PERIV: "K4", XKALE: "X", ANZBP: "012", ANZSP: "04" });
  tables.add("T009", { PERIV: "V3", ANZBP: "012", ANZSP: "04" });
  tables.add("T009", { PERIV: "W4", XJABH: "X", ANZBP: "012", ANZSP: "04" });
  for (let month = 1; month <= 12; month += 1) {
    // April is period 1; January to March belong to the year before. February ends on its 29th, which stands for its last day.
    const last = monthEnd(`2024${String(month).padStart(2, "0")}01`, 0).slice(6);
    const period = ((month + 8) % 12) + 1;
    const ends = { PERIV: "V3", BDATJ: "0000", BUMON: String(month).padStart(2, "0"), BUTAG: last };
    tables.add("T009B", { ...ends, POPER: three(period), RELJR: month <= 3 ? "-1" : "0" });
  }
  addWeeks(tables, Number(asOf.slice(0, 4)));
}

const lastSaturday = (year: number): string => addDays(`${year}1231`, -((new Date(Date.UTC(year, 11, 31)).getUTCDay() + 1) % 7));

/**
 * 4-4-5 weeks, the year ending on December's last Saturday: year-dependent, its ends fall within months, and each fifth or sixth year has a 53rd week. The days
 * between its end and New Year are the next year's, which takes a row of their own.
 */
function addWeeks(tables: Tables, year: number): void {
  for (const bdatj of [year - 1, year, year + 1]) {
    const add = (end: string, period: number, RELJR: string) => {
      const ends = { PERIV: "W4", BDATJ: String(bdatj), BUMON: end.slice(4, 6), BUTAG: end.slice(6) };
      tables.add("T009B", { ...ends, POPER: three(period), RELJR });
    };
    let end = lastSaturday(bdatj - 1);
    for (let period = 1; period < 12; period += 1) {
      end = addDays(end, (period % 3 === 0 ? 5 : 4) * 7);
      add(end, period, "0");
    }
    const last = lastSaturday(bdatj);
    add(last, 12, "0");
    if (!last.endsWith("1231")) add(`${bdatj}1231`, 1, "+1");
  }
}

/** The period of the last day and the one before are open; what is special stays open for the year that is over. */
function addPostingPeriods(tables: Tables, asOf: string): void {
  for (const { bukrs, variant } of companies) {
    const now = fiscalPeriodOf(asOf, variant);
    const before = fiscalPeriodOf(monthEnd(asOf, -1), variant);
    const first = {
      FRYE1: before.gjahr,
      FRPE1: before.monat.padStart(3, "0"),
      TOYE1: now.gjahr,
      TOPE1: now.monat.padStart(3, "0"),
    };
    const over = String(Number(now.gjahr) - 1);
    const special = { FRYE2: over, FRPE2: "013", TOYE2: over, TOPE2: "016" };
    tables.add("T001B", { RRCTY: "0", BUKRS: bukrs, MKOAR: "+", ...first, ...special });
    tables.add("T001B", {
      RRCTY: "0",
      BUKRS: bukrs,
      MKOAR: "K",
      BKONT: "ZZZZZZZZZZ",
      ...first,
      FRYE1: now.gjahr,
      FRPE1: first.TOPE1,
    });
  }
}

const units: readonly (readonly [string, string, string, string, string])[] = [
  ["EA", "EA", "AAAADL", "EA", "each"], ["AU", "C62", "AAAADL", "AU", "Activity unit"], ["H", "HUR", "TIME", "H", "Hour"],
  ["M3", "MTQ", "VOLUME", "m3", "Cubic meter"], ["TO", "TNE", "MASS", "to", "Tonne"], ["FT", "FOT", "LENGTH", "ft", "Foot"],
  ["DAY", "DAY", "TIME", "D", "Days"], ["MON", "MON", "TIME", "MON", "Months"], ["LS", "LS", "AAAADL", "LS", "Lump sum"],
]; // biome-ignore format: a list of rows

function addUnits(tables: Tables): void {
  const known = new Set(units.map(([unit]) => unit));
  const used = [...new Set(tables.rows("EKPO").map((row) => row["MEINS"] ?? ""))].filter(
    (unit) => unit !== "" && !known.has(unit),
  );
  const rows = [...units, ...used.sort().map((unit) => [unit, "", "AAAADL", unit, unit] as const)];
  for (const [MSEHI, ISOCODE, DIMID, MSEH3, text] of rows) {
    const factor = MSEHI === "H" ? { ZAEHL: "3600", NENNR: "1" } : { ZAEHL: "1", NENNR: "1" };
    tables.add("T006", { MSEHI, DIMID, ...factor, ...(ISOCODE === "" ? {} : { ISOCODE, PRIMARY: "X" }) });
    tables.add("T006A", { SPRAS: "E", MSEHI, MSEH3, MSEH6: MSEH3, MSEHT: cut(text, 10), MSEHL: text });
  }
  tables.add("T006A", { SPRAS: "D", MSEHI: "EA", MSEH3: "ST", MSEH6: "ST", MSEHT: "Stück", MSEHL: "Stück" });
}

function addMaterials(tables: Tables): void {
  const materials = new Map<string, string>();
  for (const row of tables.rows("EKPO")) if (row["MATNR"] !== undefined) materials.set(row["MATNR"], row["MATKL"] ?? "");
  for (const [MATNR, MATKL] of [...materials].sort(([a], [b]) => (a < b ? -1 : 1))) {
    tables.add("MARA", { MATNR, ERSDA: "20150101", LAEDA: "20240301", MTART: "ROH", MATKL, MEINS: "EA" });
    tables.add("MAKT", { MATNR, SPRAS: "E", MAKTX: `Stock ${MATKL.toLowerCase()}`, MAKTG: `STOCK ${MATKL}` });
    tables.add("MAKT", { MATNR, SPRAS: "D", MAKTX: `Lagermaterial ${MATKL}`, MAKTG: `LAGERMATERIAL ${MATKL}` });
  }
}

const employees = ["Meyer, Anna", "O'Neill, Pat", "鈴木 一郎", "Nguyen, Thi"];

/** Names and organisation only (issue: PA0001). The second person moved, so that two rows of one number tell two times. */
function addEmployees(tables: Tables): void {
  employees.forEach((SNAME, index) => {
    const company = companies[index % companies.length];
    const row = { PERNR: String(1001 + index).padStart(8, "0"), BUKRS: company?.bukrs ?? "", SNAME, ENAME: SNAME, KOKRS: kokrs };
    const place = (ENDDA: string, BEGDA: string, KOSTL: string) =>
      tables.add("PA0001", { ...row, ENDDA, BEGDA, SEQNR: "000", KOSTL, AEDTM: BEGDA });
    if (index === 1) place("20241231", "20200101", company?.yards[1] ?? "");
    place("99991231", index === 1 ? "20250101" : "20200101", company?.yards[0] ?? "");
  });
}

function addTerms(tables: Tables): void {
  const terms = { "0001": "Due immediately", ZB30: "14 days 2%, 30 days net", Z045: "45 days net" };
  for (const [ZTERM, TEXT1] of Object.entries(terms)) {
    tables.add("T052U", { SPRAS: "E", ZTERM, ZTAGG: "00", TEXT1 });
    tables.add("TVZBT", { SPRAS: "E", ZTERM, VTEXT: cut(TEXT1, 30) });
  }
  tables.add("T052U", { SPRAS: "D", ZTERM: "ZB30", ZTAGG: "00", TEXT1: "14 Tage 2 %, 30 Tage netto" });
}

export function addReferenceData(group: Group): void {
  const { tables, options } = group;
  tables.add("T000", { MANDT: "100", MTEXT: "Ridgeline", ORT01: "Denver", MWAER: groupCurrency });
  tables.add("TKA01", { KOKRS: kokrs, BEZEI: "Ridgeline Group", WAERS: groupCurrency, CTYP: "30", KTOPL: "CAGR", LMONA: "K4" });
  for (const { bukrs, plants, name } of companies) {
    for (const BWKEY of plants) tables.add("T001K", { BWKEY, BUKRS: bukrs });
    tables.add("T024E", { EKORG: bukrs, EKOTX: cut(name, 20), BUKRS: bukrs });
  }
  tables.add("T024", { EKGRP: "001", EKNAM: "Site buyers" });
  addCurrencies(tables);
  addCalendars(tables, options.asOf);
  addPostingPeriods(tables, options.asOf);
  addUnits(tables);
  addMaterials(tables);
  addEmployees(tables);
  addTerms(tables);
}
