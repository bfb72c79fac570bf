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
  take(text: string): void;
};

/** Takes rows from `from` on. Answers where it stopped, and whether a row began there that has not ended yet. */
export type LaneReader = (text: string, from: number) => { at: number; isCutRow: boolean };

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

export function createLaneReader(lane: RowLane, textMax: number): LaneReader {
  const head = `<item><${lane.field}>`;
  const tail = `</${lane.field}></item>`;
  const empty = `<item><${lane.field}/></item>`;
  return (text, from) => {
    let at = from;
    for (;;) {
      if (text.startsWith(head, at)) {
        const begin = at + head.length;
        const end = text.indexOf("<", begin);
        if (end < 0 || end + tail.length > text.length) return { at, isCutRow: text.length - at <= textMax };
        if (!text.startsWith(tail, end)) return { at, isCutRow: false };
        const raw = text.slice(begin, end);
        const cell = plainText(raw, textMax);
        if (cell === undefined) return { at, isCutRow: false };
        lane.take(cell);
        at = end + tail.length;
      } else if (text.startsWith(empty, at)) {
        lane.take("");
        at += empty.length;
      } else {
        const rest = text.length - at;
        const isCutRow =
          rest < Math.max(head.length, empty.length) && (head.startsWith(text.slice(at)) || empty.startsWith(text.slice(at)));
        return { at, isCutRow: isCutRow && rest > 0 };
      }
    }
  };
}

/** What the parser must see: line ends that it normalises, the end of a CDATA section, lone surrogates, non-characters. */
const unusual = /[\r\ud800-\udfff\ufffe\uffff]|\]\]>/;

/** Asked once a piece of text and not once a row. Control characters were dealt with before. */
export function isForLane(text: string): boolean {
  return !unusual.test(text);
}

/** Undefined where the parser should judge. */
function plainText(raw: string, textMax: number): string | undefined {
  if (raw.length > textMax) return undefined;
  let ampersand = raw.indexOf("&");
  if (ampersand < 0) return raw;
  let text = "";
  let from = 0;
  for (; ampersand >= 0; ampersand = raw.indexOf("&", from)) {
    const end = raw.indexOf(";", ampersand);
    if (end < 0 || end - ampersand > 10) return undefined;
    const character = characterOf(raw.slice(ampersand + 1, end));
    if (character === undefined) return undefined;
    text += raw.slice(from, ampersand) + character;
    from = end + 1;
  }
  return text + raw.slice(from);
}

const characters = new Map<string, string | undefined>();
const charactersMax = 2_000;

/** Each distinct reference is judged once. */
function characterOf(name: string): string | undefined {
  const known = characters.get(name);
  if (known !== undefined || characters.has(name)) return known;
  if (characters.size >= charactersMax) characters.clear();
  const character = judgeReference(name);
  characters.set(name, character);
  return character;
}

function judgeReference(name: string): string | undefined {
  if (!name.startsWith("#")) return Object.hasOwn(entities, name) ? entities[name] : undefined;
  if (!/^#(?:[0-9]{1,7}|x[0-9a-fA-F]{1,6})$/.test(name)) return undefined;
  const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  // Tab, LF and CR as references are data; what XML forbids is for the parser to refuse.
  const isAllowed =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 32 && code <= 0x10_ff_ff && !isSurrogate(code) && code !== 0xff_fe && code !== 0xff_ff);
  return isAllowed ? String.fromCodePoint(code) : undefined;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd8_00 && code <= 0xdf_ff;
}
