// Holds release themselves in the next run when what they wait for has appeared, and only then is anything sent. Billing periods and chains of
// requisitions: hub-requisitions.test.ts.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listHolds } from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule, secondProject } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

const rules = [rule("P-1", "M"), rule("P-2", "M", undefined, "BRIDGE")];
let bench: Bench;
beforeEach(async () => {
  bench = await openBench({ rules, settings: { limits: { settleMs: 50, callTimeoutMs: 500 } } });
  bench.records.vendors = [vendorRecord("0000100001")];
});
afterEach(async () => {
  await bench.close();
});

const codes = async () =>
  (await listHolds(bench.postgres.store, { tenant: "main", limit: 100 })).map(({ key, code }) => `${key} ${code}`).sort();
const finished = async () => {
  const report = await bench.sync();
  expect(report.detail ?? "").toBe("");
  expect(report.state).toBe("finished");
};
/** Nothing was read anew: what SAP has is what it had. */
const quietRun = async () => {
  bench.records.vendors = [];
  bench.records["purchase-orders"] = [];
  bench.records.costs = [];
  await finished();
};
const inObject = (key: string) => ({ object: { kind: "wbs", key } }) as const;
const orderIn = (number: string, key: string) => {
  const item = itemRecord("00010", "7.00");
  return orderRecord(number, [{ ...item, assignments: item.assignments.map((each) => ({ ...each, ...inObject(key) })) }]);
};
const costIn = (number: string, key: string) =>
  documentRecord(number, [lineRecord("001", "3.00", inObject(key)), offsetLine("002", "-3.00")]);

/** Held; held the same without a write; then the cause goes, and both the order and the cost go out by themselves. */
async function waitsAndGoes(code: string, place: number, appear: () => Promise<unknown>): Promise<void> {
  await finished();
  const waiting = [`1000.0100000001.2026.001 ${code}`, `4500000001.00010.01 ${code}`];
  expect(await codes()).toEqual(waiting);
  const before = await bench.writes();
  await quietRun();
  expect(await codes()).toEqual(waiting);
  expect(await bench.writes()).toBe(before);
  await appear();
  await quietRun();
  expect(await codes()).toEqual([]);
  const contracts = (await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${place}`)) as { number: string }[];
  expect(contracts.map(({ number }) => number)).toEqual(["4500000001"]);
  expect(await bench.get(`/rest/v1.0/projects/${place}/direct_costs`)).toHaveLength(1);
}

describe("what waits for", () => {
  it("a mapping rule goes when there is one", async () => {
    bench.records["purchase-orders"] = [orderIn("4500000001", "P-9")];
    bench.records.costs = [costIn("0100000001", "P-9")];
    await waitsAndGoes("mapping-no-rule", project, async () => bench.setRules([...rules, rule("P-9", "M")]));
  });

  it("a project goes when it is permitted", async () => {
    await bench.door("/sandbox/rights", { permitted_project_ids: [project] });
    bench.records["purchase-orders"] = [orderIn("4500000001", "P-2")];
    bench.records.costs = [costIn("0100000001", "P-2")];
    await waitsAndGoes("project-not-permitted", secondProject, () =>
      bench.door("/sandbox/rights", { permitted_project_ids: [project, secondProject] }),
    );
  });

  it("a budget code goes when it is active", async () => {
    const set = (status: string) =>
      bench.patch(`/rest/v1.0/projects/${project}/work_breakdown_structure/wbs_codes/33001`, { status });
    expect(await set("inactive")).toMatchObject({ status: "inactive" });
    bench.records["purchase-orders"] = [orderIn("4500000001", "P-1")];
    bench.records.costs = [costIn("0100000001", "P-1")];
    await waitsAndGoes("budget-code-missing", project, () => set("active"));
  });

  it("a vendor goes in the run that brings the vendor, an order's cost with the order", async () => {
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "7.00")], { vendor: "0000100009" })];
    bench.records.costs = [
      documentRecord("0100000001", [lineRecord("001", "3.00"), offsetLine("002", "-3.00", { vendor: "0000100009" })]),
      documentRecord("0100000002", [
        lineRecord("001", "7.00", { purchaseOrder: "4500000001", purchaseOrderItem: "00010", assignment: "01" }),
        offsetLine("002", "-7.00"),
      ]),
    ];
    await finished();
    expect(await codes()).toEqual([
      "1000.0100000001.2026.001 cost-vendor-not-in-procore",
      "1000.0100000002.2026.001 cost-purchase-order-undecided",
      "4500000001.00010.01 po-vendor-not-in-procore",
    ]);
    bench.records.vendors = [vendorRecord("0000100009")];
    await finished();
    expect(await codes()).toEqual([]);
    expect(await bench.get(`/rest/v1.0/projects/${project}/direct_costs`)).toHaveLength(1);
  });

  it("its own header goes with it: lines and approval wait for a refused contract, and follow it", async () => {
    const byHand = (await bench.post("/rest/v1.0/purchase_order_contracts", {
      project_id: project,
      purchase_order_contract: { number: "4500000001", title: "By hand" },
    })) as { id: number };
    bench.records["purchase-orders"] = [orderIn("4500000001", "P-1")];
    await finished();
    expect(await codes()).toEqual(["4500000001.00010.01 po-refused"]);
    await bench.patch(`/rest/v1.0/purchase_order_contracts/${byHand.id}`, {
      project_id: project,
      purchase_order_contract: { number: "by hand" },
    });
    await quietRun();
    expect(await codes()).toEqual([]);
  });
});
