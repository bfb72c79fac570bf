/**
 * `$batch` for reading (sap-data 5.4): several GETs in one multipart body, each answered with its own status inside one 202. A change set
 * finds what every other writing finds.
 */
import type { EccAnswer } from "../answers.ts";
import { answerRead, errorContext, type ODataExchange } from "./answer.ts";
import { refusalAnswer } from "./errors.ts";
import { odataRoot, servicePathOf } from "./path.ts";
import { badUri, notImplemented, ODataRefused } from "./refused.ts";

type Part = { method: string; target: string; headers: Record<string, string> };
type Made = { answer: EccAnswer; rowsScanned: number };

const partsMax = 1000;

function headersIn(text: string): Record<string, string> {
  const pairs = text.split(/\r?\n/).map((line) => /^([^:]+):\s*(.*)$/.exec(line));
  return Object.fromEntries(pairs.flatMap((match) => (match === null ? [] : [[(match[1] ?? "").toLowerCase(), match[2] ?? ""]])));
}

function partOf(text: string): Part {
  const [head = "", ...rest] = text.split(/\r?\n\r?\n/);
  if (/multipart\/mixed/i.test(headersIn(head)["content-type"] ?? "")) return { method: "CHANGESET", target: "", headers: {} };
  const request = /^([A-Z]+)\s+(\S+)\s+HTTP\/1\.1(?:\r?\n|$)(.*)/s.exec((rest[0] ?? "").trimStart());
  if (request === null) throw badUri("The batch part holds no request");
  return { method: request[1] ?? "", target: request[2] ?? "", headers: headersIn(request[3] ?? "") };
}

function partsOf(exchange: ODataExchange): Part[] {
  const { headers, body } = exchange.request;
  const boundary = /boundary="?([^";]+)"?/i.exec(headers["content-type"] ?? "")?.[1];
  if (boundary === undefined) throw badUri("The batch request has no boundary");
  // The first piece is what stands before the first boundary, the last what stands behind the end.
  const pieces = Buffer.from(body).toString("utf8").split(`--${boundary}`).slice(1);
  const parts = pieces.filter((piece) => !piece.startsWith("--")).map((piece) => partOf(piece.replace(/^\r?\n/, "")));
  if (parts.length > partsMax) throw badUri(`The batch request has more than ${partsMax} parts`);
  return parts;
}

/** Of a part's target, relative to the service or absolute. */
function exchangeOf(part: Part, exchange: ODataExchange): ODataExchange {
  const { path, request } = exchange;
  const base = `http://ecc${odataRoot}${path.namespace}/${path.name};v=${path.version}/`;
  const url = URL.parse(part.target, base);
  if (url === null || !url.pathname.startsWith(odataRoot)) throw badUri("The batch part names no resource of the service");
  const headers = { host: request.headers["host"], ...part.headers };
  return {
    ...exchange,
    request: { ...request, method: part.method, headers },
    params: url.searchParams,
    path: servicePathOf(url.pathname),
  };
}

function answerPart(part: Part, exchange: ODataExchange): Made {
  const refuse = (refused: ODataRefused) => ({ answer: refusalAnswer(refused, errorContext(exchange)), rowsScanned: 0 });
  if (part.method !== "GET") return refuse(notImplemented("CHANGESET_PROCESS"));
  try {
    return answerRead(exchangeOf(part, exchange));
  } catch (error) {
    if (error instanceof ODataRefused) return refuse(error);
    throw error;
  }
}

function partText({ status, headers, body }: EccAnswer): string {
  const head = [
    `HTTP/1.1 ${status} ${status < 300 ? "OK" : "Error"}`,
    `Content-Type: ${String(headers["content-type"])}`,
    `Content-Length: ${body.length}`,
    "dataserviceversion: 2.0",
  ].join("\r\n");
  const http = `${head}\r\n\r\n${Buffer.from(body).toString("utf8")}`;
  return `Content-Type: application/http\r\nContent-Length: ${Buffer.byteLength(http)}\r\ncontent-transfer-encoding: binary\r\n\r\n${http}\r\n`;
}

export function answerBatch(exchange: ODataExchange): Made {
  try {
    const made = partsOf(exchange).map((part) => answerPart(part, exchange));
    const boundary = exchange.nowMs.toString(16).toUpperCase().padStart(32, "0");
    const text = made.map(({ answer }) => `--${boundary}\r\n${partText(answer)}`).join("");
    const answer: EccAnswer = {
      kind: "answer",
      status: 202,
      headers: { "content-type": `multipart/mixed; boundary=${boundary}`, dataserviceversion: "2.0" },
      body: Buffer.from(`${text}--${boundary}--\r\n`, "utf8"),
    };
    return { answer, rowsScanned: made.reduce((sum, each) => sum + each.rowsScanned, 0) };
  } catch (error) {
    if (!(error instanceof ODataRefused)) throw error;
    return { answer: refusalAnswer(error, errorContext(exchange)), rowsScanned: 0 };
  }
}
