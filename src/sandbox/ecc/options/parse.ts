/**
 * Words to a condition tree, by the grammar of sap-rfc 1.6. Everything else (sub-queries, ORDER BY, functions, host variables,
 * numbers without quotes, a comma-less list, a missing AND) is SAPSQL_PARSE_ERROR. Throws ShortDump and nothing else.
 */
import type { Comparator, Condition } from "./condition.ts";
import { parseError, type Token, tokenize } from "./tokenize.ts";

const comparators: ReadonlyMap<string, Comparator> = new Map([
  ["=", "EQ"],
  ["<>", "NE"],
  ["<", "LT"],
  ["<=", "LE"],
  [">", "GT"],
  [">=", "GE"],
  ["EQ", "EQ"],
  ["NE", "NE"],
  ["LT", "LT"],
  ["LE", "LE"],
  ["GT", "GT"],
  ["GE", "GE"],
]);
const keywords: ReadonlySet<string> = new Set(["AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "NULL", "ESCAPE", "(", ")"]);
const nestingMax = 100;

class Parser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  parseAll(): Condition {
    const condition = this.disjunction();
    if (this.position < this.tokens.length) throw this.unexpected("AND, OR or the end");
    return condition;
  }

  private disjunction(): Condition {
    const terms = [this.conjunction()];
    while (this.accept("OR")) terms.push(this.conjunction());
    return terms.length === 1 ? (terms[0] as Condition) : { kind: "or", terms };
  }

  private conjunction(): Condition {
    const terms = [this.factor()];
    while (this.accept("AND")) terms.push(this.factor());
    return terms.length === 1 ? (terms[0] as Condition) : { kind: "and", terms };
  }

  private factor(): Condition {
    this.nesting += 1;
    if (this.nesting > nestingMax) throw parseError("The condition is nested too deeply.");
    const condition = this.negationOrPredicate();
    this.nesting -= 1;
    return condition;
  }

  private negationOrPredicate(): Condition {
    if (this.accept("NOT")) return { kind: "not", term: this.factor() };
    if (!this.accept("(")) return this.predicate();
    const inner = this.disjunction();
    this.expect(")");
    return inner;
  }

  private predicate(): Condition {
    const field = this.fieldName();
    if (this.accept("IS")) {
      const isNegated = this.accept("NOT");
      this.expect("NULL");
      return { kind: "null", field, isNegated };
    }
    const isNegated = this.accept("NOT");
    if (this.accept("BETWEEN")) {
      const low = this.literal();
      this.expect("AND");
      return { kind: "between", field, low, high: this.literal(), isNegated };
    }
    if (this.accept("LIKE")) {
      const pattern = this.literal();
      return { kind: "like", field, pattern, escape: this.accept("ESCAPE") ? this.literal() : undefined, isNegated };
    }
    if (this.accept("IN")) return { kind: "in", field, values: this.list(), isNegated };
    const comparator = comparators.get(this.upperWord() ?? "");
    if (isNegated || comparator === undefined) throw this.unexpected("a comparison operator");
    this.position += 1;
    return { kind: "compare", field, comparator, value: this.literal() };
  }

  private list(): string[] {
    this.expect("(");
    const values = [this.literal()];
    while (this.tokens[this.position]?.kind === "comma") {
      this.position += 1;
      values.push(this.literal());
    }
    this.expect(")");
    return values;
  }

  private fieldName(): string {
    const word = this.upperWord();
    if (word === undefined || keywords.has(word) || !/^[A-Z/][A-Z0-9_/~]*$/.test(word)) throw this.unexpected("a field name");
    this.position += 1;
    return word;
  }

  private literal(): string {
    const token = this.tokens[this.position];
    if (token?.kind !== "literal") throw this.unexpected("a literal in single quotes");
    this.position += 1;
    return token.value;
  }

  private upperWord(): string | undefined {
    const token = this.tokens[this.position];
    return token?.kind === "word" ? token.text.toUpperCase() : undefined;
  }

  private accept(word: string): boolean {
    if (this.upperWord() !== word) return false;
    this.position += 1;
    return true;
  }

  private expect(word: string): void {
    if (!this.accept(word)) throw this.unexpected(`"${word}"`);
  }

  private unexpected(wanted: string) {
    const token = this.tokens[this.position];
    if (token === undefined) return parseError(`The WHERE clause ends where ${wanted} was expected.`);
    const shown = token.kind === "word" ? token.text : token.kind === "comma" ? "," : `'${token.value}'`;
    return parseError(`"${shown.slice(0, 60)}" is not allowed here: ${wanted} was expected.`);
  }
}

/** Undefined for a clause without a word: no restriction. */
export function parseWhere(clause: string): Condition | undefined {
  const tokens = tokenize(clause);
  return tokens.length === 0 ? undefined : new Parser(tokens).parseAll();
}
