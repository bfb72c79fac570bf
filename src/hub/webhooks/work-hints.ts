/**
 * Works the queue of hints: our own echoes are dropped, what is left is grouped by record, each record is read again once and set beside what was last
 * confirmed. Equal: dropped. Different: a person's edit. A hint is closed in the transaction that keeps what it led to, so a process that dies
 * between the two leaves it waiting. What is being written just now waits too: what is read of it may be older or newer than what is known.
 */
import { inTenant, now } from "../context.ts";
import { readConfirmed } from "../edits/confirmed.ts";
import { findEdits } from "../edits/find-edits.ts";
import { type Attribution, keepRecord } from "../edits/keep-edits.ts";
import { readAgain } from "../edits/read-again.ts";
import { workChangedSums } from "./changed-sums.ts";
import { workSweeps } from "./discarded.ts";
import {
  type Cursor,
  closeHints,
  deferHints,
  forgetOld,
  type Hint,
  type HintScope,
  readHints,
  recordKindOf,
  wasWritten,
} from "./hints.ts";
import { type Waking, wakeHolds } from "./wake-holds.ts";

export type HintOutcome = { looked: number; echoes: number; notOurs: number; equal: number; edited: number; waiting: number };

/** `undefined`: Procore does not say who we are, and only the app's id tells an echo. */
async function ourUserId({ connection }: HintScope): Promise<number | undefined> {
  const me = await connection.hints.procore.companies.me();
  return me.ok ? me.value.id : undefined;
}

function isEcho({ connection }: HintScope, hint: Hint, userId: number | undefined): boolean {
  if (hint.application_id !== null) return hint.application_id === connection.settings.procore.clientId;
  return hint.user_id !== null && userId !== undefined && Number(hint.user_id) === userId;
}

/** The last touch that was not ours; Procore's clock orders them, ours where it says nothing. */
function attributionOf(hints: readonly Hint[]): Attribution {
  const at = (hint: Hint) => (hint.happened_at ?? hint.received_at).getTime();
  const last = hints.reduce((latest, hint) => (at(hint) > at(latest) ? hint : latest));
  return { userId: last.user_id === null ? null : Number(last.user_id), happenedAt: last.happened_at };
}

/** A contract, its lines, and where it is not shown its bin and whether its project is: seldom more. */
const callsOfRecord = 6;

/** What would not fit into the share waits, and is no call; echoes and what is none of ours are told apart without any. */
const mayRead = ({ connection }: HintScope): boolean => connection.hints.restMs(callsOfRecord) === 0;

async function defer(scope: HintScope, recordOriginId: string, hints: readonly Hint[]): Promise<void> {
  await scope.store.transact(inTenant(scope), (tx) => deferHints(tx, scope, hints, recordOriginId));
}

type Counted = keyof Omit<HintOutcome, "looked">;

async function workRecord(scope: HintScope, recordOriginId: string, hints: readonly Hint[]): Promise<Counted> {
  const [first] = hints;
  const kind = recordKindOf(first?.kind ?? "");
  if (!first || !kind) throw new Error(`Assertion failed: hints of ${recordOriginId} have no kind`);
  const projectId = Number(first.record_project_id);
  const asked = { kind, recordOriginId, projectId, procoreId: Number(first.record_procore_id) };
  const began = now(scope);
  const found = await readAgain(scope.connection.hints.procore, asked);
  if (found.kind === "not-credible") {
    scope.log(`webhooks: ${recordOriginId} could not be read again and waits: ${found.reason}`);
    return "waiting";
  }
  scope.faultPoint("hints.read");
  const names = { tenant: scope.tenant, connection: scope.connection.name };
  return scope.store.transact(inTenant(scope), async (tx) => {
    if (await wasWritten(tx, scope, recordOriginId, began)) return "waiting";
    const confirmed = (await readConfirmed(tx, names, [recordOriginId])).get(recordOriginId) ?? [];
    const compared = new Set(found.kind === "gone" ? [] : confirmed.map(({ aspect, originId }) => `${aspect} ${originId}`));
    const edits = findEdits(recordOriginId, confirmed, found);
    const record = { kind, recordOriginId, projectId, by: attributionOf(hints), edits, compared };
    const news = await keepRecord(tx, scope, record);
    const outcome = news > 0 ? "edited" : "equal";
    await closeHints(tx, scope, hints, outcome);
    scope.faultPoint("hints.keeping");
    return outcome;
  });
}

/** What needs no look at Procore. */
type Verdict = "echoes" | "notOurs" | "waiting" | "read" | "sums" | "budget";

function judge(scope: HintScope, hint: Hint, userId: number | undefined): Verdict {
  if (isEcho(scope, hint, userId)) return "echoes";
  if (hint.kind === "budget") return "budget";
  if (hint.is_moving) return "waiting";
  if (hint.kind === "change-orders") return hint.project_id === 0n ? "notOurs" : "sums";
  return hint.record_origin_id === null ? "notOurs" : "read";
}

/** What a change order changed is looked up once a project; a budget wakes what waits for its codes. */
async function workBeside(
  scope: HintScope,
  judged: ReadonlyMap<Verdict, Hint[]>,
  waking: Waking,
  outcome: HintOutcome,
): Promise<void> {
  for (const [projectId, hints] of Map.groupBy(judged.get("sums") ?? [], (hint) => Number(hint.project_id))) {
    const became = mayRead(scope) ? await workChangedSums(scope, projectId, hints, attributionOf(hints)) : "waiting";
    outcome[became] += hints.length;
  }
  const budget = judged.get("budget") ?? [];
  outcome[(await wakeHolds(scope, budget, waking)) ? "equal" : "waiting"] += budget.length;
}

export type HintAsk = { waking: Waking; signal?: AbortSignal };

export async function workHints(scope: HintScope, { waking, signal }: HintAsk): Promise<HintOutcome> {
  const outcome: HintOutcome = { looked: 0, echoes: 0, notOurs: 0, equal: 0, edited: 0, waiting: 0 };
  await workSweeps(scope);
  let userId: number | undefined;
  let cursor: Cursor;
  for (;;) {
    const hints = await scope.store.transact(inTenant(scope), (tx) => readHints(tx, scope, cursor));
    const last = hints.at(-1);
    if (!last || signal?.aborted) break;
    cursor = { received: last.received_at, delivery: last.delivery_id };
    userId ??= await ourUserId(scope);
    outcome.looked += hints.length;
    const judged = Map.groupBy(hints, (hint) => judge(scope, hint, userId));
    await scope.store.transact(inTenant(scope), async (tx) => {
      await closeHints(tx, scope, judged.get("echoes") ?? [], "echo");
      await closeHints(tx, scope, judged.get("notOurs") ?? [], "not-ours");
      await forgetOld(tx, scope);
    });
    for (const kind of ["echoes", "notOurs", "waiting"] as const) outcome[kind] += judged.get(kind)?.length ?? 0;
    for (const [recordOriginId, members] of Map.groupBy(judged.get("read") ?? [], (hint) => hint.record_origin_id ?? "")) {
      if (signal?.aborted) return outcome;
      const became = mayRead(scope) ? await workRecord(scope, recordOriginId, members) : "waiting";
      if (became === "waiting") await defer(scope, recordOriginId, members);
      outcome[became] += members.length;
    }
    await workBeside(scope, judged, waking, outcome);
  }
  return outcome;
}
