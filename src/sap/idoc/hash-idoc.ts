/** One hash for one content: the order of fields in a segment does not count, that of segments does. */
import { createHash } from "node:crypto";
import type { IDoc, Segment } from "./idoc.ts";

/** A resent IDoc is a new run of the port: its own stamps of that differ and say nothing of its content. */
const notContent: ReadonlySet<string> = new Set(["STATUS", "DOCREL", "OUTMOD"]);

function fieldsOf(fields: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(fields)
    .filter(([, value]) => value !== "")
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function shape({ name, fields, children }: Segment): unknown {
  return [name, fieldsOf(fields), children.map(shape)];
}

export function hashIDoc({ control, segments }: Pick<IDoc, "control" | "segments">): string {
  return createHash("sha256")
    .update(JSON.stringify([fieldsOf(control).filter(([name]) => !notContent.has(name)), segments.map(shape)]))
    .digest("hex");
}
