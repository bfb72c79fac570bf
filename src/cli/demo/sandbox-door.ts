/**
 * The control doors of the simulated systems: counters of Procore, a person who changes an amount in its web UI, SAP's clock. Beside the API
 * on purpose: what is counted here is what arrived, whatever the product says that it sent.
 */
import { z } from "zod";
import type { Clock, HttpClient } from "../../ports/index.ts";
import { parseAnswer } from "./procore-reader.ts";

export type ProcoreCalls = { total: number; calls: Readonly<Record<string, number>>; tooManyRequests: number };
export type Alteration = { kind: string; originId: string; before: string; after: string };

export type ProcoreDoor = {
  readCalls(): Promise<ProcoreCalls>;
  resetCalls(): Promise<void>;
  alter(projectIds: readonly number[]): Promise<Alteration>;
};

const timeoutMs = 10_000;
const stats = z.object({ total: z.number(), calls: z.record(z.string(), z.number()), tooManyRequests: z.number() });
const altered = z.object({ kind: z.string(), origin_id: z.string().nullable(), before: z.string(), after: z.string() });

/** Writes of the API: the token is not one. */
export function countWrites({ calls }: Pick<ProcoreCalls, "calls">): number {
  return Object.entries(calls).reduce((sum, [route, count]) => {
    const isRead = route.startsWith("GET ") || route.includes("/oauth/");
    return isRead ? sum : sum + count;
  }, 0);
}

type Exchange = (method: "GET" | "POST", path: string, body?: unknown) => Promise<{ status: number; answer: unknown }>;

function openDoor(http: HttpClient, url: string): Exchange {
  return async (method, path, body) => {
    const request = { method, url: `${url}/sandbox/${path}`, headers: { "content-type": "application/json" }, timeoutMs };
    const outcome = await http.request({ ...request, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (outcome.kind === "failure") throw new Error(`the sandbox's control door ${path}: ${outcome.detail}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of outcome.body) chunks.push(chunk);
    return { status: outcome.status, answer: parseAnswer(Buffer.concat(chunks).toString("utf8")) };
  };
}

export function openProcoreDoor(http: HttpClient, url: string): ProcoreDoor {
  const exchange = openDoor(http, url);
  return {
    readCalls: async () => stats.parse((await exchange("GET", "stats")).answer),
    resetCalls: async () => void (await exchange("POST", "stats/reset", {})),
    alter: async (projectIds) => {
      for (const project_id of projectIds)
        for (const kind of ["contract-line", "direct-cost-line"]) {
          const { status, answer } = await exchange("POST", "alter", { kind, pick: "first", project_id, add: "1" });
          if (status !== 200) continue;
          const { origin_id: originId, ...rest } = altered.parse(answer);
          return { ...rest, originId: originId ?? "" };
        }
      throw new Error("Procore has no line whose amount could be altered");
    },
  };
}

const dayMs = 86_400_000;

/** A machine whose clock stands before the last day of the books would read a SAP whose documents lie in its future. */
export function openEccDoor(http: HttpClient, url: string): { moveClockTo(day: string, clock: Clock): Promise<void> } {
  const exchange = openDoor(http, url);
  return {
    moveClockTo: async (day, clock) => {
      const dayAfter = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8))) + dayMs;
      const clockOffsetMs = Math.ceil(dayAfter + dayMs - clock.now());
      if (clockOffsetMs > 0) await exchange("POST", "switches", { clockOffsetMs });
    },
  };
}
