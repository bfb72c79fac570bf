// `npm run test:exactly-once`, the simulated half: plays SEEDS schedules (or the one of SEED, with its whole history), in as many processes at a time
// as there are cores, and prints what was wrong, how to play it again, and how often each fault was met.
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { openDatabases } from "./database.ts";
import type { Played } from "./play.ts";
import { playAll } from "./play-all.ts";
import { proveAll } from "./prove.ts";
import { failureText, reportOf } from "./report.ts";

const only = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
const count = Number(process.env.SEEDS ?? 200);
const first = Number(process.env.FIRST ?? 1);
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => first + index) : [only];
const workers = only === undefined ? Number(process.env.WORKERS ?? Math.min(2, availableParallelism())) : 1;

const tellEvery = 100;
const startedAt = performance.now();
const secondsSoFar = () => (performance.now() - startedAt) / 1_000;
let done = 0;
const onPlayed = (each: Played) => {
  done += 1;
  if (each.wrong.length > 0) process.stdout.write(`${failureText(each)}\n`);
  if (done % tellEvery === 0) process.stdout.write(`${done} of ${seeds.length} schedules after ${secondsSoFar().toFixed(0)} s\n`);
};

const databases = await openDatabases();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void databases.close().then(() => process.exit(130)));
const played = await playAll({ databases, seeds, workers, isTold: only !== undefined, onPlayed });
// When no seed is asked for by name: that those which passed could have failed.
const proofs =
  only === undefined ? await proveAll(databases, workers, (line) => process.stdout.write(`${line}\n`)) : { caught: 0, of: 0 };
await databases.close();
const { text, isGood } = reportOf(played, secondsSoFar());
process.stdout.write(text);
process.exitCode = isGood && proofs.caught === proofs.of ? 0 : 1;
