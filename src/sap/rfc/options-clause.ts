/**
 * Writes the OPTIONS lines of RFC_READ_TABLE from a filter tree (sap-rfc 1.6). Guarantees: a blank around every token; literals quoted,
 * doubled and checked against the dictionary, for a literal that is too long or no date is a short dump in SAP and not an exception;
 * lines that are broken between tokens only and never run over; names from the dictionary only. No text from outside can change the
 * clause's shape. What does not fit one call is refused, and the caller splits.
 */
import { isCalendarDate, isClockTime } from "./abap-values.ts";
import { forbiddenInLiteral } from "./control-characters.ts";
import { type DictionaryField, isAbapName, type TableDescription } from "./dictionary.ts";
import type { Where } from "./where.ts";

export type OptionsClause =
  | { kind: "clause"; lines: readonly string[] }
  | {
      kind: "refused";
      code:
        | "field-unknown"
        | "field-not-comparable"
        | "literal-too-long"
        | "literal-not-valid"
        | "empty-list"
        | "too-many-literals"
        | "clause-too-long"
        | "too-deep";
      detail: string;
    };

/** sap-rfc 1.6 rule 7: no documented limit, about 8 KB and 500 literals are safe. */
export const literalsMax = 450;
export const clauseLengthMax = 8_192;
const depthMax = 20;
/** Lines hold 72 characters; a continuation begins with a blank, for sources disagree whether SAP puts one between lines (1.6 rule 4). */
const lineWidth = 71;

type Refused = Extract<OptionsClause, { kind: "refused" }>;

class ClauseRefusal extends Error {
  readonly refused: Refused;
  constructor(code: Refused["code"], detail: string) {
    super(detail);
    this.refused = { kind: "refused", code, detail };
  }
}

/** No filter gives no lines. */
export function buildOptions(where: Where | undefined, description: TableDescription): OptionsClause {
  if (where === undefined || isAlwaysTrue(where)) return { kind: "clause", lines: [] };
  try {
    const writer = { description, tokens: [] as string[], literals: 0, length: 0 };
    writeNode(writer, where, 1);
    return { kind: "clause", lines: breakLines(writer.tokens) };
  } catch (error) {
    if (error instanceof ClauseRefusal) return error.refused;
    throw error;
  }
}

function isAlwaysTrue(where: Where): boolean {
  return where.kind === "all" && where.of.every(isAlwaysTrue);
}

type Writer = { description: TableDescription; tokens: string[]; literals: number; length: number };

function put(writer: Writer, ...tokens: readonly string[]): void {
  for (const token of tokens) {
    writer.tokens.push(token);
    writer.length += token.length + 1;
  }
  if (writer.length > clauseLengthMax)
    throw new ClauseRefusal(
      "clause-too-long",
      `The filter on ${writer.description.table} is longer than ${clauseLengthMax} characters; split it.`,
    );
}

function writeNode(writer: Writer, where: Where, depth: number): void {
  if (depth > depthMax)
    throw new ClauseRefusal("too-deep", `The filter on ${writer.description.table} is nested deeper than ${depthMax}.`);
  switch (where.kind) {
    case "all":
    case "any":
      writeGroup(writer, where, depth);
      break;
    case "not":
      put(writer, "NOT", "(");
      writeNode(writer, where.of, depth + 1);
      put(writer, ")");
      break;
    case "compare":
      put(writer, fieldName(writer, where.field), operatorOf(writer, where.operator), literal(writer, where.field, where.value));
      break;
    case "between":
      put(writer, fieldName(writer, where.field), "BETWEEN", literal(writer, where.field, where.low));
      put(writer, "AND", literal(writer, where.field, where.high));
      break;
    case "in":
      writeList(writer, where);
      break;
    case "starts-with":
      writePrefix(writer, where);
      break;
    default:
      // The type says that there is no other; a tree that came as JSON may still lie.
      throw new ClauseRefusal("literal-not-valid", `A filter on ${writer.description.table} is of a kind that does not exist.`);
  }
}

function writeGroup(writer: Writer, where: Extract<Where, { kind: "all" | "any" }>, depth: number): void {
  const parts = where.kind === "all" ? where.of.filter((part) => !isAlwaysTrue(part)) : where.of;
  // An empty OR is never true, and a true branch makes the OR always true: neither can be said, and neither is meant.
  if (parts.length === 0 || (where.kind === "any" && parts.some(isAlwaysTrue)))
    throw new ClauseRefusal("empty-list", `A filter on ${writer.description.table} has an empty group.`);
  parts.forEach((part, index) => {
    if (index > 0) put(writer, where.kind === "all" ? "AND" : "OR");
    const isGroup = part.kind === "all" || part.kind === "any";
    if (isGroup) put(writer, "(");
    writeNode(writer, part, depth + 1);
    if (isGroup) put(writer, ")");
  });
}

function writeList(writer: Writer, where: Extract<Where, { kind: "in" }>): void {
  if (where.values.length === 0)
    throw new ClauseRefusal("empty-list", `The list of values for ${writer.description.table}-${where.field} is empty.`);
  put(writer, fieldName(writer, where.field), "IN", "(");
  where.values.forEach((value, index) => {
    if (index > 0) put(writer, ",");
    put(writer, literal(writer, where.field, value));
  });
  put(writer, ")");
}

function writePrefix(writer: Writer, where: Extract<Where, { kind: "starts-with" }>): void {
  const field = fieldOf(writer, where.field);
  if (field.abapType !== "C" && field.abapType !== "N")
    throw new ClauseRefusal("field-not-comparable", `${writer.description.table}-${field.name} has no beginning to compare.`);
  const name = fieldName(writer, where.field);
  checkCharacters(writer, field, where.value);
  if (where.value.length >= field.length) {
    put(writer, name, "=", literal(writer, where.field, where.value));
    return;
  }
  const needsEscape = /[%_#]/.test(where.value);
  const pattern = `${needsEscape ? where.value.replace(/[%_#]/g, "#$&") : where.value}%`;
  if (pattern.length > field.length)
    throw new ClauseRefusal(
      "literal-too-long",
      `${writer.description.table}-${field.name}: the escaped beginning is longer than the field.`,
    );
  put(writer, name, "LIKE", quote(writer, field, pattern), ...(needsEscape ? ["ESCAPE", "'#'"] : []));
}

const operators: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);

/** The type says so already; a tree that came as JSON may still lie. */
function operatorOf({ description }: Writer, operator: string): string {
  if (!operators.has(operator))
    throw new ClauseRefusal("literal-not-valid", `A filter on ${description.table} names an operator that does not exist.`);
  return operator;
}

function fieldOf(writer: Writer, name: string): DictionaryField {
  const field = typeof name === "string" ? writer.description.byName.get(name) : undefined;
  if (field === undefined || !isAbapName(name))
    throw new ClauseRefusal(
      "field-unknown",
      `Table ${writer.description.table} has no field ${JSON.stringify(String(name).slice(0, 40))} to filter by.`,
    );
  return field;
}

function fieldName(writer: Writer, name: string): string {
  return fieldOf(writer, name).name;
}

function literal(writer: Writer, name: string, value: string): string {
  const field = fieldOf(writer, name);
  const where = `${writer.description.table}-${name}`;
  if (typeof value !== "string") throw new ClauseRefusal("literal-not-valid", `${where}: a value is no text.`);
  const shape = whatIsWrong(field, value);
  if (shape !== undefined)
    throw new ClauseRefusal("literal-not-valid", `${where}: ${JSON.stringify(value.slice(0, 40))} ${shape}.`);
  checkCharacters(writer, field, value);
  if (field.abapType === "C" && value.length > field.length)
    throw new ClauseRefusal(
      "literal-too-long",
      `${where}: ${JSON.stringify(value.slice(0, 40))} is longer than the field's ${field.length} characters.`,
    );
  return quote(writer, field, value);
}

function whatIsWrong(field: DictionaryField, value: string): string | undefined {
  switch (field.abapType) {
    case "C":
      return undefined;
    case "N":
      return /^[0-9]+$/.test(value) && value.length === field.length
        ? undefined
        : `is not ${field.length} digits, zeros in front included`;
    case "D":
      // The initial date is a value of the field (sap-data 3: "AEDAT >= d or initial").
      return value === "00000000" || isCalendarDate(value) ? undefined : "is no date of the calendar, YYYYMMDD";
    case "T":
      return isClockTime(value) ? undefined : "is no time of day, HHMMSS";
    case "P":
    case "b":
    case "s":
    case "I":
    case "8":
      return isNumberFor(field, value)
        ? undefined
        : `is no number with at most ${field.length} digits, ${field.decimals} of them decimals`;
    default:
      return "cannot be compared: the field's type has no literal";
  }
}

function isNumberFor(field: DictionaryField, value: string): boolean {
  const match = /^-?([0-9]{1,31})(?:\.([0-9]{1,14}))?$/.exec(value);
  if (match === null) return false;
  const [, whole = "", fraction = ""] = match;
  return fraction.length <= field.decimals && whole.replace(/^0+/, "").length <= field.length - field.decimals;
}

function checkCharacters(writer: Writer, field: DictionaryField, value: string): void {
  // Control characters would break the line or the XML; a lone surrogate is half a character.
  if (forbiddenInLiteral.test(value) || !value.isWellFormed())
    throw new ClauseRefusal("literal-not-valid", `${writer.description.table}-${field.name}: a value holds a control character.`);
}

function quote(writer: Writer, field: DictionaryField, value: string): string {
  writer.literals += 1;
  if (writer.literals > literalsMax)
    throw new ClauseRefusal(
      "too-many-literals",
      `The filter on ${writer.description.table} has more than ${literalsMax} values; split it.`,
    );
  // An empty value is one blank to ABAP; written so, no reader has to guess.
  const quoted = `'${value === "" ? " " : value.replaceAll("'", "''")}'`;
  if (quoted.length > lineWidth - 1)
    throw new ClauseRefusal(
      "literal-too-long",
      `${writer.description.table}-${field.name}: a value of ${value.length} characters does not fit a line of OPTIONS.`,
    );
  return quoted;
}

function breakLines(tokens: readonly string[]): string[] {
  const lines: string[] = [];
  let line = "";
  for (const token of tokens) {
    if (line !== "" && line.length + 1 + token.length > lineWidth) {
      lines.push(line);
      line = "";
    }
    // The first token too: a first line that begins with a blank is read like the others.
    line = line === "" && lines.length === 0 ? token : `${line} ${token}`;
  }
  lines.push(line);
  return lines;
}
