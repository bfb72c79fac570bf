// `ml-connector sap` as somebody of Basis uses it, without configuration, against the simulated ECC: what it says, what it refuses, and that a
// wrong password is tried once.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliBench, openCliBench, sapPassword } from "../support/cli-bench.ts";

let bench: CliBench;
beforeAll(async () => {
  bench = await openCliBench();
});
afterAll(async () => {
  await bench.close();
});

const sap = (args: readonly string[], password = sapPassword) =>
  bench.run(["sap", ...args, "--url", `${bench.eccUrl}/sap/bc/soap/rfc`, "--client", "100", "--user", "MLCONNECT"], {
    ML_CONNECTOR_SAP_PASSWORD: password,
  });
const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");
const worldRows = (table: string) => linesOf(readFileSync(join(bench.worldFolder, "ecc", "tables", `${table}.ndjson`), "utf8"));

describe("ml-connector sap", () => {
  it("reads a whole table as CSV, each row once, and says what it cost", async () => {
    const { code, out, err } = await sap(["read", "EKPO", "--fields", "EBELN,EBELP,TXZ01", "--csv"]);
    expect(code).toBe(0);
    const [header, ...rows] = linesOf(out);
    expect(header).toBe("EBELN,EBELP,TXZ01");
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.length).toBe(worldRows("EKPO").length);
    expect(err).toContain(`EKPO has ${rows.length} rows`);
    expect(err).toMatch(/read with RFC_READ_TABLE: \d+ calls/);
  });

  it("filters, limits, and gives one JSON object a line", async () => {
    const { out } = await sap([
      "read",
      "EKKO",
      "--fields",
      "EBELN,AEDAT",
      "--where",
      "BSTYP = F and AEDAT >= 2020-01-01",
      "--limit",
      "3",
      "--json",
    ]);
    const rows = linesOf(out).map((line) => JSON.parse(line) as Record<string, string>);
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row.AEDAT).toMatch(/^20\d{6}$/);
  });

  it("reads little of a table for a person who wants to see little", async () => {
    const rowsSent = async () => (await bench.eccStats()).tables.BSEG?.rowsSent ?? 0;
    const before = await rowsSent();
    const { out } = await sap(["read", "BSEG", "--fields", "BELNR", "--limit", "2", "--csv"]);
    expect(linesOf(out)).toHaveLength(3);
    expect(worldRows("BSEG").length).toBeGreaterThan(300);
    expect((await rowsSent()) - before).toBeLessThan(worldRows("BSEG").length);
  });

  it("counts with the filter where the customer's reader is there", async () => {
    await bench.eccSwitch({ absentModules: [] });
    const { out, err } = await sap(["read", "EKPO", "--fields", "EBELN", "--where", "EBELP = 10", "--csv"]);
    await bench.eccSwitch({ absentModules: ["Z_MLC_READ_TABLE", "/SAPDS/RFC_READ_TABLE2", "/BODS/RFC_READ_TABLE2"] });
    expect(err).toContain(`${linesOf(out).length - 1} rows of EKPO meet the filter`);
    expect(err).toContain("read with Z_MLC_READ_TABLE");
  });

  it("describes a table, lists tables, and probes which reader serves it", async () => {
    expect((await sap(["describe", "EKKN"])).out).toMatch(/VPROZ +DEC +3,1/);
    expect(linesOf((await sap(["tables", "EKK*"])).out)).toEqual([
      expect.stringMatching(/^EKKN/),
      expect.stringMatching(/^EKKO/),
    ]);
    const probed = await sap(["probe", "--table", "EKKO", "EKBE_MA", "REPOSRC", "--json"]);
    expect(probed.code).toBe(2);
    const found = JSON.parse(probed.out) as { tables: { table: string; ok: boolean; reader: string }[] };
    expect(found.tables.map(({ table, ok, reader }) => [table, ok, reader])).toEqual([
      ["EKKO", true, "RFC_READ_TABLE"],
      ["EKBE_MA", true, "BBP_RFC_READ_TABLE"],
      ["REPOSRC", false, ""],
    ]);
  });

  it.each([
    [["read", "NOPE"], 2, "SAP knows no table NOPE"],
    [["read", "EKPO", "--fields", "NOPE"], 2, "EKPO has no field NOPE"],
    [["read", "EKPO", "--fields", "*"], 2, "* is never asked of SAP"],
    [["read", "EKPO", "--where", "EBELN = 1 EBELP = 2"], 2, "at column 11"],
    [["read", "EKPO; DROP"], 2, "is no table name"],
    [["read", "EKKO", "--where", "AEDAT = 2024-02-31"], 2, "EKKO-AEDAT"],
    [["read", "EKPO", "--where", "EBELP = ten"], 2, "EKPO-EBELP"],
    [["read", "EKPO", "--limit", "0"], 2, "give a whole number"],
  ])("refuses %j with what is wrong", async (args, code, sentence) => {
    const ended = await sap(args);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(sentence);
    expect(ended.out).toBe("");
  });

  it("tries a wrong password once and does not show it", async () => {
    const before = await bench.eccStats();
    const ended = await sap(["read", "T001"], "wr0ng-pass");
    expect(ended.code).toBe(2);
    expect(ended.err).toContain("[sap.logon]");
    expect(ended.err + ended.out).not.toContain("wr0ng-pass");
    expect((await bench.eccStats()).logonsBad - before.logonsBad).toBe(1);
    // Leaves the counter of bad logons as it was found.
    expect((await sap(["read", "T001"])).code).toBe(0);
  });
});
