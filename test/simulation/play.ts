// One schedule: a first sync of a firm with more than a hundred atoms in three projects, a day's work in SAP, a second sync, three faults somewhere;
// then the auditor. Whatever happened, it must end as if nothing had.
import { sql } from "kysely";
import { markRecoding, readRecodable } from "../../src/hub/index.ts";
import type { Store } from "../../src/store/index.ts";
import { auditBooks, refusals } from "./audit-books.ts";
import { auditProcore } from "./audit-procore.ts";
import { createDice } from "./dice.ts";
import { countRefusing, drawFaults } from "./faults.ts";
import { Stage } from "./stage.ts";

export type Played = {
  seed: number;
  trace: string;
  /** What the auditor found wrong. */
  wrong: readonly string[];
  planned: readonly string[];
  hits: readonly string[];
  atoms: number;
  events: number;
  virtualMs: number;
};

export type PlayOptions = {
  store: Store;
  tenant: string;
  isCalm?: boolean;
  tell?: ((line: string) => void) | undefined;
};

const flows = ["vendors", "purchase-orders", "invoices", "costs"] as const;
const lookEveryMs = 3_000;
const askAgainMs = 240_000;
const asksMax = 40;
/** Of virtual time, for all of it. */
const mostMs = 6 * 3_600_000;

type RunRow = { run: bigint; state: string; code: string | null; detail: string | null };

async function lastRun({ store, tenant }: PlayOptions): Promise<RunRow | undefined> {
  return store.transact({ tenant }, async (tx) => {
    const { rows } =
      await sql<RunRow>`select run, state, code, detail from run where tenant = ${tenant} order by run desc limit 1`.execute(tx);
    return rows[0];
  });
}

/** As a schedule does: asks, waits, asks again what was paused or seems to stand still. A stop is for a person: here it is a failure. */
async function sync(stage: Stage, options: PlayOptions, mode: "full" | "delta", after: bigint): Promise<bigint> {
  const { operator } = stage;
  for (let asks = 0; asks < asksMax; asks += 1) {
    const asked = stage.hub?.requestRun({ connection: "main", flows, mode }).catch(() => undefined);
    await Promise.race([asked, operator.clock.sleep(20_000)]);
    for (let waited = 0; waited < askAgainMs; waited += lookEveryMs) {
      const run = await operator.after(lookEveryMs, "", () => lastRun(options));
      if (run === undefined || run.run <= after) continue;
      if (run.state === "finished") return run.run;
      if (run.state === "stopped") throw new Error(`run stopped: ${run.code} ${run.detail}`);
      if (run.state !== "paused") continue;
      // Whoever hears of it gives back what rights were taken.
      stage.procore.restore();
      break;
    }
  }
  throw new Error("the sync never ended");
}

/** What Procore refused without a reason of ours is held, as it should be, and goes with the next sync. */
async function syncAll(stage: Stage, options: PlayOptions, mode: "full" | "delta", after: bigint): Promise<bigint> {
  const refusals = () => countRefusing(stage.faults.hits);
  let before = refusals();
  let run = await sync(stage, options, mode, after);
  while (refusals() > before) {
    before = refusals();
    stage.procore.restore();
    run = await sync(stage, options, "delta", run);
  }
  return run;
}

/** The accountant changes the rules between two syncs, and has all that is posted follow them (ruling 23). */
async function recodeAll({ firm, mapping }: Stage, { store, tenant }: PlayOptions): Promise<void> {
  firm.isRecoded = true;
  const ask = { tenant, connection: "main", mapping, choice: {} };
  const found = await readRecodable(store, ask);
  if (found.lines.length === 0 || found.left.length > 0) throw new Error(`re-coding finds ${found.lines.length} lines`);
  await markRecoding(store, ask, found, { actor: "user:accountant", note: "swapped", atMs: 0 });
}

async function act(stage: Stage, seed: number, options: PlayOptions, dice: ReturnType<typeof createDice>): Promise<string[]> {
  void stage.startHub("hub-a");
  if (dice.chance(0.5)) void stage.startHub("hub-b");
  while (stage.hub === undefined) await stage.operator.clock.sleep(1_000);
  stage.startAgent(await stage.enrol());
  const first = await syncAll(stage, options, "full", 0n);
  const wrong = await stage.operator.after(0, "audit", () => audit(stage, options));
  stage.nextDay();
  // Of its own dice, so that the schedules without it stay what they were.
  if (createDice(seed, "re-code").chance(0.4)) await stage.operator.after(0, "re-code", () => recodeAll(stage, options));
  stage.faults.hasten();
  const second = await syncAll(stage, options, dice.chance(0.6) ? "delta" : "full", first);
  wrong.push(...(await stage.operator.after(0, "audit", () => audit(stage, options))));
  // A schedule that had all its faults has nothing left to do.
  if (!dice.chance(0.1)) return wrong;
  const writes = stage.procore.writes();
  await sync(stage, options, "full", second);
  if (stage.procore.writes() !== writes) wrong.push(`a third sync wrote ${stage.procore.writes() - writes} times`);
  return wrong;
}

async function audit(stage: Stage, { store, tenant }: PlayOptions): Promise<string[]> {
  const { firm, procore } = stage;
  // What was refused for a while goes after what it should have gone before.
  const isOrdered = countRefusing(stage.faults.hits) === 0;
  const wrong = [...auditProcore(firm, procore.world, isOrdered), ...(await auditBooks({ store, tenant }, firm, procore.world))];
  return wrong.length === 0 ? [] : [...wrong, ...(await refusals({ store, tenant }))];
}

export async function play(seed: number, options: PlayOptions): Promise<Played> {
  const dice = createDice(seed, "play");
  const faults = options.isCalm ? [] : drawFaults(dice, seed);
  const stage = new Stage({ ...options, seed, faults });
  const { scheduler } = stage;
  const atoms = stage.firm.atomCount();
  const wrong = await scheduler
    .until(act(stage, seed, options, dice), mostMs)
    .catch((error: unknown) => [error instanceof Error ? (error.stack ?? error.message) : String(error)]);
  stage.end();
  const broken = stage.procore.fault();
  return {
    seed,
    wrong: [
      ...stage.watch.violations,
      ...stage.writeWatch.violations,
      ...(broken === undefined ? [] : [`the simulated Procore failed: ${broken}`]),
      ...wrong,
    ],
    planned: stage.faults.planned,
    hits: stage.faults.hits,
    atoms,
    events: scheduler.happened,
    virtualMs: scheduler.nowMs,
    trace: scheduler.trace(),
  };
}
