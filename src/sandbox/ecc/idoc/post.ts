/** One POST of a package, and what SAP makes of the answer: 2xx is taken, anything else is not, nor is silence (sap-data 6.5). */
import type { HttpClient, HttpResponse } from "../../../ports/index.ts";
import type { IDoc } from "./idoc.ts";
import { packageXml, type XmlVariant } from "./write-xml.ts";

export type HttpTarget = {
  kind: "http";
  /** The port's host, path and query. */
  url: string;
  user: string;
  password: string;
  contentType: "text/xml" | "application/x-sap.idoc";
  variant: XmlVariant;
  timeoutMs: number;
};

async function bodyText(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

export async function post(
  http: HttpClient,
  target: HttpTarget,
  idocs: readonly IDoc[],
): Promise<{ isTaken: boolean; text: string }> {
  const credentials = Buffer.from(`${target.user}:${target.password}`).toString("base64");
  const outcome = await http.request({
    method: "POST",
    url: target.url,
    headers: { authorization: `Basic ${credentials}`, "content-type": `${target.contentType}; charset=utf-8` },
    body: packageXml(idocs, target.variant),
    timeoutMs: target.timeoutMs,
  });
  if (outcome.kind === "failure") return { isTaken: false, text: outcome.reason };
  try {
    const text = await bodyText(outcome);
    const isTaken = outcome.status >= 200 && outcome.status < 300;
    // With the SOAP flag SAP reads the answer as SOAP.
    if (isTaken && target.variant.isSoap && !text.includes("Envelope")) return { isTaken: false, text: "the answer is no SOAP" };
    return { isTaken, text: `HTTP ${outcome.status}` };
  } catch {
    return { isTaken: false, text: "the answer was cut" };
  }
}
