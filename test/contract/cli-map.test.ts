// The mapping as a person works on it: check, export in both forms, and coverage in money over what a sync really read.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStoreOnly } from "../../src/cli/wiring/store-only.ts";
import { type CliBench, openCliBench } from "../support/cli-bench.ts";

type Share = { name: string; lines: number; sizeMinor: string; permille: number };
type Found = { currency: string; lines: number; sizeMinor: string; coveredMinor: string; rules: Share[]; gaps: Share[] };

let bench: CliBench;
beforeAll(async () => {
  bench = await openCliBench();
  await bench.init();
  const synced = await bench.run(["sync"]);
  expect(synced.code).toBe(0);
});
afterAll(async () => {
  await bench.close();
});

const file = (name: string) => join(bench.folder, name);
const mappingText = () => readFileSync(file("mapping.csv"), "utf8");

async function covered(): Promise<Found[]> {
  const { code, out } = await bench.run(["map", "coverage", "--json", "--limit", "10000"]);
  expect(code).toBe(0);
  return (JSON.parse(out) as { currencies: Found[] }).currencies;
}

/** Lines and their size as the store has them, by a reading of its own. */
async function stored(where = sql`true`): Promise<{ lines: number; size: bigint }> {
  const opened = await openStoreOnly({ configFile: file("ml-connector.yaml"), log: () => undefined, env: {} });
  if (!opened) throw new Error("no store");
  try {
    return await opened.store.transact({ tenant: "main" }, async (tx) => {
      const { rows } = await sql<{ lines: number; size: bigint }>`
        select count(*)::int as lines, coalesce(sum(abs(amount_minor)), 0)::bigint as size from cost_line c
          join cost_document d using (document)
        where d.rejection is null and object is not null and disposition <> 'excluded' and ${where}`.execute(tx);
      return rows[0] ?? { lines: 0, size: 0n };
    });
  } finally {
    await opened.close();
  }
}

const sumOf = (shares: readonly Share[]) => shares.reduce((sum, { sizeMinor }) => sum + BigInt(sizeMinor), 0n);
const all = (found: readonly Found[], of: "rules" | "gaps") => found.flatMap((each) => each[of]);

describe("ml-connector map", () => {
  it("covers every line that was read, in money, and what was held for want of a rule is a gap", async () => {
    const found = await covered();
    const whole = await stored();
    expect(whole.lines).toBeGreaterThan(50);
    expect(found.reduce((sum, { lines }) => sum + lines, 0)).toBe(whole.lines);
    expect(sumOf([...all(found, "rules"), ...all(found, "gaps")])).toBe(whole.size);
    const held = await stored(sql`reason = 'mapping-no-rule'`);
    expect(held.lines).toBeGreaterThan(0);
    expect(sumOf(all(found, "gaps"))).toBeGreaterThanOrEqual(held.size);
    const text = (await bench.run(["map", "coverage"])).out;
    expect(text).toMatch(/rules cover \d+\.\d % of [\d,.]+ USD in \d+ lines/);
    expect(text).toMatch(/the next best, for [\w-]+ \S+, adds \d+\.\d %/);
  });

  it("is kept, by its version, with each part that it placed", async () => {
    const [checked] = JSON.parse((await bench.run(["map", "check", "--json"])).out) as { version: string }[];
    const opened = await openStoreOnly({ configFile: file("ml-connector.yaml"), log: () => undefined, env: {} });
    if (!opened) throw new Error("no store");
    try {
      const { rows } = await opened.store.transact({ tenant: "main" }, (tx) =>
        sql<{
          version: string;
          parts: number;
        }>`select mapping_version as version, count(*)::int as parts from cost_part group by 1`.execute(tx),
      );
      expect(rows).toEqual([{ version: checked?.version, parts: expect.any(Number) }]);
    } finally {
      await opened.close();
    }
  });

  it("tells rules apart by the day on which they hold", async () => {
    const before = await covered();
    const rows = mappingText().trimEnd().split("\n");
    const cellsOf = (name: string) => (rows[Number(name.split(":")[1]) - 1] ?? "").split(",");
    // Of an object and an account, so that no rule says more; the one with most lines.
    const telling = all(before, "rules").filter(({ name }) => cellsOf(name)[2] !== "" && cellsOf(name)[3] !== "");
    const largest = telling.toSorted((left, right) => right.lines - left.lines)[0];
    const number = Number(largest?.name.split(":")[1]);
    const cells = cellsOf(largest?.name ?? "");
    const day = "20260401";
    const [early, late] = [cells.with(6, "2026-03-31"), cells.with(5, "2026-04-01")];
    writeFileSync(
      file("mapping.csv"),
      `${[...rows.slice(0, number - 1), early.join(","), ...rows.slice(number), late.join(",")].join("\n")}\n`,
    );
    const after = await covered();
    const linesOf = (name: string) =>
      all(after, "rules")
        .filter((each) => each.name === name)
        .reduce((sum, each) => sum + each.lines, 0);
    const lateLines = await stored(sql`object_kind = ${cells[1]} and ltrim(object, '0') = ltrim(${cells[2]}, '0')
      and ltrim(account, '0') = ltrim(${cells[3]}, '0') and posting_date >= ${day}`);
    expect(linesOf(`mapping.csv:${rows.length + 1}`)).toBe(lateLines.lines);
    expect(linesOf(`mapping.csv:${number}`)).toBe((largest?.lines ?? 0) - lateLines.lines);
    expect(lateLines.lines).toBeGreaterThan(0);
    expect(sumOf(all(after, "gaps"))).toBe(sumOf(all(before, "gaps")));
  });

  it("writes rules that are the same rules again, and refuses a tie with both lines", async () => {
    type Checked = { version: string; rules: number }[];
    const version = async () => (JSON.parse((await bench.run(["map", "check", "--json"])).out) as Checked)[0];
    const before = await version();
    expect(before?.version).toMatch(/^[0-9a-f]{16}$/);
    const yaml = (await bench.run(["map", "export", "--format", "yaml"])).out;
    const csv = (await bench.run(["map", "export"])).out;
    writeFileSync(file("mapping.csv"), csv);
    expect(await version()).toEqual(before);
    writeFileSync(file("mapping.yaml"), yaml);
    const config = readFileSync(file("ml-connector.yaml"), "utf8");
    writeFileSync(file("ml-connector.yaml"), config.replace("mapping: mapping.csv", "mapping: mapping.yaml"));
    expect(await version()).toMatchObject({ version: before?.version });
    writeFileSync(file("ml-connector.yaml"), config);
    writeFileSync(file("mapping.csv"), `${csv}${csv.split("\n")[1]}\n`);
    const tied = await bench.run(["map", "check"]);
    expect(tied.code).toBe(2);
    expect(tied.err).toMatch(/\[mapping\.invalid\] .*mapping\.csv:(\d+): lines 2 and \1 tie: same patterns, overlapping dates/);
  });

  it("shows what is posted elsewhere than the rules say, and marks it only by an explicit word with a reason", async () => {
    const rows = mappingText().trimEnd().split("\n");
    // The last row ties on purpose.
    const rules = rows.slice(0, -1).map((row) => row.split(","));
    const project = rules[0]?.indexOf("project") ?? -1;
    const [one, two] = [...new Set(rules.slice(1).map((cells) => cells[project]))];
    const placed = rules.map((cells) => (cells[project] === one ? cells.with(project, two ?? "") : cells).join(","));
    writeFileSync(file("mapping.csv"), `${placed.join("\n")}\n`);
    type Shown = {
      moves: { from: { project: string }; to: { project: string }; lines: number; minor: string }[];
      lines: number;
      recoding?: string;
    };
    const shown = async (...args: string[]) =>
      JSON.parse((await bench.run(["map", "recode", "--json", "--limit", "10000", ...args])).out) as Shown;
    const seen = await shown("--dry-run", "--yes", "--note", "why");
    expect(seen.recoding).toBeUndefined();
    expect(seen.lines).toBeGreaterThan(0);
    expect(seen.moves.every(({ from, to }) => from.project === one && to.project === two)).toBe(true);
    const posted = await stored(sql`disposition = 'posted' and project = ${one ?? ""}`);
    expect(seen.moves.reduce((sum, { lines }) => sum + lines, 0)).toBe(posted.lines);
    expect((await bench.run(["map", "recode", "--yes"])).err).toContain("needs a reason");
    const marked = await bench.run(["map", "recode", "--yes", "--note", "wrong project"]);
    expect(marked.out).toContain("Marked as re-coding 1");
    const listed = (await bench.run(["map", "recode", "--list"])).out;
    expect(listed).toMatch(new RegExp(`^ *1 .*${posted.lines} marked +wrong project`, "m"));
    expect((await bench.run(["map", "recode", "--withdraw", "1"])).out).toContain(`${posted.lines} lines are not marked`);
  });
});
