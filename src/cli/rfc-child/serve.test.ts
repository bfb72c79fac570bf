// The driver for modules like node-rfc against a module that does whatever a test wants: what it asks of the library, and what it says of it.
import { describe, expect, it } from "vitest";
import { VirtualTime } from "../../../test/support/virtual-time.ts";
import type { RfcLibraryClient } from "./client-module.ts";
import { moduleOf } from "./client-module.ts";
import { serve } from "./serve.ts";

type Said = Record<string, unknown> & { type: string };
type Call = (name: string, parameters: Record<string, unknown>, options: { notRequested?: string[] }) => unknown;

const params = (rows: readonly [string, string, string, string?][]) => ({
  PARAMS: rows.map(([PARAMCLASS, PARAMETER, EXID, TABNAME = ""]) => ({ PARAMCLASS, PARAMETER, EXID, TABNAME })),
});
const readTable = params([
  ["I", "QUERY_TABLE", "C"],
  ["I", "ROWCOUNT", "I"],
  ["T", "DATA", "u", "TAB512"],
  ["T", "FIELDS", "u", "RFC_DB_FLD"],
  ["E", "MORE", "C"],
  ["X", "NOT_AUTHORIZED", ""],
]);
const described: Call = (name) =>
  name === "RFC_GET_FUNCTION_INTERFACE"
    ? readTable
    : {
        DFIES_TAB: [
          { FIELDNAME: "FIELDNAME", INTTYPE: "C" },
          { FIELDNAME: "LENGTH", INTTYPE: "I" },
        ],
      };

async function play(call: Call, lines: readonly object[], changed: Partial<RfcLibraryClient> = {}) {
  const time = new VirtualTime(0);
  const said: Said[] = [];
  const seen: string[] = [];
  const asked: { name: string; parameters: Record<string, unknown>; options: { notRequested?: string[] } }[] = [];
  let made: [object, object] | undefined;
  class Client implements RfcLibraryClient {
    constructor(parameters: object, options: object) {
      made = [parameters, options];
      Object.assign(this, changed);
    }
    async open() {
      seen.push("open");
    }
    async call(name: string, parameters: object, options: object = {}) {
      const given = { name, parameters: parameters as Record<string, unknown>, options };
      asked.push(given);
      return ["RFC_GET_FUNCTION_INTERFACE", "DDIF_FIELDINFO_GET"].includes(name)
        ? described(name, given.parameters, options)
        : call(name, given.parameters, options);
    }
    async close() {
      seen.push("close");
    }
    async cancel() {
      seen.push("cancel");
    }
  }
  const module = moduleOf({ Client });
  async function* input() {
    for (const line of lines) {
      yield JSON.stringify(line);
      // Calls are made beside each other: each line's work goes as far as it can.
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    }
    await time.sleep(100_000);
  }
  const exit = await time.pass(
    serve({
      lines: input(),
      write: async (line) => void said.push(JSON.parse(line) as Said),
      clock: time,
      load: () => (module ? { kind: "loaded", module } : { kind: "missing", detail: "no Client" }),
    }),
  );
  return { said, seen, asked, made, exit };
}

const open = { type: "open", version: 1, connection: { ashost: "sap", sysnr: "00", user: "MLC" }, password: "pw", sessions: 2 };
const callLine = (more: object = {}) => ({
  type: "call",
  id: 1,
  session: 1,
  function: "RFC_READ_TABLE",
  parameters: { QUERY_TABLE: "LFA1", ROWCOUNT: "5" },
  tables: ["DATA"],
  timeoutMs: 1_000,
  ...more,
});

describe("the driver for node-rfc", () => {
  it("logs on by the first call, sends by type, asks for no table that nobody wants, and gives text back", async () => {
    const answer = { MORE: "x", DATA: [{ WA: "1" }], FIELDS: [{ FIELDNAME: "WA" }] };
    const fields = [{ FIELDNAME: "NAME1", LENGTH: "35" }];
    const call = callLine({ parameters: { QUERY_TABLE: "LFA1", ROWCOUNT: "5", FIELDS: fields } });
    const { said, seen, asked, made, exit } = await play(() => answer, [open, call, callLine({ id: 2 })]);
    expect(said).toEqual([
      { type: "ready", version: 1, driver: "node-rfc", library: "" },
      { type: "answer", id: 1, values: { MORE: "x", DATA: [{ WA: "1" }] } },
      { type: "answer", id: 2, values: { MORE: "x", DATA: [{ WA: "1" }] } },
    ]);
    expect(made?.[0]).toEqual({ ashost: "sap", sysnr: "00", user: "MLC", passwd: "pw" });
    expect(made?.[1]).toMatchObject({ stateless: false, bcd: "string", filter: 1 });
    const [first] = asked.filter(({ name }) => name === "RFC_READ_TABLE");
    expect(first?.parameters).toEqual({ QUERY_TABLE: "LFA1", ROWCOUNT: 5, FIELDS: [{ FIELDNAME: "NAME1", LENGTH: 35 }] });
    expect(first?.options).toEqual({ notRequested: ["FIELDS"] });
    // One connection, described once, closed at the end of the input.
    expect(seen).toEqual(["open", "close"]);
    expect(asked.filter(({ name }) => name === "RFC_GET_FUNCTION_INTERFACE")).toHaveLength(1);
    expect(exit).toBe(0);
  });

  it("sends rows in pieces of 500 at most, in order, and then the rest of the answer", async () => {
    const rows = Array.from({ length: 1_201 }, (_, at) => ({ WA: String(at) }));
    const { said } = await play(() => ({ MORE: "", DATA: rows }), [open, callLine({ rowsOf: "DATA" })]);
    const pieces = said.filter(({ type }) => type === "rows").map((each) => each.rows as object[]);
    expect(pieces.map((piece) => piece.length)).toEqual([500, 500, 201]);
    expect(pieces.flat()).toEqual(rows);
    expect(said.at(-1)).toEqual({ type: "answer", id: 1, values: { MORE: "", DATA: [] } });
  });

  it.each([
    [{ codeString: "RFC_ABAP_EXCEPTION", group: 1, key: "FIELD_NOT_VALID", message: " Number:000" }, false],
    [
      {
        codeString: "RFC_ABAP_MESSAGE",
        group: 2,
        key: "",
        abapMsgClass: "F5",
        abapMsgNumber: "104",
        abapMsgType: "E",
        message: "m",
      },
      false,
    ],
    [
      {
        codeString: "RFC_ABAP_MESSAGE",
        group: 2,
        key: "",
        abapMsgClass: "F5",
        abapMsgNumber: "104",
        abapMsgType: "A",
        message: "m",
      },
      true,
    ],
    [{ codeString: "RFC_ABAP_RUNTIME_FAILURE", group: 2, key: "TIME_OUT", message: "t" }, true],
    [{ codeString: "RFC_COMMUNICATION_FAILURE", group: 4, key: "RFC_COMMUNICATION_FAILURE", message: "c" }, true],
    [{ codeString: "RFC_LOGON_FAILURE", group: 3, key: "RFC_LOGON_FAILURE", message: "l" }, true],
    [{ codeString: "RFC_INVALID_PARAMETER", group: 5, key: "RFC_INVALID_PARAMETER", message: "field 'X' not found" }, false],
  ])("tells %j as it is, and gives the connection up where it is dead (%s)", async (error, isLost) => {
    const throwing = () => {
      throw error;
    };
    const { said, seen } = await play(throwing, [open, callLine(), callLine({ id: 2 })]);
    expect(said[1]).toMatchObject({ type: "failure", id: 1, code: error.codeString, group: error.group, isSessionLost: isLost });
    expect(seen.filter((each) => each === "open")).toHaveLength(isLost ? 2 : 1);
  });

  it("cancels a call at its time limit, says so, and begins anew", async () => {
    let isFirst = true;
    const slow = () => {
      if (!isFirst) return { MORE: "", DATA: [] };
      isFirst = false;
      return new Promise(() => undefined);
    };
    const forget = { type: "forget", session: 2 };
    const { said, seen } = await play(slow, [open, callLine(), forget]);
    expect(said[1]).toMatchObject({ type: "failure", id: 1, code: "RFC_CANCELED", group: 4, isSessionLost: true });
    expect(seen).toEqual(["open", "cancel", "close"]);
  });

  it("answers nobody for a session that was forgotten meanwhile", async () => {
    const never = () => new Promise(() => undefined);
    const { said, seen } = await play(never, [open, callLine(), { type: "forget", session: 1 }]);
    expect(said.map(({ type }) => type)).toEqual(["ready"]);
    expect(seen).toEqual(["open", "cancel", "close"]);
  });

  it("knows a parameter that the interface lacks before SAP hears of it", async () => {
    const { said, asked } = await play(
      () => ({}),
      [open, callLine({ parameters: { NOPE: "x" } }), callLine({ id: 2, tables: ["NO"] })],
    );
    expect(said.slice(1)).toMatchObject([
      { code: "RFC_INVALID_PARAMETER", message: "field 'NOPE' not found", isSessionLost: false },
      { code: "RFC_INVALID_PARAMETER", message: "field 'NO' not found" },
    ]);
    expect(asked.some(({ name }) => name === "RFC_READ_TABLE")).toBe(false);
  });

  it.each([
    ["a key of the connection that it does not know", [{ ...open, connection: { ashost: "sap", passwd: "x" } }], "BAD_OPEN"],
    ["a call before it was opened", [callLine()], "BAD_OPEN"],
    ["another version", [{ ...open, version: 2 }], "BAD_OPEN"],
    ["a line of another shape", [open, { type: "call", id: 1 }], "BAD_LINE"],
  ])("gives up at %s", async (_, lines, key) => {
    const { said, exit } = await play(() => ({}), lines);
    expect([said.at(-1), exit]).toMatchObject([{ type: "fatal", key }, 1]);
    expect(JSON.stringify(said)).not.toContain("pw");
  });
});
