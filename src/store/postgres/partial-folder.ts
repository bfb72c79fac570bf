/**
 * Folders that must appear whole: they are filled under a name that carries our process id and renamed at the end. What a killed process
 * left half-filled is removed by the next one that makes the same thing; a living process's is let be.
 */
import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../fault.ts";
import { isAlive } from "./postmaster.ts";

const MARK = ".new.";

export async function makeWhole(target: string, fill: (partial: string) => Promise<void>): Promise<void> {
  await removeAbandoned(target);
  const partial = await mkdtemp(`${target}${MARK}${process.pid}.`);
  try {
    await fill(partial);
    await rename(partial, target);
  } catch (error) {
    // Another process made it meanwhile, and its is as good as ours.
    if (!["ENOTEMPTY", "EEXIST"].includes(errorCode(error))) throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function removeAbandoned(target: string): Promise<void> {
  const prefix = `${basename(target)}${MARK}`;
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
    await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}
