import { describe, expect, it } from "vitest";
import { system, worldOf } from "../../../../test/support/ecc-world.ts";
import { AbapException, ShortDump } from "../abap-errors.ts";
import type { EccWorld } from "../world-state.ts";
import { functionModule } from "./index.ts";
import type { CallOutput, Row } from "./interface.ts";

type Asked = { imports?: Record<string, string>; tables?: Record<string, readonly Row[]> };

function call(world: EccWorld, name: string, { imports = {}, tables = {} }: Asked, userIndex = 0): CallOutput {
  const module = functionModule(name, { ...world.switches, absentModules: [] });
  const user = system.users[userIndex];
  if (module === undefined || user === undefined) throw new Error(name);
  const given = new Map(module.parameters.flatMap((each) => (each.default === undefined ? [] : [[each.name, each.default]])));
  for (const [key, value] of Object.entries(imports)) given.set(key, value);
  return module.run({ imports: given, tables: new Map(Object.entries(tables)) }, { world, user, language: "E", nowMs: 0 });
}

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

const fields = (...names: string[]) => names.map((FIELDNAME) => ({ FIELDNAME }));
const where = (...lines: string[]) => lines.map((TEXT) => ({ TEXT }));
const items = Array.from({ length: 30 }, (_, index) => ({
  EBELN: `45000000${String(index % 10).padStart(2, "0")}`,
  EBELP: String(10 * (1 + Math.floor(index / 10))).padStart(5, "0"),
  TXZ01: `Text | ${index}`,
  NETWR: index === 7 ? "-99999999999.99" : `${index}.50`,
}));
const world = () => worldOf({ EKPO: items, T001: [{ BUKRS: "1200", BUTXT: "Ä | B" }] });

describe("Z_MLC_READ_TABLE", () => {
  const read = (w: EccWorld, imports: Record<string, string>, names = ["EBELN", "EBELP", "NETWR"], lines: string[] = []) =>
    call(w, "Z_MLC_READ_TABLE", {
      imports: { IV_TABLE: "EKPO", ...imports },
      tables: { IT_FIELDS: fields(...names), IT_WHERE: where(...lines) },
    });
  const lines = (output: CallOutput) => (output.exports.ET_ROWS as readonly Row[]).map((row) => row.WA ?? "");

  it("pages in the order of the primary key until the cursor is initial, no number cut", () => {
    const w = world();
    const got: string[] = [];
    let cursor = "";
    do {
      const page = read(w, { IV_ROWS_MAX: "7", IV_CURSOR: cursor });
      got.push(...lines(page));
      expect(page.exports.EV_COUNT).toBe(String(lines(page).length));
      cursor = page.exports.EV_CURSOR as string;
    } while (cursor !== "");
    expect(got.map((line) => line.slice(0, 15))).toEqual(items.map((item) => item.EBELN + item.EBELP).toSorted());
    expect(got.find((line) => line.startsWith("450000000700010"))?.slice(15)).toBe("99999999999.99-");
  });

  it("goes on behind a row that was deleted meanwhile", () => {
    const w = world();
    const first = read(w, { IV_ROWS_MAX: "5" });
    const last = lines(first).at(-1) ?? "";
    w.tables.get("EKPO")?.remove({ EBELN: last.slice(0, 10), EBELP: last.slice(10, 15) });
    expect(lines(read(w, { IV_CURSOR: first.exports.EV_CURSOR as string }))).toHaveLength(25);
  });

  it("counts with the filter and describes without a row", () => {
    expect(read(world(), { IV_MODE: "C" }, [], ["EBELP = '00010'"]).exports.EV_COUNT).toBe("10");
    const described = read(world(), { IV_MODE: "D" });
    expect(described.exports.ET_ROWS).toEqual([]);
    expect(described.tables.ET_LAYOUT?.at(2)).toEqual({
      FIELDNAME: "NETWR",
      OFFSET: "000015",
      LENGTH: "000015",
      INTTYPE: "P",
      DECIMALS: "000002",
    });
  });

  it("refuses what Basis did not allow, filters included, before it says what exists", () => {
    const w = world();
    w.switches.zAllow = { EKPO: ["EBELN", "EBELP"] };
    expect(failureOf(() => read(w, { IV_TABLE: "LFA1" }, ["LIFNR"]))).toBe("TABLE_NOT_ALLOWED");
    expect(failureOf(() => read(w, {}, ["EBELN", "NETWR"]))).toBe("FIELD_NOT_ALLOWED");
    expect(failureOf(() => read(w, {}, ["EBELN"], ["NETWR > '0'"]))).toBe("FIELD_NOT_ALLOWED");
    expect(lines(read(w, {}, ["EBELN"], ["EBELN = '4500000001' AND EBELP LIKE '%NETWR'"]))).toEqual([]);
    expect(failureOf(() => read(world(), {}, []))).toBe("FIELD_NOT_VALID");
    expect(failureOf(() => read(world(), {}, ["EBELN"], ["EBELN ="]))).toBe("WHERE_NOT_VALID");
    expect(failureOf(() => read(world(), { IV_CURSOR: "x".repeat(99) }))).toBe("CURSOR_NOT_VALID");
    expect(
      failureOf(() =>
        call(world(), "Z_MLC_READ_TABLE", { imports: { IV_TABLE: "EKPO" }, tables: { IT_FIELDS: fields("EBELN") } }, 1),
      ),
    ).toBe("NOT_AUTHORIZED");
  });
});

describe("/BODS/RFC_READ_TABLE2", () => {
  it("fills the smallest table that the row fits, and names it", () => {
    const narrow = call(world(), "/BODS/RFC_READ_TABLE2", {
      imports: { QUERY_TABLE: "EKPO" },
      tables: { FIELDS: fields("EBELN", "NETWR") },
    });
    expect(narrow.exports.OUT_TABLE).toBe("TBLOUT128");
    expect(narrow.tables.TBLOUT128).toHaveLength(30);
    expect(narrow.tables.TBLOUT512).toEqual([]);
    const wide = call(world(), "/BODS/RFC_READ_TABLE2", { imports: { QUERY_TABLE: "LFA1" } });
    expect(wide.exports.OUT_TABLE).toBe("TBLOUT2048");
  });
});

describe("profiles", () => {
  const read = (w: EccWorld, asked: Asked) => call(w, "RFC_READ_TABLE", asked);

  it("sort and answer in ET_DATA where the release can", () => {
    const w = world();
    w.switches.profile = "s4_758";
    const asked = { QUERY_TABLE: "EKPO", GET_SORTED: "X", USE_ET_DATA_4_RETURN: "X", DELIMITER: "~" };
    const output = read(w, { imports: asked, tables: { FIELDS: fields("EBELN", "EBELP", "TXZ01", "NETWR") } });
    const lines = (output.exports.ET_DATA as readonly Row[]).map((row) => row.LINE ?? "");
    expect(lines).toEqual(lines.toSorted());
    expect(lines[0]).toBe("4500000000~00010~Text | 0~0.50");
    expect(lines).toContain("4500000007~00010~Text | 7~99999999999.99-");
  });

  it("say in their own way what is wrong", () => {
    const unknown = { imports: { QUERY_TABLE: "EKPO" }, tables: { FIELDS: fields("NOPE") } };
    const badWhere = {
      imports: { QUERY_TABLE: "T001" },
      tables: { FIELDS: fields("BUKRS"), OPTIONS: where("(BUKRS = '1200')") },
    };
    const badDate = {
      imports: { QUERY_TABLE: "EKPO" },
      tables: { FIELDS: fields("EBELN"), OPTIONS: where("AEDAT = '20240231'") },
    };
    const table = [
      ["classic", "FIELD_NOT_VALID", "SAPSQL_PARSE_ERROR"],
      ["nw750", "FIELD_NOT_VALID", "OPTION_NOT_VALID"],
      ["s4_758", "TABLE_WITHOUT_DATA", "OPTION_NOT_VALID"],
    ] as const;
    for (const [profile, onField, onWhere] of table) {
      const w = world();
      w.switches.profile = profile;
      expect(failureOf(() => read(w, unknown))).toBe(onField);
      expect(failureOf(() => read(w, badWhere))).toBe(onWhere);
      expect(failureOf(() => read(w, badDate))).toBe("SAPSQL_DATA_LOSS");
      expect(failureOf(() => read(w, { imports: { QUERY_TABLE: "LFA1" } }))).toBe("DATA_BUFFER_EXCEEDED");
    }
  });

  it("break on rows that cannot be cast, which BBP mends for floats only", () => {
    const reading = (name: string, table: string) =>
      failureOf(() =>
        call(world(), name, {
          imports: { QUERY_TABLE: table },
          tables: { FIELDS: fields(table === "VBRP" ? "VBELN" : "PROGNAME") },
        }),
      );
    expect(reading("RFC_READ_TABLE", "VBRP")).toBe("ASSIGN_BASE_WRONG_ALIGNMENT");
    expect(reading("BBP_RFC_READ_TABLE", "VBRP")).toBe("none");
    expect(reading("BBP_RFC_READ_TABLE", "REPOSRC")).toBe("ASSIGN_CASTING_ILLEGAL_CAST");
  });
});

describe("RFC_GET_TABLE_ENTRIES", () => {
  it("gives whole rows, and an exception for none", () => {
    const output = call(world(), "RFC_GET_TABLE_ENTRIES", { imports: { TABLE_NAME: "T001" } });
    expect(output.exports.NUMBER_OF_ENTRIES).toBe("1");
    expect(output.tables.ENTRIES?.[0]?.WA?.startsWith("1001200Ä | B")).toBe(true);
    expect(failureOf(() => call(world(), "RFC_GET_TABLE_ENTRIES", { imports: { TABLE_NAME: "LFA1" } }))).toBe("TABLE_EMPTY");
    const packed = call(world(), "RFC_GET_TABLE_ENTRIES", { imports: { TABLE_NAME: "EKPO", GEN_KEY: "450000000700010" } });
    expect(packed.tables.ENTRIES).toHaveLength(1);
    expect(packed.tables.ENTRIES?.[0]?.WA).not.toContain("99999");
  });
});
