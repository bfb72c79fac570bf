/**
 * Few rules that carry most of the money: of all patterns that are proved and may stand beside the rules of today, always the one that places most of what is still
 * unplaced; between equals the narrower. The order is by money alone, so that a person who stops reading anywhere has read what counts most.
 */
import type { MappingRule, Pattern } from "../rule.ts";
import { mappingCells } from "../write-rules.ts";
import type { Answer, Place } from "./answers.ts";
import type { Clash } from "./beside-rules.ts";
import { createHeap } from "./heap.ts";
import type { Mass } from "./masses.ts";
import { isSameTarget, type Proof } from "./proof.ts";
import { accountPatterns, objectPatterns, ruleFor } from "./wider.ts";

export type Picked = { readonly rule: MappingRule; readonly proof: Proof; readonly added: readonly Mass[] };
export type LeftOut = { readonly rule: MappingRule; readonly why: string; readonly masses: readonly Mass[] };

type Entry = { rule: MappingRule; name: string; members: Mass[]; breadth: number; gain: number; isVoid: boolean };

export type PickAsk = {
  readonly masses: readonly Mass[];
  readonly answer: (place: Place) => Answer;
  readonly prove: (rule: MappingRule) => Proof | undefined;
  readonly clash: (rule: MappingRule) => Clash | undefined;
};

/** Wider is larger: first the object, then the account. */
const objectStep = 100;

function entriesOf({ masses, answer }: PickAsk): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const mass of masses) {
    const said = answer(mass);
    for (const [wide, object] of objectPatterns(mass.objectKind, mass.object).entries())
      for (const [high, account] of accountPatterns(mass.account).entries()) {
        const name = `${mass.objectKind}\n${JSON.stringify([object, account])}`;
        const known = entries.get(name);
        if (said.kind === "question") {
          const target = known?.rule.target ?? { project: "", costCode: "", costType: "" };
          const rule = known?.rule ?? ruleFor(mass.objectKind, { object, account, target });
          entries.set(name, { rule, name, members: [], breadth: 0, gain: 0, isVoid: true });
        } else if (!known) {
          const rule = ruleFor(mass.objectKind, { object, account, target: said.target });
          entries.set(name, { rule, name, members: [mass], breadth: wide * objectStep + high, gain: mass.weight, isVoid: false });
        } else if (isSameTarget(known.rule.target, said.target)) {
          known.members.push(mass);
          known.gain += mass.weight;
        } else known.isVoid = true;
      }
  }
  return [...entries.values()].filter(({ isVoid, gain }) => !isVoid && gain > 0);
}

const compareEntries = (left: Entry, right: Entry): number =>
  right.gain - left.gain || left.breadth - right.breadth || (left.name < right.name ? -1 : 1);

/** What has an answer and no rule: a narrow rule that clashed, where no wider one took its place, and objects that each company code leads elsewhere. */
function leftOutOf({ masses, answer }: PickAsk, clashes: readonly LeftOut[], covered: ReadonlySet<Mass>): readonly LeftOut[] {
  const open = clashes.map((each) => ({ ...each, masses: each.masses.filter((mass) => !covered.has(mass)) }));
  const told = new Set(open.flatMap((each) => each.masses));
  const rest = masses.flatMap((mass): readonly LeftOut[] => {
    const said = answer(mass);
    if (said.kind === "question" || mass.weight === 0 || covered.has(mass) || told.has(mass)) return [];
    const [object, account] = [exactly(mass.object), exactly(mass.account)];
    const rule = {
      ...ruleFor(mass.objectKind, { object, account, target: said.target }),
      companyCode: exactly(mass.companyCode),
    };
    return [{ rule, why: "another company code leads it elsewhere", masses: [mass] }];
  });
  return [...open.filter((each) => each.masses.length > 0), ...rest];
}

const exactly = (value: string): Pattern => ({ kind: "exact", value });

export function pickRules(ask: PickAsk): { readonly picked: readonly Picked[]; readonly leftOut: readonly LeftOut[] } {
  const heap = createHeap(entriesOf(ask), compareEntries);
  const covered = new Set<Mass>();
  const picked: Picked[] = [];
  const clashes: LeftOut[] = [];
  for (let entry = heap.pop(); entry; entry = heap.pop()) {
    const open = entry.members.filter((mass) => !covered.has(mass));
    const gain = open.reduce((sum, { weight }) => sum + weight, 0);
    if (gain === 0) continue;
    if (gain < entry.gain) {
      heap.push({ ...entry, members: open, gain });
      continue;
    }
    const clash = ask.clash(entry.rule);
    if (clash) {
      if (entry.breadth === 0) clashes.push({ rule: entry.rule, why: `${clash.why} ${clash.rule}`, masses: open });
      continue;
    }
    const proof = ask.prove(entry.rule);
    if (!proof) continue;
    const added = proof.held.filter((each) => !covered.has(each));
    for (const each of added) covered.add(each);
    picked.push({ rule: entry.rule, proof, added });
  }
  return { picked, leftOut: leftOutOf(ask, clashes, covered) };
}

/** A rule in one line, as a person names it. */
export function ruleText(rule: MappingRule): string {
  const { object_type: kind, object, account, project, cost_code: code, cost_type: type } = mappingCells(rule);
  return `${kind} ${object || "(any)"}, account ${account || "(any)"}: ${project} ${code}.${type}`;
}
