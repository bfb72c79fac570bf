import { describe, expect, it } from "vitest";
import { newStats } from "./stats.ts";
import { defaultSwitches } from "./switches.ts";
import { WorkProcesses } from "./work-processes.ts";

describe("work processes", () => {
  it("run as many calls as there are, queue the next in order, and refuse beyond the queue", async () => {
    const stats = newStats();
    const processes = new WorkProcesses(2, { ...defaultSwitches(), queueMax: 2 }, stats);
    const entered: string[] = [];
    const enter = async (name: string) => {
      const isIn = await processes.enter();
      entered.push(isIn ? name : `${name} refused`);
    };
    const calls = ["a", "b", "c", "d", "e"].map(enter);
    await Promise.all([calls[0], calls[1], calls[4]]);
    expect(entered).toEqual(["a", "b", "e refused"]);
    processes.leave();
    await calls[2];
    processes.leave();
    await calls[3];
    expect(entered).toEqual(["a", "b", "e refused", "c", "d"]);
    processes.leave();
    processes.leave();
    expect(await processes.enter()).toBe(true);
    expect(stats).toMatchObject({ workProcessesBusyMax: 2, queuedMax: 2, overloads: 1 });
  });
});
