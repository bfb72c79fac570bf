// At which moments the lives of one history end. Chosen by event count, not by time: the n-th passing of a named fault point, counted in an
// uninterrupted run of the same world. The same seed gives the same moments on every machine. A history has several lives, each of which dies a stretch
// further on its way, for what a kill costs is mostly the world around it.
import type { Kill } from "./victim-process.ts";

/** `place`: how far on the way, of how many events in all. */
export type Moment = { phase: string; kill: Kill; place: number; of: number };

const phases: Readonly<Record<string, readonly string[]>> = {
  read: ["agent.before-read", "agent.after-read", "agent.before-upload", "agent.after-upload"],
  ingest: ["ingest.before-commit", "ingest.after-commit"],
  apply: ["apply.sending", "apply.answered", "apply.settled"],
  confirm: ["confirm.looked-up", "run.after-apply"],
};
export const faultPoints = Object.values(phases).flat();
const phaseNames = Object.keys(phases);

export const killsPerHistory = 5;
/** What is left of the way after the last: answers may be late, and a life may pass less than the uninterrupted run did. */
const lastPlace = 0.9;

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

type Place = { at: number; phase: string };

/** In a stretch of its own, at a place of the phase whose turn it is where that has one there. */
function placeIn(
  passed: readonly string[],
  { from, below }: { from: number; below: number },
  turn: number,
  chance: number,
): Place {
  for (let each = 0; each < phaseNames.length; each += 1) {
    const phase = phaseNames[(turn + each) % phaseNames.length] ?? "";
    const points = phases[phase] ?? [];
    const places = Array.from({ length: below - from }, (_, index) => from + index).filter((at) =>
      points.includes(passed[at] ?? ""),
    );
    const at = places[Math.floor(chance * places.length)];
    if (at !== undefined) return { at, phase };
  }
  throw new Error(`nothing is passed between ${from} and ${below}`);
}

/** `passed`: every fault point that an uninterrupted run passed, in order. */
export function momentsOf(seed: number, passed: readonly string[]): Moment[] {
  const next = generator(seed);
  const end = Math.floor(passed.length * lastPlace);
  const bounds = Array.from({ length: killsPerHistory + 1 }, (_, index) => Math.floor((end * index) / killsPerHistory));
  let after = 0;
  return Array.from({ length: killsPerHistory }, (_, index): Moment => {
    const from = bounds[index] ?? 0;
    const { at, phase } = placeIn(passed, { from, below: bounds[index + 1] ?? end }, seed + index, next());
    const point = passed[at] ?? "";
    // Of those since the last death: a new process counts from nothing.
    const n = passed.slice(after, at + 1).filter((each) => each === point).length;
    after = at + 1;
    // A quarter of all, at each place on the way in turn.
    const withPostgres = (seed * killsPerHistory + index) % 4 === 0;
    return { phase, kill: { point, n, withPostgres }, place: at + 1, of: passed.length };
  });
}

export function nameOf({ phase, kill, place, of }: Moment): string {
  return `${phase} ${kill.point} at ${place} of ${of}${kill.withPostgres ? " with PostgreSQL" : ""}`;
}
