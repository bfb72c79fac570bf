/**
 * Pacing: one per Procore client id, shared by everything that uses it, because the quota is counted there (procore 2 [D]). Two rolling
 * windows, fed by the headers, which show whichever window is nearer to exhaustion (procore 2 [A]); our own log of calls fills in for the
 * window that is not shown. A wait is the larger of reset and Retry-After, plus jitter. Background work leaves a reserve to operators.
 * It does not retry and does not know what a call means.
 */
import type { Clock, HttpResponse, Random } from "../ports/index.ts";
import { header } from "./body.ts";

export type Lane = "background" | "operator";

export type Pass = { kind: "go"; waitedMs: number } | { kind: "too-long"; waitMs: number } | { kind: "aborted" };

export type Pacer = {
  /** Waits for its turn. Every `go` is followed by exactly one `answered` or `lost`. */
  acquire(ask: { lane: Lane; waitMaxMs: number; signal?: AbortSignal | undefined }): Promise<Pass>;
  /** Takes in an answer's headers; says how long Procore told us to stay away, 0 if it did not. */
  answered(answer: { status: number; headers: HttpResponse["headers"] }): { waitMs: number };
  /** The call left (or may have) and nothing came back; or it never left. */
  lost(): void;
  /** Calls that background work may make in each window, its reserve left out. */
  pace(): { hourly: number; spike: number };
  /** What is known of both windows, for people. */
  windows(): readonly PacerWindow[];
};

export type PacerWindow = { name: "spike" | "hourly"; widthMs: number; limit: number | undefined; remaining: number | undefined };

export type PacerOptions = {
  clock: Clock;
  random: Random;
  /** 0.1 leaves a tenth of each window to operators and webhooks. */
  reserveShare?: number;
  /**
   * A quota the customer knows of. Otherwise the documented 25 per 10 s until a header says more, and 600 an hour (procore 2 [A]) for background
   * work only, until a header or our own calls tell otherwise.
   */
  quota?: { hourly?: number | undefined; spike?: number | undefined };
};

type Window = PacerWindow & {
  resetAt: number;
  limit: number | undefined;
  remaining: number | undefined;
  /** What background work reckons with while no limit is known. */
  assumed?: number | undefined;
};

const spikeWidthMs = 10_000;
const hourlyWidthMs = 3_600_000;
const documentedSpikeLimit = 25;
const documentedHourlyLimit = 600;
/** Beyond an assumed limit one call goes out this often: the hour is shown only when it is nearer to exhaustion than the spike window. */
const probeMs = 10_000;
const jitterMaxMs = 500;
/** 429 without any hint: one spike window. */
const throttleWaitMs = spikeWidthMs;
/** Procore's `Date` header corrects our clock up to this; a larger difference is no skew but another time altogether. */
const skewMaxMs = 15 * 60_000;

export function createPacer({ clock, random, reserveShare = 0.1, quota = {} }: PacerOptions): Pacer {
  const spike: Window = {
    name: "spike", widthMs: spikeWidthMs, limit: quota.spike ?? documentedSpikeLimit, remaining: undefined, resetAt: 0,
  }; // biome-ignore format: a row
  const hourly: Window = {
    name: "hourly", widthMs: hourlyWidthMs, limit: quota.hourly, remaining: undefined, resetAt: 0,
    assumed: quota.hourly === undefined ? documentedHourlyLimit : undefined,
  }; // biome-ignore format: a row
  const windows = [spike, hourly];
  const sent = createSendLog();
  let inFlight = 0;
  let blockedUntil = 0;

  const reserveOf = (limit: number | undefined, lane: Lane) =>
    lane === "operator" || limit === undefined ? 0 : Math.floor(limit * reserveShare);

  function waitFor(window: Window, lane: Lane, now: number): number {
    const limit = window.limit ?? (lane === "background" ? window.assumed : undefined);
    const reserve = reserveOf(limit, lane);
    if (now >= window.resetAt) window.remaining = undefined;
    const shown = window.remaining !== undefined && window.remaining <= reserve ? window.resetAt - now : 0;
    if (limit === undefined) return shown;
    const own = sent.waitFor({ count: Math.max(1, limit - reserve), widthMs: window.widthMs, now });
    const isKnown = window.limit !== undefined;
    return Math.max(shown, isKnown ? own : Math.min(own, sent.waitFor({ count: 1, widthMs: probeMs, now })));
  }

  /** An assumption too low would hold the pace down for good: a spike limit of another tier, or more calls than it allows, disproves it. */
  function doubtAssumption(shown: Window, limit: number, now: number): void {
    if (hourly.assumed === undefined) return;
    const isDisproved =
      limit !== documentedSpikeLimit || sent.waitFor({ count: hourly.assumed, widthMs: hourlyWidthMs, now }) > 0;
    if (shown === hourly || isDisproved) hourly.assumed = undefined;
  }

  function nextWait(lane: Lane): number {
    const now = clock.monotonic();
    return Math.max(0, blockedUntil - now, ...windows.map((window) => waitFor(window, lane, now)));
  }

  function take(): void {
    inFlight += 1;
    sent.add(clock.monotonic(), hourlyWidthMs);
    for (const window of windows) if (window.remaining !== undefined) window.remaining -= 1;
  }

  async function acquire({ lane, waitMaxMs, signal }: Parameters<Pacer["acquire"]>[0]): Promise<Pass> {
    const start = clock.monotonic();
    for (;;) {
      if (signal?.aborted) return { kind: "aborted" };
      const waitMs = nextWait(lane);
      const waitedMs = clock.monotonic() - start;
      if (waitMs === 0) {
        take();
        return { kind: "go", waitedMs };
      }
      if (waitedMs + waitMs > waitMaxMs) return { kind: "too-long", waitMs: Math.ceil(waitMs) };
      await clock.sleep(Math.ceil(waitMs) + Math.floor(random.fraction() * jitterMaxMs), signal);
    }
  }

  /** Ms until the reset that the headers name, by Procore's own clock where it tells it. */
  function readResetIn(headers: HttpResponse["headers"]): number | undefined {
    const reset = readCount(header(headers, "x-rate-limit-reset"));
    return reset === undefined ? undefined : Math.min(hourlyWidthMs, Math.max(0, reset * 1000 - serverNow(headers)));
  }

  function serverNow(headers: HttpResponse["headers"]): number {
    const now = clock.now();
    const date = Date.parse(header(headers, "date") ?? "");
    const skew = Number.isNaN(date) ? 0 : date - now;
    // `Date` counts whole seconds, so a smaller difference is none.
    return Math.abs(skew) > 2_000 && Math.abs(skew) <= skewMaxMs ? date : now;
  }

  function readRetryAfter(headers: HttpResponse["headers"]): number | undefined {
    const text = header(headers, "retry-after");
    const seconds = readCount(text);
    if (seconds !== undefined) return seconds * 1000;
    const date = Date.parse(text ?? "");
    return Number.isNaN(date) ? undefined : Math.max(0, date - serverNow(headers));
  }

  /** Headers do not name their window. A far reset is the hour's; near its end the hour is known by its limit. */
  function windowOf(limit: number, resetInMs: number): Window {
    if (resetInMs > spikeWidthMs + 1_000) return hourly;
    return limit === hourly.limit && limit !== spike.limit ? hourly : spike;
  }

  function answered({ status, headers }: Parameters<Pacer["answered"]>[0]): { waitMs: number } {
    inFlight = Math.max(0, inFlight - 1);
    const limit = readCount(header(headers, "x-rate-limit-limit"));
    const remaining = readCount(header(headers, "x-rate-limit-remaining"));
    const resetInMs = readResetIn(headers);
    const now = clock.monotonic();
    if (limit !== undefined && limit > 0 && remaining !== undefined && resetInMs !== undefined) {
      const window = windowOf(limit, resetInMs);
      window.limit = limit;
      // Those still under way may not be counted yet.
      window.remaining = remaining - inFlight;
      window.resetAt = now + resetInMs;
      doubtAssumption(window, limit, now);
    }
    const retryAfterMs = readRetryAfter(headers);
    const isThrottled = status === 429 || (status === 503 && retryAfterMs !== undefined);
    if (!isThrottled) return { waitMs: 0 };
    // Pages contradict each other on Retry-After with 429: honour both, the larger wins (procore 2 [A]).
    const asked = Math.max(retryAfterMs ?? 0, status === 429 ? (resetInMs ?? 0) : 0);
    const waitMs = asked > 0 ? asked : throttleWaitMs;
    blockedUntil = Math.max(blockedUntil, now + waitMs);
    return { waitMs };
  }

  const usableOf = (window: Window): number => {
    // Nothing known of it: then only the other window sets the pace.
    const limit = window.limit ?? window.assumed ?? Number.MAX_SAFE_INTEGER;
    return Math.max(1, limit - reserveOf(limit, "background"));
  };

  return {
    acquire,
    pace: () => ({ hourly: usableOf(hourly), spike: usableOf(spike) }),
    answered,
    lost: () => {
      inFlight = Math.max(0, inFlight - 1);
    },
    windows: () => windows.map(({ name, widthMs, limit, remaining }) => ({ name, widthMs, limit, remaining })),
  };
}

/** When we sent what, oldest first; forgets what is older than the widest window. */
export function createSendLog() {
  let times: number[] = [];
  let first = 0;
  return {
    add(now: number, widthMs: number): void {
      times.push(now);
      while ((times[first] ?? now) <= now - widthMs) first += 1;
      if (first > 4_096 && first > times.length / 2) {
        times = times.slice(first);
        first = 0;
      }
    },
    /** Ms until fewer than `count` sends lie in the window, so that one more fits. */
    waitFor({ count, widthMs, now }: { count: number; widthMs: number; now: number }): number {
      const index = times.length - count;
      const blocking = index < first ? undefined : times[index];
      return blocking === undefined ? 0 : Math.max(0, blocking + widthMs - now);
    },
  };
}

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}
