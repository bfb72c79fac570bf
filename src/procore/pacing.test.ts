import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPacer, type Pacer } from "./pacing.ts";
import { createSeededRandom, createVirtualClock, type VirtualClock } from "./testing.ts";

/** Procore's two rolling windows as documented, and nothing of the pacer's code: counts every call, shows the nearer window. */
function createQuotaServer(clock: VirtualClock, limits: { hourly: number; spike: number }, skewMs = 0) {
  const calls: number[] = [];
  const countIn = (widthMs: number) => calls.filter((at) => at > clock.now() - widthMs).length;
  const oldestIn = (widthMs: number) => calls.find((at) => at > clock.now() - widthMs) ?? clock.now();
  return {
    calls,
    call(): { status: number; headers: Record<string, string> } {
      const isOver = countIn(3_600_000) >= limits.hourly || countIn(10_000) >= limits.spike;
      calls.push(clock.now());
      const left = {
        hourly: Math.max(0, limits.hourly - countIn(3_600_000)),
        spike: Math.max(0, limits.spike - countIn(10_000)),
      };
      const isHourly = left.hourly <= left.spike;
      const resetAt = isHourly ? oldestIn(3_600_000) + 3_600_000 : oldestIn(10_000) + 10_000;
      return {
        status: isOver ? 429 : 200,
        headers: {
          "x-rate-limit-limit": String(isHourly ? limits.hourly : limits.spike),
          "x-rate-limit-remaining": String(isHourly ? left.hourly : left.spike),
          "x-rate-limit-reset": String(Math.ceil((resetAt + skewMs) / 1000)),
          date: new Date(clock.now() + skewMs).toUTCString(),
        },
      };
    },
  };
}

async function pass(pacer: Pacer, lane: "background" | "operator" = "background"): Promise<void> {
  const got = await pacer.acquire({ lane, waitMaxMs: 100_000_000 });
  expect(got.kind).toBe("go");
}

describe("pacing", () => {
  it.each([0, -120_000, 300_000])(
    "meets no 429 at the documented quota, alone, with Procore's clock off by %i ms",
    async (skewMs) => {
      const clock = createVirtualClock();
      const server = createQuotaServer(clock, { hourly: 600, spike: 25 }, skewMs);
      const pacer = createPacer({ clock, random: createSeededRandom() });
      const start = clock.now();
      let refusals = 0;
      for (let index = 0; index < 1_300; index += 1) {
        await pass(pacer);
        const answer = server.call();
        if (answer.status === 429) refusals += 1;
        pacer.answered(answer);
      }
      expect(refusals).toBe(0);
      // Two full hours are the least that 1,300 calls can take at 600 an hour; the reserve and jitter cost less than one more.
      expect(clock.now() - start).toBeGreaterThanOrEqual(2 * 3_600_000);
      expect(clock.now() - start).toBeLessThan(3 * 3_600_000);
    },
  );

  it("leaves the reserve to operators", async () => {
    const clock = createVirtualClock();
    const pacer = createPacer({ clock, random: createSeededRandom(), reserveShare: 0.2, quota: { hourly: 100, spike: 1_000 } });
    for (let index = 0; index < 80; index += 1) await pass(pacer);
    expect(clock.slept).toEqual([]);
    const background = await pacer.acquire({ lane: "background", waitMaxMs: 60_000 });
    expect(background.kind).toBe("too-long");
    for (let index = 0; index < 20; index += 1) await pass(pacer, "operator");
    expect(clock.slept).toEqual([]);
    expect((await pacer.acquire({ lane: "operator", waitMaxMs: 60_000 })).kind).toBe("too-long");
  });

  it("waits for the larger of reset and Retry-After", () => {
    const clock = createVirtualClock();
    const reset = (seconds: number) => String(Math.floor(clock.now() / 1000) + seconds);
    const wait = (status: number, headers: Record<string, string>) =>
      createPacer({ clock, random: createSeededRandom() }).answered({ status, headers }).waitMs;
    const shown = (seconds: number) => ({
      "x-rate-limit-limit": "25",
      "x-rate-limit-remaining": "0",
      "x-rate-limit-reset": reset(seconds),
    });
    expect(wait(429, { ...shown(7), "retry-after": "30" })).toBe(30_000);
    expect(wait(429, { ...shown(40), "retry-after": "30" })).toBe(40_000);
    expect(wait(429, {})).toBe(10_000);
    expect(wait(503, { "retry-after": "12" })).toBe(12_000);
    expect(wait(503, { "retry-after": new Date(clock.now() + 9_000).toUTCString() })).toBe(9_000);
    expect(wait(503, {})).toBe(0);
    expect(wait(500, { "retry-after": "12" })).toBe(0);
    // A window is an hour at most: a stranger reset is not believed beyond it.
    expect(wait(429, shown(86_400))).toBe(3_600_000);
  });

  it("takes the hour's limit for the hour's also in its last seconds", async () => {
    const clock = createVirtualClock();
    const pacer = createPacer({ clock, random: createSeededRandom() });
    const show = (limit: string, remaining: string, seconds: number) =>
      pacer.answered({
        status: 200,
        headers: {
          "x-rate-limit-limit": limit, "x-rate-limit-remaining": remaining,
          "x-rate-limit-reset": String(Math.floor(clock.now() / 1000) + seconds),
        },
      }); // biome-ignore format: a row
    show("600", "300", 1_800);
    clock.advance(1_795_000);
    show("600", "2", 5);
    expect(pacer.windows()).toEqual([
      { name: "spike", widthMs: 10_000, limit: 25, remaining: undefined },
      { name: "hourly", widthMs: 3_600_000, limit: 600, remaining: 2 },
    ]);
    expect(await pacer.acquire({ lane: "background", waitMaxMs: 1_000 })).toEqual({ kind: "too-long", waitMs: 5_000 });
  });

  it("stops waiting when its caller aborts", async () => {
    const clock = createVirtualClock();
    const pacer = createPacer({ clock, random: createSeededRandom(), quota: { spike: 1 } });
    await pass(pacer);
    const controller = new AbortController();
    controller.abort();
    expect((await pacer.acquire({ lane: "background", waitMaxMs: 60_000, signal: controller.signal })).kind).toBe("aborted");
  });

  it("keeps concurrent callers under any pair of limits", async () => {
    const load = fc.record({
      spike: fc.integer({ min: 1, max: 40 }),
      hourly: fc.integer({ min: 5, max: 200 }),
      workers: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(load, async ({ spike, hourly, workers }) => {
        const clock = createVirtualClock();
        const server = createQuotaServer(clock, { spike, hourly });
        const pacer = createPacer({ clock, random: createSeededRandom(spike), quota: { spike, hourly } });
        let refusals = 0;
        const work = async () => {
          for (let index = 0; index < 30; index += 1) {
            await pass(pacer);
            const answer = server.call();
            await clock.sleep(50);
            if (answer.status === 429) refusals += 1;
            pacer.answered(answer);
          }
        };
        await Promise.all(Array.from({ length: workers }, work));
        expect(refusals).toBe(0);
        expect(server.calls).toHaveLength(30 * workers);
      }),
      { numRuns: 25 },
    );
  });
});
