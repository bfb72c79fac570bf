/**
 * JSON without floats. Reading keeps the text of every number that a double might bend (fractions, exponents, more than 15 digits)
 * as an `ExactNumber`; writing puts decimal text into the body as a JSON number digit by digit. Integers of up to 15 digits, which
 * covers Procore's 64-bit ids below 2^53 (procore 1 [A + C]), stay plain numbers.
 */
import { assert } from "../core/index.ts";

/** A JSON number as its text. */
export class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type SourceReviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

// Node 24 has both; the ES2024 type library has neither yet.
const parse = JSON.parse as (text: string, reviver?: SourceReviver) => unknown;
const exactJson = JSON as unknown as { rawJSON(text: string): unknown };

// A number stands at the start or after a colon, bracket or comma. A match inside a string only costs time.
const bendable = /(?:^|[:[,])\s*-?(?:\d{16}|\d+[.eE])/;

function keepText(this: unknown, _key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== "number" || context.source === undefined) return value;
  // The text decides, not the value: 4503599627370496.4 has become a whole number already.
  return /^-?\d{1,15}$/.test(context.source) ? value : new ExactNumber(context.source);
}

/** Throws a SyntaxError as JSON.parse does. A reviver makes parsing several times slower, so it runs only where it can matter. */
export function parseExactJson(text: string): unknown {
  return bendable.test(text) ? parse(text, keepText) : parse(text);
}

const plainDecimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const anyDecimal = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
// Beyond this no amount of money is meant, and a hostile exponent must not become a gigabyte of zeros.
const exponentMax = 60;

/** Decimal text as a JSON number in a body that goes through `writeJson`: direct-cost lines want numbers (procore 3 [A]). */
export function decimalNumber(text: string): unknown {
  assert(plainDecimal.test(text), `"${text}" is no plain decimal`);
  return exactJson.rawJSON(text);
}

export function writeJson(body: unknown): string {
  return JSON.stringify(body);
}

/** Plain decimal text of what Procore wrote as an amount, be it a string, an integer or a number; undefined when it is none. */
export function toDecimalText(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value === 0 ? 0 : value) : undefined;
  const text = value instanceof ExactNumber ? value.text : typeof value === "string" ? value : undefined;
  const match = text === undefined ? null : anyDecimal.exec(text);
  if (!match) return undefined;
  const [, sign = "", whole = "", fraction = "", exponentText] = match;
  if (exponentText === undefined) return text;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > exponentMax) return undefined;
  return sign + shiftPoint({ whole, fraction, places: exponent });
}

function shiftPoint({ whole, fraction, places }: { whole: string; fraction: string; places: number }): string {
  const digits = whole + fraction;
  const point = whole.length + places;
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = point <= 0 ? 1 : point;
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const right = padded.slice(at);
  return right === "" ? left : `${left}.${right}`;
}
