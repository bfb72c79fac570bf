import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCalendarRows } from "./read-calendar.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mlc-calendar-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const read = (text: string) => {
  writeFileSync(join(folder, "T009B.csv"), text);
  return readCalendarRows(join(folder, "ml-connector.yaml"), { t009b: "T009B.csv" });
};

describe("a table's CSV", () => {
  it("is read by the names of its fields, in whatever order, with others beside them", async () => {
    const found = await read("MANDT,PERIV,BDATJ,BUTAG,BUMON,RELJR,POPER\n100,V3,0000,31,03,-1,012\n");
    expect(found.t009b).toEqual([{ PERIV: "V3", BDATJ: "0000", BUMON: "03", BUTAG: "31", POPER: "012", RELJR: "-1" }]);
    expect(found.t009).toEqual([]);
  });

  it("without a field refuses, and so does what is no table or is not there", async () => {
    const wrong = ["PERIV,BDATJ,BUMON,BUTAG,POPER\nV3,0000,03,31,012\n", "", "PERIV,BDATJ,BUMON,BUTAG,POPER,RELJR\nV3,0000\n"];
    for (const text of wrong) await expect(read(text)).rejects.toMatchObject({ code: "calendar.invalid" });
    const absent = readCalendarRows(join(folder, "ml-connector.yaml"), { t009: "T009.csv" });
    await expect(absent).rejects.toMatchObject({ code: "calendar.invalid" });
  });
});
