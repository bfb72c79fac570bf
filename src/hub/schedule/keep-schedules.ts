/**
 * Opens due windows while a hub lives: each minute as it begins. A schedule that fails is said so, once until it fails by something else or works again, and
 * stops no other.
 */
import type { HubContext } from "../context.ts";
import type { NamedSchedule } from "./compile.ts";
import { openWindow } from "./open-window.ts";

const minuteMs = 60_000;

export type ScheduledConnection = {
  readonly name: string;
  readonly schedules: readonly NamedSchedule[];
  /** Asks the job queue to work on the connection's open run; asking twice is one job. */
  readonly requestWork: () => Promise<void>;
  /** Asked before each look where a schedule goes by billing periods of Procore; reads when it is time to. */
  readonly refreshBillingPeriods: (signal: AbortSignal) => Promise<void>;
};

type Said = Map<string, string>;

function sayOnce({ log }: HubContext, said: Said, place: string, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  if (said.get(place) !== text) log(`${place}: ${text}`);
  said.set(place, text);
}

/** Beside the looks, one at a time for a connection: many projects, or a quota that is used up, keep no window waiting. */
function startRefreshing(context: HubContext, said: Said, signal: AbortSignal) {
  const underWay = new Map<string, Promise<void>>();
  const refresh = async ({ name, refreshBillingPeriods }: ScheduledConnection): Promise<void> => {
    try {
      await refreshBillingPeriods(signal);
    } catch (error) {
      sayOnce(context, said, `billing periods of ${name}`, error);
    } finally {
      underWay.delete(name);
    }
  };
  return {
    look(connection: ScheduledConnection): void {
      const isAsked = connection.schedules.some(({ isOfProcore }) => isOfProcore);
      if (isAsked && !underWay.has(connection.name)) underWay.set(connection.name, refresh(connection));
    },
    end: () => Promise.all(underWay.values()),
  };
}

async function lookOnce(context: HubContext, { name, schedules, requestWork }: ScheduledConnection, said: Said): Promise<void> {
  for (const named of schedules) {
    const place = `schedule ${named.name} of ${name}`;
    try {
      const outcome = await openWindow(context, name, named);
      said.delete(place);
      // A run that is open may be one whose opener ended before it could ask for work.
      if (outcome.kind === "opened" || (outcome.kind === "waits" && !outcome.isPaused)) await requestWork();
      if (outcome.kind !== "opened") continue;
      const late = outcome.missed > 0 ? `, and ${outcome.missed} missed before it` : "";
      context.log(`${place}: run ${outcome.run} for the window of ${new Date(outcome.atMs).toISOString()}${late}`);
    } catch (error) {
      sayOnce(context, said, place, error);
    }
  }
}

/** Settles when the signal aborts. */
export async function keepSchedules(
  context: HubContext,
  connections: readonly ScheduledConnection[],
  signal: AbortSignal,
): Promise<void> {
  if (connections.every(({ schedules }) => schedules.length === 0)) return;
  const said: Said = new Map();
  const refreshing = startRefreshing(context, said, signal);
  while (!signal.aborted) {
    for (const connection of connections) {
      refreshing.look(connection);
      await lookOnce(context, connection, said);
    }
    await context.clock.sleep(minuteMs - (context.clock.now() % minuteMs), signal);
  }
  await refreshing.end();
}
