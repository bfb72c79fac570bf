/**
 * Master data for keys that an extract only names: company codes, plants, vendors, cost centres and cost elements. A stub says no
 * more than that the key exists; the report lists each one, so that nobody takes it for the customer's own.
 */
import { compactText, type Tables } from "../builder/index.ts";
import type { EccRow } from "../world.ts";
import type { CompanyFacts, ExtractProfile } from "./profiles.ts";
import { ExtractRefused } from "./refused.ts";

/** Keys of the stubs by table, in the order of the keys. */
export type Stubs = Readonly<Record<string, readonly string[]>>;

const openEnd = "99991231";
const validFrom = "19000101";

function distinct(rows: readonly EccRow[], ...fields: readonly string[]): string[][] {
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const values = fields.map((field) => row[field] ?? "");
    if (values.every((value) => value !== "")) found.set(values.join(" "), values);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, values]) => values);
}

export const carriesObject = (line: EccRow): boolean =>
  ["KOSTL", "AUFNR", "PROJK", "NPLNR"].some((field) => line[field] !== undefined);

export function companyOf(profile: ExtractProfile, bukrs: string): CompanyFacts {
  const facts = profile.companies[bukrs];
  if (facts === undefined) {
    throw new ExtractRefused(`${profile.name}: company code ${bukrs} has no row in T001; name its currency in the profile`);
  }
  return facts;
}

/**
 * The extracts hold amounts as they are stored, with two decimals whatever the currency (sap-data 0.6 [K]; in the real ones a yen amount prints
 * a hundredth of itself [D]). Without TCURX every reader would take them for a hundredth. These are the delivered exceptions that occur.
 */
const currencyDecimals: Readonly<Record<string, string>> = { JPY: "0", KRW: "0", JOD: "3", KWD: "3" };

const keyField: Readonly<Record<string, string>> = { T001: "BUKRS", LFA1: "LIFNR" };

export function addStubs(tables: Tables, profile: ExtractProfile): Stubs {
  const keys: Record<string, string[]> = {};
  /** What the extract itself holds needs no stub. */
  const held = new Map(
    ["T001", "LFA1"].map((table) => [table, new Set(tables.rows(table).map((row) => row[keyField[table] ?? ""]))]),
  );
  const add = (table: string, key: string, row: EccRow): void => {
    if (held.get(table)?.has(key) === true) return;
    tables.add(table, row);
    keys[table] = [...(keys[table] ?? []), key];
  };
  const rows = (...names: readonly string[]) => names.flatMap((name) => tables.rows(name));
  const costLines = rows("BSEG").filter(carriesObject);

  for (const [bukrs = ""] of distinct(rows("EKKO", "EKPO", "BKPF", "BSEG"), "BUKRS")) {
    const { currency, land1, kokrs, language } = companyOf(profile, bukrs);
    add("T001", bukrs, { BUKRS: bukrs, BUTXT: `Company ${bukrs}`, LAND1: land1, WAERS: currency, SPRAS: language, PERIV: "K4" });
    add("TKA02", bukrs, { BUKRS: bukrs, KOKRS: kokrs });
  }
  for (const [currency = ""] of distinct(rows("EKKO", "BKPF"), "WAERS")) {
    const decimals = currencyDecimals[currency];
    if (decimals !== undefined) add("TCURX", currency, { CURRKEY: currency, CURRDEC: decimals });
  }
  for (const [werks = ""] of distinct(rows("EKPO", "BSEG"), "WERKS"))
    add("T001W", werks, { WERKS: werks, NAME1: `Plant ${werks}` });
  const vendors = distinct(rows("EKKO", "BSEG"), "LIFNR", "BUKRS");
  for (const [lifnr = ""] of distinct(rows("EKKO", "BSEG"), "LIFNR")) {
    const bukrs = vendors.find(([vendor]) => vendor === lifnr)?.[1] ?? "";
    const name = `Vendor ${compactText(lifnr)}`;
    add("LFA1", lifnr, { LIFNR: lifnr, LAND1: companyOf(profile, bukrs).land1, NAME1: name, KTOKK: "KRED" });
  }
  for (const [lifnr = "", bukrs = ""] of vendors) add("LFB1", `${lifnr} ${bukrs}`, { LIFNR: lifnr, BUKRS: bukrs });
  for (const [kokrs = "", kostl = ""] of distinct(costLines, "KOKRS", "KOSTL")) {
    const key = { KOKRS: kokrs, KOSTL: kostl, DATBI: openEnd };
    add("CSKS", `${kokrs} ${kostl}`, { ...key, DATAB: validFrom });
    add("CSKT", `${kokrs} ${kostl}`, { SPRAS: "E", ...key, KTEXT: `Cost ctr ${kostl}` });
  }
  for (const [kokrs = "", hkont = ""] of distinct(costLines, "KOKRS", "HKONT")) {
    add("CSKB", `${kokrs} ${hkont}`, { KOKRS: kokrs, KSTAR: hkont, DATBI: openEnd, DATAB: validFrom, KATYP: "01" });
  }
  return keys;
}
