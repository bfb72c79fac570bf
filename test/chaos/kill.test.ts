// The kill test: our process dies by SIGKILL at moments chosen by event count from a seed, PostgreSQL with it in a quarter of the cases; both
// systems survive. Each history is killed several times over; then Procore must hold exactly what it holds after an uninterrupted run: nothing twice,
// nothing lost, no line written again, and our own books must be closed. KILLS=50 asks for so many kills at least; KILL_SEED=7 plays that history alone.
import { writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { afterAll, describe, expect, it } from "vitest";
import { differencesOf, type EndState, readEndState, repeatsOf } from "./end-state.ts";
import { faultPoints, killsPerHistory, type Moment, momentsOf, nameOf } from "./moments.ts";
import { type Front, type History, openStage, type Stage } from "./stage.ts";
import type { VictimAnswer } from "./victim-process.ts";

/** All of them where all schedules are asked for. */
const killsWanted = Number(process.env.KILLS ?? (Number(process.env.SEEDS ?? 0) >= 2_000 ? 50 : 25));
const onlySeed = process.env.KILL_SEED === undefined ? undefined : Number(process.env.KILL_SEED);
/** Histories at a time: they wait more than they work. */
const lanesMax = Number(process.env.KILL_LANES ?? 2);
/** With the wait for a lane. */
const caseTimeoutMs = 900_000;

/** Answers that never come: they put effects in doubt, so that there is something to look up, and to die over. */
const weather: readonly Front[] = [
  { on: { path: "/vendors/sync$", method: "PATCH" }, how: "timeout-after-commit", times: 1 },
  { on: { path: "/line_items/sync$", method: "PATCH" }, how: "timeout-after-commit", times: 2, skip: 3 },
  // No upsert stands behind these.
  { on: { path: "/requisitions$", method: "POST" }, how: "timeout-after-commit", times: 2, skip: 1 },
  { on: { path: "/requisitions$", method: "POST" }, how: "late-commit", times: 1, skip: 4, delayMs: 700 },
  { on: { path: "/direct_costs/sync$", method: "PATCH" }, how: "cut-after-commit", times: 1, skip: 1 },
  // It arrives after we gave up on it, and before we may look.
  { on: { path: "/direct_costs/line_items/sync$", method: "PATCH" }, how: "late-commit", times: 1, skip: 1, delayMs: 900 },
];

function expectClosedBooks({ books, state, detail }: VictimAnswer): void {
  expect(detail ?? "").toBe("");
  expect(state).toBe("finished");
  const { dispositions, ...open } = books;
  expect(open).toEqual({ openEffects: [], unsettledAtoms: [], unfinishedRuns: [], openTasks: 0 });
  expect(dispositions.posted).toBeGreaterThan(0);
}

/** Where the first process had finished its run, the next one's finds the same atoms unchanged. */
function inWhole({ dispositions: { posted = 0, unchanged = 0, ...others } }: VictimAnswer["books"]): Record<string, number> {
  return { ...others, inProcore: posted + unchanged };
}

type Calm = { end: EndState; answer: VictimAnswer };

/** One history that nobody disturbs. In fair weather too: what bad weather does to it must not show in the end. */
async function runCalmly(stage: Stage, fronts: readonly Front[]): Promise<Calm> {
  const history = await stage.openHistory(fronts);
  try {
    const victim = history.startVictim();
    const answer = await victim.sync();
    if (answer === "killed") throw new Error("the uninterrupted run was killed");
    await victim.end();
    return { answer, end: await readEndState(history.access) };
  } finally {
    await history.close();
  }
}

/** Another process on the same installation: it must end as if nothing had been, and then have nothing left to do. */
async function finish(history: History): Promise<VictimAnswer> {
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
  return answer;
}

// Before the cases are named: their names say which event of how many they are about.
const startedAt = performance.now();
const stage = await openStage(lanesMax);
const [fair, foul] = await Promise.all([runCalmly(stage, []), runCalmly(stage, weather)]).catch(async (error: unknown) => {
  await stage.close();
  throw error;
});

/** How many seconds it took, without the wait for a lane. */
async function playOut(moments: readonly Moment[]): Promise<number> {
  const history = await stage.openHistory(weather);
  const from = performance.now();
  try {
    for (const { kill } of moments) {
      // What bad weather did to the lives before may leave less to pass than was counted: then it has ended by itself, and is counted as no kill.
      if ((await history.startVictim(kill).sync()) !== "killed") break;
      kills += 1;
    }
    const { books } = await finish(history);
    const found = await readEndState(history.access);
    expect(differencesOf(fair.end, found)).toEqual([]);
    expect(repeatsOf(found)).toEqual([]);
    expect(found.rewritten).toEqual([]);
    expect(inWhole(books)).toEqual(inWhole(fair.answer.books));
    return (performance.now() - from) / 1_000;
  } finally {
    await history.close();
  }
}

let kills = 0;
const lasted: { name: string; seconds: number }[] = [];

afterAll(async () => {
  await stage.close();
  const slowest = lasted.sort((left, right) => right.seconds - left.seconds)[0];
  const total = Math.round((performance.now() - startedAt) / 1_000);
  const said = `kill test: ${kills} kills in ${lasted.length} histories, ${total} s; slowest ${slowest?.seconds.toFixed(1)} s (${slowest?.name})`;
  process.stdout.write(`${said}\n`);
  if (process.env.KILL_REPORT !== undefined) writeFileSync(process.env.KILL_REPORT, JSON.stringify({ kills, said }));
});

it("ends in foul weather as in fair, every fault point passed", () => {
  for (const { answer, end } of [fair, foul]) {
    expectClosedBooks(answer);
    expect(repeatsOf(end)).toEqual([]);
    expect(end.rewritten).toEqual([]);
    expect(end.records.filter((record) => record.startsWith("requisition ")).length).toBeGreaterThan(8);
  }
  expect(differencesOf(fair.end, foul.end)).toEqual([]);
  expect(faultPoints.filter((point) => !foul.answer.passed.includes(point))).toEqual([]);
});

type Case = { name: string; moments: readonly Moment[] };

function caseOf(seed: number): Case {
  const moments = momentsOf(seed, foul.answer.passed);
  return { name: `seed ${seed}: ${moments.map(nameOf).join(", ")}`, moments };
}

/** And one to spare, for a life may end before its moment comes. */
const histories = onlySeed === undefined ? Math.ceil(killsWanted / killsPerHistory) + 1 : 1;

describe.concurrent("killed by", () => {
  it.each(Array.from({ length: histories }, (_, index) => caseOf(onlySeed ?? index + 1)))(
    "$name",
    async ({ name, moments }) => {
      if (kills >= killsWanted) return;
      lasted.push({ name, seconds: await playOut(moments) });
    },
    caseTimeoutMs,
  );
});

it("as often as was asked for", () => {
  expect(kills).toBeGreaterThanOrEqual(onlySeed === undefined ? killsWanted : 1);
});
