/**
 * What may change under a client while it runs (procore 1 [A]): the app is disconnected, a project leaves the permitted list, a tool is
 * switched off in a project or left with read rights alone. Ordered at `/sandbox/rights`; durable, as settings of a company are.
 */
import type { ToolRight } from "./records.ts";
import { forbidden } from "./refusal.ts";
import { integerOf, isRow, type Row } from "./values.ts";
import type { World } from "./world.ts";

const tools: readonly (readonly [tool: string, pattern: RegExp])[] = [
  ["invoicing", /\/(?:requisitions|billing_periods)(?:\/|$)/],
  ["commitments", /\/(?:purchase_order_contracts|commitment_change_orders|commitments|contract_payments)(?:\/|$)/],
  ["direct-costs", /\/direct_costs(?:\/|$)/],
  ["budget", /\/(?:budget|budget_line_items|budget_views)(?:\/|$)/],
  ["directory", /\/vendors(?:\/|$)/],
  ["webhooks", /\/webhooks(?:\/|$)/],
];

const toolNames = tools.map(([tool]) => tool);
const levels = ["none", "read", "standard"] as const;

/** procore 1 [C]: the wording as integrators report it. */
const noAccess = "You do not have sufficient access to complete that action";

/** `projectId` 0 stands for the company's own tools. */
export function refuseWithoutRight(world: World, method: string, template: string, projectId: number | undefined): void {
  const tool = tools.find(([, pattern]) => pattern.test(template))?.[0];
  const right = tool === undefined ? undefined : world.toolRights.first("place", `${projectId ?? 0}|${tool}`);
  if (right === undefined || right.level === "standard") return;
  if (right.level === "none" || method !== "GET") throw forbidden(noAccess);
}

/**
 * `{client_id, connected, permitted_project_ids, tools: [{project_id, tool, level}]}`, each optional; answers a sentence when it cannot
 * be read. Without client_id it is about every client.
 */
export function changeRights(world: World, body: Row): string | undefined {
  const { permitted_project_ids: permitted, connected, client_id: clientId } = body;
  const clients = [...world.clients.all()].filter((client) => clientId === undefined || client.clientId === clientId);
  if (clients.length === 0) return `There is no client ${JSON.stringify(clientId)}.`;
  const ids = Array.isArray(permitted) ? permitted.map(integerOf) : [];
  if (permitted !== undefined && permitted !== "all" && (!Array.isArray(permitted) || ids.includes(undefined)))
    return '"permitted_project_ids" is a list of ids or "all".';
  if (connected !== undefined && typeof connected !== "boolean") return '"connected" is true or false.';
  const rights = readTools(world, body.tools);
  if (typeof rights === "string") return rights;
  for (const client of clients) {
    world.clients.put({
      ...client,
      ...(permitted === undefined
        ? {}
        : { permittedProjectIds: permitted === "all" ? "all" : ids.filter((id) => id !== undefined) }),
      ...(connected === undefined ? {} : { isConnected: connected }),
    });
  }
  for (const right of rights) world.toolRights.put(right);
  return undefined;
}

function readTools(world: World, given: unknown): readonly ToolRight[] | string {
  if (given === undefined) return [];
  const sentence = `"tools" is a list of {project_id, tool: ${toolNames.join(" | ")}, level: ${levels.join(" | ")}}.`;
  if (!Array.isArray(given) || !given.every(isRow)) return sentence;
  const rights: ToolRight[] = [];
  for (const row of given) {
    const tool = toolNames.find((one) => one === row.tool);
    const level = levels.find((one) => one === row.level);
    const projectId = integerOf(row.project_id ?? 0);
    if (tool === undefined || level === undefined || projectId === undefined) return sentence;
    const id = world.toolRights.first("place", `${projectId}|${tool}`)?.id ?? world.nextId();
    rights.push({ id, projectId, tool, level });
  }
  return rights;
}

export const showRights = (world: World): unknown => ({
  clients: [...world.clients.all()].map((client) => ({
    client_id: client.clientId,
    connected: client.isConnected ?? true,
    permitted_project_ids: client.permittedProjectIds,
  })),
  tools: [...world.toolRights.all()].map(({ projectId, tool, level }) => ({ project_id: projectId, tool, level })),
});
