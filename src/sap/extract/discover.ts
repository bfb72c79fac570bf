/**
 * Finding keys: the same for every table. A slice with at most `cap` rows is complete and becomes object slices of its keys, labelled after it
 * so that their digests can be compared from run to run; more rows split it. Of rows in the order of the key those before the cut are kept,
 * and their range is a leaf.
 */
import { Fault, type Flow, type RunFlow } from "../../core/index.ts";
import type { ReadOutcome, RowKey, TableReader, TableRow } from "../rfc/index.ts";
import { readFault } from "./faults.ts";
import type { Discovery, SliceOffer } from "./flow-extract.ts";
import { cutBehind, labelOf, type Slice, splitSlice, whereOf } from "./slice.ts";

export type Discoverable<F extends RunFlow = Flow> = {
  flow: F;
  table: string;
  keyFields: readonly string[];
  /** Rows of one complete slice. */
  cap: number;
  /** Keys of one object slice. */
  objectsPerSlice: number;
  /** The record's source key where the key fields do not hold it: then it travels beside them, for the hub to find. */
  sourceKey?: (key: RowKey) => string;
};

type Over = Extract<ReadOutcome, { kind: "over" }>;

export function discoverOffer<F extends RunFlow>(what: Discoverable<F>, slice: Slice): SliceOffer<F> {
  return { kind: "discover", flow: what.flow, label: labelOf(what.table, slice), slice };
}

export async function discover<F extends RunFlow>(
  reader: TableReader,
  what: Discoverable<F>,
  label: string,
  slice: Slice,
): Promise<Discovery<F>> {
  const where = whereOf(slice);
  const fields = [...new Set([...what.keyFields, ...slice.ranges.map(({ field }) => field)])];
  const outcome = await reader.read({ table: what.table, fields, rowsMax: what.cap, ...(where ? { where } : {}) });
  if (outcome.kind === "failure") throw readFault(what.table, outcome);
  if (outcome.kind === "over") return split(what, slice, outcome);
  const [lost] = outcome.rejected;
  if (lost)
    throw new Fault("sap.protocol", {
      place: `${what.table} ${Object.values(lost.rejected).join("/")}`,
      detail: `${lost.field} ${lost.code}`,
    });
  return { kind: "complete", slices: objectOffers(what, label, keysOf(what, outcome.rows)) };
}

function split<F extends RunFlow>(
  what: Discoverable<F>,
  slice: Slice,
  { rowsSeen, keysSeen, isSorted, numeric = [] }: Over,
): Discovery<F> {
  const sorted = isSorted ? cutBehind(slice, keysSeen) : undefined;
  // Texts of numbers cannot tell what lies below the cut.
  const cut = sorted !== undefined && numeric.includes(sorted.field) ? undefined : sorted;
  if (cut === undefined) {
    const pieces = splitSlice(what.table, slice, rowsSeen, numeric);
    return { kind: "split", slices: pieces.map((piece) => discoverOffer(what, piece)) };
  }
  const kept = rowsSeen.filter((_, index) => (keysSeen[index]?.[cut.field] ?? "") < cut.at);
  const label = labelOf(what.table, cut.kept);
  const slices = [...objectOffers(what, label, keysOf(what, kept)), discoverOffer(what, cut.rest)];
  return { kind: "split", slices, kept: [{ label, slice: cut.kept }] };
}

function keysOf(what: Pick<Discoverable, "keyFields">, rows: readonly TableRow[]): RowKey[] {
  return rows.map((row) => Object.fromEntries(what.keyFields.map((field) => [field, row[field] ?? ""])));
}

export function objectOffers<F extends RunFlow>(what: Discoverable<F>, label: string, keys: readonly RowKey[]): SliceOffer<F>[] {
  const sorted = [...keys].sort((left, right) => (keyText(left, what) < keyText(right, what) ? -1 : 1));
  const offers: SliceOffer<F>[] = [];
  for (let start = 0; start < sorted.length; start += what.objectsPerSlice) {
    const part = offers.length === 0 ? "" : ` #${offers.length + 1}`;
    const own = sorted.slice(start, start + what.objectsPerSlice);
    const { sourceKey } = what;
    const slice = { keys: sourceKey ? own.map((key) => ({ ...key, sourceKey: sourceKey(key) })) : own };
    offers.push({ kind: "objects", flow: what.flow, label: `${label}${part}`, slice });
  }
  return offers;
}

function keyText(key: RowKey, what: Pick<Discoverable, "keyFields">): string {
  return what.keyFields.map((field) => key[field] ?? "").join("\u0000");
}
