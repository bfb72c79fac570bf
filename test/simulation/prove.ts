// Proves that the auditor sees: plays each mutant under seeds whose faults bring it out, until one is caught. A mutant that lives is a failure of the
// simulation.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Databases } from "./database.ts";
import { createDice } from "./dice.ts";
import { drawFaults } from "./faults.ts";
import { type Mutant, mutants } from "./mutants.ts";
import { playAll } from "./play-all.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const seedsMost = 24;
const seedsSearched = 4_000;

/** All sources again, with the mutant's changes, in the folder of the one before: what Node compiled there it finds by its path. */
function copyWith(mutant: Mutant, folder: string): void {
  for (const part of ["src", "test/simulation"]) {
    mkdirSync(join(folder, part), { recursive: true });
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const { file, from, to } of mutant.changes) {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    if (text.split(from).length !== 2) throw new Error(`mutant "${mutant.name}" fits ${file} no longer`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  }
}

function seedsUnder(names: readonly string[]): number[] {
  const seeds: number[] = [];
  for (let seed = 1; seeds.length < seedsMost && seed <= seedsSearched; seed += 1)
    if (drawFaults(createDice(seed, "play"), seed).some(({ name }) => names.includes(name))) seeds.push(seed);
  return seeds;
}

export type Proof = { mutant: string; caughtBy: number | undefined; played: number; by: string };

async function prove(mutant: Mutant, databases: Databases, number: number, folder: string): Promise<Proof> {
  copyWith(mutant, folder);
  try {
    const workerFile = join(folder, "test/simulation/worker.ts");
    const name = `mutant_${number}`;
    const played = await playAll({
      databases,
      seeds: seedsUnder(mutant.under),
      workers: 1,
      workerFile,
      name,
      isUntilWrong: true,
      twiceEvery: Number.MAX_SAFE_INTEGER,
    });
    const caught = played.find(({ wrong }) => wrong.length > 0);
    const by = caught?.wrong[0]?.split("\n")[0] ?? "";
    return { mutant: mutant.name, caughtBy: caught?.seed, played: played.length, by };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type Proofs = { caught: number; of: number };

export async function proveAll(databases: Databases, tell: (line: string) => void): Promise<Proofs> {
  const only = process.env.MUTANT;
  const chosen = mutants.filter(({ name }) => only === undefined || name.includes(only));
  const folder = join(mkdtempSync(join(tmpdir(), "mlc-mutant-")), "copy");
  let count = 0;
  for (const [number, each] of chosen.entries()) {
    const { mutant, caughtBy, played, by } = await prove(each, databases, number, folder);
    if (caughtBy !== undefined) count += 1;
    tell(
      caughtBy === undefined
        ? `mutant LIVES after ${played} seeds: ${mutant}`
        : `mutant caught by seed ${caughtBy}: ${mutant} (${by.slice(0, 120)})`,
    );
  }
  rmSync(dirname(folder), { recursive: true, force: true });
  return { caught: count, of: chosen.length };
}
