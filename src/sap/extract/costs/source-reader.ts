/**
 * What one source of cost lines promises (ruling 20): where it looks for documents, how it reads them, and what records they become. Reading
 * them unchanged, once more where they moved, is the same for all (`read-stable.ts`).
 */
import type { CostSource, SapDate, SourceRecord } from "../../../core/index.ts";
import type { RejectedRow, RowKey, TableReader, TableRow } from "../../rfc/index.ts";
import type { Discoverable } from "../discover.ts";
import type { ExtractSettings } from "../flow-extract.ts";
import type { LookUps } from "../look-ups.ts";
import type { Rows } from "../rows.ts";
import type { Slice } from "../slice.ts";

/** A header with its lines, and the line that was lost on the way, if one was. */
export type WholeDocument = { header: TableRow; rows: readonly TableRow[]; lost: RejectedRow | undefined };

/** Days of entry: from the last run's, overlap included, or all; below tomorrow of SAP's own calendar. */
export type Window = { from: SapDate | undefined; below: SapDate };

/** The first day of entry that is looked at: of the window, and not before the day from which costs are wanted at all. */
export function beginOf({ from }: Window, costsFrom: SapDate | undefined): SapDate | undefined {
  return from === undefined || (costsFrom !== undefined && costsFrom > from) ? costsFrom : from;
}

export type SourceReader = {
  source: CostSource;
  /** Where documents are found: the table of headers. */
  what: Discoverable;
  slices(window: Window): Promise<Slice[]>;
  /** A header that changes while its lines are read has these fields changed. */
  headerFields: readonly string[];
  idOf(row: TableRow | RowKey): string;
  readHeaders(keys: readonly RowKey[]): Promise<readonly TableRow[]>;
  readLines(keys: readonly RowKey[]): Promise<Rows>;
  /** Documents that these headers have changed although no stamp on those tells so: none that the window since that day holds anyway. */
  changedBy?(headers: readonly TableRow[], since: string): Promise<RowKey[]>;
  /** One document is one record, but of controlling, where each company code has its own. */
  recordsOf(documents: readonly WholeDocument[]): Promise<SourceRecord[]>;
  unstable(header: TableRow, rows: readonly TableRow[]): Promise<SourceRecord[]>;
};

export type SourceContext = {
  reader: TableReader;
  lookUps: LookUps;
  settings: ExtractSettings;
  /** The company codes of this source; `undefined`: all that no other source has. */
  companyCodes: readonly string[] | undefined;
};
