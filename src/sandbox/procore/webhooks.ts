/** Webhooks v2.0 of a company and of a project: hooks, triggers, deliveries and the resources that can be listened to (procore 5). */
import { type Call, created, ok, type Reply, type Route, stampOf } from "./exchange.ts";
import { filtered, pageOfData } from "./paging.ts";
import type { Delivery, Hook, Trigger } from "./records.ts";
import { malformed, notFound, Refusal, shaped } from "./refusal.ts";
import { demandCompany, demandProject } from "./scope.ts";
import { bareList, integerOf, isRow, type Row, textIn, textOf } from "./values.ts";
import { isOffered, type Resource, resourcesOf, type Scope, spokenVerb, type Verb } from "./webhook-resources.ts";

const versions = ["v2.0", "v3.0", "v4.0"] as const;
/** procore 3, 5 [A] */
const bulkMax = 500;

type Place = { readonly scope: Scope; readonly projectId: number | null };

function placeOf(call: Call): Place {
  demandCompany(call, call.params.company_id);
  if (call.params.project_id === undefined) return { scope: "company", projectId: null };
  return { scope: "project", projectId: demandProject(call, call.params.project_id).id };
}

function showHook(call: Call, hook: Hook): Row {
  return {
    id: String(hook.id),
    status: hook.status,
    payload_version: hook.payloadVersion,
    namespace: hook.namespace,
    // procore 5 [A]: masked but for the last five characters.
    ...(hook.authorization === null ? {} : { destination_headers: { Authorization: mask(hook.authorization) } }),
    destination_url: hook.url,
    trigger_count: [...call.world.triggers.by("hook", hook.id)].length,
    company_id: String(hook.companyId),
    ...(hook.projectId === null ? {} : { project_id: String(hook.projectId) }),
    created_at: hook.createdAt,
    updated_at: hook.updatedAt,
  };
}

const mask = (secret: string): string => `${"*".repeat(Math.max(0, secret.length - 5))}${secret.slice(-5)}`;

function demandHook(call: Call, idText: string | undefined): Hook {
  const { projectId } = placeOf(call);
  const hook = call.world.hooks.get(integerOf(idText));
  if (hook === undefined || hook.projectId !== projectId || hook.clientId !== call.client.clientId) throw notFound("Hook", "v2");
  return hook;
}

function listHooks(call: Call): Reply {
  const { scope, projectId } = placeOf(call);
  const namespace = call.query.get("namespace");
  const version = call.query.get("payload_version");
  // procore 5 [A, B]
  if (scope === "company" && namespace === null) throw malformed("namespace is missing", "v2");
  const found = filtered(call.world.hooks.by("company", call.company.id), [
    (hook) => hook.projectId === projectId && hook.clientId === call.client.clientId,
    (hook) => namespace === null || hook.namespace === namespace,
    (hook) => version === null || hook.payloadVersion === version,
  ]);
  return pageOfData(call, found, (hook) => showHook(call, hook));
}

function readHook(row: Row, before: Partial<Hook>): Pick<Hook, "namespace" | "url" | "authorization" | "payloadVersion"> {
  const namespace = textIn(row, "namespace") ?? before.namespace ?? "";
  const url = textIn(row, "destination_url") ?? before.url ?? "";
  const version = textIn(row, "payload_version") ?? before.payloadVersion ?? "";
  const payloadVersion = versions.find((one) => one === version || one === `${version}.0`);
  // procore 5 [A, B]: lower-case letters, digits, dash.
  if (!/^[a-z0-9-]+$/.test(namespace)) throw new Refusal(400, { namespace: ["is invalid"] });
  if (!URL.canParse(url)) throw new Refusal(400, { destination_url: ["is invalid"] });
  if (payloadVersion === undefined) throw new Refusal(400, { payload_version: ["is not included in the list"] });
  const headers = isRow(row.destination_headers) ? row.destination_headers : undefined;
  const authorization = headers === undefined ? (before.authorization ?? null) : textOf(headers.Authorization);
  return { namespace, url, authorization, payloadVersion };
}

function createHook(call: Call): Reply {
  const { projectId } = placeOf(call);
  if (!call.delivers) throw new Refusal(403, { base: ["This sandbox was started without anything to deliver webhooks with"] });
  const now = stampOf(call.clock);
  const hook = call.world.hooks.put({
    id: call.world.nextId(),
    companyId: call.company.id,
    projectId,
    clientId: call.client.clientId,
    status: "active",
    ...readHook(call.body, {}),
    createdAt: now,
    updatedAt: now,
  });
  return created({ data: showHook(call, hook) });
}

function updateHook(call: Call): Reply {
  const hook = demandHook(call, call.params.id);
  const status = call.body.status ?? hook.status;
  if (status !== "active" && status !== "disabled") throw new Refusal(400, { status: ["is not included in the list"] });
  const next = { ...hook, ...readHook(call.body, hook), status, updatedAt: stampOf(call.clock) } as const;
  return ok({ data: showHook(call, call.world.hooks.put(next)) });
}

function removeHook(call: Call): Reply {
  const hook = demandHook(call, call.params.id);
  for (const trigger of call.world.triggers.by("hook", hook.id)) call.world.triggers.remove(trigger.id);
  for (const delivery of call.world.deliveries.by("hook", hook.id)) call.world.deliveries.remove(delivery.id);
  call.world.hooks.remove(hook.id);
  return { status: 204 };
}

const offered = (call: Call, scope: Scope): readonly Resource[] =>
  resourcesOf(call.world.switches).filter((one) => isOffered(call.world.switches, one, scope));

function showTrigger(call: Call, trigger: Trigger): Row {
  const hook = call.world.hooks.get(trigger.hookId);
  return {
    id: String(trigger.id),
    webhook_hook_id: String(trigger.hookId),
    resource_name: trigger.resourceName,
    event_type: spokenVerb(call.world.switches, hook?.payloadVersion ?? "", trigger.verb),
    company_id: String(call.company.id),
    ...(hook === undefined || hook.projectId === null ? {} : { project_id: String(hook.projectId) }),
  };
}

/** Both vocabularies are understood (procore 7.18). */
const verbOfWord: Readonly<Record<string, Verb>> = {
  create: "create",
  created: "create",
  update: "update",
  updated: "update",
  delete: "delete",
  deleted: "delete",
  recycled: "delete",
};

function addTrigger(call: Call, hook: Hook, row: Row): Trigger {
  const name = textOf(row.resource_name) ?? "";
  const verb = verbOfWord[textOf(row.event_type) ?? ""];
  const resource = offered(call, hook.projectId === null ? "company" : "project").find((one) => one.name === name);
  if (resource === undefined) throw new Refusal(400, { resource_name: ["is not included in the list"] });
  if (verb === undefined || !resource.verbs.includes(verb)) {
    throw new Refusal(400, { event_type: ["is not included in the list"] });
  }
  if (call.world.triggers.first("event", `${hook.id}|${name}|${verb}`) !== undefined) {
    throw new Refusal(400, { event_type: ["has already been taken"] });
  }
  return call.world.triggers.put({ id: call.world.nextId(), hookId: hook.id, resourceName: name, verb });
}

/** procore 7.19: a bare list by the earlier spec, an object by the later one; both are read. */
function listIn(call: Call, key: string): readonly unknown[] {
  const list = call.body[bareList] ?? call.body[key];
  if (!Array.isArray(list)) throw malformed(`${key} must be a list`, "v2");
  if (list.length > bulkMax) throw new Refusal(413, { base: [`No more than ${bulkMax} triggers are allowed`] });
  return list;
}

/** 201 when all went well, 207 otherwise: an element without an id is one that was not made. */
function addTriggers(call: Call): Reply {
  const hook = demandHook(call, call.params.hook_id);
  const data = listIn(call, "triggers").map((row) => {
    try {
      return showTrigger(call, addTrigger(call, hook, isRow(row) ? row : {}));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return isRow(row) ? { resource_name: textOf(row.resource_name) ?? "", event_type: textOf(row.event_type) ?? "" } : {};
    }
  });
  return { status: data.every((one) => "id" in one) ? 201 : 207, body: { data } };
}

function removeTriggers(call: Call): Reply {
  const hook = demandHook(call, call.params.hook_id);
  const ids = listIn(call, "ids").map((id) => textOf(id) ?? "");
  const own = new Set([...call.world.triggers.by("hook", hook.id)].map((trigger) => String(trigger.id)));
  const succeeded = ids.filter((id) => own.has(id));
  const failed = ids.filter((id) => !own.has(id));
  for (const id of succeeded) call.world.triggers.remove(Number(id));
  return failed.length === 0 ? ok({ data: { succeeded } }) : { status: 207, body: { data: { succeeded, failed } } };
}

function removeTrigger(call: Call): Reply {
  const hook = demandHook(call, call.params.hook_id);
  const trigger = call.world.triggers.get(integerOf(call.params.id));
  if (trigger === undefined || trigger.hookId !== hook.id) throw notFound("Trigger", "v2");
  call.world.triggers.remove(trigger.id);
  return { status: 204 };
}

function showDelivery(delivery: Delivery): Row {
  const stamp = (ms: number) => new Date(ms).toISOString();
  return {
    id: String(delivery.id),
    status: delivery.status,
    payload: delivery.payload,
    delivery_attempts: delivery.attempts.map((attempt, index) => ({
      id: `${delivery.id}-${index + 1}`,
      success: attempt.success,
      response_status: attempt.status,
      response_body: attempt.body,
      started_at: stamp(attempt.startedAtMs),
      completed_at: stamp(attempt.completedAtMs),
    })),
  };
}

/** procore 7.12: the filter says `succeeded` where the answer says `delivered`; and `filter`, not `filters`. */
function listDeliveries(call: Call): Reply {
  const hook = demandHook(call, call.params.hook_id);
  const asked = call.query.get("filter[status]");
  const status = asked === "succeeded" ? "delivered" : asked;
  const [name, event, start, end] = ["resource_name", "event_type", "start", "end"].map((key) =>
    call.query.get(`filter[${key}]`),
  );
  const verb = event ? (verbOfWord[event] ?? event) : null;
  const found = filtered(call.world.deliveries.by("hook", hook.id), [
    (one) => status === null || one.status === status,
    (one) => !name || one.resourceName === name,
    (one) => verb === null || one.verb === verb,
    (one) => !start || one.createdAtMs >= Date.parse(start),
    (one) => !end || one.createdAtMs <= Date.parse(end),
  ]);
  return pageOfData(call, found, showDelivery);
}

function listResources(call: Call): Reply {
  const { scope } = placeOf(call);
  const version = call.query.get("payload_version") ?? "";
  if (!versions.some((one) => one === version)) throw malformed("payload_version is not included in the list", "v2");
  const { switches } = call.world;
  return pageOfData(call, offered(call, scope), ({ name, tool, verbs }) => ({
    category: scope === "company" ? "Company" : "Project Management",
    tool,
    name,
    payload_version: version,
    actions: verbs.map((verb) => spokenVerb(switches, version, verb)),
  }));
}

function routesUnder(base: string): readonly Route[] {
  const hooks = `${base}/webhooks/hooks`;
  return [
    ["GET", hooks, listHooks],
    ["POST", hooks, shaped("v2", createHook)],
    ["GET", `${hooks}/{id}`, (call) => ok({ data: showHook(call, demandHook(call, call.params.id)) })],
    ["PATCH", `${hooks}/{id}`, shaped("v2", updateHook)],
    ["DELETE", `${hooks}/{id}`, removeHook],
    [
      "GET",
      `${hooks}/{hook_id}/triggers`,
      (call) =>
        pageOfData(call, call.world.triggers.by("hook", demandHook(call, call.params.hook_id).id), (one) =>
          showTrigger(call, one),
        ),
    ],
    [
      "POST",
      `${hooks}/{hook_id}/triggers`,
      shaped("v2", (call: Call) =>
        created({ data: showTrigger(call, addTrigger(call, demandHook(call, call.params.hook_id), call.body)) }),
      ),
    ],
    ["POST", `${hooks}/{hook_id}/triggers/bulk`, shaped("v2", addTriggers)],
    ["DELETE", `${hooks}/{hook_id}/triggers/bulk`, shaped("v2", removeTriggers)],
    ["DELETE", `${hooks}/{hook_id}/triggers/{id}`, removeTrigger],
    ["GET", `${hooks}/{hook_id}/deliveries`, listDeliveries],
    ["GET", `${base}/webhooks/resources`, listResources],
  ];
}

export const webhookRoutes: readonly Route[] = [
  ...routesUnder("/rest/v2.0/companies/{company_id}"),
  ...routesUnder("/rest/v2.0/companies/{company_id}/projects/{project_id}"),
];
