/**
 * Tells the failures of a Gateway service apart (sap-data 5.5). The content type is looked at before anything is parsed, for each status comes as JSON,
 * Atom, plain text or the web server's own page; and a page under 200 is somebody else's logon form.
 */
import type { RfcFailure } from "../../ports/index.ts";
import { failure, fromPage, pageText } from "../rfc/index.ts";

export type ODataAnswer = { status: number; type: string; body: string };

type Said = { code: string; message: string };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

function textAt(value: unknown): string {
  if (typeof value === "string") return value;
  return isObject(value) && typeof value.value === "string" ? value.value : "";
}

function fromJson(body: string): Said | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (!isObject(parsed) || !isObject(parsed.error)) return undefined;
    const { code, message } = parsed.error;
    return { code: typeof code === "string" ? code : "", message: textAt(message) };
  } catch {
    return undefined;
  }
}

/** XML's own five: nothing else may stand in an error of Gateway's. */
const entities: Readonly<Record<string, string>> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };
const plain = (text: string): string => text.replace(/&(amp|apos|gt|lt|quot);/g, (_, name: string) => entities[name] ?? "");

function fromXml(body: string): Said | undefined {
  const code = /<(?:\w+:)?code\b[^<>]*>([^<]*)</.exec(body)?.[1];
  if (code === undefined) return undefined;
  return { code: plain(code), message: plain(/<(?:\w+:)?message\b[^<>]*>([^<]*)</.exec(body)?.[1] ?? "") };
}

/** Codes that mean the same whatever the status. */
const known: readonly { code: RegExp; kind: RfcFailure["class"]; hint: string }[] = [
  { code: /^\/IWFND\/MED\/170$/, kind: "not-active", hint: "" },
  { code: /^\/IWFND\/CM_COS\/0(?:64|02)$/, kind: "not-active", hint: "" },
  { code: /^\/IWBEP\/CM_MGW_RT\/021$/, kind: "exception", hint: "The service does not implement it." },
];

function fromError({ status }: ODataAnswer, { code, message }: Said): RfcFailure {
  const line = `${code}: ${message}`;
  const hit = known.find((each) => each.code.test(code));
  if (hit) return failure(hit.kind, code, `${message} ${hit.hint}`.trim(), status);
  if (status === 401) return failure("logon", "LOGON_FAILED", line, status);
  if (status === 403)
    return failure(
      "authorization",
      code || "HTTP_403",
      `${message} The user lacks S_SERVICE, or a right of the application.`,
      status,
    );
  if (status === 429 || status === 503) return failure("overload", `HTTP_${status}`, line, status);
  if (status === 502 || status === 504) return failure("communication", `HTTP_${status}`, line, status);
  // A smaller page may do; the same again would not (5.5).
  if (status >= 500 && status !== 501) return failure("dump", `HTTP_${status}`, line, status);
  return failure("exception", code || `HTTP_${status}`, message, status);
}

function isHtml({ type, body }: ODataAnswer): boolean {
  return type.includes("html") || /^\s*<(?:!doctype html|html)/i.test(body.slice(0, 200));
}

/** Of an answer that is no feed. */
export function odataFailure(answer: ODataAnswer): RfcFailure {
  const { status, type, body } = answer;
  if (isHtml(answer)) {
    if (status !== 200) return fromPage({ status, text: pageText(body), isHtml: true });
    const detail = "The service answers with a logon form: allow Basic for its ICF node, or give another address.";
    return failure("logon", "LOGON_FORM", detail, status);
  }
  const said = fromJson(body) ?? fromXml(body);
  if (said) return fromError(answer, said);
  if (status === 200) return failure("protocol", "NOT_ODATA", `The answer is ${type || "of no type"} and no feed.`, status);
  return fromPage({ status, text: body.slice(0, 1_000), isHtml: false });
}
