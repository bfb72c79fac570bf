/**
 * What people changed in a record of ours: what Procore holds now beside what was last confirmed there. Pure. Only fields that we wrote and Procore
 * tells are compared; a record or line that is gone is an edit of its own. A line that a person added is not found here: the proof's totals show it.
 */
import { differencesOf } from "../../procore/index.ts";
import { sentItems, shownItems } from "./billed-items.ts";

export type Confirmed = {
  originId: string;
  aspect: "content" | "status";
  procoreId: number;
  /** Procore's field names, as sent. */
  body: Readonly<Record<string, unknown>>;
};

/** An entity as Procore's resources read it. */
export type Held = Readonly<Record<string, unknown>>;

export type FoundRecord =
  | { kind: "there"; entity: Held; lines: ReadonlyMap<string, Held> | undefined }
  | { kind: "gone"; how: string };

export type FoundEdit = {
  originId: string;
  /** `sums`: what Procore adds up beside our fields. */
  aspect: "content" | "status" | "record" | "sums";
  procoreId: number;
  field: string;
  confirmed: string;
  found: string;
};

/** The key of a line that bears no origin id. */
export const unlinkedLine = (id: number): string => `#${id}`;

const wireName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** In Procore's field names again. */
export function toWireNames(entity: Held): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entity).map(([name, value]) => [wireName(name), value]));
}

/** Where Procore does not show what it bills, nothing is said of it. */
function differencesOfItems(body: Confirmed["body"], entity: Held) {
  if (body["items"] === undefined || !Array.isArray(entity["items"])) return [];
  const [sent, found] = [sentItems(body), shownItems(entity)];
  return sent === found ? [] : [{ field: "items", sent, found }];
}

function editsOf(confirmed: Confirmed, entity: Held): FoundEdit[] {
  const { originId, aspect, procoreId, body } = confirmed;
  const fields = Object.fromEntries(Object.entries(body).filter(([field]) => !/^items(?:\.|$)/.test(field)));
  const differences = [...differencesOf(fields, toWireNames(entity)), ...differencesOfItems(body, entity)];
  return differences.map(({ field, sent, found }) => ({
    originId,
    aspect,
    procoreId,
    field,
    confirmed: sent,
    found,
  }));
}

const goneOf = ({ originId, procoreId }: Confirmed, how: string): FoundEdit => ({
  originId,
  aspect: "record",
  procoreId,
  field: "record",
  confirmed: "there",
  found: how,
});

/** `confirmed`: the record's own content and status, and its lines', where any are known. */
export function findEdits(recordOriginId: string, confirmed: readonly Confirmed[], found: FoundRecord): FoundEdit[] {
  const [own] = confirmed.filter(({ originId }) => originId === recordOriginId);
  if (!own) return [];
  if (found.kind === "gone") return [goneOf(own, found.how)];
  return confirmed.flatMap((each) => {
    if (each.originId === recordOriginId) return editsOf(each, found.entity);
    if (!found.lines) return [];
    const line = found.lines.get(each.originId) ?? found.lines.get(unlinkedLine(each.procoreId));
    return line ? editsOf(each, line) : [goneOf(each, "no line of the record any more")];
  });
}
