/** IDocs of one type as one XML body, in the variants that ports, proxies and middleware make of it (sap-data 6.2). */
import type { IDoc, Segment } from "./idoc.ts";
import { controlWidths } from "./idoc.ts";

export type XmlVariant = {
  hasDeclaration: boolean;
  /** What stands in the SEGMENT attribute; SAP writes 1, some proxies nothing. */
  segment: "1" | "";
  hasBegin: boolean;
  /** The port's SOAP flag. */
  isSoap: boolean;
  /** Middleware's root: a prefix bound to a namespace. */
  hasNamespace: boolean;
  /** Pretty-printed by somebody on the way. */
  isIndented: boolean;
};

export const plainVariant: XmlVariant = {
  hasDeclaration: true,
  segment: "1",
  hasBegin: true,
  isSoap: false,
  hasNamespace: false,
  isIndented: false,
};

const specials: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const notXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => specials[char] ?? char).replace(notXml, "#");
}

/** `/ACME/X` as an element's name [D]. */
export const elementName = (name: string): string => name.replaceAll("/", "_-");

type Writer = { variant: XmlVariant; line: (depth: number, text: string) => string };

function segmentXml(writer: Writer, { name, fields, children }: Segment, depth: number): string {
  const { variant, line } = writer;
  const tag = elementName(name);
  const inner = fields.map(([field, value]) => {
    const element = elementName(field);
    return line(depth + 1, `<${element}>${escaped(value)}</${element}>`);
  });
  const nested = children.map((child) => segmentXml(writer, child, depth + 1));
  const opened = line(depth, `<${tag} SEGMENT="${variant.segment}">`);
  return opened + inner.join("") + nested.join("") + line(depth, `</${tag}>`);
}

function controlSegment({ control }: IDoc): Segment {
  const fields = controlWidths.flatMap(([name]) => {
    const value = control[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return { name: "EDI_DC40", fields, children: [] };
}

function idocXml(writer: Writer, idoc: IDoc, depth: number): string {
  const { variant, line } = writer;
  const segments = [controlSegment(idoc), ...idoc.segments].map((each) => segmentXml(writer, each, depth + 1));
  return line(depth, variant.hasBegin ? '<IDOC BEGIN="1">' : "<IDOC>") + segments.join("") + line(depth, "</IDOC>");
}

const messagesNamespace = "urn:sap-com:document:sap:idoc:messages";
const soapNamespace = "http://schemas.xmlsoap.org/soap/envelope/";

/** The root is the extension's name where the type is extended. */
export function packageXml(idocs: readonly IDoc[], variant: XmlVariant = plainVariant): string {
  const [first] = idocs;
  if (first === undefined) throw new Error("a package without IDocs");
  const { control } = first;
  const line = (depth: number, text: string) => (variant.isIndented ? `${"  ".repeat(depth)}${text}\n` : text);
  const name = elementName(control["CIMTYP"] || (control["IDOCTYP"] ?? ""));
  const tag = variant.hasNamespace ? `ns0:${name}` : name;
  const attribute = variant.hasNamespace ? ` xmlns:ns0="${messagesNamespace}"` : "";
  const body = idocs.map((idoc) => idocXml({ variant, line }, idoc, 1)).join("");
  const root = `${line(0, `<${tag}${attribute}>`)}${body}${line(0, `</${tag}>`)}`;
  const wrapped = variant.isSoap
    ? `<SOAP:Envelope xmlns:SOAP="${soapNamespace}"><SOAP:Header/><SOAP:Body>${root}</SOAP:Body></SOAP:Envelope>`
    : root;
  return (variant.hasDeclaration ? '<?xml version="1.0" encoding="UTF-8" ?>' : "") + wrapped;
}
