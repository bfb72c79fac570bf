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

const any: Pattern = { kind: "any" };
const exactly = (value: string): Pattern => ({ kind: "exact", value });

/** Wider is larger: first the object, then the account. */
const objectStep = 100;

const noTarget = { project: "", costCode: "", costType: "" };

/** An entry that some of its money speaks against stands for nothing, whatever the rest says. */
function addTo(entries: Map<string, Entry>, mass: Mass, rule: MappingRule, breadth: number, speaksFor: boolean): void {
  const { objectKind, object, account, materialGroup } = rule;
  const name = `${objectKind}\n${JSON.stringify([object, account, materialGroup])}`;
  const known = entries.get(name);
  if (!known) {
    const [members, gain] = speaksFor ? [[mass], mass.weight] : [[], 0];
    entries.set(name, { rule, name, members, breadth, gain, isVoid: !speaksFor });
  } else if (speaksFor && isSameTarget(known.rule.target, rule.target)) {
    known.members.push(mass);
    known.gain += mass.weight;
  } else known.isVoid = true;
}

/**
 * Whether a rule for all material groups may stand for an item of a purchase order: only where the object and the account lead there without its
 * group, too, for such a rule holds the cost of other days as well.
 */
function leadsWithoutGroup(mass: Mass, said: Answer, answer: PickAsk["answer"]): boolean {
  if (said.kind === "question" || mass.materialGroup === "") return said.kind !== "question";
  const plain = answer({ ...mass, materialGroup: "" });
  return plain.kind === "target" && isSameTarget(plain.target, said.target);
}

function entriesOf({ masses, answer }: PickAsk): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const mass of masses) {
    const said = answer(mass);
    const target = said.kind === "question" ? noTarget : said.target;
    const isPlain = leadsWithoutGroup(mass, said, answer);
    const accounts = accountPatterns(mass.account);
    for (const [wide, object] of objectPatterns(mass.objectKind, mass.object).entries())
      for (const [high, account] of accounts.entries())
        addTo(entries, mass, ruleFor(mass.objectKind, { object, account, target }), wide * objectStep + high, isPlain);
    if (isPlain || said.kind === "question") continue;
    const narrow = { object: exactly(mass.object), account: accounts[0] ?? any, materialGroup: exactly(mass.materialGroup) };
    addTo(entries, mass, ruleFor(mass.objectKind, { ...narrow, target }), 0, true);
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
    const materialGroup = mass.materialGroup === "" ? any : exactly(mass.materialGroup);
    const rule = {
      ...ruleFor(mass.objectKind, { object, account, materialGroup, target: said.target }),
      companyCode: exactly(mass.companyCode),
    };
    return [{ rule, why: "another company code or material group leads it elsewhere", masses: [mass] }];
  });
  return [...open.filter((each) => each.masses.length > 0), ...rest];
}

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

const anyText = (text: string | undefined) => text || "(any)";

/** A rule's three parts, as a person names them. */
export function ruleWords(rule: MappingRule): { object: string; account: string; target: string } {
  const {
    object_type: kind,
    object,
    account,
    material_group: group,
    project,
    cost_code: code,
    cost_type: type,
  } = mappingCells(rule);
  const ofGroup = group === "" ? "" : `, material group ${group}`;
  return {
    object: `${kind} ${anyText(object)}`,
    account: `${anyText(account)}${ofGroup}`,
    target: `${project} ${code}.${type}`,
  };
}

/** In one line. */
export function ruleText(rule: MappingRule): string {
  const { object, account, target } = ruleWords(rule);
  return `${object}, account ${account}: ${target}`;
}
