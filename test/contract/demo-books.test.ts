// The demo's own reading of Procore against the simulated Procore over its socket: whole lists, all lines, amounts as they stand.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readProcoreTotals } from "../../src/cli/demo/procore-totals.ts";
import { countWrites, openProcoreDoor } from "../../src/cli/demo/sandbox-door.ts";
import { createHttpClient } from "../../src/cli/platform/index.ts";
import { Bench, company, entities, idOf, otherProject, project, seedVendor, wbsCode } from "./procore-bench.ts";

const contracts = "/rest/v1.0/purchase_order_contracts";
const costs = `/rest/v1.0/projects/${project}/direct_costs`;
/** More than two pages of 100. */
const manyContracts = 205;
const manyLines = 130;

const http = createHttpClient();
const bench = new Bench();
const access = () => ({ url: bench.url, companyId: company, clientId: "cid", clientSecret: "secret" });
const read = () => readProcoreTotals({ http, access: access() });
const inProject = { project_id: String(project) };

async function fill(): Promise<void> {
  await bench.switches({ directCostMs: 0 });
  await bench.patch("/rest/v1.0/vendors/sync", {
    company_id: company,
    updates: [
      { name: "Own", origin_id: "S01.100.VN.0000000001" },
      { name: "Asleep", origin_id: "S01.100.VN.0000000002", is_active: false },
    ],
  });
  await bench.send("POST", `/rest/v1.0/projects/${project}/vendors/${seedVendor}/actions/add`);
  const headers = Array.from({ length: manyContracts }, (_, index) => ({
    origin_id: `PO.${index}`,
    number: String(index),
    title: "Rebar",
    vendor_id: seedVendor,
    accounting_method: "amount",
  }));
  const made = entities(await bench.patch(`${contracts}/sync`, { project_id: project, updates: headers }));
  const line = (index: number, amount: string) => ({
    origin_id: `PL.${index}`,
    wbs_code_id: wbsCode,
    extended_type: "manual",
    amount,
  });
  const updates = Array.from({ length: manyLines }, (_, index) => line(index, index === 0 ? "-0.07" : "12345678.91"));
  // A sync answers in any order.
  const withLines = made.find((contract) => contract.origin_id === "PO.0");
  await bench.patch(`${contracts}/${idOf(withLines)}/line_items/sync`, { updates }, inProject);
  const cost = { origin_id: "DC.1", direct_cost_type: "expense", direct_cost_date: "2026-10-15" };
  const [header] = entities(await bench.patch(`${costs}/sync`, { updates: [cost] }));
  const costLine = { direct_cost_id: idOf(header), wbs_code_id: wbsCode, quantity: 1, unit_cost: 0.1, extended_type: "manual" };
  const costLines = [{ ...costLine, origin_id: "DL.1", amount: 99.99 }];
  await bench.patch(`${costs}/line_items/sync`, { updates: costLines });
}

beforeAll(async () => {
  await bench.start();
  await bench.login();
  await fill();
});

afterAll(async () => {
  await http.close();
  await bench.close();
});

describe("what Procore holds", () => {
  it("is read to the last page and the last line, in the projects that are permitted", async () => {
    const totals = await read();
    expect(totals.projects.map(({ id, number }) => [id, number])).toEqual([
      [project, `P${project}`],
      [otherProject, `P${otherProject}`],
    ]);
    const [tower] = totals.projects;
    expect(tower?.contracts).toHaveLength(manyContracts);
    const [first] = tower?.contracts.filter(({ lines }) => lines.length > 0) ?? [];
    expect(first).toMatchObject({ originId: "PO.0", status: "Draft", currency: "USD", total: "1592592579.32" });
    expect(first?.lines).toHaveLength(manyLines);
    expect(first?.lines.find(({ originId }) => originId === "PL.0")).toMatchObject({
      amount: "-0.07",
      budgetCode: "03-100.M",
      recordId: first?.id,
    });
    expect(tower?.directCosts).toMatchObject([{ originId: "DC.1", status: "draft", total: "99.99", currency: "USD" }]);
    expect(tower?.directCostLines).toMatchObject([{ originId: "DL.1", amount: "99.99", budgetCode: "03-100.M" }]);
    expect(totals.vendorOriginIds).toEqual(["S01.100.VN.0000000001"]);
  });

  it("is only read: nothing is written, and calls are counted where they arrive", async () => {
    const door = openProcoreDoor(http, bench.url);
    await door.resetCalls();
    await read();
    const calls = await door.readCalls();
    expect(countWrites(calls)).toBe(0);
    // One token, vendors, projects; per project the lists of contracts (three pages here), requisitions, direct costs and lines; each contract once.
    expect(calls.total).toBe(3 + (3 + 3) + (1 + 3) + manyContracts);
    await bench.patch(`${costs}/sync`, { updates: [{ origin_id: "DC.1", description: "touched" }] });
    expect(countWrites(await door.readCalls())).toBe(1);
  });

  it("shows an amount that a person altered", async () => {
    const door = openProcoreDoor(http, bench.url);
    const altered = await door.alter([otherProject, project]);
    expect(altered).toEqual({ kind: "contract-line", originId: "PL.0", before: "-0.07", after: "0.93" });
    const [tower] = (await read()).projects;
    const contract = tower?.contracts.find(({ originId }) => originId === "PO.0");
    expect(contract?.lines.find(({ originId }) => originId === "PL.0")?.amount).toBe("0.93");
    expect(contract?.total).toBe("1592592580.32");
    await expect(door.alter([otherProject])).rejects.toThrow("no line whose amount could be altered");
  });

  it("is not read with a wrong secret", async () => {
    const reading = readProcoreTotals({ http, access: { ...access(), clientSecret: "wrong" } });
    await expect(reading).rejects.toMatchObject({ code: "procore.unauthorised", place: "/oauth/token" });
  });
});
