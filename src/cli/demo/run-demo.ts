/**
 * The demo: builds a world, starts both simulated systems as processes of their own, syncs, syncs again, and lays Procore beside the
 * manifest. It leaves nothing behind on any way out: installation, database, children and folder go in the reverse order of their coming,
 * also when it is interrupted or fails; `keep` spares the folder alone.
 */
import { documentedQuota } from "../../procore/index.ts";
import { createTeardown, type Teardown } from "../wiring/teardown.ts";
import { type Comparison, compareProcore, type Difference } from "./compare-procore.ts";
import { compareRun } from "./compare-run.ts";
import { type DemoOptions, type DemoPorts, unlessInterrupted } from "./demo-ports.ts";
import type { DemoReport } from "./demo-report.ts";
import { readProcoreTotals } from "./procore-totals.ts";
import { countWrites } from "./sandbox-door.ts";
import { buildWorld, makeFolder, type Running, raisedWindows, startAll } from "./start-demo.ts";
import { type Sync, type Syncs, secondSyncDifferences, syncTwice } from "./sync-twice.ts";
import type { World } from "./world-files.ts";

/** Tenths of an hour. */
const hoursOf = (calls: number): number => Math.round((calls * 10) / documentedQuota.hourly) / 10;

function procoreOf({ run, calls }: Sync): DemoReport["procore"] {
  return {
    calls: calls.total,
    writes: countWrites(calls),
    byRoute: calls.calls,
    leastWrites: run.calls.lowerBound,
    tooManyRequests: calls.tooManyRequests,
    windows: raisedWindows,
    documented: documentedQuota,
    hoursAtDocumentedQuota: hoursOf(calls.total),
  };
}

function syncsOf({ first, second }: Syncs): Pick<DemoReport, "run" | "flows" | "procore" | "sap" | "secondSync"> {
  const { run } = first;
  return {
    run: {
      state: run.state,
      ...(run.code === undefined ? {} : { code: run.code }),
      ...(run.detail === undefined ? {} : { detail: run.detail }),
    },
    flows: run.flows,
    procore: procoreOf(first),
    sap: run.sap,
    ...(second === undefined
      ? {}
      : { secondSync: { state: second.run.state, writes: countWrites(second.calls), calls: second.calls.total } }),
  };
}

async function compareAll(world: World, { procoreUrl }: Running, ports: DemoPorts): Promise<Comparison> {
  const { progress, http, signal } = ports;
  const [client] = world.seed.clients;
  if (client === undefined) throw new Error("the world has no Procore client");
  const text = "reading Procore through its public API";
  progress.begin("check", text);
  const access = { url: procoreUrl, ...client };
  const reading = readProcoreTotals({
    http,
    access,
    onProgress: ({ project, projects }) => progress.update(`${text}: project ${project} of ${projects}`),
  });
  const comparison = compareProcore(world.manifest, await unlessInterrupted(signal, reading));
  progress.end();
  return comparison;
}

function outcomeOf({ first }: Syncs, differences: readonly Difference[]): DemoReport["outcome"] {
  if (first.run.state !== "finished") return "not-finished";
  return differences.length === 0 ? "equal" : "different";
}

async function showDemo(options: DemoOptions, ports: DemoPorts, teardown: Teardown): Promise<DemoReport> {
  const { clock } = ports;
  const startedAt = clock.monotonic();
  const folder = await makeFolder(teardown, options.keep);
  const world = await buildWorld(options.size, folder, ports);
  const builtAt = clock.monotonic();
  const running = await startAll(folder, world, ports, teardown);
  const runningAt = clock.monotonic();
  const syncs = await syncTwice(running, ports);
  const peakMegabytes = ports.peakMegabytes();
  const projectIds = world.manifest.projects.map((project) => project.procoreProjectId);
  const altered = options.alterProcore ? await running.door.alter(projectIds) : undefined;
  const syncedAt = clock.monotonic();
  const { money, counts, differences: found } = await compareAll(world, running, ports);
  const differences = [...found, ...compareRun(world.manifest, syncs.first.run), ...secondSyncDifferences(syncs)];
  const doneAt = clock.monotonic();
  return {
    size: options.size,
    outcome: outcomeOf(syncs, differences),
    ...syncsOf(syncs),
    money,
    counts,
    differences,
    ...(altered === undefined ? {} : { altered }),
    memory: { peakMegabytes },
    durationMs: {
      world: builtAt - startedAt,
      start: runningAt - builtAt,
      sync: syncs.first.durationMs,
      secondSync: syncs.second?.durationMs ?? 0,
      check: doneAt - syncedAt,
      total: doneAt - startedAt,
    },
    ...(options.keep ? { folder } : {}),
  };
}

export async function runDemo(options: DemoOptions, ports: DemoPorts): Promise<DemoReport> {
  const teardown = createTeardown();
  let report: DemoReport;
  try {
    report = await showDemo(options, ports, teardown);
  } catch (error) {
    ports.progress.end("ended before its time");
    // The first failure is what a person must read; what the teardown adds goes to the log.
    await teardown.run().catch((second: unknown) => ports.log(`clean-up: ${String(second)}`));
    throw error;
  }
  await teardown.run();
  return report;
}
