import { describe, expect, it } from "vitest";
import { compileMapping, type MappingRule } from "../mapping/index.ts";
import { companyParty } from "../matching/index.ts";
import type { VendorRecord } from "../records/index.ts";
import { firstReadHours, hoursText } from "./estimate.ts";
import type { ProcoreFacts, ProjectFact, SapFacts, SpendLine, TableFact } from "./facts.ts";
import { type FitExpectation, judgeFit } from "./judge.ts";

const any = { kind: "any" } as const;
const rule = (object: string, costType = "M"): MappingRule => ({
  name: `rule ${object}`,
  companyCode: any,
  objectKind: "wbs",
  object: { kind: "exact", value: object },
  account: any,
  materialGroup: any,
  target: { project: "P1", costCode: "03", costType },
});

function expected(rules: readonly MappingRule[] = [rule("W1")]): FitExpectation {
  const mapping = compileMapping(rules);
  if (!mapping.ok) throw new Error("a mapping that does not compile");
  return {
    sap: { systemId: "S01", client: "100" },
    procore: { rules, defaultCurrency: "USD", periodsHold: true, budgetCodesHold: () => true },
    money: { mapping: mapping.value, payrollCostTypes: new Set(["L"]), negativeInvoices: "hold" },
    twins: {
      scope: { accountGroups: ["KRED"], companyCodes: [] },
      matching: { adoptFrom: 100, askFrom: 40, lead: 20, inactive: "ask" },
    },
  };
}

const line = (changed: Partial<SpendLine> = {}): SpendLine => ({
  companyCode: "1000",
  objectKind: "wbs",
  object: "W1",
  account: "0000400000",
  day: "20260901",
  currency: "USD",
  source: "bseg",
  transaction: "",
  category: "1",
  isCommitment: false,
  lines: 1,
  sizeMinor: "10000",
  ...changed,
});
const spendOf = (...lines: SpendLine[]) => ({
  from: "2026-08-01",
  until: "2026-09-05",
  isWhole: true,
  documents: lines.length,
  rejected: 0,
  lines,
});

const bseg: TableFact = { table: "BSEG", state: "readable", reader: "RFC_READ_TABLE", rows: { rows: 3_000, how: "counted" } };
const sap: SapFacts = {
  version: 1,
  takenAt: "2026-09-05T00:00:00.000Z",
  scope: { companyCodes: [], costSources: {}, costsFrom: "", zoneMinutes: [60, 120] },
  system: {
    systemId: "S01",
    client: "100",
    user: "RFC",
    release: "731",
    kernel: "721",
    host: "ecc",
    database: "ORACLE",
    isUnicodeSafe: true,
    timeZoneSeconds: 3_600,
  },
  readers: [{ reader: "RFC_READ_TABLE", isPresent: true, why: "" }],
  tables: [bseg],
  samples: [],
  vendors: { isWhole: true, records: [] },
  spend: spendOf(line()),
  load: { calls: 1, rows: 1, milliseconds: 1 },
  trouble: [],
  skipped: [],
};

type Found = Extract<ProjectFact, { state: "found" }>;
const project: Found = {
  name: "P1",
  state: "found",
  id: 1,
  title: "Tower",
  tools: [{ tool: "direct costs", state: "answers", rows: 0, isWhole: true }],
  currency: "USD",
  hasOpenPeriod: true,
  budgetCodes: ["03.M", "03.L"],
};
const procore: ProcoreFacts = {
  takenAt: "2026-09-05T00:00:00.000Z",
  company: { id: 7, name: "Ridge" },
  permittedProjects: 1,
  projects: [project],
  directory: { isWhole: true, companies: [] },
  quota: { hourly: 600, spike: 25, isKnown: false },
  calls: 9,
  trouble: [],
  skipped: [],
};

type Given = { sap?: Partial<SapFacts>; procore?: Partial<ProcoreFacts>; rules?: readonly MappingRule[] };
const judge = ({ sap: s = {}, procore: p = {}, rules }: Given = {}) =>
  judgeFit({ sap: { ...sap, ...s }, procore: { ...procore, ...p }, leftOut: [] }, expected(rules));
const codes = (given: Given) => judge(given).findings.map(({ code, severity, owner }) => `${severity} ${code} ${owner}`);
const foundOf = (changed: Partial<Found>): Given => ({ procore: { projects: [{ ...project, ...changed }] } });
const refused = (table: string, barrier: Extract<TableFact, { state: "refused" }>["barrier"]): TableFact => ({
  table,
  state: "refused",
  barrier,
  code: barrier === "policy" ? "sap.policy" : "sap.not-authorised",
  key: "NOT_AUTHORIZED",
  detail: "",
});

describe("the verdict", () => {
  it("is go where nothing has to be mended", () => {
    const { verdict, findings } = judge();
    expect(verdict).toBe("go");
    expect(findings.filter(({ severity }) => severity !== "go")).toEqual([]);
  });

  it("is undecided where a half, the tables, the projects or the spend were not looked at; never go", () => {
    expect(judgeFit({ procore, leftOut: [{ what: "SAP", why: "no password" }] }, expected())).toMatchObject({
      verdict: "undecided",
      skipped: [{ what: "SAP" }],
    });
    expect(judgeFit({ sap, leftOut: [] }, expected()).verdict).toBe("undecided");
    expect(judge({ sap: { tables: [] } }).verdict).toBe("undecided");
    expect(judge({ sap: { skipped: [{ what: "table BSEG", why: "" }] } }).verdict).toBe("undecided");
    expect(judge({ sap: { skipped: [{ what: "tables of costs through SAP Gateway", why: "" }] } }).verdict).toBe("undecided");
    expect(judge({ sap: { skipped: [{ what: "rows of BKPF", why: "" }] } }).verdict).toBe("go");
    expect(judge({ sap: { spend: undefined } }).verdict).toBe("undecided");
    expect(judge({ sap: { spend: { ...spendOf(), isWhole: false } } }).verdict).toBe("undecided");
    expect(judge({ sap: { spend: spendOf() } }).verdict).toBe("go");
    expect(judge(foundOf({ tools: [{ tool: "direct costs", state: "skipped" }] })).verdict).toBe("undecided");
  });

  it("is no-go for what the parts that were seen already forbid", () => {
    const { verdict } = judgeFit({ sap: { ...sap, tables: [refused("BSEG", "table-right")] }, leftOut: [] }, expected());
    expect(verdict).toBe("no-go");
  });

  it("puts the gravest first", () => {
    const severities = judge({
      sap: { tables: [bseg, refused("EKKO", "table-right"), refused("CDHDR", "table-right")] },
    }).findings.map(({ severity }) => severity);
    expect(severities.slice(0, 2)).toEqual(["no-go", "warn"]);
  });
});

describe("SAP's half", () => {
  it.each([
    ["BSEG", "table-right", "no-go sap-table-not-authorised sap-basis"],
    // Whole sweeps replace change documents.
    ["CDHDR", "table-right", "warn sap-table-not-authorised sap-basis"],
    // A part that our own policy keeps away is unknown; SAP's refusal of it stops the flow.
    ["ADRC", "policy", "warn sap-table-policy integration-owner"],
    ["ADRC", "table-right", "no-go sap-table-not-authorised sap-basis"],
    ["EKKO", "policy", "no-go sap-table-policy integration-owner"],
    ["EKBE_MA", "no-reader", "warn sap-no-reader sap-basis"],
    ["EKKO", "no-reader", "no-go sap-no-reader sap-basis"],
    ["RSEG", "function-right", "no-go sap-function-not-authorised sap-basis"],
    ["RSEG", "field", "no-go sap-fields-missing integration-owner"],
    ["RSEG", "other", "no-go sap-table-unreadable sap-basis"],
  ] as const)("names who mends %s behind %s", (table, barrier, code) => {
    expect(codes({ sap: { tables: [bseg, refused(table, barrier)] } })).toContain(code);
  });

  it("names object and table for Basis", () => {
    const [first] = judge({ sap: { tables: [refused("BSEG", "table-right"), refused("EKKO", "table-right")] } }).findings;
    expect(first?.evidence[0]).toContain("S_TABU_NAM BSEG");
    expect(first?.fix).toMatch(/S_TABU_NAM with ACTVT 03 and TABLE BSEG, EKKO.*S_TABU_DIS.*DICBERCLS/s);
  });

  it("says no where the system is another, or was not reached", () => {
    expect(codes({ sap: { system: { ...(sap.system as NonNullable<SapFacts["system"]>), systemId: "Q01" } } })).toContain(
      "no-go sap-other-system integration-owner",
    );
    const trouble = [{ what: "the SAP system", code: "sap.logon", place: "https://ecc", detail: "" }] as const;
    expect(codes({ sap: { system: undefined, tables: [], trouble } })).toContain("no-go sap.logon sap-basis");
    // Reached, and one look failed: no verdict on the whole.
    expect(codes({ sap: { trouble: [{ ...trouble[0], what: "recent invoices", code: "sap.dump" }] } })).toContain(
      "warn sap.dump sap-basis",
    );
  });

  it("compares the time zone with its winter and its summer", () => {
    const at = (timeZoneSeconds: number) => ({
      sap: { system: { ...(sap.system as NonNullable<SapFacts["system"]>), timeZoneSeconds } },
    });
    expect(codes(at(7_200)).join()).not.toContain("time-zone");
    expect(codes(at(0))).toContain("warn sap-time-zone integration-owner");
  });

  it("says no where nothing reads tables", () => {
    expect(codes({ sap: { readers: [{ reader: "RFC_READ_TABLE", isPresent: false, why: "no" }] } })).toContain(
      "no-go sap-no-reader sap-basis",
    );
  });

  it("estimates hours by measured speed and counted rows, as a range", () => {
    const samples = [
      { what: "slow", rows: 1_000, milliseconds: 3_600 },
      { what: "fast", rows: 2_000, milliseconds: 3_600 },
      { what: "too few to measure by", rows: 10, milliseconds: 1 },
    ];
    const tables: TableFact[] = [{ ...bseg, rows: { rows: 12_000_000, how: "counted" } } as TableFact];
    expect(firstReadHours({ ...sap, tables, samples })).toEqual({ low: 2, high: 12 });
    expect(hoursText({ low: 2, high: 12 })).toBe("2.0 to 12.0 hours");
    expect(hoursText({ low: 0.001, high: 0.01 })).toBe("under 0.1 hours");
    expect(firstReadHours({ ...sap, samples: [] })).toBeUndefined();
  });
});

describe("Procore's half", () => {
  it.each<[string, Given, string]>([
    [
      "a project that is not seen beside one that is",
      { procore: { projects: [project, { name: "P2", state: "absent" }] } },
      "warn procore-project-absent procore-admin",
    ],
    ["all of them", { procore: { projects: [{ name: "P1", state: "absent" }] } }, "no-go procore-project-absent procore-admin"],
    [
      "two of one name",
      { procore: { projects: [project, { name: "P2", state: "ambiguous", ids: [1, 2] }] } },
      "warn procore-project-ambiguous integration-owner",
    ],
    ["a mapping to nowhere", { procore: { projects: [] } }, "no-go mapping-empty integration-owner"],
    ["no open period", foundOf({ hasOpenPeriod: false }), "warn procore-no-billing-period project-manager"],
    ["no budget code", foundOf({ budgetCodes: [] }), "warn procore-budget-code-missing project-manager"],
    [
      "contracts by hand",
      foundOf({ contracts: { own: 0, foreign: 0, byHand: 2, examples: ["PO-7"] } }),
      "warn procore-contracts-by-hand project-manager",
    ],
    [
      "contracts of another system",
      foundOf({ contracts: { own: 0, foreign: 1, byHand: 0, examples: ["PO-7"] } }),
      "warn procore-contracts-foreign integration-owner",
    ],
    [
      "trouble with a token",
      {
        procore: {
          company: undefined,
          projects: undefined,
          trouble: [{ what: "the Procore company", code: "procore.token", place: "", detail: "" }],
        },
      },
      "no-go procore.token procore-admin",
    ],
  ])("tells of %s", (_, given, code) => {
    expect(codes(given)).toContain(code);
  });

  it("says no to a tool that is refused everywhere, and warns where one project lacks it, with the permission to give", () => {
    const refusing: Found = {
      ...project,
      name: "P2",
      id: 2,
      tools: [
        { tool: "direct costs", state: "refused", code: "procore.project-not-permitted", status: 403, detail: "no access" },
      ],
    };
    const [some] = judge({ procore: { projects: [project, refusing] } }).findings;
    expect(some).toMatchObject({ code: "procore-tool-refused", severity: "warn", evidence: ["P2 (id 2): 403 no access"] });
    expect(some?.fix).toContain("Direct Costs: Standard");
    expect(codes({ procore: { projects: [refusing] } })).toContain("no-go procore-tool-refused procore-admin");
  });

  it("asks for a currency only where neither Procore nor the configuration has one", () => {
    const facts = { sap, procore: { ...procore, projects: [{ ...project, currency: "" }] }, leftOut: [] };
    const without = expected();
    const judged = judgeFit(facts, { ...without, procore: { ...without.procore, defaultCurrency: "" } });
    expect(judged.findings.map(({ code }) => code)).toContain("procore-currency-unknown");
    expect(judgeFit(facts, without).findings.map(({ code }) => code)).not.toContain("procore-currency-unknown");
  });
});

describe("money", () => {
  it("counts what no rule places, without commitment cost", () => {
    const placed = line({ sizeMinor: "9400" });
    const open = line({ object: "W9", sizeMinor: "600" });
    expect(codes({ sap: { spend: spendOf(placed, open) } })).toContain("warn mapping-unmapped-spend accountant");
    expect(codes({ sap: { spend: spendOf(placed, { ...open, isCommitment: true }) } })).toContain(
      "go mapping-unmapped-spend accountant",
    );
    expect(codes({ sap: { spend: spendOf(open) } })).toContain("no-go mapping-unmapped-spend accountant");
  });

  it("says what BSEG alone would miss, by kind, and keeps still below a percent", () => {
    const coin = line({ source: "coep", transaction: "COIN", sizeMinor: "9000" });
    const labour = line({ source: "coep", transaction: "RKL", category: "43", sizeMinor: "1000" });
    const [found] = judge({ sap: { controlling: spendOf(coin, labour) } }).findings;
    expect(found).toMatchObject({ code: "cost-source-misses", severity: "warn", owner: "accountant" });
    expect(found?.evidence).toEqual([
      "company code 1000: 10.0 % of its cost in documents entered 2026-08-01 to 2026-09-05",
      "RKL (activity allocation, such as labour from time sheets): 10.00 USD",
    ]);
    expect(codes({ sap: { controlling: spendOf(coin, { ...labour, sizeMinor: "80" }) } }).join()).not.toContain(
      "cost-source-misses",
    );
  });

  it("finds payroll and time sheets on one object", () => {
    const payroll = line({ source: "coep", transaction: "COIN", object: "WL" });
    const hours = line({ source: "coep", transaction: "RKL", category: "43", object: "WL" });
    const rules = [rule("W1"), rule("WL", "L")];
    expect(codes({ rules, sap: { spend: spendOf(payroll, hours) } })).toContain("warn cost-labour-twice accountant");
    expect(codes({ rules, sap: { spend: spendOf({ ...payroll, object: "W1" }, hours) } }).join()).not.toContain("labour-twice");
  });

  it("tells cost in another currency than its project's", () => {
    expect(codes({ sap: { spend: spendOf(line({ currency: "CAD" })) } })).toContain("warn cost-currency-differs accountant");
  });

  it("counts credit memos that would be held", () => {
    const invoices = { from: "", until: "", isWhole: true, invoices: 8, creditMemos: 2, cancelled: 1 };
    expect(codes({ sap: { invoices } })).toContain("go invoice-credits-held integration-owner");
  });
});

describe("vendors", () => {
  const vendor = (key: string, name: string, accountGroup = "KRED"): VendorRecord => ({
    kind: "vendor",
    key,
    accountGroup,
    isOneTime: false,
    names: [name],
    street: "1 Main St",
    city: "Austin",
    postalCode: "73301",
    region: "TX",
    country: "US",
    phone: "512 555 0100",
    fax: "",
    email: "",
    taxNumber2: "",
    vatId: "",
    isDeleted: false,
    isBlocked: false,
    isPurchasingBlocked: false,
    companies: [{ companyCode: "1000", isDeleted: false, isBlocked: false, paymentTerms: "" }],
  });
  const company = (name: string, originId = "") =>
    companyParty(
      { id: 5, name, tradeName: null, address: "1 Main St", city: "Austin", zip: "73301", countryCode: "US", businessPhone: "(512) 555-0100", emailAddress: null, originCode: null, businessRegister: null },
      { isActive: true, link: originId === "" ? { kind: "free" } : { kind: "foreign", originId } },
    ); // biome-ignore format: rows
  const given = (name: string, originId: string, group?: string): Given => ({
    sap: { vendors: { isWhole: true, records: [vendor("0000000001", "Old Mill Lumber Inc", group)] } },
    procore: { directory: { isWhole: true, companies: [company(name, originId)] } },
  });

  it("are matched as a run would, in scope only; a foreign link is told and asked about", () => {
    expect(judge(given("Old Mill Lumber Inc", "")).twins).toMatchObject({ inScope: 1, adopt: 1, ask: 0 });
    expect(codes(given("Old Mill Lumber Inc", "ERP.9"))).toEqual(
      expect.arrayContaining(["warn procore-vendors-foreign integration-owner", "warn vendors-probable-twins procore-admin"]),
    );
    expect(judge(given("Old Mill Lumber Inc", "", "EMPL")).twins).toMatchObject({ inScope: 0, adopt: 0 });
  });
});
