/**
 * The control door of the sandbox, `/sandbox/…`: counters, switches and table changes for tests, demonstrations and rehearsals. No
 * logon, but loopback only, and not for pages in a browser. Everything else about the system is read-only.
 */
import { z } from "zod";
import type { EccAnswer } from "./handle.ts";
import type { Door } from "./server.ts";
import { resetStats } from "./stats.ts";
import { type Changes, tableChangeShape } from "./store/changes.ts";
import { RowRefused } from "./store/table.ts";
import { switchesShape } from "./switches.ts";
import type { EccWorld } from "./world-state.ts";

const switchRequest = switchesShape.partial().extend({
  /** Exactly these users are locked. */
  userLocked: z.array(z.string()).optional(),
  /** Ends every security session, as a restart would. */
  endAllSessions: z.literal(true).optional(),
});

function json(status: number, value: unknown): EccAnswer {
  return {
    kind: "answer",
    status,
    headers: { "content-type": "application/json" },
    body: Buffer.from(`${JSON.stringify(value)}\n`),
  };
}

function refused(status: number, message: string): EccAnswer {
  return json(status, { error: message });
}

function issueText(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "body"}: ${issue?.message ?? "is not as expected"}`;
}

function setSwitches(world: EccWorld, body: unknown): EccAnswer {
  const parsed = switchRequest.safeParse(body);
  if (!parsed.success) return refused(400, issueText(parsed.error));
  const { userLocked, endAllSessions, ...switches } = parsed.data;
  Object.assign(world.switches, switches);
  if (userLocked !== undefined) world.logons.setLocked(userLocked);
  if (endAllSessions === true) world.logons.endAllSessions();
  return json(200, { ...world.switches, userLocked: world.logons.lockedUsers() });
}

async function changeTable(world: EccWorld, changes: Changes, name: string, body: unknown): Promise<EccAnswer> {
  const table = world.tables.get(name);
  if (table === undefined) return refused(404, `the dictionary has no table ${name}`);
  const parsed = tableChangeShape.safeParse(body);
  if (!parsed.success) return refused(400, issueText(parsed.error));
  try {
    return json(200, await changes.apply(table, parsed.data));
  } catch (error) {
    if (error instanceof RowRefused) return refused(400, error.message);
    throw error;
  }
}

function parseBody(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return undefined;
  }
}

export function controlDoor(world: EccWorld, changes: Changes): Door {
  return async ({ method, path, body, isLocal }) => {
    if (!isLocal) return refused(403, "the control door opens on this machine only");
    const parsed = parseBody(body);
    if (parsed === undefined) return refused(400, "the body is not JSON");
    const table = /^\/sandbox\/tables\/([A-Za-z0-9_]+)$/.exec(path)?.[1];
    if (method === "GET" && path === "/sandbox/stats") return json(200, world.stats);
    if (method === "GET" && path === "/sandbox/switches")
      return json(200, { ...world.switches, userLocked: world.logons.lockedUsers() });
    if (method === "POST" && path === "/sandbox/switches") return setSwitches(world, parsed);
    if (method === "POST" && path === "/sandbox/stats/reset") {
      resetStats(world.stats);
      return json(200, world.stats);
    }
    if (method === "POST" && table !== undefined) return changeTable(world, changes, table.toUpperCase(), parsed);
    return refused(
      404,
      `no ${method} ${path} here; there are /sandbox/stats, /sandbox/stats/reset, /sandbox/switches, /sandbox/tables/<TABLE>`,
    );
  };
}
