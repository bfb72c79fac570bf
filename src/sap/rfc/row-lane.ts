/**
 * The short way for the rows of a streamed table: a whole `<item><FIELD>text</FIELD></item>` is taken out of the text before the parser sees it. A
 * table is a hundred thousand such pieces, balanced and alike; the parser's care is for everything else, and for each row that is not
 * exactly so (attributes, comments, unknown references, blanks between tags). What is taken is well-formed by itself: no `<` and no `]]>`
 * in the text, references of XML's five entities and of characters that XML allows. Measured against the parser alone: bench/read.ts.
 */
export type RowLane = {
  /** Whether the next thing to come may be a row: right behind the table's opening tag or a row. */
  isOpen(): boolean;
  /** The parser gets something: what stands open now closes, until a row or the table's tag has ended again. */
  leave(): void;
  /** The name of the row's only field, as it stands in the tags. */
  field: string;
  /** Rows as `RfcRowStream.lines` brings them. */
  take(text: string, spans: readonly number[]): void;
};

/** The longest reference that is looked at, without its semicolon. */
const referenceMax = 10;

/** Takes rows from `from` on. Answers where it stopped, and whether a row began there that has not ended yet. */
export type LaneReader = (text: string, from: number) => { at: number; isCutRow: boolean };

const entities: ReadonlyMap<string, string> = new Map(Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }));
const numberSign = 35;

export function createLaneReader(lane: RowLane, textMax: number): LaneReader {
  const head = `<item><${lane.field}>`;
  const tail = `</${lane.field}></item>`;
  const empty = `<item><${lane.field}/></item>`;
  return (text, from) => {
    const rows = startRows(text, from, lane.take);
    let at = from;
    let isCutRow = false;
    for (;;) {
      if (text.startsWith(head, at)) {
        const begin = at + head.length;
        const end = text.indexOf("<", begin);
        isCutRow = (end < 0 || end + tail.length > text.length) && text.length - at <= textMax;
        if (end < 0 || !text.startsWith(tail, end) || end - begin > textMax || !rows.add(begin, end)) break;
        at = end + tail.length;
      } else if (text.startsWith(empty, at)) {
        rows.add(at, at);
        at += empty.length;
      } else {
        const rest = text.slice(at, at + empty.length);
        isCutRow = rest !== "" && at + rest.length === text.length && (head.startsWith(rest) || empty.startsWith(rest));
        break;
      }
    }
    rows.handOn(at);
    return { at, isCutRow };
  };
}

/**
 * Gathers rows of one piece of text, which stay where they stand. From the first reference on the piece is written anew with what the
 * references mean, once for all of its rows.
 */
function startRows(text: string, from: number, take: RowLane["take"]) {
  let spans: number[] = [];
  const parts: string[] = [];
  let ampersand = text.indexOf("&", from);
  let copied = 0;
  /** How much nearer to the front a place is in what is written anew. */
  let shift = 0;

  const handOn = (to: number) => {
    if (spans.length === 0) return;
    if (parts.length > 0) parts.push(text.slice(copied, to));
    take(parts.length === 0 ? text : parts.join(""), spans);
    spans = [];
  };
  /** False where the parser should judge: then `parts` is as it was. */
  const resolve = (end: number): boolean => {
    const [partsBefore, copiedBefore] = [parts.length, copied];
    while (ampersand >= 0 && ampersand < end) {
      const semicolon = text.indexOf(";", ampersand);
      const character =
        semicolon < 0 || semicolon - ampersand > referenceMax ? undefined : characterOf(text, ampersand + 1, semicolon);
      if (character === undefined) {
        parts.length = partsBefore;
        copied = copiedBefore;
        return false;
      }
      parts.push(text.slice(copied, ampersand), character);
      copied = semicolon + 1;
      shift += copied - ampersand - character.length;
      ampersand = text.indexOf("&", copied);
    }
    return true;
  };
  return {
    handOn,
    add(begin: number, end: number): boolean {
      if (ampersand < 0 || ampersand >= end) {
        spans.push(begin - shift, end - shift);
        return true;
      }
      if (parts.length === 0) {
        handOn(begin);
        copied = begin;
        shift = begin;
      }
      const start = begin - shift;
      if (!resolve(end)) return false;
      spans.push(start, end - shift);
      return true;
    },
  };
}

/** What the parser must see: line ends that it normalises, lone surrogates, non-characters, and control characters, so that they are met. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const unusual = /[\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]/;

/** Asked once a piece of text and not once a row. `isPlain`: what `isPlainAscii` said of its bytes. */
export function isForLane(text: string, isPlain = false): boolean {
  return (isPlain || !unusual.test(text)) && !text.includes("]]>");
}

const firstOfFour = 0x20_20_20_20;
const highOfFour = 0x80_80_80_80;

/** No control character and nothing beyond ASCII: four bytes at a time, at a fifth of the cost of looking at the text. */
export function isPlainAscii(bytes: Uint8Array): boolean {
  const isPlainByte = (byte: number) => byte >= 0x20 && byte < 0x80;
  const begin = -bytes.byteOffset & 3;
  if (bytes.length < begin) return bytes.every(isPlainByte);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + begin, ((bytes.length - begin) >> 4) << 2);
  // Below 0x20 the difference has the high bit, from 0x80 on the byte itself. It may be borrowed by the next byte: then there is one below.
  let odd = 0;
  for (let at = 0; at < words.length; at += 4) {
    const a = words[at] ?? 0;
    const b = words[at + 1] ?? 0;
    const c = words[at + 2] ?? 0;
    const d = words[at + 3] ?? 0;
    odd |= a | (a - firstOfFour) | b | (b - firstOfFour) | c | (c - firstOfFour) | d | (d - firstOfFour);
  }
  return (
    (odd & highOfFour) === 0 &&
    bytes.subarray(0, begin).every(isPlainByte) &&
    bytes.subarray(begin + words.byteLength).every(isPlainByte)
  );
}

/** The character that a reference between `&` and `;` stands for; undefined where the parser should judge. */
function characterOf(text: string, from: number, to: number): string | undefined {
  if (text.charCodeAt(from) !== numberSign) return entities.get(text.slice(from, to));
  const code = text[from + 1] === "x" ? hexadecimal(text.slice(from + 2, to)) : decimal(text, from + 1, to);
  return isAllowed(code) ? String.fromCodePoint(code) : undefined;
}

/** By hand, for tables are full of them: SAP writes each character beyond ASCII so (sap-rfc 2.2.1 [C]). -1 is none. */
function decimal(text: string, from: number, to: number): number {
  let code = from < to && to - from <= 7 ? 0 : -1;
  for (let at = from; at < to && code >= 0; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    code = digit >= 0 && digit <= 9 ? code * 10 + digit : -1;
  }
  return code;
}

function hexadecimal(digits: string): number {
  return /^[0-9a-fA-F]{1,6}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}

/** Tab, LF and CR as references are data; what XML forbids is for the parser to refuse. */
function isAllowed(code: number): boolean {
  if (code < 32) return code === 9 || code === 10 || code === 13;
  return code <= 0x10_ff_ff && !isSurrogate(code) && code !== 0xff_fe && code !== 0xff_ff;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd8_00 && code <= 0xdf_ff;
}
