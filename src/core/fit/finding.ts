/**
 * A finding of the fit check: what was seen, how grave it is, whose it is and what mends it. `no-go`: the product would not work, or would do harm;
 * `warn`: part of it would be held or left out; `go`: good to know, and nothing to do.
 */
import type { Owner } from "../errors/index.ts";

export const severities = ["no-go", "warn", "go"] as const;
export type Severity = (typeof severities)[number];

export type FitFinding = {
  readonly code: string;
  readonly severity: Severity;
  readonly owner: Owner;
  /** One sentence. */
  readonly what: string;
  /** Names and figures, one a line. */
  readonly evidence: readonly string[];
  /** In plain words, for the owner; empty where nothing is to be done. */
  readonly fix: string;
};

/** As they are addressed. */
export const ownerTitles: Readonly<Record<Owner, string>> = {
  "sap-basis": "SAP Basis",
  "procore-admin": "Procore administrator",
  "integration-owner": "Integration owner",
  accountant: "Controller",
  "project-manager": "Project manager",
  it: "IT",
};

/** Rows of evidence that a person reads; the rest is counted. */
const evidenceMax = 12;

export function shorten(lines: readonly string[], max = evidenceMax): readonly string[] {
  return lines.length <= max ? lines : [...lines.slice(0, max - 1), `and ${lines.length - max + 1} more`];
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Of tenths of a percent. */
export const percentOf = (permille: number): string => `${Math.floor(permille / 10)}.${permille % 10} %`;
