/**
 * What may be done next with one journal, from what this machine remembers and what BKPF shows (design section 8, sap-rfc 3.4). Guarantees: it is sent
 * only when SAP shows no document of its reference, and after doubt only when that was so beyond the dialog time limit, for until then the call
 * that nobody heard of may still be running. The same reference is never sent with another content while it may have been posted.
 */
import type { Money } from "../money.ts";

/** What the posting journal of this machine says of a reference. */
export type JournalMemory =
  | { readonly kind: "none" }
  | { readonly kind: "refused" }
  /** Sent, and nobody knows; since when it cannot have been sent any more. */
  | { readonly kind: "unknown"; readonly sinceMs: number }
  | { readonly kind: "posted" };

/** A document of BKPF with our reference in XBLNR, in the journal's company code. */
export type FoundDocument = {
  readonly companyCode: string;
  readonly number: string;
  readonly year: string;
  /** Whether every line carries the copy of the reference. */
  readonly hasCopy: boolean;
  /** XREVERSAL 2: it reverses another one, and took its reference along. */
  readonly isReversal: boolean;
  /** STBLG, where it was reversed. */
  readonly reversedBy: string;
  readonly postingDate: string;
  readonly documentType: string;
  readonly debit: Money;
};

export type ExpectedDocument = Pick<FoundDocument, "postingDate" | "documentType" | "debit">;

export type JournalStop = "ledger.reference-foreign" | "ledger.content-differs" | "ledger.posted-twice" | "ledger.posted-gone";

export type NextStep =
  | { readonly step: "post" }
  | { readonly step: "wait"; readonly untilMs: number }
  | { readonly step: "settle"; readonly document: FoundDocument }
  | { readonly step: "stop"; readonly code: JournalStop; readonly detail: string };

const nameOf = ({ companyCode, number, year }: FoundDocument) => `${number} of ${companyCode} in ${year}`;
const stop = (code: JournalStop, detail: string): NextStep => ({ step: "stop", code, detail });

function judge(found: readonly FoundDocument[], expected: ExpectedDocument): NextStep | undefined {
  // Whether a reversal takes the copies along is not sure [K]; that it names one of ours is enough.
  const isOurs = (each: FoundDocument) =>
    each.hasCopy || (each.isReversal && found.some((other) => other.hasCopy && other.number === each.reversedBy));
  const foreign = found.find((each) => !isOurs(each));
  if (foreign) return stop("ledger.reference-foreign", `document ${nameOf(foreign)}`);
  const [document, second] = found.filter(({ isReversal }) => !isReversal);
  if (document === undefined) return undefined;
  if (second) return stop("ledger.posted-twice", `documents ${nameOf(document)} and ${nameOf(second)}`);
  const isSame =
    document.postingDate === expected.postingDate &&
    document.documentType === expected.documentType &&
    document.debit.currency === expected.debit.currency &&
    document.debit.minor === expected.debit.minor;
  return isSame ? { step: "settle", document } : stop("ledger.content-differs", `document ${nameOf(document)}`);
}

export function nextStep(given: {
  memory: JournalMemory;
  found: readonly FoundDocument[];
  expected: ExpectedDocument;
  /** Longer than rdisp/max_wprun_time. */
  doubtMs: number;
  nowMs: number;
}): NextStep {
  const { memory, found, expected, doubtMs, nowMs } = given;
  const seen = judge(found, expected);
  if (seen) return seen;
  switch (memory.kind) {
    case "posted":
      return stop("ledger.posted-gone", "it was posted, and BKPF does not show it any more");
    case "unknown": {
      const untilMs = memory.sinceMs + doubtMs;
      return nowMs >= untilMs ? { step: "post" } : { step: "wait", untilMs };
    }
    case "none":
    case "refused":
      return { step: "post" };
  }
}
