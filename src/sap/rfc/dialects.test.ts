import { describe, expect, it } from "vitest";
import {
  classicParameters,
  failed,
  newParameters,
  type Script,
  scriptedSap,
  zParameters,
} from "../../../test/support/scripted-readers.ts";
import type { RfcClient } from "../../ports/index.ts";
import type { Dialect } from "./dialect.ts";
import { classicDialect } from "./dialect-classic.ts";
import { entriesDialect } from "./dialect-entries.ts";
import { etDataDialect } from "./dialect-et-data.ts";
import { table2Dialect } from "./dialect-table2.ts";
import { zDialect } from "./dialect-z.ts";
import { createDictionary, type DictionaryField } from "./dictionary.ts";
import { createTableReader } from "./read-table.ts";
import type { ReadOutcome, ReadRequest } from "./table-reader.ts";
import { all, between, compare, equal, not, oneOf, startsWith } from "./where.ts";

const column = (name: string, letter: string, length: number, more: { decimals?: number; isKey?: boolean } = {}) => {
  const type = { C: "CHAR", N: "NUMC", D: "DATS", P: "CURR", X: "RAW", g: "STRG", F: "FLTP", I: "INT4" }[letter] ?? "CHAR";
  return { name, type, letter, length, ...more };
};
const client = { name: "MANDT", type: "CLNT", letter: "C", length: 3, isKey: true };
const order = [
  client,
  column("EBELN", "C", 10, { isKey: true }),
  column("TXZ01", "C", 40),
  column("AEDAT", "D", 8),
  column("NETWR", "P", 13, { decimals: 2 }),
  column("WIDE", "C", 600),
];
const nasty = ["O'Brien", "a|b~c", "  leading", "", "50%_#", "日本建設"];
const rows = Array.from({ length: 25 }, (_, at) => ({
  MANDT: "100",
  EBELN: String(4_500_000_000 + at),
  TXZ01: nasty[at % nasty.length] ?? "",
  AEDAT: at % 5 === 0 ? "00000000" : "20240229",
  NETWR: at % 2 === 0 ? `${at}.50 ` : `${at}.50-`,
  WIDE: "w".repeat(at),
}));
const script: Script = {
  columns: order,
  rows,
  modules: {
    RFC_READ_TABLE: newParameters,
    BBP_RFC_READ_TABLE: classicParameters,
    "/SAPDS/RFC_READ_TABLE2": classicParameters,
    "/BODS/RFC_READ_TABLE2": classicParameters,
    Z_MLC_READ_TABLE: zParameters,
    RFC_GET_TABLE_ENTRIES: ["TABLE_NAME", "MAX_ENTRIES"],
  },
};

function readerOf(dialect: Dialect, change: Partial<Script> = {}) {
  const sap = scriptedSap({ ...script, ...change });
  return { ...sap, reader: createTableReader(sap.client, createDictionary(sap.client), dialect) };
}
const read = (dialect: Dialect, request: Partial<ReadRequest>, change?: Partial<Script>) =>
  readerOf(dialect, change).reader.read({ table: "EKKO", fields: ["TXZ01", "AEDAT"], ...request });
const rowsOf = (outcome: ReadOutcome) => {
  if (outcome.kind !== "complete") throw new Error(JSON.stringify(outcome));
  return outcome.rows.toSorted((left, right) => (String(left.EBELN) < String(right.EBELN) ? -1 : 1));
};

const dialects: [string, Dialect][] = [
  classicDialect(),
  classicDialect({ canSort: true }),
  classicDialect({ function: "BBP_RFC_READ_TABLE" }),
  table2Dialect("/SAPDS/RFC_READ_TABLE2"),
  table2Dialect("/BODS/RFC_READ_TABLE2"),
  zDialect(),
].map((dialect) => [dialect.name, dialect]);

describe.each(dialects)("%s", (_, dialect) => {
  it("reads what is stored, wide columns included", async () => {
    const fields = ["TXZ01", "AEDAT", "NETWR"];
    expect(rowsOf(await read(dialect, { fields }))).toEqual(
      rows.map(({ EBELN, TXZ01, AEDAT, NETWR }) => ({
        EBELN,
        TXZ01,
        AEDAT,
        NETWR: NETWR.endsWith("-") ? `-${NETWR.slice(0, -1)}` : NETWR.trim(),
      })),
    );
  });

  it("says over with one row more than allowed", async () => {
    const outcome = await read(dialect, { rowsMax: 24 });
    expect(outcome).toMatchObject({ kind: "over", keysSeen: { length: 25 } });
    expect(rowsOf(await read(dialect, { rowsMax: 25 }))).toHaveLength(25);
  });

  it("filters, and gives nothing for nothing", async () => {
    expect(rowsOf(await read(dialect, { where: equal("EBELN", "4500000003") }))).toHaveLength(1);
    expect(rowsOf(await read(dialect, {}, { rows: [] }))).toEqual([]);
  });

  it("hands a failure on", async () => {
    const failure = failed("dump", "TIME_OUT");
    const instead: Script["instead"] = (call) => (call.function === "DDIF_FIELDINFO_GET" ? undefined : failure);
    expect(await read(dialect, {}, { instead })).toEqual({ kind: "failure", cause: "rfc", failure });
  });
});

describe("a number that lost digits", () => {
  it.each([...dialects, ["ET_DATA", etDataDialect()] as [string, Dialect]])(
    "rejects its row with %s, and no other",
    async (_, dialect) => {
      const lost = rows.map((row, at) =>
        at === 3 ? { ...row, TXZ01: "lost", NETWR: "*4567890.12-" } : { ...row, TXZ01: "kept" },
      );
      const outcome = await read(dialect, { fields: ["TXZ01", "NETWR"] }, { rows: lost });
      expect(rowsOf(outcome).map(({ TXZ01 }) => TXZ01)).toEqual(Array.from({ length: 24 }, () => "kept"));
      expect(outcome).toMatchObject({
        rejected: [{ rejected: { EBELN: "4500000003" }, code: "amount-overflow", field: "NETWR" }],
      });
    },
  );
});

describe("width", () => {
  it.each([
    ["/SAPDS/RFC_READ_TABLE2", table2Dialect("/SAPDS/RFC_READ_TABLE2")],
    ["Z_MLC_READ_TABLE", zDialect()],
    ["ET_DATA", etDataDialect()],
  ])("%s takes 650 characters in one call", async (_, dialect) => {
    const { reader, calls } = readerOf(dialect);
    const found = rowsOf(await reader.read({ table: "EKKO", fields: ["TXZ01", "WIDE"] }));
    expect(found.map(({ WIDE }) => WIDE)).toEqual(rows.map(({ WIDE }) => WIDE));
    expect(calls.filter((call) => call.function !== "DDIF_FIELDINFO_GET")).toHaveLength(1);
  });

  it("asks /SAPDS/RFC_READ_TABLE2 for all five tables, and believes the one that is named and filled", async () => {
    const { reader, calls } = readerOf(table2Dialect("/SAPDS/RFC_READ_TABLE2"));
    await reader.read({ table: "EKKO", fields: ["TXZ01"] });
    expect(calls[1]?.tables).toEqual(["TBLOUT128", "TBLOUT512", "TBLOUT2048", "TBLOUT8192", "TBLOUT30000", "FIELDS", "OPTIONS"]);
    const layout = [
      { FIELDNAME: "EBELN", OFFSET: "000000", LENGTH: "000010" },
      { FIELDNAME: "TXZ01", OFFSET: "000010", LENGTH: "000040" },
    ];
    const wrong =
      (values: Record<string, string | { WA: string }[]>): Script["instead"] =>
      (call) =>
        call.function.startsWith("/") ? { kind: "answer", values: { FIELDS: layout, ...values } } : undefined;
    const dialect = table2Dialect("/SAPDS/RFC_READ_TABLE2");
    for (const values of [
      { OUT_TABLE: "TBLOUT512", TBLOUT128: [{ WA: "x" }] },
      { OUT_TABLE: "", TBLOUT128: [{ WA: "x" }] },
      { OUT_TABLE: "TBLOUT128", TBLOUT128: [{ WA: "x" }], TBLOUT512: [{ WA: "x" }] },
      { OUT_TABLE: "TBLOUT128", TBLOUT128: [{ WA: "x".repeat(129) }] },
    ])
      expect(await read(dialect, { fields: ["TXZ01"] }, { instead: wrong(values) })).toMatchObject({ code: "layout-differs" });
  });
});

describe("order", () => {
  const reverse: Script["order"] = (all) => all.toReversed();

  it.each([
    ["RFC_READ_TABLE", classicDialect({ canSort: true })],
    ["ET_DATA", etDataDialect({ canSort: true })],
    ["Z_MLC_READ_TABLE", zDialect()],
  ])("of %s is believed only where the keys do ascend", async (_, dialect) => {
    expect(await read(dialect, { rowsMax: 5 })).toMatchObject({
      kind: "over",
      isSorted: true,
      keysSeen: [{ EBELN: "4500000000" }, {}, {}, {}, {}, { EBELN: "4500000005" }],
    });
    expect(await read(dialect, { rowsMax: 5 }, { order: reverse })).toMatchObject({ kind: "over", isSorted: false });
  });

  it("is asked for only where rows may be cut off, and only where the interface has it", async () => {
    const { reader, calls } = readerOf(classicDialect({ canSort: true }));
    await reader.read({ table: "EKKO", fields: [] });
    await reader.read({ table: "EKKO", fields: [], rowsMax: 5 });
    expect(calls.slice(1).map(({ parameters }) => parameters.GET_SORTED)).toEqual([undefined, "X"]);
    expect(await read(classicDialect(), { rowsMax: 5 })).toMatchObject({ isSorted: false });
  });

  it("of numbers is theirs, not that of their text", async () => {
    const columns = [column("NR", "I", 10, { isKey: true }), column("T", "C", 5)];
    const numbers = ["2-", "9 ", "10 "].map((NR) => ({ NR, T: "x" }));
    expect(
      await read(classicDialect({ canSort: true }), { fields: ["T"], rowsMax: 2 }, { columns, rows: numbers }),
    ).toMatchObject({ isSorted: true });
    const wrong = ["10 ", "2-", "9 "].map((NR) => ({ NR, T: "x" }));
    expect(await read(classicDialect({ canSort: true }), { fields: ["T"], rowsMax: 2 }, { columns, rows: wrong })).toMatchObject({
      isSorted: false,
    });
  });
});

describe("ET_DATA", () => {
  it("reads texts that hold delimiters, with another one", async () => {
    const texts = ["a¦b", "c¬d", "plain"];
    const some = texts.map((TXZ01, at) => ({ MANDT: "100", EBELN: `450000000${at}`, TXZ01, AEDAT: "20240229" }));
    const { reader, calls } = readerOf(etDataDialect(), { rows: some });
    expect(rowsOf(await reader.read({ table: "EKKO", fields: ["TXZ01", "AEDAT"] })).map(({ TXZ01 }) => TXZ01)).toEqual(texts);
    expect(calls.slice(1).map(({ parameters }) => parameters.DELIMITER)).toEqual(["¦", "¬", "~"]);
  });

  it("refuses by name when every delimiter occurs, and never guesses", async () => {
    const some = [{ MANDT: "100", EBELN: "1", TXZ01: "¦¬~|", AEDAT: "20240229" }];
    expect(await read(etDataDialect(), {}, { rows: some })).toMatchObject({ kind: "failure", code: "delimiter-in-text" });
  });

  it("takes a cell wider than its field for a shifted row", async () => {
    const some = [{ MANDT: "100", EBELN: "1", TXZ01: "fine", AEDAT: "2024022911111" }];
    expect(await read(etDataDialect(), {}, { rows: some })).toMatchObject({ code: "delimiter-in-text" });
  });
});

describe("Z_MLC_READ_TABLE", () => {
  it("pages behind the cursor, every row once, and never asks for more than is missing", async () => {
    const { reader, calls } = readerOf(zDialect({ pageRows: 10 }), { pageMax: 7 });
    expect(rowsOf(await reader.read({ table: "EKKO", fields: ["TXZ01"] })).map(({ EBELN }) => EBELN)).toEqual(
      rows.map(({ EBELN }) => EBELN),
    );
    const asked = () =>
      calls
        .filter(({ function: name }) => name.startsWith("Z"))
        .map(({ parameters }) => [parameters.IV_ROWS_MAX, parameters.IV_CURSOR]);
    expect(asked()).toEqual([
      ["10", ""],
      ["10", "7"],
      ["10", "14"],
      ["10", "21"],
    ]);
    calls.length = 0;
    expect(await reader.read({ table: "EKKO", fields: ["TXZ01"], rowsMax: 8 })).toMatchObject({
      kind: "over",
      keysSeen: { length: 9 },
    });
    expect(asked()).toEqual([
      ["9", ""],
      ["2", "7"],
    ]);
  });

  it("counts", async () => {
    const { reader } = readerOf(zDialect());
    expect(await reader.count?.({ table: "EKKO" })).toEqual({ kind: "count", count: 25 });
    expect(await reader.count?.({ table: "EKKO", where: equal("AEDAT", "00000000") })).toEqual({ kind: "count", count: 5 });
    expect(await readerOf(classicDialect()).reader.count?.({ table: "EKKO" })).toBeUndefined();
  });

  it("carries RAW whole, and numbers that RFC_READ_TABLE would cut", async () => {
    const columns = [column("NR", "C", 2, { isKey: true }), column("GUID", "X", 16), column("AMOUNT", "P", 5, { decimals: 2 })];
    const some = [{ NR: "1", GUID: "CE0123456789ABCDEF0123456789ABEB", AMOUNT: "999.99-" }];
    expect(rowsOf(await read(zDialect(), { fields: ["GUID", "AMOUNT"] }, { columns, rows: some }))).toEqual([
      { NR: "1", GUID: some[0]?.GUID, AMOUNT: "-999.99" },
    ]);
    expect(await read(classicDialect(), { fields: ["GUID"] }, { columns, rows: some })).toMatchObject({
      code: "field-not-readable",
    });
  });

  it("hands the cursor back as it came, blanks of the key in front and all", async () => {
    const cursors: unknown[] = [];
    const client: RfcClient = {
      async call({ parameters, stream }) {
        cursors.push(parameters.IV_CURSOR);
        const isFirst = cursors.length === 1;
        stream?.begin();
        stream?.row({ WA: isFirst ? "  7" : "  8" });
        const ET_LAYOUT = [{ FIELDNAME: "K", OFFSET: "000000", LENGTH: "000003" }];
        return { kind: "answer", values: { ET_LAYOUT, EV_COUNT: "1", EV_CURSOR: isFirst ? "  7 " : "", EV_VERSION: "1" } };
      },
      serverTime: () => undefined,
      close: async () => undefined,
    };
    const untold = { decimals: 0, text: "", referenceTable: "", referenceField: "", offset: 0, internalLength: 6 };
    const key: DictionaryField = { name: "K", dataType: "CHAR", abapType: "C", length: 3, isKey: true, ...untold };
    const description = { table: "ZT", objectType: "TRANSP", fields: [key], byName: new Map([["K", key]]) };
    const call = { description, fields: [key], options: [], where: undefined, rowCount: 0, timeoutMs: 1 };
    expect(await zDialect().readChunk(client, call)).toMatchObject({ kind: "rows", rows: [["  7"], ["  8"]] });
    expect(cursors).toEqual(["", "  7 "]);
  });

  const instead =
    (values: Record<string, string>): Script["instead"] =>
    (call) =>
      call.function.startsWith("Z")
        ? {
            kind: "answer",
            values: {
              ET_LAYOUT: [{ FIELDNAME: "EBELN", OFFSET: "000000", LENGTH: "000010" }],
              EV_COUNT: "0",
              EV_CURSOR: "",
              EV_VERSION: "1",
              ...values,
            },
          }
        : undefined;
  it.each([
    ["another version", { EV_VERSION: "2" }, "reader-version"],
    ["a cursor that leads nowhere", { EV_CURSOR: "x" }, "layout-differs"],
    ["another count than rows", { EV_COUNT: "3" }, "layout-differs"],
  ])("is refused with %s", async (_, values, code) => {
    expect(await read(zDialect(), { fields: [] }, { instead: instead(values) })).toMatchObject({ kind: "failure", code });
  });
});

describe("RFC_GET_TABLE_ENTRIES", () => {
  const columns = [
    client,
    column("ZTERM", "C", 4, { isKey: true }),
    column("TEXT1", "C", 50),
    column("LAST", "D", 8),
    column("NR", "N", 3),
  ];
  const terms = Array.from({ length: 30 }, (_, at) => ({
    MANDT: "100",
    ZTERM: at === 0 ? "" : `Z${at}`,
    TEXT1: nasty[at % nasty.length] ?? "",
    LAST: at % 3 === 0 ? "00000000" : "20240131",
    NR: String(at).padStart(3, "0"),
  }));
  const small = { columns, rows: terms };
  const request = { fields: ["TEXT1", "NR"] };
  const sortKey = (row: Readonly<Record<string, string | null>>) => String(row.ZTERM);
  const chosen = async (where: ReadRequest["where"]) => {
    const outcome = await read(entriesDialect(), where ? { ...request, where } : request, small);
    if (outcome.kind !== "complete") throw new Error(JSON.stringify(outcome));
    return outcome.rows.map(sortKey).sort();
  };
  const wanted = (matches: (row: (typeof terms)[number]) => boolean) =>
    terms
      .filter(matches)
      .map(({ ZTERM }) => ZTERM)
      .sort();

  it("reads a small table of characters, cut where the dictionary says", async () => {
    const outcome = await read(entriesDialect(), request, small);
    if (outcome.kind !== "complete") throw new Error(JSON.stringify(outcome));
    expect(outcome.rows.toSorted((a, b) => (String(a.NR) < String(b.NR) ? -1 : 1))).toEqual(
      terms.map(({ ZTERM, TEXT1, NR }) => ({ ZTERM, TEXT1, NR })),
    );
  });

  it("filters here, with the meaning of the clause", async () => {
    expect(await chosen(equal("ZTERM", ""))).toEqual(wanted(({ ZTERM }) => ZTERM === ""));
    expect(await chosen(compare("NR", ">=", "010"))).toEqual(wanted(({ NR }) => NR >= "010"));
    expect(await chosen(all(between("NR", "003", "020"), not(equal("LAST", "00000000"))))).toEqual(
      wanted(({ NR, LAST }) => NR >= "003" && NR <= "020" && LAST !== "00000000"),
    );
    expect(await chosen(oneOf("ZTERM", ["Z3", "Z4", "none"]))).toEqual(["Z3", "Z4"]);
    expect(await chosen(startsWith("ZTERM", "Z2"))).toEqual(wanted(({ ZTERM }) => ZTERM.startsWith("Z2")));
    expect(await chosen(compare("ZTERM", "<>", "Z1"))).toEqual(wanted(({ ZTERM }) => ZTERM !== "Z1"));
  });

  it("is over as the others are, and empty for TABLE_EMPTY", async () => {
    expect(await read(entriesDialect(), { ...request, rowsMax: 29 }, small)).toMatchObject({
      kind: "over",
      keysSeen: { length: 30 },
    });
    expect(rowsOf(await read(entriesDialect(), request, { columns, rows: [] }))).toEqual([]);
  });

  it.each([
    ["a packed number", { columns: [...columns, column("NETWR", "P", 13, { decimals: 2 })] }, "table-not-readable"],
    ["raw bytes", { columns: [...columns, column("GUID", "X", 16)] }, "table-not-readable"],
    ["a row wider than 512", { columns: [...columns, column("WIDE", "C", 450)] }, "table-not-readable"],
    ["more rows than a small table has", {}, "table-too-large"],
    ["rows of two clients", { rows: [...terms, { ...terms[0], MANDT: "200" }] }, "layout-differs"],
  ] as [string, Partial<Script>, string][])("refuses %s by name", async (_, change, code) => {
    const outcome = await read(entriesDialect({ entriesMax: code === "table-too-large" ? 29 : 100 }), request, {
      ...small,
      ...change,
    });
    expect(outcome).toMatchObject({ kind: "failure", code });
  });
});
