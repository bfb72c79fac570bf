// Two successive snapshots of one system: the first read whole, then exactly what is new or changed arrives as a delta. The extract has no
// BSEG, so every FI document is held as one without lines, and none is posted.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunReport } from "../../src/hub/index.ts";
import { deltaExtracts, loadExtracts, plantProject } from "../../src/sandbox/index.ts";
import { type FullBench, openFullBench } from "../support/full-bench.ts";
import { expectedGbi140 } from "./expected-gbi140.ts";
import { extractFolder } from "./extract-csv.ts";

const before = extractFolder("gbi140/t0");
const after = extractFolder("gbi140/t1");
const user = { user: "READER", password: "Extract-140", tables: ["*"], functions: ["*"] };

describe.skipIf(before === undefined || after === undefined)("gbi140, snapshot and delta", () => {
  let bench: FullBench;
  let worldFolder: string;
  let first: RunReport;
  let second: RunReport;
  const expected = expectedGbi140();

  const changedIn = async (run: string) => {
    const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql<{ kind: string; key: string }>`
        select flow as kind, key from source_record where changed_run = ${run}::bigint
        union all select 'document', company_code || '.' || document_number || '.' || fiscal_year from cost_document where changed_run = ${run}::bigint`.execute(
        tx,
      ),
    );
    return Map.groupBy(rows, (row) => row.kind);
  };
  /** The simulated ECC's clock stands where the snapshot was taken, since a delta begins at SAP's own date. */
  const moveClockTo = async (day: string) => {
    const at = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)), 20);
    await request(`${bench.eccUrl}/sandbox/switches`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ clockOffsetMs: at - Date.now() }),
    });
  };

  beforeAll(async () => {
    worldFolder = mkdtempSync(join(tmpdir(), "mlc-gbi140-"));
    loadExtracts({ worldFolder, profile: "gbi140", sourceFolder: before ?? "", user });
    bench = await openFullBench({ worldFolder });
    await moveClockTo(expected?.t0.lastEntryDate ?? "");
    first = await bench.sync();
    const delta = deltaExtracts({ profile: "gbi140", before: before ?? "", after: after ?? "" });
    for (const [table, rows] of Object.entries(delta.upsert)) await bench.upsert(table, rows);
    await moveClockTo(expected?.t1.lastEntryDate ?? "");
    second = await bench.sync({ mode: "delta" });
  }, 240_000);

  afterAll(async () => {
    await bench?.close();
    rmSync(worldFolder, { recursive: true, force: true });
  });

  it("reads the first snapshot whole, and holds every document as one without lines", () => {
    expect(first.detail ?? "").toBe("");
    expect(first.state).toBe("finished");
    expect(first.flows["purchase-orders"]?.read).toBe(expected?.t0.purchaseOrders.items.length);
    expect(first.flows.costs?.rejected["document-without-lines"]?.count).toBe(expected?.t0.documents.size);
    expect(first.flows.costs?.postedAmount).toEqual({});
  });

  it("takes exactly the new and the changed items: 180 and 1", async () => {
    if (!expected) throw new Error("no extract");
    expect(second.detail ?? "").toBe("");
    expect(second.state).toBe("finished");
    const changed = (await changedIn(second.run)).get("purchase-orders") ?? [];
    const { EKPO } = expected.delta;
    // An order is one record; the one changed header (KNUMV) is of a field that is not read, so it is no change.
    const orders = new Set([...EKPO.added, ...EKPO.changed.keys()].map((key) => key.slice(0, 10)));
    expect(changed.map(({ key }) => key).sort()).toEqual([...orders].sort());
    expect(EKPO.added).toHaveLength(180);
    expect([...EKPO.changed.keys()]).toHaveLength(1);
    const newOrders = new Set(EKPO.added.map((key) => key.slice(0, 10)));
    const itemsOfNew = expected.t1.purchaseOrders.items.filter((item) => newOrders.has(item.ebeln) && item.ebelp !== "00000");
    expect(itemsOfNew).toHaveLength(180);
  });

  it("brings the new commitments to Procore, and leaves the changed item's contract as it is: ELIKZ is not written", async () => {
    if (!expected) throw new Error("no extract");
    const projects = await bench.list("/rest/v1.1/projects?company_id=8080");
    const lines = new Set<string>();
    for (const plant of ["DL00", "MI00"]) {
      const project = projects.find(({ project_number }) => project_number === plantProject(plant))?.id;
      const contracts = await bench.list(`/rest/v1.0/purchase_order_contracts?project_id=${project}&view=extended`);
      for (const contract of contracts) {
        const found = await bench.list(`/rest/v1.0/purchase_order_contracts/${contract.id}/line_items?project_id=${project}`);
        for (const line of found) lines.add(String(line.origin_id).split(".").slice(3, 5).join("/"));
      }
    }
    const wanted = expected.t1.purchaseOrders.items.filter(
      ({ rule, plant }) => rule === "commitment" && (plant === "DL00" || plant === "MI00"),
    );
    expect(lines).toEqual(new Set(wanted.map(({ ebeln, ebelp }) => `${ebeln}/${ebelp}`)));
    expect(second.flows["purchase-orders"]?.updated).toBe(0);
  });

  it("takes exactly 453 new headers, the 34 of the last day among them, all held", async () => {
    if (!expected) throw new Error("no extract");
    const changed = new Set(((await changedIn(second.run)).get("document") ?? []).map(({ key }) => key));
    const key = (text: string) => `${text.slice(0, 4)}.${text.slice(4, 14)}.${text.slice(14)}`;
    const wanted = new Set(expected.delta.BKPF.added.map((each) => (each.includes("/") ? each.replaceAll("/", ".") : key(each))));
    expect(changed).toEqual(wanted);
    expect(changed.size).toBe(453);
    expect(expected.addedOnLastDayOfT0).toHaveLength(34);
    expect(second.flows.costs?.rejected["document-without-lines"]?.count).toBe(expected.t1.documents.size);
  });
});
