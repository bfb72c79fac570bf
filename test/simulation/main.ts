// `npm run test:exactly-once`: plays SEEDS schedules (or the one of SEED, with its whole history), in as many processes at a time as there are cores,
// and beside them each mutant until it is caught, and KILLS real kills; prints what was wrong, how to play it again, and one summary.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { openDatabases } from "./database.ts";
import { playKills } from "./kills.ts";
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

const say = (line: string) => process.stdout.write(`${line}\n`);
// Some dozen processes read the same sources.
const compiled = mkdtempSync(join(tmpdir(), "mlc-compiled-"));
process.env.NODE_COMPILE_CACHE ??= compiled;
const killing = only === undefined && process.env.KILLS !== "0" ? playKills(say) : undefined;
const databases = await openDatabases();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void databases.close().then(() => process.exit(130)));
let scheduledSeconds = 0;
const playing = playAll({ databases, seeds, workers, isTold: only !== undefined, onPlayed }).finally(() => {
  scheduledSeconds = secondsSoFar();
});
// That those which passed could have failed. One at a time, beside the schedules: a mutant's few seeds are mostly the start of a process.
const [played, proofs] = await Promise.all([playing, only === undefined ? proveAll(databases, say) : undefined]);
await databases.close();
const kills = await killing;
rmSync(compiled, { recursive: true, force: true, maxRetries: 5 });
const { text, isGood } = reportOf({ played, proofs, kills, scheduledSeconds, seconds: secondsSoFar() });
process.stdout.write(text);
process.exitCode = isGood ? 0 : 1;
