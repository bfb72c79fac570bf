/** What one HTTP attempt was, for audit and counting: a path template instead of a URL, and nothing that could hold a secret. */
export type CallRecord = {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly template: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly durationMs: number;
  readonly outcome: "answered" | "refused" | "throttled" | "notSent" | "unknown";
  readonly companyId: number;
  readonly projectId: number | undefined;
  /** 1 for the first attempt of a call. */
  readonly attempt: number;
};
