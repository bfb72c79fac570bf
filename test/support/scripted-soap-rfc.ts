// A SOAP-RFC client over a scripted HTTP client, with a user and a password of the tests' own.
import type { RfcCall } from "../../src/ports/index.ts";
import { openSoapRfc, type SoapRfcOptions } from "../../src/sap/rfc/soap-client.ts";
import { type Answerer, response, type Scripted, scriptedHttp } from "./scripted-http.ts";

const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
export const password = "s3cret-Pass";
export const ping: RfcCall = { function: "RFC_PING", parameters: {}, tables: [], timeoutMs: 1_000 };
export const pong: Scripted = { body: response("RFC_PING", "") };
export const readT000: RfcCall = {
  function: "RFC_READ_TABLE",
  parameters: { QUERY_TABLE: "T000", DELIMITER: "|" },
  tables: ["DATA", "FIELDS", "OPTIONS"],
  timeoutMs: 1_000,
};

export function openScripted(answer: Answerer, options: Partial<SoapRfcOptions> = {}) {
  const { http, requests } = scriptedHttp(answer);
  const client = openSoapRfc({
    url: "https://sap.example:44300/sap/bc/soap/rfc",
    client: "100",
    language: "EN",
    user: "MLC",
    readPassword: async () => password,
    http,
    clock,
    pool: 3,
    ...options,
  });
  return { client, requests };
}

export const html = (status: number, body: string): Scripted => ({
  status,
  headers: { "content-type": "text/html" },
  body: `<html>${body}</html>`,
});
