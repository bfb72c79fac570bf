/**
 * Every code the product can say, once: what it is (class), who must act (owner), a plain sentence and the next step. The docs page
 * is made from it, and a code without a test fails the suite. Sentences carry no data; the place and the value stand beside them.
 */
import { cutOverFaults, cutOverHolds } from "./cut-over.ts";
import type { ErrorEntry } from "./entry.ts";
import { faults } from "./faults.ts";
import { holds } from "./holds.ts";
import { ledgerFaults } from "./ledger.ts";

export const errorRegistry = {
  ...holds,
  ...cutOverHolds,
  ...faults,
  ...cutOverFaults,
  ...ledgerFaults,
} as const satisfies Record<string, ErrorEntry>;
export type ErrorCode = keyof typeof errorRegistry;

export function describeError(code: ErrorCode): ErrorEntry {
  return errorRegistry[code];
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorRegistry, code);
}
