// The order of the rules on worlds small enough to judge by hand. The whole group is tested in build-group.test.ts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EccRow, ProcoreSeed } from "../../world.ts";
import type { MappingRule } from "../mapping.ts";
import { createTables } from "../tables.ts";
import { judgeWorld, splitItem } from "./index.ts";

const seed: ProcoreSeed = {
  companies: [{ id: 1, name: "Co" }],
  clients: [{ clientId: "c", clientSecret: "s", companyId: 1, permittedProjectIds: [10] }],
  projects: [10, 11].map((id) => ({
    id,
    companyId: 1,
    name: `Project ${id}`,
    projectNumber: `N${id}`,
    active: true,
    currencyIsoCode: "USD",
    costCodes: [{ id: 1, fullCode: "01-100", name: "x" }],
    wbsCodes: [
      { id: 1, costCode: "01-100", costType: "O" },
      { id: 2, costCode: "01-100", costType: "L" },
    ],
  })),
  lineItemTypes: [],
  vendors: [
    { id: 1, companyId: 1, name: "twin  CO", isActive: false },
    { id: 2, companyId: 1, name: "Foreign", originId: "X.1", isActive: true },
    { id: 3, companyId: 1, name: "Awake", isActive: true, taxId: "54-1234567" },
    { id: 4, companyId: 1, name: "Asleep", isActive: false, taxId: "56-1234567" },
    { id: 5, companyId: 1, name: "Housed", isActive: true, address: "77 Quay", phone: "+1 617 555 0177" },
  ],
};
const rules: MappingRule[] = [
  { objectType: "cost-center", object: "GOOD", project: "N10", costCode: "01-100", costType: "O" },
  { objectType: "cost-center", object: "HIDDEN", project: "N11", costCode: "01-100", costType: "O" },
  { objectType: "cost-center", object: "NOCODE", project: "N10", costCode: "01-100", costType: "S" },
  { objectType: "cost-center", object: "LABOR", project: "N10", costCode: "01-100", costType: "L" },
  { objectType: "wbs", object: "P-1", project: "N10", costCode: "01-100", costType: "O" },
  { objectType: "network", object: "9", project: "N10", costCode: "01-100", costType: "O" },
  { objectType: "plant", object: "1001", project: "N10", costCode: "01-100", costType: "O" },
];

type Rows = Readonly<Record<string, readonly EccRow[]>>;

function judge(rows: Rows, percents?: "cells") {
  const tables = createTables();
  const base: Rows = {
    T001: [{ BUKRS: "1000", WAERS: "USD" }],
    TKA02: [{ BUKRS: "1000", KOKRS: "K" }],
    CSKB: [
      { KOKRS: "K", KSTAR: "400", DATAB: "20200101", DATBI: "20261231", KATYP: "01" },
      { KOKRS: "K", KSTAR: "800", DATAB: "20200101", DATBI: "99991231", KATYP: "11" },
    ],
    PRPS: [
      { PSPNR: "00000001", POSID: "P-1" },
      { PSPNR: "00000002", POSID: "P-2", XSTAT: "X" },
    ],
    AUFK: [{ AUFNR: "A1", PSPEL: "00000001" }, { AUFNR: "A2" }, { AUFNR: "A3", ASTKZ: "X" }],
    AFVC: [
      { AUFPL: "1", APLZL: "1", PROJN: "00000001" },
      { AUFPL: "1", APLZL: "2", PROJN: "00000000" },
    ],
    LFA1: [vendor("V1"), vendor("V2", { LOEVM: "X" })],
    LFB1: [
      { LIFNR: "V1", BUKRS: "1000" },
      { LIFNR: "V2", BUKRS: "1000" },
    ],
  };
  for (const [table, list] of Object.entries({ ...base, ...rows })) for (const row of list) tables.add(table, row);
  return judgeWorld({ tables, seed, rules }, percents);
}

const vendor = (lifnr: string, facts: EccRow = {}): EccRow => ({ LIFNR: lifnr, NAME1: `Name ${lifnr}`, KTOKK: "KRED", ...facts });
const reasonOf = (verdict: { kind: string; reason?: string }): string => verdict.reason ?? verdict.kind;

describe("vendors", () => {
  const verdicts = (facts: EccRow, companies: readonly EccRow[] = [{ LIFNR: "V9", BUKRS: "1000" }]) => {
    const verdict = judge({
      LFA1: [vendor("V9", facts), vendor("V8", { STCD2: "521234567" })],
      LFB1: [...companies, { LIFNR: "V8", BUKRS: "1000" }],
    }).vendors.get("V9");
    return verdict === undefined ? "absent" : reasonOf(verdict);
  };
  it.each<[string, EccRow, readonly EccRow[] | undefined]>([
    ["vendor-one-time-account", { XCPDK: "X", KTOKK: "CPD", LOEVM: "X" }, undefined],
    ["vendor-account-group-out-of-scope", { KTOKK: "EMPL", SPERR: "X" }, []],
    ["vendor-company-code-out-of-scope", { LOEVM: "X" }, []],
    ["vendor-blocked-everywhere", { SPERR: "X", NAME1: "Twin Co" }, undefined],
    [
      "vendor-blocked-everywhere",
      {},
      [
        { LIFNR: "V9", BUKRS: "1000", LOEVM: "X" },
        { LIFNR: "V9", BUKRS: "1100", SPERR: "X" },
      ],
    ],
    [
      "posted",
      {},
      [
        { LIFNR: "V9", BUKRS: "1000", LOEVM: "X" },
        { LIFNR: "V9", BUKRS: "1100" },
      ],
    ],
    ["vendor-twin", { NAME1: " Twin Co" }, undefined],
    ["vendor-foreign-origin", { NAME1: "Foreign", SPERM: "X" }, undefined],
    ["vendor-tax-id-shared", { STCD2: "52-1234567" }, undefined],
    ["posted", { NAME1: "Other", STCD2: "54-1234567" }, undefined],
    ["vendor-twin", { NAME1: "Other", STCD2: "56-1234567" }, undefined],
    ["posted", { NAME1: "Housed, Inc.", TELF1: "617 555 0177", STRAS: "77 Quay" }, undefined],
    ["posted", { NAME1: "Other", SPERM: "X" }, undefined],
  ])("%s for %o", (expected, facts, companies) => {
    expect(verdicts(facts, companies)).toBe(expected);
  });
});

describe("purchase orders", () => {
  const header: EccRow = { EBELN: "45", BUKRS: "1000", BSTYP: "F", BSART: "NB", LIFNR: "V1", WAERS: "USD", BEDAT: "20260101" };
  const item: EccRow = { EBELN: "45", EBELP: "00010", NETWR: "100.00", KNTTP: "K", WERKS: "1001" };
  const ekkn = (kostl: string): EccRow => ({ EBELN: "45", EBELP: "00010", ZEKKN: "01", KOSTL: kostl, SAKTO: "400" });
  const reason = (change: { header?: EccRow; item?: EccRow | null; kostl?: string | null }): string => {
    const atoms = judge({
      EKKO: [{ ...header, ...change.header }],
      EKPO: change.item === null ? [] : [{ ...item, ...change.item }],
      EKKN: change.kostl === null ? [] : [ekkn(change.kostl ?? "GOOD")],
    }).orders;
    return atoms.map((atom) => reasonOf(atom.verdict)).join();
  };
  it.each<[string, Parameters<typeof reason>[0]]>([
    ["posted", {}],
    ["po-not-a-purchase-order", { header: { BSTYP: "K", MEMORY: "X" }, item: null }],
    ["po-incomplete", { header: { MEMORY: "X", BSART: "UB" } }],
    ["po-stock-transfer", { header: { RESWK: "1002" }, item: { LOEKZ: "L" } }],
    ["po-item-deleted", { header: { LOEKZ: "L" } }],
    ["po-item-deleted", { item: { LOEKZ: "L", KNTTP: "U" } }],
    ["po-item-blocked", { item: { LOEKZ: "S" } }],
    ["object-without-items", { item: null }],
    ["po-unknown-assignment", { item: { KNTTP: "U" }, kostl: null }],
    ["mapping-no-rule", { kostl: "NOWHERE", header: { WAERS: "EUR", LIFNR: "V2" } }],
    ["project-not-permitted", { kostl: "HIDDEN", header: { WAERS: "EUR" } }],
    ["po-currency", { kostl: "NOCODE", header: { WAERS: "EUR" } }],
    ["budget-code-missing", { kostl: "NOCODE", header: { LIFNR: "V2" } }],
    ["po-vendor-not-in-procore", { header: { LIFNR: "V2" } }],
    ["po-vendor-not-in-procore", { header: { LIFNR: "NOBODY" } }],
    ["posted", { item: { KNTTP: "" }, kostl: null }],
  ])("%s for %o", (expected, change) => {
    expect(reason(change)).toBe(expected);
  });

  it("are split so that the shares sum to NETWR and tax, negative for returns", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 13n), weights, fc.boolean(), (minor, parts, isReturn) => {
        const rows = parts.map((part) => ({ MENGE: `${part}.000` }));
        const text = minor.toString().padStart(3, "0");
        const netwr = `${text.slice(0, -2)}.${text.slice(-2)}`;
        const shares = splitItem({ NETWR: netwr, NAVNW: "0.01", VRTKZ: "1", ...(isReturn ? { RETPO: "X" } : {}) }, rows);
        expect(shares?.reduce((sum, share) => sum + share, 0n)).toBe(isReturn ? -(minor + 1n) : minor + 1n);
      }),
    );
  });

  it("give the remainder to the last share", () => {
    const thirds = [{ MENGE: "1.000" }, { MENGE: "1.000" }, { MENGE: "1.000" }];
    expect(splitItem({ NETWR: "100.00", VRTKZ: "1" }, thirds)).toEqual([3333n, 3333n, 3334n]);
    const shares = [{ NETWR: "0.02" }, { NETWR: "0.02" }, { NETWR: "0.01" }].map((row) => ({ ...row, VPROZ: "33.3" }));
    expect(splitItem({ NETWR: "0.05", NAVNW: "0.02", VRTKZ: "2" }, shares, "cells")).toEqual([3n, 3n, 1n]);
  });

  const share = (vproz: string, netwr?: string): EccRow => ({ VPROZ: vproz, ...(netwr === undefined ? {} : { NETWR: netwr }) });
  it.each<[string, EccRow, readonly EccRow[], readonly bigint[] | undefined]>([
    ["percentages below 10 weigh, whatever the shares say", {}, [share("9.9", "50.00"), share("0.1", "50.00")], [9900n, 100n]],
    ["a percentage of 10.0 is lost: the shares weigh", {}, [share("10.0", "25.00"), share("9.9", "75.00")], [2500n, 7500n]],
    ["the shares weigh the tax too", { NAVNW: "10.01" }, [share("40.0", "40.00"), share("60.0", "60.00")], [4400n, 6601n]],
    ["a negative percentage has no place for its sign", {}, [share("-5.0"), share("9.0")], undefined],
    ["shares that miss a cent", {}, [share("50.0", "50.00"), share("50.0", "49.99")], undefined],
    ["a share that is missing", {}, [share("50.0", "100.00"), share("50.0")], undefined],
    ["shares that are missing", {}, [share("50.0"), share("50.0")], undefined],
    ["a single assignment takes all", {}, [share("100.0")], [10000n]],
    ["returns", { RETPO: "X" }, [share("50.0", "30.00"), share("50.0", "70.00")], [-3000n, -7000n]],
  ])("split by percent as far as cells can be read: %s", (_, facts, rows, expected) => {
    expect(splitItem({ NETWR: "100.00", VRTKZ: "2", ...facts }, rows, "cells")).toEqual(expected);
  });
  it("split by percent whatever the shares say, where the BAPI has every digit", () => {
    const rows = [share("10.0", "25.00"), share("90.0", "75.00")];
    expect(splitItem({ NETWR: "100.00", VRTKZ: "2" }, rows)).toEqual([1000n, 9000n]);
  });

  const whole = (items: readonly EccRow[], rows: readonly EccRow[] = [], facts: EccRow = {}) =>
    judge({ EKKO: [{ ...header, ...facts }], EKPO: items, EKKN: rows }, "cells").orders.map((atom) => [
      reasonOf(atom.verdict),
      atom.ebelp,
      atom.money.minor,
    ]);
  it("are rejected whole where a value or a split is lost, and then count once without money", () => {
    const other: EccRow = { ...item, EBELP: "00020", KNTTP: "" };
    const lost = [["amount-overflow", "", 0n]];
    expect(whole([{ ...item, NETWR: "10000000000.00" }, other])).toEqual(lost);
    expect(whole([{ ...item, NETWR: "-1000000000.00" }, other])).toEqual(lost);
    expect(whole([{ ...item, NAVNW: "10000000000.00" }, other])).toEqual(lost);
    const halves = ["01", "02"].map((zekkn) => ({ ...ekkn("GOOD"), ZEKKN: zekkn, VPROZ: "50.0" }));
    expect(whole([{ ...item, VRTKZ: "2" }, other], halves)).toEqual(lost);
    // Read before it is judged: a rule that would exclude the item comes too late.
    expect(whole([{ ...item, VRTKZ: "2", LOEKZ: "L" }, other], halves, { BSTYP: "K" })).toEqual(lost);
  });

  it("keep the largest amounts that can be read, and lose nothing with a price, a price unit or a rate", () => {
    const fits: EccRow = { ...item, NETWR: "9999999999.99", NETPR: "999999999.99", PEINH: "10000", MENGE: "1000000000.000" };
    expect(whole([fits], [ekkn("GOOD")])).toEqual([["posted", "00010", 999_999_999_999n]]);
    expect(whole([{ ...item, NETWR: "-999999999.99" }], [ekkn("GOOD")])).toEqual([["posted", "00010", -99_999_999_999n]]);
    expect(whole([item], [ekkn("GOOD")], { WAERS: "KRW", WKURS: "-1325.40000" })).toEqual([["po-currency", "00010", 10_000n]]);
  });
});

describe("cost lines", () => {
  const document: EccRow = { BUKRS: "1000", BELNR: "1", GJAHR: "2026", BUDAT: "20260301" };
  const key: EccRow = { BUKRS: "1000", BELNR: "1", GJAHR: "2026" };
  const order: Rows = {
    EKKO: [
      { EBELN: "45", BUKRS: "1000", BSTYP: "F", LIFNR: "V1", WAERS: "USD", BEDAT: "20260101" },
      { EBELN: "46", BUKRS: "1000", BSTYP: "F", LIFNR: "V1", WAERS: "EUR", BEDAT: "20260101" },
      { EBELN: "47", BUKRS: "1000", BSTYP: "F", LIFNR: "V1", WAERS: "USD", BEDAT: "20260101" },
    ],
    EKPO: [
      { EBELN: "45", EBELP: "00010", NETWR: "1.00", WERKS: "1001" },
      { EBELN: "45", EBELP: "00020", NETWR: "1.00", WERKS: "1001", LOEKZ: "L" },
      { EBELN: "46", EBELP: "00010", NETWR: "1.00", WERKS: "1001" },
      { EBELN: "47", EBELP: "00010", NETWR: "10000000000.00", WERKS: "1001", LOEKZ: "L" },
      { EBELN: "47", EBELP: "00020", NETWR: "1.00", WERKS: "1001" },
    ],
  };
  const line = (facts: EccRow): EccRow => ({ ...key, SHKZG: "S", DMBTR: "5.00", HKONT: "400", KOSTL: "GOOD", ...facts });
  const counter = (lifnr?: string, dmbtr = "5.00"): EccRow => ({
    ...key,
    SHKZG: "H",
    DMBTR: dmbtr,
    HKONT: "160",
    ...(lifnr === undefined ? {} : { KOART: "K", LIFNR: lifnr }),
  });
  const first = (facts: EccRow, change: { document?: EccRow; others?: readonly EccRow[] } = {}): string => {
    const lines = [line(facts), ...(change.others ?? [counter()])];
    const [atom] = judge({ ...order, BKPF: [{ ...document, ...change.document }], BSEG: lines }).costs;
    return atom === undefined ? "no atom" : reasonOf(atom.verdict);
  };
  it.each<[string, EccRow, Parameters<typeof first>[1]]>([
    ["posted", {}, {}],
    ["cost-document-status", {}, { document: { BSTAT: "D" }, others: [] }],
    ["posted", {}, { document: { BSTAT: "B" } }],
    ["document-unbalanced", { KTOSL: "WRX" }, { others: [] }],
    ["amount-overflow", { DMBTR: "10000000000.00" }, { others: [counter(undefined, "10000000000.00")] }],
    ["posted", { DMBTR: "9999999999.99" }, { others: [counter(undefined, "9999999999.99")] }],
    ["cost-grir-clearing", { KTOSL: "WRX", UMSKZ: "A" }, {}],
    ["cost-down-payment", { UMSKZ: "A", KOSTL: "" }, {}],
    ["cost-without-object", { KOSTL: "", HKONT: "800", PROJK: "00000000" }, {}],
    ["cost-not-primary", { HKONT: "800", EBELN: "45", EBELP: "00010" }, {}],
    ["cost-not-primary", {}, { document: { BUDAT: "20270101" } }],
    ["cost-commitment", { EBELN: "45", EBELP: "00010", KOSTL: "NOWHERE" }, {}],
    ["posted", { EBELN: "45", EBELP: "00020" }, {}],
    ["cost-purchase-order-undecided", { EBELN: "46", EBELP: "00010" }, {}],
    ["cost-purchase-order-undecided", { EBELN: "99", EBELP: "00010" }, {}],
    ["cost-purchase-order-undecided", { EBELN: "47", EBELP: "00010" }, {}],
    ["cost-purchase-order-undecided", { EBELN: "47", EBELP: "00020" }, {}],
    ["mapping-no-rule", { KOSTL: "NOWHERE" }, { others: [counter("V9")] }],
    ["project-not-permitted", { KOSTL: "HIDDEN" }, {}],
    ["budget-code-missing", { KOSTL: "NOCODE" }, { others: [counter("V9")] }],
    ["posted", {}, { others: [counter("V2")] }],
    ["cost-vendor-not-in-procore", {}, { others: [counter("V9")] }],
    ["posted", {}, { others: [counter("V1")] }],
    ["posted", {}, { others: [counter("V2", "2.00"), counter("V1", "3.00")] }],
    ["posted", { KOSTL: "LABOR" }, { others: [counter("V9")] }],
    ["posted", { PROJK: "00000001", KOSTL: "NOWHERE" }, {}],
    ["posted", { PROJK: "00000002", KOSTL: "GOOD" }, {}],
    ["posted", { AUFNR: "A1", KOSTL: "NOWHERE" }, {}],
    ["mapping-no-rule", { AUFNR: "A2" }, {}],
    ["posted", { AUFNR: "A3" }, {}],
    ["posted", { NPLNR: "N1", AUFPL: "1", APLZL: "1", AUFNR: "A2", KOSTL: "" }, {}],
    ["posted", { NPLNR: "000000000009", AUFPL: "1", APLZL: "2", KOSTL: "" }, {}],
  ])("%s for %o with %o", (expected, facts, change) => {
    expect(first(facts, change)).toBe(expected);
  });

  it("count once where the document has none, with the balance of what is there", () => {
    const lone = judge({ BKPF: [document, { ...document, BELNR: "2", BSTAT: "V" }], BSEG: [] }).costs;
    expect(lone.map((atom) => [reasonOf(atom.verdict), atom.money.minor])).toEqual([
      ["document-without-lines", 0n],
      ["cost-document-status", 0n],
    ]);
    const cut = judge({ BKPF: [document], BSEG: [line({}), line({ SHKZG: "H", DMBTR: "3.00" })] }).costs;
    expect(cut.map((atom) => [reasonOf(atom.verdict), atom.money.minor])).toEqual([["document-unbalanced", 200n]]);
  });
});
