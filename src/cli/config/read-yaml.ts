/**
 * Reads YAML against a schema. Every complaint names file, line, column, key and value, and says what to write: an unknown key its nearest
 * known one, a number where text is needed its quoted form (YAML turns 00010 into 10, which no schema can undo). The first complaint is the
 * error; the lines of the others stand behind it.
 */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { type ErrorCode, Fault } from "../../core/index.ts";
import { knownKeysAt } from "./known-keys.ts";
import { nearestOf } from "./nearest.ts";

/** A missing value comes after the rest: mostly it is there under a misspelt key. */
type Complaint = { code: ErrorCode; offset: number; detail: string; isMissing?: true };
type Issue = z.core.$ZodIssue;
type Source<T> = { file: string; text: string; schema: z.ZodType<T> };

const shownMax = 60;
const linesShownMax = 5;

/** `connections.main.sap` */
const nameOf = (path: readonly PropertyKey[]): string => path.map(String).join(".");

function nodeAt(document: Document, path: readonly PropertyKey[]): unknown {
  return path.length === 0 ? document.contents : document.getIn(path.map(String), true);
}

/** Where the value stands; where it is missing, the nearest thing around it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = nodeAt(document, path.slice(0, length));
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function offsetOfKey(document: Document, path: readonly PropertyKey[], key: string): number {
  const map = nodeAt(document, path);
  const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : undefined;
  return isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, path);
}

function unknownKey(source: Source<unknown>, document: Document, path: readonly PropertyKey[], key: string): Complaint {
  const known = knownKeysAt(source.schema, path);
  const nearest = nearestOf(key, known);
  const meant = nearest === undefined ? "" : `; the nearest known key is "${nearest}"`;
  const where = path.length === 0 ? "" : ` in ${nameOf(path)}`;
  const offset = offsetOfKey(document, path, key);
  return { code: "config.unknown-key", offset, detail: `"${key}"${where} is not known${meant}` };
}

/** An address may carry a password before its host or behind its question mark, a route through a SAProuter behind /W/ or /P/; none is shown. */
function withoutSecrets(text: string): string {
  if (/^["']?\/H\//i.test(text)) return text.replace(/(\/[WP]\/).*$/is, "$1…");
  return /:\/\//.test(text) ? text.replace(/\/\/[^/?#]*@/, "//…@").replace(/\?.*$/s, "?…") : text;
}

/** As it was typed; a missing value is said to be missing. */
function typedText(document: Document, path: readonly PropertyKey[]): string | undefined {
  const node = nodeAt(document, path);
  if (!isScalar(node) || node.value === null) return undefined;
  return withoutSecrets(node.source ?? JSON.stringify(node.value)).slice(0, shownMax);
}

function wrongValue(document: Document, issue: Issue): Complaint {
  const offset = offsetOf(document, issue.path);
  const name = nameOf(issue.path) || "the file";
  const node = nodeAt(document, issue.path);
  const typed = typedText(document, issue.path);
  const complain = (text: string): Complaint => ({ code: "config.invalid", offset, detail: `${name} ${text}` });
  if (node === undefined || node === null || (isScalar(node) && node.value === null)) {
    // A rule of the schema's own may know what it is missing for, and what to write.
    const isToldWhy = issue.code === "custom" && issue.message.startsWith("is missing");
    return { ...complain(isToldWhy ? issue.message : "is missing; write it"), isMissing: true };
  }
  const isTextWanted = issue.code === "invalid_type" && issue.expected === "string";
  const key = String(issue.path.at(-1) ?? "");
  if (isTextWanted && typed !== undefined)
    return complain(`is ${typed}, which YAML reads as no text; quote it: ${/^\d+$/.test(key) ? "" : `${key}: `}"${typed}"`);
  const said = issue.message.startsWith("is ") ? issue.message : `is not as it must be (${issue.message})`;
  return complain(typed === undefined ? said : `"${typed}" ${said}`);
}

/** A name that a person chose, as for a connection. */
function wrongKey(document: Document, path: readonly PropertyKey[], messages: readonly string[]): Complaint {
  const key = String(path.at(-1));
  const detail = `"${key}" in ${nameOf(path.slice(0, -1))} ${messages.join("; ")}`;
  return { code: "config.invalid", offset: offsetOfKey(document, path.slice(0, -1), key), detail };
}

function complaintOf(document: Document, issue: Issue): Complaint {
  if (issue.code !== "invalid_key") return wrongValue(document, issue);
  return wrongKey(
    document,
    issue.path,
    issue.issues.map(({ message }) => message),
  );
}

function complaintsOf(source: Source<unknown>, document: Document, issues: readonly Issue[]): Complaint[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => unknownKey(source, document, issue.path, key))
      : [complaintOf(document, issue)],
  );
}

function faultOf({ file, text }: Source<unknown>, found: readonly Complaint[]): Fault {
  const lines = new LineCounter();
  parseDocument(text, { lineCounter: lines });
  const [first, ...others] = [...found].sort(
    (a, b) => Number(a.isMissing ?? false) - Number(b.isMissing ?? false) || a.offset - b.offset,
  );
  if (!first) throw new Error("Assertion failed: no complaint to tell");
  const { line, col } = lines.linePos(first.offset);
  const otherLines = [...new Set(others.map(({ offset }) => lines.linePos(offset).line))]
    .sort((a, b) => a - b)
    .slice(0, linesShownMax);
  const more = others.length === 0 ? "" : ` (${others.length} more on line ${otherLines.join(", ")})`;
  return new Fault(first.code, { place: `${file}:${line}:${col}`, detail: `${first.detail}${more}` });
}

export function readYaml<T>(source: Source<T>): T {
  const document = parseDocument(source.text, { prettyErrors: false });
  if (document.errors.length > 0) {
    throw faultOf(
      source,
      document.errors.map(({ message, pos }) => ({ code: "config.invalid", offset: pos[0], detail: message })),
    );
  }
  const parsed = source.schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  throw faultOf(source, complaintsOf(source, document, parsed.error.issues));
}
