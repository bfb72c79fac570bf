import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { SapFacts } from "../../core/index.ts";
import { readSapFacts, sapFactsText } from "./sap-facts-file.ts";

const folder = mkdtempSync(join(tmpdir(), "mlc-facts-"));
const file = join(folder, "facts.json");
afterAll(() => rmSync(folder, { recursive: true }));

const facts: SapFacts = {
  version: 1,
  takenAt: "2026-09-05T00:00:00.000Z",
  scope: { companyCodes: ["1000"], costSources: { "1000": "coep" }, costsFrom: "", zoneMinutes: [60, 120] },
  readers: [{ reader: "RFC_READ_TABLE", isPresent: true, why: "in this system" }],
  tables: [
    { table: "EKKO", state: "readable", reader: "RFC_READ_TABLE", rows: { rows: 7, how: "counted" } },
    { table: "BSEG", state: "refused", barrier: "table-right", code: "sap.not-authorised", key: "NOT_AUTHORIZED", detail: "" },
  ],
  samples: [{ what: "vendors", rows: 9, milliseconds: 1.5 }],
  load: { calls: 1, rows: 2, milliseconds: 3.5 },
  trouble: [{ what: "recent cost", code: "sap.dump", place: "COEP", detail: "" }],
  skipped: [{ what: "vendors of SAP", why: "its time was over" }],
};

async function readBack(text: string): Promise<unknown> {
  writeFileSync(file, text);
  return readSapFacts(file).catch((error: Error) => error.message);
}

describe("the file of SAP's half", () => {
  it("comes back as it was written", async () => {
    expect(await readBack(sapFactsText(facts))).toEqual(facts);
  });

  it.each<[string, unknown, RegExp]>([
    ["another version", { ...facts, version: 2 }, /version/],
    ["a key that is none of ours", { ...facts, more: 1 }, /more/],
    [
      "a code that the registry does not know",
      { ...facts, trouble: [{ ...facts.trouble[0], code: "sap.nonsense" }] },
      /trouble\.0\.code/,
    ],
    ["a count that is none", { ...facts, load: { calls: -1, rows: 0, milliseconds: 0 } }, /load\.calls/],
    [
      "something that is no vendor",
      { ...facts, vendors: { isWhole: true, records: [{ kind: "invoice" }] } },
      /vendors\.records\.0/,
    ],
  ])("refuses %s by its place", async (_, value, place) => {
    expect(await readBack(JSON.stringify(value))).toMatch(place);
  });

  it("refuses what is no JSON", async () => {
    expect(await readBack("{")).toMatch(/is no JSON/);
  });
});
