/**
 * A Gateway service behind the same port as a function module, so that policy, quiet hours, row budget, governor and receipts hold for it as they do
 * for RFC: the one function `ODATA` takes a table's name, its fields and an address, and answers with rows. Guarantees: every address gets client and
 * language, followed links included (5.1); a link's host is never gone to, only its path, for it often names an internal one, and it must lie within the
 * service; only GET is ever sent.
 */
import { isLoopback } from "../../core/index.ts";
import type { HttpClient, HttpOutcome, HttpResponse, RfcCall, RfcClient, RfcOutcome, RfcParameters } from "../../ports/index.ts";
import {
  answerBytesMax,
  failure,
  fromTransport,
  isHttpFailure,
  oneHeader,
  openWebSession,
  RfcSettingError,
  serverMsOf,
  type WebSession,
} from "../rfc/index.ts";
import { readAtomFeed } from "./atom-feed.ts";
import type { EdmValue } from "./edm-values.ts";
import { type Entity, type FeedPage, readJsonFeed } from "./json-feed.ts";
import { type ODataAnswer, odataFailure } from "./odata-failure.ts";

export const odataFunction = "ODATA";
const pingFunction = "RFC_PING";

export type ODataOptions = {
  /** Scheme, host and port; the services' paths stand in the mapping file. */
  url: string;
  /** Whose service document is fetched where only SAP's clock or a sign of life is wanted. */
  service: string;
  client: string;
  language: string;
  user: string;
  readPassword: () => Promise<string | undefined>;
  http: HttpClient;
  pool: number;
  allowPlainHttp?: boolean;
  bytesMax?: number;
};

export type ODataClient = RfcClient & Pick<WebSession, "reset" | "blockedBy">;

function checkOrigin({ url: text, allowPlainHttp }: ODataOptions): URL {
  const bad = (message: string): never => {
    throw new RfcSettingError("odata.url", message);
  };
  if (!URL.canParse(text)) return bad("it is not an address; write https://host:port.");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return bad("user and password do not belong in the address.");
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") return bad("leave out the path; services name theirs.");
  if (url.protocol !== "https:" && url.protocol !== "http:") return bad(`"${url.protocol}" is not https.`);
  if (url.protocol === "http:" && !isLoopback(url.hostname) && allowPlainHttp !== true)
    return bad("plain http would send the password readable; use https, or allow it where the network is private.");
  return url;
}

const textOf = (parameters: RfcParameters, name: string): string => {
  const value = parameters[name];
  return typeof value === "string" ? value : "";
};

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** However often somebody on the way decodes it. */
function climbs(path: string): boolean {
  let text: string | undefined = path;
  for (let times = 0; times < 3 && text !== undefined; times += 1) {
    if (/(?:^|[/\\])\.\.(?:[/\\;]|$)/.test(text)) return true;
    text = decoded(text);
  }
  return false;
}

/** What the service handed out goes back to the letter, but for client and language: a token is not ours to write anew. */
function queryOf(search: string, fixed: ReadonlyMap<string, string>): string {
  const isOurs = (part: string) => fixed.has((decoded(part.split("=")[0] ?? "") ?? "").toLowerCase());
  const kept = search.slice(1).split("&");
  const own = [...fixed].map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return [...kept.filter((part) => part !== "" && !isOurs(part)), ...own].join("&");
}

/** Within the service, with client and language; undefined where a link leads out of it. */
function addressOf(origin: URL, service: string, link: string, fixed: ReadonlyMap<string, string>): URL | undefined {
  const base = new URL(`${service}/`, origin).href;
  if (!URL.canParse(link, base)) return undefined;
  const url = new URL(link, base);
  const path = decoded(url.pathname)?.toLowerCase();
  if (path === undefined || !path.startsWith(`${service.toLowerCase()}/`) || climbs(url.pathname)) return undefined;
  return new URL(`${url.pathname}?${queryOf(url.search, fixed)}`, origin);
}

function cellText(value: EdmValue): string | undefined {
  if (value === null || value === undefined || typeof value === "object") return undefined;
  if (typeof value === "boolean") return value ? "X" : "";
  return String(value);
}

/** The entity itself, for it is ours: other values are made texts where they stand, null and nested ones nothing. */
function rowOf(entity: Entity): Readonly<Record<string, string>> {
  const row = entity as Record<string, EdmValue>;
  for (const name in row) {
    const value = row[name];
    if (typeof value !== "string") row[name] = cellText(value);
  }
  return row as Record<string, string>;
}

function answerOf({ entities, next, count, delta }: FeedPage): RfcParameters {
  return {
    ROWS: entities.map(rowOf),
    NEXT: next ?? "",
    COUNT: count === undefined ? "" : String(count),
    DELTA: delta ?? "",
  };
}

export type AnsweredPage = {
  rows: readonly Readonly<Record<string, string>>[];
  /** Empty where there is none. */
  next: string;
  /** By which changes from here on are read; empty where there is none. */
  delta: string;
  count: number | undefined;
};

/** What `ODATA` answered. */
export function pageOf(values: RfcParameters): AnsweredPage {
  const { ROWS: rows } = values;
  const count = textOf(values, "COUNT");
  return {
    rows: Array.isArray(rows) ? rows : [],
    next: textOf(values, "NEXT"),
    delta: textOf(values, "DELTA"),
    count: count === "" ? undefined : Number(count),
  };
}

async function readBody(response: HttpResponse, bytesMax: number): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return undefined;
    parts.push(chunk);
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts, bytes));
}

async function readPage(answer: ODataAnswer): Promise<RfcOutcome> {
  const { status, type, body } = answer;
  const isFeed = status === 200 && (/\bjson\b/.test(type) || (/\bxml\b/.test(type) && !type.includes("html")));
  if (!isFeed) return odataFailure(answer);
  const read = /\bjson\b/.test(type) ? readJsonFeed(body) : await readAtomFeed(body);
  if (read.kind === "page") return { kind: "answer", values: answerOf(read.page) };
  const failed = odataFailure(answer);
  return failed.key === "NOT_ODATA" ? failure("protocol", "FEED", read.detail, status) : failed;
}

async function readOutcome(response: HttpOutcome, bytesMax: number, isRaw: boolean): Promise<RfcOutcome> {
  if (response.kind === "failure") return fromTransport(response);
  try {
    const body = await readBody(response, bytesMax);
    if (body === undefined)
      return failure("protocol", "TOO_LARGE", `The answer is larger than ${bytesMax} bytes.`, response.status);
    const type = oneHeader(response.headers["content-type"]).toLowerCase();
    const answer = { status: response.status, type, body };
    if (isRaw && answer.status === 200 && /\bxml\b/.test(type)) return { kind: "answer", values: { BODY: body } };
    const outcome = await readPage(answer);
    return outcome.kind === "answer" ? { ...outcome, ...serverMsOf(response) } : outcome;
  } catch (error) {
    if (isHttpFailure(error)) return fromTransport(error);
    if (error instanceof TypeError) return failure("protocol", "NOT_TEXT", "The answer is not valid UTF-8.", response.status);
    throw error;
  }
}

export function openOData(options: ODataOptions): ODataClient {
  const origin = checkOrigin(options);
  const { user, readPassword, http, pool, client, language, bytesMax = answerBytesMax.whole } = options;
  const logoffUrl = new URL(`/sap/public/bc/icf/logoff?sap-client=${client}`, origin).href;
  const session = openWebSession({ user, readPassword, http, pool, isSecure: origin.protocol === "https:", logoffUrl });
  const fixed = new Map([
    ["sap-client", client],
    ["sap-language", language.toUpperCase()],
  ]);
  return {
    async call({ function: name, parameters: given, timeoutMs }: RfcCall) {
      const parameters = name === pingFunction ? { SERVICE: options.service, LINK: "?$format=json" } : given;
      if (name !== odataFunction && name !== pingFunction)
        return failure("protocol", "NO_FUNCTION", `${name} cannot be called over OData.`);
      const link = textOf(parameters, "LINK");
      const url = addressOf(origin, textOf(parameters, "SERVICE"), link, fixed);
      if (url === undefined)
        return failure("protocol", "LINK", `${JSON.stringify(link.slice(0, 100))} leads out of the service.`);
      const isRaw = textOf(parameters, "RAW") === "X";
      const headers = { accept: isRaw ? "application/xml" : "application/json", "accept-encoding": "gzip, deflate" };
      const request = { method: "GET", url: url.href, headers, timeoutMs } as const;
      return session.exchange({ request, read: (response) => readOutcome(response, bytesMax, isRaw) });
    },
    serverTime: () => session.serverTime(),
    reset: () => session.reset(),
    blockedBy: () => session.blockedBy(),
    close: () => session.close(),
  };
}
