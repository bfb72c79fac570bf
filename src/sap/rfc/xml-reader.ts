/**
 * Reads XML as it arrives. Guarantees: whitespace in text is handed on as sent, nothing is expanded but character references and
 * XML's five entities, document types are refused, and depth, text length and bytes are limited, so that memory stays small whatever
 * the peer sends. An answer that ends before its root is closed is `cut`, never a shorter answer.
 * It does not resolve namespaces: names come with their prefix.
 */
import { TextDecoder } from "node:util";
import { SaxesParser } from "saxes";
import { rawControl, rawControls } from "./control-characters.ts";
import { createLaneReader, isForLane, isPlainAscii, type LaneReader, type RowLane } from "./row-lane.ts";

export type XmlLimits = { depthMax: number; textMax: number; bytesMax: number };

/**
 * What becomes of control characters below 0x20 (tab, CR and LF apart), which XML 1.0 forbids but table data may hold
 * (sap-rfc 2.2.2 [K]): `replace` puts U+FFFD for each, which keeps the width of a fixed-width row.
 */
export type ControlCharacters = "refuse" | "replace";

export type XmlHandlers = {
  /** Attributes by their names as written. */
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
};

export type XmlProblem = {
  reason: "cut" | "malformed" | "control-character" | "doctype" | "too-deep" | "text-too-long" | "too-large" | "not-text";
  detail: string;
};

export type XmlOptions = { limits: XmlLimits; controlCharacters: ControlCharacters; charset: string; lane?: RowLane | undefined };

export const defaultXmlLimits: XmlLimits = { depthMax: 24, textMax: 1_048_576, bytesMax: 268_435_456 };

/** Thrown inside the parser's callbacks to leave it at once; never leaves this module. */
class XmlRefusal extends Error {
  readonly problem: XmlProblem;
  constructor(problem: XmlProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const controlReference = /&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));/i;
const controlReferenceAll = /&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));/gi;
/** The longest reference that is looked at across the border of two chunks. */
const referenceMax = 12;
const rowEnd = "</item>";

/** Feeds the body to the handlers. Answers undefined when the document was whole. Errors of the body's own iterator pass through. */
export async function readXml(
  body: AsyncIterable<Uint8Array>,
  options: XmlOptions,
  handlers: XmlHandlers,
): Promise<XmlProblem | undefined> {
  try {
    const feed = startFeed(options, handlers);
    for await (const chunk of body) feed.take(chunk);
    feed.end();
    return undefined;
  } catch (error) {
    if (error instanceof XmlRefusal) return error.problem;
    throw error;
  }
}

function startFeed({ limits, controlCharacters, charset, lane }: XmlOptions, handlers: XmlHandlers) {
  const readLane = lane === undefined ? undefined : createLaneReader(lane, limits.textMax);
  const decoder = startDecoder(charset);
  // XML 1.1 would turn NEL and U+2028 inside table text into line feeds: the version is not the peer's to choose.
  const parser = new SaxesParser({ xmlns: false, position: false, defaultXMLVersion: "1.0", forceXMLVersion: true });
  let bytes = 0;
  let depth = 0;
  let rootClosed = false;
  let heardSince = false;
  let silent = 0;
  let held = "";

  parser.on("error", (error) =>
    refuse(isComplaintAboutCharacter(error.message) ? "control-character" : "malformed", error.message),
  );
  parser.on("doctype", () => refuse("doctype", "The answer declares a document type, which is never accepted."));
  parser.on("opentag", ({ name, attributes }) => {
    heardSince = true;
    depth += 1;
    if (depth > limits.depthMax) refuse("too-deep", `Elements are nested deeper than ${limits.depthMax}.`);
    handlers.open(name, attributes);
  });
  parser.on("closetag", ({ name }) => {
    heardSince = true;
    depth -= 1;
    rootClosed = depth === 0;
    handlers.close(name);
  });
  const takeText = (text: string) => {
    heardSince = true;
    if (text.length > limits.textMax) refuse("text-too-long", `A text is longer than ${limits.textMax} characters.`);
    handlers.text(text);
  };
  parser.on("text", takeText);
  parser.on("cdata", takeText);

  const clean = controlCharacters === "refuse" ? refuseControls : withoutControls;
  const write = (sent: string) => {
    const text = clean(sent);
    if (text === "") return;
    heardSince = false;
    parser.write(text);
    // The parser keeps an unfinished text, comment or tag to itself: bound it before it is whole.
    silent = heardSince ? 0 : silent + text.length;
    if (silent > limits.textMax) refuse("text-too-long", `A text is longer than ${limits.textMax} characters.`);
  };
  /** Rows of a streamed table pass the parser by; it gets the rest, up to where the next row may begin. */
  const writeLanes = (text: string, begin: number, way: RowLane, readLane: LaneReader) => {
    let from = begin;
    while (from < text.length) {
      if (way.isOpen()) {
        const { at, isCutRow } = readLane(text, from);
        from = at;
        if (isCutRow) {
          held = text.slice(from) + held;
          return;
        }
        if (from >= text.length) return;
      }
      const end = nextStop(text, from);
      // One tag at most: where it ends in a comment or CDATA, no element ends, and the lane stays closed.
      way.leave();
      write(text.slice(from, end));
      from = end;
    }
  };
  const feed = (sent: string, begin: number, isPlain = false) => {
    const openLength = controlCharacters === "refuse" ? 0 : openReferenceLength(sent);
    const whole = openLength === 0 ? sent : sent.slice(0, -openLength);
    held = openLength === 0 ? "" : sent.slice(-openLength);
    if (lane === undefined || readLane === undefined) return write(whole.slice(begin));
    if (isForLane(whole, isPlain)) return writeLanes(whole, begin, lane, readLane);
    const cleaned = clean(whole.slice(begin));
    if (isForLane(cleaned)) return writeLanes(cleaned, 0, lane, readLane);
    write(cleaned);
    // It may have ended a row, and then begun anything: the next row or table that ends opens the lane again.
    lane.leave();
  };
  return {
    take(chunk: Uint8Array) {
      bytes += chunk.byteLength;
      if (bytes > limits.bytesMax) refuse("too-large", `The answer is larger than ${limits.bytesMax} bytes.`);
      const text = decoder.decode(chunk);
      // What was held gets as much as its row needs: with all of the chunk it would be a copy of it.
      const begin = held === "" ? 0 : behindRow(text);
      if (begin > 0) feed(held + text.slice(0, begin), 0);
      if (begin === text.length) return;
      // As many characters as bytes: no other character set hides behind them.
      if (held === "") feed(text, begin, lane !== undefined && text.length === chunk.length && isPlainAscii(chunk));
      else feed(held + text.slice(begin), 0);
    },
    end() {
      write(held + decoder.end());
      if (!rootClosed) refuse("cut", bytes === 0 ? "The answer is empty." : "The answer ends before its XML does.");
      parser.close();
    },
  };
}

/** Behind the next tag: a row or a table may begin there. */
function nextStop(text: string, from: number): number {
  const tagAt = text.indexOf(">", from);
  return tagAt < 0 ? text.length : tagAt + 1;
}

function behindRow(text: string): number {
  const at = text.indexOf(rowEnd);
  return at < 0 ? text.length : at + rowEnd.length;
}

function refuse(reason: XmlProblem["reason"], detail: string): never {
  throw new XmlRefusal({ reason, detail });
}

// saxes words: "disallowed character." for a raw one, "malformed character entity." for a reference to one.
function isComplaintAboutCharacter(message: string): boolean {
  return message.includes("disallowed character.") || message.includes("malformed character entity");
}

/** How many characters at the end may be the beginning of a character reference. */
function openReferenceLength(text: string): number {
  const from = text.lastIndexOf("&");
  const length = text.length - from;
  return from < 0 || length > referenceMax || text.indexOf(";", from) >= 0 ? 0 : length;
}

function refuseControls(text: string): string {
  return rawControl.test(text) ? refuse("control-character", "The answer holds a control character that XML forbids.") : text;
}

function withoutControls(text: string): string {
  const raw = rawControl.test(text) ? text.replace(rawControls, "\ufffd") : text;
  return raw.includes("&#") && controlReference.test(raw) ? raw.replace(controlReferenceAll, "\ufffd") : raw;
}

function startDecoder(charset: string) {
  const wrong = (): never => refuse("not-text", `The answer is not valid ${charset}.`);
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    return refuse("not-text", "The answer names a character set that is not known here.");
  }
  return {
    decode(chunk: Uint8Array): string {
      try {
        return decoder.decode(chunk, { stream: true });
      } catch {
        return wrong();
      }
    },
    end(): string {
      try {
        return decoder.decode();
      } catch {
        return wrong();
      }
    },
  };
}
