/**
 * Deliveries that Procore threw away: after twelve hours of failure everything that waits for an address is discarded (procore 5 [A]), and nobody
 * says so unless asked. Each run asks a few hooks, the longest unlooked first; what was missed cannot be read again one by one, so the hook's
 * places are listed anew (a sweep), and what does not agree there becomes a hint like any other.
 */
import { sql } from "kysely";
import { describeFault } from "../../procore/index.ts";
import { inTenant, now } from "../context.ts";
import { originPrefix } from "../plan/records.ts";
import { originKindOf, type ProofKind } from "../prove/expected.ts";
import { proveTarget } from "../prove/prove.ts";
import type { HintScope } from "./hints.ts";

type HookRow = { project_id: bigint; hook_id: string; looked_until: Date };

async function readHooks(scope: HintScope): Promise<HookRow[]> {
  const { rows } = await scope.store.transact(inTenant(scope), (tx) =>
    sql<HookRow>`select project_id, hook_id, looked_until from webhook_hook where tenant = ${scope.tenant}
      and connection = ${scope.connection.name} order by looked_at, project_id limit ${scope.connection.settings.webhooks.hooksCheckedPerRun}`.execute(
      tx,
    ),
  );
  return rows;
}

const kindsOf = (projectId: number): readonly ProofKind[] => (projectId === 0 ? ["vendors"] : ["contracts", "direct-costs"]);

/** A hook that is gone has lost what it would have told. */
async function whyToSweep(scope: HintScope, hook: HookRow): Promise<string | undefined> {
  const projectId = Number(hook.project_id);
  const at = { projectId, hookId: Number(hook.hook_id), since: hook.looked_until.toISOString() };
  const found = await scope.connection.hints.procore.webhooks.discarded(at).all();
  if (found.ok) return found.value.length === 0 ? undefined : `${found.value.length} deliveries were discarded`;
  if (found.error.code === "procore.not-found") return "the hook is gone: run ml-connector webhooks setup";
  scope.log(`webhooks: hook ${hook.hook_id} was not looked at: ${describeFault(found.error)}`);
  return "";
}

/** Answers how many sweeps were asked for. */
export async function lookForDiscarded(scope: HintScope): Promise<number> {
  let asked = 0;
  for (const hook of await readHooks(scope)) {
    const began = now(scope);
    const why = await whyToSweep(scope, hook);
    if (why === "") continue;
    const projectId = Number(hook.project_id);
    await scope.store.transact(inTenant(scope), async (tx) => {
      for (const kind of why === undefined ? [] : kindsOf(projectId)) {
        await sql`insert into webhook_sweep (tenant, connection, project_id, kind, reason, asked_at) values (${scope.tenant},
          ${scope.connection.name}, ${projectId}, ${kind}, ${why}, ${began}) on conflict do nothing`.execute(tx);
        asked += 1;
      }
      await sql`update webhook_hook set looked_until = ${began}, looked_at = ${began} where tenant = ${scope.tenant}
        and connection = ${scope.connection.name} and project_id = ${projectId}`.execute(tx);
    });
    if (why !== undefined)
      scope.log(`webhooks: ${projectId === 0 ? "company" : `project ${projectId}`}: ${why}; it is listed anew`);
  }
  return asked;
}

type Sweep = { project_id: bigint; kind: ProofKind };

/** A sweep stays asked for until its listing was credible. */
async function sweepOne(scope: HintScope, { project_id, kind }: Sweep): Promise<boolean> {
  const projectId = Number(project_id);
  const connection = { ...scope.connection, procore: scope.connection.hints.procore };
  const findings = await proveTarget({ ...scope, connection }, { projectId, kind, provedAt: null });
  if (findings === undefined) return false;
  const at = now(scope);
  const prefix = originPrefix(scope, originKindOf[kind]);
  await scope.store.transact(inTenant(scope), async (tx) => {
    await sql`insert into webhook_event (tenant, connection, delivery_id, received_at, state, version, kind, verb, record_id, project_id)
      select k.tenant, k.connection, 'sweep:' || ${at.toISOString()}::text || ':' || k.origin_id, ${at}, 'waiting', 'sweep', ${kind}, 'update',
        k.procore_id, k.project_id
      from known k where k.tenant = ${scope.tenant} and k.connection = ${scope.connection.name} and k.aspect = 'content'
        and starts_with(k.origin_id, ${prefix}) and k.origin_id = any (${findings.map((each) => each.originId)}::text[])
      on conflict do nothing`.execute(tx);
    await sql`delete from webhook_sweep where tenant = ${scope.tenant} and connection = ${scope.connection.name} and project_id = ${projectId}
      and kind = ${kind}`.execute(tx);
  });
  return true;
}

/** A listing of a few pages; what is larger is ended all the same. */
const callsOfSweep = 10;

export async function workSweeps(scope: HintScope): Promise<number> {
  const { rows } = await scope.store.transact(inTenant(scope), (tx) =>
    sql<Sweep>`select project_id, kind from webhook_sweep where tenant = ${scope.tenant} and connection = ${scope.connection.name}
      order by asked_at, project_id, kind`.execute(tx),
  );
  let swept = 0;
  for (const sweep of rows) if (scope.connection.hints.restMs(callsOfSweep) === 0 && (await sweepOne(scope, sweep))) swept += 1;
  return swept;
}
