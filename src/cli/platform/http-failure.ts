/**
 * Turns what undici and Node throw into the port's `HttpFailure`. The one question that matters to a writer of Procore is whether the
 * request may have arrived; so `requestSent` is `no` only where undici never began to write it. Details name the origin, never the path
 * or query of a URL and never a header: those can carry secrets.
 */
import type { HttpFailure } from "../../ports/index.ts";

type Reason = HttpFailure["reason"];

/** Thrown by a body that is cut while it is being read. Has the shape of an `HttpFailure`. */
export class HttpBodyError extends Error implements HttpFailure {
  override readonly name = "HttpBodyError";
  readonly kind = "failure";
  readonly reason: Reason;
  /** The headers of an answer have arrived, so the request has. */
  readonly requestSent = "maybe";
  readonly detail: string;

  constructor(reason: Reason, detail: string) {
    super(detail);
    this.reason = reason;
    this.detail = detail;
  }
}

const tlsCodes =
  /^(?:ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|UNABLE_TO_|HOSTNAME_MISMATCH$|UND_ERR_PRX_TLS$)/;
const nameCodes = /^(?:ENOTFOUND|EAI_AGAIN|EAI_[A-Z]+)$/;
const timeoutCodes = /^(?:UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ETIMEDOUT)$/;

export type Exchange = {
  origin: string;
  isSent: boolean;
  isTimedOut: boolean;
  isAborted: boolean;
  timeoutMs: number;
  proxy?: string;
};

export function failureOf(error: unknown, exchange: Exchange): HttpFailure {
  const reason = reasonOf(error, exchange);
  return { kind: "failure", reason, requestSent: exchange.isSent ? "maybe" : "no", detail: detailOf(reason, error, exchange) };
}

export function bodyErrorOf(error: unknown, exchange: Exchange): HttpBodyError {
  const reason = reasonOf(error, exchange);
  return new HttpBodyError(reason, detailOf(reason, error, exchange));
}

function reasonOf(error: unknown, exchange: Exchange): Reason {
  if (exchange.isTimedOut) return "timeout";
  if (exchange.isAborted) return "aborted";
  const code = codeOf(error);
  if (tlsCodes.test(code)) return "tls";
  if (nameCodes.test(code)) return "name-not-found";
  if (timeoutCodes.test(code)) return "timeout";
  return exchange.isSent ? "reset" : "unreachable";
}

function detailOf(reason: Reason, error: unknown, { origin: target, isSent, timeoutMs, proxy }: Exchange): string {
  // Through a proxy either of the two may be the one that fails.
  const origin = proxy === undefined ? target : `${target} through the proxy ${proxy}`;
  const code = codeOf(error) === "" ? "" : ` (${codeOf(error)})`;
  switch (reason) {
    case "timeout":
      return `${origin} gave no complete answer within ${timeoutMs} ms${isSent ? "" : "; no connection was made"}`;
    case "aborted":
      return `the request to ${origin} was given up by its caller`;
    case "tls":
      return `the certificate or TLS settings of ${origin} were refused${code}`;
    case "name-not-found":
      return `the host name of ${origin} is not known to DNS${code}`;
    case "unreachable":
      return `no connection to ${origin} could be made${proxyRefusal(error) || code}`;
    case "reset":
      return `${origin} cut the connection before its answer was complete${code}`;
  }
}

/** What the proxy said instead of opening the way; undici tells it in words only. */
function proxyRefusal(error: unknown): string {
  const status = error instanceof Error ? /Proxy response \((\d{3})\)/.exec(error.message)?.[1] : undefined;
  if (status === "407") return ": the proxy demands a user and password (407)";
  return status === undefined ? "" : `: the proxy refused (${status})`;
}

/** The innermost code: undici wraps socket errors, and a connect over several addresses gives an AggregateError. */
function codeOf(error: unknown): string {
  for (let depth = 0, at: unknown = error; depth < 5 && at instanceof Error; depth += 1) {
    const { code } = at as { code?: unknown };
    const inner: unknown = at.cause ?? (at instanceof AggregateError ? at.errors[0] : undefined);
    if (typeof code === "string" && (code !== "UND_ERR_SOCKET" || inner === undefined)) return code;
    at = inner;
  }
  return "";
}
