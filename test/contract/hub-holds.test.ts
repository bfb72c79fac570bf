// One bad record never stops the others: each way in which a record can fail ends as a hold with its code, and releases itself where it can.
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunContext } from "../../src/hub/context.ts";
import { listHolds } from "../../src/hub/index.ts";
import { assertSecondLaw } from "../../src/hub/reconcile/conservation.ts";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
beforeEach(async () => {
  const vendors = { accountGroups: ["KRED"], regions: { US: { ZZ: "ZZ" } } };
  bench = await openBench({ settings: { vendors, limits: { settleMs: 50, callTimeoutMs: 500, attemptsMax: 2 } } });
});
afterEach(async () => {
  await bench.close();
});

const holds = async () =>
  (await listHolds(bench.postgres.store, { tenant: "main", limit: 100 }))
    .map(({ flow, key, code }) => `${flow} ${key} ${code}`)
    .sort();
const contract = async (number: string) =>
  ((await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}&view=extended`)) as Record<string, string>[]).find(
    (each) => each.number === number,
  );
const finished = async () => {
  const report = await bench.sync();
  expect(report.detail ?? "").toBe("");
  expect(report.state).toBe("finished");
  return report;
};

describe("vendors", () => {
  it("are held where they cannot be named, or Procore refuses them, and the others go on", async () => {
    bench.records.vendors = [
      vendorRecord("0000100001"),
      vendorRecord("0000100002", { names: ["", " "] }),
      // A wrong line in the customer's own table of regions.
      vendorRecord("0000100003", { region: "ZZ" }),
      vendorRecord("A.B"),
    ];
    await finished();
    expect(await holds()).toEqual([
      "vendors 0000100002 vendor-unmappable",
      "vendors 0000100003 vendor-refused",
      "vendors A.B vendor-unmappable",
    ]);
  });
});

describe("purchase orders", () => {
  beforeEach(() => {
    bench.records.vendors = [vendorRecord("0000100001")];
  });

  it("hold what Procore refuses: the contract's lines wait with it", async () => {
    // The number is taken by a contract that a person made.
    await bench.post("/rest/v1.0/purchase_order_contracts", {
      project_id: project,
      purchase_order_contract: { number: "4500000001", title: "By hand" },
    });
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "11.00")]),
      orderRecord("4500000002", [itemRecord("00010", "20.00")]),
    ];
    await finished();
    expect(await holds()).toEqual(["purchase-orders 4500000001.00010.01 po-refused"]);
    const codes = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql<{ hold_code: string }>`select hold_code from effect where state = 'held' order by stage`.execute(tx),
    );
    expect(codes.rows.map(({ hold_code }) => hold_code)).toEqual([
      "po-refused",
      "waits-for-prerequisite",
      "waits-for-prerequisite",
    ]);
    expect(await contract("4500000002")).toMatchObject({ status: "Approved" });
  });

  it("keep the last approved version when an order goes back into release (ruling 13)", async () => {
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.00"), itemRecord("00020", "5.00")])];
    await finished();
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "99.00"), itemRecord("00020", "5.00")], { isReleasePending: true }),
    ];
    await finished();
    expect(await holds()).toEqual(["purchase-orders 4500000001.00010.01 po-change-in-release"]);
    expect(Number((await contract("4500000001"))?.grand_total)).toBe(15);
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "99.00"), itemRecord("00020", "5.00")])];
    await finished();
    expect(await holds()).toEqual([]);
    expect(Number((await contract("4500000001"))?.grand_total)).toBe(104);
  });

  it("hold an item that SAP deleted after it was posted, whether it is marked or gone", async () => {
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "10.00"), itemRecord("00020", "5.00"), itemRecord("00030", "1.00")]),
    ];
    await finished();
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "10.00"), itemRecord("00020", "5.00", { deletion: "L" })]),
    ];
    await finished();
    expect(await holds()).toEqual([
      "purchase-orders 4500000001.00020.01 po-item-deleted-after-posting",
      "purchase-orders 4500000001.00030.01 po-item-deleted-after-posting",
    ]);
    expect(Number((await contract("4500000001"))?.grand_total)).toBe(16);
  });

  it("reject an amount that is none, by item and field", async () => {
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "10.005")]),
      orderRecord("4500000002", [itemRecord("00010", "1.00")]),
    ];
    const report = await finished();
    expect(report.flows["purchase-orders"]?.rejected["amount-unreadable"]?.count).toBe(1);
    const [hold] = await listHolds(bench.postgres.store, { tenant: "main", limit: 10 });
    expect(hold?.detail).toContain('item 00010 NETWR "10.005" in USD');
    expect(await contract("4500000002")).toBeDefined();
  });
});

describe("costs", () => {
  it("never rewrite a posted line that SAP changed", async () => {
    bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "10.00"), offsetLine("002", "-10.00")])];
    await finished();
    bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "12.00"), offsetLine("002", "-12.00")])];
    await finished();
    expect(await holds()).toEqual(["costs 1000.0100000001.2026.001 cost-changed-after-posting"]);
    const lines = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs/line_items`)) as { amount: string }[];
    expect(lines.map(({ amount }) => Number(amount))).toEqual([10]);
  });

  it("hold a part that Procore refuses, keep it a draft, and send it again next time", async () => {
    bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "10.00"), offsetLine("002", "-10.00")])];
    await bench.door("/sandbox/switches", { expenseWithoutVendor: false });
    await finished();
    expect(await holds()).toEqual(["costs 1000.0100000001.2026.001 cost-refused"]);
    await bench.door("/sandbox/switches", { expenseWithoutVendor: true });
    await finished();
    expect(await holds()).toEqual([]);
    const posted = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs`)) as { status: string }[];
    expect(posted.map(({ status }) => status)).toEqual(["approved"]);
  });

  it("do not approve a cost that Procore changed on the way", async () => {
    bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "10.25"), offsetLine("002", "-10.25")])];
    await bench.door("/sandbox/switches", { amountDecimals: 0 });
    await finished();
    expect(await holds()).toEqual(["costs 1000.0100000001.2026.001 procore-differs"]);
    const effects = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql<{ hold_code: string }>`select hold_code from effect where state = 'held' order by stage`.execute(tx),
    );
    expect(effects.rows.map(({ hold_code }) => hold_code)).toEqual(["procore-differs", "waits-for-prerequisite"]);
    const [cost] = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs`)) as { status: string }[];
    expect(cost?.status).toBe("draft");
  });
});

describe("a run whose books do not add up", () => {
  it("stops by the first law when an atom has no disposition", async () => {
    bench.records.vendors = [vendorRecord("0000100001")];
    await finished();
    // A reading that the decisions never saw: what a lost record would look like.
    bench.records.vendors = [vendorRecord("0000100001"), vendorRecord("0000100002")];
    await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`insert into source_record select tenant, connection, flow, '0000100002', content, 'x', hash_version, changed_run, true from source_record`.execute(
        tx,
      ),
    );
    await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`update source_record set hash_version = 0 where key = '0000100002'`.execute(tx),
    );
    const report = await bench.sync(["vendors"]);
    expect(report).toMatchObject({ state: "stopped", code: "run.conservation-broken" });
    expect(report.detail).toContain("read 2 atoms");
  });

  it("stops by the second law when Procore's answer is not the sum of the atoms", async () => {
    bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "10.00"), offsetLine("002", "-10.00")])];
    const report = await finished();
    const context = { tenant: "main", run: BigInt(report.run), connection: { name: "main" } } as unknown as RunContext;
    const judge = () => bench.postgres.store.transact({ tenant: "main" }, (tx) => assertSecondLaw(tx, context, "costs"));
    await judge();
    await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`update known set amount_minor = amount_minor + 1 where origin_id like '%.DL.%'`.execute(tx),
    );
    await expect(judge()).rejects.toMatchObject({ kind: "stop", code: "run.total-differs" });
  });
});

describe("a run that cannot go on", () => {
  it("stops as a defect on anything unexpected, and writes nothing", async () => {
    bench.records.vendors = [vendorRecord("0000100001")];
    const run = bench.sync(["vendors"]);
    await run;
    await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`update source_record set content = '{"kind": "ghost", "key": "0000100001"}', is_decided = false`.execute(tx),
    );
    bench.records.vendors = [];
    const before = await bench.writes();
    expect(await bench.sync(["vendors"])).toMatchObject({ state: "stopped", code: "run.failed" });
    expect(await bench.writes()).toBe(before);
  });
});
