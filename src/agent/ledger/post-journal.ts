/**
 * Posts one journal to SAP's ledger, exactly once (design section 8, sap-rfc 3.4). Guarantees: the intent is on disk before a byte leaves; BKPF is
 * searched before every attempt; after an outcome that is not known nothing is sent before a call can no longer be running; what is sent again is
 * the same content under the same reference number. Which of it comes next `core/journal/next-step.ts` decides.
 */
import {
  debitTotal,
  type ErrorCode,
  Fault,
  type FoundDocument,
  type JournalMemory,
  journalHash,
  journalKey,
  nextStep,
  type PlacedJournal,
} from "../../core/index.ts";
import type { Clock, PostingEntry, PostingJournal, PostingState, RfcFailure } from "../../ports/index.ts";
import { type BapiMessage, errorCodeOf, isSurelyNotExecuted, type Posted, type PostingModule } from "../../sap/index.ts";

export type JournalResult =
  /** `isNew`: sent by this process; else it was there already. */
  | { kind: "posted"; document: FoundDocument; isNew: boolean }
  | { kind: "checked" }
  | { kind: "refused"; messages: readonly BapiMessage[] }
  | { kind: "unknown"; code: ErrorCode; untilMs: number; detail: string }
  | { kind: "stopped"; code: ErrorCode; detail: string };

export type Poster = {
  module: PostingModule;
  journal: PostingJournal;
  clock: Clock;
  /** SAP's limit for a dialog step. */
  dialogLimitMs: number;
  /** False: what is in doubt is left so. */
  waits: boolean;
  note(text: string): void;
};

/** How often one journal is sent in one go, if its outcome is never known. */
const attemptsMax = 3;
const pollMsMax = 30_000;

/** A tenth longer than a call can run: it may have waited before it began (sap-rfc 2.3). */
const doubtMsOf = ({ dialogLimitMs }: Poster): number => Math.ceil(dialogLimitMs * 1.1);

export function failed(failure: RfcFailure, place: string): Fault {
  return new Fault(errorCodeOf(failure), { place, detail: `${failure.key}: ${failure.detail}` });
}

/** What a process that ended in between left as being sent may have arrived: from now on, for it cannot be sent any more. */
export async function markDoubts(journal: PostingJournal, clock: Pick<Clock, "now">): Promise<void> {
  for (const entry of journal.all())
    if (entry.state === "sending") await journal.append({ ...entry, state: "unknown", atMs: clock.now() });
}

/** The reference belongs to one source key, and to one content as long as it may have been posted. */
function objectionOf(last: PostingEntry | undefined, { journal, reference }: PlacedJournal): JournalResult | undefined {
  if (last === undefined) return undefined;
  const source = journalKey(journal);
  if (last.source !== source || last.version !== journal.postingVersion)
    return {
      kind: "stopped",
      code: "ledger.reference-collision",
      detail: `${reference} is ${last.source} in version ${last.version}`,
    };
  const isFree = last.state === "refused" || last.state === "not-sent";
  if (isFree || last.contentHash === journalHash(journal)) return undefined;
  return { kind: "stopped", code: "ledger.content-differs", detail: `${reference} was sent with other content` };
}

function memoryOf(last: PostingEntry | undefined): JournalMemory {
  switch (last?.state) {
    case undefined:
      return { kind: "none" };
    case "posted":
      return { kind: "posted" };
    case "sending":
    case "unknown":
      return { kind: "unknown", sinceMs: last?.atMs ?? 0 };
    case "refused":
    case "not-sent":
      return { kind: "refused" };
  }
}

type Work = { poster: Poster; placed: PlacedJournal; place: string };

async function remember({ poster, placed }: Work, state: PostingState, document?: FoundDocument): Promise<void> {
  await poster.journal.append({
    reference: placed.reference,
    source: journalKey(placed.journal),
    version: placed.journal.postingVersion,
    contentHash: journalHash(placed.journal),
    state,
    atMs: poster.clock.now(),
    document: document && `${document.companyCode} ${document.number} ${document.year}`,
  });
}

async function stepOf({ poster, placed, place }: Work, memory: JournalMemory) {
  const searched = await poster.module.search(placed);
  if (searched.kind === "failure") throw failed(searched, place);
  const { postingDate, documentType } = placed.journal;
  const expected = { postingDate, documentType, debit: debitTotal(placed.journal) };
  return nextStep({ memory, found: searched.documents, expected, doubtMs: doubtMsOf(poster), nowMs: poster.clock.now() });
}

/** Undefined: what became of it the next search must tell. */
async function attempt(work: Work): Promise<JournalResult | undefined> {
  const { poster, placed, place } = work;
  const checked = await poster.module.check(placed);
  if (checked.kind === "failure") throw failed(checked, place);
  if (checked.kind === "refused") {
    await remember(work, "refused");
    return checked;
  }
  await remember(work, "sending");
  const posted = await poster.module.post(placed, doubtMsOf(poster));
  return settle(work, posted);
}

async function settle(work: Work, posted: Posted): Promise<JournalResult | undefined> {
  const { poster, place } = work;
  switch (posted.kind) {
    case "refused":
      await remember(work, "refused");
      return posted;
    case "failure":
      if (isSurelyNotExecuted(posted)) {
        await remember(work, "not-sent");
        throw failed(posted, place);
      }
      await remember(work, "unknown");
      poster.note(`${place}: whether SAP posted it is not known (${posted.key}); it is looked up.`);
      return undefined;
    case "lost":
      await remember(work, "unknown");
      return unknown(work, "ledger.update-failed", "the commit brought no document");
    case "busy":
      await remember(work, "unknown");
      return undefined;
    case "posted":
      await remember(work, "unknown");
      return confirm(work);
  }
}

/** SAP says that it posted it: what stands in BKPF decides, and nothing is sent again on the strength of an empty search. */
async function confirm(work: Work): Promise<JournalResult> {
  const next = await stepOf(work, memoryOf(work.poster.journal.last(work.placed.reference)));
  if (next.step === "stop") return { kind: "stopped", code: next.code, detail: next.detail };
  if (next.step !== "settle") return unknown(work, "ledger.update-failed", "SAP says it is posted, and BKPF does not show it");
  await remember(work, "posted", next.document);
  return { kind: "posted", document: next.document, isNew: true };
}

function unknown({ poster, placed }: Work, code: ErrorCode, detail: string): JournalResult {
  const since = poster.journal.last(placed.reference)?.atMs ?? poster.clock.now();
  return { kind: "unknown", code, untilMs: since + doubtMsOf(poster), detail };
}

export async function postJournal(poster: Poster, placed: PlacedJournal): Promise<JournalResult> {
  const work = { poster, placed, place: `${journalKey(placed.journal)} ${placed.reference}` };
  const objection = objectionOf(poster.journal.last(placed.reference), placed);
  if (objection) return objection;
  for (let attempts = 0; ; ) {
    const next = await stepOf(work, memoryOf(poster.journal.last(placed.reference)));
    switch (next.step) {
      case "stop":
        return { kind: "stopped", code: next.code, detail: next.detail };
      case "settle":
        if (poster.journal.last(placed.reference)?.state !== "posted") await remember(work, "posted", next.document);
        return { kind: "posted", document: next.document, isNew: attempts > 0 };
      case "wait": {
        if (!poster.waits) return unknown(work, "ledger.unknown", "BKPF does not show it yet");
        const leftMs = next.untilMs - poster.clock.now();
        poster.note(`${work.place}: BKPF does not show it; waiting ${Math.ceil(leftMs / 1000)} s until no call can be running.`);
        await poster.clock.sleep(Math.max(1, Math.min(leftMs, pollMsMax, Math.ceil(poster.dialogLimitMs / 10))));
        break;
      }
      case "post": {
        if (attempts >= attemptsMax) return unknown(work, "ledger.unknown", `sent ${attempts} times without an answer`);
        attempts += 1;
        const result = await attempt(work);
        if (result) return result;
      }
    }
  }
}

/** Posts nothing and remembers nothing: what BKPF shows, else what SAP's own check says. */
export async function checkJournal(poster: Poster, placed: PlacedJournal): Promise<JournalResult> {
  const work = { poster, placed, place: `${journalKey(placed.journal)} ${placed.reference}` };
  const last = poster.journal.last(placed.reference);
  const objection = objectionOf(last, placed);
  if (objection) return objection;
  const next = await stepOf(work, memoryOf(last));
  if (next.step === "stop") return { kind: "stopped", code: next.code, detail: next.detail };
  if (next.step === "settle") return { kind: "posted", document: next.document, isNew: false };
  if (next.step === "wait") return unknown(work, "ledger.unknown", "BKPF does not show it yet");
  const checked = await poster.module.check(placed);
  if (checked.kind === "failure") throw failed(checked, work.place);
  return checked.kind === "accepted" ? { kind: "checked" } : checked;
}
