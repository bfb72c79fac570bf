/**
 * A reader of OPTIONS clauses, written from sap-rfc 1.6 alone, to judge what the product writes. It reads the lines under both opinions
 * of what SAP puts between two of them (nothing, or a blank) and answers only where both mean the same.
 */
export type Clause =
  | { is: "and" | "or"; of: Clause[] }
  | { is: "not"; of: Clause }
  | { is: "compare"; field: string; operator: string; value: string }
  | { is: "between"; field: string; low: string; high: string }
  | { is: "in"; field: string; values: string[] }
  | { is: "begins"; field: string; value: string };

type Word = { quoted: boolean; text: string };

export function readClause(lines: readonly string[]): Clause {
  const tooWide = lines.find((line) => line.length > 72);
  if (tooWide !== undefined) throw new Error(`a line of ${tooWide.length} characters`);
  if (lines.some((line) => /[\p{Cc}\u2028\u2029]/u.test(line) || !line.isWellFormed()))
    throw new Error("a character that breaks lines");
  const kept = lines.map((line) => line.replace(/ +$/, ""));
  const [tight, loose] = ["", " "].map((between) => parse(words(kept.join(between))));
  if (tight === undefined || JSON.stringify(tight) !== JSON.stringify(loose)) throw new Error("the line breaks mean something");
  return tight;
}

/** Everything stands between blanks; a literal is one word, with its doubled quotes undone. */
function words(clause: string): Word[] {
  const found: Word[] = [];
  let at = 0;
  while (at < clause.length) {
    if (clause[at] === " ") at += 1;
    else if (clause[at] === "'") {
      let text = "";
      for (at += 1; ; at += 1) {
        if (at >= clause.length) throw new Error("a literal without an end");
        if (clause[at] !== "'") text += clause[at];
        else if (clause[at + 1] === "'") {
          text += "'";
          at += 1;
        } else break;
      }
      at += 1;
      if (at < clause.length && clause[at] !== " ") throw new Error("no blank behind a literal");
      found.push({ quoted: true, text });
    } else {
      let text = "";
      for (; at < clause.length && clause[at] !== " "; at += 1) text += clause[at];
      if (!/^(?:[A-Z][A-Z0-9_]*|=|<>|<|<=|>|>=|\(|\)|,)$/.test(text)) throw new Error(`the word ${text}`);
      found.push({ quoted: false, text });
    }
  }
  return found;
}

function parse(from: Word[]): Clause {
  let at = 0;
  const is = (text: string) => from[at]?.quoted === false && from[at]?.text === text;
  const accept = (text: string): boolean => {
    if (!is(text)) return false;
    at += 1;
    return true;
  };
  const expect = (text: string) => {
    if (!accept(text)) throw new Error(`no ${text} at word ${at + 1}`);
  };
  const literal = (): string => {
    const word = from[at];
    if (word?.quoted !== true) throw new Error(`no literal at word ${at + 1}`);
    at += 1;
    return word.text.replace(/ +$/, "");
  };
  const group = (word: "AND" | "OR", part: () => Clause): Clause => {
    const of = [part()];
    while (accept(word)) of.push(part());
    return of.length === 1 && of[0] !== undefined ? of[0] : { is: word === "AND" ? "and" : "or", of };
  };
  const either = (): Clause => group("OR", () => group("AND", one));
  const one = (): Clause => {
    if (accept("NOT")) return { is: "not", of: one() };
    if (accept("(")) {
      const inner = either();
      expect(")");
      return inner;
    }
    const word = from[at];
    if (word === undefined || word.quoted) throw new Error(`no field at word ${at + 1}`);
    at += 1;
    return predicate(word.text);
  };
  const predicate = (field: string): Clause => {
    if (accept("BETWEEN")) {
      const low = literal();
      expect("AND");
      return { is: "between", field, low, high: literal() };
    }
    if (accept("IN")) {
      expect("(");
      const values = [literal()];
      while (accept(",")) values.push(literal());
      expect(")");
      return { is: "in", field, values };
    }
    if (accept("LIKE")) {
      const pattern = literal();
      return { is: "begins", field, value: beginning(pattern, accept("ESCAPE") ? literal() : undefined) };
    }
    const operator = ["=", "<>", "<", "<=", ">", ">="].find(accept);
    if (operator === undefined) throw new Error(`no operator at word ${at + 1}`);
    return { is: "compare", field, operator, value: literal() };
  };
  const whole = either();
  if (at < from.length) throw new Error(`more behind the clause, at word ${at + 1}`);
  return whole;
}

/** Characters that stand for themselves, and then one `%`. */
function beginning(pattern: string, escapeChar: string | undefined): string {
  let text = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const isEscaped = escapeChar !== undefined && pattern[at] === escapeChar;
    if (isEscaped) at += 1;
    else if (pattern[at] === "%" && at === pattern.length - 1) return text;
    else if (pattern[at] === "%" || pattern[at] === "_") throw new Error("a wildcard inside the pattern");
    text += pattern[at] ?? "";
  }
  throw new Error("a pattern without its %");
}
