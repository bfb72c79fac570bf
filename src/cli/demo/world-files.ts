/** Reads back what the builder wrote: logons, permitted projects and the manifest. The product never sees these files but the mapping. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EccSystem, Manifest, ProcoreSeed } from "../../sandbox/index.ts";

export type World = { folder: string; manifest: Manifest; system: EccSystem; seed: ProcoreSeed };

// The builder wrote these a moment ago, in the sandbox's own types: no input of a person passes here.
const readAs = async <T>(file: string) => JSON.parse(await readFile(file, "utf8")) as T;

export async function readWorld(folder: string): Promise<World> {
  const [manifest, system, seed] = await Promise.all([
    readAs<Manifest>(join(folder, "manifest.json")),
    readAs<EccSystem>(join(folder, "ecc", "system.json")),
    readAs<ProcoreSeed>(join(folder, "procore", "seed.json")),
  ]);
  return { folder, manifest, system, seed };
}
