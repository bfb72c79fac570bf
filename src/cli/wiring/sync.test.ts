import { describe, expect, it } from "vitest";
import type { Flow } from "../../core/index.ts";
import type { RunReport } from "../../hub/index.ts";
import type { Store } from "../../store/index.ts";
import type { Configuration } from "../config/index.ts";
import { sync } from "./sync.ts";

const config = { tenant: "main", connections: { main: {} } } as unknown as Configuration;
const store = {} as Store;

type Left = Pick<RunReport, "mode" | "state"> & { of: readonly Flow[]; isPlanOnly?: boolean };

/** A hub that takes up what was left first, as the real one does, and then opens runs as asked. */
function hubWith(left?: Left) {
  const asked: { flows: readonly Flow[]; mode: string }[] = [];
  let open = left;
  return {
    asked,
    async requestRun(ask: { flows: readonly Flow[]; mode: "delta" | "full" }) {
      asked.push({ flows: ask.flows, mode: ask.mode });
      open ??= { of: ask.flows, mode: ask.mode, state: "finished" };
      return String(asked.length);
    },
    async awaitRun(run: string) {
      const { of, mode, state, isPlanOnly = false } = open ?? { of: [], mode: "delta", state: "stopped" };
      open = undefined;
      return { run, mode, state, isPlanOnly, flows: Object.fromEntries(of.map((flow) => [flow, {}])) } as unknown as RunReport;
    },
  };
}

const all: readonly Flow[] = ["vendors", "purchase-orders", "invoices", "costs"];

describe("a sync", () => {
  it("is one run where nothing was left", async () => {
    const hub = hubWith();
    expect(await sync({ config, store, hub }, { mode: "delta" })).toMatchObject({ run: "1", state: "finished" });
    expect(hub.asked).toEqual([{ flows: all, mode: "delta" }]);
  });

  it.each([
    ["fewer flows", { of: ["vendors"], mode: "full", state: "finished" }, {}],
    ["another flow", { of: ["vendors"], mode: "delta", state: "finished" }, { flows: ["costs"] }],
    ["no writes", { of: all, mode: "delta", state: "finished", isPlanOnly: true }, {}],
    ["only what changed", { of: all, mode: "delta", state: "finished" }, { mode: "full" }],
  ] as const)("follows a run that was left with %s", async (_name, left, ask) => {
    const hub = hubWith(left);
    const takenUp: string[] = [];
    const wanted = { mode: "delta", ...ask, onTakenUp: ({ run }: RunReport) => void takenUp.push(run) } as const;
    expect(await sync({ config, store, hub }, wanted)).toMatchObject({ run: "2", mode: wanted.mode });
    expect(takenUp).toEqual(["1"]);
    expect(hub.asked[1]).toEqual({ flows: "flows" in wanted ? wanted.flows : all, mode: wanted.mode });
  });

  it("is the run that was left, where that covers it or cannot be finished", async () => {
    for (const left of [
      { of: all, mode: "full", state: "finished" },
      { of: ["vendors"], mode: "full", state: "paused" },
    ] as const) {
      const hub = hubWith(left);
      expect(await sync({ config, store, hub }, { mode: "delta" })).toMatchObject({ run: "1", state: left.state });
      expect(hub.asked).toHaveLength(1);
    }
  });
});
