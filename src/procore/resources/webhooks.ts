/**
 * Webhooks v2.0 of the company and of a project: hooks, triggers, deliveries, and what may be listened to (procore 5 [A, B]). Pages of v2 have at
 * most 100 rows. The secret is sent and never read: Procore shows its last five characters.
 */
import { z } from "zod";
import type { CallOptions, WriteOptions, WriteOutcome } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { text, textId } from "../schema.ts";

/** 0: the company's own. */
export type HookScope = { projectId: number };

const id = z.union([textId, z.number().int().positive()]);
const hookSchema = z
  .object({ id, status: text, namespace: text, payload_version: text, destination_url: text })
  .transform((hook) => ({
    id: hook.id,
    status: hook.status,
    namespace: hook.namespace,
    payloadVersion: hook.payload_version,
    destinationUrl: hook.destination_url,
  }));
const triggerSchema = z
  .object({ id, resource_name: text, event_type: text })
  .transform((trigger) => ({ id: trigger.id, resourceName: trigger.resource_name, eventType: trigger.event_type }));
/** An element without an id was refused. */
const triggersAnswer = z.object({
  data: z.array(z.object({ id: id.nullish(), resource_name: text, event_type: text })),
});
const deliverySchema = z.object({ id: z.union([id, z.string()]), status: text }).transform(({ status }, context) => ({
  // Listings tell items apart by number, and a delivery's id need not be one.
  id: numberOf(JSON.stringify(context.value)),
  status,
}));
const resourceSchema = z.object({ name: z.string(), actions: z.array(z.string()).nullish() }).transform((resource) => ({
  id: numberOf(resource.name),
  name: resource.name,
  actions: resource.actions ?? [],
}));

/** FNV-1a, cut to what a number holds exactly: resources have names and no ids. */
function numberOf(name: string): number {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(name)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return Number(hash >> 12n);
}

export type Hook = z.infer<typeof hookSchema>;
export type HookTrigger = z.infer<typeof triggerSchema>;
export type HookResource = z.infer<typeof resourceSchema>;
export type NewTrigger = { resourceName: string; eventType: string };
export type HookContent = {
  payloadVersion: string;
  namespace: string;
  destinationUrl: string;
  header: { name: string; value: string };
};

export type Webhooks = {
  resources(scope: HookScope, payloadVersion: string, options?: CallOptions): Listing<HookResource>;
  list(scope: HookScope, namespace: string, options?: CallOptions): Listing<Hook>;
  create(scope: HookScope, content: HookContent, options?: WriteOptions): Promise<WriteOutcome<Hook>>;
  /** Also sets it active again. */
  update(at: HookScope & { hookId: number }, content: HookContent, options?: WriteOptions): Promise<WriteOutcome<Hook>>;
  remove(at: HookScope & { hookId: number }, options?: WriteOptions): Promise<WriteOutcome<unknown>>;
  triggers(at: HookScope & { hookId: number }, options?: CallOptions): Listing<HookTrigger>;
  /** At most 500; answers the ones that were refused. */
  addTriggers(
    at: HookScope & { hookId: number },
    triggers: readonly NewTrigger[],
    options?: WriteOptions,
  ): Promise<WriteOutcome<{ refused: readonly string[] }>>;
  discarded(at: HookScope & { hookId: number; since: string }, options?: CallOptions): Listing<{ id: number }>;
};

const pageRows = ["per_page", 100] as const;
const wrapped = z.object({ data: hookSchema }).transform(({ data }) => data);
const added = triggersAnswer.transform(({ data }) => ({
  refused: data.flatMap((each) => (each.id ? [] : [`${each.resource_name ?? "?"} ${each.event_type ?? "?"}`])),
}));

const wireOf = ({ payloadVersion, namespace, destinationUrl, header }: HookContent) => ({
  payload_version: payloadVersion,
  namespace,
  destination_url: destinationUrl,
  destination_headers: { [header.name]: header.value },
});

export function createWebhooks(door: Door): Webhooks {
  const at = ({ projectId }: HookScope, rest: string, path: Record<string, number> = {}) => ({
    template: `/rest/v2.0/companies/{company_id}${projectId === 0 ? "" : "/projects/{project_id}"}/webhooks/${rest}`,
    path: { company_id: door.companyId, ...(projectId === 0 ? {} : { project_id: projectId }), ...path },
    ...(projectId === 0 ? {} : { projectId }),
  });
  const one = ({ hookId, ...scope }: HookScope & { hookId: number }, rest = "") =>
    at(scope, `hooks/{hook_id}${rest}`, { hook_id: hookId });
  return {
    resources: (scope, payloadVersion, options) =>
      door.list(
        { ...at(scope, "resources"), query: [["payload_version", payloadVersion], pageRows], isUnpaged: true },
        resourceSchema,
        options,
      ),
    list: (scope, namespace, options) =>
      door.list({ ...at(scope, "hooks"), query: [["namespace", namespace], pageRows], isUnpaged: true }, hookSchema, options),
    create: (scope, content, options) =>
      door.write({ method: "POST", ...at(scope, "hooks"), body: wireOf(content) }, wrapped, options),
    update: (scope, content, options) =>
      door.write({ method: "PATCH", ...one(scope), body: { ...wireOf(content), status: "active" } }, wrapped, options),
    remove: (scope, options) => door.write({ method: "DELETE", ...one(scope) }, z.unknown(), options),
    triggers: (scope, options) =>
      door.list({ ...one(scope, "/triggers"), query: [pageRows], isUnpaged: true }, triggerSchema, options),
    addTriggers: (scope, triggers, options) => {
      const body = triggers.map(({ resourceName, eventType }) => ({ resource_name: resourceName, event_type: eventType }));
      return door.write({ method: "POST", ...one(scope, "/triggers/bulk"), body }, added, options);
    },
    discarded: ({ since, ...scope }, options) =>
      door.list(
        {
          ...one(scope, "/deliveries"),
          query: [["filter[status]", "discarded"], ["filter[start]", since], pageRows],
          isUnpaged: true,
        },
        deliverySchema,
        options,
      ),
  };
}
