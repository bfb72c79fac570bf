/**
 * `RfcClient` over SOAP (`/sap/bc/soap/rfc`, sap-rfc 2.2), by the rules of `web-session.ts` for logon and load. It does not retry and does not
 * pace: `governor.ts` does. Every POST is its own unit of work (sap-rfc 0.8 [L]): for reading only.
 */
import type { Clock, HttpClient, HttpOutcome, HttpResponse, RfcCall, RfcClient, RfcOutcome } from "../../ports/index.ts";
import { collectAnswer } from "./soap-answer.ts";
import { checkEndpoint } from "./soap-endpoint.ts";
import { failure, fromFault, fromPage, fromTransport, fromXmlProblem, pageText } from "./soap-failure.ts";
import { writeSoapRequest } from "./soap-request.ts";
import { isHttpFailure, oneHeader, openWebSession, readStart, serverMsOf, type WebSession } from "./web-session.ts";
import { type ControlCharacters, defaultXmlLimits, readXml, type XmlLimits } from "./xml-reader.ts";

export type SoapRfcOptions = {
  /** The whole address, `https://host:44300/sap/bc/soap/rfc`. */
  url: string;
  client: string;
  language: string;
  user: string;
  readPassword: () => Promise<string | undefined>;
  http: HttpClient;
  clock: Clock;
  /** Calls at a time, each with a session of its own. */
  pool: number;
  /** Basic sends the password readable: plain HTTP is refused but for loopback, unless the network is known to be private. */
  allowPlainHttp?: boolean;
  controlCharacters?: ControlCharacters;
  /** `bytesMax` is of an answer that is kept whole, `streamBytesMax` of one whose rows are handed on; both count unpacked bytes. */
  limits?: Partial<XmlLimits> & { streamBytesMax?: number };
};

/** Unpacked. A streamed table may be far larger than memory; anything else is held, and a packed bomb must not become it. */
export const answerBytesMax = { whole: 64 * 1024 * 1024, streamed: 2 * 1024 * 1024 * 1024 } as const;

export type SoapRfcClient = RfcClient & Pick<WebSession, "reset" | "blockedBy">;

export function openSoapRfc(options: SoapRfcOptions): SoapRfcClient {
  const endpoint = checkEndpoint(options);
  const { user, readPassword, http, pool } = options;
  const session = openWebSession({ user, readPassword, http, pool, ...endpoint });
  return {
    async call(call) {
      const written = writeSoapRequest(call);
      if (written.kind === "refused") return failure("protocol", written.key, written.detail);
      const { body } = written;
      const { callUrl: url, soapAction: soapaction } = endpoint;
      const headers = { ...soapHeaders, soapaction };
      const request = { method: "POST", url, headers, body, timeoutMs: call.timeoutMs } as const;
      return session.exchange({ request, read: (response) => readOutcome(call, response, options) });
    },
    serverTime: () => session.serverTime(),
    reset: () => session.reset(),
    blockedBy: () => session.blockedBy(),
    close: () => session.close(),
  };
}

const soapHeaders = {
  "content-type": "text/xml; charset=utf-8",
  accept: "text/xml",
  "accept-encoding": "gzip, deflate",
};

async function readOutcome(call: RfcCall, response: HttpOutcome, options: SoapRfcOptions): Promise<RfcOutcome> {
  if (response.kind === "failure") return fromTransport(response);
  try {
    const type = oneHeader(response.headers["content-type"]).toLowerCase();
    if (response.status === 401 || !/\bxml\b/.test(type) || type.includes("html"))
      return fromPage(await readPage(response, type));
    return await readSoap(call, response, options, type);
  } catch (error) {
    if (isHttpFailure(error)) return fromTransport(error);
    throw error;
  }
}

async function readSoap(call: RfcCall, response: HttpResponse, options: SoapRfcOptions, type: string): Promise<RfcOutcome> {
  call.stream?.begin();
  const collector = collectAnswer(call);
  const charset = /charset="?([\w.-]{1,40})/.exec(type)?.[1] ?? "utf-8";
  const { streamBytesMax = answerBytesMax.streamed, bytesMax = answerBytesMax.whole, ...others } = options.limits ?? {};
  const limits = { ...defaultXmlLimits, ...others, bytesMax: call.stream === undefined ? bytesMax : streamBytesMax };
  const read = { limits, charset, controlCharacters: options.controlCharacters ?? "refuse", lane: collector.lane };
  const problem = await readXml(response.body, read, collector.handlers);
  if (problem !== undefined) return fromXmlProblem(problem, response.status);
  const answer = collector.finish();
  switch (answer.kind) {
    case "fault":
      return fromFault(answer.fault, response.status);
    case "unreadable":
      if (response.status === 200) return failure("protocol", "NOT_SOAP", answer.detail, response.status);
      return fromPage({ status: response.status, text: answer.detail, isHtml: false });
    case "response":
      if (response.status < 300) return { kind: "answer", values: answer.values, ...serverMsOf(response) };
      return failure("protocol", `HTTP_${response.status}`, "SAP answered a response under a failure's status.", response.status);
  }
}

async function readPage(response: HttpResponse, type: string): Promise<{ status: number; text: string; isHtml: boolean }> {
  const raw = await readStart(response);
  const isHtml = type.includes("html") || /^\s*<(?:!doctype html|html)/i.test(raw);
  return { status: response.status, text: isHtml ? pageText(raw) : raw.slice(0, 1_000), isHtml };
}
