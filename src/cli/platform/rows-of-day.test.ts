import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRowsOfDay } from "./rows-of-day.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mlc-rows-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const file = () => join(folder, "main.rows");

describe("the rows of a day in a file", () => {
  it("are there for whoever looks next, by who read them", () => {
    const agent = createRowsOfDay(file());
    const desk = createRowsOfDay(file());
    expect(agent.read("20780")).toEqual({ agent: 0, terminal: 0 });
    agent.add("20780", "agent", 5_000);
    desk.add("20780", "terminal", 7);
    desk.add("20780", "terminal", 0);
    agent.add("20780", "agent", 1);
    for (const each of [agent, desk, createRowsOfDay(file()), agent])
      expect(each.read("20780")).toEqual({ agent: 5_001, terminal: 7 });
  });

  it("begin anew with the day, and files of days that are over go away", () => {
    const rows = createRowsOfDay(file());
    rows.add("20779", "agent", 5);
    writeFileSync(join(folder, "other.rows-20779"), "");
    expect(rows.read("20780")).toEqual({ agent: 0, terminal: 0 });
    const another = createRowsOfDay(file());
    another.add("20780", "agent", 6);
    expect(rows.read("20780")).toEqual({ agent: 6, terminal: 0 });
    expect(readdirSync(folder).sort()).toEqual(["main.rows-20780", "other.rows-20779"]);
  });

  it("are counted by their whole lines: half of one is of a process that writes just now", () => {
    const rows = createRowsOfDay(file());
    writeFileSync(`${file()}-1`, "agent 10\nnonsense\nterm");
    expect(rows.read("1")).toEqual({ agent: 10, terminal: 0 });
    writeFileSync(`${file()}-1`, "agent 10\nnonsense\nterminal 4\n");
    expect(rows.read("1")).toEqual({ agent: 10, terminal: 4 });
  });

  it("lose nothing while several processes write", async () => {
    const module = new URL("./rows-of-day.ts", import.meta.url).href;
    const script = `const { createRowsOfDay } = await import(${JSON.stringify(module)});
      const rows = createRowsOfDay(${JSON.stringify(file())});
      for (let at = 0; at < 500; at += 1) rows.add("20780", process.argv[1], 3);`;
    const ends = ["agent", "terminal", "terminal"].map(
      (by) =>
        new Promise((resolve) =>
          spawn(process.execPath, ["--input-type=module", "-e", script, by], { stdio: "ignore" }).once("close", resolve),
        ),
    );
    expect(await Promise.all(ends)).toEqual([0, 0, 0]);
    expect(createRowsOfDay(file()).read("20780")).toEqual({ agent: 1_500, terminal: 3_000 });
  });

  it("that cannot be kept end the reading by name", () => {
    const rows = createRowsOfDay(join(folder, "absent", "main.rows"));
    expect(() => rows.add("20780", "agent", 5)).toThrow(expect.objectContaining({ code: "config.invalid" }));
    expect(() => rows.add("20780", "agent", 5)).toThrow("policy.rowsPerDay cannot be counted there (ENOENT)");
  });
});
