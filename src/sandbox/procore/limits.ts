/**
 * Both rate windows at once, rolling, keyed by client id (procore 2 [A]): an hour and ten seconds. Failed calls count (procore 2 [C]).
 * The headers show whichever window is nearer to exhaustion, so a client that reads Limit as "per hour" misreads it.
 */
export type Limits = { readonly hourly: number; readonly spike: number };

/** procore 2: the examples of the documentation since 2026-03-03. */
export const documentedLimits: Limits = { hourly: 600, spike: 25 };

export const limitText = "You have surpassed the max number of requests for an hour. Please wait until your limit resets.";

const hourMs = 3_600_000;
const spikeMs = 10_000;

/** Times of the calls within one window, oldest first. */
class RollingWindow {
  #limit: number;
  readonly #lengthMs: number;
  #times: number[] = [];
  #oldest = 0;

  constructor(limit: number, lengthMs: number) {
    this.#limit = limit;
    this.#lengthMs = lengthMs;
  }

  get limit(): number {
    return this.#limit;
  }

  set limit(limit: number) {
    this.#limit = limit;
  }

  remaining(nowMs: number): number {
    while (this.#oldest < this.#times.length && (this.#times[this.#oldest] ?? 0) <= nowMs - this.#lengthMs) this.#oldest += 1;
    if (this.#oldest > 4096) {
      this.#times = this.#times.slice(this.#oldest);
      this.#oldest = 0;
    }
    return Math.max(0, this.#limit - (this.#times.length - this.#oldest));
  }

  add(nowMs: number): void {
    this.#times.push(nowMs);
  }

  /** Unix seconds at which the next place is free. */
  resetAt(nowMs: number): number {
    const oldest = this.#times[this.#oldest] ?? nowMs - this.#lengthMs;
    return Math.ceil((oldest + this.#lengthMs) / 1000);
  }
}

export type RateState = {
  readonly isAllowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly resetAt: number;
};

export class RateWindows {
  #limits: Limits;
  readonly #byClient = new Map<string, readonly [hourly: RollingWindow, spike: RollingWindow]>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Procore changes them without notice (procore 2: three times in ten years); calls already made stay counted. */
  change(limits: Limits): void {
    this.#limits = limits;
    for (const [hourly, spike] of this.#byClient.values()) {
      hourly.limit = limits.hourly;
      spike.limit = limits.spike;
    }
  }

  /** Counts one call, unless it is refused and refused calls do not count. */
  take(clientId: string, nowMs: number, countsRefused: boolean): RateState {
    const windows = this.#windowsOf(clientId);
    const isAllowed = windows.every((window) => window.remaining(nowMs) > 0);
    if (isAllowed || countsRefused) for (const window of windows) window.add(nowMs);
    const [hourly, spike] = windows;
    const shown = hourly.remaining(nowMs) < spike.remaining(nowMs) ? hourly : spike;
    const resetAt = shown.resetAt(nowMs);
    const headers = {
      "X-Rate-Limit-Limit": String(shown.limit),
      "X-Rate-Limit-Remaining": String(shown.remaining(nowMs)),
      "X-Rate-Limit-Reset": String(resetAt),
    };
    return { isAllowed, headers, resetAt };
  }

  #windowsOf(clientId: string): readonly [RollingWindow, RollingWindow] {
    const held = this.#byClient.get(clientId);
    if (held !== undefined) return held;
    const made = [new RollingWindow(this.#limits.hourly, hourMs), new RollingWindow(this.#limits.spike, spikeMs)] as const;
    this.#byClient.set(clientId, made);
    return made;
  }
}
