// `npm run test:exactly-once`, the simulated half: plays SEEDS schedules (or the one of SEED, with its whole history), in as many processes at a time
// as there are cores, and prints what was wrong, how to play it again, and how often each fault was met.
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { openDatabases } from "./database.ts";
import { playAll } from "./play-all.ts";
import { reportOf } from "./report.ts";

const only = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
const count = Number(process.env.SEEDS ?? 200);
const first = Number(process.env.FIRST ?? 1);
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => first + index) : [only];
const workers = only === undefined ? Number(process.env.WORKERS ?? Math.min(2, availableParallelism())) : 1;

const startedAt = performance.now();
const databases = await openDatabases();
const played = await playAll({ databases, seeds, workers, isTold: only !== undefined, mutant: process.env.MUTANT });
await databases.close();
const { text, isGood } = reportOf(played, (performance.now() - startedAt) / 1_000);
process.stdout.write(text);
process.exitCode = isGood ? 0 : 1;
