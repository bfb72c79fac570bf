/**
 * What an extract promises the agent (design section 5): it turns "read this flow since X" into slices, finds keys, and reads whole objects.
 * Slices are plain JSON that travels through the hub and back; they are checked when they return. Failures are core `Fault`s.
 */
import type { Flow, SapDate, SourceRecord, TimeZone } from "../../core/index.ts";
import type { Clock, RfcClient } from "../../ports/index.ts";
import type { TableReader } from "../rfc/index.ts";

/** What can be read: the flows that the hub takes, and what is read for people and for reconciliation. */
export type ReadFlow = Flow | "invoices" | "reference" | "control-totals";

export type SliceOffer<F extends ReadFlow = Flow> = {
  kind: "discover" | "objects";
  flow: F;
  label: string;
  slice: unknown;
};

export type DiscoveryLeaf = { label: string; slice: unknown };

export type OpenRequest = {
  mode: "delta" | "full";
  /** The watermark of the last complete run. */
  since?: string | undefined;
  /** Discovery slices that were complete last time. */
  leaves?: readonly DiscoveryLeaf[] | undefined;
};

/** `kept`: parts of a split slice that this read completed. They are leaves of the plan, and nothing is left to read of them. */
export type Discovery<F extends ReadFlow = Flow> =
  | { kind: "complete"; slices: SliceOffer<F>[] }
  | { kind: "split"; slices: SliceOffer<F>[]; kept?: DiscoveryLeaf[] };

export type ObjectsRead<R = SourceRecord> = { same: boolean; digest: string; records: R[] };

export type FlowExtract<F extends ReadFlow = Flow, R = SourceRecord> = {
  open(request: OpenRequest): Promise<{ slices: SliceOffer<F>[]; watermark?: string }>;
  discover(label: string, slice: unknown): Promise<Discovery<F>>;
  /** `digest` is what the same slice came to last time; where it still holds, no records are handed out. */
  read(slice: unknown, digest?: string): Promise<ObjectsRead<R>>;
};

export type ExtractSettings = {
  /** Empty: all. */
  companyCodes: readonly string[];
  /** Of the SAP system. */
  zone: TimeZone;
  /** Language of texts, one character as SAP keeps it; E without it. */
  language?: string;
  /** FI documents entered before this day are never read; absent: from the beginning. */
  costsFrom?: SapDate;
};

export type ExtractSource = {
  reader: TableReader;
  client: RfcClient;
  clock: Clock;
  settings: ExtractSettings;
};
