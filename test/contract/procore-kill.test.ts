// What the simulated Procore answered survives kill -9, tokens included.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Bench, company, entities, idOf, project, row, rows, wbsCode } from "./procore-bench.ts";

const holder = fileURLToPath(new URL("./procore-holder.ts", import.meta.url));
let bench: Bench;
let child: ChildProcess | undefined;

beforeEach(() => {
  bench = new Bench();
});

afterEach(async () => {
  child?.kill("SIGKILL");
  await bench.close();
});

async function startHolder(): Promise<void> {
  child = spawn(process.execPath, [holder, bench.worldFolder], { stdio: ["ignore", "pipe", "inherit"] });
  if (child.stdout === null) throw new Error("the holder has no output");
  const [line] = await once(child.stdout, "data");
  bench.url = String(line).trim();
}

async function kill(): Promise<void> {
  if (child === undefined) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

it("keeps every answered row and the token through ten kills", async () => {
  await startHolder();
  await bench.login();
  const told = new Map<unknown, unknown>();
  for (let round = 0; round < 10; round += 1) {
    const updates = Array.from({ length: 50 }, (_, index) => ({ origin_id: `V${round}.${index}`, name: `Vendor ${index}` }));
    const answer = await bench.patch("/rest/v1.0/vendors/sync", { company_id: company, updates });
    for (const vendor of entities(answer)) told.set(vendor.origin_id, vendor.id);
    // Others are in flight when it dies; they may or may not be there afterwards, but never half a line.
    const lost = bench
      .patch("/rest/v1.0/vendors/sync", { company_id: company, updates: [{ name: `lost ${round}` }] })
      .catch(() => 0);
    await kill();
    await lost;
    await startHolder();
  }
  expect(told.size).toBe(500);
  const seen = new Map<unknown, unknown>();
  for (let page = 1; page <= 6; page += 1) {
    const list = await bench.get("/rest/v1.0/vendors", { company_id: String(company), page: String(page) });
    for (const vendor of rows(list.json)) seen.set(vendor.origin_id, vendor.id);
  }
  for (const [origin, id] of told) expect(seen.get(origin)).toBe(id);
});

it("keeps the chain of a contract's requisitions whole, with nothing billed twice and nothing lost", async () => {
  await startHolder();
  await bench.login();
  const contracts = "/rest/v1.0/purchase_order_contracts";
  const inProject = { project_id: String(project) };
  const made = await bench.patch(`${contracts}/sync`, { project_id: project, updates: [{ origin_id: "PO.1" }] });
  const contract = idOf(entities(made)[0]);
  const lines = { updates: [{ origin_id: "PL.1", amount: "1000", wbs_code_id: wbsCode }] };
  const [line] = entities(await bench.patch(`${contracts}/${contract}/line_items/sync`, lines, inProject));
  const dates = { start_date: "2026-10-01", end_date: "2026-10-31", due_date: "2026-11-05", status: "open" };
  await bench.post(`/rest/v1.0/projects/${project}/billing_periods`, { billing_period: dates });
  const bill = (originId: string) =>
    bench.post("/rest/v1.1/requisitions", {
      project_id: project,
      commitment_id: contract,
      requisition: {
        origin_id: originId,
        items: [{ item_type: "contract_item", line_item_id: idOf(line), work_completed_this_period: "10" }],
      },
    });
  for (let round = 0; round < 5; round += 1) {
    expect((await bill(`RQ.${round}`)).status).toBe(201);
    // It may be there afterwards or not, but whole: the header with its items, or neither.
    const lost = bill(`LOST.${round}`).catch(() => 0);
    await kill();
    await lost;
    await startHolder();
  }
  const chain = rows((await bench.get("/rest/v1.1/requisitions", { ...inProject, view: "items" })).json);
  expect(chain.map((one) => one.number)).toEqual(chain.map((_, index) => index + 1));
  expect(chain.filter((one) => String(one.origin_id).startsWith("RQ."))).toHaveLength(5);
  const carried = chain.map((one) => rows(one.items).map((item) => row(item).work_completed_from_previous_application));
  expect(carried).toEqual(chain.map((_, index) => [`${index * 10}.00`]));
});
