import { describe, expect, it } from "vitest";
import {
  classicParameters,
  failed,
  newParameters,
  type Script,
  scriptedSap,
  zParameters,
} from "../../../test/support/scripted-readers.ts";
import type { RfcCall, RfcFailure } from "../../ports/index.ts";
import { createReaders } from "./create-readers.ts";
import { createDictionary } from "./dictionary.ts";
import { findReaders, type ReaderSettings } from "./find-readers.ts";
import { guardByPolicy } from "./policy.ts";
import type { ReadOutcome, ReadRequest } from "./table-reader.ts";

const columns = [
  { name: "MANDT", type: "CLNT", letter: "C", length: 3, isKey: true },
  { name: "LIFNR", type: "CHAR", letter: "C", length: 10, isKey: true },
  { name: "NAME1", type: "CHAR", letter: "C", length: 35 },
];
const text = { name: "LONG", type: "STRG", letter: "g", length: 0 };
const guid = { name: "GUID", type: "RAW", letter: "X", length: 16 };
const rows = ["1", "2", "3"].map((LIFNR) => ({
  MANDT: "100",
  LIFNR,
  NAME1: `name ${LIFNR}`,
  GUID: "CE0123456789ABCDEF0123456789ABEB",
}));
const everyModule = {
  Z_MLC_READ_TABLE: zParameters,
  "/SAPDS/RFC_READ_TABLE2": classicParameters,
  "/BODS/RFC_READ_TABLE2": classicParameters,
  RFC_READ_TABLE: newParameters,
  BBP_RFC_READ_TABLE: classicParameters,
  RFC_GET_TABLE_ENTRIES: ["TABLE_NAME"],
};
const { RFC_READ_TABLE: _, ...allButClassic } = everyModule;

function open(change: Partial<Script> = {}, settings: ReaderSettings = {}) {
  const sap = scriptedSap({ columns, rows, modules: everyModule, ...change });
  const reader = createReaders({ client: sap.client, dictionary: createDictionary(sap.client), settings });
  const read = (request: Partial<ReadRequest> = {}) => reader.read({ table: "LFA1", fields: ["NAME1"], ...request });
  return { ...sap, reader, read, choice: () => reader.choices?.()[0] };
}
const isWhole = (outcome: ReadOutcome) => outcome.kind === "complete" && outcome.rows.length === rows.length;
/** Calls that read the table, by module. */
const reads = (calls: readonly RfcCall[]) =>
  calls.map((call) => call.function).filter((name) => !/^(?:DDIF|RFC_GET_FUNCTION)/.test(name));
const refusing =
  (answers: Readonly<Record<string, RfcFailure>>): Script["instead"] =>
  (call) =>
    Object.hasOwn(answers, call.function) ? answers[call.function] : undefined;

describe("the choice of a reader", () => {
  it("goes by the order of preference among what the system has", async () => {
    const order = Object.keys(everyModule);
    for (const [at, best] of order.entries()) {
      const modules = Object.fromEntries(Object.entries(everyModule).slice(at));
      const { read, choice } = open({ modules });
      expect(isWhole(await read())).toBe(true);
      // RFC_READ_TABLE is in every release: without a description its oldest form is tried, and fails here.
      expect(choice()?.reader).toBe(best);
      for (const missing of order.slice(0, at)) expect(choice()?.why).toContain(missing);
    }
  });

  it("is by the interface, asked once; the table is looked at without rows, then with one, once", async () => {
    const { read, called, calls } = open({ modules: { RFC_READ_TABLE: classicParameters } });
    await Promise.all([read(), read()]);
    await read();
    expect(called().filter((name) => name === "RFC_GET_FUNCTION_INTERFACE")).toHaveLength(6);
    const parameters = calls.filter(({ function: name }) => name === "RFC_READ_TABLE").map((call) => call.parameters);
    expect(parameters.map(({ NO_DATA, ROWCOUNT }) => [NO_DATA, ROWCOUNT])).toEqual([
      ["X", undefined],
      ["", "1"],
      ["", "0"],
      ["", "0"],
      ["", "0"],
    ]);
    expect(parameters.every((each) => each.GET_SORTED === undefined)).toBe(true);
  });

  it("uses GET_SORTED where the interface has it", async () => {
    const { read } = open({ modules: { RFC_READ_TABLE: newParameters } });
    expect(await read({ rowsMax: 2 })).toMatchObject({ kind: "over", isSorted: true });
    expect(await open({ modules: { RFC_READ_TABLE: classicParameters } }).read({ rowsMax: 2 })).toMatchObject({
      isSorted: false,
    });
  });

  it("assumes RFC_READ_TABLE in its oldest form where interfaces may not be read", async () => {
    const { read, choice } = open({
      instead: refusing({ RFC_GET_FUNCTION_INTERFACE: failed("authorization", "RFC_NO_AUTHORITY") }),
    });
    expect(isWhole(await read())).toBe(true);
    expect(choice()).toMatchObject({
      reader: "RFC_READ_TABLE",
      why: expect.stringContaining("Z_MLC_READ_TABLE: RFC_NO_AUTHORITY"),
    });
  });
});

describe("the next reader takes over", () => {
  it.each([
    ["the table is not in the allow-list", failed("exception", "TABLE_NOT_ALLOWED")],
    ["the user may not call the module", failed("authorization", "RFC_NO_AUTHORITY")],
    ["it dumps", failed("dump", "ASSIGN_CASTING_ILLEGAL_CAST")],
    ["the broken-off probe says no more than 500", failed("dump", "HTTP_500")],
  ])("where %s, and the refused one is not asked again", async (_, failure) => {
    const { read, calls, choice } = open({ instead: refusing({ Z_MLC_READ_TABLE: failure }) });
    expect(isWhole(await read())).toBe(true);
    expect(choice()).toMatchObject({
      table: "LFA1",
      reader: "/SAPDS/RFC_READ_TABLE2",
      why: `Z_MLC_READ_TABLE: ${failure.key}: ${failure.key}`,
    });
    await read();
    expect(reads(calls).filter((name) => name === "Z_MLC_READ_TABLE")).toHaveLength(1);
  });

  it("where a later read dumps, for good", async () => {
    let isBroken = false;
    const { read, calls, choice } = open({
      instead: (call) =>
        isBroken && call.function === "Z_MLC_READ_TABLE" ? failed("dump", "ASSIGN_BASE_WRONG_ALIGNMENT") : undefined,
    });
    await read();
    isBroken = true;
    expect(isWhole(await read())).toBe(true);
    expect(choice()?.reader).toBe("/SAPDS/RFC_READ_TABLE2");
    isBroken = false;
    const before = reads(calls).filter((name) => name === "Z_MLC_READ_TABLE").length;
    await read();
    expect(reads(calls).filter((name) => name === "Z_MLC_READ_TABLE")).toHaveLength(before);
  });

  it("where a wanted field is beyond it, for this request only", async () => {
    const { read, choice } = open({ columns: [...columns, guid] }, { prefer: ["RFC_READ_TABLE"] });
    expect(await read({ fields: ["GUID"] })).toMatchObject({
      kind: "complete",
      rows: [{ GUID: "CE0123456789ABCDEF0123456789ABEB" }, {}, {}],
    });
    expect(choice()?.reader).toBe("Z_MLC_READ_TABLE");
    await read();
    expect(choice()?.reader).toBe("RFC_READ_TABLE");
  });

  it("where a string column would make it dump: without a call, and the doubtful ones come last", async () => {
    const modules = { RFC_READ_TABLE: newParameters, BBP_RFC_READ_TABLE: classicParameters };
    const { read, calls, choice } = open({ columns: [...columns, text], modules });
    expect(isWhole(await read())).toBe(true);
    expect(choice()?.reader).toBe("RFC_READ_TABLE (ET_DATA)");
    expect(
      calls
        .filter(({ function: name }) => name === "RFC_READ_TABLE")
        .every(({ parameters }) => parameters.USE_ET_DATA_4_RETURN === "X"),
    ).toBe(true);
  });

  it("where the policy lets only some fields of the table be read, for RFC_GET_TABLE_ENTRIES knows no projection", async () => {
    const sap = scriptedSap({ columns, rows, modules: everyModule });
    const functions = ["DDIF_FIELDINFO_GET", "RFC_GET_FUNCTION_INTERFACE", "RFC_GET_TABLE_ENTRIES", "BBP_RFC_READ_TABLE"];
    const client = guardByPolicy(sap.client, { functions, tables: { LFA1: ["LIFNR", "NAME1"] } });
    const reader = createReaders({
      client,
      dictionary: createDictionary(client),
      settings: { prefer: ["RFC_GET_TABLE_ENTRIES"] },
    });
    expect(isWhole(await reader.read({ table: "LFA1", fields: ["NAME1"] }))).toBe(true);
    expect(reader.choices?.()).toMatchObject([{ reader: "BBP_RFC_READ_TABLE", why: expect.stringContaining("POLICY_FIELD") }]);
    expect(sap.called()).not.toContain("RFC_GET_TABLE_ENTRIES");
  });
});

describe("no reader takes over", () => {
  it.each([
    failed("communication", "RESET"),
    failed("overload", "HTTP_503"),
    failed("logon", "LOGON_FAILED"),
    failed("not-active", "HTTP_403"),
    failed("resting", "POLICY_QUIET_HOURS"),
  ])("where the connection failed (%o), and nothing is concluded from it", async (failure) => {
    let isDown = true;
    const { read, calls, choice } = open({
      instead: (call) => (isDown && call.function === "Z_MLC_READ_TABLE" ? failure : undefined),
    });
    expect(await read()).toEqual({ kind: "failure", cause: "rfc", failure });
    expect(reads(calls)).toEqual(["Z_MLC_READ_TABLE"]);
    isDown = false;
    await read();
    expect(choice()?.reader).toBe("Z_MLC_READ_TABLE");
  });

  it.each([failed("dump", "TIME_OUT"), failed("dump", "TSV_TNEW_PAGE_ALLOC_FAILED"), failed("dump", "SAPSQL_DATA_LOSS")])(
    "where the range or the filter is to blame (%o)",
    async (failure) => {
      let isBroken = false;
      const { read } = open({ instead: (call) => (isBroken && call.function.startsWith("Z") ? failure : undefined) });
      await read();
      isBroken = true;
      expect(await read()).toEqual({ kind: "failure", cause: "rfc", failure });
    },
  );

  it("where the field does not exist", async () => {
    const { read, calls } = open();
    expect(await read({ fields: ["NAME9"] })).toMatchObject({ code: "field-unknown" });
    expect(reads(calls)).toEqual([]);
  });

  it("when all have refused: the missing right is what is told, and asked again next time", async () => {
    let isRefused = true;
    const { read, choice } = open({
      instead: (call) => {
        if (!isRefused || /^(?:DDIF|RFC_GET_FUNCTION)/.test(call.function)) return undefined;
        return call.function.startsWith("Z")
          ? failed("exception", "TABLE_NOT_ALLOWED")
          : failed("authorization", "NOT_AUTHORIZED");
      },
    });
    expect(await read()).toMatchObject({ kind: "failure", failure: { class: "authorization", key: "NOT_AUTHORIZED" } });
    expect(choice()).toMatchObject({ reader: "none", why: expect.stringContaining("TABLE_NOT_ALLOWED") });
    isRefused = false;
    expect(isWhole(await read())).toBe(true);
    expect(choice()?.reader).toBe("Z_MLC_READ_TABLE");
  });
});

describe("an outage that looks like a dump", () => {
  it("is over when it is over, while a dump with a name stays one", async () => {
    let down = failed("dump", "HTTP_500");
    let isDown = true;
    const { read, choice, calls } = open({
      instead: (call) => (isDown && !/^(?:DDIF|RFC_GET_FUNCTION)/.test(call.function) ? down : undefined),
    });
    expect(await read()).toMatchObject({ failure: { key: "HTTP_500" } });
    isDown = false;
    expect(isWhole(await read())).toBe(true);
    expect(choice()?.reader).toBe("Z_MLC_READ_TABLE");

    isDown = true;
    down = failed("dump", "ASSIGN_CASTING_ILLEGAL_CAST");
    expect(await read()).toMatchObject({ failure: { key: "ASSIGN_CASTING_ILLEGAL_CAST" } });
    isDown = false;
    calls.length = 0;
    expect(await read()).toMatchObject({ failure: { key: "ASSIGN_CASTING_ILLEGAL_CAST" } });
    expect(reads(calls)).toEqual([]);
  });
});

describe("settings", () => {
  it("prefer, pin and rename", async () => {
    const preferred = open({}, { prefer: ["BBP_RFC_READ_TABLE"] });
    await preferred.read();
    expect(preferred.choice()).toEqual({ table: "LFA1", reader: "BBP_RFC_READ_TABLE", why: "first in the order of preference" });
    const pinned = open({}, { tables: { LFA1: "RFC_READ_TABLE" } });
    await pinned.read();
    expect(pinned.choice()).toEqual({ table: "LFA1", reader: "RFC_READ_TABLE", why: "set for this table" });
    const renamed = open({ modules: { ...allButClassic, ZZ_READ: zParameters } }, { zReader: "ZZ_READ" });
    await renamed.read();
    expect(renamed.choice()?.reader).toBe("ZZ_READ");
  });

  it("a pinned reader that cannot serve is not replaced by another", async () => {
    const { read, choice } = open({ modules: allButClassic }, { tables: { LFA1: "RFC_READ_TABLE" } });
    expect(await read()).toMatchObject({ kind: "failure", failure: { key: "FU_NOT_FOUND" } });
    expect(choice()?.reader).toBe("none");
    const absent = open({ modules: { RFC_READ_TABLE: classicParameters } }, { tables: { LFA1: "BBP_RFC_READ_TABLE" } });
    expect(await absent.read()).toMatchObject({
      code: "no-reader",
      detail: expect.stringContaining("BBP_RFC_READ_TABLE: not in this system"),
    });
  });

  it("only a reader that counts is asked to", async () => {
    expect(await open().reader.count?.({ table: "LFA1" })).toEqual({ kind: "count", count: 3 });
    expect(await open({ modules: { RFC_READ_TABLE: classicParameters } }).reader.count?.({ table: "LFA1" })).toBeUndefined();
  });
});

describe("finding readers", () => {
  it("says what is there, and ends with a failure of the connection", async () => {
    const { client } = scriptedSap({ columns, rows, modules: { RFC_READ_TABLE: newParameters } });
    const found = await findReaders(client, {});
    expect(found.kind === "readers" && found.readers.map(({ reader, why }) => `${reader}: ${why}`)).toEqual([
      "Z_MLC_READ_TABLE: not in this system",
      "/SAPDS/RFC_READ_TABLE2: not in this system",
      "/BODS/RFC_READ_TABLE2: not in this system",
      "RFC_READ_TABLE: in this system, with GET_SORTED and USE_ET_DATA_4_RETURN",
      "BBP_RFC_READ_TABLE: not in this system",
      "RFC_GET_TABLE_ENTRIES: not in this system",
    ]);
    // A rest that begins here must not leave a reader called absent.
    for (const failure of [failed("logon", "LOGON_FAILED"), failed("resting", "POLICY_ROWS_PER_DAY")]) {
      const { client: locked, calls } = scriptedSap({ columns, rows, modules: {}, instead: () => failure });
      expect(await findReaders(locked, {})).toEqual(failure);
      expect(calls).toHaveLength(1);
    }
  });
});
