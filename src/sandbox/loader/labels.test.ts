import { describe, expect, it } from "vitest";
import { readExtract } from "./extract.ts";
import type { FileProfile } from "./profiles.ts";

const base: FileProfile = {
  table: "SKB1",
  hasIndexColumn: false,
  hasByteOrderMark: false,
  style: { times: "12h", isDataFrame: false },
  hasContinuationRows: false,
  lossy: {},
};
const read = (lines: readonly string[], change: Partial<FileProfile>) =>
  readExtract(`${lines.join("\n")}\n`, "file.csv", { ...base, ...change }, "100");

const labels = new Map([
  ["Account#1", "SAKNR"],
  ["Company#1", "BUKRS"],
  ["Currency#2", "WAERS"],
]);

describe("a header of labels", () => {
  it("tells equal labels apart by their order, drops the others by name, and needs no client", () => {
    const { rows, report } = read(["Account,Company,Currency,Currency,Account", "160000,1710,XXX,USD,9"], { labels });
    expect(rows).toEqual([{ SAKNR: "0000160000", BUKRS: "1710", WAERS: "USD" }]);
    expect(report.droppedColumns).toEqual(["Currency", "Account"]);
  });

  it("is refused when a label that the profile counts on is missing", () => {
    expect(() => read(["Account,Company,Currency", "160000,1710,USD"], { labels })).toThrow("lacks the label Currency#2");
  });
});

describe("raw exports", () => {
  const style = { times: "compact", dates: "compact", isDataFrame: false, isLowerCased: true } as const;
  const header = "mandt,bukrs,saknr,waers,erdat";

  it("give capital codes back, read stored days, and count rows of other clients", () => {
    const lines = [
      header,
      "100,us01,0000160000,usd,20060425",
      "200,us01,0000160000,eur,20060425",
      "100,us01,0000170000,usd,00000000",
    ];
    const { rows, report } = read(lines, { style, hasLowerCaseHeader: true, hasOtherClients: true });
    expect(rows).toEqual([
      { BUKRS: "US01", SAKNR: "0000160000", WAERS: "USD", ERDAT: "20060425" },
      { BUKRS: "US01", SAKNR: "0000170000", WAERS: "USD" },
    ]);
    expect(report).toMatchObject({ rowsRead: 3, rowsKept: 2, otherClientRows: 1 });
  });

  it("take a file of another client only where the profile says so", () => {
    const lines = [header, "000,us01,0000160000,usd,20060425"];
    expect(() => read(lines, { style, hasLowerCaseHeader: true })).toThrow("the extract must be of client 100");
    expect(read(lines, { style, hasLowerCaseHeader: true, client: "000" }).rows).toHaveLength(1);
  });

  it.each(["20061325", "2006-04-2", "20060230"])("refuse %s as a day", (day) => {
    expect(() => read([header, `100,us01,1,usd,${day}`], { style, hasLowerCaseHeader: true })).toThrow("is not a day");
  });
});

describe("a decimal comma", () => {
  const rate = (text: string, commaColumns: readonly string[]) =>
    read(["MANDT,EBELN,WKURS", `100,45,"${text}"`], { table: "EKKO", commaColumns }).rows[0]?.["WKURS"];

  it("is read in the columns that have one, and refused in the others", () => {
    expect(rate("0,91591", ["WKURS"])).toBe("0.91591");
    expect(rate("1.277,00000", ["WKURS"])).toBe("1277.00000");
    expect(() => rate("0,91591", [])).toThrow("is not a number with a decimal point");
  });
});
