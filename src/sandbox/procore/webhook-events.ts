/**
 * Events of every write, whoever made it, as deliveries that stand in the same journal line as the write itself: what was answered is
 * announced, and what was rolled back is not. Payloads v2.0, v3.0 and v4.0 (procore 5 [A]).
 */
import type { Clock, Random } from "../../ports/index.ts";
import type { Actor } from "./exchange.ts";
import type { Hook } from "./records.ts";
import type { Identified } from "./table.ts";
import { ulid } from "./ulid.ts";
import { isOffered, type Resource, resourcesOf, spokenVerb, type Verb } from "./webhook-resources.ts";
import type { Move, World } from "./world.ts";

type Placed = Identified & { readonly companyId?: number; readonly projectId?: number; readonly deletedAt?: string | null };
type Room = { readonly world: World; readonly clock: Clock; readonly random: Random };

type WriteEvent = {
  readonly resource: Resource;
  readonly verb: Verb;
  readonly record: Placed;
  readonly companyId: number;
  readonly projectId: number | null;
};

/** How many deliveries were added. */
export function publish(room: Room, actor: Actor, moves: readonly Move[]): number {
  const { world } = room;
  if (world.hooks.size === 0) return 0;
  let count = 0;
  forgetOld(room);
  for (const event of eventsOf(world, moves)) {
    for (const hook of world.hooks.by("company", event.companyId)) {
      if (!isListening(world, hook, event)) continue;
      enqueue(room, actor, hook, event);
      count += 1;
    }
  }
  return count;
}

/** procore 5 [B sup]: the history of events is kept for 28 days. */
const keptMs = 28 * 24 * 3_600_000;

/** The webhooks' own clock. */
const nowOf = ({ world, clock }: Room): number => clock.now() + world.switches.webhookClockAheadMs;

function forgetOld(room: Room): void {
  const { world } = room;
  const oldestMs = nowOf(room) - keptMs;
  // In the order of their making, so the first young one ends it.
  for (const delivery of world.deliveries.all()) {
    if (delivery.createdAtMs >= oldestMs) return;
    if (delivery.status === "delivered" || delivery.status === "discarded") world.deliveries.remove(delivery.id);
  }
}

/** One event a record, however often a request touched it. */
function* eventsOf(world: World, moves: readonly Move[]): Iterable<WriteEvent> {
  const byTable = new Map(resourcesOf(world.switches).map((resource) => [resource.table, resource]));
  const merged = new Map<string, { before: Placed | undefined; after: Placed | undefined; resource: Resource }>();
  for (const { table, id, before, after } of moves) {
    const resource = byTable.get(table);
    if (resource === undefined) continue;
    const key = `${table}|${id}`;
    merged.set(key, { before: merged.has(key) ? merged.get(key)?.before : before, after, resource });
  }
  for (const { before, after, resource } of merged.values()) {
    const record = after ?? before;
    const verb = verbOf(before, after);
    if (record === undefined || verb === undefined || !resource.verbs.includes(verb)) continue;
    const projectId = resource.scope === "project" ? (record.projectId ?? null) : null;
    const companyId = record.companyId ?? world.projects.get(projectId ?? record.id)?.companyId;
    if (companyId !== undefined) yield { resource, verb, record, companyId, projectId };
  }
}

function verbOf(before: Placed | undefined, after: Placed | undefined): Verb | undefined {
  if (before === undefined) return after === undefined ? undefined : "create";
  if (after === undefined) return "delete";
  return (before.deletedAt ?? null) === null && (after.deletedAt ?? null) !== null ? "delete" : "update";
}

function isListening(world: World, hook: Hook, event: WriteEvent): boolean {
  if (hook.status !== "active") return false;
  const scope = hook.projectId === null ? "company" : "project";
  if (!isOffered(world.switches, event.resource, scope)) return false;
  if (hook.projectId !== null && hook.projectId !== event.projectId) return false;
  return world.triggers.first("event", `${hook.id}|${event.resource.name}|${event.verb}`) !== undefined;
}

function enqueue(room: Room, actor: Actor, hook: Hook, event: WriteEvent): void {
  const { world, random } = room;
  const { webhookDuplicatePercent } = world.switches;
  const id = world.nextId();
  world.deliveries.put({
    id,
    hookId: hook.id,
    url: hook.url,
    resourceName: event.resource.name,
    verb: event.verb,
    createdAtMs: nowOf(room),
    status: "enqueued",
    payload: payloadOf(room, actor, hook, event, id),
    repeats: random.fraction() * 100 < webhookDuplicatePercent ? 1 : 0,
    attempts: [],
  });
}

function payloadOf(room: Room, actor: Actor, hook: Hook, event: WriteEvent, id: number): Readonly<Record<string, unknown>> {
  const { world, clock, random } = room;
  const verb = spokenVerb(world.switches, hook.payloadVersion, event.verb);
  const { companyId, projectId, record, resource } = event;
  // procore 5: microseconds.
  const timestamp = `${new Date(clock.now()).toISOString().slice(0, 23)}000Z`;
  const code = ulid(clock, random);
  if (hook.payloadVersion === "v4.0") {
    return {
      id: code,
      reason: verb,
      resource_type: resource.name,
      resource_id: String(record.id),
      company_id: String(companyId),
      project_id: projectId === null ? null : String(projectId),
      user_id: String(actor.userId),
      timestamp,
    };
  }
  const { parent } = resource;
  return {
    id,
    ulid: code,
    timestamp,
    metadata: metadataOf(world, actor, event),
    user_id: actor.userId,
    company_id: companyId,
    project_id: projectId,
    api_version: hook.payloadVersion === "v2.0" ? "v2" : hook.payloadVersion,
    event_type: verb,
    resource_name: resource.name,
    resource_id: record.id,
    ...(hook.payloadVersion === "v3.0"
      ? { related_resources: parent === undefined ? [] : [{ id: parent.idOf(record), name: parent.name }] }
      : {}),
  };
}

/** procore 5: "values may be null", so a client cannot rely on them to know its own echo. */
function metadataOf(world: World, actor: Actor, { companyId, projectId }: WriteEvent) {
  const isFull = world.switches.webhookMetadata === "full";
  return {
    source_user_id: isFull ? actor.userId : null,
    source_project_id: isFull ? projectId : null,
    source_company_id: isFull ? companyId : null,
    source_application_id: isFull ? (actor.clientId ?? null) : null,
    source_operation_id: null,
  };
}
