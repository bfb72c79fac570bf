/** Words of a `$filter` or a key: literals of sap-data 5.2, names, parentheses, commas. Literals keep their type; nothing is a float. */
import { badUri } from "./refused.ts";

export type Literal = {
  kind: "string" | "number" | "datetime" | "datetimeoffset" | "time" | "guid" | "binary" | "boolean" | "null";
  text: string;
};
export type Token = { kind: "literal"; literal: Literal; at: number } | { kind: "name" | "mark"; text: string; at: number };

const typedShape = /^(datetimeoffset|datetime|time|guid|binary|X)'([^']*)'/;
const numberShape = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[mMdDfFlL]?/;
const nameShape = /^[A-Za-z_][A-Za-z0-9_/]*/;

function quoted(text: string, at: number): { value: string; length: number } {
  const match = /^'((?:[^']|'')*)'/.exec(text.slice(at));
  if (match === null) throw badUri(`Invalid URI: a quote is not closed (Position: ${at + 1})`);
  return { value: (match[1] ?? "").replaceAll("''", "'"), length: match[0].length };
}

/** Digits alone: `1000.50m` is 1000.50. An exponent is refused, because no decimal of SAP needs one. */
function numberText(word: string, at: number): string {
  const text = word.replace(/[mMdDfFlL]$/, "");
  if (/e/i.test(text)) throw badUri(`Invalid URI: ${word} is not supported (Position: ${at + 1})`);
  return text;
}

function tokenAt(text: string, at: number): { token: Token; length: number } {
  const rest = text.slice(at);
  const literal = (kind: Literal["kind"], value: string, length: number) => ({
    token: { kind: "literal" as const, literal: { kind, text: value }, at },
    length,
  });
  if (rest.startsWith("'")) {
    const { value, length } = quoted(text, at);
    return literal("string", value, length);
  }
  const typed = typedShape.exec(rest);
  if (typed !== null)
    return literal((typed[1] === "X" ? "binary" : typed[1]) as Literal["kind"], typed[2] ?? "", typed[0].length);
  if (/^[(),=]/.test(rest)) return { token: { kind: "mark", text: rest.slice(0, 1), at }, length: 1 };
  const number = numberShape.exec(rest)?.[0];
  if (number !== undefined) return literal("number", numberText(number, at), number.length);
  const name = nameShape.exec(rest)?.[0];
  if (name === undefined) throw badUri(`Invalid URI: unexpected character (Position: ${at + 1})`);
  if (name === "true" || name === "false") return literal("boolean", name, name.length);
  if (name === "null") return literal("null", "", name.length);
  return { token: { kind: "name", text: name, at }, length: name.length };
}

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const blanks = /^\s+/.exec(text.slice(at))?.[0].length ?? 0;
    at += blanks;
    if (at >= text.length) break;
    const { token, length } = tokenAt(text, at);
    tokens.push(token);
    at += length;
  }
  return tokens;
}
