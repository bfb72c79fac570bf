import { describe, expect, it } from "vitest";
import { createPacer } from "./pacing.ts";
import { createSharePacer } from "./share-pacer.ts";
import { createSeededRandom, createVirtualClock } from "./testing.ts";

const open = (percent: number, hourly = 100) => {
  const clock = createVirtualClock();
  const pacer = createPacer({ clock, random: createSeededRandom(1), quota: { hourly, spike: 1_000 } });
  return { clock, pacer, share: createSharePacer(pacer, { clock, percent }) };
};
const call = async (pacer: { acquire: ReturnType<typeof createPacer>["acquire"]; lost(): void }, times: number) => {
  for (let done = 0; done < times; done++) {
    expect(await pacer.acquire({ lane: "background", waitMaxMs: 0 })).toMatchObject({ kind: "go" });
    pacer.lost();
  }
};

describe("a share of the quota", () => {
  it("begins no work that would go beyond it, and has its calls back after an hour", async () => {
    const { clock, share } = open(20);
    // 90 of 100 are for background work, and 18 of them are the share.
    await call(share, 12);
    expect(share.restMs(6)).toBe(0);
    await call(share, 1);
    expect(share.restMs(6)).toBe(3_600_000);
    expect(share.restMs(5)).toBe(0);
    clock.advance(3_600_000);
    expect(share.restMs(6)).toBe(0);
  });

  it("counts only its own calls, and they count for everybody", async () => {
    const { pacer, share } = open(50);
    await call(pacer, 60);
    expect(share.restMs(6)).toBe(0);
    await call(share, 30);
    expect(await pacer.acquire({ lane: "background", waitMaxMs: 0 })).toMatchObject({ kind: "too-long" });
  });

  it("is one piece of work an hour at least", async () => {
    const { share } = open(1);
    expect(share.restMs(6)).toBe(0);
    await call(share, 6);
    expect(share.restMs(6)).toBe(3_600_000);
  });
});
