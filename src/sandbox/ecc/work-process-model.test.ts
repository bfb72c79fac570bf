import { describe, expect, it } from "vitest";
import { system, worldOf } from "../../../test/support/ecc-world.ts";
import { functionModule } from "./functions/index.ts";
import type { CallOutput, FunctionModule } from "./functions/interface.ts";
import { defaultSwitches } from "./switches.ts";
import { durationMs, memoryBytes } from "./work-process-model.ts";

function moduleNamed(name: string): FunctionModule {
  const module = functionModule(name, { ...defaultSwitches("s4_758"), absentModules: [] });
  if (module === undefined) throw new Error(name);
  return module;
}

describe("the memory of a call", () => {
  it.each<[string, Partial<CallOutput>, number]>([
    ["RFC_READ_TABLE", { tables: { DATA: [{ WA: "a" }, { WA: "b" }] } }, 2 * 1024],
    ["RFC_READ_TABLE", { tables: { DATA: [], OPTIONS: [{ TEXT: "x" }] } }, 144],
    ["RFC_READ_TABLE", { tables: { DATA: [] }, exports: { ET_DATA: [{ LINE: "12345" }, { LINE: "" }] } }, 2 * 8 + 2 * 5],
    ["Z_MLC_READ_TABLE", { exports: { ET_ROWS: [{ WA: "1234567890" }], EV_COUNT: "1" } }, 8 + 20],
    ["/BODS/RFC_READ_TABLE2", { tables: { TBLOUT8192: [{ WA: "a" }] } }, 16_384],
    ["RFC_PING", {}, 0],
  ])("of %s is its rows at their full width", (name, output, bytes) => {
    expect(memoryBytes(moduleNamed(name), { exports: {}, tables: {}, ...output })).toBe(bytes);
  });
});

describe("the duration of a call", () => {
  it("is a part for the call, a part for the rows and what the module waits", () => {
    expect(durationMs({ msPerCall: 20, usPerRow: 3 }, { rowsScanned: 10_000, waitMs: 500 })).toBe(550);
  });
});

describe("TH_WPINFO", () => {
  it("lists dialog processes among others, busy as they are", async () => {
    const world = worldOf({}, { workProcesses: 3 });
    const [user] = system.users;
    if (user === undefined) throw new Error("no user");
    await world.workProcesses.enter();
    await world.workProcesses.enter();
    const asked = { imports: new Map(), tables: new Map() };
    const { tables } = moduleNamed("TH_WPINFO").run(asked, { world, user, language: "E", nowMs: 0 });
    const dialog = tables.WPLIST?.filter((row) => row.WP_TYP === "DIA");
    expect(dialog?.map((row) => [row.WP_NO, row.WP_STATUS, row.WP_BNAME])).toEqual([
      ["0", "Run", "RFCUSER"],
      ["1", "Run", ""],
      ["2", "Wait", ""],
    ]);
    expect(tables.WPLIST?.length).toBeGreaterThan(3);
  });
});
