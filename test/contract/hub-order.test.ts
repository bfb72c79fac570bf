// In which order a large load goes out: a project's contracts are finished a hundred at a time, the latest open ones first, at the cost of two
// calls a hundred.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { itemRecord, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await bench.close();
});

const orders = 130;
/** The older the higher the number; the newest of all is finished. */
const dateOf = (at: number) =>
  `2026${String(12 - Math.floor(at / 12)).padStart(2, "0")}${String(28 - (at % 12)).padStart(2, "0")}`;

type Settled = { record_origin_id: string; wave: number; stage: number; settled_at: Date };

it("finishes what people look at first before it begins what they do not", async () => {
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records["purchase-orders"] = Array.from({ length: orders }, (_, at) => {
    const item = itemRecord("00010", "10.00", at === 0 ? { isFinallyInvoiced: true, isDeliveryComplete: true } : {});
    return orderRecord(String(4_500_000_000 + at), [item], { documentDate: dateOf(at) });
  });
  await bench.sync(["vendors"]);
  const before = await bench.writes();
  const report = await bench.sync(["purchase-orders"]);
  expect(report.state).toBe("finished");
  const writes = (await bench.writes()) - before;
  expect(report.plans["purchase-orders"]?.calls).toBe(writes);
  // One link, a call of lines each, and headers and approvals of two waves.
  expect(writes).toBe(1 + orders + 4);
  const settled = await bench.postgres.store.transact(
    { tenant: "main" },
    (tx) =>
      tx
        .selectFrom("effect")
        .select(["record_origin_id", "wave", "stage", "settled_at"])
        .where("flow", "=", "purchase-orders")
        .where("state", "=", "confirmed")
        .where("stage", ">=", 30)
        .orderBy("settled_at")
        .execute() as Promise<Settled[]>,
  );
  const times = (wave: number) => settled.filter((each) => each.wave === wave).map(({ settled_at: at }) => at.getTime());
  expect([times(0).length, times(1).length]).toEqual([300, 3 * (orders - 100)]);
  expect(Math.max(...times(0))).toBeLessThanOrEqual(Math.min(...times(1)));
  const last = new Set(settled.flatMap((each) => (each.wave === 1 ? [each.record_origin_id.split(".")[3]] : [])));
  expect(last.has("4500000000")).toBe(true);
  expect(last.has("4500000001")).toBe(false);
  expect(last.has("4500000100")).toBe(false);
  expect([...last].filter((order) => Number(order) > 4_500_000_100).length).toBe(orders - 101);
});
