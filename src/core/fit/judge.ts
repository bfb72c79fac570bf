/**
 * The verdict over both halves. `no-go`: something must be mended first. `go-with-fixes`: it works, and part of it would be held. `undecided`: a half, or
 * what the verdict hangs on, was not looked at; a check that ran out of time never says go. Reading writes nothing, so some questions stay open: they are named.
 */
import type { ProcoreFacts, SapFacts, Skipped } from "./facts.ts";
import { type FitFinding, severities } from "./finding.ts";
import { judgeCurrencies, judgeMoney, type MoneyExpectation } from "./judge-money.ts";
import { judgeProcore, type ProcoreExpectation } from "./judge-procore.ts";
import { judgeSap, type SapExpectation } from "./judge-sap.ts";
import { findTwins, judgeTwins, type TwinExpectation, type Twins } from "./twins.ts";

export type FitExpectation = {
  readonly sap: SapExpectation;
  readonly procore: ProcoreExpectation;
  readonly money: MoneyExpectation;
  readonly twins: TwinExpectation;
};

export type FitFacts = {
  readonly sap?: SapFacts | undefined;
  readonly procore?: ProcoreFacts | undefined;
  /** Halves that were left out as a whole. */
  readonly leftOut: readonly Skipped[];
};

export const verdicts = ["go", "go-with-fixes", "no-go", "undecided"] as const;
export type Verdict = (typeof verdicts)[number];

export type Fit = {
  readonly verdict: Verdict;
  /** The gravest first. */
  readonly findings: readonly FitFinding[];
  readonly skipped: readonly Skipped[];
  readonly twins?: Twins | undefined;
};

/** What only a write could show, and this check makes none. */
export const notSeen: readonly string[] = [
  "Whether Procore takes sync of direct costs in this company, or wants them created one by one (ruling 22): try one in a sandbox of the company.",
  "Whether Procore takes negative requisitions (ruling 17): try one in a sandbox; until then credit memos are held.",
  "Whether the service account may write where it may read: a tool that answers with Read Only looks the same from here.",
];

function twinsOf({ sap, procore }: FitFacts, expected: TwinExpectation): Twins | undefined {
  if (!sap?.vendors || !procore?.directory) return undefined;
  return findTwins(sap.vendors, procore.directory, expected);
}

/** What a verdict of go hangs on. */
function isSeen({ sap, procore }: FitFacts): boolean {
  if (!sap?.system || !procore?.company || !procore.projects) return false;
  const isLookedAt = procore.projects.some(
    (each) => each.state === "found" && each.tools.some(({ state }) => state !== "skipped"),
  );
  const isSapWhole = sap.tables.length > 0 && !sap.skipped.some(({ what }) => /^tables? /.test(what));
  // None in a window that was read to its end is an answer; none because the time was over is not.
  const isSpendSeen = sap.spend !== undefined && (sap.spend.isWhole || sap.spend.documents > 0);
  return isSapWhole && isLookedAt && isSpendSeen;
}

function verdictOf(facts: FitFacts, findings: readonly FitFinding[]): Verdict {
  if (findings.some(({ severity }) => severity === "no-go")) return "no-go";
  if (!isSeen(facts)) return "undecided";
  return findings.some(({ severity }) => severity === "warn") ? "go-with-fixes" : "go";
}

export function judgeFit(facts: FitFacts, expected: FitExpectation): Fit {
  const twins = twinsOf(facts, expected.twins);
  const { sap, procore, leftOut } = facts;
  const findings = [
    ...(sap ? judgeSap(sap, expected.sap) : []),
    ...(procore ? judgeProcore(procore, expected.procore) : []),
    ...(sap ? judgeMoney(sap, expected.money) : []),
    ...(sap?.spend && procore?.projects ? judgeCurrencies(sap.spend, procore.projects, expected.money.mapping) : []),
    ...(twins ? judgeTwins(twins) : []),
  ].sort((left, right) => severities.indexOf(left.severity) - severities.indexOf(right.severity));
  const skipped = [...leftOut, ...(sap?.skipped ?? []), ...(procore?.skipped ?? [])];
  return { verdict: verdictOf(facts, findings), findings, skipped, ...(twins ? { twins } : {}) };
}
