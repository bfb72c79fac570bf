// A vendor's link to a project in doubt: Procore refuses a contract whose vendor is not in the project's directory, so the contract waits until the
// doubt is over, and is not held for a reason of our own making.
import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { itemRecord, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
const limits = { settleMs: 600, callTimeoutMs: 300 };
afterEach(async () => {
  await bench.close();
});

describe("a contract whose vendor's link is in doubt", () => {
  it.each(["late-commit", "cut-before", "500"])("waits for it (%s), and goes in the same run", async (how) => {
    bench = await openBench({ settings: { limits } });
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

it("waits for a person to make the link where the settings say so, under a code of its own, and follows by itself", async () => {
  bench = await openBench({ settings: { limits, vendors: { accountGroups: ["KRED"], projectLinks: "hold" } } });
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "100.10"), itemRecord("00020", "1.00")])];
  const sync = async () => {
    const report = await bench.sync(["vendors", "purchase-orders"]);
    expect(report).toMatchObject({ state: "finished" });
    return report.flows["purchase-orders"];
  };
  const contracts = () => bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}`);
  expect(await sync()).toMatchObject({ held: { "vendor-not-in-project": { count: 2, amount: { USD: "101.10" } } } });
  const writes = await bench.writes();
  expect(await sync()).toMatchObject({ held: { "vendor-not-in-project": { count: 2 } } });
  expect([await bench.writes(), await contracts()]).toEqual([writes, []]);
  const companies = (await bench.get(`/rest/v1.0/vendors?company_id=77`)) as { id: number; origin_id: string | null }[];
  const vendor = companies.find(({ origin_id: id }) => id?.endsWith("0000100001"));
  await bench.post(`/rest/v1.1/projects/${project}/vendors/${vendor?.id}/actions/add`, {});
  expect(await sync()).toMatchObject({ held: {}, postedAmount: { USD: "101.10" } });
  expect(await contracts()).toMatchObject([{ status: "Approved" }]);
});
