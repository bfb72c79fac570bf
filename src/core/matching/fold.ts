/**
 * Texts as they compare: lower case, without diacritics, punctuation and doubled blanks. Two spellings stand for the umlauts, since people write
 * both (Müller: Muller, Mueller). Other scripts stay as they are: a dakuten is part of its letter, not an accent.
 */

const expansions: Readonly<Record<string, readonly [string, string]>> = {
  ä: ["a", "ae"],
  ö: ["o", "oe"],
  ü: ["u", "ue"],
  å: ["a", "aa"],
  ø: ["o", "oe"],
  æ: ["ae", "ae"],
  œ: ["oe", "oe"],
  ß: ["ss", "ss"],
  ł: ["l", "l"],
  đ: ["d", "d"],
  ð: ["d", "d"],
  þ: ["th", "th"],
};

function fold(text: string, spelling: 0 | 1): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFC")
    .replace(/[äöüåøæœßłđðþ]/g, (letter) => expansions[letter]?.[spelling] ?? letter)
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC");
}

const oneWord: Readonly<Record<string, string>> = { und: "and", et: "and", "&": "and", "+": "and" };

function wordsOf(folded: string): readonly string[] {
  return (
    folded
      // L.L.C. and G.m.b.H. are one word each; the dot of "Co." ends one.
      .replace(/(?<![\p{L}\d])(?:\p{L}{1,3}\.){2,}(?:\p{L}(?![\p{L}\d]))?/gu, (word) => word.replaceAll(".", ""))
      .replace(/['’`´]/g, "")
      .replace(/[&+]/g, (sign) => ` ${sign} `)
      .replace(/[^\p{L}\p{N}\p{M}&+]+/gu, " ")
      .trim()
      .split(" ")
      .filter((word) => word !== "")
      .map((word) => oneWord[word] ?? word)
  );
}

/** The words of a text: as usually transcribed, and with the umlauts written out. */
export function foldWords(text: string): { readonly plain: readonly string[]; readonly writtenOut: readonly string[] } {
  return { plain: wordsOf(fold(text, 0)), writtenOut: wordsOf(fold(text, 1)) };
}

/** One spelling, without anything between the words: for places. */
export function foldJoined(text: string): string {
  return foldWords(text).plain.join("");
}
