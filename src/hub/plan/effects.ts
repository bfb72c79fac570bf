/**
 * Writes a plan's effects. An older effect of the same (origin id, aspect) that never left becomes stale; one whose outcome is unknown
 * stays, and the new one is not planned: different content waits until the old request can no longer land (design section 8.4).
 */
import { sql, type Transaction } from "kysely";
import { type Body, desiredHash, type Flow, type Money } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { now } from "../context.ts";
import { liveStates, unsentStates } from "../effect-states.ts";
import type { Aspect, Stage } from "./stages.ts";

export type EffectDraft = {
  stage: Stage;
  /** 0: the company. */
  projectId: number;
  /** What its call is made on: a contract's origin id for its lines, otherwise empty. */
  container: string;
  recordOriginId: string;
  originId: string;
  aspect: Aspect;
  action: "create" | "update" | "link" | "reopen" | "approve" | "close" | "adopt" | "take" | "activate" | "inactivate";
  /** Fields whose value is the Procore id of another record, by that record's origin id. */
  refs: Readonly<Record<string, string>>;
  body: Body;
  /** What `known` compares with; without `sendOnly` fields. */
  hash: string;
  amount?: Money;
  /** A SAP date: later goes out first, absent last. */
  urgency?: string;
};

export function hashOf(body: Body, refs: Readonly<Record<string, string>>): string {
  return desiredHash({ body, refs });
}

function rowOf(draft: EffectDraft) {
  return {
    stage: draft.stage,
    project_id: draft.projectId,
    container: draft.container,
    record_origin_id: draft.recordOriginId,
    origin_id: draft.originId,
    aspect: draft.aspect,
    action: draft.action,
    needs: Object.values(draft.refs),
    desired: { body: draft.body, refs: draft.refs },
    desired_hash: draft.hash,
    amount_minor: draft.amount?.minor.toString() ?? null,
    currency: draft.amount?.currency ?? null,
    urgency: draft.urgency ?? "",
  };
}

const batchRows = 5_000;

export async function insertEffects(
  tx: Transaction<Database>,
  context: RunContext,
  flow: Flow,
  drafts: readonly EffectDraft[],
): Promise<void> {
  for (let start = 0; start < drafts.length; start += batchRows) {
    await insertBatch(tx, context, flow, drafts.slice(start, start + batchRows));
  }
}

async function insertBatch(
  tx: Transaction<Database>,
  context: RunContext,
  flow: Flow,
  drafts: readonly EffectDraft[],
): Promise<void> {
  const rows = JSON.stringify(drafts.map(rowOf));
  const { tenant } = context;
  const connection = context.connection.name;
  await sql`update effect e set state = 'stale', settled_at = ${now(context)}
    from jsonb_to_recordset(${rows}::jsonb) as x(origin_id text, aspect text)
    where e.tenant = ${tenant} and e.connection = ${connection} and e.origin_id = x.origin_id and e.aspect = x.aspect
      and e.state in ${unsentStates}`.execute(tx);
  // Ready to go, until the approve stage holds back what wants a person's word (ruling 35).
  await sql`
    insert into effect (tenant, connection, run, flow, stage, project_id, container, record_origin_id, origin_id, aspect, action, needs,
      desired, desired_hash, amount_minor, currency, urgency, approval, state, attempts, epoch, planned_at)
    select ${tenant}, ${connection}, ${context.run}, ${flow}, stage, project_id, container, record_origin_id, origin_id, aspect, action,
      needs, desired, desired_hash, amount_minor, currency, urgency, 'auto', 'approved', 0, 0, ${now(context)}
    from rows from (jsonb_to_recordset(${rows}::jsonb) as (stage smallint, project_id bigint, container text, record_origin_id text,
      origin_id text, aspect text, action text, needs text[], desired jsonb, desired_hash text, amount_minor bigint, currency text,
      urgency text))
      with ordinality as x(stage, project_id, container, record_origin_id, origin_id, aspect, action, needs, desired, desired_hash,
        amount_minor, currency, urgency, place)
    order by place
    on conflict (tenant, connection, origin_id, aspect) where state in ${liveStates} do nothing`.execute(tx);
}
