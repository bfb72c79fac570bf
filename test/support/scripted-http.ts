// An HttpClient that answers from a script, for tests of clients without a socket; and the wire forms of SAP's SOAP answers, typed
// from reference sap-rfc 2.2.2 and 2.2.3 by hand (nothing of the product's writers is used).
import type { HttpClient, HttpFailure, HttpOutcome, HttpRequest } from "../../src/ports/index.ts";

export type Scripted = {
  status?: number;
  headers?: Record<string, string | readonly string[]>;
  body?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** The connection breaks after the body's chunks. */
  breaks?: Pick<HttpFailure, "reason" | "detail">;
};

export type Answerer = (request: HttpRequest, index: number) => Scripted | HttpFailure | Promise<Scripted | HttpFailure>;

export function scriptedHttp(answer: Answerer): { http: HttpClient; requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const http: HttpClient = {
    async request(request): Promise<HttpOutcome> {
      requests.push(request);
      const scripted = await answer(request, requests.length - 1);
      if ("kind" in scripted) return scripted;
      return {
        kind: "response",
        status: scripted.status ?? 200,
        headers: { "content-type": "text/xml; charset=utf-8", ...scripted.headers },
        body: bodyOf(scripted),
      };
    },
    close: async () => undefined,
  };
  return { http, requests };
}

async function* bodyOf({ body = "", breaks }: Scripted): AsyncGenerator<Uint8Array> {
  for (const part of typeof body === "string" || body instanceof Uint8Array ? [body] : body)
    yield typeof part === "string" ? new TextEncoder().encode(part) : part;
  if (breaks !== undefined) throw { kind: "failure", requestSent: "maybe", ...breaks } satisfies HttpFailure;
}

const envelope = (body: string) =>
  '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/">' +
  `<SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;

const rfc = "urn:sap-com:document:sap:rfc:functions";

/** Escaped as SAP does it: numeric references for special and non-ASCII characters. */
export function asReferences(text: string): string {
  return Array.from(text, (c) => (/[&<>"']/.test(c) || c > "~" ? `&#${c.codePointAt(0)};` : c)).join("");
}

export const response = (fn: string, inner: string) =>
  envelope(`<rfc:${fn}.Response xmlns:rfc="${rfc}">${inner}</rfc:${fn}.Response>`);

export const table = (name: string, rows: readonly Record<string, string>[]) =>
  `<${name}>${rows.map((row) => `<item>${fieldsOf(row)}</item>`).join("")}</${name}>`;

const fieldsOf = (row: Record<string, string>) =>
  Object.entries(row)
    .map(([name, text]) => `<${name}>${asReferences(text)}</${name}>`)
    .join("");

export const exceptionFault = (fn: string, name: string, text = "", message = "") =>
  envelope(
    `<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode><faultstring>${name}</faultstring><detail>` +
      `<rfc:${fn}.Exception xmlns:rfc="${rfc}"><Name>${name}</Name><Text>${asReferences(text)}</Text>${message}</rfc:${fn}.Exception>` +
      "</detail></SOAP-ENV:Fault>",
  );

export const errorFault = (type: string, message: string) =>
  envelope(
    "<SOAP-ENV:Fault><faultcode>SOAP-ENV:Server</faultcode><faultstring>Internal Server Error</faultstring><detail>" +
      `<rfc:Error xmlns:rfc="urn:sap-com:document:sap:soap:functions"><type>${type}</type><message>${message}</message></rfc:Error>` +
      "</detail></SOAP-ENV:Fault>",
  );

export const textFault = (text: string) =>
  envelope(`<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode><faultstring>${text}</faultstring></SOAP-ENV:Fault>`);

/** The function module a request calls, and its parameters' raw XML. */
export function callOf(request: HttpRequest): { fn: string; xml: string } {
  const text = typeof request.body === "string" ? request.body : new TextDecoder().decode(request.body);
  const fn = /<SOAP-ENV:Body><\w+:([A-Z0-9_]+)/.exec(text)?.[1] ?? "";
  return { fn, xml: text };
}
