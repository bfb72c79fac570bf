import { describe, expect, it } from "vitest";
import type { Clock } from "../../ports/index.ts";
import { secondsText, showRun, startProgress } from "./progress.ts";

/** Time that moves only when told, and wakes who sleeps. */
function manualClock() {
  let now = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: (durationMs, signal) =>
      new Promise((resolve) => {
        sleepers.push({ at: now + durationMs, wake: resolve });
        signal?.addEventListener("abort", () => resolve(), { once: true });
      }),
  };
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return {
    clock,
    advance: async (durationMs: number) => {
      for (const end = now + durationMs; now < end; ) {
        now += 50;
        const due = sleepers.filter(({ at }) => at <= now);
        sleepers = sleepers.filter(({ at }) => at > now);
        for (const { wake } of due) wake();
        await settle();
      }
    },
  };
}

function start(isTerminal: boolean) {
  const { clock, advance } = manualClock();
  const written: string[] = [];
  const progress = startProgress({ stream: { write: (text) => written.push(text), columns: 60 }, clock, isTerminal });
  return { progress, advance, written };
}

const event = { run: "1", connection: "demo", flow: "costs", stage: "read", done: 1200, total: 3000 } as const;

describe("progress in a log", () => {
  it("says a line at the end of a stage, with its seconds", async () => {
    const { progress, advance, written } = start(false);
    progress.begin("world", "small");
    await advance(1_250);
    progress.end("built");
    await progress.stop();
    expect(written).toEqual(["  world            built  1.3 s\n"]);
  });

  it("is never silent for long while a stage lasts", async () => {
    const { progress, advance, written } = start(false);
    progress.begin("sync", "reading");
    await advance(20_000);
    expect(written.length).toBeGreaterThanOrEqual(4);
    expect(written.length).toBeLessThanOrEqual(7);
    expect(written.every((line) => line.endsWith("\n") && !line.includes("\r"))).toBe(true);
    await progress.stop();
    const { length } = written;
    await advance(20_000);
    expect(written).toHaveLength(length);
  });
});

describe("progress on a terminal", () => {
  it("rewrites its line, cut to the width, and ends with one whole line", async () => {
    const { progress, advance, written } = start(true);
    progress.begin("sync", "x".repeat(200));
    await advance(1_000);
    progress.end("done");
    await progress.stop();
    const between = written.slice(0, -1);
    expect(between.length).toBeGreaterThan(5);
    expect(between.every((text) => text.startsWith("\r\u001b[2K") && !text.includes("\n") && text.length <= 5 + 59)).toBe(true);
    expect(written.at(-1)).toBe("\r\u001b[2K  sync             done  1.0 s\n");
  });
});

describe("the events of a run", () => {
  it("make a line a flow and stage", async () => {
    const { progress, written } = start(false);
    const show = showRun(progress);
    show(event);
    show({ ...event, done: 3000, detail: "60000 rows" });
    show({ ...event, stage: "plan", done: 1, total: undefined });
    await progress.stop();
    expect(written).toEqual([
      "  costs            read 3,000 of 3,000, 60000 rows  0.0 s\n",
      "  costs            plan 1  0.0 s\n",
    ]);
  });

  it("stay in the one line of a whole stage", async () => {
    const { progress, written } = start(false);
    progress.begin("second sync", "", { isWhole: true });
    const show = showRun(progress);
    show(event);
    show({ ...event, flow: "vendors", stage: "apply" });
    progress.end("0 writes");
    await progress.stop();
    expect(written).toEqual(["  second sync      0 writes  0.0 s\n"]);
  });
});

it("shows seconds by tenths, rounded", () => {
  expect([0, 49, 50, 999, 61_240].map(secondsText)).toEqual(["0.0 s", "0.0 s", "0.1 s", "1.0 s", "61.2 s"]);
});
