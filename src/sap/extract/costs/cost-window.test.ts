import { describe, expect, it } from "vitest";
import { watermarkOf } from "../../../../test/support/watermark.ts";
import { parseSapDate, type SapDate } from "../../../core/index.ts";
import type { ExtractSettings } from "../flow-extract.ts";
import { costWindow } from "./cost-window.ts";

const dayOf = (text: string): SapDate => {
  const parsed = parseSapDate(text);
  if (!parsed) throw new Error(text);
  return parsed;
};

const open = (since: string | undefined, today: string, change: Partial<ExtractSettings> = {}) =>
  costWindow({ mode: "delta", since }, dayOf(today), { companyCodes: ["1000"], zone: 0, ...change });

const mark = (day: string, more: { swept?: string; rechecked?: string } = {}) => watermarkOf(day, { scope: "1000", ...more });

describe("the window of a run of costs", () => {
  it("reaches two days behind the last run", () => {
    const { from, watermark, reading } = open(mark("20261123", { swept: "20261120" }), "20261124");
    expect(from).toBe("20261121");
    expect(watermark).toBe(mark("20261124", { swept: "20261120", rechecked: "20261120" }));
    expect(reading).toEqual({ how: "window", why: "entered or changed, 2026-11-21 to 2026-11-24" });
  });

  it("is wide once a week, for what was committed long after its stamp, and then not until a week later", () => {
    const weekly = open(mark("20261123", { swept: "20261102", rechecked: "20261117" }), "20261124");
    expect(weekly.from).toBe("20261020");
    expect(weekly.reading.why).toContain("a wide window is due every 7 days");
    expect(weekly.watermark).toBe(mark("20261124", { swept: "20261102", rechecked: "20261124" }));
    expect(open(weekly.watermark, "20261130").from).toBe("20261122");
  });

  it("has no hole where the last run is longer ago than the wide window", () => {
    const delta = {
      overlapDays: 2,
      sweepDays: { vendors: 1, purchaseOrders: 7 },
      costRecheck: { everyDays: 1, days: 3 },
      vendorPointers: [],
    };
    expect(open(mark("20261110"), "20261124", { delta }).from).toBe("20261108");
  });

  it.each([
    ["another month", mark("20261130", { swept: "20261101", rechecked: "20261130" }), "20261201", {}, "in another month"],
    ["a company code more", mark("20261123"), "20261124", { companyCodes: ["1000", "2000"] }, "other company codes"],
    ["an earlier first day", mark("20261123"), "20261124", { costsFrom: dayOf("20200101") }, "first days"],
    ["another source", mark("20261123"), "20261124", { costSources: { "1000": "coep" } }, "sources"],
    ["a clock set back", mark("20261125"), "20261124", {}, "SAP's day is before it"],
    ["a watermark of before", "20261123", "20261124", {}, "cannot be read"],
    ["the first run", undefined, "20261124", {}, "never read whole before"],
  ] as const)("is open at its beginning after %s, and the run says so", (_, since, today, change, why) => {
    const opened = open(since, today, change);
    expect(opened.from).toBeUndefined();
    expect(opened.reading.how).toBe("sweep");
    expect(opened.reading.why).toContain(why);
    // The next run builds on it.
    expect(open(opened.watermark, today, change).from).toBeDefined();
  });
});
