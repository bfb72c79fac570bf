// The webhook address under load from another process: so many a second for so many seconds, each delivery sent when it is due whatever became of
// those before it, a tenth of them twice. Says the latency from when a delivery was due, whether each one that was acknowledged is stored exactly
// once, and that a full queue says so. A store that keeps what it commits: its settings are the product's own, not the tests'. Options: --rate,
// --seconds, --json. Exits with 4 when a goal was missed.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { systemClock } from "../src/cli/platform/index.ts";
import { migrate, openStore, startPostgres } from "../src/store/index.ts";
import { makeDataFolder, removeDataFolder } from "../test/contract/postgres.ts";
import { startHookHub } from "./webhook-hub.ts";
import type { Sent } from "./webhook-sender.ts";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "1000" },
    seconds: { type: "string", default: "30" },
    json: { type: "boolean", default: false },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const goalP99Ms = 50;
/** More than is sent, so that only the second part fills it. */
const queueMax = rate * seconds + 2_000;

async function send(url: string, first: number, count: number): Promise<Sent> {
  const child: ChildProcess = fork(fileURLToPath(new URL("./webhook-sender.ts", import.meta.url)), [
    url,
    String(rate),
    String(first),
    String(count),
  ]);
  const [sent] = (await once(child, "message")) as [Sent];
  await once(child, "close");
  return sent;
}

const dataFolder = await makeDataFolder();
const postgres = await startPostgres({ dataFolder, clock: systemClock });
await migrate({ connection: postgres.ownerConnection });
const store = await openStore({ connection: postgres.connection, clock: systemClock });
const hub = await startHookHub({ store, queueMax });
const countStored = () =>
  store.transact({ tenant: "main" }, async (tx) => {
    const row = await tx
      .selectFrom("webhook_event")
      .select((eb) => [eb.fn.countAll<bigint>().as("all"), eb.fn.max("record_id").as("last")])
      .executeTakeFirstOrThrow();
    return { all: Number(row.all), last: Number(row.last) };
  });

try {
  // Not measured: what a process pays once.
  await send(hub.url, 1, rate);
  const before = await countStored();
  const loadBefore = loadavg()[0] ?? 0;
  const cpu = process.cpuUsage();
  const sent = await send(hub.url, rate + 1, rate * seconds);
  const used = process.cpuUsage(cpu);
  const cpuSeconds = Math.round((used.user + used.system) / 10_000) / 100;
  const stored = (await countStored()).all - before.all;
  const lost = sent.acknowledged - stored;
  const overflow = await send(hub.url, rate * (seconds + 1) + 1, 4_000);
  const bounded = (await countStored()).all;
  const goals = {
    "p99 under 50 ms": (sent.latencyMs.p99 ?? Number.POSITIVE_INFINITY) < goalP99Ms,
    "everything acknowledged": sent.acknowledged === rate * seconds,
    "nothing lost, nothing twice": lost === 0,
    // Each of a second's arrivals may pass while the queue is being counted.
    "queue bounded": bounded <= queueMax + rate && overflow.full > 0 && overflow.other === 0,
  };
  const result = {
    cpuSeconds,
    rate,
    seconds,
    ...sent,
    stored,
    queue: { max: queueMax, held: bounded, refused: overflow.full },
    loadBefore,
    goals,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  else {
    const { p50, p90, p99, p999, max } = sent.latencyMs;
    process.stdout.write(
      `${[
        `${rate * seconds} deliveries at ${rate} a second for ${seconds} s, ${sent.repeated} of them sent twice; in fact ${sent.perSecond} a second`,
        `latency from when each was due, ms: p50 ${p50}  p90 ${p90}  p99 ${p99}  p99.9 ${p999}  max ${max}`,
        `acknowledged ${sent.acknowledged}, full ${sent.full}, other ${sent.other}; stored ${stored}`,
        `queue of at most ${queueMax}: holds ${bounded} after ${overflow.full} were told to come again`,
        `hub: ${cpuSeconds} s of CPU; load of the machine at the start: ${loadBefore.toFixed(2)}`,
        ...Object.entries(goals).map(([goal, isMet]) => `${isMet ? "met   " : "MISSED"}  ${goal}`),
      ].join("\n")}\n`,
    );
  }
  if (Object.values(goals).includes(false)) process.exitCode = 4;
} finally {
  await hub.stop();
  await store.close();
  await postgres.stop();
  await removeDataFolder(dataFolder);
}
