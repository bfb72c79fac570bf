/**
 * Time, as everything outside `cli/` sees it. `now` is wall time (it may jump), `monotonic` never goes back and is what deadlines use.
 * Both in milliseconds. `sleep` settles early, without an error, when the signal aborts.
 */
export type Clock = {
  now(): number;
  monotonic(): number;
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
};
