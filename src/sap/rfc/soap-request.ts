/**
 * Writes the SOAP envelope of one RFC call (sap-rfc 2.2.2). Guarantees: every wanted table stands in the request, for one that is left
 * out does not come back (sap-rfc 0.7 [L]); text arrives as given, blanks and line ends included; what XML cannot carry is refused by
 * the parameter's name before a byte leaves. It does not know which parameters a function has.
 */
import type { RfcCall, RfcValue } from "../../ports/index.ts";
import { forbiddenInXml } from "./control-characters.ts";

export type SoapRequest = { kind: "request"; body: string } | { kind: "refused"; key: string; detail: string };

class RequestRefusal extends Error {
  readonly key: string;
  constructor(key: string, message: string) {
    super(message);
    this.key = key;
  }
}

const nameShape = /^(?:\/[A-Z0-9_]{1,10}\/)?[A-Z][A-Z0-9_]*$/;
const needsEscape = /[&<>"'\t\n\r]/;
const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

export const rfcNamespace = "urn:sap-com:document:sap:rfc:functions";

export function writeSoapRequest(call: Pick<RfcCall, "function" | "parameters" | "tables">): SoapRequest {
  try {
    const name = elementName(call.function, "function");
    const given = Object.entries(call.parameters).map(([parameter, value]) => element(parameter, value, parameter));
    const wanted = call.tables.filter((table) => call.parameters[table] === undefined);
    const empty = wanted.map((table) => `<${elementName(table, "table")}/>`);
    const inner = given.join("") + empty.join("");
    return {
      kind: "request",
      body:
        '<?xml version="1.0" encoding="utf-8"?>' +
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body>' +
        `<rfc:${name} xmlns:rfc="${rfcNamespace}">${inner}</rfc:${name}></SOAP-ENV:Body></SOAP-ENV:Envelope>`,
    };
  } catch (error) {
    if (error instanceof RequestRefusal) return { kind: "refused", key: error.key, detail: error.message };
    throw error;
  }
}

function element(name: string, value: RfcValue, path: string): string {
  const tag = elementName(name, path);
  if (typeof value === "string") return `<${tag}>${escapeText(value, path)}</${tag}>`;
  if (isRows(value)) return `<${tag}>${value.map((row) => `<item>${fields(row, path)}</item>`).join("")}</${tag}>`;
  return `<${tag}>${fields(value, path)}</${tag}>`;
}

// Array.isArray does not narrow a readonly array out of a union.
function isRows(value: Exclude<RfcValue, string>): value is readonly Readonly<Record<string, string>>[] {
  return Array.isArray(value);
}

function fields(row: Readonly<Record<string, string>>, path: string): string {
  return Object.entries(row)
    .map(([name, text]) => {
      const tag = elementName(name, path);
      return `<${tag}>${escapeText(text, `${path}-${name}`)}</${tag}>`;
    })
    .join("");
}

/** SAP writes the slash of a namespace as `_-` in XML names [K]. */
function elementName(name: string, path: string): string {
  if (name.length > 30 || !nameShape.test(name))
    throw new RequestRefusal(
      "NAME",
      `${path}: ${JSON.stringify(name.slice(0, 40))} is no ABAP name (upper case, at most 30 characters).`,
    );
  return name.replaceAll("/", "_-");
}

function escapeText(text: string, path: string): string {
  const wrong = forbiddenInXml.exec(text);
  if (wrong) {
    const code = text.charCodeAt(wrong.index).toString(16).padStart(4, "0").toUpperCase();
    throw new RequestRefusal(
      "CONTROL_CHARACTER",
      `${path}: character U+${code} at position ${wrong.index + 1} cannot be sent to SAP in XML; remove it from the value.`,
    );
  }
  return needsEscape.test(text) ? text.replace(/[&<>"'\t\n\r]/g, (character) => escapes[character] ?? character) : text;
}
