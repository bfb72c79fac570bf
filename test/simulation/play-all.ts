// Hands seeds out to processes, some at a time, each in a database of its own, and gathers what they played.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Databases } from "./database.ts";
import type { Played } from "./play.ts";
import type { Chunk } from "./worker.ts";

/** Each process has to warm up first, at the price of some ten seeds. */
const seedsPerProcess = 250;
const playedTwiceEvery = 50;
const entry = fileURLToPath(new URL("./worker.ts", import.meta.url));

export type PlayAll = {
  databases: Databases;
  seeds: readonly number[];
  workers: number;
  isTold?: boolean;
  /** Where the worker's file lies, of a copy of all sources where one is played that is wrong on purpose. */
  workerFile?: string;
  /** Of the databases. */
  name?: string;
  /** Played twice, to compare the traces. */
  twiceEvery?: number;
  /** Each process ends with its first schedule that ends wrong. */
  isUntilWrong?: boolean;
  /** Told as they come, in no order. */
  onPlayed?: (played: Played) => void;
};

/** With room for the young: most of what a seed makes is gone with it, and is not worth copying. */
const workerFlags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=64"];

async function playChunk(workerFile: string, chunk: Chunk, take: (played: Played) => void): Promise<void> {
  const child = fork(workerFile, [JSON.stringify(chunk)], { execArgv: workerFlags });
  child.on("message", (message) => take(message as Played));
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  if (code !== 0)
    throw new Error(`a worker ended with ${code ?? signal} while it played seeds ${chunk.seeds[0]} to ${chunk.seeds.at(-1)}`);
}

export async function playAll(options: PlayAll): Promise<Played[]> {
  const { databases, workers, isTold = false, workerFile = entry, name: prefix = "sim", twiceEvery = playedTwiceEvery } = options;
  const { isUntilWrong = false } = options;
  const size = Math.max(1, Math.min(seedsPerProcess, Math.ceil(options.seeds.length / workers)));
  const chunks: (readonly number[])[] = [];
  for (let at = 0; at < options.seeds.length; at += size) chunks.push(options.seeds.slice(at, at + size));
  const played: Played[] = [];
  let next = 0;
  const work = async () => {
    while (next < chunks.length) {
      const number = next++;
      const seeds = chunks[number] ?? [];
      const name = `${prefix}_${number}`;
      const connection = await databases.open(name);
      await playChunk(workerFile, { connection, seeds, twiceEvery, isUntilWrong, isTold }, (each) => {
        played.push(each);
        options.onPlayed?.(each);
      });
      await databases.drop(name);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return played.sort((left, right) => left.seed - right.seed);
}
