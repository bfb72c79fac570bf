// Which twenty moments a seed stands for. Chosen by event count, not by time: the n-th passing of a named fault point, counted in an
// uninterrupted run of the same world. The same seed gives the same moments on every machine.
import type { Kill } from "./victim-process.ts";

type Counts = Readonly<Record<string, number>>;

export type Moment = { phase: string; kill: Kill; of: number; second?: Kill };

const phases: Readonly<Record<string, readonly string[]>> = {
  read: ["agent.before-read", "agent.after-read", "agent.before-upload", "agent.after-upload"],
  ingest: ["ingest.before-commit", "ingest.after-commit"],
  apply: ["apply.sending", "apply.answered", "apply.settled"],
  confirm: ["confirm.looked-up", "run.after-apply"],
};
export const faultPoints = Object.values(phases).flat();

const killsPerPhase = 5;
/** Of each phase this one dies a second time on its way back. */
const diesTwice = 2;
/** Slices and stages are the same in each run. Calls are not quite, for answers may be late: their last tenth is not aimed at. */
function lastAimedAt(point: string, of: number): number {
  const isSteady = point.startsWith("agent.") || point.startsWith("ingest.") || point.startsWith("run.");
  return Math.max(1, isSteady ? of : Math.floor(of * 0.9));
}

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

/** Where the second process dies: a place that it must pass, whatever the first one had done. */
function secondOf({ point }: Kill, fraction: number, counts: Counts): Kill {
  const answered = { point: "apply.answered", n: 1 + Math.floor((fraction * (counts["apply.answered"] ?? 1)) / 2) };
  if (point.startsWith("agent.") || point.startsWith("ingest.")) return { ...answered, withPostgres: false };
  // What was being sent is in doubt and is looked up before anything else; in other cases there may be no doubt left.
  const isDoubtful = point === "apply.sending" || point === "apply.answered";
  return { point: isDoubtful ? "confirm.looked-up" : "run.after-apply", n: 1, withPostgres: false };
}

export function momentsOf(seed: number, counts: Counts): Moment[] {
  const next = generator(seed);
  return Object.entries(phases).flatMap(([phase, points], row) => {
    const turn = Math.floor(next() * points.length);
    const firstFifth = Math.floor(next() * killsPerPhase);
    return Array.from({ length: killsPerPhase }, (_, index): Moment => {
      const point = points[(turn + index) % points.length] ?? "";
      const of = counts[point] ?? 0;
      // Each in a fifth of its own, so that a phase is hit early and late.
      const fifth = (firstFifth + 2 * index) % killsPerPhase;
      const n = 1 + Math.floor(((fifth + next()) / killsPerPhase) * lastAimedAt(point, of));
      // Five of the twenty, spread over the phases.
      const withPostgres = (row * killsPerPhase + index) % 4 === 0;
      const kill: Kill = { point, n, withPostgres };
      const fraction = next();
      return { phase, kill, of, ...(index === diesTwice ? { second: secondOf(kill, fraction, counts) } : {}) };
    });
  });
}

export function nameOf({ phase, kill, of, second }: Moment): string {
  const also = kill.withPostgres ? ", PostgreSQL with it" : "";
  const again = second === undefined ? "" : `, and again at ${second.point} ${second.n}`;
  return `${phase}: ${kill.point} ${kill.n} of ${of}${also}${again}`;
}
