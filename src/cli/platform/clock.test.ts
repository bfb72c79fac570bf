import { describe, expect, it } from "vitest";
import { systemClock, systemRandom } from "./index.ts";

describe("the system's clock", () => {
  it("tells wall time in milliseconds and a monotonic time that never goes back", () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
    let last = systemClock.monotonic();
    for (let index = 0; index < 1_000; index += 1) {
      const next = systemClock.monotonic();
      expect(next).toBeGreaterThanOrEqual(last);
      last = next;
    }
  });

  it("sleeps no shorter than it was told", async () => {
    const from = systemClock.monotonic();
    await systemClock.sleep(12.4);
    expect(systemClock.monotonic() - from).toBeGreaterThanOrEqual(12.4);
  });

  it("wakes early without an error when its signal aborts, before or while it sleeps", async () => {
    const from = systemClock.monotonic();
    await systemClock.sleep(60_000, AbortSignal.abort());
    const abort = new AbortController();
    const asleep = systemClock.sleep(60_000, abort.signal);
    abort.abort();
    await asleep;
    expect(systemClock.monotonic() - from).toBeLessThan(5_000);
  });

  it("can wait longer than a timer of Node can", async () => {
    const abort = new AbortController();
    let isOver = false;
    const asleep = systemClock.sleep(2 ** 40, abort.signal).then(() => {
      isOver = true;
    });
    // A timer that overflows fires after 1 ms.
    await systemClock.sleep(20);
    expect(isOver).toBe(false);
    abort.abort();
    await asleep;
  });

  it("does not gather listeners on a signal that many sleeps share", async () => {
    const { signal } = new AbortController();
    const warnings: unknown[] = [];
    const note = (warning: unknown) => warnings.push(warning);
    process.on("warning", note);
    for (let index = 0; index < 50; index += 1) await systemClock.sleep(0.1, signal);
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });
});

describe("the system's randomness", () => {
  it("gives as many bytes as asked, never the same twice, and fractions below one over the whole range", () => {
    expect(systemRandom.bytes(0)).toEqual(new Uint8Array(0));
    const seen = new Set(Array.from({ length: 1_000 }, () => Buffer.from(systemRandom.bytes(16)).toString("hex")));
    expect(seen.size).toBe(1_000);
    const fractions = Array.from({ length: 10_000 }, () => systemRandom.fraction());
    expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
    const tenths = new Set(fractions.map((fraction) => Math.floor(fraction * 10)));
    expect(tenths.size).toBe(10);
  });
});
