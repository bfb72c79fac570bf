/** The answers of bad weather: every error shape of procore 3, the edge's own pages, an empty list, and rate headers that drift. */
import type { Answer } from "./exchange.ts";
import { limitText } from "./limits.ts";
import { Refusal } from "./refusal.ts";
import type { Front, WeatherShape } from "./weather.ts";

const json = "application/json; charset=utf-8";
const plain = "text/plain; charset=utf-8";
const page = (title: string) => `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;

type Headers = Readonly<Record<string, string>>;
const answer = (status: number, type: string, body: string, headers: Headers = {}): Answer => ({
  kind: "answer",
  status,
  headers: { "Content-Type": type, ...headers },
  body,
});

export function failureOf(front: Front, path: string, nowMs: number): Answer {
  const resetAt = String(Math.ceil(nowMs / 1000) + 5);
  switch (front.how) {
    case "500":
      return answer(500, json, JSON.stringify({ errors: "Internal Server Error" }));
    case "502-html":
      return answer(502, "text/html", page("502 Bad Gateway"));
    case "503":
      // procore 2 [A]: under platform load, with Retry-After.
      return answer(503, plain, "Service Unavailable", { "Retry-After": "5" });
    case "429":
      return answer(429, plain, limitText, {
        "X-Rate-Limit-Limit": "25",
        "X-Rate-Limit-Remaining": "0",
        "X-Rate-Limit-Reset": resetAt,
      });
    case "empty":
      return answer(200, json, path.startsWith("/rest/v2") ? '{"data":[]}' : "[]", { Total: "0", "Per-Page": "100" });
    default:
      return refusalOf(front.status, front.shape, front.message);
  }
}

function refusalOf(status: number, shape: WeatherShape, message: string): Answer {
  if (shape === "plain") return answer(status, plain, message);
  if (shape === "html") return answer(status, "text/html", page(`${status} ${message}`));
  return answer(status, json, JSON.stringify(new Refusal(status, { base: [message] }, shape).body()));
}

/** procore 2 [A]: the headers are the truth; here they are gone, or they are not numbers and lie in the past. */
export function driftHeaders(how: "headers-missing" | "headers-wrong", given: Answer): Answer {
  const kept = Object.entries(given.headers).filter(([name]) => !name.startsWith("X-Rate-Limit-"));
  const wrong: Headers = { "X-Rate-Limit-Limit": "unlimited", "X-Rate-Limit-Remaining": "-1", "X-Rate-Limit-Reset": "0" };
  return { ...given, headers: { ...Object.fromEntries(kept), ...(how === "headers-wrong" ? wrong : {}) } };
}
