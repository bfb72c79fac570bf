// The kill test: our process dies by SIGKILL at moments chosen by event count from a seed, PostgreSQL with it in a quarter of the cases; both
// systems survive. After a restart Procore must hold exactly what it holds after an uninterrupted run: nothing twice, nothing lost, and our own
// books must be closed. SEEDS=5 repeats all of it with five seeds.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differencesOf, type EndState, readEndState, repeatsOf } from "./end-state.ts";
import { type Front, type History, openStage, type Stage } from "./stage.ts";
import type { Kill, VictimAnswer } from "./victim-process.ts";

const phases = {
  read: ["agent.before-read", "agent.after-read"],
  ingest: ["ingest.before-commit", "ingest.after-commit"],
  apply: ["apply.sending", "apply.answered", "apply.settled"],
  confirm: ["confirm.looked-up", "run.after-apply"],
} as const;
type Phase = keyof typeof phases;

const killsPerPhase = 5;
const seeds = Array.from({ length: Number(process.env.SEEDS ?? 1) }, (_, index) => index + 1);

/** Answers that never come: they put effects in doubt, so that there is something to look up, and to die over. */
const weather: readonly Front[] = [
  { on: { path: "/vendors/sync$", method: "PATCH" }, how: "timeout-after-commit", times: 1 },
  { on: { path: "/line_items/sync$", method: "PATCH" }, how: "timeout-after-commit", times: 2, skip: 3 },
  { on: { path: "/direct_costs/sync$", method: "PATCH" }, how: "cut-after-commit", times: 2, skip: 1 },
];

/** Mulberry32: a few lines, the same on every machine. */
function generator(seed: number): () => number {
  let state = seed * 0x9e37_79b9;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Moment = { seed: number; phase: Phase; index: number; withPostgres: boolean; pick: number; fraction: number };

function momentsOf(seed: number): Moment[] {
  const next = generator(seed);
  const order = Object.keys(phases) as Phase[];
  return order.flatMap((phase, row) =>
    Array.from({ length: killsPerPhase }, (_, index) => ({
      seed,
      phase,
      index,
      // Five of the twenty, spread over the phases.
      withPostgres: (row * killsPerPhase + index) % 4 === 0,
      pick: next(),
      fraction: next(),
    })),
  );
}

let stage: Stage;
let expected: EndState;
let counted: VictimAnswer["events"];

function expectClosedBooks({ books, state, detail }: VictimAnswer): void {
  expect(detail ?? "").toBe("");
  expect(state).toBe("finished");
  const { dispositions, ...open } = books;
  expect(open).toEqual({ openEffects: [], unsettledAtoms: [], unfinishedRuns: [], openTasks: 0 });
  expect(dispositions.posted).toBeGreaterThan(0);
}

/** Another process on the same installation: it must end as if nothing had been, and then have nothing left to do. */
async function finish(history: History): Promise<void> {
  const survivor = history.startVictim();
  const answer = await survivor.sync();
  if (answer === "killed") throw new Error("the survivor was killed");
  expectClosedBooks(answer);
  const writes = await history.countWrites();
  const again = await survivor.sync();
  if (again === "killed") throw new Error("the survivor was killed");
  expectClosedBooks(again);
  expect(await history.countWrites()).toBe(writes);
  await survivor.end();
}

beforeAll(async () => {
  stage = await openStage();
  const history = await stage.openHistory(weather);
  try {
    const victim = history.startVictim();
    const answer = await victim.sync();
    if (answer === "killed") throw new Error("the uninterrupted run was killed");
    expectClosedBooks(answer);
    await victim.end();
    counted = answer.events;
    expected = await readEndState(history.access);
    expect(repeatsOf(expected)).toEqual([]);
    for (const points of Object.values(phases)) for (const point of points) expect(counted[point] ?? 0, point).toBeGreaterThan(0);
  } finally {
    await history.close();
  }
}, 120_000);

afterAll(async () => {
  await stage?.close();
});

function killOf({ phase, pick, fraction, withPostgres }: Moment): Kill {
  const points = phases[phase];
  const point = points[Math.floor(pick * points.length)] ?? points[0];
  // Row order is shuffled and slices split where it happens, so counts differ a little from run to run: the last tenth is not aimed at.
  const n = 1 + Math.floor(fraction * Math.max(1, Math.floor((counted[point] ?? 1) * 0.9)));
  return { point, n: Math.min(n, counted[point] ?? 1), withPostgres };
}

describe.each(seeds)("seed %i", (seed) => {
  it.each(
    momentsOf(seed).map(
      (moment) => [`${moment.phase} ${moment.index + 1}${moment.withPostgres ? ", PostgreSQL too" : ""}`, moment] as const,
    ),
  )(
    "killed in %s: the end is that of an uninterrupted run",
    async (_name, moment) => {
      const kill = killOf(moment);
      const history = await stage.openHistory(weather);
      try {
        const answer = await history.startVictim(kill).sync();
        expect(answer, `${kill.point} ${kill.n} of ${counted[kill.point]}`).toBe("killed");
        await finish(history);
        const found = await readEndState(history.access);
        expect(differencesOf(expected, found)).toEqual([]);
        expect(repeatsOf(found)).toEqual([]);
      } finally {
        await history.close();
      }
    },
    120_000,
  );
});
