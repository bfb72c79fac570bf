/**
 * How alike two texts are, by the words that they share, each weighed by how few of the candidates bear it: "concrete" in one code of forty says much, "project"
 * in each says nothing. No more than a person could do with a pencil. Numbers, Roman numerals and single letters tell things of one name apart (Hall 2, Tower B).
 */
import { foldWords } from "../../matching/index.ts";

export type Words = {
  /** As they compare, with how they were written. */
  readonly all: ReadonlyMap<string, string>;
  readonly marks: ReadonlySet<string>;
};

const empty = new Set(
  "and the of for in an at on to with by der die das des den dem fur von vom im am zu zum mit bei de la le du del el y".split(
    " ",
  ),
);
const roman = /^(?:i{1,3}|iv|vi{0,3}|ix|x{1,3})$/;

/** ae, oe and ue as a, o and u on both sides, so that either spelling of an umlaut meets; a plural meets its singular. */
function canonical(word: string): string {
  const plain = word.replace(/([aou])e/g, "$1");
  return plain.length > 4 && plain.endsWith("s") && !plain.endsWith("ss") ? plain.slice(0, -1) : plain;
}

export function readWords(text: string): Words {
  const all = new Map<string, string>();
  const marks = new Set<string>();
  for (const word of foldWords(text).plain) {
    const same = /\d/.test(word) ? word.replace(/^0+(?=.)/, "") : canonical(word);
    if (empty.has(same)) continue;
    all.set(same, word);
    if (/\d/.test(same) || roman.test(same) || same.length === 1) marks.add(same);
  }
  return { all, marks };
}

/** Hall 2 is not Hall 3; a number that only one side gives says nothing. */
export function hasOtherMarks(left: Words, right: Words): boolean {
  const isWithin = (few: ReadonlySet<string>, many: ReadonlySet<string>) => [...few].every((mark) => many.has(mark));
  return !isWithin(left.marks, right.marks) && !isWithin(right.marks, left.marks);
}

function withoutWords({ all, marks }: Words, isLeft: (word: string) => boolean): Words {
  return {
    all: new Map([...all].filter(([word]) => !isLeft(word))),
    marks: new Set([...marks].filter((word) => !isLeft(word))),
  };
}

export type Likeness<Value> = {
  readonly value: Value;
  readonly isSame: boolean;
  /** What they share of all their words, by weight. */
  readonly permille: number;
  readonly shared: readonly string[];
  readonly hasOtherMarks: boolean;
};

type Entry<Value> = { readonly value: Value; readonly words: Words };

/** A word that more bear leads nowhere by itself. */
const bearersMax = 500;
const weightMost = 1_000;

export function createWordIndex<Value>(given: readonly { value: Value; text: string }[]) {
  const entries: Entry<Value>[] = given.map(({ value, text }) => ({ value, words: readWords(text) }));
  const bearers = new Map<string, number[]>();
  for (const [index, { words }] of entries.entries())
    for (const word of words.all.keys()) {
      const known = bearers.get(word);
      if (known) known.push(index);
      else bearers.set(word, [index]);
    }
  const weightOf = (word: string) => Math.floor(weightMost / (bearers.get(word)?.length ?? 1));
  const sum = (words: Iterable<string>) => [...words].reduce((total, word) => total + weightOf(word), 0);
  const compare = (words: Words, { value, words: other }: Entry<Value>): Likeness<Value> => {
    const both = [...words.all.keys()].filter((word) => other.all.has(word));
    const union = sum(words.all.keys()) + sum(other.all.keys()) - sum(both);
    return {
      value,
      isSame: both.length === words.all.size && both.length === other.all.size,
      permille: union === 0 ? 0 : Math.floor((sum(both) * 1_000) / union),
      shared: both.map((word) => words.all.get(word) ?? word),
      hasOtherMarks: hasOtherMarks(words, other),
    };
  };
  /** All that share a word which tells anything. Words of `said` that no candidate bears are no part of the text: they name what is known already. */
  return (text: string, said?: Words): readonly Likeness<Value>[] => {
    const words = said ? withoutWords(readWords(text), (word) => said.all.has(word) && !bearers.has(word)) : readWords(text);
    const found = new Set<number>();
    for (const word of words.all.keys()) {
      const own = bearers.get(word) ?? [];
      if (own.length <= bearersMax && !words.marks.has(word)) for (const index of own) found.add(index);
    }
    return [...found]
      .sort((left, right) => left - right)
      .flatMap((index) => {
        const entry = entries[index];
        return entry ? [compare(words, entry)] : [];
      });
  };
}
