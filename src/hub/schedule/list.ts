/** Schedules as a person reads them: what comes next, what was done last. */
import { afterQuiet, nextWindows } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";
import type { NamedSchedule } from "./compile.ts";

export type ScheduleDone = { readonly at: string; readonly run: string | undefined; readonly missed: number };

/** By schedule. One that no long-lived hub has seen yet is not there. */
export async function listScheduleDone(
  store: Store,
  { tenant, connection }: { tenant: string; connection: string },
): Promise<ReadonlyMap<string, ScheduleDone>> {
  const rows = await store.transact({ tenant }, (tx) =>
    tx
      .selectFrom("schedule_done")
      .select(["schedule", "done_at", "run", "missed"])
      .where("tenant", "=", tenant)
      .where("connection", "=", connection)
      .execute(),
  );
  return new Map(
    rows.map(({ schedule, done_at, run, missed }) => [
      schedule,
      { at: done_at.toISOString(), run: run === null ? undefined : String(run), missed },
    ]),
  );
}

/** When runs are asked for: windows in quiet hours at their end, once. */
export function nextRuns({ schedule }: NamedSchedule, { nowMs, count }: { nowMs: number; count: number }): readonly string[] {
  const moments = new Set<number>();
  for (let after = nowMs; moments.size < count; ) {
    const [window] = nextWindows(schedule, after, 1);
    if (window === undefined) break;
    const opens = afterQuiet(schedule, window);
    moments.add(opens);
    after = opens;
  }
  return [...moments].map((moment) => new Date(moment).toISOString());
}
