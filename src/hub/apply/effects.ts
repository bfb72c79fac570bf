/**
 * The effects' state machine in SQL (design section 8): approved > sending > confirmed | held | unknown, unknown > confirmed | approved. Every claim is
 * ordered, every change checks the state it leaves, and a batch becomes `sending` in a transaction of its own before a byte leaves.
 */
import { sql, type Transaction } from "kysely";
import type { Body } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { inTenant, now, type RunContext } from "../context.ts";
import { liveStates, openStates } from "../effect-states.ts";
import { type Exchange, keepExchanges } from "../holds/exchange.ts";
import { stages } from "../plan/stages.ts";
import { waitsForRecoding } from "./recodings.ts";

type Tx = Transaction<Database>;

export type EffectRow = {
  effect: bigint;
  stage: number;
  project_id: bigint;
  container: string;
  record_origin_id: string;
  origin_id: string;
  aspect: string;
  action: string;
  needs: string[];
  desired: { body: Body; refs: Record<string, string> };
  desired_hash: string;
  amount_minor: bigint | null;
  currency: string | null;
  attempts: number;
  deadline: Date | null;
};

const columns = sql`e.effect, e.stage, e.project_id, e.container, e.record_origin_id, e.origin_id, e.aspect, e.action, e.needs, e.desired,
  e.desired_hash, e.amount_minor, e.currency, e.attempts, e.deadline`;

export type Slot = { projectId: bigint; wave: number; stage: number };

/** Projects with the latest work first; within one wave by wave, and stage by stage. */
export async function readSlots(context: RunContext, flow: string): Promise<Slot[]> {
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<{ project_id: bigint; wave: number; stage: number }>`
      with slot as (
        select project_id, wave, stage, max(urgency) as urgency from effect where tenant = ${context.tenant}
          and connection = ${context.connection.name} and flow = ${flow} and state = 'approved' group by project_id, wave, stage)
      select project_id, wave, stage from slot order by max(urgency) over (partition by project_id) desc, project_id, wave, stage`.execute(
      tx,
    ),
  );
  return rows.map((row) => ({ projectId: row.project_id, wave: row.wave, stage: row.stage }));
}

/** Effects of one slot at a time; a project with more comes back for the rest. */
const slotEffectsMax = 20_000;

/**
 * The slot's effects that may go now, in the order of their calls. An effect waits while an earlier stage of its own record is still open: no
 * line before its header, no approval before the last line; nor while the link of a company that it names to its project is: Procore refuses a
 * contract whose vendor is not in the project's directory, and a link in doubt would hold it for no reason of its own. Of a contract's chain of
 * requisitions only the first may go.
 */
export async function readSlot(context: RunContext, flow: string, slot: Slot): Promise<EffectRow[]> {
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<EffectRow>`
    with open as (
      select record_origin_id, min(stage) as stage from effect where tenant = ${context.tenant} and connection = ${context.connection.name}
        and flow = ${flow} and project_id = ${slot.projectId} and state in ${openStates} group by record_origin_id)
    select ${columns} from effect e join open using (record_origin_id)
    where e.tenant = ${context.tenant} and e.connection = ${context.connection.name} and e.flow = ${flow} and e.stage = ${slot.stage}
      and e.project_id = ${slot.projectId} and e.wave = ${slot.wave} and e.state = 'approved' and open.stage >= e.stage
      and not ${waitsForRecoding}
      and not exists (select from unnest(e.needs) as need join effect link on link.tenant = e.tenant and link.connection = e.connection
         and link.origin_id = need || '@' || e.project_id and link.aspect = 'link' and link.effect <> e.effect
         and link.state in ${openStates} where e.stage > ${stages.projectVendor})
      and (e.stage <> ${stages.requisition} or not exists (select 1 from effect o where o.tenant = e.tenant and o.connection = e.connection
        and o.flow = e.flow and o.container = e.container and o.effect < e.effect and o.state in ${liveStates}))
    order by e.container, e.effect limit ${slotEffectsMax}`.execute(tx),
  );
  return rows;
}

/** One transaction, fenced as all of a run are: approved > sending with attempt, deadline and epoch. Answers those that were still approved. */
export async function markSending(context: RunContext, ids: readonly bigint[], deadline: Date): Promise<ReadonlySet<bigint>> {
  return context.store.transact(inTenant(context), async (tx) => {
    const { rows } = await sql<{ effect: bigint }>`
      update effect set state = 'sending', attempts = attempts + 1, epoch = ${context.epoch}, deadline = ${deadline}
      where tenant = ${context.tenant} and effect = any (${ids}::bigint[]) and state = 'approved' returning effect`.execute(tx);
    return new Set(rows.map((row) => row.effect));
  });
}

export type Change =
  | { effect: bigint; state: "confirmed"; procoreId: number; amountMinor: bigint | null; currency: string | null; row: EffectRow }
  | { effect: bigint; state: "held"; code: string; detail: string; exchange?: Exchange }
  | { effect: bigint; state: "unknown"; detail: string; exchange?: Exchange }
  /** `wasSent: false`: no byte left, so the attempt does not count. */
  | { effect: bigint; state: "approved"; detail: string; wasSent: boolean };

async function writeStates(tx: Tx, context: RunContext, changes: readonly Change[], from: readonly string[]): Promise<void> {
  const rows = changes.map((change) => ({
    effect: change.effect.toString(),
    state: change.state,
    hold_code: change.state === "held" ? change.code : null,
    detail: change.state === "confirmed" ? null : change.detail.slice(0, 500),
    procore_id: change.state === "confirmed" ? change.procoreId : null,
    unsent: change.state === "approved" && !change.wasSent ? 1 : 0,
  }));
  await sql`
    update effect e set state = x.state, hold_code = x.hold_code, detail = x.detail, procore_id = coalesce(x.procore_id, e.procore_id),
      settled_at = ${now(context)}, attempts = e.attempts - x.unsent
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(effect bigint, state text, hold_code text, detail text, procore_id bigint,
      unsent integer)
    where e.tenant = ${context.tenant} and e.effect = x.effect and e.state = any (${from}::text[])`.execute(tx);
}

async function writeKnown(tx: Tx, context: RunContext, changes: readonly Change[]): Promise<void> {
  const rows = changes.flatMap((change) =>
    change.state === "confirmed"
      ? {
          origin_id: change.row.origin_id,
          // Reopening is how a contract's status becomes Draft again.
          aspect: change.row.aspect === "reopen" ? "status" : change.row.aspect,
          record_origin_id: change.row.record_origin_id,
          project_id: change.row.project_id.toString(),
          procore_id: change.procoreId,
          desired_hash: change.row.desired_hash,
          amount_minor: change.amountMinor?.toString() ?? null,
          currency: change.currency,
        }
      : [],
  );
  if (rows.length === 0) return;
  await sql`
    insert into known (tenant, connection, origin_id, aspect, record_origin_id, project_id, procore_id, desired_hash, hash_version,
      amount_minor, currency, confirmed_run, confirmed_at)
    select ${context.tenant}, ${context.connection.name}, origin_id, aspect, record_origin_id, project_id, procore_id, desired_hash, 1,
      amount_minor, currency, ${context.run}, ${now(context)}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(origin_id text, aspect text, record_origin_id text, project_id bigint,
      procore_id bigint, desired_hash text, amount_minor bigint, currency text)
    on conflict (tenant, connection, origin_id, aspect) do update
      set procore_id = excluded.procore_id, desired_hash = excluded.desired_hash, hash_version = excluded.hash_version,
        amount_minor = excluded.amount_minor, currency = excluded.currency, confirmed_run = excluded.confirmed_run,
        confirmed_at = excluded.confirmed_at`.execute(tx);
}

/** Effects, what is known of Procore, and what was said about those that did not go well, move together. */
export async function settle(context: RunContext, changes: readonly Change[], from: readonly string[]): Promise<void> {
  if (changes.length === 0) return;
  await context.store.transact(inTenant(context), async (tx) => {
    await writeStates(tx, context, changes, from);
    await writeKnown(tx, context, changes);
    const kept = changes.flatMap((change) =>
      "exchange" in change && change.exchange ? { effect: change.effect, exchange: change.exchange } : [],
    );
    await keepExchanges(tx, context, kept);
  });
}

/** What was left in doubt: sent under an older epoch, or unknown. */
export async function readDoubtful(context: RunContext, flow: string): Promise<EffectRow[]> {
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<EffectRow>`select ${columns} from effect e where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = ${flow}
      and (state = 'unknown' or (state = 'sending' and epoch < ${context.epoch})) order by stage, project_id, container, effect`.execute(
      tx,
    ),
  );
  return rows;
}

/** Some of what was confirmed beside it: if Procore lists none of them, its listing is not to be believed. */
export async function readSiblings(
  context: RunContext,
  { stage, container }: Pick<EffectRow, "stage" | "container">,
): Promise<string[]> {
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<{
      origin_id: string;
    }>`select origin_id from effect where tenant = ${context.tenant} and connection = ${context.connection.name}
      and stage = ${stage} and container = ${container} and state = 'confirmed' order by effect desc limit 20`.execute(tx),
  );
  return rows.map((row) => row.origin_id);
}

/** Procore ids by origin id, for references and containers. */
export async function readProcoreIds(context: RunContext, originIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (originIds.length === 0) return new Map();
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<{ origin_id: string; procore_id: bigint }>`select origin_id, procore_id from known where tenant = ${context.tenant}
      and connection = ${context.connection.name} and aspect = 'content' and origin_id = any (${originIds}::text[])`.execute(tx),
  );
  return new Map(rows.map((row) => [row.origin_id, Number(row.procore_id)]));
}
