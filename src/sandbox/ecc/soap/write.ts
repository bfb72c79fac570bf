/**
 * Answers as the SOAP handler writes them (sap-rfc 2.2.2, 2.2.3): pure ASCII, everything else and the XML specials as numeric
 * references, the request's prefix echoed, initial fields as empty elements, exceptions under prefix `rfc` whatever was sent.
 */
import type { CallOutput, Row } from "../functions/interface.ts";
import { functionsNamespace, withoutSlashes } from "./request.ts";

export type ControlCharacters = "raw" | "replaced";

const head =
  '<?xml version="1.0" encoding="utf-8"?>' +
  '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/">' +
  "<SOAP-ENV:Body>";
const tail = "</SOAP-ENV:Body></SOAP-ENV:Envelope>";
const special = /[^\x20-\x7e]|[&<>"']/u;
const specials = /[^\x20-\x7e]|[&<>"']/gu;

function reference(char: string, controls: ControlCharacters): string {
  const code = char.codePointAt(0) ?? 0;
  const isIllegal = (code < 0x20 && code !== 9 && code !== 10 && code !== 13) || (code >= 0xd800 && code <= 0xdfff);
  if (!isIllegal) return `&#${code};`;
  return controls === "raw" && code < 0x20 ? char : "#";
}

export function escapeText(text: string, controls: ControlCharacters = "replaced"): string {
  return special.test(text) ? text.replace(specials, (char) => reference(char, controls)) : text;
}

function element(name: string, text: string, controls: ControlCharacters): string {
  return text === "" ? `<${name}/>` : `<${name}>${escapeText(text, controls)}</${name}>`;
}

function rowText(row: Row, controls: ControlCharacters): string {
  let text = "";
  for (const name in row) text += element(name, row[name] ?? "", controls);
  return text;
}

function tableText(name: string, rows: readonly Row[], controls: ControlCharacters): string {
  if (rows.length === 0) return `<${name}/>`;
  const pieces = rows.map((row) => `<item>${rowText(row, controls)}</item>`);
  return `<${name}>${pieces.join("")}</${name}>`;
}

function exportText(name: string, value: CallOutput["exports"][string], controls: ControlCharacters): string {
  if (typeof value === "string") return element(name, value, controls);
  return isRows(value) ? tableText(name, value, controls) : `<${name}>${rowText(value, controls)}</${name}>`;
}

function isRows(value: Row | readonly Row[]): value is readonly Row[] {
  return Array.isArray(value);
}

/** Exports always come back; a table only when the request named it (sap-rfc 0.7 [L]). */
export function responseText(options: {
  function: string;
  prefix: string;
  output: CallOutput;
  namedTables: ReadonlySet<string>;
  controls: ControlCharacters;
}): string {
  const { output, controls } = options;
  const prefix = options.prefix === "" ? "rfc" : options.prefix;
  const name = `${prefix}:${withoutSlashes(options.function)}.Response`;
  const exports = Object.entries(output.exports).map(([key, value]) => exportText(key, value, controls));
  const tables = Object.entries(output.tables)
    .filter(([key]) => options.namedTables.has(key))
    .map(([key, rows]) => tableText(key, rows, controls));
  return `${head}<${name} xmlns:${prefix}="${functionsNamespace}">${exports.join("")}${tables.join("")}</${name}>${tail}`;
}

function faultText(faultString: string, detail: string): string {
  return `${head}<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode><faultstring>${escapeText(faultString)}</faultstring><detail>${detail}</detail></SOAP-ENV:Fault>${tail}`;
}

export function exceptionFault(options: {
  function: string;
  exception: string;
  text: string;
  messageId: string;
  messageNumber: string;
}): string {
  const name = `rfc:${withoutSlashes(options.function)}.Exception`;
  const text = options.text === "" ? "" : `<Text>${escapeText(options.text)}</Text>`;
  const message = `<Message><ID>${escapeText(options.messageId)}</ID><Number>${options.messageNumber}</Number></Message>`;
  return faultText(
    options.exception,
    `<${name} xmlns:rfc="${functionsNamespace}"><Name>${escapeText(options.exception)}</Name>${text}${message}</${name}>`,
  );
}

/** T100 errors and what the kernel refuses: sap-rfc 2.2.3, ERROR_MESSAGE_STATE. */
export function messageFault(message: string): string {
  const detail = `<rfc:Error xmlns:rfc="urn:sap-com:document:sap:soap:functions"><type>ERROR_MESSAGE_STATE</type><message>${escapeText(message)}</message></rfc:Error>`;
  return faultText("Internal Server Error", detail);
}
