// What a person may press at night: the commands on holds and `runs resume` as processes of their own, against both simulated systems.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hold, IgnoredHold, RunReport, ShownHold } from "../../src/hub/index.ts";
import { type CliBench, openCliBench } from "../support/cli-bench.ts";

let bench: CliBench;
beforeAll(async () => {
  bench = await openCliBench();
  expect((await bench.init()).code).toBe(0);
  expect((await bench.run(["sync"])).code).toBe(0);
}, 600_000);
afterAll(async () => {
  await bench.close();
});

const json = <T>(...args: string[]) => bench.runJson<T>(...args);
const ruleless = () => json<Hold[]>("holds", "list", "--code", "mapping-no-rule", "--flow", "costs", "--limit", "1000");

describe("holds", () => {
  it("lists, shows, assigns, ignores and takes back, each by number", async () => {
    const before = await ruleless();
    const [first, second] = before;
    const [one, two] = [first?.hold ?? "", second?.hold ?? ""];
    expect(before.length).toBeGreaterThan(1);

    const shown = await json<ShownHold>("holds", "show", one);
    expect(shown).toMatchObject({
      kind: "open",
      hold: one,
      code: "mapping-no-rule",
      waitsFor: expect.stringContaining("mapping rule for"),
    });
    const text = (await bench.run(["holds", "show", one], { COLUMNS: "80" })).out;
    expect(text).toMatch(/company code \(BUKRS\) +\d{4}/);
    expect(text).toContain(`ml-connector holds replay ${one}`);

    expect((await bench.run(["holds", "assign", one, "jane", "--note", "see ticket 7"])).out).toContain(
      "1 hold is assigned to jane",
    );
    expect((await json<Hold[]>("holds", "list", "--assigned", "jane")).map(({ hold, note }) => [hold, note])).toEqual([
      [one, "see ticket 7"],
    ]);

    expect(await bench.run(["holds", "ignore", two, "--reason", "settled by hand", "--until", "2999-12-31"])).toMatchObject({
      code: 0,
    });
    expect(await ruleless()).toHaveLength(before.length - 1);
    expect(await json<IgnoredHold[]>("holds", "list", "--ignored")).toMatchObject([{ hold: two, reason: "settled by hand" }]);
    expect((await bench.run(["holds", "list", "--ignored"])).out).toContain("settled by hand");
    expect((await bench.run(["holds", "show", two])).out).toContain("is ignored until 2999-12-31");
    expect(await bench.run(["holds", "unignore", two])).toMatchObject({ code: 0 });
    expect(await ruleless()).toHaveLength(before.length);

    const csv = (await bench.run(["holds", "list", "--code", "mapping-no-rule", "--csv"])).out.trimEnd().split("\n");
    expect(csv[0]).toMatch(/^hold,connection,flow,key,code,disposition,owner,amount,currency/);
    expect((await bench.run(["holds", "--owner", "accountant", "--limit", "1"])).out).toMatch(/… and \d+ more/);
  });

  it("replays all of a code, and says before what it would send; what still waits keeps its number", async () => {
    const [hold] = await ruleless();
    const query = /company code (\w+), (\S+) (\S+), account (\w+)/.exec(hold?.waitsFor ?? "");
    expect(query).not.toBeNull();
    const dry = await bench.run(["holds", "replay", hold?.hold ?? "", "--dry-run"]);
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.out).toMatch(/1 hold would come to 0 changes/);
    expect(dry.out).toContain("Still waiting");
    const replayed = await json<{ taken: number; report: RunReport }>("holds", "replay", "--code", "mapping-no-rule");
    expect(replayed.report).toMatchObject({ state: "finished", mode: "replay" });
    expect(replayed.taken).toBeGreaterThan(1);
    expect((await ruleless()).map((each) => each.hold)).toContain(hold?.hold);
  });

  it.each([
    [["holds", "show", "999999"], "There is no hold 999999"],
    [["holds", "show", "x"], '"x" is no hold'],
    [["holds", "list", "--code", "mapping-no-rul"], 'the nearest is "mapping-no-rule"'],
    [["holds", "list", "--owner", "nobody"], 'there is no owner "nobody"'],
    [["holds", "list", "--csv", "--json"], "give one of them"],
    [["holds", "assign", "jane"], "Say which"],
    [["holds", "assign", "x", "jane"], '"x" is no hold'],
    [["holds", "assign", "999999", "jane"], "Nothing is held that fits|only 0 are open"],
    [["holds", "ignore", "1"], "--reason"],
    [["holds", "ignore", "1", "--reason", " "], "1 to 300 characters"],
    [["holds", "ignore", "1", "--reason", "x", "--until", "2026-02-30"], "is no day"],
    [["holds", "ignore", "1", "--reason", "x", "--until", "2020-01-01"], "is past"],
    [["holds", "unignore", "999999"], "None of these is ignored"],
    [["holds", "replay"], "Say which"],
    [["holds", "replay", "1", "--code", "po-refused"], "Say which"],
    [["holds", "replay", "999999"], "Nothing is held that fits"],
    [["runs", "resume"], '"" is no run'],
    [["runs", "resume", "999"], "There is no run 999"],
    [["runs", "resume", "1"], "there is nothing to resume"],
  ])("%j is refused with a sentence, exit code 2", async (args, sentence) => {
    const ended = await bench.run(args);
    // With --json the error is an object among the results.
    expect(ended.err + ended.out).toMatch(new RegExp(sentence));
    expect(ended.code).toBe(2);
    expect(ended.err).not.toMatch(/\n\s+at /);
  });
});

describe("a paused run", () => {
  it("says how it stood and what to press, and is resumed by that", async () => {
    await bench.procoreDoor("POST", "weather", {
      on: { path: "/rest/v1.1/projects|/rest/v1.0/companies|wbs_codes" },
      times: 1_000,
      how: "refuse",
      status: 401,
      shape: "error",
    });
    const paused = await bench.run(["sync", "--full"]);
    expect(paused.code).toBe(3);
    expect(paused.out).toMatch(/\[procore\.unauthorised\]/);
    const run = /Run (\d+) of main: paused/.exec(paused.out)?.[1] ?? "";
    expect(paused.out).toContain(`ml-connector runs resume ${run}`);
    const shown = (await bench.run(["runs", run])).out;
    expect(shown).toMatch(/It stood at [\w-]+ plan/);
    expect(shown).toMatch(/GET \S+ +401 +refused/);
    expect(await bench.run(["holds", "replay", "--code", "mapping-no-rule"])).toMatchObject({
      code: 3,
      err: expect.stringContaining("run.already-open"),
    });
    await bench.procoreDoor("DELETE", "weather");
    const resumed = await bench.run(["runs", "resume", run]);
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.out).toContain(`Run ${run} of main: finished`);
  });
});
