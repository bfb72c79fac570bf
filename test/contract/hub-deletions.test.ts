// What SAP deleted goes out of use in Procore after two complete sweeps on end that prove it, and above a limit with a person's word (ruling 33).
import { afterEach, describe, expect, it } from "vitest";
import type { Flow, PurchaseOrderItem } from "../../src/core/index.ts";
import { approve, listAwaiting, listHolds } from "../../src/hub/index.ts";
import { readDirectory } from "../support/directory.ts";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { itemRecord, orderRecord, vendorRecord } from "../support/records.ts";

const bothFlows: readonly Flow[] = ["vendors", "purchase-orders"];
let bench: Bench;
afterEach(async () => {
  await bench.close();
});

async function open(settings: Record<string, unknown> = {}): Promise<void> {
  bench = await openBench({ settings });
  bench.records.vendors = [vendorRecord("0000100001")];
}
async function sweep() {
  const report = await bench.sync(bothFlows);
  expect(report.detail ?? "").toBe("");
  expect(report.state).toBe("finished");
  return report;
}
async function holds(): Promise<string[]> {
  const found = await listHolds(bench.postgres.store, { tenant: "main", limit: 100 });
  return found.map(({ key, code }) => `${key} ${code}`).sort();
}
const recordOf = (number: number) => `S01.100.PO.450000000${number}.${project}`;
const waiting = async () =>
  (await listAwaiting(bench.postgres.store, { tenant: "main", limit: 100 })).map(({ originId }) => originId).sort();
const give = (...records: string[]) =>
  approve(bench.postgres.store, { tenant: "main", records, actor: "user:jane", note: "meant", atMs: Date.now() });

type Contract = { number: string; title: string; status: string; grand_total: string };
async function contracts(): Promise<string[]> {
  const listed = (await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}&view=extended`)) as Contract[];
  return listed.map((each) => `${each.number} ${each.title} ${each.status} ${Number(each.grand_total)}`).sort();
}

const gone: Partial<PurchaseOrderItem> = { deletion: "L", history: [] };
const invoiced = (amount: string): Partial<PurchaseOrderItem> => ({
  deletion: "L",
  history: [{ category: "2", assignment: "01", quantity: "0", amount }],
});
const order = (number: number, change: Partial<PurchaseOrderItem> = {}) =>
  orderRecord(`45${String(number).padStart(8, "0")}`, [itemRecord("00010", "10.00", change), itemRecord("00020", "5.00")]);

describe("an item that SAP deleted", () => {
  it("falls at the second sweep on end that saw it so; nothing else that saw or did not see it counts", async () => {
    await open({ sweepBand: { objects: 1, percent: 0 } });
    bench.reading.isDigested = true;
    bench.records["purchase-orders"] = [order(1), order(2)];
    await sweep();
    const standing = ["4500000001 Item 00010 Approved 15", "4500000002 Item 00010 Approved 15"];
    expect(await contracts()).toEqual(standing);
    const writes = await bench.writes();

    bench.reading.how = "changes";
    bench.records["purchase-orders"] = [order(1, gone)];
    await sweep();
    await sweep();
    const waits = ["4500000001.00010.01 po-deletion-unproved"];
    expect(await holds()).toEqual(waits);
    bench.reading.how = "sweep";
    bench.records["purchase-orders"] = [order(1, gone), order(2)];
    await sweep();
    expect(await holds()).toEqual(waits);
    const { run } = await bench.hub.replay({ connection: "main", filter: { code: "po-deletion-unproved" }, actor: "user:jane" });
    if (run === undefined) throw new Error("nothing was replayed");
    await bench.hub.awaitRun(run);
    expect(await holds()).toEqual(waits);
    // SAP takes it back, and deletes it again.
    bench.records["purchase-orders"] = [order(1), order(2)];
    await sweep();
    expect(await holds()).toEqual([]);
    bench.records["purchase-orders"] = [order(1, gone), order(2)];
    await sweep();
    expect(await holds()).toEqual(waits);
    // Archived: SAP does not show it any more, so this sweep says nothing of it.
    bench.records["purchase-orders"] = [order(2)];
    await sweep();
    expect(await holds()).toEqual(waits);
    expect(await contracts()).toEqual(standing);
    expect(await bench.writes()).toBe(writes);

    // Unchanged, so its slice sends no records and is seen all the same.
    bench.records["purchase-orders"] = [order(1, gone), order(2)];
    await sweep();
    expect(await holds()).toEqual(waits);
    expect((await sweep()).sap.sameSlices).toBe(2);
    expect(await holds()).toEqual([]);
    expect(await contracts()).toEqual(["4500000001 Item 00010 Approved 5", standing[1]]);
  });

  it("waits for a person where more fall at once than may; each word is for what the line falls to", async () => {
    await open({ purchaseOrders: { deleteAtOnce: { count: 2, percent: 0 } } });
    bench.records["purchase-orders"] = [order(1), order(2), order(3)];
    await sweep();
    bench.records["purchase-orders"] = [order(1, gone), order(2, gone), order(3, gone)];
    await sweep();
    await sweep();
    expect(await holds()).toEqual([]);
    expect(await waiting()).toEqual([1, 2, 3].map((number) => recordOf(number)));
    await give(recordOf(1), recordOf(2));
    // An invoice comes in between: what was approved is not what would be done.
    bench.records["purchase-orders"] = [order(1, gone), order(2, invoiced("3.00")), order(3, gone)];
    await sweep();
    expect(await waiting()).toEqual([2, 3].map((number) => recordOf(number)));
    expect((await contracts()).map((line) => line.split(" ").at(-1))).toEqual(["5", "15", "15"]);
    // Two are no more than may, but a person was asked about them.
    await sweep();
    expect((await contracts()).map((line) => line.split(" ").at(-1))).toEqual(["5", "15", "15"]);
    await give(recordOf(2), recordOf(3));
    await sweep();
    expect(await waiting()).toEqual([]);
    expect((await contracts()).map((line) => line.split(" ").at(-1))).toEqual(["5", "8", "5"]);
    // What went through is looked at no more, also where its order changes, and counts no more among those that fall at once.
    const others = [order(2, invoiced("3.00")), order(3, gone), order(4)];
    bench.records["purchase-orders"] = [{ ...order(1, gone), paymentTerms: "0002" }, ...others];
    await sweep();
    expect(await holds()).toEqual([]);
    bench.records["purchase-orders"] = [...[1, 3, 4].map((number) => order(number, gone)), order(2, invoiced("3.00"))];
    await sweep();
    await sweep();
    expect(await waiting()).toEqual([]);
    expect((await contracts()).map((line) => line.split(" ").at(-1))).toEqual(["5", "8", "5", "5"]);
  });
});

describe("a sweep that saw far fewer objects than the one before", () => {
  it("proves nothing, is told, and begins the count anew", async () => {
    await open({ sweepBand: { objects: 1, percent: 10 } });
    const vendors = [1, 2, 3, 4].map((number) => vendorRecord(`000010000${number}`, { names: [`Firm ${"ABCD"[number - 1]}`] }));
    const [first, second, third, fourth] = vendors;
    if (!first || !second || !third || !fourth) throw new Error("four");
    bench.records.vendors = vendors;
    bench.records["purchase-orders"] = [order(1), order(2), order(3), order(4)];
    await sweep();
    const blocked = { ...fourth, isBlocked: true };
    bench.records.vendors = [first, second, third, blocked];
    bench.records["purchase-orders"] = [order(1, gone), order(2), order(3), order(4)];
    expect(await sweep()).not.toHaveProperty("doubtfulSweeps");
    // Half of it, and the second time that both are seen.
    bench.records.vendors = [first, blocked];
    bench.records["purchase-orders"] = [order(1, gone), order(2)];
    expect(await sweep()).toMatchObject({
      doubtfulSweeps: { vendors: { objects: 2, before: 4 }, "purchase-orders": { objects: 2, before: 4 } },
    });
    const doubtful = ["0000100004 sweep-out-of-band", "4500000001.00010.01 sweep-out-of-band"];
    expect(await holds()).toEqual(doubtful);
    const active = async () => (await readDirectory(bench)).slice(1).map((each) => each.is_active);
    expect(await active()).toEqual([true, true, true, true]);
    await sweep();
    expect(await holds()).toEqual(["4500000001.00010.01 po-deletion-unproved"]);
    expect(await active()).toEqual([true, true, true, true]);
    await sweep();
    expect(await holds()).toEqual([]);
    expect(await active()).toEqual([true, true, true, false]);
    expect((await contracts())[0]).toBe("4500000001 Item 00010 Approved 5");
  });
});
