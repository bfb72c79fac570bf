/**
 * A company's name as it compares: the words that name it, and its legal form apart. Legal forms tell firms apart (Smith Inc., Smith LLC) and are
 * also the first thing that people leave out, so they count by themselves.
 */
import { foldWords } from "./fold.ts";

export type CompanyName = {
  /** Words without the legal form. */
  readonly words: readonly string[];
  /** The same without blanks, in each spelling: two names are one where any of these meet. */
  readonly spellings: readonly string[];
  /** Canonical words of the legal form; empty where none is named. */
  readonly legalForm: string;
};

const legalForms: Readonly<Record<string, string>> = {
  inc: "inc",
  incorporated: "inc",
  corp: "corp",
  corporation: "corp",
  co: "co",
  company: "co",
  ltd: "ltd",
  limited: "ltd",
  ltda: "ltda",
  ...Object.fromEntries(
    "llc pllc pc plc lp llp lllp gmbh mbh ag kg kgaa ohg gbr ug ev se sa sarl sas srl spa sl bv nv ab as aps oy oyj pty pte kk kft sro doo"
      .split(" ")
      .map((form) => [form, form]),
  ),
};

/** Written without blanks around them, before or behind the name. */
const scriptForms: readonly (readonly [RegExp, string])[] = [
  [/株式会社|\(株\)|㈱/g, "kk"],
  [/有限会社|\(有\)|㈲/g, "yk"],
  [/合同会社/g, "gk"],
  [/有限公司/g, "ltd"],
];

function withoutScriptForms(name: string): { rest: string; forms: readonly string[] } {
  const forms: string[] = [];
  let rest = name;
  for (const [pattern, form] of scriptForms) {
    const shorter = rest.replace(pattern, " ");
    if (shorter !== rest) forms.push(form);
    rest = shorter;
  }
  return rest.trim() === "" ? { rest: name, forms: [] } : { rest, forms };
}

/** Takes legal forms off the end; `and` goes only with the form behind it. A name of nothing else keeps its words. */
function splitWords(all: readonly string[]): { words: readonly string[]; forms: readonly string[] } {
  const start = all[0] === "the" && all.length > 1 ? 1 : 0;
  let end = all.length;
  const forms: string[] = [];
  while (end > start + 1) {
    const form = legalForms[all[end - 1] ?? ""];
    if (form === undefined) break;
    forms.unshift(form);
    end -= 1;
    if (all[end - 1] === "and" && end > start + 1) end -= 1;
  }
  return { words: all.slice(start, end), forms };
}

/** Undefined where nothing of the name is left to compare. */
export function readCompanyName(name: string): CompanyName | undefined {
  const { rest, forms: scripted } = withoutScriptForms(name);
  const folded = foldWords(rest);
  const { words, forms } = splitWords(folded.plain);
  if (words.length === 0) return undefined;
  const spellings = new Set([words.join(""), splitWords(folded.writtenOut).words.join("")]);
  return { words, spellings: [...spellings], legalForm: [...scripted, ...forms].join(" ") };
}

export type Likeness =
  | "same"
  /** One side names no legal form. */
  | "same-without-form"
  | "same-other-form"
  | "other-order"
  | "almost"
  | "begins"
  | "unlike";

/** Damerau's distance (a swap of neighbours is one), no more than `max` + 1. */
export function editDistance(left: string, right: string, max: number): number {
  if (Math.abs(left.length - right.length) > max) return max + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const next = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let cost = Math.min((last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && isSwap) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      next.push(cost);
    }
    beforeLast = last;
    last = next;
  }
  return Math.min(last[right.length] ?? max + 1, max + 1);
}

/** Slips that a word of this length may have. Numbers have none: "Hall 2" is not "Hall 3". */
function slipsOf(left: string, right: string): number {
  if (/\p{N}/u.test(left + right)) return 0;
  const length = Math.min(left.length, right.length);
  return length >= 8 ? 2 : length >= 5 ? 1 : 0;
}

/** Word by word, and at most one word differs. */
function isAlmost(left: CompanyName, right: CompanyName): boolean {
  if (left.words.length !== right.words.length) return false;
  const differing = left.words.flatMap((word, index) => (word === right.words[index] ? [] : [[word, right.words[index] ?? ""]]));
  const [pair] = differing;
  if (differing.length !== 1 || !pair) return false;
  const [one = "", other = ""] = pair;
  const slips = slipsOf(one, other);
  return slips > 0 && editDistance(one, other, slips) <= slips;
}

function isBeginning(left: CompanyName, right: CompanyName): boolean {
  const [short, long] = left.words.length < right.words.length ? [left.words, right.words] : [right.words, left.words];
  return short.length >= 2 && short.length < long.length && short.every((word, index) => word === long[index]);
}

const sorted = (words: readonly string[]) => [...words].sort().join(" ");

export function compareNames(left: CompanyName, right: CompanyName): Likeness {
  if (left.spellings.some((spelling) => right.spellings.includes(spelling))) {
    if (left.legalForm === right.legalForm) return "same";
    return left.legalForm === "" || right.legalForm === "" ? "same-without-form" : "same-other-form";
  }
  if (sorted(left.words) === sorted(right.words)) return "other-order";
  if (isAlmost(left, right)) return "almost";
  return isBeginning(left, right) ? "begins" : "unlike";
}
