// A small ECC world for tests: in memory for the modules, on disk for the socket. Time stands still unless a test moves it.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock, Random } from "../../src/ports/index.ts";
import { definitionOf, tableNames } from "../../src/sandbox/ecc/dictionary/index.ts";
import { type ServiceDefinition, serviceShape } from "../../src/sandbox/ecc/odata/definition.ts";
import { Table } from "../../src/sandbox/ecc/store/table.ts";
import { type EccWorld, newWorld } from "../../src/sandbox/ecc/world-state.ts";
import type { EccRow, EccSystem } from "../../src/sandbox/world.ts";

export type Rows = Readonly<Record<string, readonly EccRow[]>>;

export const system: EccSystem = {
  systemId: "ECC",
  client: "100",
  release: "700",
  host: "eccprd01",
  timeZoneMinutes: 60,
  workProcesses: 2,
  users: [
    { user: "RFCUSER", password: "right", tables: ["*"], functions: ["*"] },
    { user: "NARROW", password: "right", tables: ["LFA1"], functions: ["RFC_PING", "RFC_READ_TABLE"] },
  ],
};

/** Replays the same numbers for the same seed. */
export function seededRandom(seed = 1): Random {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state;
  };
  return { fraction: () => next() / 2 ** 32, bytes: (count) => Uint8Array.from({ length: count }, () => next() >>> 24) };
}

/** Wall time that moves when told; a sleep lasts until the test lets it end. */
export function manualClock(startMs = Date.UTC(2026, 10, 24, 8, 15, 30)) {
  let nowMs = startMs;
  const sleepers: { endsAtMs: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: (durationMs) =>
      new Promise((resolve) => {
        sleepers.push({ endsAtMs: nowMs + durationMs, wake: resolve });
      }),
  };
  const advance = (durationMs: number) => {
    nowMs += durationMs;
    for (const sleeper of sleepers.filter((each) => each.endsAtMs <= nowMs)) {
      sleepers.splice(sleepers.indexOf(sleeper), 1);
      sleeper.wake();
    }
  };
  return { clock, advance, sleeping: () => sleepers.length };
}

/** A service as its file would say it; what is left out is as the shape says. */
export function serviceOf(definition: object): ServiceDefinition {
  return serviceShape.parse({ namespace: "sap", name: "ZTEST_SRV", ...definition });
}

export function worldOf(
  rows: Rows = {},
  changed: Partial<EccSystem> = {},
  services: readonly ServiceDefinition[] = [],
): EccWorld {
  const tables = new Map<string, Table>();
  for (const name of tableNames()) {
    const definition = definitionOf(name);
    if (definition !== undefined) tables.set(name, new Table(definition, system.client));
  }
  for (const [name, list] of Object.entries(rows)) for (const row of list) tables.get(name)?.insert(row);
  return newWorld({ system: { ...system, ...changed }, tables, random: seededRandom(), services });
}

/** The same on disk. `remove` leaves nothing behind. */
export async function worldFolder(
  rows: Rows = {},
  changed: Partial<EccSystem> = {},
): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "ecc-world-"));
  await mkdir(join(folder, "ecc", "tables"), { recursive: true });
  await writeFile(join(folder, "ecc", "system.json"), JSON.stringify({ ...system, ...changed }));
  for (const [name, list] of Object.entries(rows)) {
    const lines = list.map((row) => `${JSON.stringify(row)}\n`).join("");
    await writeFile(join(folder, "ecc", "tables", `${name}.ndjson`), lines);
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
