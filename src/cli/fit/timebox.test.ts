import { describe, expect, it } from "vitest";
import { Fault } from "../../core/index.ts";
import type { HttpClient } from "../../ports/index.ts";
import { createTimebox } from "./timebox.ts";

/** A clock that each sleep moves. */
function movedBySleep() {
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  return { now: () => now, monotonic: () => now, sleep };
}
const open = (totalMs: number) => {
  const clock = movedBySleep();
  const begun: string[] = [];
  return { clock, begun, timebox: createTimebox({ clock, totalMs, onStep: (what) => begun.push(what) }) };
};

describe("a timebox", () => {
  it("gives each step its share of what is left, and what one leaves to the next", async () => {
    const { timebox, clock } = open(100);
    const ends: number[] = [];
    const spend = (ms: number) => async () => {
      await clock.sleep(ms);
      for (; !timebox.isOver(); await clock.sleep(1));
      ends.push(clock.monotonic());
    };
    const quick = () => clock.sleep(10);
    await timebox.run([
      { what: "a", weight: 2, work: quick },
      { what: "b", weight: 1, work: spend(0) },
      { what: "c", weight: 1, work: spend(0) },
    ]);
    expect(ends).toEqual([55, 100]);
  });

  it("ends waits and cuts requests, and says what it skipped", async () => {
    const { timebox, clock, begun } = open(100);
    const timeouts: number[] = [];
    const http: HttpClient = {
      request: async ({ timeoutMs }) => {
        timeouts.push(timeoutMs);
        return { kind: "failure", reason: "timeout", requestSent: "maybe", detail: "" };
      },
      close: async () => undefined,
    };
    const boxed = timebox.within(http);
    const ask = () => boxed.request({ method: "GET", url: "http://x", headers: {}, timeoutMs: 60_000 });
    await timebox.run([
      {
        what: "slow",
        weight: 1,
        async work() {
          await ask();
          await timebox.clock.sleep(1_000_000);
          expect(await ask()).toMatchObject({ kind: "failure", requestSent: "no" });
          await timebox.clock.sleep(1);
        },
      },
      { what: "after", weight: 1, work: () => clock.sleep(1_000) },
      { what: "never", weight: 1, work: async () => undefined },
    ]);
    expect(timeouts).toHaveLength(1);
    expect(timeouts[0]).toBeLessThan(34);
    expect(begun).toEqual(["slow", "after"]);
    expect(timebox.skipped()).toEqual([
      { what: "slow", why: "its time was over" },
      { what: "never", why: "its time was over" },
    ]);
  });

  it("keeps what came before its time was over, and hides no other error", async () => {
    const { timebox, clock } = open(100);
    const kept: number[] = [];
    const work = async () => {
      for (let at = 0; ; at += 1) {
        await timebox.clock.sleep(30);
        kept.push(at);
      }
    };
    const fails = async () => {
      throw new Fault("sap.dump", { place: "COEP" });
    };
    await timebox.run([
      {
        what: "a",
        weight: 1,
        async work() {
          await expect(timebox.until(fails, undefined)).rejects.toThrow("dump");
          expect(await timebox.until(work, undefined)).toBeUndefined();
          expect(await timebox.until(fails, "cut")).toBe("cut");
        },
      },
    ]);
    expect(kept).toEqual([0, 1, 2, 3]);
    expect(clock.monotonic()).toBe(100);
    expect(timebox.skipped()).toEqual([]);
  });

  it("keeps faults, leaves out the rest behind a vital step, and lets defects through", async () => {
    const { timebox } = open(100);
    const fails = async () => {
      throw new Fault("sap.logon", { place: "ecc", detail: "locked" });
    };
    await timebox.run([
      { what: "SAP", weight: 1, isVital: true, work: fails },
      { what: "rest", weight: 1, work: fails },
    ]);
    expect(timebox.trouble()).toEqual([{ what: "SAP", code: "sap.logon", place: "ecc", detail: "locked" }]);
    expect(timebox.skipped()).toEqual([{ what: "rest", why: "SAP was not reached" }]);
    const defect = async () => {
      throw new TypeError("ours");
    };
    await expect(timebox.run([{ what: "x", weight: 1, work: defect }])).rejects.toThrow("ours");
  });
});
