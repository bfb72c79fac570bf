/**
 * OPTIONS lines to words. sap-rfc 1.6: 72 characters a line, trailing blanks of a line are lost, nothing is put between two lines,
 * and blanks must stand around every operator, parenthesis and list element. So a word is whatever stands between blanks, a literal
 * is one word, and `(A` is no parenthesis followed by a name but a word nobody knows.
 */
import { ShortDump } from "../abap-errors.ts";

export type Token = { kind: "word"; text: string } | { kind: "literal"; value: string } | { kind: "comma" };

export const optionLineLength = 72;
const clauseLengthMax = 1_000_000;

export function parseError(text: string): ShortDump {
  return new ShortDump("SAPSQL_PARSE_ERROR", text);
}

export function joinOptionLines(lines: readonly string[]): string {
  return lines.map((line) => withoutTrailingBlanks(line.slice(0, optionLineLength))).join("");
}

export function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

function readLiteral(clause: string, start: number): { value: string; end: number } {
  let value = "";
  let position = start + 1;
  for (;;) {
    const quote = clause.indexOf("'", position);
    if (quote < 0) throw parseError("A literal has no closing quote.");
    value += clause.slice(position, quote);
    if (clause[quote + 1] !== "'") return { value, end: quote + 1 };
    value += "'";
    position = quote + 2;
  }
}

export function tokenize(clause: string): Token[] {
  if (clause.length > clauseLengthMax) throw parseError("The WHERE clause is too long.");
  const tokens: Token[] = [];
  let position = 0;
  while (position < clause.length) {
    if (clause[position] === " ") {
      position += 1;
    } else if (clause[position] === "'") {
      const literal = readLiteral(clause, position);
      position = literal.end;
      tokens.push({ kind: "literal", value: literal.value });
      if (clause[position] === ",") {
        tokens.push({ kind: "comma" });
        position += 1;
      }
      const next = clause[position];
      if (next !== undefined && next !== " ")
        throw parseError(`"${clause.slice(position, position + 30)}" must be separated by a blank.`);
    } else {
      const blank = clause.indexOf(" ", position);
      const text = clause.slice(position, blank < 0 ? clause.length : blank);
      position += text.length;
      tokens.push(text === "," ? { kind: "comma" } : { kind: "word", text });
    }
  }
  return tokens;
}
