/** What became of each journal of a file, for people, for programs and for the exit code. */
import type { JournalResult } from "../../agent/index.ts";
import { describeError, type FoundDocument, type PlacedJournal } from "../../core/index.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";

export type Reported = { placed: PlacedJournal; result: JournalResult | undefined };

function outcomeOf(result: JournalResult | undefined): string {
  if (result === undefined) return "not-tried";
  if (result.kind !== "posted") return result.kind;
  return result.isNew ? "posted" : "already-there";
}

const documentText = ({ companyCode, number, year, reversedBy }: FoundDocument) =>
  `document ${number} of ${companyCode} in ${year}${reversedBy === "" ? "" : `, reversed by ${reversedBy}`}`;

function wordsOf(result: JournalResult | undefined): string {
  switch (result?.kind) {
    case undefined:
      return "not tried";
    case "posted":
      return `${result.isNew ? "posted" : "already there"}: ${documentText(result.document)}`;
    case "checked":
      return "SAP would post it";
    case "refused":
      return `refused: ${result.messages.map(({ key, text }) => `${text} (${key})`).join("; ")} [ledger.refused]`;
    case "unknown":
      return `not known: ${result.detail}. ${describeError(result.code).next} [${result.code}]`;
    case "stopped": {
      const { sentence, next } = describeError(result.code);
      return `stopped: ${sentence} ${result.detail}. ${next} [${result.code}]`;
    }
  }
}

export function resultLine({ placed, result }: Reported): string {
  const { companyCode, externalId } = placed.journal;
  return `${companyCode}  ${externalId}  ${placed.reference}  ${wordsOf(result)}`;
}

function codeOf(result: JournalResult | undefined): string | undefined {
  if (result?.kind === "refused") return "ledger.refused";
  return result?.kind === "unknown" || result?.kind === "stopped" ? result.code : undefined;
}

export function resultJson({ placed, result }: Reported): object {
  const { companyCode, externalId, postingVersion } = placed.journal;
  const document = result?.kind === "posted" ? result.document : undefined;
  return {
    externalId,
    version: postingVersion,
    companyCode,
    reference: placed.reference,
    line: placed.at,
    outcome: outcomeOf(result),
    ...(document && { document: { companyCode: document.companyCode, number: document.number, year: document.year } }),
    ...(document && document.reversedBy !== "" && { reversedBy: document.reversedBy }),
    ...(result?.kind === "refused" && { messages: result.messages }),
    ...(codeOf(result) !== undefined && { code: codeOf(result) }),
    ...(result?.kind === "unknown" && { notBefore: new Date(result.untilMs).toISOString() }),
    ...((result?.kind === "unknown" || result?.kind === "stopped") && { detail: result.detail }),
  };
}

/** Every journal is in the ledger, or could be: nothing else counts as done. */
export function exitCodeOf(reported: readonly Reported[]): ExitCode {
  const isDone = reported.every(({ result }) => result?.kind === "posted" || result?.kind === "checked");
  return isDone ? exitCodes.done : exitCodes.unfinished;
}
