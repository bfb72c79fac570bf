import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { desiredContracts } from "../desired/contract.ts";
import { compileMapping } from "../mapping/index.ts";
import { sum } from "../money.ts";
import type { PurchaseOrderItem, PurchaseOrderRecord } from "../records/index.ts";
import { decidePurchaseOrder, type PurchaseOrderContext, shareItem } from "./purchase-order.ts";
import type { ProcoreView } from "./target.ts";

const item = (number: string, change: Partial<PurchaseOrderItem> = {}): PurchaseOrderItem => ({
  item: number,
  deletion: "",
  description: "Rebar",
  material: "",
  materialGroup: "",
  plant: "P1",
  quantity: "1",
  unit: "EA",
  netPrice: "1.00",
  priceUnit: "1",
  netValue: "100.00",
  nonDeductibleTax: "",
  itemCategory: "",
  accountAssignmentCategory: "P",
  distribution: "",
  isReturn: false,
  isDeliveryComplete: false,
  isFinallyInvoiced: false,
  assignments: [{ assignment: "01", quantity: "1", percent: "", netValue: "", account: "", object: { kind: "wbs", key: "A" } }],
  ...change,
});

const order = (items: readonly PurchaseOrderItem[], change: Partial<PurchaseOrderRecord> = {}): PurchaseOrderRecord => ({
  kind: "purchase-order",
  key: "4500000001",
  companyCode: "1000",
  category: "F",
  documentType: "NB",
  vendor: "0000100001",
  supplyingPlant: "",
  isIncomplete: false,
  deletion: "",
  currency: "USD",
  exchangeRate: "1",
  companyCurrency: "USD",
  documentDate: "20260101",
  createdOn: "20260101",
  paymentTerms: "",
  isReleasePending: false,
  yourReference: "",
  items,
  ...change,
});

const view: ProcoreView = {
  projectByNumber: (number) => (number === "X" ? undefined : { id: number === "ONE" ? 1 : 2, number, currency: "USD" }),
  budgetCode: (project, costCode) => (costCode === "none" ? undefined : project * 10),
};

function mappingOf(rules: Readonly<Record<string, { project: string; costCode?: string }>>) {
  const compiled = compileMapping(
    Object.entries(rules).map(([object, { project, costCode = "01" }]) => ({
      name: object,
      objectKind: object.startsWith("plant:") ? ("plant" as const) : ("wbs" as const),
      object: { kind: "exact", value: object.replace("plant:", "") } as const,
      account: { kind: "any" },
      companyCode: { kind: "any" },
      materialGroup: { kind: "any" },
      target: { project, costCode, costType: "M" },
    })),
  );
  if (!compiled.ok) throw new Error("mapping");
  return compiled.value;
}

const context = (change: Partial<PurchaseOrderContext> = {}): PurchaseOrderContext => ({
  mapping: mappingOf({
    A: { project: "ONE" },
    B: { project: "TWO" },
    X: { project: "X" },
    N: { project: "ONE", costCode: "none" },
    "plant:P1": { project: "TWO" },
  }),
  view,
  foreignCurrency: "hold",
  contractRate: "procore",
  companyCodes: [],
  isVendorInProcore: () => true,
  firstTarget: () => undefined,
  isPosted: () => false,
  ...change,
});

function dispositions(given: PurchaseOrderRecord, change: Partial<PurchaseOrderContext> = {}): string[] {
  const decided = decidePurchaseOrder(given, context(change));
  if (!decided.ok) throw new Error(JSON.stringify(decided.error));
  return decided.value.map(({ decision }) =>
    decision.disposition === "excluded" ? decision.rule : decision.disposition === "held" ? decision.hold : decision.disposition,
  );
}

const on = (object: string, change: Partial<PurchaseOrderItem["assignments"][number]> = {}) => ({
  assignment: "01",
  quantity: "1",
  percent: "",
  netValue: "",
  account: "",
  object: { kind: "wbs" as const, key: object },
  ...change,
});

describe("scope (ruling 10)", () => {
  it("names the rule that leaves an order out", () => {
    expect(dispositions(order([item("00010")], { category: "K" }))).toEqual(["po-not-a-purchase-order"]);
    expect(dispositions(order([item("00010")], { isIncomplete: true }))).toEqual(["po-incomplete"]);
    expect(dispositions(order([item("00010")], { documentType: "UB" }))).toEqual(["po-stock-transfer"]);
    expect(dispositions(order([item("00010")], { supplyingPlant: "P2" }))).toEqual(["po-stock-transfer"]);
    expect(dispositions(order([item("00010", { deletion: "L" }), item("00020")]))).toEqual(["po-item-deleted", "planned"]);
    expect(dispositions(order([item("00010", { deletion: "S" })]))).toEqual(["po-item-blocked"]);
    expect(dispositions(order([item("00010")]), { companyCodes: ["2000"] })).toEqual(["po-company-code-out-of-scope"]);
  });

  it("counts an order without items once", () => {
    expect(dispositions(order([], { isIncomplete: true }))).toEqual(["po-incomplete"]);
    expect(() => dispositions(order([]))).toThrow("Assertion failed");
  });
});

describe("place (rulings 2, 11, 25, 27)", () => {
  it("leaves out what a person ignored, unless it is in Procore or may be", () => {
    const ignored = () => "ignored by jane" as const;
    expect(dispositions(order([item("00010")]), { ignored })).toEqual(["ignored by jane"]);
    expect(dispositions(order([item("00010")]), { ignored, isPosted: () => true })).toEqual(["planned"]);
  });

  it("holds with the first reason that a person should mend", () => {
    expect(dispositions(order([item("00010", { accountAssignmentCategory: "U" })]))).toEqual(["po-unknown-assignment"]);
    expect(dispositions(order([item("00010", { assignments: [on("?")] })]))).toEqual(["mapping-no-rule"]);
    expect(dispositions(order([item("00010", { assignments: [on("X")] })]))).toEqual(["project-not-permitted"]);
    expect(dispositions(order([item("00010", { assignments: [on("N")] })]))).toEqual(["budget-code-missing"]);
    expect(dispositions(order([item("00010")], { currency: "EUR" }))).toEqual(["po-currency"]);
    expect(dispositions(order([item("00010")]), { isVendorInProcore: () => false })).toEqual(["po-vendor-not-in-procore"]);
  });

  it("takes the plant where nothing is assigned", () => {
    const decided = decidePurchaseOrder(order([item("00010", { assignments: [] })]), context());
    expect(decided.ok && decided.value[0]?.target?.project.number).toBe("TWO");
  });

  it("keeps a line's first mapping", () => {
    const first = {
      project: { id: 9, number: "OLD", currency: "USD" },
      budgetCodeId: 90,
      costCode: "01",
      costType: "M",
      rule: "old",
    };
    const decided = decidePurchaseOrder(order([item("00010")]), context({ firstTarget: () => first }));
    expect(decided.ok && decided.value[0]?.target).toEqual(first);
  });

  it("converts by the order's rate where the policy says so, direct and indirect", () => {
    const change = { foreignCurrency: "purchase-order-rate" as const };
    const direct = decidePurchaseOrder(order([item("00010")], { currency: "EUR", exchangeRate: "1.10000" }), context(change));
    expect(direct.ok && direct.value[0]?.contractAmount).toEqual({ minor: 11_000n, currency: "USD" });
    const indirect = decidePurchaseOrder(order([item("00010")], { currency: "SAR", exchangeRate: "-3.74340" }), context(change));
    expect(indirect.ok && indirect.value[0]?.contractAmount).toEqual({ minor: 2671n, currency: "USD" });
    expect(dispositions(order([item("00010")], { currency: "EUR", exchangeRate: "0" }), change)).toEqual(["po-currency"]);
    expect(dispositions(order([item("00010")], { currency: "EUR", companyCurrency: "CAD" }), change)).toEqual(["po-currency"]);
  });
});

describe("money (rulings 10 and 12)", () => {
  it("adds non-deductible tax and makes returns negative", () => {
    const decided = decidePurchaseOrder(order([item("00010", { nonDeductibleTax: "7.00", isReturn: true })]), context());
    expect(decided.ok && decided.value[0]?.amount.minor).toBe(-10_700n);
  });

  it("shares an item among its assignments without losing a cent, by quantity or percent", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 999_999 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), weights, fc.boolean(), (minor, shares, byPercent) => {
        const text = `${minor < 0n ? "-" : ""}${(minor < 0n ? -minor : minor)
          .toString()
          .padStart(3, "0")
          .replace(/(\d\d)$/, ".$1")}`;
        const assignments = shares.map((share, index) => {
          const number = String(index + 1).padStart(2, "0");
          return on("A", {
            assignment: number,
            quantity: byPercent ? "0" : `${share}.5`,
            percent: byPercent ? `${share}.5` : "0",
          });
        });
        const split = shareItem(item("00010", { netValue: text, distribution: byPercent ? "2" : "1", assignments }), "USD");
        expect(split.ok && sum(split.value, "USD").minor).toBe(minor);
      }),
    );
  });

  it("names an amount that is none", () => {
    expect(decidePurchaseOrder(order([item("00010", { netValue: "1.005" })]), context())).toMatchObject({
      ok: false,
      error: { item: "00010", field: "NETWR" },
    });
  });
});

describe("contracts (rulings 1, 10, 13)", () => {
  it("are one per project, with a line per item and assignment", () => {
    const items = [item("00010"), item("00020", { assignments: [on("B")] }), item("00030", { assignments: [on("?")] })];
    const decided = decidePurchaseOrder(order(items, { isReleasePending: true }), context());
    if (!decided.ok) throw new Error("decided");
    const contracts = desiredContracts(
      { systemId: "S01", client: "100" },
      order(items, { isReleasePending: true }),
      decided.value,
    );
    if (!contracts.ok) throw new Error("contracts");
    expect(
      contracts.value.map((contract) => [contract.originId, contract.status, contract.lines.map((line) => line.originId)]),
    ).toEqual([
      ["S01.100.PO.4500000001.1", "Draft", ["S01.100.PL.4500000001.00010.01.1"]],
      ["S01.100.PO.4500000001.2", "Draft", ["S01.100.PL.4500000001.00020.01.2"]],
    ]);
    expect(contracts.value[0]?.lines[0]?.body).toMatchObject({ amount: "100.00", extended_type: "manual", wbs_code_id: 10 });
  });
});

describe("what falls to what has been invoiced (ruling 15)", () => {
  const history = (category: string, amount: string, assignment = "00") => ({ category, assignment, quantity: "0", amount });
  const invoiced = [history("1", "100.00"), history("2", "60.00"), history("3", "-1.50")];
  const amountsOf = (given: PurchaseOrderRecord, change: Partial<PurchaseOrderContext> = {}) => {
    const decided = decidePurchaseOrder(given, context(change));
    if (!decided.ok) throw new Error(decided.error.field);
    return decided.value.map(({ contractAmount, amount, decision }) => [
      decision.disposition === "excluded" ? decision.rule : (contractAmount?.minor ?? decision.disposition),
      amount.minor,
    ]);
  };
  const isPosted = () => true;

  it("is an item that is finally invoiced, and one that was deleted after it was posted; its atom keeps SAP's value", () => {
    expect(amountsOf(order([item("00010", { isFinallyInvoiced: true, history: invoiced })]))).toEqual([[5850n, 10000n]]);
    const deleted = order([item("00010", { deletion: "L", history: invoiced })]);
    expect(amountsOf(deleted, { isPosted })).toEqual([[5850n, 10000n]]);
    expect(amountsOf(deleted)).toEqual([["po-item-deleted", 10000n]]);
    expect(amountsOf(order([item("00010", { deletion: "L", history: [] })]), { isPosted })).toEqual([[0n, 10000n]]);
    expect(amountsOf(order([item("00010", { deletion: "S", history: invoiced })]), { isPosted })).toEqual([
      ["po-item-blocked", 10000n],
    ]);
  });

  it("is nothing where the history is not read, has no tax of its own, or cannot tell assignments apart", () => {
    expect(amountsOf(order([item("00010", { isFinallyInvoiced: true })]))).toEqual([[10000n, 10000n]]);
    expect(amountsOf(order([item("00010", { isFinallyInvoiced: true, history: invoiced, nonDeductibleTax: "7.00" })]))).toEqual([
      [10700n, 10700n],
    ]);
    expect(amountsOf(order([item("00010", { deletion: "L" })]), { isPosted })).toEqual([["po-item-deleted", 10000n]]);
    const [one] = item("00010").assignments;
    if (!one) throw new Error("an item without assignment");
    const assignments = [one, { ...one, assignment: "02" }];
    const shared = (rows: typeof invoiced) => order([item("00010", { isFinallyInvoiced: true, assignments, history: rows })]);
    expect(amountsOf(shared(invoiced)).map(([billed]) => billed)).toEqual([5000n, 5000n]);
    expect(amountsOf(shared([history("2", "20.00", "01"), history("2", "30.00", "02")])).map(([billed]) => billed)).toEqual([
      2000n,
      3000n,
    ]);
  });

  it("closes a contract of which all items are gone, and only such", () => {
    const contractOf = (items: readonly PurchaseOrderItem[], change: Partial<PurchaseOrderRecord> = {}) => {
      const given = order(items, change);
      const decided = decidePurchaseOrder(given, context({ isPosted }));
      if (!decided.ok) throw new Error(decided.error.field);
      const made = desiredContracts({ systemId: "S01", client: "100" }, given, decided.value);
      return made.ok && made.value.map(({ status, total }) => [status, total.minor]);
    };
    const gone = item("00010", { deletion: "L", history: invoiced });
    expect(contractOf([gone])).toEqual([["Closed", 5850n]]);
    expect(contractOf([gone, item("00020")])).toEqual([["Approved", 15850n]]);
    expect(contractOf([item("00010", { history: [] })], { deletion: "L" })).toEqual([["Closed", 0n]]);
    expect(contractOf([item("00010", { isFinallyInvoiced: true, history: invoiced })])).toEqual([["Approved", 5850n]]);
  });
});
