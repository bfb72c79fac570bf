// What the simulated Procore answered survives kill -9, tokens included.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { Bench, company, entities, rows } from "./procore-bench.ts";

const holder = fileURLToPath(new URL("./procore-holder.ts", import.meta.url));
const bench = new Bench();
let child: ChildProcess | undefined;

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
