import { describe, expect, it } from "vitest";
import { system, worldOf } from "../../../../test/support/ecc-world.ts";
import { AbapException, ShortDump } from "../abap-errors.ts";
import { fieldsOf } from "../dictionary/index.ts";
import { defaultSwitches } from "../switches.ts";
import type { EccWorld } from "../world-state.ts";
import { functionModule } from "./index.ts";
import type { CallContext, CallOutput } from "./interface.ts";
import { readTable } from "./read-table.ts";

type Call = {
  table: string;
  delimiter?: string;
  fields?: readonly string[];
  options?: readonly string[];
  noData?: string;
  skip?: number;
  count?: number;
};

function contextOf(world: EccWorld, userIndex = 0): CallContext {
  const user = system.users[userIndex];
  if (user === undefined) throw new Error("no user");
  return { world, user, language: "E", nowMs: 0 };
}

function call(world: EccWorld, asked: Call, userIndex = 0): CallOutput {
  const imports = new Map([
    ["QUERY_TABLE", asked.table],
    ["DELIMITER", asked.delimiter ?? ""],
    ["NO_DATA", asked.noData ?? ""],
    ["ROWSKIPS", String(asked.skip ?? 0)],
    ["ROWCOUNT", String(asked.count ?? 0)],
  ]);
  const tables = new Map<string, Record<string, string>[]>([
    ["FIELDS", (asked.fields ?? []).map((name) => ({ FIELDNAME: name }))],
    ["OPTIONS", (asked.options ?? []).map((text) => ({ TEXT: text }))],
  ]);
  return readTable.run({ imports, tables }, contextOf(world, userIndex));
}

const lines = (output: CallOutput) => (output.tables.DATA ?? []).map((row) => row.WA ?? "");

function failureOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AbapException) return error.exception;
    if (error instanceof ShortDump) return error.id;
    throw error;
  }
  return "none";
}

const vendors = Array.from({ length: 50 }, (_, index) => ({
  LIFNR: String(100000 + index).padStart(10, "0"),
  NAME1: `Vendor ${index}`,
}));

describe("the capture of T000", () => {
  // sap-rfc 1.4 [C], release 7.58: offsets, lengths, types and two rows of 512 characters.
  const world = worldOf({
    T000: [
      { MANDT: "000", MTEXT: "SAP SE", ORT01: "Walldorf", MWAER: "EUR", CCCATEGORY: "S", CCCORACTIV: "2", CCCOPYLOCK: "X" },
      { MANDT: "001", MTEXT: "SAP SE", ORT01: "Walldorf", CHANGEUSER: "DEVELOPER", CHANGEDATE: "20240326", LOGSYS: "A4HCLNT001" },
    ],
  });
  world.switches.trimTrailingBlanks = false;
  const output = call(world, { table: "T000", delimiter: "|" });

  it("has the captured layout", () => {
    const layout = (output.tables.FIELDS ?? []).map((row) => `${row.FIELDNAME} ${row.OFFSET} ${row.LENGTH} ${row.TYPE}`);
    expect(layout).toEqual([
      "MANDT 000000 000003 C",
      "MTEXT 000004 000025 C",
      "ORT01 000030 000025 C",
      "MWAER 000056 000005 C",
      "ADRNR 000062 000010 C",
      "CCCATEGORY 000073 000001 C",
      "CCCORACTIV 000075 000001 C",
      "CCNOCLIIND 000077 000001 C",
      "CCCOPYLOCK 000079 000001 C",
      "CCNOCASCAD 000081 000001 C",
      "CCSOFTLOCK 000083 000001 C",
      "CCORIGCONT 000085 000001 C",
      "CCIMAILDIS 000087 000001 C",
      "CCTEMPLOCK 000089 000001 C",
      "CHANGEUSER 000091 000012 C",
      "CHANGEDATE 000104 000008 D",
      "LOGSYS 000113 000010 C",
    ]);
  });

  it("has the captured rows, of both clients", () => {
    const [first = "", second = ""] = lines(output).sort();
    expect(first).toHaveLength(512);
    expect(first.trimEnd()).toBe(
      `000|SAP SE${" ".repeat(19)}|Walldorf${" ".repeat(17)}|EUR  |${" ".repeat(10)}|S|2| |X| | | | | |${" ".repeat(12)}|00000000|`,
    );
    expect(second.startsWith("001|SAP SE")).toBe(true);
    expect(second.trimEnd().endsWith("|DEVELOPER   |20240326|A4HCLNT001")).toBe(true);
  });
});

describe("RFC_READ_TABLE", () => {
  it("writes fields in the caller's order, at their offsets, without a separator when none is given", () => {
    const world = worldOf({ LFA1: [{ LIFNR: "0000100001", NAME1: "ACME" }] });
    const output = call(world, { table: "LFA1", fields: ["NAME1", "LIFNR"] });
    expect(lines(output)).toEqual([`${"ACME".padEnd(35)}0000100001`]);
    expect(output.tables.FIELDS?.map((row) => row.OFFSET)).toEqual(["000000", "000035"]);
    expect(output.tables.FIELDS?.[0]?.FIELDTEXT).toBe("Name 1");
  });

  it("is client-dependent: the client column shows the logon client", () => {
    const output = call(worldOf({ LFA1: vendors.slice(0, 1) }), { table: "LFA1", fields: ["MANDT", "LIFNR"], delimiter: ";" });
    expect(lines(output)).toEqual(["100;0000100000"]);
  });

  it("gives the same rows in another order at every call", () => {
    const world = worldOf({ LFA1: vendors });
    const read = () => lines(call(world, { table: "LFA1", fields: ["LIFNR"] }));
    const [first, second] = [read(), read()];
    expect(first).not.toEqual(second);
    expect([...first].sort()).toEqual(vendors.map((vendor) => vendor.LIFNR));
    expect([...second].sort()).toEqual([...first].sort());
    world.switches.rowOrder = "stable";
    expect(read()).toEqual(read());
  });

  it("returns some n rows for ROWCOUNT, and throws away ROWSKIPS of them, which it counts", () => {
    const world = worldOf({ LFA1: vendors });
    expect(lines(call(world, { table: "LFA1", fields: ["LIFNR"], count: 7 }))).toHaveLength(7);
    expect(lines(call(world, { table: "LFA1", fields: ["LIFNR"], skip: 45, count: 7 }))).toHaveLength(5);
    expect(lines(call(world, { table: "LFA1", fields: ["LIFNR"], skip: 45 }))).toHaveLength(5);
    expect(lines(call(world, { table: "LFA1", fields: ["LIFNR"], skip: 60, count: 7 }))).toHaveLength(0);
    expect(world.stats.tables.LFA1).toEqual({ reads: 4, rowsSent: 17, rowsSkipped: 140, rowsScanned: 7 + 50 + 50 + 50 });
  });

  it("checks 512 characters before any row, separators included", () => {
    const world = worldOf({ LFA1: vendors });
    const nine = [
      "NAME1",
      "NAME2",
      "NAME3",
      "NAME4",
      "ORT01",
      "ORT02",
      "STRAS",
      "LFURL",
      "MCOD1",
      "MCOD2",
      "MCOD3",
      "TELFX",
      "PFACH",
      "PSTL2",
      "LIFNR",
    ];
    const width = (names: readonly string[]) =>
      names.reduce((sum, name) => sum + (fieldsOf("LFA1")?.find((field) => field.name === name)?.length ?? 0), 0);
    expect(width(nine)).toBe(513);
    expect(failureOf(() => call(world, { table: "LFA1", fields: nine }))).toBe("DATA_BUFFER_EXCEEDED");
    const fitting = [...nine.slice(0, -1), "ERDAT", "LOEVM"];
    expect(width(fitting)).toBe(512);
    expect(failureOf(() => call(world, { table: "LFA1", fields: fitting }))).toBe("none");
    expect(failureOf(() => call(world, { table: "LFA1", fields: fitting, delimiter: "|" }))).toBe("DATA_BUFFER_EXCEEDED");
    expect(world.stats.tables.LFA1?.reads).toBe(1);
  });

  it("describes however wide with NO_DATA, and reads nothing then", () => {
    const world = worldOf({ LFA1: vendors });
    const output = call(world, { table: "LFA1", noData: "X" });
    expect(output.tables.FIELDS).toHaveLength(fieldsOf("LFA1")?.length ?? 0);
    expect(lines(output)).toEqual([]);
    expect(world.stats.rowsScanned).toBe(0);
    expect(call(world, { table: "REPOSRC", noData: "X" }).tables.FIELDS).toHaveLength(7);
  });

  it("fails by name", () => {
    const world = worldOf({ LFA1: vendors });
    expect(failureOf(() => call(world, { table: "NOTABLE" }))).toBe("TABLE_NOT_AVAILABLE");
    expect(failureOf(() => call(world, { table: "lfa1" }))).toBe("TABLE_NOT_AVAILABLE");
    expect(failureOf(() => call(world, { table: "RFC_DB_FLD" }))).toBe("TABLE_WITHOUT_DATA");
    expect(failureOf(() => call(world, { table: "LFA1", fields: ["LIFNR", "NOFIELD"] }))).toBe("FIELD_NOT_VALID");
    expect(failureOf(() => call(world, { table: "LFA1", fields: ["LIFNR,NAME1"] }))).toBe("FIELD_NOT_VALID");
    expect(failureOf(() => call(world, { table: "EKKO" }, 1))).toBe("NOT_AUTHORIZED");
    expect(failureOf(() => call(world, { table: "NOTABLE" }, 1))).toBe("TABLE_NOT_AVAILABLE");
    expect(failureOf(() => call(world, { table: "REPOSRC", fields: ["PROGNAME"] }))).toBe("ASSIGN_CASTING_ILLEGAL_CAST");
    expect(failureOf(() => call(world, { table: "VBRP", fields: ["VBELN"] }))).toBe("ASSIGN_BASE_WRONG_ALIGNMENT");
  });

  it("answers no rows with an empty table, and echoes OPTIONS cut at 72", () => {
    const world = worldOf({ LFA1: vendors });
    const long = `LIFNR = 'X'${" ".repeat(61)}ZZZ`;
    const output = call(world, { table: "LFA1", fields: ["LIFNR"], options: [long] });
    expect(lines(output)).toEqual([]);
    expect(output.tables.OPTIONS).toEqual([{ TEXT: "LIFNR = 'X'" }]);
  });

  it("sends blanks for initial amounts where the switch says so", () => {
    const world = worldOf({ EKPO: [{ EBELN: "4500000001", EBELP: "00010" }] });
    world.switches.blankNumerics.push("EKPO-NETWR");
    expect(lines(call(world, { table: "EKPO", fields: ["NETWR", "BRTWR", "EBELP"], delimiter: "|" }))).toEqual([
      `${" ".repeat(13)}|        0.00 |00010`,
    ]);
  });

  it("reads documents of BSEG by key without scanning the table", () => {
    const rows = Array.from({ length: 3000 }, (_, index) => ({
      BUKRS: "1000",
      BELNR: String(1900000000 + Math.floor(index / 3)),
      GJAHR: "2026",
      BUZEI: `00${(index % 3) + 1}`,
    }));
    const world = worldOf({ BSEG: rows });
    const options = ["BUKRS = '1000' AND GJAHR = '2026' AND BELNR IN ( '1900000007',", " '1900000009' )"];
    expect(lines(call(world, { table: "BSEG", fields: ["BELNR", "BUZEI"], options }))).toHaveLength(6);
    expect(world.stats.rowsScanned).toBe(6);
  });
});

describe("the dictionary modules", () => {
  const run = (name: string, imports: Record<string, string>) => {
    const module = functionModule(name, defaultSwitches());
    if (module === undefined) throw new Error(name);
    return module.run({ imports: new Map(Object.entries(imports)), tables: new Map() }, contextOf(worldOf()));
  };

  it("DDIF_FIELDINFO_GET gives lengths as NUMC 6 and the kind of object", () => {
    const output = run("DDIF_FIELDINFO_GET", { TABNAME: "EKPO" });
    expect(output.exports.DDOBJTYPE).toBe("TRANSP");
    const netwr = output.tables.DFIES_TAB?.find((row) => row.FIELDNAME === "NETWR");
    expect(netwr).toMatchObject({
      LENG: "000013",
      INTLEN: "000007",
      DECIMALS: "000002",
      DATATYPE: "CURR",
      INTTYPE: "P",
      KEYFLAG: "",
    });
    expect(output.tables.DFIES_TAB?.[1]).toMatchObject({
      FIELDNAME: "EBELN",
      POSITION: "0002",
      OFFSET: "000006",
      INTLEN: "000020",
      CONVEXIT: "ALPHA",
      KEYFLAG: "X",
    });
    expect(run("DDIF_FIELDINFO_GET", { TABNAME: "BSEG" }).exports.DDOBJTYPE).toBe("CLUSTER");
    expect(run("DDIF_FIELDINFO_GET", { TABNAME: "EKPO", FIELDNAME: "EBELP" }).exports.DFIES_WA).toMatchObject({
      FIELDNAME: "EBELP",
    });
    expect(failureOf(() => run("DDIF_FIELDINFO_GET", { TABNAME: "NOTABLE" }))).toBe("NOT_FOUND");
  });

  it("RFC_GET_FUNCTION_INTERFACE shows the classic interface, and FU_NOT_FOUND FL 046 for what is not there", () => {
    const params = run("RFC_GET_FUNCTION_INTERFACE", { FUNCNAME: "RFC_READ_TABLE" }).tables.PARAMS ?? [];
    const names = params.filter((row) => row.PARAMCLASS !== "X").map((row) => `${row.PARAMCLASS} ${row.PARAMETER}`);
    expect(names).toEqual([
      "I DELIMITER",
      "I NO_DATA",
      "I QUERY_TABLE",
      "I ROWCOUNT",
      "I ROWSKIPS",
      "T DATA",
      "T FIELDS",
      "T OPTIONS",
    ]);
    expect(params.find((row) => row.PARAMETER === "QUERY_TABLE")).toMatchObject({
      INTLENGTH: "60",
      OPTIONAL: "",
      TABNAME: "DD02L",
      FIELDNAME: "TABNAME",
    });
    expect(params.filter((row) => row.PARAMCLASS === "X")).toHaveLength(6);
    expect(failureOf(() => run("RFC_GET_FUNCTION_INTERFACE", { FUNCNAME: "/BODS/RFC_READ_TABLE2" }))).toBe("FU_NOT_FOUND");
  });
});
