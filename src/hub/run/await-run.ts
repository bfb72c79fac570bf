/**
 * Waits until a run has ended. The run is worked by whoever holds its quota key: a look that the database does not answer says nothing
 * about it, and is made again. Only a database that stays silent ends the wait, with what it said last.
 */
import { Fault } from "../../core/index.ts";
import type { HubContext } from "../context.ts";
import { listRuns, type RunReport } from "./report.ts";

const lookEveryMs = 500;
const silentMaxMs = 120_000;

type Looking = Pick<HubContext, "store" | "clock" | "tenant">;

/** Throws where there is no such run. */
async function look({ store, tenant }: Looking, run: string): Promise<RunReport> {
  const [report] = await listRuns(store, { tenant, run, limit: 1 });
  if (!report) throw new Fault("config.invalid", { place: "run", detail: `there is no run ${run}` });
  return report;
}

const isSilence = (error: unknown): boolean => error instanceof Fault && error.code === "store.unavailable";

export async function awaitRun(context: Looking, run: string): Promise<RunReport> {
  const { clock } = context;
  let heard = clock.monotonic();
  for (;;) {
    const seen = await look(context, run).catch((error: unknown) => {
      if (!isSilence(error) || clock.monotonic() - heard > silentMaxMs) throw error;
      return undefined;
    });
    if (seen) heard = clock.monotonic();
    if (seen && seen.state !== "open") return seen;
    await clock.sleep(lookEveryMs);
  }
}
