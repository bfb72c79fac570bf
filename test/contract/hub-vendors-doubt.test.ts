// Whatever happens to the call that adopts: one company, linked once, and never another system's.
import { afterEach, describe, expect, it } from "vitest";
import { RunHalt } from "../../src/hub/context.ts";
import { editCompany, keyCompany, readDirectory } from "../support/directory.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { decide, finished, holds, key, links, origin, vendor } from "../support/vendors.ts";

let bench: Bench;
afterEach(async () => {
  await bench.close();
});

describe("doubt at adoption", () => {
  const kinds = ["timeout-after-commit", "cut-before", "cut-after-commit", "500", "502-html", "503", "late-commit"] as const;

  const openSlow = async (faultPoint?: (name: string) => void) => {
    bench = await openBench({
      settings: { limits: { settleMs: 600, callTimeoutMs: 300, attemptsMax: 6 } },
      ...(faultPoint ? { faultPoint } : {}),
    });
    const id = await keyCompany(bench, { name: "Summit Concrete" }, "52-1234567");
    bench.records.vendors = [vendor(1, { names: ["Summit Concrete Inc."], taxNumber2: "52-1234567" }), vendor(2)];
    return id;
  };

  it.each(kinds)("%s ends with one company, linked once", async (how) => {
    const id = await openSlow();
    await bench.door("/sandbox/weather", { on: { path: "/rest/v1.0/vendors/sync$" }, times: 1, how, delayMs: 900 });
    let report = await bench.sync(["vendors"]);
    for (let again = 0; report.state === "paused" && again < 5; again++) report = await bench.sync(["vendors"]);
    expect(report.state).toBe("finished");
    const directory = await readDirectory(bench);
    expect(directory.filter(({ origin_id: originId }) => originId === origin(1))).toMatchObject([
      { id, name: "Summit Concrete Inc." },
    ]);
    expect(directory).toHaveLength(3);
    const before = await bench.writes();
    await finished(bench);
    expect(await bench.writes()).toBe(before);
  });

  it("a process that ends between the answer and its commit looks before it sends again", async () => {
    let crashes = 1;
    const id = await openSlow((name) => {
      if (name !== "apply.answered" || crashes-- <= 0) return;
      throw new RunHalt("pause", "procore.server", "the process ended here");
    });
    expect(await bench.sync(["vendors"])).toMatchObject({ state: "paused" });
    expect(await links(bench)).toContainEqual([id, origin(1)]);
    const before = await bench.writes();
    await finished(bench);
    // The content of both; the adoption was found as sent.
    expect(await bench.writes()).toBe(before + 1);
    expect(await links(bench)).toEqual([[5001, null], [id, origin(1)], expect.arrayContaining([origin(2)])]);
  });

  it("a company that another system links between plan and write is left to it, and nothing is created", async () => {
    let edited: Promise<void> | undefined;
    const id = await openSlow((name) => {
      if (name === "run.after-plan") edited ??= editCompany(bench, id, { origin_id: "LEGACY-9" });
    });
    await bench.door("/sandbox/weather", {
      on: { path: "/rest/v1.0/vendors$", method: "GET" },
      times: 3,
      how: "slow",
      delayMs: 150,
      skip: 2,
    });
    await finished(bench);
    await edited;
    expect(await holds(bench)).toEqual([`${key(1)} vendor-refused`]);
    expect(await links(bench)).toEqual([[5001, null], [id, "LEGACY-9"], expect.arrayContaining([origin(2)])]);
    await finished(bench);
    expect(await holds(bench)).toEqual([`${key(1)} vendor-foreign-origin`]);
    // Once the adoption is given up, nothing of it stands in the way.
    await decide(bench, 1, { kind: "create" });
    await finished(bench);
    expect(await holds(bench)).toEqual([]);
    expect((await links(bench)).map(([, originId]) => originId)).toEqual([null, "LEGACY-9", origin(2), origin(1)]);
  });
});
