// The nightly listing through hub, store and simulated Procore: what people and late requests did to records that were confirmed is found, what the
// connector does itself is not, and a listing that proves nothing is not taken for a proof.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listFindings, listProofs } from "../../src/hub/index.ts";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records["purchase-orders"] = [
    orderRecord("4500000001", [itemRecord("00010", "100.10")]),
    orderRecord("4500000002", [itemRecord("00010", "20.00")]),
  ];
  bench.records.costs = [documentRecord("0100000001", [lineRecord("001", "200.00"), offsetLine("002", "-200.00")])];
  expect(await bench.sync()).toMatchObject({ state: "finished" });
});
afterEach(async () => {
  await bench.close();
});

const prove = (calls = 100) => bench.hub.prove({ connection: "main", calls });
const findings = async () =>
  (await listFindings(bench.postgres.store, { tenant: "main" })).map(({ originId, finding }) => `${finding} ${originId}`);
const proofs = () => listProofs(bench.postgres.store, { tenant: "main" });

type Contract = { id: number; number: string };
async function contractOf(number: string): Promise<Contract> {
  const all = (await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}`)) as Contract[];
  const found = all.find((each) => each.number === number);
  if (!found) throw new Error(number);
  return found;
}
const sync = (row: object) => bench.patch("/rest/v1.0/purchase_order_contracts/sync", { project_id: project, updates: [row] });

describe("the nightly listing", () => {
  it("proves what was confirmed, writes nothing, and says how old each proof is", async () => {
    const writes = await bench.writes();
    expect(await prove()).toMatchObject({ targets: 3, proved: 3, findings: 0, isWhole: true });
    expect(await bench.writes()).toBe(writes);
    const ages = await proofs();
    expect(ages.map(({ kind, expected, findings: count }) => [kind, expected, count])).toEqual([
      ["vendors", 1, 0],
      ["contracts", 2, 0],
      ["direct-costs", 1, 0],
    ]);
    expect(ages.every(({ provedAt }) => provedAt !== undefined)).toBe(true);
  });

  it("goes on the next night where its calls were spent", async () => {
    expect(await prove(1)).toMatchObject({ proved: 1, isWhole: false });
    expect(await prove(1)).toMatchObject({ proved: 1, isWhole: false });
    expect((await proofs()).length).toBe(2);
    await prove(1);
    expect((await proofs()).map(({ kind }) => kind).sort()).toEqual(["contracts", "direct-costs", "vendors"]);
  });

  it("finds what a person changed and deleted, until it is put right", async () => {
    const first = await contractOf("4500000001");
    const second = await contractOf("4500000002");
    await sync({ id: first.id, status: "Draft" });
    await sync({ id: second.id, status: "Draft" });
    await bench.remove(`/rest/v1.0/purchase_order_contracts/${second.id}?project_id=${project}`);
    await prove();
    expect(await findings()).toEqual([`status S01.100.PO.4500000001.${project}`, `deleted S01.100.PO.4500000002.${project}`]);
    await sync({ id: first.id, status: "Approved" });
    await prove();
    expect(await findings()).toEqual([`deleted S01.100.PO.4500000002.${project}`]);
  });

  it("finds a record of ours that nobody knows of: a request that landed after it was given up", async () => {
    await sync({ origin_id: `S01.100.PO.4599999999.${project}`, number: "4599999999" });
    await sync({ origin_id: "S02.100.PO.4599999998.810", number: "4599999998" });
    await prove();
    expect(await findings()).toEqual([`stray S01.100.PO.4599999999.${project}`]);
  });

  it("takes an empty answer of a project that it may not see for no proof, and no record for missing", async () => {
    await prove();
    const [, before] = await proofs();
    await bench.door("/sandbox/rights", { client_id: "cid", permitted_project_ids: [] });
    expect(await prove()).toMatchObject({ proved: 1, findings: 0 });
    expect(await findings()).toEqual([]);
    const after = (await proofs()).filter(({ kind }) => kind !== "vendors");
    expect(after.map(({ provedAt }) => provedAt).includes(before?.provedAt)).toBe(true);
    expect(after.every(({ problem }) => (problem ?? "").length > 0)).toBe(true);
  });
});
