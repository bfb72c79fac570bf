import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { desiredDirectCost, type PartMember } from "../desired/direct-cost.ts";
import { compileMapping } from "../mapping/index.ts";
import { formatMoney, parseMoney } from "../money.ts";
import { type CostDocumentRecord, type CostLine, costSourceOf } from "../records/index.ts";
import {
  type CostContext,
  type CostDocumentFacts,
  decideCostLine,
  documentBalance,
  type Grouping,
  type GroupKey,
  onlyVendor,
} from "./cost.ts";

const line = (change: Partial<CostLine> = {}): CostLine => ({
  line: "001",
  account: "0000400000",
  amount: "10.00",
  object: { kind: "cost-center", key: "0000001000" },
  costElementCategory: "1",
  transactionKey: "",
  specialGl: "",
  purchaseOrder: "",
  purchaseOrderItem: "",
  assignment: "",
  vendor: "",
  text: "",
  ...change,
});

const facts = (change: Partial<CostDocumentFacts> = {}): CostDocumentFacts => ({
  source: "bseg",
  companyCode: "1000",
  documentNumber: "0100000001",
  fiscalYear: 2026,
  period: 3,
  postingDate: "20260315",
  status: "",
  currency: "USD",
  onlyVendor: "",
  ...change,
});

const mapping = (() => {
  const base = {
    companyCode: { kind: "any" },
    account: { kind: "any" },
    materialGroup: { kind: "any" },
    objectKind: "cost-center",
  } as const;
  const target = { project: "ONE", costCode: "01", costType: "M" };
  const compiled = compileMapping([
    { ...base, name: "centre", object: { kind: "exact", value: "0000001000" }, target },
    {
      ...base,
      name: "labour",
      object: { kind: "exact", value: "0000001000" },
      account: { kind: "exact", value: "0000600000" },
      target: { ...target, costType: "L" },
    },
    { ...base, name: "no code", object: { kind: "exact", value: "0000003000" }, target: { ...target, costCode: "none" } },
    { ...base, name: "two projects", object: { kind: "exact", value: "0000005000" }, target: { ...target, project: "TWICE" } },
    { ...base, name: "no project", object: { kind: "exact", value: "0000004000" }, target: { ...target, project: "X" } },
  ]);
  if (!compiled.ok) throw new Error("mapping");
  return compiled.value;
})();

const context = (change: Partial<CostContext> = {}): CostContext => ({
  mapping,
  view: {
    projectByNumber: (number) =>
      number === "ONE" ? { id: 1, number, currency: "USD" } : number === "TWICE" ? "ambiguous" : undefined,
    budgetCode: (_project, costCode) => (costCode === "none" ? undefined : 11),
  },
  companyCodes: [],
  itemRoute: (purchaseOrder) => (purchaseOrder === "1" ? "contract-line" : purchaseOrder === "2" ? "no-contract" : "undecided"),
  vendorPlace: (vendor) => (vendor === "0000100001" ? "in-procore" : vendor === "ONETIME" ? "stays-in-sap" : "undecided"),
  withoutVendor: "stays-in-sap",
  grouping: "object",
  costClass: (costType) => (costType === "L" ? { class: "labour", type: "payroll" } : { class: costType, type: "expense" }),
  ...change,
});

function became(given: Partial<CostLine>, document: Partial<CostDocumentFacts> = {}, change: Partial<CostContext> = {}): string {
  const { decision } = decideCostLine(line(given), facts(document), context(change));
  return decision.disposition === "excluded"
    ? decision.rule
    : decision.disposition === "held"
      ? decision.hold
      : decision.disposition;
}

describe("scope (rulings 20 and 21)", () => {
  it("excludes by name", () => {
    expect(became({}, { status: "V" })).toBe("cost-document-status");
    expect(became({}, { status: "A" })).toBe("planned");
    expect(became({}, {}, { companyCodes: ["2000"] })).toBe("cost-company-code-out-of-scope");
    expect(became({ transactionKey: "WRX" })).toBe("cost-grir-clearing");
    expect(became({ specialGl: "A" })).toBe("cost-down-payment");
    const { object: _, ...bare } = line();
    expect(decideCostLine(bare, facts(), context()).decision).toEqual({ disposition: "excluded", rule: "cost-without-object" });
    expect(became({ costElementCategory: "11" })).toBe("cost-not-primary");
    expect(became({ costElementCategory: "" })).toBe("cost-not-primary");
    expect(became({ costElementCategory: "43" }, { source: "faglflexa" })).toBe("cost-not-primary");
  });

  it("takes secondary cost from controlling, and leaves out settlement and what is no cost", () => {
    const fromControlling = (given: Partial<CostLine>) => became(given, { source: "coep" });
    for (const category of ["1", "01", "41", "42", "43"])
      expect(fromControlling({ costElementCategory: category }), category).toBe("planned");
    for (const category of ["21", "22"])
      expect(fromControlling({ costElementCategory: category }), category).toBe("cost-settlement");
    expect(fromControlling({ transactionKey: "KOAO" })).toBe("cost-settlement");
    for (const category of ["", "3", "4", "11", "12", "31"])
      expect(fromControlling({ costElementCategory: category }), category).toBe("cost-no-cost-element");
  });

  it("knows the source by the document number", () => {
    expect(["0100000001", "CO:1000:0200000001", "GL:0L:0100000001"].map(costSourceOf)).toEqual(["bseg", "coep", "faglflexa"]);
    expect(["CO:1", "GL", "CO-1-2"].map(costSourceOf)).toEqual(["bseg", "bseg", "bseg"]);
  });

  it("never posts commitment cost as a direct cost, and waits where the item is undecided", () => {
    expect(became({ purchaseOrder: "1" })).toBe("cost-commitment");
    expect(became({ purchaseOrder: "2" })).toBe("planned");
    expect(became({ purchaseOrder: "3" })).toBe("cost-purchase-order-undecided");
  });
});

describe("place", () => {
  it("holds with the first reason that a person should mend", () => {
    expect(became({ object: { kind: "cost-center", key: "0000009999" } })).toBe("mapping-no-rule");
    expect(became({ object: { kind: "cost-center", key: "0000004000" } })).toBe("project-not-permitted");
    expect(became({ object: { kind: "cost-center", key: "0000005000" } })).toBe("project-ambiguous");
    expect(became({}, { currency: "CAD" })).toBe("cost-currency");
    expect(became({ object: { kind: "cost-center", key: "0000003000" } })).toBe("budget-code-missing");
    expect(became({}, { onlyVendor: "0000100009" })).toBe("cost-vendor-not-in-procore");
  });

  it("groups by class and type: invoices by vendor, payroll without", () => {
    const group = (given: Partial<CostLine>, onlyVendorKey: string) =>
      decideCostLine(line(given), facts({ onlyVendor: onlyVendorKey }), context()).group;
    expect(group({}, "")).toMatchObject({ type: "expense", class: "M", vendor: "" });
    expect(group({}, "0000100001")).toMatchObject({ type: "invoice", vendor: "0000100001" });
    expect(group({ account: "0000600000" }, "0000100009")).toMatchObject({ type: "payroll", class: "labour", vendor: "" });
  });

  const grouped = (grouping: Grouping, change: Partial<CostDocumentFacts> = {}, given: Partial<CostLine> = {}) => {
    const key = decideCostLine(line(given), facts(change), context({ grouping })).group;
    if (!key) throw new Error("no group");
    const member = {
      key: "k",
      amount: { minor: 1n, currency: "USD" },
      postingDate: "20260315",
      budgetCodeId: 1,
      budgetCode: "01.M",
    };
    const cost = desiredDirectCost({ systemId: "S01", client: "100" }, key, 1, [member]);
    if (!cost.ok) throw new Error("cost");
    return { id: cost.value.groupId, description: cost.value.header.description };
  };

  it("groups by cost object and class, and the ids of such groups stay what they were before one could choose", () => {
    expect(grouped("object")).toEqual({ id: "ASNCFBCCEFQTVFRW", description: "SAP 1000 2026.003 1000 M" });
  });

  it("groups by document or by posting day where that is chosen (ruling 22), and says so in Procore", () => {
    const labour = { account: "0000600000" };
    expect(grouped("document").description).toBe("SAP 1000 2026.003 document 100000001");
    expect(grouped("document").id).not.toBe(grouped("document", { documentNumber: "0100000002" }).id);
    expect(grouped("document").id).toBe(grouped("document", { postingDate: "20260316" }).id);
    expect(grouped("day").description).toBe("SAP 1000 2026.003 day 2026-03-15");
    expect(grouped("day").id).not.toBe(grouped("day", { postingDate: "20260316" }).id);
    expect(grouped("day").id).toBe(grouped("day", { documentNumber: "0100000002" }).id);
    // Payroll is another type of direct cost, and a vendor's invoice is of no other vendor.
    for (const grouping of ["document", "day"] as const) {
      expect(grouped(grouping).id).not.toBe(grouped(grouping, {}, labour).id);
      expect(grouped(grouping).id).not.toBe(grouped(grouping, { onlyVendor: "0000100001" }).id);
    }
  });

  it.each([
    ["stays-in-sap", "ONETIME", "expense"],
    ["stays-in-sap", "0000100009", "cost-vendor-not-in-procore"],
    ["stays-in-sap", "0000100001", "invoice"],
    ["never", "ONETIME", "cost-vendor-not-in-procore"],
    ["never", "0000100001", "invoice"],
    ["always", "0000100009", "expense"],
    ["always", "0000100001", "invoice"],
  ] as const)("withoutVendor %s: the cost of %s is %s (ruling 8)", (withoutVendor, vendor, expected) => {
    const { decision, group } = decideCostLine(line(), facts({ onlyVendor: vendor }), context({ withoutVendor }));
    expect(decision.disposition === "held" ? decision.hold : group?.type).toBe(expected);
    // An expense of a vendor that stays in SAP is one with those that never had any: it names none, and is grouped by none.
    if (expected === "expense") expect(group).toEqual(decideCostLine(line(), facts(), context()).group);
  });
});

describe("documents", () => {
  it("have one vendor, or none to speak of", () => {
    expect(onlyVendor([line(), line({ vendor: "V" })])).toBe("V");
    expect(onlyVendor([line({ vendor: "V" }), line({ vendor: "W" })])).toBe("");
    expect(onlyVendor([line()])).toBe("");
  });

  it("balance by their signed amounts", () => {
    const document = {
      lines: [line({ amount: "10.00" }), line({ amount: "-9.99" })],
      currency: "USD",
    } as unknown as CostDocumentRecord;
    expect(documentBalance(document)).toEqual({ ok: true, value: { minor: 1n, currency: "USD" } });
  });
});

describe("a part (ruling 22)", () => {
  const group: GroupKey = {
    companyCode: "1000",
    fiscalYear: 2026,
    period: 3,
    projectId: 1,
    objectKind: "cost-center",
    object: "0000001000",
    class: "M",
    type: "expense",
    currency: "USD",
    vendor: "",
  };
  const member = fc.record({
    key: fc.string(),
    amount: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).map((minor) => ({ minor, currency: "USD" })),
    postingDate: fc.constantFrom("20260301", "20260331"),
    budgetCode: fc.constantFrom("01-100.M", "01-200.M", "01 300.L"),
  });

  it("sums to its members: line, cost and total, whatever the signs", () => {
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 99 }), (given, part) => {
        const members: PartMember[] = given.map((each) => ({ ...each, budgetCodeId: each.budgetCode.length * 7 }));
        const cost = desiredDirectCost({ systemId: "S01", client: "100" }, group, part, members);
        if (!cost.ok) throw new Error("cost");
        const total = members.reduce((sum, each) => sum + each.amount.minor, 0n);
        expect(cost.value.total.minor).toBe(total);
        const sent = cost.value.lines.reduce((sum, each) => {
          const amount = parseMoney(String(each.body.amount), "USD");
          return sum + (amount.ok ? amount.value.minor : 0n);
        }, 0n);
        expect(formatMoney({ minor: sent, currency: "USD" })).toBe(formatMoney({ minor: total, currency: "USD" }));
        expect(new Set(cost.value.lines.map((each) => each.originId)).size).toBe(
          new Set(members.map((each) => each.budgetCode)).size,
        );
      }),
    );
  });

  it("has the same name and reference whenever it is made again, and another one as another part", () => {
    const members: PartMember[] = [
      { key: "k", amount: { minor: 1n, currency: "USD" }, postingDate: "20260301", budgetCodeId: 1, budgetCode: "01.M" },
    ];
    const make = (part: number) => desiredDirectCost({ systemId: "S01", client: "100" }, group, part, members);
    expect(make(1)).toEqual(make(1));
    const [first, second] = [make(1), make(2)];
    expect(
      first.ok && second.ok && first.value.groupId === second.value.groupId && first.value.reference !== second.value.reference,
    ).toBe(true);
  });
});
