// What a person reads of all that was played: failures first, each with how to play it again, then how often each fault was met.
import { faultNames } from "./faults.ts";
import type { Played } from "./play.ts";

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

export function reportOf(played: readonly Played[], seconds: number): { text: string; isGood: boolean } {
  const failed = played.filter(({ wrong }) => wrong.length > 0);
  const hits = hitsOf(played);
  const wanted = hitsWanted(played.length);
  const tooFew = [...hits].filter(([, count]) => count < wanted).map(([name, count]) => `${name} ${count}`);
  const lame = played.filter((each) => each.hits.length < faultsWanted).length;
  const atoms = Math.min(...played.map((each) => each.atoms));
  const hours = played.reduce((sum, { virtualMs }) => sum + virtualMs, 0) / 3_600_000;
  const lines = [
    `faults met: ${[...hits].map(([name, count]) => `${name} ${count}`).join(", ")}`,
    ...(tooFew.length > 0 ? [`FAILED: met fewer than ${wanted} times: ${tooFew.join(", ")}`] : []),
    `simulation: ${played.length} schedules, each of at least ${atoms} atoms, ${hours.toFixed(1)} hours of virtual time in ${seconds.toFixed(0)} s; ` +
      `${failed.length} failed; in ${lame} fewer than ${faultsWanted} faults came to pass`,
  ];
  return { text: `${lines.join("\n")}\n`, isGood: failed.length === 0 && tooFew.length === 0 };
}
