/**
 * How hard we lean on the customer's SAP system (design section 5, sap-rfc 2.3): calls in flight start at 3, rise by one per round of
 * good calls, halve on overload, communication failures, broken-off calls and growing latency, and never pass the cap. Retriable
 * failures are tried again with jittered backoff, five tries in all; a logon failure never is. It counts what load we caused.
 * Time and jitter come through the ports. It does not know what a call means.
 */
import type { Clock, Random, RfcCall, RfcClient, RfcFailure, RfcOutcome } from "../../ports/index.ts";
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
};

/** What load we caused, for the audit trail. */
export type Receipt = {
  calls: number;
  retries: number;
  failures: number;
  rows: number;
  /** Summed over the calls: what dialog work processes were held. */
  milliseconds: number;
  inFlightMax: number;
  halvings: number;
};

export type Governor = {
  /** A client of the same kind whose calls are paced and retried. */
  govern(client: RfcClient): RfcClient;
  receipt(): Receipt;
  /** How many calls may be in flight now. */
  limit(): number;
};

export const capMax = 50;
const startDefault = 3;
const triesDefault = 5;

export function createGovernor(options: GovernorOptions): Governor {
  const { clock, random, cap, start = startDefault, triesMax = triesDefault } = options;
  const { backoffBaseMs = 1_000, backoffCapMs = 60_000 } = options;
  if (!Number.isInteger(cap) || cap < 1 || cap > capMax)
    throw new RangeError(`The cap of calls to SAP at a time must be a whole number from 1 to ${capMax}, not ${cap}.`);
  const gate = createGate(Math.min(start, cap), cap);
  const latency = createLatencyWatch();
  const receipt = { calls: 0, retries: 0, failures: 0, rows: 0, milliseconds: 0 };

  const attempt = async (client: RfcClient, call: RfcCall): Promise<RfcOutcome> => {
    const round = await gate.enter();
    const from = clock.monotonic();
    const counted = countRows(call);
    try {
      const outcome = await client.call(counted.call);
      const spent = clock.monotonic() - from;
      const rows = counted.rows(outcome);
      receipt.calls += 1;
      receipt.rows += rows;
      receipt.milliseconds += spent;
      if (outcome.kind === "failure") {
        receipt.failures += 1;
        if (isStrain(outcome)) gate.halve(round);
      } else if (latency.hasGrown({ function: call.function, rows, spent })) gate.halve(round);
      else gate.raise();
      return outcome;
    } finally {
      gate.leave();
    }
  };
  const callWithRetries = async (client: RfcClient, call: RfcCall): Promise<RfcOutcome> => {
    for (let tries = 1; ; tries += 1) {
      const outcome = await attempt(client, call);
      if (outcome.kind === "answer" || !isRetriable(outcome) || tries >= triesMax) return outcome;
      receipt.retries += 1;
      const full = Math.min(backoffCapMs, backoffBaseMs * 2 ** (tries - 1));
      // Half of it is jitter, so that calls that failed together do not come back together.
      await clock.sleep(full / 2 + (full / 2) * random.fraction());
    }
  };
  return {
    govern: (client) => ({
      call: (call) => callWithRetries(client, call),
      serverTime: () => client.serverTime(),
      close: () => client.close(),
    }),
    receipt: () => ({ ...receipt, inFlightMax: gate.inFlightMax(), halvings: gate.halvings() }),
    limit: () => gate.limit(),
  };
}

/** The retry matrix for reads (sap-rfc 2.1.4). A dump is for the caller: only a smaller range helps, and only with some. */
export function isRetriable({ class: kind, key }: RfcFailure): boolean {
  if (kind === "overload") return true;
  // A wrong certificate does not mend itself, and what we closed or gave up ourselves stays so.
  return kind === "communication" && !["TLS", "ABORTED", "CLOSED"].includes(key);
}

/** Dumps that say the call was too large for this system now (sap-rfc 1.8): the caller halves its range. */
export function asksForSmallerRange({ class: kind, key }: RfcFailure): boolean {
  if (kind === "communication") return key === "TIMEOUT";
  return kind === "dump" && /^(?:TIME_OUT|TSV_TNEW_PAGE_ALLOC_FAILED|SYSTEM_NO_\w+|STORAGE_\w+|HTTP_5\d\d)$/.test(key);
}

function isStrain(outcome: RfcFailure): boolean {
  return isRetriable(outcome) || asksForSmallerRange(outcome);
}

function countRows(call: RfcCall): { call: RfcCall; rows(outcome: RfcOutcome): number } {
  const { stream } = call;
  let streamed = 0;
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
          },
        };
  const inTables = (outcome: RfcOutcome) =>
    outcome.kind === "failure" ? 0 : call.tables.reduce((sum, name) => sum + lengthOf(outcome.values[name]), 0);
  return { call: counting, rows: (outcome) => streamed + inTables(outcome) };
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

/** Calls in flight: at most `limit`, first come first served. */
function createGate(start: number, cap: number) {
  let limit = start;
  let inFlight = 0;
  let inFlightMax = 0;
  let round = 0;
  const waiting: (() => void)[] = [];
  const admit = () => {
    while (inFlight < Math.floor(limit)) {
      const next = waiting.shift();
      if (next === undefined) return;
      inFlight += 1;
      inFlightMax = Math.max(inFlightMax, inFlight);
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
      admit();
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
