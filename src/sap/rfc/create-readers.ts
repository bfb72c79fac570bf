/**
 * One reader over all that a system has (design section 5): per table the first in the order of preference that can serve it, probed at
 * first use (layout without rows, then one row: sap-rfc 1.11), the next where it cannot. A reader that broke on a table is not tried for it again
 * in this process. What was chosen, and why, can be asked for. It never mixes two readers within one read.
 */
import type { RfcClient } from "../../ports/index.ts";
import type { Dialect } from "./dialect.ts";
import type { Dictionary, TableDescription } from "./dictionary.ts";
import { type FoundReader, type FoundReaders, findReaders, type ReaderSettings } from "./find-readers.ts";
import { planProjection } from "./projection.ts";
import { countWith, readWith } from "./read-table.ts";
import { type Judgement, judgeFailure, mostTelling, whyOf } from "./reader-failures.ts";
import type { CountRequest, ReaderChoice, ReadFailure, ReadOutcome, ReadRequest, TableReader } from "./table-reader.ts";

export type ReadersOptions = {
  client: RfcClient;
  dictionary: Dictionary;
  settings?: ReaderSettings;
};

type Verdict = { kind: "usable" } | { kind: "refused"; failure: ReadFailure; isForGood: boolean };
type Candidate = { reader: string; dialect: Dialect };
type Refusal = { name: string; failure: ReadFailure };

const probeTimeoutMs = 60_000;

export function createReaders({ client, dictionary, settings = {} }: ReadersOptions): TableReader {
  let found: Promise<FoundReaders> | undefined;
  /** By table and the reader's name. The policy bounds how many tables there are. */
  const verdicts = new Map<string, Map<string, Promise<Verdict | ReadFailure>>>();
  const chosen = new Map<string, ReaderChoice>();

  async function readers(): Promise<FoundReaders> {
    found ??= findReaders(client, settings);
    const outcome = await found;
    if (outcome.kind === "failure") found = undefined;
    return outcome;
  }

  /** Asked once at a time; a failure of the connection says nothing about the reader and is not kept. */
  async function verdictOf(dialect: Dialect, description: TableDescription, fields: readonly string[]) {
    const ofTable = verdicts.get(description.table) ?? new Map<string, Promise<Verdict | ReadFailure>>();
    verdicts.set(description.table, ofTable);
    const asked = ofTable.get(dialect.name) ?? probeTable(client, dialect, description, fields);
    ofTable.set(dialect.name, asked);
    const verdict = await asked;
    const isKept = verdict.kind === "usable" || (verdict.kind === "refused" && verdict.isForGood);
    if (!isKept && ofTable.get(dialect.name) === asked) ofTable.delete(dialect.name);
    return verdict;
  }

  function ruleOut(table: string, { name }: Dialect, failure: ReadFailure): void {
    verdicts.get(table)?.set(name, Promise.resolve({ kind: "refused", failure, isForGood: true }));
  }

  /** A right may be granted and a module imported meanwhile; a dump stays a dump. */
  async function forgetRefusals(table: string): Promise<void> {
    found = undefined;
    const ofTable = verdicts.get(table) ?? new Map<string, Promise<Verdict | ReadFailure>>();
    for (const [name, asked] of ofTable) {
      const verdict = await asked;
      if (verdict.kind === "refused" && judgeFailure(verdict.failure, "probe") !== "broken") ofTable.delete(name);
    }
  }

  async function tryReader(candidate: Candidate, description: TableDescription, request: ReadRequest): Promise<Tried> {
    const { dialect } = candidate;
    const planned = planProjection(description, request.fields, dialect);
    if (planned.kind === "failure")
      return judgeFailure(planned, "probe") === "final" ? { kind: "done", outcome: planned } : { kind: "next", failure: planned };
    const verdict = await verdictOf(dialect, description, request.fields);
    if (verdict.kind === "failure") return { kind: "done", outcome: verdict };
    if (verdict.kind === "refused") return { kind: "next", failure: verdict.failure };
    const outcome = await readWith({ client, dialect, description }, request);
    if (outcome.kind !== "failure") return { kind: "done", outcome };
    const judged: Judgement = judgeFailure(outcome, "read");
    if (judged === "final") return { kind: "done", outcome };
    if (judged !== "not-this-request") ruleOut(description.table, dialect, outcome);
    return { kind: "next", failure: outcome };
  }

  async function read(request: ReadRequest): Promise<ReadOutcome> {
    const { table } = request;
    const described = await dictionary.describe(table);
    if (described.kind === "failure") return { kind: "failure", cause: "rfc", failure: described };
    const there = await readers();
    if (there.kind === "failure") return { kind: "failure", cause: "rfc", failure: there };
    const { candidates, absent, isPinned } = candidatesFor(there.readers, described.description, settings);
    const refusals: Refusal[] = [];
    for (const candidate of candidates) {
      const tried = await tryReader(candidate, described.description, request);
      if (tried.kind === "done") {
        if (tried.outcome.kind !== "failure")
          chosen.set(table, { table, reader: candidate.dialect.name, why: whyChosen(isPinned, absent, refusals) });
        return tried.outcome;
      }
      refusals.push({ name: candidate.dialect.name, failure: tried.failure });
    }
    await forgetRefusals(table);
    const why = whyChosen(false, absent, refusals);
    chosen.set(table, { table, reader: "none", why });
    return (
      mostTelling(refusals.map(({ failure }) => failure)) ?? {
        kind: "failure",
        cause: "request",
        code: "no-reader",
        detail: `No reader of this system can serve ${table}: ${why}`,
      }
    );
  }

  async function count(request: CountRequest): ReturnType<NonNullable<TableReader["count"]>> {
    const described = await dictionary.describe(request.table);
    if (described.kind === "failure") return { kind: "failure", cause: "rfc", failure: described };
    const { description } = described;
    const there = await readers();
    if (there.kind === "failure") return { kind: "failure", cause: "rfc", failure: there };
    for (const { dialect } of candidatesFor(there.readers, description, settings).candidates) {
      if (dialect.count === undefined || planProjection(description, [], dialect).kind === "failure") continue;
      const verdict = await verdictOf(dialect, description, []);
      if (verdict.kind === "failure") return verdict;
      if (verdict.kind === "usable") return countWith({ client, dialect, description }, request);
    }
    return undefined;
  }

  return { name: "by table", read, count, choices: () => [...chosen.values()] };
}

type Tried = { kind: "done"; outcome: ReadOutcome } | { kind: "next"; failure: ReadFailure };

function candidatesFor(
  readers: readonly FoundReader[],
  description: TableDescription,
  { tables = {} }: ReaderSettings,
): { candidates: readonly Candidate[]; absent: readonly FoundReader[]; isPinned: boolean } {
  const pin = Object.hasOwn(tables, description.table) ? tables[description.table] : undefined;
  const wanted = pin === undefined ? readers : readers.filter(({ reader }) => reader === pin);
  const candidates = wanted.flatMap(({ reader, dialects }) => dialects.map((dialect): Candidate => ({ reader, dialect })));
  const rank = ({ dialect }: Candidate) => {
    if (dialect.whyDoubtful(description) !== undefined) return 2;
    return dialect.mayTrim === true ? 1 : 0;
  };
  return {
    candidates: candidates.toSorted((left, right) => rank(left) - rank(right)),
    absent: wanted.filter(({ dialects }) => dialects.length === 0),
    isPinned: pin !== undefined,
  };
}

function whyChosen(isPinned: boolean, absent: readonly FoundReader[], refusals: readonly Refusal[]): string {
  if (isPinned && refusals.length === 0) return "set for this table";
  const reasons = [
    ...absent.map(({ reader, why }) => `${reader}: ${why}`),
    ...refusals.map(({ name, failure }) => `${name}: ${whyOf(failure)}`),
  ];
  return reasons.length === 0 ? "first in the order of preference" : reasons.join("; ");
}

/** The layout without a row, then one row: what breaks on the table breaks here, at the least cost. */
async function probeTable(
  client: RfcClient,
  dialect: Dialect,
  description: TableDescription,
  wanted: readonly string[],
): Promise<Verdict | ReadFailure> {
  const planned = planProjection(description, wanted, dialect);
  if (planned.kind === "failure") return { kind: "refused", failure: planned, isForGood: false };
  const [chunk] = planned.projection.chunks;
  const call = {
    description,
    fields: chunk?.fields ?? [],
    options: [],
    where: undefined,
    rowCount: 1,
    timeoutMs: probeTimeoutMs,
  };
  const looked = await dialect.describe?.(client, call);
  const failure =
    looked === undefined ? await dialect.readChunk(client, call) : ({ kind: "failure", cause: "rfc", failure: looked } as const);
  if (failure.kind !== "failure") return { kind: "usable" };
  const judged = judgeFailure(failure, "probe");
  return judged === "final" ? failure : { kind: "refused", failure, isForGood: judged !== "not-this-request" };
}
