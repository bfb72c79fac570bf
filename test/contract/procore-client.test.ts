// What the product's client says about Procore's answers, over real sockets, calm and in bad weather.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Procore, SyncRow, SyncSettlement } from "../../src/procore/index.ts";
import { closedProject, inactiveVendor, otherProject, project, seedVendor, wbsCode } from "./procore-bench.ts";
import { ClientBench, valued } from "./procore-client-bench.ts";

let bench: ClientBench;
let procore: Procore;

beforeEach(async () => {
  bench = new ClientBench();
  await bench.start();
  procore = bench.open();
});

afterEach(async () => {
  const { complaints } = bench;
  await bench.close();
  expect(complaints).toEqual([]);
});

const row = (originId: string, body: SyncRow["body"]): SyncRow => ({ originId, body });

function settled<T>(settlement: SyncSettlement<T>, originId: string): T {
  const element = settlement.elements.find((one) => one.originId === originId);
  if (element?.kind !== "settled") throw new Error(`${originId} is not settled: ${JSON.stringify(element)}`);
  return element.entity;
}

const header = {
  number: "4500012345",
  title: "Rebar",
  accounting_method: "amount",
  status: "Draft",
  contract_date: "2026-10-01",
};

async function makeContract(originId = "S01.100.PO.4500012345.810"): Promise<number> {
  await procore.projectVendors.add({ projectId: project, vendorId: seedVendor });
  const settlement = await procore.purchaseOrderContracts.sync(project, [row(originId, { ...header, vendor_id: seedVendor })]);
  return settled(settlement, originId).id;
}

describe("reading", () => {
  it("says who and where we are, and shows permitted projects only", async () => {
    expect(valued(await procore.companies.list().all()).map(({ id }) => id)).toEqual([77]);
    expect(valued(await procore.companies.me()).id).toBeGreaterThan(0);
    const projects = valued(await procore.projects.list().all());
    expect(new Set(projects.map(({ id }) => id))).toEqual(new Set([project, otherProject]));
    expect(projects.find(({ id }) => id === project)).toMatchObject({ name: "Tower", projectNumber: "P810", isActive: true });
  });

  it("reads the parts of a budget code", async () => {
    const costCodes = valued(await procore.budgetCodes.costCodes(project).all());
    expect(new Set(costCodes.map(({ fullCode }) => fullCode))).toEqual(new Set(["03", "03-100", "03-200"]));
    const types = valued(await procore.budgetCodes.lineItemTypes(project).all());
    expect(new Set(types.map(({ code }) => code))).toEqual(new Set(["E", "M"]));
    expect(valued(await procore.budgetCodes.wbsCodes(project).all())).toMatchObject([
      { id: wbsCode, flatCode: "03-100.M", isActive: true },
    ]);
  });

  it("makes a budget code of what its segments have, and leaves what is said of one that is there", async () => {
    const { budgetCodes } = procore;
    const segments = valued(await budgetCodes.segments(project).all());
    expect(segments.map(({ type, isRequired, isInPattern }) => [type, isRequired, isInPattern])).toEqual([
      ["sub_job", false, true],
      ["cost_code", true, true],
      ["line_item_type", true, true],
    ]);
    const segment_items: { segment_id: number; segment_item_id: number }[] = [];
    for (const { id: segmentId, type } of segments.slice(1)) {
      const items = valued(await budgetCodes.segmentItems({ projectId: project, segmentId }).all());
      const item = items.find(({ pathCode }) => pathCode === (type === "cost_code" ? "03-100" : "M"));
      segment_items.push({ segment_id: segmentId, segment_item_id: item?.id ?? 0 });
    }
    const [before] = valued(await budgetCodes.wbsCodes(project).all());
    const again = await budgetCodes.createWbsCode(project, { segment_items });
    expect(again).toMatchObject({ kind: "answered", body: { ...before, hasSubJob: false } });
    const other = await budgetCodes.createWbsCode(project, {
      segment_items: [...segment_items.slice(0, 1), { segment_id: 12, segment_item_id: 22 }],
    });
    expect(other).toMatchObject({ kind: "answered", body: { flatCode: "03-100.E", isActive: true } });
    const none = await budgetCodes.createWbsCode(project, { segment_items: segment_items.slice(0, 1) });
    expect(none).toMatchObject({ kind: "refused", fault: { code: "procore.validation", status: 400 } });
    const subJobId = 4;
    expect(valued(await budgetCodes.segmentItems({ projectId: project, segmentId: 11, subJobId }).all())).toEqual([]);
  });

  it("reads every page although the server cuts pages shorter than asked for", async () => {
    const rows = Array.from({ length: 250 }, (_, index) => row(`v${index}`, { name: `Vendor ${index}` }));
    const settlement = await procore.vendors.sync(rows);
    expect(settlement.elements.every(({ kind }) => kind === "settled")).toBe(true);
    const content = valued(await procore.vendors.listActive().read());
    expect(content).toMatchObject({ total: 251, isComplete: true });
    expect(new Set(content.items.map(({ originId }) => originId)).size).toBe(251);
    const listings = bench.records.filter(({ template, method }) => method === "GET" && template === "/rest/v1.0/vendors");
    expect(listings).toHaveLength(3);
  });
});

describe("vendors", () => {
  it("creates, changes, adopts and refuses in one sync", async () => {
    await procore.vendors.sync([row("v1", { name: "Old name" })]);
    const settlement = await procore.vendors.sync([
      row("v1", { name: "Schmidt GmbH", country_code: "DE", city: "München" }),
      row("v2", { id: seedVendor, name: "Lehmann Stahlbau GmbH" }),
      row("v3", { name: "Nowhere", country_code: "DE", state_code: "TX" }),
      row("v4", { id: 999_999, name: "Ghost" }),
    ]);
    expect(settlement.elements).toMatchObject([
      { kind: "settled", entity: { name: "Schmidt GmbH", countryCode: "DE", city: "München", isActive: true }, differences: [] },
      { kind: "settled", entity: { id: seedVendor, originId: "v2" }, differences: [] },
      { kind: "refused", fault: { code: "procore.validation" } },
      { kind: "refused", fault: { code: "procore.validation", detail: expect.stringMatching(/not found/) } },
    ]);
    expect(settlement.foreign).toEqual([]);
    expect(valued(await procore.vendors.listByOriginId("v2").all()).map(({ id }) => id)).toEqual([seedVendor]);
  });

  it("finds the inactive ones where they live", async () => {
    expect(valued(await procore.vendors.listInactive().all())).toMatchObject([{ id: inactiveVendor, originId: "gone" }]);
    const sightings = await procore.readBack.vendors({ originIds: ["gone", "never"] });
    expect(sightings.get("gone")).toMatchObject({ kind: "found", entity: { id: inactiveVendor } });
    expect(sightings.get("never")).toEqual({ kind: "absent" });
  });

  it("names an origin id that an inactive vendor keeps", async () => {
    const { elements } = await procore.vendors.sync([row("gone", { name: "Gone & Sons" })]);
    expect(elements).toMatchObject([{ kind: "refused", fault: { code: "procore.duplicate-origin-id" } }]);
  });

  it("reads the tax number and sets one", async () => {
    const [vendor] = valued(await procore.vendors.listByIds([seedVendor]).all());
    expect(vendor?.businessRegister).toMatchObject({ type: "ein", identifier: "12-3456789" });
    const created = settled(await procore.vendors.sync([row("v9", { name: "New" })]), "v9");
    const outcome = await procore.vendors.setBusinessRegister({
      vendorId: created.id, type: "ein", identifier: "98-7654321", exists: false,
    }); // biome-ignore format: a row
    expect(outcome).toMatchObject({ kind: "answered", body: { type: "ein", identifier: "98-7654321" } });
  });
});

describe("contracts", () => {
  it("go Draft, lines, Approved, and lock", async () => {
    const id = await makeContract();
    const contract = { projectId: project, contractId: id };
    const lines = [
      row("l1", { amount: "10500.55", extended_type: "manual", wbs_code_id: wbsCode, description: "Rebar B500B" }),
      row("l2", { amount: "-0.05", extended_type: "manual", wbs_code_id: wbsCode }),
      row("l3", { amount: "1.00", extended_type: "manual", wbs_code_id: 1 }),
    ];
    const settlement = await procore.purchaseOrderLines.sync(contract, lines);
    expect(settlement.elements).toMatchObject([
      { kind: "settled", differences: [], entity: { wbsCodeId: wbsCode } },
      { kind: "settled", differences: [] },
      { kind: "refused", fault: { code: "procore.validation" } },
    ]);
    const approve = await procore.purchaseOrderContracts.sync(project, [
      row("S01.100.PO.4500012345.810", { status: "Approved" }),
    ]);
    expect(settled(approve, "S01.100.PO.4500012345.810")).toMatchObject({ id, status: "Approved", vendorId: seedVendor });
    const locked = await procore.purchaseOrderLines.sync(contract, [row("l1", { amount: "1.00" })]);
    expect(locked.elements).toMatchObject([{ kind: "refused", fault: { code: "procore.locked" } }]);
    const listed = valued(await procore.purchaseOrderContracts.list({ projectId: project }).all());
    expect(listed).toMatchObject([{ id, projectId: project, number: "4500012345" }]);
    expect(Number(listed[0]?.grandTotal)).toBe(10_500.5);
    const kept = valued(await procore.purchaseOrderLines.list(contract).all());
    expect(kept.map(({ originId }) => originId)).toHaveLength(2);
    expect(new Set(kept.map(({ originId }) => originId))).toEqual(new Set(["l1", "l2"]));
  });

  it("are locked for the whole call where Procore answers so", async () => {
    const contractId = await makeContract();
    await procore.purchaseOrderContracts.sync(project, [row("S01.100.PO.4500012345.810", { status: "Approved" })]);
    await bench.sandbox.switches({ approvedLineSync: "whole-call" });
    const locked = await procore.purchaseOrderLines.sync({ projectId: project, contractId }, [
      row("x", { amount: "1.00", wbs_code_id: wbsCode }),
    ]);
    expect(locked).toMatchObject({
      outcome: "refused",
      elements: [{ kind: "refused", fault: { code: "procore.locked", status: 422 } }],
    });
  });

  it("name a taken number, a vendor outside the directory, and an origin id taken in another project", async () => {
    await makeContract();
    await procore.projectVendors.add({ projectId: otherProject, vendorId: seedVendor });
    const again = await procore.purchaseOrderContracts.sync(project, [row("second", { ...header, vendor_id: seedVendor })]);
    expect(again.elements).toMatchObject([
      { kind: "refused", fault: { code: "procore.validation", detail: expect.stringMatching(/number/) } },
    ]);
    const moved = await procore.purchaseOrderContracts.sync(otherProject, [row("S01.100.PO.4500012345.810", header)]);
    expect(moved.elements).toMatchObject([{ kind: "refused", fault: { code: "procore.duplicate-origin-id" } }]);
    const fresh = settled(await procore.vendors.sync([row("v1", { name: "Not added" })]), "v1");
    const outside = await procore.purchaseOrderContracts.sync(project, [row("third", { title: "x", vendor_id: fresh.id })]);
    expect(outside.elements).toMatchObject([{ kind: "refused", fault: { complaints: [{ field: "vendor_id" }] } }]);
  });

  it("are found in the recycle bin, and their lines are then not believed absent", async () => {
    const contractId = await makeContract();
    await bench.sandbox.login();
    await bench.sandbox.send("DELETE", `/rest/v1.0/purchase_order_contracts/${contractId}`, {
      query: { project_id: String(project) },
    });
    const contracts = await procore.readBack.contracts({ projectId: project, originIds: ["S01.100.PO.4500012345.810"] });
    expect(contracts.get("S01.100.PO.4500012345.810")).toMatchObject({
      kind: "found",
      entity: { deletedAt: expect.any(String) },
    });
    const lines = await procore.readBack.contractLines({ projectId: project, contractId, originIds: ["l"] });
    expect(lines.get("l")?.kind).toBe("notCredible");
  });
});

describe("direct costs", () => {
  const cost = { direct_cost_type: "expense", status: "draft", direct_cost_date: "2026-10-15", description: "SAP 1000 2026/010" };

  it("go draft, lines, approved, exact to the cent where a double is not", async () => {
    const created = settled(await procore.directCosts.sync(project, [row("d1", cost)]), "d1");
    const amounts = ["90071992547409.93", "0.10", "0.20", "-1250.40"];
    const lines = amounts.map((amount, index) =>
      row(`dl${index}`, { direct_cost_id: created.id, amount, extended_type: "manual", wbs_code_id: wbsCode }),
    );
    const settlement = await procore.directCostLines.sync(project, lines);
    expect(settlement.elements.map((one) => (one.kind === "settled" ? one.differences : one))).toEqual([[], [], [], []]);
    const approved = settled(await procore.directCosts.sync(project, [row("d1", { status: "approved" })]), "d1");
    expect(approved).toMatchObject({ status: "approved", grandTotal: "90071992546159.83" });
    const listed = valued(await procore.directCosts.list({ projectId: project, originId: "d1" }).all());
    expect(listed).toMatchObject([{ id: created.id, grandTotal: "90071992546159.83", directCostType: "expense" }]);
    for (const listing of [
      procore.directCostLines.list({ projectId: project }),
      procore.directCostLines.list({ projectId: project, directCostId: created.id }),
    ]) {
      const read = valued(await listing.all());
      expect(read).toHaveLength(4);
      expect(new Set(read.map(({ originId }) => originId))).toEqual(new Set(["dl0", "dl1", "dl2", "dl3"]));
      expect(read.find(({ originId }) => originId === "dl0")?.amount).toBe("90071992547409.93");
      expect(read.every(({ holderId }) => holderId === created.id)).toBe(true);
    }
  });

  it("say why they are refused", async () => {
    const { elements } = await procore.directCosts.sync(project, [row("i1", { ...cost, direct_cost_type: "invoice" })]);
    expect(elements).toMatchObject([{ kind: "refused", fault: { code: "procore.validation" } }]);
  });

  it("read lines back only where their direct cost shows", async () => {
    const created = settled(await procore.directCosts.sync(project, [row("d1", cost)]), "d1");
    const ask = async (directCostId: number) =>
      (await procore.readBack.directCostLines({ projectId: project, directCostId, originIds: ["dl"] })).get("dl")?.kind;
    expect(await ask(created.id)).toBe("absent");
    expect(await ask(999_999)).toBe("notCredible");
    expect((await procore.readBack.directCosts({ projectId: project, originIds: ["d1"] })).get("d1")?.kind).toBe("found");
  });
});

describe("what may not be", () => {
  it("a project that is not permitted", async () => {
    const listed = await procore.directCosts.list({ projectId: closedProject }).all();
    expect(listed).toMatchObject({ ok: false, error: { code: "procore.project-not-permitted", status: 403 } });
    const write = await procore.directCosts.sync(closedProject, [row("d", { description: "x" })]);
    expect(write.elements).toMatchObject([{ kind: "refused", fault: { code: "procore.project-not-permitted" } }]);
    const seen = await procore.readBack.directCosts({ projectId: closedProject, originIds: ["d"] });
    expect(seen.get("d")?.kind).toBe("notCredible");
  });

  it("a wrong secret, a foreign company, an unreachable host", async () => {
    const wrong = bench.open({ readClientSecret: async () => "not it" });
    expect(await wrong.companies.list().all()).toMatchObject({ ok: false, error: { code: "procore.token", status: 401 } });
    const foreign = bench.open({ companyId: 78 });
    expect(await foreign.vendors.listActive().all()).toMatchObject({ ok: false, error: { code: "procore.app-not-connected" } });
    const nowhere = bench.open({ authUrl: "http://127.0.0.1:1", limits: { triesMax: 2 } });
    expect((await nowhere.vendors.sync([row("v", { name: "x" })])).elements).toMatchObject([
      { kind: "notSent", fault: { code: "procore.unreachable", endpoint: "POST /oauth/token" } },
    ]);
    expect(JSON.stringify(bench.records)).not.toContain("secret");
  });
});

describe("bad weather", () => {
  const path = "/purchase_order_contracts/sync$";
  const sync = (options = {}) => procore.purchaseOrderContracts.sync(project, [row("po", { title: "Storm" })], options);
  const lookBack = async () => (await procore.readBack.contracts({ projectId: project, originIds: ["po"] })).get("po")?.kind;

  it.each([
    ["cut-before", "absent"],
    ["cut-after-commit", "found"],
    ["timeout-after-commit", "found"],
    ["500", "absent"],
    ["502-html", "absent"],
  ])("%s: unknown, sent once, then %s", async (how, after) => {
    await bench.weather(how, path);
    const settlement = await sync({ timeoutMs: 400 });
    expect(settlement.elements).toMatchObject([{ kind: "unknown" }]);
    expect(bench.records.filter(({ template }) => template.endsWith("_contracts/sync"))).toHaveLength(1);
    expect(await lookBack()).toBe(after);
  });

  it("late-commit: an absence, believed too early, is why the caller waits out the settle time", async () => {
    await bench.weather("late-commit", path, { delayMs: 3_000 });
    expect((await sync({ timeoutMs: 400 })).elements[0]?.kind).toBe("unknown");
    expect(await lookBack()).toBe("absent");
    bench.sandbox.clock.advance(3_000);
    await expect.poll(lookBack).toBe("found");
  });

  it.each(["429", "503", "expire-token"])("%s: definite, so it is sent again and settles", async (how) => {
    await bench.weather(how, path);
    const settlement = await sync();
    const attempts = bench.records.filter(({ template }) => template.endsWith("_contracts/sync"));
    expect(settlement.elements[0]?.kind).toBe("settled");
    expect(attempts).toHaveLength(2);
    expect(valued(await procore.purchaseOrderContracts.list({ projectId: project }).all())).toHaveLength(1);
  });

  it("500 while reading: read again", async () => {
    await bench.weather("500", "/projects$");
    expect((await procore.projects.list().all()).ok).toBe(true);
  });
});

describe("the documented quota", () => {
  it("is never overdrawn by one client, over more than an hour of calls", async () => {
    const paced = new ClientBench();
    await paced.start({ hourly: 600, spike: 25 });
    try {
      const client = paced.open();
      const startedAt = paced.clock.now();
      for (let index = 0; index < 700; index += 1) expect((await client.companies.list().all()).ok).toBe(true);
      const stats = (await paced.sandbox.get("/sandbox/stats")).json as { tooManyRequests: number };
      expect(stats.tooManyRequests).toBe(0);
      expect(paced.clock.now() - startedAt).toBeGreaterThanOrEqual(3_600_000);
      expect(paced.complaints).toEqual([]);
    } finally {
      await paced.close();
    }
  });
});
