/**
 * What an extract promises the agent (design section 5): it turns "read this flow since X" into slices, finds keys, and reads whole objects.
 * Slices are plain JSON that travels through the hub and back; they are checked when they return. Failures are core `Fault`s.
 */
import type { CostSource, CostValuation, Flow, RunFlow, SapDate, SourceRecord, TimeZone } from "../../core/index.ts";
import type { Clock, RfcClient } from "../../ports/index.ts";
import type { TableReader } from "../rfc/index.ts";

/** Object slices of orders, invoices and vendors name these by their source keys: the hub looks for them when it judges an old digest. */
export type SliceOffer<F extends RunFlow = Flow> = {
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
  /** Source keys of objects that IDocs told of, to be read whatever the triggers say. */
  touched?: readonly string[] | undefined;
};

/**
 * How a flow is read this time, and why so, for people. `window`: rows by their own stamps. `changes`: only the objects that triggers named; the
 * leaf plan of the last sweep stays.
 */
export type Reading = { how: "sweep" | "window" | "changes"; why: string };

export type Opened<F extends RunFlow = Flow> = { slices: SliceOffer<F>[]; watermark?: string; reading?: Reading };

/** `kept`: parts of a split slice that this read completed. They are leaves of the plan, and nothing is left to read of them. */
export type Discovery<F extends RunFlow = Flow> =
  | { kind: "complete"; slices: SliceOffer<F>[] }
  | { kind: "split"; slices: SliceOffer<F>[]; kept?: DiscoveryLeaf[] };

export type ObjectsRead<R = SourceRecord> = { same: boolean; digest: string; records: R[] };

export type FlowExtract<F extends RunFlow = Flow, R = SourceRecord> = {
  open(request: OpenRequest): Promise<Opened<F>>;
  discover(label: string, slice: unknown): Promise<Discovery<F>>;
  /** `digest` is what the same slice came to last time; where it still holds, no records are handed out. */
  read(slice: unknown, digest?: string): Promise<ObjectsRead<R>>;
};

/** How changes are found between sweeps (sap-data 3). */
export type DeltaSettings = {
  /** Days before the last run that are looked at again. */
  overlapDays: number;
  /** Days after which a sweep is due; 0: every run sweeps. */
  sweepDays: { vendors: number; purchaseOrders: number };
  /** How often costs look back further, for documents that were committed long after their stamp. */
  costRecheck: { everyDays: number; days: number };
  /** Message types whose change pointers count for vendors; none: they are not read. */
  vendorPointers: readonly string[];
};

/**
 * Two days for stamps by the day; vendors compared nightly (a small table) and orders weekly, which is how often sap-data 3 wants what triggers
 * miss looked for; 35 days of documents weekly. No pointers: a customer has to write them, and RBDCPCLR deletes them.
 */
export const deltaDefaults = {
  overlapDays: 2,
  sweepDays: { vendors: 1, purchaseOrders: 7 },
  costRecheck: { everyDays: 7, days: 35 },
  vendorPointers: [],
} as const satisfies DeltaSettings;

export const leadingLedgerDefault = "0L";

export type ExtractSettings = {
  /** Empty: all. */
  companyCodes: readonly string[];
  /** Of the SAP system. */
  zone: TimeZone;
  /** Language of texts, one character as SAP keeps it; E without it. */
  language?: string;
  /** FI documents entered before this day are never read; absent: from the beginning. */
  costsFrom?: SapDate;
  /** `deltaDefaults` without it. */
  delta?: DeltaSettings;
  /** Where a company code's cost lines come from (ruling 20); BSEG without it. */
  costSources?: Readonly<Record<string, CostSource>>;
  /** In which currency a company code's cost is stated (ruling 25); its own without it. */
  costValuations?: Readonly<Record<string, CostValuation>>;
  /** RLDNR of the leading ledger; 0L without it. */
  leadingLedger?: string;
};

export type ExtractSource = {
  reader: TableReader;
  client: RfcClient;
  clock: Clock;
  settings: ExtractSettings;
};
