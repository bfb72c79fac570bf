/** Opens due windows while a hub lives: each minute as it begins. A schedule that fails is said so and stops no other. */
import type { HubContext } from "../context.ts";
import type { NamedSchedule } from "./compile.ts";
import { openWindow } from "./open-window.ts";

const minuteMs = 60_000;

export type ScheduledConnection = {
  readonly name: string;
  readonly schedules: readonly NamedSchedule[];
  /** Asks the job queue to work on the connection's open run; asking twice is one job. */
  readonly requestWork: () => Promise<void>;
};

async function lookOnce(context: HubContext, { name, schedules, requestWork }: ScheduledConnection): Promise<void> {
  for (const named of schedules) {
    const place = `schedule ${named.name} of ${name}`;
    try {
      const outcome = await openWindow(context, name, named);
      // A run that is open may be one whose opener ended before it could ask for work.
      if (outcome.kind === "opened" || (outcome.kind === "waits" && !outcome.isPaused)) await requestWork();
      if (outcome.kind !== "opened") continue;
      const late = outcome.missed > 0 ? `, and ${outcome.missed} missed before it` : "";
      context.log(`${place}: run ${outcome.run} for the window of ${new Date(outcome.atMs).toISOString()}${late}`);
    } catch (error) {
      context.log(`${place}: ${error instanceof Error ? error.message : String(error)}`);
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
  while (!signal.aborted) {
    for (const connection of connections) await lookOnce(context, connection);
    await context.clock.sleep(minuteMs - (context.clock.now() % minuteMs), signal);
  }
}
