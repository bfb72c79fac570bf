// What a person reads of all that was played: failures first, each with how to play it again, then how often each fault was met.
import { faultNames } from "./faults.ts";
import type { Kills } from "./kills.ts";
import type { Played } from "./play.ts";
import type { Proofs } from "./prove.ts";

/** At 2,000 seeds each fault at least 20 times, and in proportion with fewer. */
const hitsWanted = (seeds: number): number => Math.floor((20 * seeds) / 2_000);
const faultsWanted = 3;
const shownMax = 10;

export function failureText({ seed, planned, wrong }: Played): string {
  const rest = wrong.length > shownMax ? [`… and ${wrong.length - shownMax} more`] : [];
  const lines = [...wrong.slice(0, shownMax), ...rest].map((line) => `    ${line}`);
  return [
    `seed ${seed} FAILED (faults: ${planned.join(", ")}); again alone: SEED=${seed} npm run test:exactly-once`,
    ...lines,
  ].join("\n");
}

export function hitsOf(played: readonly Played[]): Map<string, number> {
  const hits = new Map(faultNames.map((name) => [name, 0]));
  for (const name of played.flatMap((each) => each.hits)) hits.set(name, (hits.get(name) ?? 0) + 1);
  return hits;
}

export type Outcome = {
  played: readonly Played[];
  /** Undefined where one seed is played alone. */
  proofs: Proofs | undefined;
  kills: Kills | undefined;
  scheduledSeconds: number;
  seconds: number;
};

function schedulesText({ played, scheduledSeconds }: Outcome, failed: number): string {
  const lame = played.filter((each) => each.hits.length < faultsWanted).length;
  const atoms = Math.min(...played.map((each) => each.atoms));
  const hours = played.reduce((sum, { virtualMs }) => sum + virtualMs, 0) / 3_600_000;
  return (
    `simulation: ${played.length} schedules, each of at least ${atoms} atoms, ${hours.toFixed(1)} hours of virtual time in ` +
    `${scheduledSeconds.toFixed(0)} s; ${failed} failed; in ${lame} fewer than ${faultsWanted} faults came to pass`
  );
}

export function reportOf(outcome: Outcome): { text: string; isGood: boolean } {
  const { played, proofs, kills, seconds } = outcome;
  const failed = played.filter(({ wrong }) => wrong.length > 0).length;
  const hits = hitsOf(played);
  const wanted = hitsWanted(played.length);
  const tooFew = [...hits].filter(([, count]) => count < wanted).map(([name, count]) => `${name} ${count}`);
  const met = [...hits.values()].reduce((sum, count) => sum + count, 0);
  const [least] = [...hits].sort(([, left], [, right]) => left - right);
  const isGood = failed === 0 && tooFew.length === 0 && (proofs?.caught ?? 0) === (proofs?.of ?? 0) && kills?.isGood !== false;
  const lines = [
    `faults met: ${[...hits].map(([name, count]) => `${name} ${count}`).join(", ")}`,
    ...(tooFew.length > 0 ? [`FAILED: met fewer than ${wanted} times: ${tooFew.join(", ")}`] : []),
    schedulesText(outcome, failed),
    ...(kills ? [kills.said] : []),
    `exactly once: ${isGood ? "passed" : "FAILED"} in ${seconds.toFixed(0)} s: ${played.length} schedules (${failed} failed), ` +
      `${hits.size} kinds of fault met ${met} times (least: ${least?.join(" ")}), ${kills?.kills ?? 0} kills, ` +
      `${proofs?.caught ?? 0} of ${proofs?.of ?? 0} mutants caught`,
  ];
  return { text: `${lines.join("\n")}\n`, isGood };
}
