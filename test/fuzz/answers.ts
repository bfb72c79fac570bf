/**
 * SOAP answers of RFC_READ_TABLE with rows that are known, written in all the ways that XML allows, and ways to break them. Written from
 * sap-rfc 2.2.2 alone.
 */
import type { Dice } from "./dice.ts";

export type Answer = { rows: readonly string[]; xml: string };

const alphabet = [..."AZaz09 '\"<>&;#|\t".split(""), "ß", "€", "é", "Ж", "語", "😀", "]", "]]>", "\u00a0"];

export function makeAnswer(dice: Dice): Answer {
  const rows = Array.from({ length: dice.below(6) }, () =>
    Array.from({ length: dice.below(24) }, () => dice.pick(alphabet)).join(""),
  );
  const items = rows.map((row) => `<item>${gap(dice)}<WA>${written(row, dice)}</WA>${gap(dice)}</item>`);
  const data = items.length === 0 ? "<DATA/>" : `<DATA>${gap(dice)}${items.join(gap(dice))}</DATA>`;
  const prefix = dice.pick(["rfc:", "n0:", ""]);
  const body = `${dice.pick(["", "<ET_DATA/>"])}${data}${gap(dice)}<FIELDS><item><FIELDNAME>K</FIELDNAME></item></FIELDS><OPTIONS/>`;
  const xml =
    `${dice.pick(["", '<?xml version="1.0" encoding="utf-8"?>', "<?xml version='1.0'?>\n"])}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">` +
    `${dice.pick(["", "<s:Header/>", "<s:Header><x><DATA><item><WA>no row</WA></item></DATA></x></s:Header>"])}<s:Body>` +
    `<${prefix}RFC_READ_TABLE.Response xmlns${prefix === "" ? "" : `:${prefix.slice(0, -1)}`}="urn:sap-com:document:sap:rfc:functions">` +
    `${body}</${prefix}RFC_READ_TABLE.Response></s:Body></s:Envelope>${dice.pick(["", "\n"])}`;
  return { rows, xml };
}

/** What may stand between elements and means nothing. */
function gap(dice: Dice): string {
  return dice.pick(["", "", "", "\n  ", "<!-- <item><WA>no row</WA></item> -->", "<?row <WA>none</WA>?>"]);
}

function written(text: string, dice: Dice): string {
  if (dice.chance(0.1) && !text.includes("]]>")) return `<![CDATA[${text}]]>`;
  const shown = Array.from(text).map((character) => reference(character, dice));
  if (dice.chance(0.1))
    shown.splice(dice.below(shown.length + 1), 0, dice.pick(["<!-- no text -->", "<?none?>", "<![CDATA[]]>"]));
  return shown.join("");
}

const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

function reference(character: string, dice: Dice): string {
  const code = character.codePointAt(0) ?? 0;
  const mustBe = "&<>\t".includes(character);
  if (!mustBe && dice.chance(0.8)) return character;
  const byName = names[character];
  if (byName !== undefined && dice.chance(0.4)) return byName;
  return dice.chance(0.5) ? `&#${code};` : `&#x${dice.pick(["", "0"])}${code.toString(16)};`;
}

/** The bytes in pieces that fall anywhere: into a character, a reference, a tag. */
export function inPieces(bytes: Uint8Array, dice: Dice): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const most = dice.pick([1, 3, 17, 200, bytes.length + 1]);
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + dice.below(most);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

type Break = { what: string; bytes: (xml: string, dice: Dice) => Uint8Array };
const utf8 = (text: string) => Buffer.from(text, "utf8");
/** One more row, first in the table of the body; a header may hold the like of it. */
function withRow(xml: string, row: string): string {
  const body = xml.indexOf("Body>");
  const [empty, open] = [xml.indexOf("<DATA/>", body), xml.indexOf("<DATA>", body)];
  if (empty >= 0) return `${xml.slice(0, empty)}<DATA>${row}</DATA>${xml.slice(empty + 7)}`;
  return `${xml.slice(0, open + 6)}${row}${xml.slice(open + 6)}`;
}

/** Each must be refused: what it holds cannot be trusted as rows. */
export const breaks: readonly Break[] = [
  { what: "the end is missing", bytes: (xml, dice) => utf8(xml.trimEnd()).subarray(0, dice.below(utf8(xml.trimEnd()).length)) },
  {
    what: "an entity expands",
    bytes: (xml) =>
      utf8(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${withRow(bare(xml), "<item><WA>&b;</WA></item>")}`),
  },
  { what: "an unknown entity", bytes: (xml) => utf8(withRow(xml, "<item><WA>&b;</WA></item>")) },
  {
    what: "an external entity",
    bytes: (xml) =>
      utf8(`<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${withRow(bare(xml), "<item><WA>&f;</WA></item>")}`),
  },
  { what: "an external DTD", bytes: (xml) => utf8(`<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">${bare(xml)}`) },
  { what: "nested deeply", bytes: (xml, dice) => utf8(withRow(xml, "<a>".repeat(dice.between(30, 2_000)))) },
  { what: "nested in a cell", bytes: (xml) => utf8(withRow(xml, "<item><WA>a<b>c</b></WA></item>")) },
  { what: "a cell twice in a row", bytes: (xml) => utf8(withRow(xml, "<item><WA>a</WA><WA>b</WA></item>")) },
  { what: "a table twice", bytes: (xml) => utf8(xml.replace("<FIELDS>", "<DATA><item><WA>x</WA></item></DATA><FIELDS>")) },
  {
    what: "two responses",
    bytes: (xml) => utf8(xml.replace(/(<(\w*:?)RFC_READ_TABLE\.Response[\s\S]*<\/\2RFC_READ_TABLE\.Response>)/, "$1$1")),
  },
  { what: "another function's response", bytes: (xml) => utf8(xml.replaceAll("RFC_READ_TABLE.Response", "RFC_PING.Response")) },
  {
    what: "no response",
    bytes: (xml) => utf8(xml.replace(/<(\w*:?)RFC_READ_TABLE\.Response[\s\S]*<\/\1RFC_READ_TABLE\.Response>/, "")),
  },
  {
    what: "not the charset it names",
    bytes: (xml) => Buffer.concat([utf8(withRow(xml, "<item><WA>")), Buffer.from([0xe4, 0xff, 0x20]), utf8("</WA></item>")]),
  },
  { what: "UTF-16", bytes: (xml) => Buffer.from(`\ufeff${xml}`, "utf16le") },
  {
    what: "a raw control character",
    bytes: (xml, dice) => utf8(withRow(xml, `<item><WA>a${String.fromCharCode(dice.pick([0, 1, 8, 11, 31]))}</WA></item>`)),
  },
  {
    what: "a reference to a control character",
    bytes: (xml, dice) =>
      utf8(withRow(xml, `<item><WA>a${dice.pick(["&#0;", "&#x1;", "&#31;", "&#xD800;", "&#x110000;", "&#xFFFF;"])}</WA></item>`)),
  },
  { what: "a text too long", bytes: (xml) => utf8(withRow(xml, `<item><WA>${"x".repeat(70_000)}</WA></item>`)) },
  { what: "a tag that does not close", bytes: (xml) => utf8(withRow(xml, "<item><WA>a</item>")) },
  { what: "something behind the end", bytes: (xml) => utf8(`${xml}<more/>`) },
  { what: "two envelopes", bytes: (xml) => utf8(`${xml}${bare(xml)}`) },
];

const bare = (xml: string) => xml.replace(/^<\?xml[\s\S]*?\?>/, "");

/** Anything may come of these but a crash, a hang, or an answer that no one can explain. */
export function scramble(xml: string, dice: Dice): Uint8Array {
  const bytes = utf8(xml);
  for (let times = dice.between(1, 4); times > 0; times -= 1) {
    const at = dice.below(bytes.length);
    const other = dice.below(bytes.length);
    if (dice.chance(0.5)) bytes[at] = dice.below(256);
    else bytes.copyWithin(at, other, other + dice.below(40));
  }
  return bytes;
}
