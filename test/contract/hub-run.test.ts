// The hub end to end over sockets, with a fake agent and the simulated Procore: what SAP is said to hold arrives once, to the cent, and
// a second run writes nothing.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SourceRecord } from "../../src/core/index.ts";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await bench.close();
});

type Contract = { id: number; number: string; status: string; grand_total: string; origin_id: string; title: string };
type Cost = {
  id: number;
  status: string;
  grand_total?: string;
  amount?: string;
  direct_cost_type: string;
  invoice_number: string | null;
};

const contracts = async () =>
  (await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}&view=extended`)) as Contract[];
const costs = async () => (await bench.get(`/rest/v1.0/projects/${project}/direct_costs`)) as Cost[];

function fill(): void {
  bench.records.vendors = [
    vendorRecord("0000100001"),
    vendorRecord("0000100002", { names: ["twin  & SONS"] }),
    vendorRecord("CPD", { isOneTime: true }),
  ];
  bench.records["purchase-orders"] = [
    orderRecord("4500000001", [
      itemRecord("00010", "100.10"),
      itemRecord("00020", "50.00", { isReturn: true }),
      itemRecord("00030", "7.00", { deletion: "L" }),
    ]),
    orderRecord("4500000002", [itemRecord("00010", "20.00")], { isReleasePending: true }),
    orderRecord("4500000003", [itemRecord("00010", "30.00")], { vendor: "0000100002" }),
    orderRecord("4500000004", [itemRecord("00010", "40.00", { assignments: [] })]),
  ];
  bench.records.costs = [
    documentRecord("0100000001", [lineRecord("001", "200.00"), lineRecord("002", "-0.05"), offsetLine("003", "-199.95")]),
    documentRecord("0100000002", [lineRecord("001", "15.00", { account: "0000500000" }), offsetLine("002", "-15.00")]),
    documentRecord("0100000003", [
      lineRecord("001", "99.00", { purchaseOrder: "4500000001", purchaseOrderItem: "00010", assignment: "01" }),
      offsetLine("002", "-99.00", { vendor: "0000100001" }),
    ]),
    documentRecord("0100000004", [lineRecord("001", "60.00"), offsetLine("002", "-60.00", { vendor: "0000100001" })]),
    documentRecord("0100000005", [
      lineRecord("001", "5.00", { purchaseOrder: "4500000003", purchaseOrderItem: "00010" }),
      offsetLine("002", "-5.00"),
    ]),
    documentRecord("0100000006", [
      lineRecord("001", "1.00", { object: { kind: "wbs", key: "P-9" } }),
      offsetLine("002", "-1.00"),
    ]),
    {
      kind: "rejected",
      flow: "costs",
      key: "1000.0100000007.2026",
      code: "document-unbalanced",
      detail: "",
      balance: "3.00",
      currency: "USD",
      period: "2026.010",
    },
  ];
}

describe("a run", () => {
  it("brings vendors, contracts and direct costs to Procore, holds what cannot go, and then has nothing to do", async () => {
    fill();
    const report = await bench.sync();
    expect(report).toMatchObject({ state: "finished" });
    expect(report.flows.vendors).toMatchObject({
      read: 3,
      created: 1,
      held: { "vendor-twin": { count: 1 } },
      excluded: { "vendor-one-time-account": { count: 1 } },
    });
    expect(report.flows["purchase-orders"]).toMatchObject({
      read: 6,
      held: {
        "po-vendor-not-in-procore": { count: 1, amount: { USD: "30.00" } },
        "mapping-no-rule": { count: 1, amount: { USD: "40.00" } },
      },
      excluded: { "po-item-deleted": { count: 1 } },
      postedAmount: { USD: "70.10" },
    });
    expect(report.flows.costs).toMatchObject({
      held: { "cost-purchase-order-undecided": { count: 1 }, "mapping-no-rule": { count: 1 } },
      rejected: { "document-unbalanced": { count: 1, amount: { USD: "3.00" } } },
      postedAmount: { USD: "274.95" },
    });
    const found = await contracts();
    expect(found.map(({ number, status, grand_total }) => [number, status, Number(grand_total)]).sort()).toEqual([
      ["4500000001", "Approved", 50.1],
      ["4500000002", "Draft", 20],
    ]);
    const posted = await costs();
    expect(posted.map((cost) => [cost.direct_cost_type, cost.status]).sort()).toEqual([
      ["expense", "approved"],
      ["invoice", "approved"],
      ["payroll", "approved"],
    ]);
    const before = await bench.writes();
    // Said before anything was sent, and in calm weather just that.
    expect(Object.values(report.plans).reduce((total, { calls }) => total + calls, 0)).toBe(before);
    const again = await bench.sync();
    expect(again.state).toBe("finished");
    expect(await bench.writes()).toBe(before);
    expect(Object.values(again.plans).reduce((total, { calls }) => total + calls, 0)).toBe(0);
  });

  it("posts the cost of a vendor that stays in SAP as expense without one, and holds it where Procore wants one (ruling 8)", async () => {
    bench.records.vendors = [vendorRecord("CPD", { isOneTime: true })];
    const cost = (number: string, amount: string, vendor: string) =>
      documentRecord(number, [lineRecord("001", amount), offsetLine("002", `-${amount}`, { vendor })]);
    bench.records.costs = [cost("0100000001", "8.00", "CPD"), cost("0100000002", "9.00", "0000100009")];
    await bench.door("/sandbox/switches", { expenseWithoutVendor: false });
    expect((await bench.sync()).flows.costs?.held).toEqual({
      "cost-refused": { count: 1, amount: { USD: "8.00" } },
      "cost-vendor-not-in-procore": { count: 1, amount: { USD: "9.00" } },
    });
    await bench.door("/sandbox/switches", { expenseWithoutVendor: true });
    expect((await bench.sync()).flows.costs?.held).toEqual({
      "cost-vendor-not-in-procore": { count: 1, amount: { USD: "9.00" } },
    });
    const [posted, ...others] = await costs();
    expect(others).toEqual([]);
    expect(posted).toMatchObject({ direct_cost_type: "expense", status: "approved", invoice_number: null });
    expect(posted).not.toHaveProperty("vendor.id");
  });

  it("follows a change, reopens the approved contract, and posts late lines as the next part", async () => {
    fill();
    await bench.sync();
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "111.11"), itemRecord("00020", "50.00", { isReturn: true })]),
    ];
    bench.records.costs = [documentRecord("0100000008", [lineRecord("001", "8.00"), offsetLine("002", "-8.00")])];
    const report = await bench.sync();
    expect(report).toMatchObject({ state: "finished" });
    expect(report.flows["purchase-orders"]).toMatchObject({ updated: 1 });
    const changed = (await contracts()).find(({ number }) => number === "4500000001");
    expect(changed).toMatchObject({ status: "Approved" });
    expect(Number(changed?.grand_total)).toBe(61.11);
    expect(await costs()).toHaveLength(4);
  });

  it("releases holds by itself when what they wait for appears", async () => {
    fill();
    await bench.sync();
    bench.records.vendors = [vendorRecord("0000100002", { names: ["Renamed Ltd"] })];
    bench.records["purchase-orders"] = [];
    bench.records.costs = [];
    const report = await bench.sync();
    expect(report.state).toBe("finished");
    expect((await contracts()).map(({ number }) => number).sort()).toEqual(["4500000001", "4500000002", "4500000003"]);
    expect(report.flows.costs?.held["cost-purchase-order-undecided"]).toBeUndefined();
    expect(report.flows.costs?.excluded["cost-commitment"]?.count).toBe(2);
  });

  it("takes cost from controlling beside FI's of the same number, leaves settlement out, and heals a rejection", async () => {
    const fromControlling = (number: string, lines: Parameters<typeof documentRecord>[1]) =>
      documentRecord(`CO:CA01:${number}`, lines, {
        source: "coep",
        companyCode: "1200",
        key: `1200.CO:CA01:${number}.2026`,
      });
    const elsewhere: SourceRecord = {
      kind: "rejected",
      flow: "costs",
      key: "1200.CO:CA01:0100000002.2026",
      code: "amount-overflow",
      detail: "",
      balance: "0",
      currency: "USD",
      period: "",
    };
    bench.records.costs = [
      documentRecord("0100000001", [lineRecord("001", "200.00"), offsetLine("002", "-200.00")]),
      fromControlling("0100000001", [
        lineRecord("001", "30.00", { costElementCategory: "43", transactionKey: "RKL" }),
        lineRecord("002", "-10.00", { costElementCategory: "21", transactionKey: "KOAO" }),
        lineRecord("003", "4.00", { costElementCategory: "11" }),
      ]),
      elsewhere,
    ];
    const report = await bench.sync();
    expect(report).toMatchObject({ state: "finished" });
    expect(report.flows.costs).toMatchObject({
      postedAmount: { USD: "230.00" },
      excluded: {
        "cost-settlement": { count: 1, amount: { USD: "-10.00" } },
        "cost-no-cost-element": { count: 1, amount: { USD: "4.00" } },
      },
      rejected: { "amount-overflow": { count: 1 } },
    });
    bench.records.costs = [fromControlling("0100000002", [lineRecord("001", "1.00")])];
    const healed = await bench.sync();
    expect(healed).toMatchObject({ state: "finished" });
    expect(healed.flows.costs?.rejected["amount-overflow"]).toBeUndefined();
    expect((await costs()).reduce((sum, cost) => sum + Number(cost.grand_total ?? cost.amount), 0)).toBe(231);
  });
});
