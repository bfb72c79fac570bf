import { describe, expect, it } from "vitest";
import { readExtract } from "./extract.ts";
import type { FileProfile } from "./profiles.ts";

const profile: FileProfile = {
  table: "EKKO",
  hasIndexColumn: false,
  hasByteOrderMark: true,
  style: { times: "24h", isDataFrame: false },
  hasContinuationRows: true,
  lossy: {},
};
const mark = "\uFEFF";
const read = (lines: readonly string[], change: Partial<FileProfile> = {}) =>
  readExtract(`${mark}${lines.join("\n")}\n`, "EKKO.csv", { ...profile, ...change }, "375");

describe("an extract", () => {
  it("keeps what the dictionary knows, names what it drops, and skips continuation rows", () => {
    const { rows, report } = read([
      "MANDT,EBELN,BUKRS,WKURS,OTB_LEVEL,FORCE_ID",
      '375,4500000001,US00,"/1,277.00000",X,',
      "375,4500000002,US00,1,,",
      ",,,1,,",
    ]);
    expect(rows).toEqual([
      { EBELN: "4500000001", BUKRS: "US00", WKURS: "-1277.00000" },
      { EBELN: "4500000002", BUKRS: "US00", WKURS: "1.00000" },
    ]);
    expect(report).toMatchObject({ rowsRead: 3, rowsKept: 2, continuationRows: 1, droppedColumns: ["OTB_LEVEL", "FORCE_ID"] });
  });

  it("reads the index column and the numbers of a data frame", () => {
    const text = ",MANDT,BUKRS,BELNR,GJAHR,AWKEY\n0,375,US00,1500000001.0,2017,4.9E+13\n1,375,US00,1500000002.0,2017,AB\n";
    const frame: FileProfile = {
      ...profile,
      table: "BKPF",
      hasIndexColumn: true,
      hasByteOrderMark: false,
      style: { times: "12h", isDataFrame: true },
      lossy: { AWKEY: /E\+/ },
    };
    const { rows, report } = readExtract(text, "BKPF.csv", frame, "375");
    expect(rows).toEqual([
      { BUKRS: "US00", BELNR: "1500000001", GJAHR: "2017" },
      { BUKRS: "US00", BELNR: "1500000002", GJAHR: "2017", AWKEY: "AB" },
    ]);
    expect(report.lossyValues).toEqual({ AWKEY: 1 });
  });

  it("counts a row that comes twice and refuses two that differ", () => {
    const head = "MANDT,EBELN,BUKRS";
    expect(read([head, "375,45,US00", "375,45,US00"]).report).toMatchObject({ rowsKept: 1, duplicateRows: 1 });
    expect(() => read([head, "375,45,US00", "375,45,DE00"])).toThrow(
      "EKKO.csv:3: key 0000000045: an earlier row of the same key",
    );
  });

  it.each<[string, readonly string[], Partial<FileProfile>]>([
    ['EKKO.csv:2: column BEDAT, value "13/40/17": is not a day', ["MANDT,EBELN,BEDAT", "375,45,13/40/17"], {}],
    ['EKKO.csv:2: column EBELN, value "4.5E+09": is in scientific notation', ["MANDT,EBELN", "375,4.5E+09"], {}],
    ['EKKO.csv:2: column MANDT, value "140": the extract must be of client 375', ["MANDT,EBELN", "140,45"], {}],
    [
      'EKKO.csv:2: column MANDT, value "": the extract must be of client 375',
      ["MANDT,EBELN", ","],
      { hasContinuationRows: false },
    ],
    ["EKKO.csv:1: lacks the key column EBELN", ["MANDT,BUKRS", "375,US00"], {}],
    ['column 3, value "EBELN": a name is missing or comes twice', ["MANDT,EBELN,EBELN", "375,45,45"], {}],
    ['column 1, value "": a name is missing', [",MANDT,EBELN", "0,375,45"], {}],
    ["EKKO.csv: is not a well-formed CSV file", ["MANDT,EBELN", "375,45,66"], {}],
    ["EKKO.csv: is not a well-formed CSV file", ["MANDT,EBELN", '375,"45'], {}],
    ["begins with a byte order mark", ["MANDT,EBELN", "375,45"], { hasByteOrderMark: false }],
    ["the dictionary has no table NOPE", ["MANDT,EBELN", "375,45"], { table: "NOPE" }],
  ])("is refused: %s", (message, lines, change) => {
    expect(() => read(lines, change)).toThrow(message);
  });
});
