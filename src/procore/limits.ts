/** The client's named limits, all in one place and all settable. Nothing here is a Procore promise: the headers are (procore 2 [A]). */
export type Limits = {
  /** Attempts of a read that failed on the way or with 5xx, and of a write that certainly did not leave. */
  triesMax: number;
  /** Attempts of any call that Procore answered with 429, or 503 and Retry-After. */
  throttledTriesMax: number;
  backoffFirstMs: number;
  backoffMaxMs: number;
  /** Longest wait for quota inside one call: the hourly window and some more. Beyond it the call ends as `throttled`. */
  waitMaxMs: number;
  readTimeoutMs: number;
  writeTimeoutMs: number;
  tokenTimeoutMs: number;
  /** Bytes of one decoded answer. */
  bodyBytesMax: number;
  pagesMax: number;
  /** `per_page` asked for; what the endpoint really grants differs, so only `Link` ends a listing (procore 3 [A, C]). */
  pageRows: number;
  /** v1.1 projects refuse more than 300 (procore 3 [A]). */
  projectPageRows: number;
  /** Rows of one sync; more is 413 (procore 3 [A]). */
  syncRowsMax: number;
  /** The share of each rate window that background work leaves to operators and webhooks. */
  reserveShare: number;
};

export const defaultLimits: Limits = {
  triesMax: 4,
  throttledTriesMax: 6,
  backoffFirstMs: 500,
  backoffMaxMs: 30_000,
  waitMaxMs: 70 * 60_000,
  readTimeoutMs: 60_000,
  writeTimeoutMs: 120_000,
  tokenTimeoutMs: 30_000,
  bodyBytesMax: 64 * 1024 * 1024,
  pagesMax: 5_000,
  pageRows: 1_000,
  projectPageRows: 300,
  syncRowsMax: 1_000,
  reserveShare: 0.1,
};
