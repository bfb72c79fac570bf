import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RateWindows } from "./limits.ts";

describe("the rate windows", () => {
  it("never let more through in any ten seconds or any hour than the limits say", () => {
    const limits = { hourly: 40, spike: 7 };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 300 }), (gaps) => {
        const windows = new RateWindows(limits);
        const passed: number[] = [];
        let now = 1_790_000_000_000;
        for (const gap of gaps) {
          now += gap;
          if (windows.take("c", now, false).isAllowed) passed.push(now);
          const within = (lengthMs: number) => passed.filter((at) => at > now - lengthMs).length;
          expect(within(10_000)).toBeLessThanOrEqual(limits.spike);
          expect(within(3_600_000)).toBeLessThanOrEqual(limits.hourly);
        }
      }),
    );
  });

  it("let one through at the announced reset", () => {
    const windows = new RateWindows({ hourly: 600, spike: 2 });
    const start = 1_790_000_000_400;
    windows.take("c", start, false);
    windows.take("c", start + 3000, false);
    const refused = windows.take("c", start + 4000, false);
    expect(refused.isAllowed).toBe(false);
    expect(windows.take("c", refused.resetAt * 1000, false).isAllowed).toBe(true);
  });

  it("keep clients apart, and fill on refusals by switch", () => {
    const windows = new RateWindows({ hourly: 600, spike: 1 });
    expect(windows.take("a", 0, true).isAllowed).toBe(true);
    expect(windows.take("b", 0, true).isAllowed).toBe(true);
    expect(windows.take("a", 9_000, true).isAllowed).toBe(false);
    expect(windows.take("a", 11_000, true).isAllowed).toBe(false);
    expect(windows.take("a", 30_000, true).isAllowed).toBe(true);
  });
});
