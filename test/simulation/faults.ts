// Which faults a schedule has, and when: each is a place and the number of its passing. Places count themselves as they are passed; the counts and
// hits of all seeds together must show that nothing named here stands idle.
import type { Dice } from "./dice.ts";

/** Where a hub or an agent may die: the product's own fault points, and on both sides of a commit. */
const deaths = [
  "agent.before-read",
  "agent.after-read",
  "agent.before-upload",
  "agent.after-upload",
  "ingest.before-commit",
  "ingest.after-commit",
  "apply.sending",
  "apply.answered",
  "apply.settled",
  "confirm.looked-up",
  "run.after-read",
  "run.after-plan",
  "run.after-apply",
  "commit.before",
  "commit.after",
] as const;

const stores = ["lost-before-commit", "lost-after-commit"] as const;

const procores = [
  "timeout-after-commit",
  "late-commit",
  "late-after-look",
  "late-arrival",
  "cut-before",
  "cut-after-commit",
  "cut-body",
  "500",
  "500-committed",
  "502-html",
  "503",
  "429",
  "slow",
  "expire-token",
  "headers-missing",
  "headers-wrong",
  "refuse-401",
  "refuse-403",
  "refuse-404",
  "refuse-409",
  "refuse-413",
  "refuse-422",
  "project-taken",
  "tool-taken",
  "empty",
  "bulk-refused",
  "bulk-lost",
  "bulk-hidden",
  "bulk-duplicated",
  "bulk-foreign",
  "bulk-reordered",
] as const;

const saps = ["cut-before", "cut-after", "html-500", "overload", "silence", "dump"] as const;
const wires = ["cut-before", "cut-after", "silence"] as const;
const others = ["superseded", "hub-clock", "agent-clock", "job-late", "job-twice"] as const;

export const faultNames: readonly string[] = [
  ...deaths.map((name) => `die ${name}`),
  ...stores.map((name) => `store ${name}`),
  ...procores.map((name) => `procore ${name}`),
  ...saps.map((name) => `sap ${name}`),
  ...wires.map((name) => `wire ${name}`),
  ...others,
];

/** How often a place is passed in a calm schedule, so that a fault's number is one that comes. */
const passings: Readonly<Record<string, number>> = {
  "die commit.before": 150,
  "die commit.after": 150,
  "die confirm.looked-up": 1,
  "die run.after-read": 6,
  "die run.after-plan": 6,
  "die run.after-apply": 6,
  superseded: 60,
  "job-late": 2,
  "job-twice": 2,
  "hub-clock": 60,
  "agent-clock": 20,
};

function usualPassings(name: string): number {
  const known = passings[name];
  if (known !== undefined) return known;
  if (name.startsWith("store ")) return 150;
  if (name.startsWith("die agent.") || name.startsWith("die ingest.")) return 14;
  if (name.startsWith("die apply.")) return 20;
  if (name.startsWith("procore bulk")) return 12;
  if (name.startsWith("procore ")) return 20;
  if (name.startsWith("sap ")) return 40;
  return 30;
}

type Fault = { name: string; at: number; hasHit: boolean };

export class Faults {
  readonly #faults: Fault[];
  readonly #passed = new Map<string, number>();
  readonly onHit: (name: string) => void;

  constructor(faults: readonly { name: string; at: number }[], onHit: (name: string) => void) {
    this.#faults = faults.map((fault) => ({ ...fault, hasHit: false }));
    this.onHit = onHit;
  }

  /** Counts one passing; true where a fault is due here. */
  pass(name: string): boolean {
    const count = (this.#passed.get(name) ?? 0) + 1;
    this.#passed.set(name, count);
    const due = this.#faults.find((fault) => !fault.hasHit && fault.name === name && fault.at <= count);
    if (due === undefined) return false;
    due.hasHit = true;
    this.onHit(name);
    return true;
  }

  /** The first that is due of several that stand at one place; each counts its passing. */
  passAny(names: readonly string[]): string | undefined {
    let hit: string | undefined;
    for (const name of names) if (hit === undefined && this.pass(name)) hit = name;
    return hit;
  }

  /** What has not come by now comes at its next passing. */
  hasten(): void {
    for (const fault of this.#faults) if (!fault.hasHit) fault.at = 0;
  }

  get planned(): readonly string[] {
    return this.#faults.map(({ name, at }) => `${name}#${at}`);
  }

  get hits(): readonly string[] {
    return this.#faults.filter(({ hasHit }) => hasHit).map(({ name }) => name);
  }
}

/** What these refuse goes with one more sync, which makes a schedule half as long again. */
const refusing = ["refuse-403", "refuse-404", "refuse-409", "refuse-413", "refuse-422", "project-taken", "tool-taken", "empty"];
const refusals: ReadonlySet<string> = new Set([...refusing, "bulk-refused"].map((name) => `procore ${name}`));
export const countRefusing = (hits: readonly string[]): number => hits.filter((name) => refusals.has(name)).length;
const brief = faultNames.filter((name) => !refusals.has(name));

/** At least three, each in its turn and two by chance. A look-up needs a doubt: its own fault comes with one. */
export function drawFaults(dice: Dice, seed: number): { name: string; at: number }[] {
  const at = (name: string) => 1 + dice.below(usualPassings(name));
  const names = [faultNames[seed % faultNames.length] ?? "", dice.pick(brief), dice.pick(brief)];
  if (names.includes("die confirm.looked-up")) names.push("procore timeout-after-commit");
  return names.map((name) => ({ name, at: at(name) }));
}
