/**
 * A second opinion on XML, by a parser that the product does not use: the tree of a document, or undefined where it is none. Line ends are made one
 * before (XML 1.0, 2.11), and what XML forbids becomes U+FFFD, as the product promises for its feeds.
 */
import { createRequire } from "node:module";

export type XmlElement = { name: string; attributes: ReadonlyMap<string, string>; children: readonly (XmlElement | string)[] };

type DomNode = {
  nodeType: number;
  nodeName: string;
  data?: string;
  firstChild: DomNode | null;
  nextSibling: DomNode | null;
  attributes?: { length: number; item(at: number): { name: string; value: string } };
  documentElement?: DomNode | null;
};
type Parser = { parseFromString(text: string, type: string): DomNode | undefined };
// Its types would bring the browser's with them.
const require = createRequire(import.meta.url);
const { DOMParser } = require("@xmldom/xmldom") as { DOMParser: new (options: unknown) => Parser };

const quiet = () => undefined;
const kinds = { element: 1, text: 3, cdata: 4 } as const;

function treeOf(node: DomNode): XmlElement {
  const children: (XmlElement | string)[] = [];
  for (let at = node.firstChild; at !== null; at = at.nextSibling) {
    if (at.nodeType === kinds.element) children.push(treeOf(at));
    if (at.nodeType === kinds.text || at.nodeType === kinds.cdata) children.push(at.data ?? "");
  }
  const attributes = new Map<string, string>();
  const given = node.attributes;
  for (let at = 0; given !== undefined && at < given.length; at += 1) {
    const { name, value } = given.item(at);
    attributes.set(name, value);
  }
  return { name: node.nodeName, attributes, children };
}

const isForbidden = (code: number) => code < 32 && code !== 9 && code !== 10 && code !== 13;

function withoutForbidden(text: string): string {
  let shown = "";
  for (const character of text) shown += isForbidden(character.codePointAt(0) ?? 0) ? "\ufffd" : character;
  return shown.replace(/&#(?:x([0-9a-f]+)|([0-9]+));/gi, (whole, hex: string | undefined, decimal: string | undefined) => {
    const code = hex === undefined ? Number.parseInt(decimal ?? "", 10) : Number.parseInt(hex, 16);
    return isForbidden(code) ? "\ufffd" : whole;
  });
}

export function parseXml(bytes: Uint8Array): XmlElement | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
  try {
    const handlers = { warning: quiet, error: quiet, fatalError: quiet };
    const sent = withoutForbidden(text.replace(/\r\n?/g, "\n"));
    const document = new DOMParser({ errorHandler: handlers, locator: {} }).parseFromString(sent, "text/xml");
    return document?.documentElement ? treeOf(document.documentElement) : undefined;
  } catch {
    return undefined;
  }
}

/** It takes no names with characters beyond U+FFFF, nor such as namespaces forbid (`a:b:c`, `a:1`, `:a`), nor an end tag of many blanks: all are XML. */
export const isBeyond = (text: string) =>
  /<[^>]*(?:[\u{10000}-\u{10ffff}]|[\s</]:)/u.test(text) ||
  /[<\s/][A-Za-z_][\w.-]*:(?:[\d.-]|[\w.-]*:)/.test(text) ||
  /<\/[^<>]*\s{50}/.test(text);

export const localName = (name: string) => name.slice(name.lastIndexOf(":") + 1);
export const elementsOf = ({ children }: XmlElement) => children.filter((each) => typeof each !== "string");
export const textOf = ({ children }: XmlElement): string =>
  children.map((each) => (typeof each === "string" ? each : textOf(each))).join("");
/** Text that stands beside elements. */
export const looseText = ({ children }: XmlElement): string => children.filter((each) => typeof each === "string").join("");
