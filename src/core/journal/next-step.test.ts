import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FoundDocument, type JournalMemory, nextStep } from "./next-step.ts";

const debit = { minor: 125_040n, currency: "USD" };
const expected = { postingDate: "20261130", documentType: "SA", debit };
const own: FoundDocument = {
  ...expected,
  companyCode: "1000",
  number: "0100000008",
  year: "2026",
  hasCopy: true,
  isReversal: false,
  reversedBy: "",
};
const step = (memory: JournalMemory, found: readonly FoundDocument[], nowMs = 0) =>
  nextStep({ memory, found, expected, doubtMs: 660_000, nowMs });

describe("the next step of a journal", () => {
  it.each<[string, JournalMemory, readonly FoundDocument[], object]>([
    ["is new", { kind: "none" }, [], { step: "post" }],
    ["was refused", { kind: "refused" }, [], { step: "post" }],
    ["is there", { kind: "none" }, [own], { step: "settle", document: own }],
    ["is there after all", { kind: "unknown", sinceMs: 0 }, [own], { step: "settle", document: own }],
    ["was posted", { kind: "posted" }, [own], { step: "settle", document: own }],
    ["was posted and is gone", { kind: "posted" }, [], { step: "stop", code: "ledger.posted-gone" }],
    [
      "has a stranger's document",
      { kind: "none" },
      [{ ...own, hasCopy: false }],
      { step: "stop", code: "ledger.reference-foreign" },
    ],
    ["has one beside its own", { kind: "none" }, [own, { ...own, hasCopy: false }], { code: "ledger.reference-foreign" }],
    ["is there twice", { kind: "none" }, [own, { ...own, number: "0100000009" }], { code: "ledger.posted-twice" }],
    ["has another amount", { kind: "none" }, [{ ...own, debit: { ...debit, minor: 1n } }], { code: "ledger.content-differs" }],
    [
      "has another currency",
      { kind: "none" },
      [{ ...own, debit: { ...debit, currency: "EUR" } }],
      { code: "ledger.content-differs" },
    ],
    ["has another day", { kind: "none" }, [{ ...own, postingDate: "20261201" }], { code: "ledger.content-differs" }],
    ["has another type", { kind: "none" }, [{ ...own, documentType: "SB" }], { code: "ledger.content-differs" }],
    [
      "was reversed, and the reversal has its reference without the copies",
      { kind: "none" },
      [
        { ...own, number: "0100000009", hasCopy: false, isReversal: true, reversedBy: "0100000008" },
        { ...own, reversedBy: "0100000009" },
      ],
      { step: "settle", document: { number: "0100000008" } },
    ],
    [
      "has a reversal of somebody else's",
      { kind: "none" },
      [{ ...own, number: "0100000009", hasCopy: false, isReversal: true, reversedBy: "0100000007" }, own],
      { step: "stop", code: "ledger.reference-foreign" },
    ],
    [
      "was reversed, and the reversal took its reference along",
      { kind: "none" },
      [
        { ...own, number: "0100000009", isReversal: true, reversedBy: "0100000008" },
        { ...own, reversedBy: "0100000009" },
      ],
      { step: "settle", document: { number: "0100000008" } },
    ],
  ])("where it %s", (_, memory, found, wanted) => {
    expect(step(memory, found)).toMatchObject(wanted);
  });

  it("after doubt is a wait until nothing can be under way any more, whatever the clock did", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 0, max: 2_000_000 }), (sinceMs, nowMs) => {
        const next = step({ kind: "unknown", sinceMs }, [], nowMs);
        expect(next).toEqual(nowMs - sinceMs >= 660_000 ? { step: "post" } : { step: "wait", untilMs: sinceMs + 660_000 });
      }),
    );
  });
});
