// The command line at work: a first sync, a second that writes nothing, what runs and holds say of it, a server that runs beside it, and an
// interrupt that loses nothing.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Hold, HoldSummary, RunReport, WaitingRecord } from "../../src/hub/index.ts";
import { type Cli, type CliBench, openCliBench } from "../support/cli-bench.ts";

let bench: CliBench;
const running: Cli[] = [];
beforeAll(async () => {
  bench = await openCliBench();
});
afterEach(async () => {
  for (const cli of running.splice(0)) {
    cli.child.kill("SIGTERM");
    await cli.ended;
  }
  await bench.eccSwitch({ msPerCall: 0 });
  bench.clear();
});
afterAll(async () => {
  await bench.close();
});

const runJson = <T>(...args: string[]) => bench.runJson<T>(...args);

async function writesAtProcore(): Promise<number> {
  const calls = Object.entries(await bench.procoreCalls());
  return calls
    .filter(([call]) => !call.startsWith("GET") && !call.includes("/oauth/"))
    .reduce((sum, [, count]) => sum + count, 0);
}

function serverProcess(): number | undefined {
  const file = join(bench.folder, ".ml-connector", "postgres", "cluster", "postmaster.pid");
  return existsSync(file) ? statSync(file).ino : undefined;
}

async function startServer(): Promise<Cli> {
  const cli = bench.start(["start"]);
  running.push(cli);
  await expect.poll(() => cli.text(), { timeout: 30_000, interval: 50 }).toMatch(/Hub at http|ml-connector:/);
  expect(cli.text()).toContain("Hub at http");
  return cli;
}

describe("sync, and what the other commands say of it", () => {
  it("brings Procore up to SAP, then writes nothing; runs, holds and the audit trail tell the same", async () => {
    await bench.init();
    await bench.procoreDoor("POST", "stats/reset");
    const first = await runJson<RunReport>("sync");
    expect(first).toMatchObject({ run: "1", state: "finished", mode: "full" });
    expect(first.flows.vendors?.created).toBeGreaterThan(30);
    expect(first.flows.costs?.created).toBeGreaterThan(20);
    const writes = await writesAtProcore();
    expect(writes).toBeGreaterThan(10);

    const second = await bench.run(["sync"]);
    expect(second.code).toBe(0);
    expect(second.out).toContain("Run 2 of main: finished, with holds");
    expect(await writesAtProcore()).toBe(writes);

    const runs = await runJson<RunReport[]>("runs");
    expect(runs.map(({ run, mode }) => [run, mode])).toEqual([
      ["2", "delta"],
      ["1", "full"],
    ]);
    expect(await runJson<RunReport>("runs", "1")).toEqual(first);

    const summary = await runJson<HoldSummary[]>("holds");
    const ruleless = summary.find(({ flow, code }) => flow === "costs" && code === "mapping-no-rule");
    expect(ruleless?.count).toBeGreaterThan(0);
    expect(ruleless?.count).toBe(first.flows.costs?.held["mapping-no-rule"]?.count);
    const records = await runJson<Hold[]>("holds", "--code", "mapping-no-rule", "--flow", "costs");
    expect(records).toHaveLength(ruleless?.count ?? -1);
    const text = (await bench.run(["holds"])).out;
    expect(text).toMatch(/mapping-no-rule \(accountant\): No mapping rule\s+says/);

    const [ruleless1] = records;
    expect((await bench.run(["explain", ruleless1?.key ?? ""])).out).toMatch(/became +held: mapping-no-rule/);
    expect((await bench.run(["explain", "no such key at all"])).code).toBe(2);
    expect((await bench.run(["proof"])).out).toContain("Nothing was proved yet");
    const proof = await runJson<{ proved: number; targets: number; findings: object[] }>("proof", "run", "--calls", "500");
    expect(proof).toMatchObject({ proved: proof.targets, findings: [] });
    expect(await writesAtProcore()).toBe(writes);
    await bench.procoreDoor("POST", "alter", { kind: "contract-line", pick: "first", add: "1" });
    const differs = await bench.run(["proof", "run", "--calls", "500"]);
    expect(differs.code).toBe(4);
    expect(differs.out).toMatch(/project \d+ +S01\.\S+\.PO\.\S+ +amount +[\d,.]+ +[A-Z]{3} +[\d,.]+ [A-Z]{3}/);
    expect((await bench.run(["proof"])).code).toBe(4);

    expect(await runJson("audit", "verify")).toMatchObject({ kind: "whole", waiting: "0" });
    expect(serverProcess()).toBeUndefined();
    expect(statSync(join(bench.folder, ".ml-connector", "agents", "main.json")).mode & 0o777).toBe(0o600);
  });

  it("says so where nothing was ever run, and makes no database for that", async () => {
    await bench.init();
    expect((await bench.run(["runs"])).out).toContain("no run yet");
    expect((await bench.run(["holds"])).out).toContain("Nothing is held");
    expect((await bench.run(["audit", "verify"])).out).toContain("no audit trail yet");
    expect(existsSync(join(bench.folder, ".ml-connector", "postgres"))).toBe(false);
  });
});

describe("start", () => {
  it("serves until told to end; beside it a sync works, a second start is refused, and the database stays", async () => {
    await bench.init();
    const server = await startServer();
    expect(server.text()).toContain("agents for main");
    await bench.procoreDoor("POST", "stats/reset");
    const plan = await bench.run(["plan", "--flow", "vendors"]);
    expect(plan.code).toBe(0);
    expect(plan.out).toMatch(/Plan 1 of main: finished, nothing was written to Procore/);
    expect(plan.out).toMatch(
      /Waits for approval: ml-connector approvals\n {2}vendors: \d+ effects in 1 calls, within the quota of the moment; \d+ atoms/,
    );
    expect(await writesAtProcore()).toBe(0);
    const listed = await runJson<WaitingRecord[]>("approvals", "--flow", "vendors");
    expect(listed.length).toBeGreaterThan(30);
    const [one] = listed;
    expect((await bench.run(["approvals", "give"])).code).toBe(2);
    expect((await bench.run(["approvals", "give", "nobody"])).err).toContain("[approval.nothing-waits]");
    const given = await bench.run(["approvals", "give", one?.originId ?? "", "--note", "seen"]);
    expect(given.out).toContain("Approved: 1 records.");
    expect((await bench.run(["approvals", "--limit", "5"])).out).toContain(`${one?.originId}`);
    const sync = await runJson<RunReport>("sync", "--flow", "vendors");
    expect(sync).toMatchObject({ state: "finished", isPlanOnly: false });
    expect(await runJson("approvals")).toEqual([]);
    expect(serverProcess()).toBeDefined();
    const other = await bench.run(["start"]);
    expect(other.code).toBe(2);
    expect(other.err).toContain(`hub.port ${bench.hubPort}: it is in use`);
    expect(other.err).toContain("[config.invalid]");
    server.child.kill("SIGINT");
    expect((await server.ended).code).toBe(0);
    expect(serverProcess()).toBeUndefined();
  });

  it("takes up the run that an interrupted sync left open", async () => {
    await bench.init();
    await bench.eccSwitch({ msPerCall: 300 });
    const sync = bench.start(["sync"]);
    running.push(sync);
    await expect.poll(() => sync.text(), { timeout: 30_000, interval: 20 }).toContain("PostgreSQL, hub and agent");
    await sleep(300);
    sync.child.kill("SIGINT");
    const ended = await sync.ended;
    expect(ended.code).toBe(130);
    expect(ended.err).toContain("the next `ml-connector sync` takes it up");
    await bench.eccSwitch({ msPerCall: 0 });
    const [left] = await runJson<RunReport[]>("runs");
    expect(left).toMatchObject({ run: "1", state: "open" });

    const server = await startServer();
    await expect.poll(() => server.text(), { timeout: 10_000 }).toContain("run 1 of main was left open");
    await expect.poll(() => server.text(), { timeout: 60_000 }).toContain("Run 1 of main: finished");
    expect(await runJson<RunReport>("runs", "1")).toMatchObject({ state: "finished" });
  });
});

describe("sandbox", () => {
  it("builds a world and serves it until told to end", async () => {
    const size = "--projects 1 --vendors 60 --purchase-orders 40 --po-lines 40 --cost-lines 100".split(" ");
    const built = await runJson<{ flows: Record<string, { read: { count: number } }> }>(
      "sandbox",
      "build",
      "--world",
      "w",
      ...size,
    );
    expect(built.flows.vendors?.read.count).toBe(60);
    for (const part of ["ecc", "procore"]) {
      const server = bench.start(["sandbox", part, "--world", "w", "--port", "0"]);
      running.push(server);
      await expect
        .poll(() => server.text(), { timeout: 20_000, interval: 20 })
        .toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
      server.child.kill("SIGTERM");
      expect(await server.ended).toMatchObject({ code: 0, err: "" });
    }
  });

  it("refuses a folder that holds no world, and options that make none", async () => {
    expect(await bench.run(["sandbox", "ecc", "--world", "nowhere"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("sandbox build --world"),
    });
    const built = await bench.run(["sandbox", "build", "--world", "w", "--po-lines", "1"]);
    expect(built).toMatchObject({ code: 2, err: expect.stringContaining("every order has a line") });
    const loaded = await bench.run(["sandbox", "load", "--world", "w", "--profile", "x", "--source", "."]);
    expect(loaded).toMatchObject({ code: 2, err: expect.stringContaining("gbi375") });
    expect(existsSync(join(bench.folder, "w"))).toBe(false);
  });
});
