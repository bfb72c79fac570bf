// Both simulated systems and the way to them, as servers of the network. What a fault does here is the simulator's own weather, ordered for the one
// request that meets it; only what happens on the way is made by us.
import type { HttpRequest } from "../../src/ports/index.ts";
import { definitionOf, tableNames } from "../../src/sandbox/ecc/dictionary/index.ts";
import { handle } from "../../src/sandbox/ecc/handle.ts";
import { Table } from "../../src/sandbox/ecc/store/table.ts";
import { type EccWorld, newWorld } from "../../src/sandbox/ecc/world-state.ts";
import type { Outcome, ProcoreRequest } from "../../src/sandbox/procore/exchange.ts";
import { Procore } from "../../src/sandbox/procore/handle.ts";
import { Holds, holdOf } from "../../src/sandbox/procore/overlap.ts";
import { plantSeed } from "../../src/sandbox/procore/seed.ts";
import { World } from "../../src/sandbox/procore/world.ts";
import type { EccSystem } from "../../src/sandbox/world.ts";
import type { Actor } from "./actor.ts";
import type { Dice } from "./dice.ts";
import type { Faults } from "./faults.ts";
import { procoreSeed, projects, type Write } from "./firm.ts";
import type { Passage, Server } from "./network.ts";
import type { Watch } from "./watch.ts";
import type { WriteRow, WriteWatch } from "./write-watch.ts";

export const sapUser = { user: "MLCONNECT", password: "Demo-2026" } as const;
const system: EccSystem = {
  systemId: "S01",
  client: "100",
  release: "731",
  host: "sapecc01",
  timeZoneMinutes: 0,
  users: [{ ...sapUser, tables: ["*"], functions: ["*"] }],
  workProcesses: 10,
};

/** Short, so that doubt is over in seconds of virtual time; their proportions are the product's defaults'. */
export const limits = {
  callTimeoutMs: 4_000,
  settleMs: 3_000,
  agentAbsentMs: 90_000,
  vendorsPerCall: 5,
  contractsPerCall: 8,
  directCostsPerCall: 8,
  costLinesPerCall: 12,
};

const sapHows = ["cut-before", "cut-after", "html-500", "overload", "silence", "dump"] as const;

export type Sap = Server & { write: Write };

export function createSap(actor: Actor, faults: Faults): Sap {
  const tables = new Map<string, Table>();
  for (const name of tableNames()) {
    const definition = definitionOf(name);
    if (definition !== undefined) tables.set(name, new Table(definition, system.client));
  }
  const world: EccWorld = newWorld({ system, tables, random: actor.random });
  return {
    write: (table, row) => tables.get(table)?.upsert(row),
    fate: () => ({ kind: "calm" }),
    serve(request, reply) {
      const hit = faults.passAny(sapHows.map((how) => `sap ${how}`))?.slice(4);
      if (hit !== undefined)
        world.switches.failNext.push({ function: "*", times: 1, how: hit === "dump" ? "dump:TIME_OUT" : (hit as "silence") });
      const url = new URL(request.url);
      const body = typeof request.body === "string" ? Buffer.from(request.body) : (request.body ?? new Uint8Array());
      const ask = {
        method: request.method,
        target: url.pathname + url.search,
        headers: { ...lowered(request.headers), "accept-encoding": "" },
        body,
      };
      void handle(ask, world, actor.clock).then((outcome) => {
        if (outcome.kind === "silence") return reply({ kind: "silence" });
        if (outcome.kind === "answer") return reply({ ...outcome, kind: "answer" });
        reply(outcome.partial === undefined ? { kind: "cut" } : { ...outcome.partial, kind: "answer", isCut: true });
      });
    },
  };
}

const lowered = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** What may befall any request, and what only a write. */
const answers = ["cut-before", "cut-body", "500", "502-html", "503", "429", "slow", "headers-missing", "headers-wrong"];
const anyHows = [...answers, "expire-token", "refuse-401", "project-taken", "tool-taken"];
const refusals = ["refuse-403", "refuse-404", "refuse-409", "refuse-413", "refuse-422"];
const doubts = ["timeout-after-commit", "late-commit", "late-after-look", "late-arrival", "cut-after-commit", "500-committed"];
const writeHows = [...doubts, ...refusals];
const bulkHows = ["bulk-refused", "bulk-lost", "bulk-hidden", "bulk-duplicated", "bulk-foreign", "bulk-reordered"];

export type ProcoreSystem = Server & {
  world: World;
  writes: () => number;
  fault: () => string | undefined;
  /** Gives back what rights were taken. */
  restore: () => void;
};

/** What of Procore lists the records that are written there. */
const listOf = (path: string): string =>
  ["requisitions", "direct_costs", "purchase_order_contracts"].find((each) => path.includes(each)) ?? "vendors";

/** Procore names what it did in an order of its own. */
function reordered(body: string): string {
  const answer = JSON.parse(body) as { entities?: unknown[] };
  return JSON.stringify(Array.isArray(answer.entities) ? { ...answer, entities: answer.entities.toReversed() } : answer);
}

type Parts = { actor: Actor; faults: Faults; dice: Dice; watch: Watch; writeWatch: WriteWatch };

export function createProcore({ actor, faults, dice, watch, writeWatch }: Parts): ProcoreSystem {
  const world = new World();
  plantSeed(world, procoreSeed);
  const limitsOfQuota = { hourly: 1_000_000, spike: 100_000 };
  const procore = new Procore({ world, journal: watch.journal, clock: actor.clock, random: actor.random, limits: limitsOfQuota });
  const holds = new Holds();
  let writes = 0;

  /** While the client waits no more, and before it may look: it settles by then. */
  const lateMs = () => Math.floor(limits.callTimeoutMs + dice.fraction() * limits.settleMs * 0.8);

  function isWrite(request: HttpRequest): boolean {
    return request.method !== "GET" && !request.url.includes("/oauth/");
  }

  function meetWeather(request: HttpRequest): string | undefined {
    const path = new URL(request.url).pathname;
    if (path.startsWith("/oauth/")) return undefined;
    const hows = [...anyHows, ...(isWrite(request) ? writeHows : ["empty"]), ...(path.endsWith("/sync") ? bulkHows : [])];
    return faults.passAny(hows.map((how) => `procore ${how}`))?.slice(8);
  }

  function control(path: string, body: unknown): void {
    const ask = {
      method: "POST",
      path: `/sandbox/${path}`,
      query: new URLSearchParams(),
      headers: {},
      body: JSON.stringify(body),
    };
    const outcome = procore.handle({ ...ask, origin: "", isLoopback: true, overlaps: false });
    if (outcome.kind !== "answer" || outcome.status !== 200) throw new Error(`${path}: ${JSON.stringify(outcome)}`);
  }

  /** As the simulator knows it. */
  function frontOf(how: string, path: string): Record<string, unknown> {
    if (how.startsWith("bulk-")) return { how: "bulk", [how.slice(5)]: 1, seed: dice.below(1_000) };
    if (how.startsWith("refuse-")) return { how: "refuse", status: Number(how.slice(7)) };
    if (how === "500-committed") return { how: "500", committed: true };
    if (how === "slow") return { how, delayMs: dice.between(500, limits.callTimeoutMs * 2) };
    // Later than it could have been, by all that is known: right after somebody looked whether it was there.
    if (how === "late-after-look") return { how: "late-commit", until: { path: listOf(path), method: "GET" } };
    return { how, delayMs: lateMs() };
  }

  function order(how: string, path: string): void {
    if (how === "project-taken") control("rights", { permitted_project_ids: projects.slice(1) });
    else if (how === "tool-taken") control("rights", { tools: projects.map((id) => taken(id, "none")) });
    else if (how !== "bulk-reordered") control("weather", { on: { path: ".*" }, times: 1, ...frontOf(how, path) });
  }

  const taken = (project: number, level: string) => ({ project_id: project, tool: "commitments", level });

  function restore(): void {
    control("rights", { permitted_project_ids: [...projects], tools: projects.map((id) => taken(id, "standard")) });
  }

  function settle(outcome: Outcome, how: string | undefined, reply: (passage: Passage) => void, landed: () => void): void {
    if (outcome.kind === "answer") {
      const { status, headers, isCut = false, delayMs = 0 } = outcome;
      reply({
        kind: "answer",
        status,
        headers,
        body: Buffer.from(how === "bulk-reordered" ? reordered(outcome.body) : outcome.body),
        isCut,
        delayMs,
      });
      return;
    }
    reply({ kind: outcome.kind });
    const { later } = outcome;
    if (later === undefined) return;
    actor.scheduler.after(later.delayMs, "procore commits late", () => {
      later.commit();
      landed();
    });
  }

  /** What was told of a request as it left, for its arrival. */
  const left = new WeakMap<HttpRequest, { how: string | undefined; rows: WriteRow[]; landed: () => void }>();
  const bodyOf = ({ body }: HttpRequest) => (typeof body === "string" ? body : Buffer.from(body ?? "").toString("utf8"));
  return {
    world,
    writes: () => writes,
    restore,
    fault: () => (procore.stats.show() as { lastFault?: string | null }).lastFault ?? undefined,
    fate(request) {
      const how = meetWeather(request);
      const { pathname } = new URL(request.url);
      const isLate = how === "late-arrival" || how === "late-commit";
      if (isWrite(request)) left.set(request, { how, ...writeWatch.leaves(pathname, bodyOf(request), isLate) });
      else left.set(request, { how, rows: [], landed: () => undefined });
      return how === "late-arrival" ? { kind: "late", delayMs: lateMs() } : { kind: "calm" };
    },
    serve(request, reply) {
      const url = new URL(request.url);
      const { how, rows = [], landed = () => undefined } = left.get(request) ?? {};
      if (how === "late-arrival") landed();
      else if (how !== undefined) order(how, url.pathname);
      if (request.method === "GET") writeWatch.looked(url.pathname);
      if (isWrite(request)) writes += 1;
      const hold = holdOf(request.method, url.pathname);
      const isHeld = hold !== undefined && holds.take(hold);
      const ask: ProcoreRequest = {
        method: request.method,
        path: url.pathname,
        query: url.searchParams,
        headers: lowered(request.headers),
        body: bodyOf(request),
        origin: url.origin,
        isLoopback: true,
        overlaps: hold !== undefined && !isHeld,
      };
      const answer = () => {
        if (isHeld) holds.release(hold);
        const outcome = procore.handle(ask);
        if (outcome.kind === "answer") writeWatch.answered(url.pathname, rows, outcome.status, outcome.body);
        settle(outcome, how, reply, landed);
      };
      // A direct-cost write takes a moment, so that two at a time can be seen.
      if (hold === undefined) answer();
      else actor.scheduler.after(world.switches.directCostMs, "", answer);
    },
  };
}
