/**
 * Takes a schedule's due window and opens its run, in one transaction: a window that is marked done has its run, and one that is not is still due.
 * The connection's row is locked first, so of several hubs one opens it. While a run is open or paused the window waits: an open one may have read
 * already, and a paused one waits for somebody (ruling 36). However many windows were missed then, one run does them. A plan that was left paused keeps
 * nothing waiting: it has nothing on its way.
 */
import type { Transaction } from "kysely";
import { dueWindow, type Flow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { type HubContext, inTenant, now } from "../context.ts";
import { openRunWithin } from "../run/run-state.ts";
import type { NamedSchedule } from "./compile.ts";
import { scheduleNow } from "./known-days.ts";

export type OpenedWindow = { readonly kind: "opened"; readonly run: bigint; readonly atMs: number; readonly missed: number };
export type WindowOutcome = OpenedWindow | { readonly kind: "none" } | { readonly kind: "waits"; readonly isPaused: boolean };

type Place = { connection: string; schedule: string };

async function doneMs(tx: Transaction<Database>, context: HubContext, { connection, schedule }: Place): Promise<number> {
  const key = { tenant: context.tenant, connection, schedule };
  const row = await tx
    .selectFrom("schedule_done")
    .select("done_at")
    .where("tenant", "=", key.tenant)
    .where("connection", "=", connection)
    .where("schedule", "=", schedule)
    .executeTakeFirst();
  if (row) return row.done_at.getTime();
  await tx
    .insertInto("schedule_done")
    .values({ ...key, done_at: now(context), run: null })
    .execute();
  return context.clock.now();
}

/** Changes only where a run has finished each of the flows before; what was never read must be read whole. */
async function modeOf(
  tx: Transaction<Database>,
  tenant: string,
  connection: string,
  named: NamedSchedule,
): Promise<"delta" | "full"> {
  if (named.mode === "full") return "full";
  const rows = await tx
    .selectFrom("run")
    .select("flows")
    .distinct()
    .where("tenant", "=", tenant)
    .where("connection", "=", connection)
    .where("state", "=", "finished")
    .execute();
  const finished = new Set(rows.flatMap(({ flows }) => flows as Flow[]));
  return named.flows.every((flow) => finished.has(flow)) ? "delta" : "full";
}

export async function openWindow(context: HubContext, connection: string, named: NamedSchedule): Promise<WindowOutcome> {
  const { tenant, store, clock } = context;
  const place = { connection, schedule: named.name };
  return store.transact(inTenant(context), async (tx): Promise<WindowOutcome> => {
    await tx
      .selectFrom("connection")
      .select("connection")
      .where("tenant", "=", tenant)
      .where("connection", "=", connection)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const schedule = await scheduleNow(tx, { tenant, connection }, named);
    const due = dueWindow(schedule, { doneMs: await doneMs(tx, context, place), nowMs: clock.now() });
    if (!due) return { kind: "none" };
    const halted = await tx
      .selectFrom("run")
      .select("state")
      .where("tenant", "=", tenant)
      .where("connection", "=", connection)
      .where((eb) => eb.or([eb("state", "=", "open"), eb.and([eb("state", "=", "paused"), eb("plan_only", "=", false)])]))
      .executeTakeFirst();
    if (halted) return { kind: "waits", isPaused: halted.state === "paused" };
    const mode = await modeOf(tx, tenant, connection, named);
    const run = await openRunWithin(tx, context, { connection, flows: named.flows, mode });
    await tx
      .updateTable("schedule_done")
      .set({ done_at: new Date(due.atMs), run, missed: due.missed })
      .where("tenant", "=", tenant)
      .where("connection", "=", connection)
      .where("schedule", "=", named.name)
      .execute();
    return { kind: "opened", run, ...due };
  });
}
