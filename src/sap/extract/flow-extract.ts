/**
 * What an extract promises the agent (design section 5): it turns "read this flow since X" into slices, finds keys, and reads whole objects.
 * Slices are plain JSON that travels through the hub and back; they are checked when they return. Failures are core `Fault`s.
 */
import type { Flow, SapDate, SourceRecord } from "../../core/index.ts";
import type { Clock, RfcClient } from "../../ports/index.ts";
import type { TableReader } from "../rfc/index.ts";

export type SliceOffer = { kind: "discover" | "objects"; flow: Flow; label: string; slice: unknown };

export type OpenRequest = {
  mode: "delta" | "full";
  /** The watermark of the last complete run. */
  since?: string | undefined;
  /** Discovery slices that were complete last time. */
  leaves?: readonly { label: string; slice: unknown }[] | undefined;
};

export type Discovery = { kind: "complete"; slices: SliceOffer[] } | { kind: "split"; slices: SliceOffer[] };

export type ObjectsRead = { same: boolean; digest: string; records: SourceRecord[] };

export type FlowExtract = {
  open(request: OpenRequest): Promise<{ slices: SliceOffer[]; watermark?: string }>;
  discover(label: string, slice: unknown): Promise<Discovery>;
  /** `digest` is what the same slice came to last time; where it still holds, no records are handed out. */
  read(slice: unknown, digest?: string): Promise<ObjectsRead>;
};

export type ExtractSettings = {
  /** Empty: all. */
  companyCodes: readonly string[];
  /** System time zone, minutes east of UTC. */
  zoneMinutes: number;
  /** FI documents entered before this day are never read; absent: from the beginning. */
  costsFrom?: SapDate;
};

export type ExtractSource = {
  reader: TableReader;
  client: RfcClient;
  clock: Clock;
  settings: ExtractSettings;
};
