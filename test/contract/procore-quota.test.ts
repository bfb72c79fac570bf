// A day's work of the product's client within the quota of the simulated Procore, in simulated time. What was sent and answered when is written
// down between the two, and judged by that alone.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { HttpClient, HttpRequest } from "../../src/ports/index.ts";
import { openProcore, type Procore } from "../../src/procore/index.ts";
import { Procore as SimulatedProcore } from "../../src/sandbox/procore/handle.ts";
import { openJournal } from "../../src/sandbox/procore/journal.ts";
import { plantSeed } from "../../src/sandbox/procore/seed.ts";
import { World } from "../../src/sandbox/procore/world.ts";
import { seededRandom } from "../support/ecc-world.ts";
import { VirtualTime } from "../support/virtual-time.ts";

const company = 77;
const minute = 60_000;
const hour = 60 * minute;
const origin = "http://127.0.0.1:1";
type Exchange = { by: string; sentAt: number; answeredAt: number; status: number; blockedUntil: number };

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function openSimulated(seed: number, limits: { hourly: number; spike: number }) {
  const time = new VirtualTime(1_790_000_000_000);
  const folder = mkdtempSync(join(tmpdir(), "quota-"));
  folders.push(folder);
  const world = new World();
  plantSeed(world, {
    companies: [{ id: company, name: "Hartmann Bau" }],
    clients: [{ clientId: "cid", clientSecret: "secret", companyId: company, permittedProjectIds: "all" }],
    projects: [],
    lineItemTypes: [],
    vendors: [{ id: 5001, companyId: company, name: "Lehmann Stahlbau", isActive: true }],
  });
  const journal = openJournal(join(folder, "journal.ndjson"), world);
  const simulated = new SimulatedProcore({ world, journal, clock: time, random: seededRandom(seed), limits });
  const dice = seededRandom(seed + 1);
  const exchanges: Exchange[] = [];

  async function answer(by: string, request: HttpRequest) {
    const url = new URL(request.url);
    const sentAt = time.now();
    await time.sleep(20 + dice.fraction() * 400);
    const outcome = simulated.handle({
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: typeof request.body === "string" ? request.body : "",
      origin,
      isLoopback: true,
      overlaps: false,
    });
    await time.sleep(20 + dice.fraction() * 400);
    if (outcome.kind !== "answer") throw new Error(`no weather was asked for, but ${outcome.kind}`);
    const headers = Object.fromEntries(Object.entries(outcome.headers).map(([name, value]) => [name.toLowerCase(), value]));
    const retryAfter = Number(headers["retry-after"] ?? 0) * 1000;
    const reset = outcome.status === 429 ? Number(headers["x-rate-limit-reset"] ?? 0) * 1000 : 0;
    const isRefused = outcome.status === 429 || outcome.status === 503;
    const blockedUntil = isRefused ? Math.max(time.now() + retryAfter, reset) : 0;
    if (!url.pathname.startsWith("/oauth"))
      exchanges.push({ by, sentAt, answeredAt: time.now(), status: outcome.status, blockedUntil });
    return {
      kind: "response" as const,
      status: outcome.status,
      headers,
      body: (async function* () {
        yield new TextEncoder().encode(outcome.body);
      })(),
    };
  }

  const httpOf = (by: string): HttpClient => ({ request: (request) => answer(by, request), close: async () => undefined });
  const open = (by = "us"): Procore =>
    openProcore({
      apiUrl: origin,
      authUrl: origin,
      companyId: company,
      clientId: "cid",
      readClientSecret: async () => "secret",
      http: httpOf(by),
      clock: time,
      random: seededRandom(seed + 2),
      // A run waits for its quota however long that takes; here nothing else is to end a call.
      limits: { waitMaxMs: 100 * hour, throttledTriesMax: 1_000 },
    });
  const control = (path: string, body: unknown) =>
    simulated.handle({
      method: "POST",
      path: `/sandbox/${path}`,
      query: new URLSearchParams(),
      headers: {},
      body: JSON.stringify(body),
      origin,
      isLoopback: true,
      overlaps: false,
    });
  return { time, exchanges, open, control };
}

/** `workers` that call one after the other, `calls` in all. */
async function callAll(procore: Procore, calls: number, workers: number): Promise<number> {
  let left = calls;
  let failed = 0;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      if (!(await procore.vendors.listActive().all()).ok) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return failed;
}

const refused = (exchanges: readonly Exchange[]) => exchanges.filter(({ status }) => status === 429).length;

/** Calls that left although an answer of before had said to stay away. */
function sentWhileBlocked(exchanges: readonly Exchange[]): Exchange[] {
  const blocks = exchanges.filter(({ blockedUntil }) => blockedUntil > 0);
  return exchanges.filter(({ sentAt }) =>
    blocks.some(({ answeredAt, blockedUntil }) => sentAt > answeredAt && sentAt < blockedUntil),
  );
}

describe("with 600 calls an hour and 25 in 10 seconds", () => {
  it.each([1, 8])(
    "%i at work are refused less than once in 1,000 calls, never call while blocked, and use what they may",
    async (workers) => {
      const { time, exchanges, open } = openSimulated(workers, { hourly: 600, spike: 25 });
      const begin = time.now();
      const calls = 6_000;
      expect(await time.pass(callAll(open(), calls, workers))).toBe(0);
      expect(exchanges.length).toBeGreaterThanOrEqual(calls);
      expect(refused(exchanges) / exchanges.length).toBeLessThan(0.001);
      expect(sentWhileBlocked(exchanges)).toEqual([]);
      // A tenth of each window is left to operators, so 540 an hour is all there is, and the first hour begins full.
      const hours = (time.now() - begin) / hour;
      expect(hours).toBeGreaterThan(calls / 540 - 1);
      expect(hours).toBeLessThan(calls / 540 + 0.5);
    },
  );

  it("an operator is served at once while a run waits for its next hour", async () => {
    const { time, exchanges, open } = openSimulated(5, { hourly: 600, spike: 25 });
    const procore = open();
    const waits: number[] = [];
    const operator = async () => {
      for (let at = 0; at < 20; at += 1) {
        await time.sleep(7 * minute);
        const asked = time.now();
        const seen = await procore.vendors.listActive({ lane: "operator" }).all();
        expect(seen.ok).toBe(true);
        waits.push(time.now() - asked);
      }
    };
    await time.pass(Promise.all([callAll(procore, 1_500, 4), operator()]));
    expect(Math.max(...waits)).toBeLessThan(11_000);
    expect(refused(exchanges)).toBe(0);
  });
});

describe("a larger quota that nobody told us", () => {
  it.each([
    ["of another tier", { hourly: 3_600, spike: 100 }, 3_000 / 3_240 + 0.2],
    ["with the same spike limit", { hourly: 7_200, spike: 25 }, 3_000 / 6_480 + 0.4],
  ])("%s is found out and used", async (_, limits, hoursMax) => {
    const { time, exchanges, open } = openSimulated(3, limits);
    const begin = time.now();
    expect(await time.pass(callAll(open(), 3_000, 8))).toBe(0);
    expect(refused(exchanges) / exchanges.length).toBeLessThan(0.001);
    expect((time.now() - begin) / hour).toBeLessThan(hoursMax);
  });
});

describe("a quota that others use too, and that changes", () => {
  it("is never overrun while it is known to be used up", async () => {
    const { time, exchanges, open, control } = openSimulated(9, { hourly: 3_600, spike: 100 });
    const ours = callAll(open(), 4_000, 6);
    // Another program of the customer with the same client id knows nothing of us.
    const other = (async () => {
      for (let at = 0; at < 60; at += 1) {
        await time.sleep(5 * minute);
        await open("another program").vendors.listActive({ lane: "operator" }).all();
      }
    })();
    const change = (async () => {
      await time.sleep(20 * minute);
      control("limits", { hourly: 600, spike: 25 });
    })();
    await time.pass(Promise.all([ours, other, change]));
    expect(await ours).toBe(0);
    const own = exchanges.filter(({ by }) => by === "us");
    expect(refused(own)).toBeGreaterThan(0);
    expect(sentWhileBlocked(own)).toEqual([]);
  });
});
