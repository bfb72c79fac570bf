import { describe, expect, it } from "vitest";
import { invoiceRecord, itemRecord, invoiceLineRecord as line, lineRecord, orderRecord } from "../../../test/support/records.ts";
import type { Decision } from "../disposition.ts";
import { compileMapping } from "../mapping/index.ts";
import { type CostContext, decideCostLine, type ItemRoute } from "./cost.ts";
import { type CutOver, type CutOverDates, compileCutOver } from "./cut-over.ts";
import { decideInvoice, type InvoiceContext, type OrderLine } from "./invoice.ts";
import { decidePurchaseOrder } from "./purchase-order.ts";

const cutOver = (dates: Partial<CutOverDates>): CutOver => {
  const compiled = compileCutOver({ projects: {}, ...dates });
  if (!compiled) throw new Error("nothing is set");
  return compiled;
};

const wordOf = (decision: Decision) =>
  decision.disposition === "excluded" ? decision.rule : decision.disposition === "held" ? decision.hold : "planned";

const mapping = (() => {
  const base = { companyCode: { kind: "any" }, account: { kind: "any" }, materialGroup: { kind: "any" } } as const;
  const compiled = compileMapping([
    {
      ...base,
      name: "tower",
      objectKind: "wbs",
      object: { kind: "exact", value: "P-1" },
      target: { project: "TOWER", costCode: "03-100", costType: "M" },
    },
  ]);
  if (!compiled.ok) throw new Error("mapping");
  return compiled.value;
})();
const view = { projectByNumber: () => ({ id: 810, number: "TOWER", currency: "USD" }), budgetCode: () => 1 };
/** A project that cannot be seen, and a budget code that is not there. */
const blind = { projectByNumber: () => undefined, budgetCode: () => undefined };

describe("settings", () => {
  it("that say nothing are none", () => {
    expect(compileCutOver({ projects: {} })).toBeUndefined();
  });

  it("of a kind win over those of a project, and a project's over the default's", () => {
    const dates = cutOver({
      default: { date: "2026-01-01", costs: "2026-02-01", systemOfRecord: { costs: "procore" } },
      projects: { TOWER: { date: "2026-03-01", invoices: "2026-04-01", systemOfRecord: { costs: "sap" } } },
    });
    expect((["purchaseOrders", "invoices", "costs"] as const).map((kind) => dates.dateOf(kind, "TOWER"))).toEqual([
      "20260301",
      "20260401",
      "20260301",
    ]);
    expect([dates.dateOf("invoices", "BRIDGE"), dates.dateOf("costs", "BRIDGE")]).toEqual(["20260101", "20260201"]);
    expect([dates.isKeptInProcore("costs", "TOWER"), dates.isKeptInProcore("costs", "BRIDGE")]).toEqual([false, true]);
    expect(dates.isKeptInProcore("invoices", "BRIDGE")).toBe(false);
    // A name that every object has is no project.
    expect(dates.dateOf("costs", "constructor")).toBe("20260201");
  });

  it("let the day itself through, and what is no day", () => {
    const dates = cutOver({ projects: { TOWER: { date: "2026-10-01" } } });
    expect(["20260930", "20261001", "00000000", ""].map((day) => dates.isBefore("costs", "TOWER", day))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(dates.isBefore("costs", "BRIDGE", "19990101")).toBe(false);
  });
});

describe("a cost line", () => {
  const decide = (date: string, dates: CutOver, change: Partial<CostContext> = {}, purchaseOrder = "") =>
    decideCostLine(
      lineRecord("001", "10.00", { purchaseOrder }),
      {
        source: "bseg",
        companyCode: "1000",
        documentNumber: "0100000001",
        fiscalYear: 2026,
        period: 9,
        postingDate: date,
        status: "",
        currency: "USD",
        onlyVendor: "",
      },
      {
        mapping,
        view,
        companyCodes: [],
        itemRoute: () => "undecided",
        vendorPlace: () => "in-procore",
        withoutVendor: "never",
        costClass: () => ({ class: "M", type: "expense" }),
        grouping: "object",
        cutOver: dates,
        ...change,
      },
    );
  const dates = cutOver({ projects: { TOWER: { date: "2026-10-01" } } });

  it("older than the date is in the opening balance of its budget code, whatever Procore shows and whatever its order waits for", () => {
    const opening = { project: "TOWER", budgetCode: "03-100.M", rule: "tower" };
    const excluded = { decision: { disposition: "excluded", rule: "before-cut-over" }, opening };
    expect(decide("20260930", dates)).toEqual(excluded);
    expect(decide("20260930", dates, { view: blind })).toEqual(excluded);
    expect(decide("20260930", dates, {}, "4500000001")).toEqual(excluded);
  });

  it("of the day or later flows, a reversal of an older one too", () => {
    expect(wordOf(decide("20261001", dates).decision)).toBe("planned");
    expect(decide("20261001", dates).opening).toBeUndefined();
    expect(wordOf(decide("20261001", dates, { view: blind }).decision)).toBe("project-not-permitted");
  });

  it("that is no cost is left out as ever, and one that no rule places waits", () => {
    expect(wordOf(decide("20260930", dates, { companyCodes: ["2000"] }).decision)).toBe("cost-company-code-out-of-scope");
    const none = compileMapping([]);
    if (!none.ok) throw new Error("mapping");
    expect(wordOf(decide("20260930", dates, { mapping: none.value }).decision)).toBe("mapping-no-rule");
  });

  it("is left out where Procore is the system of record, unless it is commitment cost anyway", () => {
    const kept = cutOver({ default: { systemOfRecord: { costs: "procore" } } });
    const routed = (route: ItemRoute) => wordOf(decide("20261001", kept, { itemRoute: () => route }, "4500000001").decision);
    expect(wordOf(decide("20261001", kept).decision)).toBe("kept-in-procore");
    expect((["contract-line", "kept-by-hand", "no-contract", "undecided"] as const).map(routed)).toEqual([
      "cost-commitment",
      "commitment-by-hand",
      "kept-in-procore",
      "cost-purchase-order-undecided",
    ]);
  });
});

describe("a purchase order", () => {
  const asked: string[] = [];
  const decide = (said: Decision | undefined, seen: typeof view | typeof blind = view) => {
    const decided = decidePurchaseOrder(orderRecord("4500000001", [itemRecord("00010", "10.00")]), {
      mapping,
      view: seen,
      foreignCurrency: "hold",
      contractRate: "procore",
      companyCodes: [],
      isVendorInProcore: () => true,
      firstTarget: () => undefined,
      isPosted: () => false,
      cutOver: (order, project) => {
        asked.push(`${order.key} ${project}`);
        return said;
      },
    });
    if (!decided.ok) throw new Error(JSON.stringify(decided.error));
    return decided.value.map(({ decision }) => decision);
  };

  it("is asked about by the project that the mapping leads to, before Procore is looked at", () => {
    const said = { disposition: "excluded", rule: "before-cut-over", project: "TOWER" } as const;
    expect(decide(said, blind)).toEqual([said]);
    expect(asked.at(-1)).toBe("4500000001 TOWER");
    expect(decide(undefined).map(wordOf)).toEqual(["planned"]);
  });
});

describe("an invoice line", () => {
  const place = { contract: "S01.100.PO.4500000001.810", line: "L", projectId: 810, currency: "USD" };
  const inContract: OrderLine = { assignment: "01", route: "contract-line", place, project: "TOWER" };
  const contextOf = (change: Partial<InvoiceContext> = {}): InvoiceContext => ({
    order: () => orderRecord("4500000001", [itemRecord("00010", "100.00")]),
    orderLines: () => [inContract],
    isContractReady: () => true,
    unpostedPartner: () => undefined,
    negative: "send",
    retainage: "kept",
    tax: "added",
    cutOver: cutOver({ projects: { TOWER: { date: "2026-10-01" } } }),
    ...change,
  });
  const on = (postingDate: string, change: Partial<InvoiceContext> = {}) =>
    decideInvoice(invoiceRecord("1", [line("000001", "40.00")], { postingDate }), contextOf(change)).map(
      ({ decision }) => decision,
    );

  it("older than the date stays out, in or out of a contract of ours; of the day it is billed", () => {
    const excluded = [{ disposition: "excluded", rule: "before-cut-over", project: "TOWER" }];
    expect(on("20260930")).toEqual(excluded);
    expect(on("20260930", { orderLines: () => [{ assignment: "01", route: "undecided", project: "TOWER" }] })).toEqual(excluded);
    expect(on("20261001").map(wordOf)).toEqual(["planned"]);
  });

  it("of an order that waits and whose project nobody knows waits with it", () => {
    const orderLines = () => [{ assignment: "01", route: "undecided" } as const];
    expect(on("20260930", { orderLines }).map(wordOf)).toEqual(["invoice-purchase-order-undecided"]);
  });

  it("is left out where people keep the contract, or the invoices", () => {
    const orderLines = () => [{ assignment: "01", route: "kept-by-hand", project: "TOWER" } as const];
    expect(on("20261001", { orderLines }).map(wordOf)).toEqual(["commitment-by-hand"]);
    const kept = cutOver({ projects: { TOWER: { systemOfRecord: { invoices: "procore" } } } });
    expect(on("20261001", { cutOver: kept }).map(wordOf)).toEqual(["kept-in-procore"]);
  });

  it("and its cancellation cancel out on one side of the date only: what is in the opening balance stays there", () => {
    const original = invoiceRecord("1", [line("000001", "40.00")], { postingDate: "20260930", cancellation: "2.2026" });
    const cancelling = (postingDate: string) =>
      invoiceRecord("2", [line("000001", "-40.00")], { postingDate, cancellation: "1.2026", isInvoice: false });
    const both = (postingDate: string) =>
      [original, cancelling(postingDate)].map((each, index, pair) =>
        decideInvoice(each, contextOf({ unpostedPartner: () => (index === 0 ? cancelling(postingDate) : pair[0]) })).map(
          ({ decision }) => wordOf(decision),
        ),
      );
    expect(both("20260930")).toEqual([["invoice-cancelled-unposted"], ["invoice-cancelled-unposted"]]);
    expect(both("20261005")).toEqual([["before-cut-over"], ["planned"]]);
  });
});
