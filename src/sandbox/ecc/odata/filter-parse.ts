/** `$filter` into a tree: comparisons, `and`, `or`, `not`, parentheses, and the three text functions. What else OData knows is refused. */
import { type Literal, type Token, tokensOf } from "./literal.ts";
import { badUri } from "./refused.ts";

export type Comparison = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
export type TextFunction = "substringof" | "startswith" | "endswith";
type CaseFolding = "tolower" | "toupper" | "trim";
export type Operand = { property: string; folding: readonly CaseFolding[] };

export type Filter =
  | { kind: "and" | "or"; parts: readonly Filter[] }
  | { kind: "not"; part: Filter }
  | { kind: "compare"; operand: Operand; operator: Comparison; literal: Literal }
  | { kind: "text"; function: TextFunction; operand: Operand; text: string };

const comparisons: ReadonlySet<string> = new Set(["eq", "ne", "lt", "le", "gt", "ge"]);
const functions: ReadonlySet<string> = new Set(["substringof", "startswith", "endswith"]);
const foldings: ReadonlySet<string> = new Set(["tolower", "toupper", "trim"]);
const mirrored: Readonly<Record<Comparison, Comparison>> = { eq: "eq", ne: "ne", lt: "gt", le: "ge", gt: "lt", ge: "le" };

class Reader {
  private readonly tokens: readonly Token[];
  private next = 0;

  constructor(text: string) {
    this.tokens = tokensOf(text);
  }

  filter(): Filter {
    const filter = this.either();
    if (this.next < this.tokens.length) throw this.unexpected();
    return filter;
  }

  private either(): Filter {
    const parts = [this.both()];
    while (this.takes("or")) parts.push(this.both());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: "or", parts };
  }

  private both(): Filter {
    const parts = [this.single()];
    while (this.takes("and")) parts.push(this.single());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: "and", parts };
  }

  private single(): Filter {
    if (this.takes("not")) return { kind: "not", part: this.single() };
    if (this.takes("(")) {
      const inner = this.either();
      this.needs(")");
      return inner;
    }
    const token = this.tokens[this.next];
    if (token?.kind === "name" && functions.has(token.text)) return this.textFunction(token.text as TextFunction);
    return this.comparison();
  }

  /** sap-data 5.2; clients also write `… eq true` behind it. */
  private textFunction(name: TextFunction): Filter {
    this.next += 1;
    this.needs("(");
    const isTextFirst = name === "substringof";
    const first = isTextFirst ? this.literal() : this.operand();
    this.needs(",");
    const second = isTextFirst ? this.operand() : this.literal();
    this.needs(")");
    const [operand, literal] = "property" in first ? [first, second as Literal] : [second as Operand, first];
    if (literal.kind !== "string") throw badUri(`Invalid parametertype used at function '${name}'`);
    const filter: Filter = { kind: "text", function: name, operand, text: literal.text };
    if (!this.takes("eq")) return filter;
    const truth = this.literal();
    if (truth.kind !== "boolean") throw badUri(`Invalid parametertype used at function '${name}'`);
    return truth.text === "true" ? filter : { kind: "not", part: filter };
  }

  private comparison(): Filter {
    const isLiteralFirst = this.tokens[this.next]?.kind === "literal";
    const left = isLiteralFirst ? this.literal() : this.operand();
    const operator = this.operator();
    if (isLiteralFirst)
      return { kind: "compare", operand: this.operand(), operator: mirrored[operator], literal: left as Literal };
    return { kind: "compare", operand: left as Operand, operator, literal: this.literal() };
  }

  private operator(): Comparison {
    const token = this.tokens[this.next];
    if (token?.kind !== "name" || !comparisons.has(token.text)) throw this.unexpected();
    this.next += 1;
    return token.text as Comparison;
  }

  private operand(): Operand {
    const token = this.tokens[this.next];
    if (token?.kind !== "name") throw this.unexpected();
    this.next += 1;
    if (!this.takes("(")) return { property: token.text, folding: [] };
    if (!foldings.has(token.text)) throw badUri(`Function ${token.text} is not supported (Position: ${token.at + 1})`);
    const inner = this.operand();
    this.needs(")");
    return { property: inner.property, folding: [...inner.folding, token.text as CaseFolding] };
  }

  private literal(): Literal {
    const token = this.tokens[this.next];
    if (token?.kind !== "literal") throw this.unexpected();
    this.next += 1;
    return token.literal;
  }

  private takes(text: string): boolean {
    const token = this.tokens[this.next];
    if (token === undefined || token.kind === "literal" || token.text !== text) return false;
    this.next += 1;
    return true;
  }

  private needs(text: string): void {
    if (!this.takes(text)) throw this.unexpected();
  }

  private unexpected(): Error {
    const token = this.tokens[this.next];
    if (token === undefined) return badUri("Invalid URI: the filter ends too early");
    return badUri(`Invalid URI: syntax error in the filter (Position: ${token.at + 1})`);
  }
}

export function parseFilter(text: string): Filter {
  return new Reader(text).filter();
}
