// The process that is killed: the whole installation as `start` and `sync` wire it, told what to do line by line ("sync", "end") and
// answering one JSON line each. At the n-th event of a fault point it ends itself with SIGKILL, and before that its PostgreSQL if asked to.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sql } from "kysely";
import { type Installation, openInstallation } from "../../src/cli/wiring/installation.ts";
import { isSettled } from "../../src/core/index.ts";
import type { Kill, VictimAnswer, VictimOrder } from "./victim-process.ts";

const order = JSON.parse(process.argv[2] ?? "{}") as VictimOrder;
const passed: string[] = [];
const counts = new Map<string, number>();

function postmasterPid(): number {
  const [pid] = readFileSync(join(order.dataFolder, "postgres", "cluster", "postmaster.pid"), "utf8").split("\n");
  return Number(pid);
}

function die({ withPostgres }: Kill): never {
  if (withPostgres) process.kill(postmasterPid(), "SIGKILL");
  process.kill(process.pid, "SIGKILL");
  throw new Error("outlived SIGKILL");
}

function faultPoint(name: string): void {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  passed.push(name);
  const { kill } = order;
  if (kill?.point === name && kill.n === count) die(kill);
}

/** What our own books must not contain once a run is finished. */
async function readBooks({ store, config }: Installation): Promise<VictimAnswer["books"]> {
  return store.transact({ tenant: config.tenant }, async (tx) => {
    const { rows: effects } = await sql<{ state: string; count: bigint }>`
      select state, count(*) as count from effect where state in ('approved', 'sending', 'unknown') group by 1`.execute(tx);
    const { rows: atoms } = await sql<{ disposition: VictimDisposition; count: bigint }>`
      select disposition::text as disposition, count(*) as count from (
        select disposition from atom union all select disposition from cost_line) as each group by 1 order by 1`.execute(tx);
    const { rows: runs } = await sql<{ run: bigint; state: string }>`
      select run, state from run where state <> 'finished'`.execute(tx);
    const { rows: tasks } = await sql<{ count: bigint }>`
      select count(*) as count from task where state in ('ready', 'leased', 'failed')`.execute(tx);
    return {
      openEffects: effects.map(({ state, count }) => `${count} ${state}`),
      unsettledAtoms: atoms
        .filter(({ disposition }) => disposition === null || !isSettled(disposition))
        .map(({ disposition, count }) => `${count} ${disposition ?? "undecided"}`),
      unfinishedRuns: runs.map(({ run, state }) => `run ${run} ${state}`),
      openTasks: Number(tasks[0]?.count ?? 0n),
      dispositions: Object.fromEntries(atoms.map(({ disposition, count }) => [disposition ?? "undecided", Number(count)])),
    };
  });
}

type VictimDisposition = Parameters<typeof isSettled>[0] | null;

const installation = await openInstallation({
  configFile: order.configFile,
  log: (line) => process.stderr.write(`${line}\n`),
  faultPoint,
});
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "end") break;
  const { state, code, detail } = await installation.sync({ mode: "full" });
  const answer: VictimAnswer = { state, code, detail, passed: [...passed], books: await readBooks(installation) };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await installation.stop();
process.exit(0);
