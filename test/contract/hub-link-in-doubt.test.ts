// A vendor's link to a project in doubt: Procore refuses a contract whose vendor is not in the project's directory, so the contract waits until the
// doubt is over, and is not held for a reason of our own making.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { itemRecord, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ settings: { limits: { settleMs: 600, callTimeoutMs: 300 } } });
});
afterEach(async () => {
  await bench.close();
});

describe("a contract whose vendor's link is in doubt", () => {
  it.each(["late-commit", "cut-before", "500"])("waits for it (%s), and goes in the same run", async (how) => {
    bench.records.vendors = [vendorRecord("0000100001"), vendorRecord("0000100003")];
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "100.10")]),
      orderRecord("4500000002", [itemRecord("00010", "20.00")], { vendor: "0000100003" }),
    ];
    await bench.door("/sandbox/weather", { on: { path: "/actions/add$" }, times: 1, how, delayMs: 900 });
    const report = await bench.sync(["vendors", "purchase-orders"]);
    expect(report).toMatchObject({ state: "finished" });
    expect(report.flows["purchase-orders"]?.held).toEqual({});
    const contracts = (await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}`)) as { status: string }[];
    expect(contracts.map(({ status }) => status)).toEqual(["Approved", "Approved"]);
  });
});
