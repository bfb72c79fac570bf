/**
 * One HTTP exchange. A failure is a value, not an exception: the caller must decide what an unanswered request means,
 * and `requestSent` tells whether the other side may have acted on it.
 */
export type HttpRequest = {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** From the first byte sent to the last byte received. */
  timeoutMs: number;
  signal?: AbortSignal;
};

export type HttpResponse = {
  kind: "response";
  status: number;
  /** Names in lower case. Several `set-cookie` headers stay apart. */
  headers: Readonly<Record<string, string | readonly string[]>>;
  /** Decoded from gzip or deflate where the peer compressed. Throws an `HttpFailure`-shaped error when the body is cut. */
  body: AsyncIterable<Uint8Array>;
};

export type HttpFailure = {
  kind: "failure";
  reason: "unreachable" | "name-not-found" | "tls" | "timeout" | "reset" | "aborted";
  /** `no`: the request cannot have reached the other side. `maybe`: its outcome is unknown. */
  requestSent: "no" | "maybe";
  /** For people; never carries a secret. */
  detail: string;
};

export type HttpOutcome = HttpResponse | HttpFailure;

export type HttpClient = {
  request(request: HttpRequest): Promise<HttpOutcome>;
  close(): Promise<void>;
};
