/** Schedules as a person reads them: what comes next, what was done last. */
import { afterQuiet, Fault, nextWindows, type Schedule } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";
import type { NamedSchedule } from "./compile.ts";
import { scheduleNow, scheduleUnread } from "./known-days.ts";

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
export function nextRuns(schedule: Schedule, { nowMs, count }: { nowMs: number; count: number }): readonly string[] {
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

export type ResolvedSchedule = { readonly schedule: Schedule } | { readonly problem: string };

/** As the store has it now; `problem` says what is not known. */
export async function resolveSchedules(
  store: Store,
  scope: { tenant: string; connection: string },
  schedules: readonly NamedSchedule[],
): Promise<ReadonlyMap<string, ResolvedSchedule>> {
  return store.transact({ tenant: scope.tenant }, async (tx) => {
    const resolved = new Map<string, ResolvedSchedule>();
    for (const named of schedules) resolved.set(named.name, await resolveOne(() => scheduleNow(tx, scope, named)));
    return resolved;
  });
}

/** Where there is no store yet. */
export function resolveUnread(schedules: readonly NamedSchedule[]): ReadonlyMap<string, ResolvedSchedule> {
  return new Map(
    schedules.map((named) => {
      try {
        return [named.name, { schedule: scheduleUnread(named) }];
      } catch (error) {
        return [named.name, problemOf(error)];
      }
    }),
  );
}

function problemOf(error: unknown): ResolvedSchedule {
  if (error instanceof Fault) return { problem: error.detail };
  throw error;
}

async function resolveOne(resolve: () => Promise<Schedule>): Promise<ResolvedSchedule> {
  try {
    return { schedule: await resolve() };
  } catch (error) {
    return problemOf(error);
  }
}
