/**
 * Reads Procore for the demo's own books: a token of its own, lists by their `Link` header, JSON whose decimals stay text. It shares nothing
 * with the product's client, so that a mistake in that one shows against this one. It only reads, paces nothing and retries nothing: the
 * demo's Procore is a sandbox with raised rate windows.
 */
import { z } from "zod";
import { Fault } from "../../core/index.ts";
import type { HttpClient, HttpResponse } from "../../ports/index.ts";

export type ProcoreAccess = { url: string; companyId: number; clientId: string; clientSecret: string };

export type ProcoreReader = {
  get(path: string, query?: Query): Promise<unknown>;
  /** All pages. Throws when they do not hold as many records as the server says there are. */
  list(path: string, query?: Query): Promise<readonly unknown[]>;
};

type Query = Readonly<Record<string, string | number>>;

const timeoutMs = 60_000;
const perPage = 100;
const pagesMax = 10_000;

const tokenAnswer = z.object({ access_token: z.string().min(1) });

type SourceReviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
// Node 24 gives a reviver the source text; the ES2024 type library does not know yet.
const parseJson = JSON.parse as (text: string, reviver?: SourceReviver) => unknown;
const decimalNumber = /[:[,]\s*-?\d+(?:[.eE]|\d{15})/;

function keepDecimals(this: unknown, _key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== "number" || context.source === undefined) return value;
  return /^-?\d{1,15}$/.test(context.source) ? value : context.source;
}

/** Whole numbers stay numbers; any other number becomes its own text. */
export function parseAnswer(text: string): unknown {
  return decimalNumber.test(text) ? parseJson(text, keepDecimals) : parseJson(text);
}

async function readText(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function headerOf(response: HttpResponse, name: string): string {
  const value = response.headers[name] ?? "";
  return typeof value === "string" ? value : value.join(", ");
}

/** Path and query of the next page; the address itself is ours, never the server's. */
export function nextPage(link: string): string | undefined {
  const address = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link)?.[1];
  if (address === undefined) return undefined;
  const url = new URL(address, "http://procore");
  return url.pathname + url.search;
}

export async function openProcoreReader(http: HttpClient, access: ProcoreAccess): Promise<ProcoreReader> {
  const exchange = async (method: "GET" | "POST", path: string, headers: Record<string, string>, body?: string) => {
    const place = path.split("?")[0] ?? path;
    const url = `${access.url}${path}`;
    const outcome = await http.request({ method, url, headers, timeoutMs, ...(body === undefined ? {} : { body }) });
    if (outcome.kind === "failure") throw new Fault("procore.unreachable", { place, detail: outcome.detail });
    const text = await readText(outcome);
    if (outcome.status === 401) throw new Fault("procore.unauthorised", { place });
    if (outcome.status !== 200) throw new Fault("procore.unreadable", { place, detail: `HTTP ${outcome.status}` });
    return { response: outcome, answer: parseAnswer(text) };
  };

  const login = JSON.stringify({
    grant_type: "client_credentials",
    client_id: access.clientId,
    client_secret: access.clientSecret,
  });
  const token = await exchange("POST", "/oauth/token", { "content-type": "application/json" }, login);
  const headers = {
    authorization: `Bearer ${tokenAnswer.parse(token.answer).access_token}`,
    "procore-company-id": String(access.companyId),
  };
  const addressOf = (path: string, query: Query) => {
    const text = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    return text === "" ? path : `${path}?${text}`;
  };

  return {
    get: async (path, query = {}) => (await exchange("GET", addressOf(path, query), headers)).answer,
    list: async (path, query = {}) => {
      const records: unknown[] = [];
      let address: string | undefined = addressOf(path, { ...query, per_page: perPage });
      let total = 0;
      for (let page = 0; address !== undefined; page += 1) {
        if (page === pagesMax) throw new Fault("procore.unreadable", { place: path, detail: `more than ${pagesMax} pages` });
        const { response, answer } = await exchange("GET", address, headers);
        records.push(...z.array(z.unknown()).parse(answer));
        total = Number(headerOf(response, "total"));
        address = nextPage(headerOf(response, "link"));
      }
      if (records.length === total) return records;
      throw new Fault("procore.unreadable", { place: path, detail: `${records.length} records read, Procore says ${total}` });
    },
  };
}
