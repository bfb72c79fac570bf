/**
 * Whether a value may stand in a field as world.ts defines raw values. Returns the objection in words, or undefined.
 * Junk that real tables hold (a date such as 20201364) passes; what ECC cannot store (a letter in NUMC, too long a text) does not.
 */

import { digitsOf, parseScaled } from "../decimals.ts";
import type { Field } from "../dictionary/index.ts";

const integerLimits: Readonly<Record<string, readonly [bigint, bigint]>> = {
  INT1: [0n, 255n],
  INT2: [-32_768n, 32_767n],
  INT4: [-2_147_483_648n, 2_147_483_647n],
};

function objectionToText(field: Field, value: string): string | undefined {
  if (value.length > field.length) return `is longer than its ${field.length} characters`;
  if (value.endsWith(" ")) return "ends in a blank; leave trailing blanks out";
  return undefined;
}

function objectionToDigits(field: Field, value: string): string | undefined {
  if (value.length === field.length && /^\d*$/.test(value)) return undefined;
  return `must be exactly ${field.length} digits, leading zeros included`;
}

function objectionToPacked(field: Field, value: string): string | undefined {
  const shape = field.decimals === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${field.decimals}}$`);
  const scaled = shape.test(value) ? parseScaled(value, field.decimals) : undefined;
  if (scaled === undefined)
    return `must be a number with ${field.decimals} decimals, such as ${field.decimals === 0 ? "12" : `12.${"0".repeat(field.decimals)}`}`;
  if (digitsOf(scaled) > field.length) return `has more than ${field.length} digits`;
  return undefined;
}

function objectionToInteger(field: Field, value: string): string | undefined {
  const [low, high] = integerLimits[field.dataType] ?? [0n, 0n];
  const scaled = parseScaled(value, 0);
  return scaled !== undefined && scaled >= low && scaled <= high ? undefined : `must be an integer from ${low} to ${high}`;
}

export function objectionTo(field: Field, value: string): string | undefined {
  switch (field.dataType) {
    case "CHAR":
    case "CLNT":
    case "CUKY":
    case "UNIT":
    case "LANG":
      return objectionToText(field, value);
    case "NUMC":
    case "DATS":
    case "TIMS":
      return objectionToDigits(field, value);
    case "DEC":
    case "CURR":
    case "QUAN":
      return objectionToPacked(field, value);
    case "INT1":
    case "INT2":
    case "INT4":
      return objectionToInteger(field, value);
    case "RAW":
      return new RegExp(`^[0-9A-F]{${field.length * 2}}$`).test(value)
        ? undefined
        : `must be ${field.length * 2} upper-case hex digits`;
    case "FLTP":
    case "STRG":
    case "RSTR":
      return undefined;
  }
}
