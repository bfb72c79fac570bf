// A small world for the simulated ECC in a temporary folder, and its control door.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import type { EccRow, EccSystem } from "../../src/sandbox/world.ts";

export type EccUnderTest = {
  url: string;
  door(path: string, body?: unknown): Promise<Record<string, unknown>>;
  close(): Promise<void>;
};

export async function openEccWorld(
  system: EccSystem,
  tables: Readonly<Record<string, readonly EccRow[]>>,
): Promise<EccUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), "ecc-world-"));
  await mkdir(join(folder, "ecc", "tables"), { recursive: true });
  await writeFile(join(folder, "ecc", "system.json"), JSON.stringify(system));
  for (const [table, rows] of Object.entries(tables))
    await writeFile(join(folder, "ecc", "tables", `${table}.ndjson`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const ecc = await startEcc({ worldFolder: folder, port: 0, clock: systemClock, random: systemRandom });
  return {
    url: ecc.url,
    async door(path, body) {
      const response = await fetch(
        `${ecc.url}/sandbox/${path}`,
        body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
      );
      const answer = (await response.json()) as Record<string, unknown>;
      if (!response.ok) throw new Error(JSON.stringify(answer));
      return answer;
    },
    async close() {
      await ecc.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
