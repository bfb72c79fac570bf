/**
 * Turns the XML of a SOAP answer into RFC values while it arrives: scalars and fields as text exactly as sent, tables as rows. The
 * rows of a streamed table are handed on one by one and not kept. A fault comes back as a small tree for `soap-failure.ts` to judge.
 * What is neither the function's response nor a fault is `unreadable`, never an empty answer.
 */
import type { RfcCall, RfcParameters, RfcValue } from "../../ports/index.ts";
import type { RowLane } from "./row-lane.ts";
import type { XmlHandlers } from "./xml-reader.ts";

export type FaultNode = { name: string; text: string; children: FaultNode[] };

export type SoapAnswer =
  | { kind: "response"; values: RfcParameters }
  | { kind: "fault"; fault: FaultNode }
  | { kind: "unreadable"; detail: string };

export type AnswerCollector = {
  handlers: XmlHandlers;
  /** The short way for rows of the streamed table, where it has one field that is known. */
  lane: RowLane | undefined;
  finish(): SoapAnswer;
  rows(): number;
};

const faultNodesMax = 200;

type Wanted = Pick<RfcCall, "function" | "tables" | "stream">;
type Record_ = Record<string, string>;

export function collectAnswer(wanted: Wanted): AnswerCollector {
  const responseName = `${wanted.function}.Response`;
  const isTable = new Set(wanted.tables);
  const values: Record<string, RfcValue> = Object.create(null) as Record<string, RfcValue>;
  const nameOf = startNames();
  const fault = startFault();
  let wrong: string | undefined;
  let mode: "none" | "skip" | "response" | "fault" = "none";
  let found: "response" | "fault" | undefined;
  let depth = 0;
  let leaf = 0;
  let text = "";
  let rowCount = 0;
  let rows: Record_[] | undefined;
  let row: Record_ | undefined;
  let structure: Record_ | undefined;

  const complain = (detail: string) => {
    wrong ??= detail;
  };
  const openBodyChild = (name: string) => {
    if (found !== undefined) complain("The answer holds more than one body.");
    else if (name === responseName) found = mode = "response";
    else if (name === "Fault") found = mode = "fault";
    else complain(`The answer is "${name.slice(0, 60)}" where "${responseName}" was expected.`);
  };
  const openInResponse = (name: string) => {
    if (depth === 4) {
      rows = row = structure = undefined;
    } else if (depth === 5) {
      if (name === "item") {
        rows ??= [];
        row = {};
      } else structure ??= {};
    } else if (depth > 6) complain(`Element "${name.slice(0, 60)}" is nested deeper than a row's field.`);
  };
  const closeRow = () => {
    if (row === undefined || rows === undefined) return;
    // A row without fields is a table of a built-in type: its one value has no name.
    if (leaf === 5 && text !== "") row[""] = text;
    rowCount += 1;
    return row;
  };
  const closeParameter = (name: string) => {
    if (values[name] !== undefined) complain(`Parameter ${name.slice(0, 60)} came twice.`);
    if (rows !== undefined) values[name] = rows;
    else if (structure !== undefined) values[name] = structure;
    else if (!isTable.has(name)) values[name] = text;
    else if (text.trim() === "") values[name] = [];
    else complain(`Table ${name} came back as plain text.`);
  };
  let parameter = "";
  let isAtRow = false;
  const streamed = wanted.stream;
  const closeInResponse = (name: string) => {
    if (depth === 6) {
      if (leaf === 6 && row !== undefined) {
        if (row[name] !== undefined) complain(`Field "${name.slice(0, 60)}" came twice in one row.`);
        row[name] = text;
      } else complain(`Field "${name.slice(0, 60)}" is not a plain value in a row.`);
    } else if (depth === 5) {
      const done = name === "item" ? closeRow() : undefined;
      if (done !== undefined && parameter === streamed?.table) {
        isAtRow = true;
        streamed.row(done);
      } else if (done !== undefined) rows?.push(done);
      else if (leaf === 5 && structure !== undefined) structure[name] = text;
    } else if (depth === 4) closeParameter(name);
  };

  const handlers: XmlHandlers = {
    open(rawName) {
      depth += 1;
      leaf = depth;
      text = "";
      if (mode === "fault") return fault.open(localName(rawName));
      if (mode === "response") {
        const name = nameOf(rawName);
        if (depth === 4) parameter = name;
        isAtRow = depth === 4 && name === streamed?.table;
        return openInResponse(name);
      }
      if (depth === 1 && localName(rawName) !== "Envelope")
        complain(`The answer is "${rawName.slice(0, 60)}", not a SOAP envelope.`);
      else if (depth === 2) mode = localName(rawName) === "Body" ? "none" : "skip";
      else if (depth === 3 && mode === "none") openBodyChild(decodeName(localName(rawName)));
    },
    text(more) {
      if (mode === "fault") fault.text(more);
      else if (leaf === depth) text = text === "" ? more : text + more;
    },
    close(rawName) {
      if (mode === "fault" && depth > 3) fault.close();
      else if (mode === "response" && depth > 3) closeInResponse(nameOf(rawName));
      // What comes beside it is still looked at: a fault behind a response takes the response back.
      if (depth === 3 && (mode === "fault" || mode === "response")) mode = "none";
      depth -= 1;
    },
  };
  const takeLines = (lines: string, spans: readonly number[]) => {
    rows ??= [];
    rowCount += spans.length / 2;
    streamed?.lines?.(lines, spans);
  };
  const lane =
    streamed?.field === undefined || streamed.lines === undefined
      ? undefined
      : {
          field: streamed.field,
          isOpen: () => isAtRow,
          leave() {
            isAtRow = false;
          },
          take: takeLines,
        };
  return {
    handlers,
    lane,
    rows: () => rowCount,
    finish() {
      if (wrong !== undefined) return { kind: "unreadable", detail: wrong };
      if (found === "fault") return { kind: "fault", fault: fault.root };
      if (found !== "response") return { kind: "unreadable", detail: "The answer has no SOAP body." };
      // An empty table may be missing from the answer although it was asked for (sap-rfc 2.2.5 [M]).
      for (const table of wanted.tables) values[table] ??= [];
      return { kind: "response", values };
    },
  };
}

function localName(name: string): string {
  const at = name.indexOf(":");
  return at < 0 ? name : name.slice(at + 1);
}

/** `_-` stands for the slash of an ABAP namespace [K]. */
function decodeName(name: string): string {
  return name.includes("_-") ? name.replaceAll("_-", "/") : name;
}

/** Each distinct name is decoded once: a large answer repeats three of them a hundred thousand times. */
function startNames(): (rawName: string) => string {
  const known = new Map<string, string>();
  return (rawName) => {
    const name = known.get(rawName);
    if (name !== undefined) return name;
    const decoded = decodeName(localName(rawName));
    // A field of this name would reach the prototype of the row it is stored in.
    const safe = decoded === "__proto__" ? "_proto_" : decoded;
    if (known.size < 10_000) known.set(rawName, safe);
    return safe;
  };
}

function startFault() {
  const root: FaultNode = { name: "Fault", text: "", children: [] };
  const path: FaultNode[] = [root];
  let nodes = 0;
  return {
    root,
    open(name: string) {
      const node: FaultNode = { name, text: "", children: [] };
      nodes += 1;
      if (nodes <= faultNodesMax) path.at(-1)?.children.push(node);
      path.push(node);
    },
    text(more: string) {
      const node = path.at(-1);
      if (node !== undefined && node.text.length < 4_096) node.text += more;
    },
    close() {
      path.pop();
    },
  };
}
