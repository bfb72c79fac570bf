// A record that the hub's schema refuses is held by name, and neither its slice nor the run ends for it.
import { sql } from "kysely";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Agent } from "../../src/agent/index.ts";
import { createHttpClient } from "../../src/cli/platform/index.ts";
import type { HttpClient } from "../../src/ports/index.ts";
import type { FlowExtract } from "../../src/sap/index.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { vendorRecord } from "../support/records.ts";
import { enrolAt, startVendorAgent } from "../support/vendor-agent.ts";

let bench: Bench;
let http: HttpClient;
let agent: Agent | undefined;
beforeEach(async () => {
  bench = await openBench({ withoutAgent: true });
  http = createHttpClient();
});
afterEach(async () => {
  await agent?.stop();
  await bench.close();
  await http.close();
});

it("one record that does not fit is held, the others of its slice go on", async () => {
  const company = { companyCode: "1000", isDeleted: false, isBlocked: false, paymentTerms: "0001" };
  const records = [
    vendorRecord("0000100001"),
    vendorRecord("0000100002", { companies: Array.from({ length: 5_001 }, () => company) }),
    vendorRecord("0000100003"),
  ];
  const vendors: FlowExtract = {
    open: async () => ({ slices: [{ kind: "objects", flow: "vendors", label: "all", slice: { keys: [] } }] }),
    discover: async () => ({ kind: "complete", slices: [] }),
    read: async () => ({ same: false, digest: "d", records }),
  };
  const started = startVendorAgent({ bench, http, identity: await enrolAt(bench, http) }, vendors, { parallel: 1 });
  agent = started.agent;
  expect(await bench.sync(["vendors"])).toMatchObject({ state: "finished", flows: { vendors: { read: 3 } } });
  const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql<{ key: string; disposition: string; reason: string }>`select key, disposition, reason from atom order by key`.execute(tx),
  );
  expect(rows.map(({ key, disposition, reason }) => [key, disposition, reason])).toEqual([
    ["0000100001", "posted", null],
    ["0000100002", "rejected", "object-unfit"],
    ["0000100003", "posted", null],
  ]);
  expect(started.log.join()).toContain("companies: Too big");
});
