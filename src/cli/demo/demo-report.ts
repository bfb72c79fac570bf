/** What a demo found, as data: the text report and `--json` show the same. Amounts are decimal text, durations milliseconds. */
import type { Flow } from "../../core/index.ts";
import type { FlowSummary, RunReport } from "../../hub/index.ts";
import type { CountRow, Difference, MoneyRow } from "./compare-procore.ts";
import type { Alteration } from "./sandbox-door.ts";

export type DemoSize = {
  seed: number;
  projects: number;
  vendors: number;
  purchaseOrders: number;
  poLines: number;
  costLines: number;
};

type RateWindows = { hourly: number; spike: number };

export type DemoReport = {
  size: DemoSize;
  /** `equal` is the only good one. */
  outcome: "equal" | "different" | "not-finished";
  run: Pick<RunReport, "state" | "code" | "detail">;
  flows: Partial<Record<Flow, FlowSummary>>;
  money: readonly MoneyRow[];
  counts: readonly CountRow[];
  differences: readonly Difference[];
  altered?: Alteration;
  procore: {
    /** As they arrived at Procore during the first sync, tokens among them. */
    calls: number;
    writes: number;
    byRoute: Readonly<Record<string, number>>;
    leastWrites: number;
    tooManyRequests: number;
    windows: RateWindows;
    documented: RateWindows;
    /** What the calls of the first sync take at the documented quota. */
    hoursAtDocumentedQuota: number;
  };
  sap: RunReport["sap"];
  secondSync?: { state: RunReport["state"]; writes: number; calls: number };
  memory: { peakMegabytes: number };
  durationMs: { world: number; start: number; sync: number; secondSync: number; check: number; total: number };
  /** Present when it was kept. */
  folder?: string;
};
