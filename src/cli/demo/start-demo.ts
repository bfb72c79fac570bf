/**
 * Brings a demo up: a folder, a world built by a process of its own (its memory is not the product's), both simulated systems as processes of
 * their own, a configuration as `init` would write it, and the installation in this process. Whatever was begun is on the teardown.
 */
import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes, UsageError } from "../exit-codes.ts";
import { groupDigits } from "../report/text-table.ts";
import type { Teardown } from "../wiring/teardown.ts";
import { type Child, ChildFailed, runChild, startChild } from "./child-server.ts";
import { type DemoInstallation, type DemoPorts, unlessInterrupted } from "./demo-ports.ts";
import type { DemoSize } from "./demo-report.ts";
import { showRun } from "./progress.ts";
import { openEccDoor, openProcoreDoor, type ProcoreDoor } from "./sandbox-door.ts";
import { readWorld, type World } from "./world-files.ts";
import { writeDemoConfig } from "./write-config.ts";

/** Far above what the full size needs, so that the demo shows the product's pace and not the quota's. */
export const raisedWindows = { hourly: 1_000_000, spike: 100_000 } as const;

export async function makeFolder(teardown: Teardown, keep: boolean): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "ml-connector-demo-"));
  if (!keep) teardown.add(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  // As root the private PostgreSQL runs as another user, who must reach its data below this folder.
  await chmod(folder, 0o711);
  return folder;
}

function sizeText({ projects, vendors, purchaseOrders, poLines, costLines, seed }: DemoSize): string {
  const parts = [
    `${groupDigits(projects)} projects`,
    `${groupDigits(vendors)} vendors`,
    `${groupDigits(purchaseOrders)} purchase orders with ${groupDigits(poLines)} lines`,
    `${groupDigits(costLines)} cost lines (seed ${seed})`,
  ];
  return parts.join(", ");
}

function buildArguments(size: DemoSize, folder: string): string[] {
  const flags = {
    world: folder,
    seed: size.seed,
    projects: size.projects,
    vendors: size.vendors,
    "purchase-orders": size.purchaseOrders,
    "po-lines": size.poLines,
    "cost-lines": size.costLines,
    // The demo posts from FI documents; the ledgers would double its world.
    ledgers: "none",
  };
  return ["sandbox", "build", ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])];
}

const childPorts = ({ clock, signal, entry }: DemoPorts) => ({ clock, signal, ...(entry === undefined ? {} : { entry }) });

export async function buildWorld(size: DemoSize, folder: string, ports: DemoPorts): Promise<World> {
  const worldFolder = join(folder, "world");
  ports.progress.begin("world", sizeText(size));
  const args = buildArguments(size, worldFolder);
  await runChild({ name: "Building the world", args, ...childPorts(ports) }).catch((error: unknown) => {
    // A size that the builder refuses is a person's to correct; its sentence says how.
    const isUsage = error instanceof ChildFailed && error.exitCode === exitCodes.configuration;
    throw isUsage ? new UsageError(error.text.replace(/^ml-connector: /, "")) : error;
  });
  const world = await readWorld(worldFolder);
  ports.progress.end();
  return world;
}

type Servers = { ecc: Child; procore: Child };

async function startServers(worldFolder: string, ports: DemoPorts, teardown: Teardown): Promise<Servers> {
  const start = async (name: string, args: readonly string[]) => {
    const child = await startChild({
      name,
      args: ["sandbox", ...args, "--world", worldFolder, "--port", "0"],
      ...childPorts(ports),
    });
    teardown.add(() => child.stop());
    return child;
  };
  const windows = ["--hourly", String(raisedWindows.hourly), "--spike", String(raisedWindows.spike)];
  // Both are waited for, also when one fails: what did start must be on the teardown.
  const [ecc, procore] = await Promise.allSettled([
    start("The simulated SAP ECC", ["ecc"]),
    start("The simulated Procore", ["procore", ...windows]),
  ]);
  if (ecc.status === "rejected") throw ecc.reason;
  if (procore.status === "rejected") throw procore.reason;
  return { ecc: ecc.value, procore: procore.value };
}

export type Running = { installation: DemoInstallation; procoreUrl: string; door: ProcoreDoor };

export async function startAll(folder: string, world: World, ports: DemoPorts, teardown: Teardown): Promise<Running> {
  const { clock, progress, http, signal, random } = ports;
  progress.begin("servers", "starting");
  const { ecc, procore } = await startServers(world.folder, ports, teardown);
  await openEccDoor(http, ecc.url).moveClockTo(world.manifest.asOf, clock);
  progress.end(`SAP ECC at ${ecc.url}, Procore at ${procore.url}, each a process of its own`);
  progress.begin("hub and agent", "starting, with a private PostgreSQL");
  const configFile = await writeDemoConfig({ folder, world, urls: { ecc: ecc.url, procore: procore.url }, clock, random });
  const opening = ports.openInstallation({ configFile, log: ports.log, onProgress: showRun(progress) });
  // Also when the wait for it was interrupted: what opens later is closed then.
  teardown.add(async () => {
    const opened = await opening.catch(() => undefined);
    await opened?.stop();
  });
  const installation = await unlessInterrupted(signal, opening);
  progress.end("started, with a private PostgreSQL");
  return { installation, procoreUrl: procore.url, door: openProcoreDoor(http, procore.url) };
}
