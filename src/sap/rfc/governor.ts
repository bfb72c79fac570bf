/**
 * How hard we lean on the customer's SAP system (design section 5, sap-rfc 2.3): calls in flight start at 3, rise by one per round of
 * good calls, halve on overload, communication failures, broken-off calls and growing latency, and never pass the cap. Retriable
 * failures are tried again with jittered backoff, five tries in all and within a total deadline, as the matrix of sap-rfc 2.1.4 says; a
 * logon failure never is. It counts what load we caused, per function module.
 * Time and jitter come through the ports. It does not know what a call means.
 */
import type { Clock, Random, RfcCall, RfcClient, RfcFailure, RfcOutcome, RfcRowStream } from "../../ports/index.ts";
import { createLatencyWatch } from "./latency-watch.ts";

export type GovernorOptions = {
  clock: Clock;
  random: Random;
  /** The customer's limit of calls at a time, 50 at most. */
  cap: number;
  start?: number;
  triesMax?: number;
  backoffBaseMs?: number;
  backoffCapMs?: number;
  /** For all tries of one call together, waits included. */
  deadlineMs?: number;
  /** Told of the rows of each try, when it has ended. */
  onRows?: (rows: number) => void;
};

export type FunctionReceipt = {
  calls: number;
  retries: number;
  failures: number;
  rows: number;
  /** Summed over the calls: for that long a dialog work process may have been held. */
  milliseconds: number;
  /** By SAP's own account, of the calls for which it gave one. */
  serverMilliseconds: number;
};

/** What load we caused, for the audit trail. */
export type Receipt = FunctionReceipt & {
  inFlightMax: number;
  halvings: number;
  functions: Readonly<Record<string, FunctionReceipt>>;
};

export type Governor = {
  /** A client of the same kind whose calls are paced and retried. */
  govern(client: RfcClient): RfcClient;
  receipt(): Receipt;
  /** The most calls in flight at a time since this was last asked. */
  takePeak(): number;
  /** How many calls may be in flight now. */
  limit(): number;
};

export const capMax = 50;
const startDefault = 3;
const triesDefault = 5;
const functionsMax = 200;
/** How many of a call's tries the retry matrix gives to a kind of failure; the others share `triesMax`. */
const reopenTriesMax = 2;
const overloadFactor = 2;

export function createGovernor(options: GovernorOptions): Governor {
  const { clock, random, cap, start = startDefault, triesMax = triesDefault } = options;
  // Half of a wait is jitter: the least is 1 s, and the longest lies between 60 and 120 s (sap-rfc 2.1.4).
  const { backoffBaseMs = 2_000, backoffCapMs = 120_000, deadlineMs = 900_000 } = options;
  if (!Number.isInteger(cap) || cap < 1 || cap > capMax)
    throw new RangeError(`The cap of calls to SAP at a time must be a whole number from 1 to ${capMax}, not ${cap}.`);
  const gate = createGate(Math.min(start, cap), cap);
  const latency = createLatencyWatch();
  const functions = new Map<string, FunctionReceipt>();
  const receiptOf = (name: string): FunctionReceipt => {
    const key = functions.has(name) || functions.size < functionsMax ? name : "(others)";
    const known = functions.get(key) ?? emptyReceipt();
    functions.set(key, known);
    return known;
  };

  const attempt = async (client: RfcClient, call: RfcCall): Promise<RfcOutcome> => {
    const round = await gate.enter();
    const from = clock.monotonic();
    const counted = countRows(call);
    try {
      const outcome = await client.call(counted.call);
      const spent = clock.monotonic() - from;
      const rows = counted.rows(outcome);
      const receipt = receiptOf(call.function);
      receipt.calls += 1;
      receipt.rows += rows;
      options.onRows?.(rows);
      receipt.milliseconds += spent;
      if (outcome.kind === "failure") {
        receipt.failures += 1;
        if (isStrain(outcome)) gate.halve(round);
      } else receipt.serverMilliseconds += outcome.serverMs ?? 0;
      if (outcome.kind === "failure") return outcome;
      if (latency.hasGrown({ function: call.function, rows, spent })) gate.halve(round);
      else gate.raise();
      return outcome;
    } finally {
      gate.leave();
    }
  };
  const waitMs = (outcome: RfcFailure, tries: number): number => {
    const slower = outcome.class === "overload" ? overloadFactor : 1;
    const full = Math.min(backoffCapMs, backoffBaseMs * slower * 2 ** (tries - 1));
    // Half of it is jitter, so that calls that failed together do not come back together.
    return full / 2 + (full / 2) * random.fraction();
  };
  /** Waits for the next try; false where there is to be none. */
  const awaitRetry = async (outcome: RfcFailure, tries: number, until: number): Promise<boolean> => {
    const handling = retryOf(outcome);
    if (handling === "never" || tries >= triesMax) return false;
    if (handling === "reopen-once") return tries < reopenTriesMax;
    // Only our own calls hold what is used up: no other wait helps, and without any in flight none does (sap-rfc 2.1.4).
    if (handling === "after-own-release") return gate.released();
    const ms = waitMs(outcome, tries);
    if (clock.monotonic() + ms >= until) return false;
    await clock.sleep(ms);
    return true;
  };
  const callWithRetries = async (client: RfcClient, call: RfcCall): Promise<RfcOutcome> => {
    const until = clock.monotonic() + deadlineMs;
    for (let tries = 1; ; tries += 1) {
      const leftMs = Math.max(1, until - clock.monotonic());
      const outcome = await attempt(client, call.timeoutMs <= leftMs ? call : { ...call, timeoutMs: leftMs });
      if (outcome.kind === "answer" || !(await awaitRetry(outcome, tries, until))) return outcome;
      receiptOf(call.function).retries += 1;
    }
  };
  const total = (): FunctionReceipt => {
    const sum = emptyReceipt();
    for (const each of functions.values())
      for (const name of Object.keys(sum) as (keyof FunctionReceipt)[]) sum[name] += each[name];
    return sum;
  };
  return {
    govern: (client) => ({
      call: (call) => callWithRetries(client, call),
      serverTime: () => client.serverTime(),
      close: () => client.close(),
    }),
    receipt: () => ({
      ...total(),
      inFlightMax: gate.inFlightMax(),
      halvings: gate.halvings(),
      functions: Object.fromEntries([...functions].map(([name, each]) => [name, { ...each }])),
    }),
    takePeak: () => gate.takePeak(),
    limit: () => gate.limit(),
  };
}

/** What may be done about a failed call without changing it. */
export type Retry = "backoff" | "after-own-release" | "reopen-once" | "never";

/**
 * The retry matrix for reads (sap-rfc 2.1.4). A dump and a time-out of our own are the caller's: only a smaller range helps, and with some
 * dumps nothing.
 */
export function retryOf({ class: kind, key }: RfcFailure): Retry {
  if (kind === "overload") return key === "CONVERSATION_LIMIT" ? "after-own-release" : "backoff";
  if (kind !== "communication") return "never";
  if (key === "INVALID_HANDLE") return "reopen-once";
  // A wrong certificate does not mend itself, and what we closed or gave up ourselves stays so.
  return ["TLS", "SNC", "ABORTED", "CLOSED", "CANCELED", "TIMEOUT", "CHILD_FAILED", "SESSION_LOST"].includes(key)
    ? "never"
    : "backoff";
}

export function isRetriable(failure: RfcFailure): boolean {
  return retryOf(failure) !== "never";
}

/** Dumps that say the call was too large for this system now (sap-rfc 1.8): the caller halves its range. */
export function asksForSmallerRange({ class: kind, key }: RfcFailure): boolean {
  if (kind === "communication") return key === "TIMEOUT" || key === "CANCELED";
  return kind === "dump" && /^(?:TIME_OUT|TSV_TNEW_PAGE_ALLOC_FAILED|SYSTEM_NO_\w+|STORAGE_\w+|HTTP_5\d\d)$/.test(key);
}

function isStrain(outcome: RfcFailure): boolean {
  return isRetriable(outcome) || asksForSmallerRange(outcome);
}

function countRows(call: RfcCall): { call: RfcCall; rows(outcome: RfcOutcome): number } {
  const { stream } = call;
  let streamed = 0;
  const countingLines = (field: string, lines: NonNullable<RfcRowStream["lines"]>) => ({
    field,
    lines(text: string, spans: readonly number[]) {
      streamed += spans.length / 2;
      lines(text, spans);
    },
  });
  const counting: RfcCall =
    stream === undefined
      ? call
      : {
          ...call,
          stream: {
            table: stream.table,
            begin() {
              streamed = 0;
              stream.begin();
            },
            row(row) {
              streamed += 1;
              stream.row(row);
            },
            ...(stream.field === undefined || stream.lines === undefined ? {} : countingLines(stream.field, stream.lines)),
          },
        };
  const inTables = (outcome: RfcOutcome) =>
    outcome.kind === "failure" ? 0 : call.tables.reduce((sum, name) => sum + lengthOf(outcome.values[name]), 0);
  return { call: counting, rows: (outcome) => streamed + inTables(outcome) };
}

function emptyReceipt(): FunctionReceipt {
  return { calls: 0, retries: 0, failures: 0, rows: 0, milliseconds: 0, serverMilliseconds: 0 };
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

/** Calls in flight: at most `limit`, first come first served. */
function createGate(start: number, cap: number) {
  let limit = start;
  let inFlight = 0;
  let inFlightMax = 0;
  let peak = 0;
  let round = 0;
  const releases: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  const admit = () => {
    while (inFlight < Math.floor(limit)) {
      const next = waiting.shift();
      if (next === undefined) return;
      inFlight += 1;
      inFlightMax = Math.max(inFlightMax, inFlight);
      peak = Math.max(peak, inFlight);
      next();
    }
  };
  return {
    enter: () =>
      new Promise<number>((resolve) => {
        waiting.push(() => resolve(round));
        admit();
      }),
    leave() {
      inFlight -= 1;
      for (const resume of releases.splice(0)) resume();
      admit();
    },
    /** Settles with true when a call that is in flight now has ended; with false where there is none. */
    async released(): Promise<boolean> {
      if (inFlight === 0) return false;
      await new Promise<void>((resolve) => releases.push(resolve));
      return true;
    },
    takePeak() {
      const was = peak;
      peak = inFlight;
      return was;
    },
    raise() {
      limit = Math.min(cap, limit + 1 / limit);
    },
    /** Calls that began before the last halving say nothing new about the load after it. */
    halve(begunIn: number) {
      if (begunIn !== round) return;
      round += 1;
      limit = Math.max(1, limit / 2);
    },
    limit: () => Math.floor(limit),
    inFlightMax: () => inFlightMax,
    halvings: () => round,
  };
}
