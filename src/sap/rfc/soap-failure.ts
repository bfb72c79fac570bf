/**
 * Tells the failures of SOAP-RFC apart (sap-rfc 2.2.3). A fault is judged by its `detail` first, then by its text; the faultcode is
 * noise. HTML is judged by status and content. The answer's wording is cut to one short line for people, and carries no secret.
 */
import type { HttpFailure, RfcFailure } from "../../ports/index.ts";
import { blankRuns } from "./control-characters.ts";
import type { FaultNode } from "./soap-answer.ts";
import type { XmlProblem } from "./xml-reader.ts";

const detailMax = 300;
const keyMax = 100;

export function failure(kind: RfcFailure["class"], key: string, detail: string, status?: number): RfcFailure {
  const line = detail.replace(blankRuns, " ").trim();
  const short = line.length > detailMax ? `${line.slice(0, detailMax - 1)}…` : line;
  // Half a character, cut here or sent so, would be refused by the hub's store.
  const said = { key: key.replace(blankRuns, " ").slice(0, keyMax).toWellFormed(), detail: short.toWellFormed() };
  return { kind: "failure", class: kind, ...said, ...(status === undefined ? {} : { status }) };
}

/**
 * No answer at all. The key is the transport's own reason in capitals: UNREACHABLE, NAME_NOT_FOUND, TLS, TIMEOUT, RESET, ABORTED. A time-out
 * before anything was sent is UNREACHABLE: it says nothing of the size of what was asked.
 */
export function fromTransport(outcome: Pick<HttpFailure, "reason" | "detail"> & Partial<HttpFailure>): RfcFailure {
  if (outcome.reason === "timeout" && outcome.requestSent === "no")
    return failure("communication", "UNREACHABLE", outcome.detail);
  return failure("communication", outcome.reason.toUpperCase().replaceAll("-", "_"), outcome.detail);
}

export function fromXmlProblem(problem: XmlProblem, status: number): RfcFailure {
  const key = problem.reason.toUpperCase().replaceAll("-", "_");
  // A cut answer is the doing of a time limit or a proxy on the way (sap-rfc 2.2.4), so it may be asked for again.
  if (problem.reason === "cut") return failure("communication", "ANSWER_CUT", problem.detail, status);
  if (problem.reason === "control-character")
    return failure(
      "protocol",
      key,
      `${problem.detail} Read the table with another reader, or set control characters to "replace".`,
      status,
    );
  return failure("protocol", key, problem.detail, status);
}

export function fromFault(fault: FaultNode, status: number): RfcFailure {
  const detail = child(fault, "detail");
  const exception = detail?.children.find(({ name }) => name.endsWith(".Exception") || name.endsWith(".RfcException"));
  if (exception !== undefined) return fromException(exception, status);
  const text = child(fault, "faultstring")?.text ?? textOf(fault);
  if (detail !== undefined && detail.children.length > 0) return fromErrorDetail(detail, text, status);
  return fromFaultText(text, status);
}

function fromException(exception: FaultNode, status: number): RfcFailure {
  const name = (child(exception, "Name")?.text ?? "").trim();
  const message = child(exception, "Message");
  const words = [child(exception, "Text")?.text, message === undefined ? undefined : textOf(message)].filter((text) =>
    text?.trim(),
  );
  const key = name === "" ? messageKey(exception) || "UNNAMED" : name;
  return failure(authorizationKeys.has(key) ? "authorization" : "exception", key, words.join(" ") || key, status);
}

function fromErrorDetail(detail: FaultNode, faultText: string, status: number): RfcFailure {
  const all = `${textOf(detail)} ${faultText}`;
  const known = fromKnownText(all, status);
  if (known !== undefined) return known;
  const type = find(detail, "type")?.text.trim() ?? "";
  return failure("message", messageKey(detail) || type || "UNNAMED", textOf(detail), status);
}

function fromFaultText(text: string, status: number): RfcFailure {
  const known = fromKnownText(text, status);
  if (known !== undefined) return known;
  // Without a detail the exception's name stands in the faultstring on some systems (sap-rfc 2.2.3).
  const name = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/.exec(text)?.[0];
  if (name !== undefined) return failure("exception", name, text, status);
  return failure("message", "FAULT", text || "SAP answered with a fault that says nothing.", status);
}

export const authorizationKeys: ReadonlySet<string> = new Set([
  "NOT_AUTHORIZED",
  "RFC_NO_AUTHORITY",
  "NO_AUTHORITY",
  "AUTHORITY_NOT_AVAILABLE",
]);

// Dump ids on record (sap-rfc 1.3, 2.1.3, 2.1.4); the families are open-ended.
const dumpId =
  /\b(?:TIME_OUT|TSV_TNEW_PAGE_ALLOC_FAILED|SYNTAX_ERROR|BLOCKED_COMMIT|DYNPRO_SEND_IN_BACKGROUND|DBIF_[A-Z0-9_]+|SAPSQL_[A-Z0-9_]+|ASSIGN_[A-Z0-9_]+|CALL_FUNCTION_[A-Z0-9_]+|COMPUTE_[A-Z0-9_]+|CONVT_[A-Z0-9_]+|STORAGE_[A-Z0-9_]+|SYSTEM_NO_[A-Z0-9_]+|CX_[A-Z0-9_]+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+_FAILED)\b/;

/** A session that had no room for what it read. */
const memoryDump = /\b(?:TSV_TNEW_[A-Z0-9_]+|STORAGE_[A-Z0-9_]+)\b/;

export function dumpIdIn(text: string): string | undefined {
  return dumpId.exec(text)?.[0];
}

/** What a text gives away whatever shape it came in: logon, missing rights, exhausted limits, dumps. */
export function fromKnownText(text: string, status?: number): RfcFailure | undefined {
  if (/name or password is incorrect|logon failed|user (?:is )?locked|password logon no longer possible/i.test(text))
    return failure("logon", "LOGON_FAILED", text, status);
  if (/RFC_NO_AUTHORITY|no (?:RFC )?authori[sz]ation|not authori[sz]ed|missing authori[sz]ation/i.test(text))
    return failure("authorization", "RFC_NO_AUTHORITY", text, status);
  // Table SRT_WHITE_LIST, where it is filled, restricts what SOAP may call (sap-rfc 2.2.3); the wording is not on record.
  if (/SRT_WHITE_?LIST|white ?list/i.test(text)) return failure("authorization", "SRT_WHITE_LIST", text, status);
  // Its words are those of a full gateway, too ("No more storage space available for extending an internal table"), but it wants a smaller range.
  const memory = memoryDump.exec(text)?.[0];
  if (memory !== undefined) return failure("dump", memory, text, status);
  // rc 466: our own process holds too many conversations (sap-rfc 2.1.4).
  if (/max no\. of \d+ conversations exceeded/i.test(text)) return failure("overload", "CONVERSATION_LIMIT", text, status);
  if (
    /RESOURCE_FAILURE|conversations exceeded|connection table (?:is )?full|no more storage space|dispatcher queue|no (?:free )?work process/i.test(
      text,
    )
  )
    return failure("overload", "RESOURCE_FAILURE", text, status);
  const dump = dumpIdIn(text);
  return dump === undefined ? undefined : failure("dump", dump, text, status);
}

/** A body that is not SOAP: ICF's own pages, or something between us and SAP. `text` is the page without markup. */
export function fromPage(page: { status: number; text: string; isHtml: boolean }): RfcFailure {
  const { status, text, isHtml } = page;
  const said = text === "" ? "" : ` The page says: ${text}`;
  switch (status) {
    case 401:
      return failure("logon", "LOGON_FAILED", `SAP refused user, password or client.${said}`, status);
    case 403:
      return fromForbidden(text, said);
    case 404:
      return failure("not-active", "HTTP_404", `There is no such ICF node on this host.${said}`, status);
    case 400:
      // The per-user limit of security sessions (sap-rfc 2.2.3 [L]); its wording is not on record.
      if (isHtml)
        return failure("overload", "SESSION_LIMIT", `SAP refused a new session: the user may have too many.${said}`, status);
      return failure("protocol", "HTTP_400", `SAP did not understand the request.${said}`, status);
    case 429:
    case 503:
      return failure("overload", `HTTP_${status}`, `SAP's web server has no capacity.${said}`, status);
    case 502:
    case 504:
      return failure("communication", `HTTP_${status}`, `A gateway on the way got no answer from SAP.${said}`, status);
    default:
      return fromOtherPage(page, said);
  }
}

function fromForbidden(text: string, said: string): RfcFailure {
  const isRight = /authori[sz]ation|S_ICF/i.test(text) && !/not active|inactive/i.test(text);
  if (/SRT_WHITE_?LIST|white ?list/i.test(text))
    return failure("authorization", "SRT_WHITE_LIST", `The function is not on the list of SRT_WHITE_LIST.${said}`, 403);
  if (isRight) return failure("authorization", "S_ICF", `The user may not call this ICF node.${said}`, 403);
  if (/\b(?:SSL|HTTPS)\b/i.test(text) && !/not active|inactive/i.test(text))
    return failure("not-active", "SSL_REQUIRED", `The ICF node demands HTTPS.${said}`, 403);
  return failure(
    "not-active",
    "HTTP_403",
    `The ICF node is not active, or is closed to this user; activate /sap/bc/soap/rfc in SICF.${said}`,
    403,
  );
}

function fromOtherPage({ status, text, isHtml }: { status: number; text: string; isHtml: boolean }, said: string): RfcFailure {
  if (status >= 500) {
    const known = fromKnownText(text, status);
    if (known !== undefined) return known;
    return failure("dump", `HTTP_${status}`, `SAP broke off before the handler answered (dump or time limit).${said}`, status);
  }
  if (status >= 300 && status < 400)
    return failure(
      "protocol",
      "REDIRECT",
      "The address redirects elsewhere (single sign-on or another host); give the final address.",
      status,
    );
  const what = isHtml ? "a web page" : "something that is not SOAP";
  return failure("protocol", `HTTP_${status}`, `The address answered with ${what} where SOAP was expected.${said}`, status);
}

/** The words of an HTML page, title first. Linear in the page's length. */
export function pageText(html: string): string {
  const body = html.replace(/<(script|style)\b[^<>]*>[^<]*<\/\1>/gi, " ");
  return body
    .replace(/<[^<>]*>/g, " ")
    .replace(/&nbsp;|&#160;/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function child(node: FaultNode, name: string): FaultNode | undefined {
  return node.children.find((each) => each.name.toLowerCase() === name.toLowerCase());
}

function find(node: FaultNode, name: string): FaultNode | undefined {
  for (const each of node.children) {
    const hit = each.name.toLowerCase() === name ? each : find(each, name);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

/** Message class and number, as `FL 046`, wherever in the detail they stand. */
function messageKey(node: FaultNode): string {
  const id = find(node, "id")?.text.trim() ?? "";
  const number = (find(node, "number")?.text ?? find(node, "no")?.text ?? "").trim();
  return id === "" ? "" : `${id} ${number}`.trim();
}

function textOf(node: FaultNode): string {
  return [node.text, ...node.children.map(textOf)]
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .join(" ");
}
