/** One sync as a person asks for it: which connection, flows and mode, and what becomes of a run that an earlier process left unfinished. */
import { flows as allFlows, type Flow } from "../../core/index.ts";
import { type Hub, listRuns, type RunReport } from "../../hub/index.ts";
import type { Store } from "../../store/index.ts";
import type { Configuration } from "../config/index.ts";
import { pickConnection } from "./connections.ts";

export type SyncAsk = {
  connection?: string;
  flows?: readonly Flow[];
  mode?: "delta" | "full";
  /** Nothing is written to Procore: what is planned waits for approval. */
  isPlanOnly?: boolean;
  /** A run that had been left unfinished was finished first; what was asked for follows. */
  onTakenUp?: (report: RunReport) => void;
};

export type SyncParts = { config: Configuration; store: Store; hub: Pick<Hub, "requestRun" | "awaitRun"> };

function covers({ flows, mode, isPlanOnly }: RunReport, ask: SyncAsk): boolean {
  if (mode === "replay" || isPlanOnly !== (ask.isPlanOnly ?? false)) return false;
  return (ask.flows ?? allFlows).every((flow) => flows[flow]) && (ask.mode !== "full" || mode === "full");
}

/**
 * The hub takes up a run that was left open or paused, with that run's own flows and mode. Where these are not what was asked for, what was
 * asked for follows; where that run cannot be finished, its report is the answer.
 */
export async function sync(parts: SyncParts, ask: SyncAsk): Promise<RunReport> {
  const { config, hub } = parts;
  const connection = pickConnection(config, ask.connection);
  const flows = ask.flows ?? allFlows;
  const runOnce = async () => {
    const mode = ask.mode ?? (await defaultMode(parts, connection, flows));
    return hub.awaitRun(await hub.requestRun({ connection, flows, mode, ...(ask.isPlanOnly ? { isPlanOnly: true } : {}) }));
  };
  const report = await runOnce();
  if (report.state !== "finished" || covers(report, ask)) return report;
  ask.onTakenUp?.(report);
  return runOnce();
}

/** Runs looked at for a finished one; whoever failed this often in a row may as well read everything. */
const runsLookedAt = 100;

/** Changes only where a run has finished each of the flows before; what was never read must be read whole. */
async function defaultMode({ config, store }: SyncParts, connection: string, flows: readonly Flow[]): Promise<"delta" | "full"> {
  const runs = await listRuns(store, { tenant: config.tenant, connection, limit: runsLookedAt });
  const finished = runs.filter(({ state, mode }) => state === "finished" && mode !== "replay");
  return flows.every((flow) => finished.some((run) => run.flows[flow])) ? "delta" : "full";
}
