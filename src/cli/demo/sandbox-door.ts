/**
 * The control doors of the simulated Procore: counters, and a person who changes an amount in the web UI. Beside the API on purpose: what
 * is counted here is what arrived, whatever the product says that it sent.
 */
import { z } from "zod";
import type { HttpClient } from "../../ports/index.ts";
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

export function openProcoreDoor(http: HttpClient, url: string): ProcoreDoor {
  const exchange = async (method: "GET" | "POST", path: string, body?: unknown) => {
    const request = { method, url: `${url}/sandbox/${path}`, headers: { "content-type": "application/json" }, timeoutMs };
    const outcome = await http.request({ ...request, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (outcome.kind === "failure") throw new Error(`the simulated Procore's control door: ${outcome.detail}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of outcome.body) chunks.push(chunk);
    return { status: outcome.status, answer: parseAnswer(Buffer.concat(chunks).toString("utf8")) };
  };
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
