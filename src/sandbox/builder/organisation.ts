/**
 * The group's organisation and customising: company codes in three currencies under one controlling area, chart of accounts, cost
 * elements, cost centres, plants, material groups, payment terms. It guarantees the keys that the other parts post to; it holds
 * no figures.
 */
import { decimalExceptions } from "./amount.ts";
import type { FiscalVariant } from "./days.ts";
import { cut, type Tables } from "./tables.ts";

export type Company = {
  bukrs: string;
  name: string;
  land1: string;
  regio: string;
  city: string;
  currency: string;
  spras: string;
  variant: FiscalVariant;
  plants: readonly string[];
  /** Cost centres that the mapping knows, then one that it does not. */
  yards: readonly string[];
  headOffice: string;
};

export const kokrs = "1000";
const chart = "CAGR";

const company = (facts: Omit<Company, "plants" | "yards" | "headOffice">, digit: string): Company => ({
  ...facts,
  plants: [`${facts.bukrs.slice(0, 3)}1`, `${facts.bukrs.slice(0, 3)}2`],
  yards: [`00001${digit}0100`, `00001${digit}0200`, `YARD-${facts.land1}`],
  headOffice: `00001${digit}9000`,
});

export const companies: readonly Company[] = [
  company(
    {
      bukrs: "1000",
      name: "Ridgeline Constructors Inc.",
      land1: "US",
      regio: "CO",
      city: "Denver",
      currency: "USD",
      spras: "E",
      variant: "K4",
    },
    "0",
  ),
  company(
    {
      bukrs: "1100",
      name: "Ridgeline Canada Ltd.",
      land1: "CA",
      regio: "ON",
      city: "Toronto",
      currency: "CAD",
      spras: "E",
      variant: "K4",
    },
    "1",
  ),
  company(
    {
      bukrs: "1200",
      name: "Ridgeline Japan K.K.",
      land1: "JP",
      regio: "13",
      city: "東京",
      currency: "JPY",
      spras: "J",
      variant: "V3",
    },
    "2",
  ),
];

export type CostType = "L" | "E" | "M" | "S" | "O";
export type CostAccount = { saknr: string; name: string; costType: CostType };

/** Primary cost elements (KATYP 1) and the cost type they stand for in Procore. */
export const costAccounts: readonly CostAccount[] = [
  { saknr: "0000410000", name: "Wages, field", costType: "L" },
  { saknr: "0000411000", name: "Payroll burden", costType: "L" },
  { saknr: "0000420000", name: "Construction materials", costType: "M" },
  { saknr: "0000421000", name: "Ready-mix concrete", costType: "M" },
  { saknr: "0000430000", name: "Subcontractors", costType: "S" },
  { saknr: "0000440000", name: "Equipment rental", costType: "E" },
  { saknr: "0000441000", name: "Fuel & lubricants", costType: "E" },
  { saknr: "0000450000", name: "Travel", costType: "O" },
  { saknr: "0000460000", name: "Permits and fees", costType: "O" },
];

export const accountsOf = (costType: CostType): readonly string[] =>
  costAccounts.filter((account) => account.costType === costType).map((account) => account.saknr);

/** Secondary cost elements: no G/L account stands behind them. */
export const secondaryElements = { settlement: "0000941000", assessment: "0000942000", activity: "0000943000" } as const;

/** An expense account whose cost element ended long ago: its lines are not primary cost at BUDAT. */
export const endedAccount = "0000499000";
export const revenueAccount = "0000800000";

export const balanceAccounts = {
  bank: "0000113100",
  receivable: "0000140000",
  inputTax: "0000154000",
  payable: "0000160000",
  downPayment: "0000159000",
  accrual: "0000175000",
  goodsReceipt: "0000191100",
  wagesPayable: "0000231000",
  stock: "0000300000",
} as const;

const accountNames: Readonly<Record<string, string>> = {
  [balanceAccounts.bank]: "Bank",
  [balanceAccounts.receivable]: "Trade receivables",
  [balanceAccounts.inputTax]: "Input tax",
  [balanceAccounts.payable]: "Trade payables",
  [balanceAccounts.downPayment]: "Down payments made",
  [balanceAccounts.accrual]: "Accruals",
  [balanceAccounts.goodsReceipt]: "GR/IR clearing",
  [balanceAccounts.wagesPayable]: "Wages payable",
  [balanceAccounts.stock]: "Inventory",
};

const materialGroups: readonly { matkl: string; name: string }[] = [
  { matkl: "CONCRETE", name: "Concrete, cement" },
  { matkl: "STEEL", name: "Structural steel" },
  { matkl: "LUMBER", name: "Lumber" },
  { matkl: "ELEC", name: "Electrical" },
  { matkl: "SUBCON", name: "Subcontract services" },
  { matkl: "RENTAL", name: "Equipment rental" },
  { matkl: "MISC", name: "Sundry" },
];

const documentTypes: Readonly<Record<string, string>> = {
  KR: "Vendor invoice",
  KZ: "Vendor payment",
  PY: "Payroll",
  RE: "Invoice verification",
  RT: "Retention",
  RV: "Billing transfer",
  SA: "G/L account document",
  WE: "Goods receipt",
};

/** Reconciliation accounts, and those whose lines can be displayed by account (SKB1-XKRES): only they stand in BSIS and BSAS. */
function controlOf(saknr: string): Readonly<Record<string, string>> {
  if (saknr === balanceAccounts.payable || saknr === balanceAccounts.downPayment) return { MITKZ: "K" };
  if (saknr === balanceAccounts.receivable) return { MITKZ: "D" };
  if (saknr === balanceAccounts.goodsReceipt) return { XKRES: "X", XOPVW: "X" };
  return saknr === balanceAccounts.bank || saknr === balanceAccounts.inputTax ? { XKRES: "X" } : {};
}

const germanNames: Readonly<Record<string, string>> = {
  "0000410000": "Löhne Baustelle",
  "0000420000": "Baustoffe",
  "0000430000": "Nachunternehmer",
  [balanceAccounts.goodsReceipt]: "WE/RE-Verrechnung",
};

function addAccounts(tables: Tables): void {
  const elements = [
    ...costAccounts.map(({ saknr, name }) => ({ saknr, name, katyp: "01", datbi: "99991231" })),
    { saknr: endedAccount, name: "Suspense, closed", katyp: "01", datbi: "20151231" },
    { saknr: revenueAccount, name: "Contract revenue", katyp: "11", datbi: "99991231" },
    { saknr: secondaryElements.activity, name: "Activity allocation labor", katyp: "43", datbi: "99991231" },
    { saknr: secondaryElements.assessment, name: "Overhead assessment", katyp: "42", datbi: "99991231" },
    { saknr: secondaryElements.settlement, name: "Project settlement", katyp: "21", datbi: "99991231" },
  ];
  const texts = [...Object.entries(accountNames), ...elements.map(({ saknr, name }) => [saknr, name] as const)];
  for (const [saknr, name] of texts) {
    if (Object.values<string>(secondaryElements).includes(saknr)) continue;
    const isBalance = accountNames[saknr] !== undefined;
    tables.add("SKA1", {
      KTOPL: chart,
      SAKNR: saknr,
      ...(isBalance ? { XBILK: "X" } : { GVTYP: "X" }),
      KTOKS: "GL",
      ERDAT: "20100101",
    });
    tables.add("SKAT", { SPRAS: "E", KTOPL: chart, SAKNR: saknr, TXT20: cut(name, 20), TXT50: name });
    for (const { bukrs, currency } of companies)
      tables.add("SKB1", { BUKRS: bukrs, SAKNR: saknr, WAERS: currency, ERDAT: "20100101", ...controlOf(saknr) });
  }
  for (const [saknr, name] of Object.entries(germanNames))
    tables.add("SKAT", { SPRAS: "D", KTOPL: chart, SAKNR: saknr, TXT20: cut(name, 20), TXT50: name });
  for (const { saknr, name, katyp, datbi } of elements) {
    tables.add("CSKB", { KOKRS: kokrs, KSTAR: saknr, DATBI: datbi, DATAB: "20100101", KATYP: katyp });
    tables.add("CSKA", { KTOPL: chart, KSTAR: saknr, ERSDA: "20100101" });
    tables.add("CSKU", { SPRAS: "E", KTOPL: chart, KSTAR: saknr, KTEXT: cut(name, 20), LTEXT: name });
  }
}

function addCompany(
  tables: Tables,
  { bukrs, name, city, land1, currency, spras, variant, plants, yards, headOffice }: Company,
): void {
  tables.add("T001", {
    BUKRS: bukrs,
    BUTXT: cut(name, 25),
    ORT01: city,
    LAND1: land1,
    WAERS: currency,
    SPRAS: spras,
    KTOPL: chart,
    PERIV: variant,
    OPVAR: bukrs,
  });
  tables.add("TKA02", { BUKRS: bukrs, GSBER: "", KOKRS: kokrs });
  for (const werks of plants) tables.add("T001W", { WERKS: werks, NAME1: `Yard ${werks} ${city}`, BWKEY: werks, LAND1: land1 });
  for (const kostl of [...yards, headOffice]) {
    const isHeadOffice = kostl === headOffice;
    tables.add("CSKS", {
      KOKRS: kokrs,
      KOSTL: kostl,
      DATBI: "99991231",
      DATAB: "20100101",
      BUKRS: bukrs,
      KOSAR: isHeadOffice ? "W" : "F",
      WAERS: currency,
      OBJNR: `KS${kokrs}${kostl}`,
    });
    const text = isHeadOffice ? "Head office" : `Yard ${kostl.replace(/^0+/, "")}`;
    tables.add("CSKT", { SPRAS: "E", KOKRS: kokrs, KOSTL: kostl, DATBI: "99991231", KTEXT: cut(text, 20), LTEXT: text });
    const german = isHeadOffice ? "Zentrale" : `Bauhof ${kostl.replace(/^0+/, "")}`;
    tables.add("CSKT", { SPRAS: "D", KOKRS: kokrs, KOSTL: kostl, DATBI: "99991231", KTEXT: cut(german, 20), LTEXT: german });
  }
}

export function addOrganisation(tables: Tables): void {
  for (const one of companies) addCompany(tables, one);
  for (const [currency, decimals] of decimalExceptions) tables.add("TCURX", { CURRKEY: currency, CURRDEC: String(decimals) });
  for (const { matkl, name } of materialGroups) tables.add("T023T", { SPRAS: "E", MATKL: matkl, WGBEZ: cut(name, 20) });
  for (const [blart, text] of Object.entries(documentTypes)) tables.add("T003T", { SPRAS: "E", BLART: blart, LTEXT: text });
  tables.add("T052", { ZTERM: "0001", ZTAGG: "00", ZDART: "B", ZTAG1: "0", ZPRZ1: "0.000" });
  tables.add("T052", {
    ZTERM: "ZB30",
    ZTAGG: "00",
    ZDART: "D",
    ZTAG1: "14",
    ZPRZ1: "2.000",
    ZTAG2: "0",
    ZPRZ2: "0.000",
    ZTAG3: "30",
  });
  tables.add("T052", { ZTERM: "Z045", ZTAGG: "00", ZDART: "D", ZTAG1: "45", ZPRZ1: "0.000" });
  addAccounts(tables);
}
