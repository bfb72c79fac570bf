/**
 * The budget of a project changed: budget codes may have appeared that held records wait for. These are decided anew, at most so often; a run that
 * decides everything does it by itself. Nothing else is planned, and what a person must approve is still asked about.
 */
import { sql } from "kysely";
import { Fault, type HoldCode } from "../../core/index.ts";
import { inTenant } from "../context.ts";
import { listHolds } from "../holds/list.ts";
import { openReplay } from "../holds/replay.ts";
import { closeHints, type Hint, type HintScope } from "./hints.ts";

/** An import of a budget is hundreds of events; each waking reads the budget codes of all mapped projects, two calls a project. */
const wakeEveryMs = 15 * 60_000;
const waitsFor: HoldCode = "budget-code-missing";

/** `this-run`: the run that works these hints decides all that is held; `later`: it decides something else. */
export type Waking = "this-run" | "later" | { requestRunWork(): Promise<void> };

async function wokeLately(scope: HintScope): Promise<boolean> {
  const since = new Date(scope.clock.now() - wakeEveryMs);
  const { rows } = await scope.store.transact(inTenant(scope), (tx) =>
    sql`select from webhook_event where tenant = ${scope.tenant} and connection = ${scope.connection.name} and kind = 'budget'
      and outcome = 'woke' and worked_at > ${since} limit 1`.execute(tx),
  );
  return rows.length > 0;
}

/** A run that is open, or stands, comes first: these hints are looked at again after it. */
async function replay(scope: HintScope, waking: Extract<Waking, object>): Promise<boolean> {
  try {
    const ask = { connection: scope.connection.name, filter: { code: waitsFor }, actor: "system" };
    const opened = await openReplay(scope, ask);
    if (opened.run !== undefined) await waking.requestRunWork();
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === "run.already-open") return false;
    throw error;
  }
}

async function becomes(scope: HintScope, waking: Waking): Promise<"woke" | "nothing-waits" | "next-run" | undefined> {
  const { tenant, connection, store } = scope;
  const waiting = await listHolds(store, { tenant, connection: connection.name, code: waitsFor, limit: 1 });
  if (waiting.length === 0) return "nothing-waits";
  if (waking === "this-run") return "woke";
  if (connection.settings.webhooks.onBudgetChange === "next-run") return "next-run";
  if (waking === "later" || (await wokeLately(scope))) return undefined;
  return (await replay(scope, waking)) ? "woke" : undefined;
}

/** Answers whether the hints are done with. */
export async function wakeHolds(scope: HintScope, hints: readonly Hint[], waking: Waking): Promise<boolean> {
  if (hints.length === 0) return true;
  const outcome = await becomes(scope, waking);
  if (outcome === undefined) return false;
  await scope.store.transact(inTenant(scope), (tx) => closeHints(tx, scope, hints, outcome));
  return true;
}
