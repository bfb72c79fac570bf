/**
 * Reference data as records, every kind in the same way: keys found by discovery slices, rows and texts read for lists of keys, compared by
 * digest, so that an unchanged list costs a read and no upload. Kinds with stamps of the day are read by them between sweeps (sap-data 3);
 * the others are small and read whole. It writes nothing anywhere.
 */
import {
  addDays,
  daysBetween,
  formatIsoDate,
  parseSapDate,
  type ReferenceKind,
  type ReferenceRecord,
  referenceKinds,
  type SapDate,
  type TimeZone,
} from "../../../core/index.ts";
import type { RfcClient } from "../../../ports/index.ts";
import type { RowKey, TableReader, TableRow } from "../../rfc/index.ts";
import { type Discoverable, discover, discoverOffer } from "../discover.ts";
import type { FlowExtract, OpenRequest, Reading } from "../flow-extract.ts";
import { createKindMarks } from "../kind-marks.ts";
import { parseKeys, withDigest } from "../object-slice.ts";
import { cell, languageRank, readWhole } from "../rows.ts";
import { readServerDate } from "../server-date.ts";
import { parseSlice, type Slice } from "../slice.ts";
import { readWatermark, scopeText, whyNewMonth, whyNotFrom, writeWatermark } from "../watermark.ts";
import { type ReferenceSource, referenceSources, rowFields, textFields } from "./sources.ts";

const overlapDays = 2;
/** Between them a row that SAP deleted from a table with stamps stays. */
const sweepDays = 7;
const cap = 5_000;
const objectsPerSlice = 1_000;

export type ReferenceExtractSource = { reader: TableReader; client: RfcClient; settings: ReferenceSettings };
export type ReferenceSettings = {
  /** Of the SAP system. */
  zone: TimeZone;
  /** Logon language, one character as SAP keeps it: its texts first, then E, then D, then any (sap-data 1). */
  language: string;
  /** Kinds that are read; absent: all. */
  kinds?: readonly ReferenceKind[] | undefined;
};

const marks = createKindMarks<ReferenceKind, "reference">("slice of reference data", referenceKinds);

function sourceOf(kind: ReferenceKind): ReferenceSource {
  const source = referenceSources.find((each) => each.kind === kind);
  if (!source) throw new Error(`no source of ${kind}`);
  return source;
}

function discoverable({ table, keyFields }: ReferenceSource): Discoverable<"reference"> {
  return { flow: "reference", table, keyFields, cap, objectsPerSlice };
}

/** Whole, or kinds with stamps from a day on. */
type Extent = { reading: Reading; swept: SapDate; from?: SapDate };

function extentOf(ask: OpenRequest, today: SapDate, scope: readonly string[]): Extent {
  const mark = readWatermark(ask.since);
  const doubt = whyNotFrom(mark, ask, { today, scope, scopeName: "kinds of reference data" });
  const sweep = (why: string): Extent => ({ reading: { how: "sweep", why }, swept: today });
  if (doubt !== undefined || mark === undefined) return sweep(doubt ?? "");
  if (daysBetween(mark.swept, today) >= sweepDays) return sweep(`one is due every ${sweepDays} days`);
  const newMonth = whyNewMonth(mark, today);
  if (newMonth !== undefined) return sweep(newMonth);
  const from = addDays(mark.day, -overlapDays);
  const why = `what has stamps from ${formatIsoDate(from)}, the rest whole; last sweep ${formatIsoDate(mark.swept)}`;
  return { reading: { how: "window", why }, swept: mark.swept, from };
}

function slicesOf(source: ReferenceSource, from: SapDate | undefined): Slice[] {
  const ranges = source.keyFields.map((field) => ({ field }));
  if (from === undefined || source.changed === undefined) return [{ ranges, oneOf: [] }];
  const { created, changed } = source.changed;
  // Each row is in one of the two only.
  return [
    { ranges: [{ field: changed, from }, ...ranges], oneOf: [] },
    { ranges: [{ field: created, from }, { field: changed, below: from }, ...ranges], oneOf: [] },
  ];
}

function pickText(rows: readonly TableRow[], field: string, language: string): TableRow | undefined {
  const rank = (row: TableRow) => languageRank(cell(row, field), language);
  return rows.toSorted((left, right) => (rank(left) < rank(right) ? -1 : 1))[0];
}

function joinKey(row: TableRow, fields: readonly string[]): string {
  return fields.map((field) => cell(row, field)).join("\u0000");
}

type Texts = (row: TableRow) => TableRow | undefined;

async function readTexts(
  reader: TableReader,
  source: ReferenceSource,
  rows: readonly TableRow[],
  language: string,
): Promise<Texts> {
  const { texts } = source;
  if (texts === undefined) return () => undefined;
  const joinTexts = Object.keys(texts.join);
  const joinRows = Object.values(texts.join);
  const values = rows.map((row) => cell(row, texts.join[texts.by] ?? ""));
  const found = await readWhole(reader, { table: texts.table, fields: textFields(texts), field: texts.by, values });
  const byKey = Map.groupBy(found, (row) => joinKey(row, joinTexts));
  return (row) => pickText(byKey.get(joinKey(row, joinRows)) ?? [], texts.language, language);
}

function recordOf(source: ReferenceSource, row: TableRow, text: TableRow | undefined): ReferenceRecord {
  const { kind, keyFields, texts } = source;
  const own = source.ownText === undefined ? "" : cell(row, source.ownText);
  const from = source.validFrom === undefined ? "" : cell(row, source.validFrom);
  return {
    kind: "reference",
    of: kind,
    key: `${kind}:${keyFields.map((field) => cell(row, field)).join("/")}`,
    validFrom: source.isFromInverted ? upright(from) : from,
    validTo: source.validTo === undefined ? "" : cell(row, source.validTo),
    text: text && texts ? cell(text, texts.text) : own,
    longText: text && texts?.longText !== undefined ? cell(text, texts.longText) : "",
    language: text && texts ? cell(text, texts.language) : "",
    attributes: Object.fromEntries(Object.entries(source.attributes).map(([name, field]) => [name, cell(row, field)])),
  };
}

/** Empty where it is no day. */
function upright(inverted: string): string {
  if (!/^[0-9]{8}$/.test(inverted)) return "";
  const date = String(99_999_999 - Number(inverted)).padStart(8, "0");
  return parseSapDate(date) ?? "";
}

/** A key list asks by one field; what else came is another slice's. Languages of one key collapse to one row. */
function onlyAsked(source: ReferenceSource, rows: readonly TableRow[], keys: readonly RowKey[]): TableRow[] {
  const asked = new Set(keys.map((key) => joinKey(key, source.keyFields)));
  const found = new Map<string, TableRow>();
  for (const row of rows) {
    const key = joinKey(row, source.keyFields);
    if (asked.has(key)) found.set(key, row);
  }
  return [...found.values()];
}

export function createReferenceExtract({
  reader,
  client,
  settings,
}: ReferenceExtractSource): FlowExtract<"reference", ReferenceRecord> {
  const sources = referenceSources.filter(({ kind }) => settings.kinds?.includes(kind) ?? true);
  return {
    async open(request) {
      // Before any row is read: what changes meanwhile belongs to the next window.
      const today = await readServerDate(client, settings.zone);
      const scope = sources.map(({ kind }) => kind);
      const { reading, swept, from } = extentOf(request, today, scope);
      const slices = sources.flatMap((source) =>
        slicesOf(source, from).map((slice) => marks.mark(source.kind, discoverOffer(discoverable(source), slice))),
      );
      return { slices, watermark: writeWatermark({ day: today, swept, scope: scopeText(scope) }), reading };
    },
    async discover(label, given) {
      const { of, slice } = marks.unmark(given);
      const source = sourceOf(of);
      const inner = marks.bareLabel(of, label);
      const found = await discover(reader, discoverable(source), inner, parseSlice(slice, source.table));
      return marks.markAll(of, found);
    },
    async read(given, digest) {
      const { of, slice } = marks.unmark(given);
      const source = sourceOf(of);
      const keys = parseKeys(slice, source.table, source.keyFields);
      const values = keys.map((key) => key[source.by] ?? "");
      const read = await readWhole(reader, { table: source.table, fields: rowFields(source), field: source.by, values });
      const rows = onlyAsked(source, read, keys);
      const textOf = await readTexts(reader, source, rows, settings.language);
      return withDigest(
        rows.map((row) => recordOf(source, row, textOf(row))),
        digest,
      );
    },
  };
}
