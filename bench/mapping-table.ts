// The rules and tuples of the mapping measurement: a fifth of the rules with ranges, a fifth with prefixes, each in three effective versions;
// tuples all distinct, over objects and accounts of which some are named by rules, some fall into ranges or prefixes, some only into "any".
import { compileMapping, type MappingQuery, type MappingRule, readMappingRule } from "../src/core/index.ts";

/** A small generator of its own, so that every process makes the same rules and tuples. */
export function startNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Next = (below: number) => number;

const kinds = ["wbs", "cost-center", "order"] as const;
const companyCodes = Array.from({ length: 20 }, (_, index) => String(1_000 + index * 100));
const accounts = Array.from({ length: 600 }, (_, index) => String(400_000 + index * 137));
const materialGroups = Array.from({ length: 200 }, (_, index) => `MG${String(index).padStart(4, "0")}`);

const projectOf = (number: number) => `P-${String(1_000 + number)}`;

function objectOf(kind: (typeof kinds)[number], next: Next): string {
  if (kind === "cost-center") return String(100_000 + next(12_000));
  if (kind === "order") return String(800_000 + next(12_000));
  return `${projectOf(next(400))}.${String(next(20)).padStart(2, "0")}.${String(next(40)).padStart(2, "0")}`;
}

const pick = (list: readonly string[], next: Next) => list[next(list.length)] ?? "";
const maybe = (percent: number, text: string, next: Next) => (next(100) < percent ? text : "");

type Cells = {
  object_type: (typeof kinds)[number];
  object: string;
  account: string;
  material_group: string;
  company_code: string;
};

function exactCells(next: Next): Cells {
  const object_type = kinds[next(3)] ?? "wbs";
  return {
    object_type,
    object: maybe(85, objectOf(object_type, next), next),
    account: maybe(70, pick(accounts, next), next),
    material_group: maybe(15, pick(materialGroups, next), next),
    company_code: maybe(25, pick(companyCodes, next), next),
  };
}

/** Of one object's accounts, of all objects' accounts, or of objects. */
function rangeCells(next: Next): Cells {
  const cells = exactCells(next);
  const low = 400_000 + next(80_000);
  const account = `${low}..${low + 20 + next(8_000)}`;
  if (next(3) > 0) return { ...cells, account, object: maybe(80, cells.object, next) };
  const object_type = next(2) === 0 ? "cost-center" : "order";
  const first = (object_type === "order" ? 800_000 : 100_000) + next(12_000);
  return { ...cells, object_type, object: `${first}..${first + 3 + next(300)}` };
}

function prefixCells(next: Next): Cells {
  const cells = exactCells(next);
  if (next(4) === 0) return { ...cells, account: `${pick(accounts, next).slice(0, 2 + next(3))}*` };
  const depth = [4, 6, 9, 10][next(4)] ?? 6;
  return { ...cells, object_type: "wbs", object: `${objectOf("wbs", next).slice(0, depth)}*` };
}

function cellsOf(index: number, next: Next): Cells {
  if (index % 5 === 0) return rangeCells(next);
  return index % 5 === 1 ? prefixCells(next) : exactCells(next);
}

const versions = [
  { valid_from: "", valid_to: "2024-12-31" },
  { valid_from: "2025-01-01", valid_to: "2025-12-31" },
  { valid_from: "2026-01-01", valid_to: "" },
] as const;

function versionsOf(index: number, next: Next): MappingRule[] {
  const cells = cellsOf(index, next);
  return versions.map((version, number) => {
    const target = {
      project: projectOf(next(400)),
      cost_code: `${10 + next(30)}-${100 + next(90)}`,
      cost_type: "LMESO"[next(5)] ?? "M",
    };
    const rule = readMappingRule(`${index}/${number}`, { ...cells, ...version, ...target });
    if (!rule.ok) throw new Error(JSON.stringify(rule.error));
    return rule.value;
  });
}

/** Rules that tie with an earlier one are drawn again, so that the table is one that the product takes. */
export function makeRules(count: number, seed: number): MappingRule[] {
  const next = startNumbers(seed);
  let kept: MappingRule[][] = [];
  for (;;) {
    while (kept.length < count) kept.push(versionsOf(kept.length % 5, next));
    const named = kept.map((group, index) => group.map((rule, number) => ({ ...rule, name: `${index}/${number}` })));
    const mapping = compileMapping(named.flat());
    if (mapping.ok) return named.flat();
    const tied = new Set(mapping.error.map(({ rules }) => Number(rules.at(-1)?.split("/")[0])));
    kept = kept.filter((_, index) => !tied.has(index));
  }
}

const padded = (text: string, width: number) => text.padStart(width, "0");

const pageRows = 20_000;

/** All distinct, in pages; each call of a page makes its texts afresh: none was hashed or compared before, as those out of a database. */
export function pagesOf(count: number, seed: number): (() => MappingQuery[])[] {
  const texts = tupleTexts(count, seed);
  const pages = Array.from({ length: Math.ceil(count / pageRows) }, (_, page) =>
    texts.slice(page * pageRows, (page + 1) * pageRows),
  );
  return pages.map((page) => () => freshTuples(page));
}

function tupleTexts(count: number, seed: number): string[] {
  const next = startNumbers(seed);
  const seen = new Set<string>();
  const texts: string[] = [];
  while (seen.size < count) {
    const kind = kinds[next(3)] ?? "wbs";
    const width = kind === "wbs" ? 0 : kind === "order" ? 12 : 10;
    const date = `202${4 + next(3)}${padded(String(1 + next(12)), 2)}${padded(String(1 + next(28)), 2)}`;
    const group = maybe(40, pick(materialGroups, next), next);
    const line = [
      pick(companyCodes, next),
      kind,
      padded(objectOf(kind, next), width),
      padded(pick(accounts, next), 10),
      group,
      date,
    ];
    const text = line.join(";");
    if (seen.has(text)) continue;
    seen.add(text);
    texts.push(text);
  }
  return texts;
}

function freshTuples(texts: readonly string[]): MappingQuery[] {
  return texts.map((text) => {
    const bytes = Buffer.from(text, "latin1");
    const cut = (from: number, to: number) => bytes.toString("latin1", from, to);
    const ends = [...bytes.entries()].flatMap(([index, byte]) => (byte === 59 ? [index] : []));
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = ends;
    return {
      companyCode: cut(0, a),
      objectKind: kinds.find((kind) => kind === cut(a + 1, b)) ?? "wbs",
      object: cut(b + 1, c),
      account: cut(c + 1, d),
      materialGroup: cut(d + 1, e),
      date: cut(e + 1, bytes.length) as MappingQuery["date"],
    };
  });
}
