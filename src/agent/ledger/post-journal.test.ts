// The protocol on its own: a scripted SAP without any guard, virtual time, and crashes at every instruction that matters. What must hold: in the end
// the journal is posted exactly once, whatever became of calls, answers and processes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { debitTotal, type FoundDocument, type Journal, type PlacedJournal, type SapDate } from "../../core/index.ts";
import type { Clock, PostingEntry, PostingJournal, RfcFailure } from "../../ports/index.ts";
import type { PostingModule } from "../../sap/index.ts";
import { checkJournal, markDoubts, type Poster, postJournal } from "./post-journal.ts";

const amount = (minor: bigint) => ({ minor, currency: "USD" });
const journal: Journal = {
  externalId: "A",
  postingVersion: 1,
  companyCode: "1000",
  documentType: "SA",
  documentDate: "20260930" as SapDate,
  postingDate: "20260930" as SapDate,
  currency: "USD",
  headerText: "",
  lines: [
    { account: "0000410000", object: undefined, amount: amount(500n), taxCode: "", text: "" },
    { account: "0000231000", object: undefined, amount: amount(-500n), taxCode: "", text: "" },
  ],
};
const placed = { journal, reference: "AAAABBBBCCCCDDDD", at: 2, lastAt: 3 } as PlacedJournal;
const dialogLimitMs = 600_000;

/** How one posting call ends, and when it is executed, if at all. */
type Fate = {
  frozenMs?: number | undefined;
  executedAfterMs: number | undefined;
  answer: "posted" | "cut" | "refused-before" | "crash";
};
class Crash extends Error {}

function bench(fates: readonly Fate[], crashesAt: ReadonlySet<number> = new Set()) {
  let nowMs = 1_000_000;
  let steps = 0;
  let sent = 0;
  const committedAt: number[] = [];
  const last = new Map<string, PostingEntry>();
  const step = () => {
    steps += 1;
    nowMs += 10;
    if (crashesAt.has(steps)) throw new Crash();
  };
  const clock: Clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
  };
  const journalOf: PostingJournal = {
    last: (reference) => last.get(reference),
    all: () => [...last.values()],
    append: async (entry) => {
      step();
      last.set(entry.reference, entry);
      step();
    },
  };
  const document = (number: number): FoundDocument => ({
    companyCode: "1000",
    number: String(number),
    year: "2026",
    hasCopy: true,
    isReversal: false,
    reversedBy: "",
    postingDate: journal.postingDate,
    documentType: "SA",
    debit: debitTotal(journal),
  });
  const failure = (key: string): RfcFailure => ({ kind: "failure", class: "communication", key, detail: "" });
  const module: PostingModule = {
    search: async () => {
      step();
      return { kind: "found", documents: committedAt.filter((at) => at <= nowMs).map((_, index) => document(index + 1)) };
    },
    check: async () => {
      step();
      return { kind: "accepted" };
    },
    post: async () => {
      const fate = fates[sent] ?? { executedAfterMs: 0, answer: "posted" as const };
      sent += 1;
      if (fate.answer === "refused-before") return failure("UNREACHABLE");
      // Frozen before the bytes left: the intent on disk is as much older than the call.
      nowMs += fate.frozenMs ?? 0;
      if (fate.executedAfterMs !== undefined) committedAt.push(nowMs + fate.executedAfterMs);
      if (fate.answer === "crash") throw new Crash();
      step();
      return fate.answer === "posted" && fate.executedAfterMs === 0 ? { kind: "posted" } : failure("RESET");
    },
  };
  const poster: Poster = { module, journal: journalOf, clock, dialogLimitMs, waits: true, note: () => {} };
  return { poster, last, sent: () => sent, posted: () => committedAt.length, pass: (ms: number) => clock.sleep(ms) };
}

/** A process after the other until one comes to an end. */
async function runToEnd({ poster }: ReturnType<typeof bench>) {
  for (let tries = 0; tries < 60; tries += 1) {
    try {
      await markDoubts(poster.journal, poster.clock);
      const result = await postJournal(poster, placed);
      if (result.kind !== "unknown") return result;
    } catch (error) {
      if (!(error instanceof Crash) && !(error instanceof Error && error.name === "Fault")) throw error;
    }
  }
  throw new Error("it came to no end");
}

describe("posting a journal", () => {
  it("happens exactly once, whatever becomes of calls and processes", async () => {
    const fate: fc.Arbitrary<Fate> = fc.record({
      frozenMs: fc.constantFrom(undefined, dialogLimitMs * 6),
      executedAfterMs: fc.option(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: dialogLimitMs })), { nil: undefined }),
      answer: fc.constantFrom("posted", "cut", "refused-before", "crash"),
    });
    const crashes = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 5 }), crashes, async (fates, at) => {
        const run = bench(fates, new Set(at));
        const result = await runToEnd(run);
        expect(result.kind).toBe("posted");
        await run.pass(dialogLimitMs * 2);
        expect(run.posted()).toBe(1);
        expect(run.last.get(placed.reference)?.state).toBe("posted");
      }),
      { numRuns: 2_000 },
    );
  });

  it("waits out the dialog time limit before it sends again, and not after what surely was not executed", async () => {
    const late = bench([{ executedAfterMs: dialogLimitMs, answer: "cut" }]);
    const from = late.poster.clock.now();
    expect(await runToEnd(late)).toMatchObject({ kind: "posted", isNew: true });
    expect(late.sent()).toBe(1);
    expect(late.poster.clock.now() - from).toBeGreaterThanOrEqual(dialogLimitMs);
    const lost = bench([{ executedAfterMs: undefined, answer: "cut" }]);
    const start = lost.poster.clock.now();
    await runToEnd(lost);
    expect(lost.sent()).toBe(2);
    expect(lost.poster.clock.now() - start).toBeGreaterThan(dialogLimitMs);
    const early = bench([{ executedAfterMs: undefined, answer: "refused-before" }]);
    const begin = early.poster.clock.now();
    await runToEnd(early);
    expect(early.sent()).toBe(2);
    expect(early.poster.clock.now() - begin).toBeLessThan(10_000);
  });

  it("sends nothing again on its own after the commit brought no document", async () => {
    const run = bench([]);
    run.poster.module.post = async () => ({ kind: "posted" });
    expect(await postJournal(run.poster, placed)).toMatchObject({ kind: "unknown", code: "ledger.update-failed" });
  });

  it("waits where another call holds SAP's lock", async () => {
    const run = bench([]);
    let calls = 0;
    run.poster.module.post = async () => {
      calls += 1;
      return { kind: "busy" };
    };
    expect(await postJournal({ ...run.poster, waits: false }, placed)).toMatchObject({ kind: "unknown", code: "ledger.unknown" });
    expect(calls).toBe(1);
  });

  it("is refused for a reference of another source key, and for other content while it may be posted", async () => {
    const run = bench([]);
    const entry = { reference: placed.reference, source: "JE.1000.B", version: 1, contentHash: "0".repeat(64), atMs: 0 };
    run.last.set(placed.reference, { ...entry, state: "refused" });
    expect(await postJournal(run.poster, placed)).toMatchObject({ kind: "stopped", code: "ledger.reference-collision" });
    expect(await checkJournal(run.poster, placed)).toMatchObject({ code: "ledger.reference-collision" });
    run.last.set(placed.reference, { ...entry, source: "JE.1000.A", state: "unknown" });
    expect(await postJournal(run.poster, placed)).toMatchObject({ kind: "stopped", code: "ledger.content-differs" });
    expect(run.sent()).toBe(0);
    run.last.set(placed.reference, { ...entry, source: "JE.1000.A", state: "refused" });
    expect(await postJournal(run.poster, placed)).toMatchObject({ kind: "posted", isNew: true });
  });

  it("stops where what was posted is gone", async () => {
    const run = bench([]);
    await postJournal(run.poster, placed);
    run.poster.module.search = async () => ({ kind: "found", documents: [] });
    expect(await postJournal(run.poster, placed)).toMatchObject({ kind: "stopped", code: "ledger.posted-gone" });
  });
});
