// Two connections, two SAP systems, one Procore client: one quota, which one worker spends. Their runs go on side by side, neither takes the other
// for a worker of the past, and together they keep to the quota.
import { afterEach, describe, expect, it } from "vitest";
import { createHttpClient, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { compileMapping, type Mapping } from "../../src/core/index.ts";
import { connectionSettings, startHub } from "../../src/hub/index.ts";
import { createMemoryQueue } from "../../src/store/index.ts";
import { type Bench, openBench, project, rule } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

const mapping = compileMapping([rule("P-1", "M")]);
const compiled: Mapping = mapping.ok ? mapping.value : expect.fail("the mapping of this test does not compile");

let bench: Bench;
afterEach(async () => {
  await bench.close();
});

const flows = ["vendors", "costs"] as const;

function fill(documents: number): void {
  bench.records.vendors = Array.from({ length: 30 }, (_, at) => vendorRecord(`00001${String(at).padStart(5, "0")}`));
  bench.records.costs = Array.from({ length: documents }, (_, at) =>
    documentRecord(`01${String(at).padStart(8, "0")}`, [lineRecord("001", "1.00"), offsetLine("002", "-1.00")], {
      period: (at % 12) + 1,
    }),
  );
}

describe("two connections of one Procore client", () => {
  it("finish side by side, each with its own records", async () => {
    bench = await openBench({ withOther: true });
    fill(24);
    const [main, other] = await Promise.all([bench.sync(flows), bench.sync(flows, "other")]);
    expect([main.state, other.state]).toEqual(["finished", "finished"]);
    const costs = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs?per_page=1000`)) as { origin_id: string }[];
    const originIds = costs.map(({ origin_id: originId }) => originId);
    expect(originIds.filter((id) => id.startsWith("S01.")).length).toBe(originIds.length / 2);
    expect(originIds.filter((id) => id.startsWith("S02.")).length).toBe(originIds.length / 2);
    const before = await bench.writes();
    await Promise.all([bench.sync(flows), bench.sync(flows, "other")]);
    expect(await bench.writes()).toBe(before);
  });

  it("keep to one quota between them", async () => {
    const quota = { hourly: 1_000, spike: 10 };
    bench = await openBench({ withOther: true, limits: quota, procore: { quota } });
    // With headers, two pacers of their own would learn of each other.
    await bench.door("/sandbox/weather", { on: { path: "." }, how: "headers-missing", times: 1_000 });
    fill(1);
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.00")])];
    const all = ["vendors", "purchase-orders", "costs"] as const;
    const [main, other] = await Promise.all([bench.sync(all), bench.sync(all, "other")]);
    expect([main.state, other.state]).toEqual(["finished", "finished"]);
    const stats = (await bench.get("/sandbox/stats")) as { total: number; tooManyRequests: number };
    // More than two windows of 10 hold, so that somebody had to wait.
    expect(stats.total).toBeGreaterThan(20);
    expect(stats.tooManyRequests).toBe(0);
  });

  it("are refused where they state different quotas for it", async () => {
    bench = await openBench();
    const settingsOf = (quota: object) =>
      connectionSettings.parse({
        sap: { systemId: "S01", client: "100" },
        procore: { apiUrl: "https://a.test", authUrl: "https://a.test", companyId: 1, clientId: "cid", quota },
        mapping: "mapping.csv",
        vendors: { accountGroups: ["KRED"] },
      });
    const connectionOf = (quota: object) => ({
      settings: settingsOf(quota),
      mapping: compiled,
      readClientSecret: async () => "secret",
    });
    const start = startHub({
      store: bench.postgres.store,
      clock: systemClock,
      random: systemRandom,
      http: createHttpClient(),
      tenant: "main",
      connections: { main: connectionOf({ hourly: 600 }), other: connectionOf({ hourly: 3_600 }) },
      listen: { host: "127.0.0.1", port: 0 },
      queue: createMemoryQueue({ clock: systemClock, random: systemRandom }),
      log: () => undefined,
    });
    await expect(start).rejects.toMatchObject({ code: "config.invalid", place: "connections.other.procore.quota" });
  });
});
