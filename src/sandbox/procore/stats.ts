/** What clients asked of the sandbox since it started or was last reset: by method and path template, with refusals and overlap. */
export class Stats {
  #calls = new Map<string, number>();
  #statuses = new Map<number, number>();
  #inFlight = 0;
  #maxInFlight = 0;
  #lastFault: string | null = null;

  called(route: string, status: number | undefined): void {
    this.#calls.set(route, (this.#calls.get(route) ?? 0) + 1);
    const shown = status ?? 0;
    this.#statuses.set(shown, (this.#statuses.get(shown) ?? 0) + 1);
  }

  failed(error: unknown): void {
    this.#lastFault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }

  entered(): void {
    this.#inFlight += 1;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
  }

  left(): void {
    this.#inFlight -= 1;
  }

  reset(): void {
    this.#calls = new Map();
    this.#statuses = new Map();
    this.#maxInFlight = this.#inFlight;
    this.#lastFault = null;
  }

  show(): unknown {
    const calls = Object.fromEntries([...this.#calls].sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      total: [...this.#calls.values()].reduce((sum, count) => sum + count, 0),
      calls,
      /** 0 stands for calls that got no answer. */
      statuses: Object.fromEntries(this.#statuses),
      tooManyRequests: this.#statuses.get(429) ?? 0,
      maxInFlight: this.#maxInFlight,
      lastFault: this.#lastFault,
    };
  }
}
