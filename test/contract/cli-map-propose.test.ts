// Proposals as a controller works with them: propose into a file, mark rows in a spreadsheet, accept, put the new rules in place. Over SAP's names as a run reads them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMapping } from "../../src/cli/config/index.ts";
import { openStoreOnly } from "../../src/cli/wiring/store-only.ts";
import { type CliBench, openCliBench } from "../support/cli-bench.ts";

type Found = {
  hasReference: boolean;
  currencies: { of: string; currency: string; sizeMinor: string; coveredPermille: number; proposedPermille: number }[];
  proposals: { points: number; isSure: boolean; rule: { project: string; cost_code: string; cost_type: string } }[];
  questions: { object: string }[];
};
type Covered = { currencies: { currency: string; coveredPermille: number }[] };

let bench: CliBench;
let rules: string;
const file = (name: string) => join(bench.folder, name);
const put = (name: string, text: string | Uint8Array) => writeFileSync(file(name), text);
const text = (name: string) => readFileSync(file(name), "utf8");

/** The world's rules without those of its second project, and SAP's names. */
beforeAll(async () => {
  bench = await openCliBench();
  await bench.init();
  put("ml-connector.yaml", text("ml-connector.yaml").replace(/^( +)mapping: mapping.csv$/m, "$&\n$1reference: after-costs"));
  const kinds = "[company-code, cost-center, cost-element, gl-account, project, wbs-element, order]";
  put("agent.yaml", text("agent.yaml").replace(/^sap:$/m, `sap:\n  reference: ${kinds}`));
  const lines = text("mapping.csv").trimEnd().split("\n");
  rules = `${lines.filter((line) => !line.includes("26-1002")).join("\n")}\n`;
  put("mapping.csv", rules);
  const planned = await bench.run(["plan"]);
  expect(planned, planned.err).toMatchObject({ code: 0 });
});
afterAll(() => bench.close());

/** What Excel in Germany makes of the file: semicolons, Windows' code page, and a word in the first column of the rows that `isTaken`. */
function saveAsExcel(from: string, to: string, isTaken: (line: string) => boolean, change = (line: string) => line): number {
  const [head = "", ...lines] = text(from).replace("\uFEFF", "").trimEnd().split("\r\n");
  const marked = lines.map((line) => (isTaken(line) ? change(`ja${line}`) : line));
  put(to, Buffer.from(`${[head, ...marked].join("\r\n")}\r\n`, "latin1"));
  return marked.filter((line) => line.startsWith("ja")).length;
}

async function audited(): Promise<{ actor: string; detail: { rules: number; note: string; after: string } }[]> {
  const opened = await openStoreOnly({ configFile: file("ml-connector.yaml"), log: () => undefined, env: {} });
  if (!opened) throw new Error("no store");
  try {
    const { rows } = await opened.store.transact({ tenant: "main" }, (tx) =>
      sql<{ actor: string; detail: { rules: number; note: string; after: string } }>`
        select actor, detail from audit where action = 'mapping.accepted' order by at`.execute(tx),
    );
    return [...rows];
  } finally {
    await opened.close();
  }
}

describe("ml-connector map propose and accept", () => {
  it("proposes by SAP's names and Procore's codes, into a file that is no mapping and is not written over", async () => {
    const found = await bench.runJson<Found>(
      "map",
      "propose",
      "--limit",
      "10000",
      "--out",
      "proposals.csv",
      "--delimiter",
      "semicolon",
    );
    expect(found.hasReference).toBe(true);
    const second = found.proposals.filter(({ rule }) => rule.project === "26-1002");
    expect(second.length).toBeGreaterThan(5);
    expect(second.filter(({ isSure }) => isSure).length).toBeGreaterThan(5);
    expect(found.currencies.find(({ of, currency }) => of === "cost" && currency === "CAD")).toMatchObject({
      coveredPermille: 0,
      proposedPermille: 1_000,
    });
    // Items of purchase orders take part, apart from cost.
    expect(found.currencies.filter(({ of }) => of === "order").map(({ currency }) => currency)).toContain("USD");
    expect(found.questions.length).toBeGreaterThan(0);
    expect(await bench.run(["map", "propose", "--out", "proposals.csv"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("is there already"),
    });
    expect(() => readMapping("proposals.csv", text("proposals.csv"))).toThrow(
      expect.objectContaining({ code: "mapping.invalid" }),
    );
    expect(text("mapping.csv")).toBe(rules);
  });

  it("says in money what few proposals come to, and what the next one adds", async () => {
    const { out } = await bench.run(["map", "propose", "--limit", "4"]);
    expect(out).toMatch(
      /CAD: rules of today cover 0\.0 % of [\d,.]+ CAD; these \d+ proposals bring it to \d+\.\d %; the next best adds \d+\.\d %/,
    );
    expect(out).toMatch(/wbs P-1002-\S+ +\S+ +26-1002 \S+ +\d+ sure/);
    expect(out).toMatch(/^USD ordered: rules of today cover \d+\.\d % of [\d,.]+ USD ordered; /m);
    expect(out).toContain("Nothing is applied");
  });

  it("takes what a person marked into a new file, shows what it moves, and notes who did it", async () => {
    const marked = saveAsExcel("proposals.csv", "marked.csv", (line) => line.includes("26-1002"));
    const shown = await bench.run(["map", "accept", "marked.csv"]);
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining("Nothing is written") });
    expect(shown.out).toMatch(/\(no rule\) +26-1002 /);
    expect(await audited()).toEqual([]);
    const taken = await bench.runJson<{ accepted: number; after: string }>(
      "map",
      "accept",
      "marked.csv",
      "--out",
      "next.csv",
      "--note",
      "site two",
    );
    expect(taken.accepted).toBe(marked);
    expect(text("mapping.csv")).toBe(rules);
    expect(await audited()).toMatchObject([
      { actor: expect.stringMatching(/^user:/), detail: { rules: marked, note: "site two", after: taken.after } },
    ]);
    // A second time finds the file there, and leaves no note.
    expect(await bench.run(["map", "accept", "marked.csv", "--out", "next.csv"])).toMatchObject({ code: 2 });
    expect(await audited()).toHaveLength(1);
    put("mapping.csv", text("next.csv"));
    expect(readMapping("next.csv", text("next.csv")).version).toBe(taken.after);
    const { currencies } = await bench.runJson<Covered>("map", "coverage");
    expect(currencies.find(({ currency }) => currency === "CAD")?.coveredPermille).toBe(1_000);
  });

  it("tells what ranks before a rule of today, and refuses what ties with one", async () => {
    // A rule for a whole project of today ranks behind the rows for its elements.
    put("mapping.csv", `${rules},wbs,P-1002*,,,,,26-1001,01-100,O\n`);
    const wide = await bench.run(["map", "accept", "marked.csv"]);
    expect(wide.out).toMatch(/marked\.csv:\d+ would take from mapping\.csv:\d+: its lines to come go elsewhere/);
    // Taken twice, each row ties with itself, and both places are named.
    put("mapping.csv", text("next.csv"));
    const again = await bench.run(["map", "accept", "marked.csv"]);
    expect(again).toMatchObject({ code: 2 });
    expect(again.err).toMatch(/mapping\.csv:\d+ and marked\.csv:\d+ cannot stand together/);
    put("mapping.csv", rules);
  });

  it("refuses a row that a spreadsheet changed, and a file in which nothing is marked", async () => {
    saveAsExcel(
      "proposals.csv",
      "broken.csv",
      (line) => line.includes("26-1002"),
      (line) => line.replace(/;'03-\d00;/, ";Mrz 03;"),
    );
    const broken = await bench.run(["map", "accept", "broken.csv", "--out", "broken-next.csv"]);
    expect(broken).toMatchObject({ code: 2, err: expect.stringContaining("is not as it was proposed") });
    expect(existsSync(file("broken-next.csv"))).toBe(false);
    const unmarked = await bench.run(["map", "accept", "proposals.csv"]);
    expect(unmarked).toMatchObject({ code: 2, err: expect.stringContaining("No row of") });
  });
});
