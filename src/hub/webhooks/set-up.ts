/**
 * Sets hooks up from the list of what Procore offers, one for the company and one for each project that the app may see, since the two lists differ
 * (procore 5 [C]). Asked again it changes nothing that is right. What Procore does not offer is said, not passed over.
 */
import { Fault } from "../../core/index.ts";
import { describeFault, type Procore, type ProcoreFault, type WriteOutcome, webhookResourceNames } from "../../procore/index.ts";
import { inTenant, now } from "../context.ts";
import type { HintScope } from "./hints.ts";

export type HookSetUp = { projectId: number; hookId: number; was: "made" | "kept"; listensTo: string[]; refused: string[] };
export type SetUpOutcome = { hooks: HookSetUp[]; notOffered: string[] };

type Offered = ReadonlyMap<string, readonly string[]>;
type Listed<T> = { ok: true; value: readonly T[] } | { ok: false; error: ProcoreFault };

function failed(place: string, fault: ProcoreFault): Fault {
  return new Fault(fault.code, { place, detail: describeFault(fault) });
}

async function allOf<T>(place: string, listing: { all(): Promise<Listed<T>> }): Promise<readonly T[]> {
  const listed = await listing.all();
  if (!listed.ok) throw failed(place, listed.error);
  return listed.value;
}

function answered<T>(place: string, outcome: WriteOutcome<T>): T {
  if (outcome.kind === "answered") return outcome.body;
  throw failed(place, outcome.fault);
}

const wanted = Object.keys(webhookResourceNames);

async function offeredAt({ webhooks }: Procore, projectId: number, version: string): Promise<Offered> {
  const resources = await allOf("webhooks/resources", webhooks.resources({ projectId }, version));
  return new Map(resources.flatMap(({ name, actions }) => (wanted.includes(name) ? [[name, actions] as const] : [])));
}

function destinationOf({ connection }: Pick<HintScope, "connection">): string {
  const { publicUrl } = connection.settings.webhooks;
  const place = `connections.${connection.name}.webhooks.publicUrl`;
  if (publicUrl === undefined)
    throw new Fault("config.invalid", { place, detail: "is missing: Procore must be told where this hub is" });
  return new URL(`/webhooks/procore/${connection.name}`, publicUrl).href;
}

/** A secret that Procore has cannot be read, so a hook that is there is told it again. */
async function makeOne(scope: HintScope, projectId: number, offered: Offered, secret: string): Promise<HookSetUp | undefined> {
  if (offered.size === 0) return undefined;
  const { webhooks } = scope.connection.procore;
  const { payloadVersion, namespace, header } = scope.connection.settings.webhooks;
  const place = projectId === 0 ? "webhooks of the company" : `webhooks of project ${projectId}`;
  const destinationUrl = destinationOf(scope);
  const content = { payloadVersion, namespace, destinationUrl, header: { name: header, value: `Bearer ${secret}` } };
  const ours = (await allOf(place, webhooks.list({ projectId }, namespace))).find(
    (hook) => hook.destinationUrl === destinationUrl,
  );
  const hook = ours
    ? answered(place, await webhooks.update({ projectId, hookId: ours.id }, content))
    : answered(place, await webhooks.create({ projectId }, content));
  const at = { projectId, hookId: hook.id };
  const present = new Set(
    (ours ? await allOf(place, webhooks.triggers(at)) : []).map((one) => `${one.resourceName} ${one.eventType}`),
  );
  const missing = [...offered].flatMap(([resourceName, actions]) =>
    actions.flatMap((eventType) => (present.has(`${resourceName} ${eventType}`) ? [] : [{ resourceName, eventType }])),
  );
  const { refused } = missing.length === 0 ? { refused: [] } : answered(place, await webhooks.addTriggers(at, missing));
  return { ...at, was: ours ? "kept" : "made", listensTo: [...offered.keys()].sort(), refused: [...refused] };
}

async function keepHook(scope: HintScope, { projectId, hookId, listensTo }: HookSetUp): Promise<void> {
  const at = now(scope);
  await scope.store.transact(inTenant(scope), (tx) =>
    tx
      .insertInto("webhook_hook")
      .values({
        tenant: scope.tenant,
        connection: scope.connection.name,
        project_id: BigInt(projectId),
        hook_id: String(hookId),
        destination_url: destinationOf(scope),
        resources: listensTo,
        set_up_at: at,
        looked_until: at,
        looked_at: at,
      })
      .onConflict((conflict) =>
        conflict
          .columns(["tenant", "connection", "project_id"])
          .doUpdateSet({ hook_id: String(hookId), destination_url: destinationOf(scope), resources: listensTo, set_up_at: at }),
      )
      .execute(),
  );
}

export async function setUpWebhooks(scope: HintScope, secret: string): Promise<SetUpOutcome> {
  const { procore, settings } = scope.connection;
  const version = settings.webhooks.payloadVersion;
  destinationOf(scope);
  const projects = await allOf("projects", procore.projects.list());
  const ofCompany = await offeredAt(procore, 0, version);
  const [anyProject] = projects;
  const listed = anyProject ? await offeredAt(procore, anyProject.id, version) : new Map<string, readonly string[]>();
  // Where the company's hook carries what belongs to projects, theirs would bring each event twice (procore 7.17).
  const ofProjects = new Map([...listed].filter(([name]) => !ofCompany.has(name)));
  const hooks: HookSetUp[] = [];
  for (const projectId of [0, ...projects.map(({ id }) => id)]) {
    const made = await makeOne(scope, projectId, projectId === 0 ? ofCompany : ofProjects, secret);
    if (!made) continue;
    await keepHook(scope, made);
    hooks.push(made);
  }
  const kinds = new Set([...ofCompany.keys(), ...listed.keys()].map((name) => webhookResourceNames[name]));
  return { hooks, notOffered: [...new Set(Object.values(webhookResourceNames))].filter((kind) => !kinds.has(kind)).sort() };
}

export async function removeWebhooks(scope: HintScope): Promise<number> {
  const { tenant, connection } = scope;
  const rows = await scope.store.transact(inTenant(scope), (tx) =>
    tx
      .selectFrom("webhook_hook")
      .selectAll()
      .where("tenant", "=", tenant)
      .where("connection", "=", connection.name)
      .orderBy("project_id")
      .execute(),
  );
  for (const row of rows) {
    const projectId = Number(row.project_id);
    const outcome = await connection.procore.webhooks.remove({ projectId, hookId: Number(row.hook_id) });
    if (outcome.kind !== "answered" && outcome.fault.code !== "procore.not-found")
      throw failed(`webhooks of project ${projectId}`, outcome.fault);
    await scope.store.transact(inTenant(scope), (tx) =>
      tx
        .deleteFrom("webhook_hook")
        .where("tenant", "=", tenant)
        .where("connection", "=", connection.name)
        .where("project_id", "=", row.project_id)
        .execute(),
    );
  }
  return rows.length;
}
