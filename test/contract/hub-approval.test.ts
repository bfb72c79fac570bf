// A person's word before something is written (ruling 35): what waits, what goes, and for what a word stands.
import { afterEach, describe, expect, it } from "vitest";
import { approve, listAwaiting, type RunReport } from "../../src/hub/index.ts";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import {
  documentRecord,
  invoiceLineRecord,
  invoiceRecord,
  itemRecord,
  lineRecord,
  offsetLine,
  orderRecord,
  vendorRecord,
} from "../support/records.ts";

let bench: Bench;
afterEach(async () => {
  await bench.close();
});

const order = (number: string, ...amounts: readonly string[]) =>
  orderRecord(
    number,
    amounts.map((amount, at) => itemRecord(String((at + 1) * 10).padStart(5, "0"), amount)),
  );
const contractOf = (number: string) => `S01.100.PO.${number}.${project}`;

async function open(settings: Record<string, unknown>): Promise<void> {
  bench = await openBench({ settings });
  bench.records.vendors = [vendorRecord("0000100001")];
}

async function finished(ask: { isPlanOnly?: boolean } = {}): Promise<RunReport> {
  const { hub } = bench;
  const flows = ["vendors", "purchase-orders", "invoices", "costs"] as const;
  const report = await hub.awaitRun(await hub.requestRun({ connection: "main", flows, mode: "full", ...ask }));
  expect(report, report.detail).toMatchObject({ state: "finished" });
  return report;
}

type Contract = { origin_id: string; status: string; grand_total: string };
async function contracts(): Promise<string[]> {
  const listed = (await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}&view=extended`)) as Contract[];
  return listed.map(({ origin_id: id, status, grand_total: total }) => `${id.split(".")[3]} ${status} ${Number(total)}`).sort();
}

const waiting = async () =>
  (await listAwaiting(bench.postgres.store, { tenant: "main", limit: 100 })).map(
    ({ flow, originId, change, net, isApproved }) => `${flow} ${originId} ${change} ${net}${isApproved ? " approved" : ""}`,
  );

/** With no record: everything. */
const give = (...records: readonly string[]) =>
  approve(bench.postgres.store, {
    tenant: "main",
    connection: "main",
    ...(records.length === 0 ? {} : { records }),
    actor: "user:jane",
    note: "",
    atMs: Date.now(),
  });

describe("a policy of always", () => {
  it("sends what was approved, as it was approved, and asks anew for what changed since", async () => {
    await open({ purchaseOrders: { approval: "always" } });
    bench.records["purchase-orders"] = [order("4500000001", "100.00", "50.00"), order("4500000002", "70.00")];
    const first = await finished();
    expect(await contracts()).toEqual([]);
    expect(first.flows["purchase-orders"]).toMatchObject({
      read: 3,
      created: 0,
      held: {},
      awaiting: { count: 3, amount: { USD: "220.00" } },
      postedAmount: {},
    });
    expect(first.plans["purchase-orders"]).toMatchObject({ effects: 0, calls: 0, waiting: { effects: 8 } });
    expect((await waiting()).sort()).toEqual([
      `purchase-orders ${contractOf("4500000001")} 150.00 150.00`,
      `purchase-orders ${contractOf("4500000002")} 70.00 70.00`,
      `purchase-orders S01.100.VN.0000100001@${project}  `,
    ]);

    // The link that the contract needs is approved with it; the other contract changes before its word is used.
    await give(contractOf("4500000001"));
    await give(contractOf("4500000002"));
    bench.records["purchase-orders"] = [order("4500000001", "100.00", "50.00"), order("4500000002", "71.00")];
    const second = await finished();
    expect(await contracts()).toEqual(["4500000001 Approved 150"]);
    expect(second.flows["purchase-orders"]).toMatchObject({ created: 3, awaiting: { count: 1, amount: { USD: "71.00" } } });
    expect(await waiting()).toEqual([`purchase-orders ${contractOf("4500000002")} 71.00 71.00`]);

    // It survives being planned again, unchanged, and goes once it is approved.
    await finished();
    await give();
    expect(await waiting()).toEqual([`purchase-orders ${contractOf("4500000002")} 71.00 71.00 approved`]);
    await finished();
    expect(await contracts()).toEqual(["4500000001 Approved 150", "4500000002 Approved 71"]);

    // There and back: each time is asked for, and what is in Procore stays as it was meanwhile.
    bench.records["purchase-orders"] = [order("4500000001", "100.00", "90.00"), order("4500000002", "71.00")];
    const third = await finished();
    expect(third.flows["purchase-orders"]).toMatchObject({ awaiting: { count: 1 }, postedAmount: { USD: "171.00" } });
    expect(await waiting()).toEqual([`purchase-orders ${contractOf("4500000001")} 40.00 40.00`]);
    await give();
    await finished();
    bench.records["purchase-orders"] = [order("4500000001", "100.00", "50.00"), order("4500000002", "71.00")];
    await finished();
    expect(await contracts()).toEqual(["4500000001 Approved 190", "4500000002 Approved 71"]);
    expect(await waiting()).toEqual([`purchase-orders ${contractOf("4500000001")} 40.00 -40.00`]);
    const writes = await bench.writes();
    await finished();
    expect(await bench.writes()).toBe(writes);
  });

  it("keeps parts of costs and the chain of requisitions back, each as it is", async () => {
    await open({ costs: { approval: "always" }, invoices: { approval: { above: 60 } } });
    await bench.post(`/rest/v1.0/projects/${project}/billing_periods`, {
      billing_period: { start_date: "2026-10-01", end_date: "2026-10-28", due_date: "2026-10-28", status: "open" },
    });
    bench.records["purchase-orders"] = [order("4500000001", "100.00")];
    bench.records.invoices = [
      invoiceRecord("5100000001", [invoiceLineRecord("000001", "61.00")], { postingDate: "20261002" }),
      invoiceRecord("5100000002", [invoiceLineRecord("000001", "5.00")], { postingDate: "20261003" }),
    ];
    bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "12.00"), offsetLine("002", "-12.00")])];
    const first = await finished();
    expect(first.flows.costs).toMatchObject({ awaiting: { count: 1, amount: { USD: "12.00" } }, postedAmount: {} });
    // The second is small enough, but a chain has an order.
    expect(first.flows.invoices).toMatchObject({
      awaiting: { count: 1, amount: { USD: "61.00" } },
      held: { "requisition-waits-for-earlier": { count: 1 } },
    });
    expect(await bench.get(`/rest/v1.1/requisitions?project_id=${project}`)).toEqual([]);
    // What nobody approved yet is frozen for nobody: a line of the same group that comes meanwhile joins it.
    bench.records.costs = [
      ...bench.records.costs,
      documentRecord("0100000002", [lineRecord("001", "3.00"), offsetLine("002", "-3.00")]),
    ];
    const second = await finished();
    expect(second.flows.costs).toMatchObject({ awaiting: { count: 2, amount: { USD: "15.00" } } });
    expect((await waiting()).filter((line) => line.startsWith("costs")).map((line) => line.split(" ")[2])).toEqual(["15.00"]);
    await give();
    // And what was approved stays as it is: a later one is the next part's.
    bench.records.costs = [
      ...bench.records.costs,
      documentRecord("0100000003", [lineRecord("001", "4.00"), offsetLine("002", "-4.00")]),
    ];
    const third = await finished();
    expect(third.flows.costs).toMatchObject({
      postedAmount: { USD: "15.00" },
      held: {},
      awaiting: { count: 1, amount: { USD: "4.00" } },
    });
    expect(third.flows.invoices).toMatchObject({ postedAmount: { USD: "66.00" }, held: {} });
    expect(third.flows.invoices?.awaiting).toBeUndefined();
  });
});

describe("a policy by amount", () => {
  it("keeps a change order back, and what is not changed by it is billed meanwhile", async () => {
    await open({ purchaseOrders: { approval: { above: 30 } } });
    await bench.post(`/rest/v1.0/projects/${project}/billing_periods`, {
      billing_period: { start_date: "2026-10-01", end_date: "2026-10-28", due_date: "2026-10-28", status: "open" },
    });
    bench.records["purchase-orders"] = [order("4500000001", "20.00", "10.00")];
    bench.records.invoices = [invoiceRecord("5100000001", [invoiceLineRecord("000001", "6.00")])];
    expect((await finished()).flows.invoices).toMatchObject({ postedAmount: { USD: "6.00" } });
    bench.records["purchase-orders"] = [order("4500000001", "20.00", "90.00")];
    bench.records.invoices = [...bench.records.invoices, invoiceRecord("5100000002", [invoiceLineRecord("000001", "5.00")])];
    const waits = await finished();
    expect(waits.flows["purchase-orders"]).toMatchObject({
      awaiting: { count: 1, amount: { USD: "90.00" } },
      postedAmount: { USD: "20.00" },
      held: {},
    });
    expect(waits.flows.invoices).toMatchObject({ postedAmount: { USD: "11.00" }, held: {} });
    expect(await waiting()).toEqual([`purchase-orders ${contractOf("4500000001")} 80.00 80.00`]);
    await give();
    const goes = await finished();
    expect(goes.flows["purchase-orders"]).toMatchObject({ postedAmount: { USD: "110.00" }, held: {} });
    expect(await waiting()).toEqual([]);
  });

  it("asks where a contract changes by more, line by line, and lets the rest go", async () => {
    await open({ purchaseOrders: { approval: { above: 100 } } });
    bench.records["purchase-orders"] = [order("4500000001", "60.00", "40.00"), order("4500000002", "60.00", "40.01")];
    await finished();
    expect(await contracts()).toEqual(["4500000001 Approved 100"]);
    expect(await waiting()).toEqual([`purchase-orders ${contractOf("4500000002")} 100.01 100.01`]);
    // A shift between two lines comes to nothing and changes 120.00.
    bench.records["purchase-orders"] = [order("4500000001", "0.00", "100.00"), order("4500000002", "60.00", "40.00")];
    await finished();
    expect(await contracts()).toEqual(["4500000001 Approved 100", "4500000002 Approved 100"]);
    expect(await waiting()).toEqual([`purchase-orders ${contractOf("4500000001")} 120.00 0.00`]);
  });

  it("asks for the same amount again, once the word on it has done its work", async () => {
    await open({ purchaseOrders: { approval: { above: 30 } } });
    const changeTo = async (amount: string) => {
      bench.records["purchase-orders"] = [order("4500000001", amount)];
      await finished();
      return contracts();
    };
    expect(await changeTo("20.00")).toEqual(["4500000001 Approved 20"]);
    await changeTo("90.00");
    await give();
    expect(await changeTo("90.00")).toEqual(["4500000001 Approved 90"]);
    // Down in steps that nobody is asked for, and up again at once.
    expect(await changeTo("65.00")).toEqual(["4500000001 Approved 65"]);
    expect(await changeTo("40.00")).toEqual(["4500000001 Approved 40"]);
    expect(await changeTo("90.00")).toEqual(["4500000001 Approved 40"]);
    expect(await waiting()).toEqual([`purchase-orders ${contractOf("4500000001")} 50.00 50.00`]);
  });
});

describe("a policy of the first run", () => {
  it("asks until the first plan of a project was approved whole", async () => {
    await open({ purchaseOrders: { approval: "first-run" } });
    bench.records["purchase-orders"] = [order("4500000001", "60.00"), order("4500000002", "40.00")];
    await finished();
    await give(contractOf("4500000001"));
    bench.records["purchase-orders"] = [...bench.records["purchase-orders"], order("4500000003", "5.00")];
    await finished();
    expect(await contracts()).toEqual(["4500000001 Approved 60"]);
    await give();
    bench.records["purchase-orders"] = [...bench.records["purchase-orders"], order("4500000004", "6.00")];
    await finished();
    expect(await contracts()).toEqual(
      ["4500000001 Approved 60", "4500000002 Approved 40", "4500000003 Approved 5", "4500000004 Approved 6"].sort(),
    );
    expect(await waiting()).toEqual([]);
  });
});

describe("a plan", () => {
  it("writes nothing, and a sync that follows goes by the policy", async () => {
    await open({});
    bench.records["purchase-orders"] = [order("4500000001", "60.00")];
    const plan = await finished({ isPlanOnly: true });
    expect(plan).toMatchObject({ isPlanOnly: true, plans: { vendors: { calls: 0, waiting: { effects: 1, calls: 1 } } } });
    expect(await bench.writes()).toBe(0);
    // A contract of a vendor that would be written before it is planned too.
    expect((await waiting()).map((line) => line.split(" ")[0])).toEqual(["vendors", "purchase-orders", "purchase-orders"]);
    const report = await finished();
    expect(report).toMatchObject({ isPlanOnly: false });
    expect(await contracts()).toEqual(["4500000001 Approved 60"]);
    await finished({ isPlanOnly: true });
    expect(await waiting()).toEqual([]);
  });

  it("is not made while a run that writes is paused, and one that was left gives way to a run", async () => {
    await open({});
    const { hub } = bench;
    const ask = { connection: "main", flows: ["vendors"], mode: "full" } as const;
    await bench.door("/sandbox/weather", { on: { path: "/vendors" }, times: 1_000, how: "refuse", status: 401, shape: "error" });
    const pause = async (isPlanOnly: boolean) => hub.awaitRun(await hub.requestRun({ ...ask, isPlanOnly }));
    const left = await pause(true);
    expect(left).toMatchObject({ state: "paused", isPlanOnly: true });
    const run = await pause(false);
    expect(run).toMatchObject({ state: "paused", isPlanOnly: false });
    expect(run.run).not.toBe(left.run);
    await expect(pause(true)).rejects.toMatchObject({ code: "run.already-open", place: `run ${run.run}` });
  });
});

it("refuses a word on what does not wait", async () => {
  await open({ vendors: { accountGroups: ["KRED"], approval: "always" } });
  await finished();
  const nothing = { code: "approval.nothing-waits" };
  await expect(give("S01.100.VN.0000100002")).rejects.toMatchObject({ ...nothing, place: "S01.100.VN.0000100002" });
  await give("S01.100.VN.0000100001");
  expect(await give()).toEqual([]);
  await finished();
  await expect(give()).rejects.toMatchObject(nothing);
});
