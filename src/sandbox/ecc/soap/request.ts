/**
 * A SOAP 1.1 request to a function name and its parameters. saxes is strict: not well-formed, a DOCTYPE, too deep or without a body
 * child is refused. Text is kept to the blank, since blanks in OPTIONS and DELIMITER carry meaning.
 */
import { SaxesParser } from "saxes";

export const functionsNamespace = "urn:sap-com:document:sap:rfc:functions";
const envelopeNamespace = "http://schemas.xmlsoap.org/soap/envelope/";
const depthMax = 12;

export type Element = { prefix: string; local: string; uri: string; text: string; children: Element[] };
export type SoapCall = { function: string; prefix: string; parameters: readonly Element[] };

export class SoapRefused extends Error {
  override readonly name = "SoapRefused";
}

function parseTree(xml: string): Element {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const root: Element = { prefix: "", local: "", uri: "", text: "", children: [] };
  const open: Element[] = [root];
  parser.on("error", (error) => {
    throw new SoapRefused(`XML is not well-formed: ${error.message}`);
  });
  parser.on("doctype", () => {
    throw new SoapRefused("a document type declaration is not allowed");
  });
  parser.on("opentag", (tag) => {
    if (open.length > depthMax) throw new SoapRefused("elements are nested too deeply");
    const element: Element = { prefix: tag.prefix, local: tag.local, uri: tag.uri, text: "", children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  const addText = (text: string) => {
    const current = open.at(-1);
    if (current !== undefined) current.text += text;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.write(xml).close();
  return root;
}

/** `_-` stands for the slash of an ABAP namespace, as in IDocs (sap-data 6.2 [D]); for SOAP [K]. */
export function withSlashes(name: string): string {
  return name.replaceAll("_-", "/");
}

export function withoutSlashes(name: string): string {
  return name.replaceAll("/", "_-");
}

export function readSoapCall(xml: string): SoapCall {
  const envelope = parseTree(xml).children[0];
  if (envelope?.local !== "Envelope" || envelope.uri !== envelopeNamespace) throw new SoapRefused("no SOAP 1.1 envelope");
  const body = envelope.children.find((child) => child.local === "Body" && child.uri === envelopeNamespace);
  const call = body?.children[0];
  if (call === undefined) throw new SoapRefused("the SOAP body is empty");
  if (call.uri !== functionsNamespace)
    throw new SoapRefused(`the function element must be in the namespace ${functionsNamespace}`);
  return { function: withSlashes(call.local), prefix: call.prefix, parameters: call.children };
}
