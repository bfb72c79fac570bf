// SAP's Java Connector behind the line protocol: the real bridge in a real JVM, a stand-in for SAP's classes, the simulated ECC behind it.
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startChild, systemClock } from "../../src/cli/platform/index.ts";
import type { Child } from "../../src/ports/index.ts";
import { jcoProgram, openNativeRfc } from "../../src/sap/index.ts";
import { type BridgeCall, type BridgeProcess, startBridge } from "../support/bridge-process.ts";
import { type EccUnderTest, openEccWorld } from "../support/ecc-server.ts";
import { buildStandIn, hasJdk, type StandIn } from "../support/jco-stand-in.ts";

const password = "geheim-&\"'é-123";
const vendors = Array.from({ length: 1_234 }, (_, at) => ({
  LIFNR: String(at).padStart(10, "0"),
  NAME1: `Müller & "Söhne" <${at}>`,
}));
const readVendors = (rowsOf: "DATA" | undefined, fields = ["LIFNR", "NAME1"]): BridgeCall => ({
  function: "RFC_READ_TABLE",
  parameters: { QUERY_TABLE: "LFA1", DELIMITER: "|", FIELDS: fields.map((name) => ({ FIELDNAME: name })) },
  tables: ["DATA", "FIELDS"],
  ...(rowsOf === undefined ? {} : { rowsOf }),
});

type Stats = { calls: Record<string, number>; logons: number; logonsBad: number; sessionsCreated: number; inFlightMax: number };
type Row = Record<string, string>;

const java = hasJdk();
if (!java) it("is not tried here: no JDK (java and javac) is installed", (context) => context.skip());

describe.skipIf(!java)("the JCo bridge", () => {
  let standIn: StandIn;
  let ecc: EccUnderTest;
  /** The one that is started from source, as the product does it. */
  let shared: BridgeProcess;
  const started: BridgeProcess[] = [];
  const stats = async () => (await ecc.door("stats")) as unknown as Stats;
  const failNext = (how: string, name = "*") => ecc.door("switches", { failNext: [{ function: name, times: 1, how }] });
  const opening = (more: Record<string, unknown> = {}, connection: Record<string, unknown> = {}) => ({
    type: "open",
    version: 1,
    connection: { ashost: new URL(ecc.url).host, sysnr: "00", client: "100", user: "MLC", lang: "EN", ...connection },
    password,
    sessions: 6,
    ...more,
  });
  const start = (environment?: Record<string, string>) => {
    const bridge = startBridge(standIn, environment);
    started.push(bridge);
    return bridge;
  };
  const open = async (more?: Record<string, unknown>, connection?: Record<string, unknown>) => {
    const bridge = start();
    bridge.send(opening(more, connection));
    await bridge.line("ready");
    return bridge;
  };

  /** 400 where the user's sessions are used up. */
  const logOnAs = async (user: string) => {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const ping = '<p:RFC_PING xmlns:p="urn:sap-com:document:sap:rfc:functions"/>';
    const body = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${ping}</e:Body></e:Envelope>`;
    return (await fetch(`${ecc.url}/sap/bc/soap/rfc?sap-client=100`, { method: "POST", headers: { authorization }, body }))
      .status;
  };

  beforeAll(async () => {
    standIn = buildStandIn();
    const all = { tables: ["*"], functions: ["*"] };
    const metadata = ["RFC_GET_FUNCTION_INTERFACE", "DDIF_FIELDINFO_GET"];
    const users = [
      { user: "MLC", password, ...all },
      { user: "NARROW", password, tables: ["LFA1"], functions: ["RFC_PING", "RFC_READ_TABLE", ...metadata] },
    ];
    const system = {
      systemId: "ABC",
      client: "100",
      release: "700",
      host: "sapabc",
      timeZoneMinutes: 60,
      users,
      workProcesses: 6,
    };
    ecc = await openEccWorld(system, { LFA1: vendors });
    shared = startBridge({ jar: standIn.jar });
    started.push(shared);
    shared.send(opening());
  });
  beforeEach(async () => {
    await ecc.door("stats/reset", {});
  });
  afterEach(async () => {
    await ecc.door("switches", { failNext: [], profile: "classic", sessionsMax: 100, msPerCall: 0 });
  });
  afterAll(async () => {
    for (const { child } of started) child.kill("SIGKILL");
    await Promise.all(started.map(({ exit }) => exit));
    for (const bridge of started) {
      // Whatever was done to it: every line was the protocol's, and none knew the password.
      for (const line of bridge
        .written()
        .split("\n")
        .filter((text) => text !== ""))
        expect(JSON.parse(line)).toHaveProperty("type");
      expect(bridge.written() + bridge.said()).not.toContain("geheim");
    }
    await ecc.close();
  });

  describe("once opened", () => {
    it("says what it is, has logged nobody on, and keeps the library's prints off the protocol", async () => {
      expect(await shared.line("ready")).toEqual({ type: "ready", version: 1, driver: "jco", library: "3.1.9-stand-in" });
      expect(await stats()).toMatchObject({ logons: 0 });
      expect(shared.written()).not.toContain("stand-in for SAP JCo loaded");
      await shared.call({ function: "RFC_PING" });
      expect(shared.said()).toContain("stand-in for SAP JCo loaded");
    });

    it("brings text to SAP and back, but for trailing blanks", async () => {
      const text = "  <Ä&\"'é ☃ 😀>\t\\ \u2028 a\r\nc  ";
      const { last } = await shared.call({ function: "STFC_CONNECTION", parameters: { REQUTEXT: text } });
      expect(last).toMatchObject({ type: "answer" });
      expect((last.values as Row).ECHOTEXT).toBe(text.trimEnd());
      expect((last.values as Row).RESPTEXT).toContain("Logon_Data: 100/MLC/E");
    });

    it("streams a table's rows in order and in blocks, and keeps them out of the answer", async () => {
      const { lines, last } = await shared.call(readVendors("DATA"));
      const blocks = lines.filter((line) => line.type === "rows").map((line) => line.rows as Row[]);
      expect(blocks.map((rows) => rows.length)).toEqual([500, 500, 234]);
      const texts = blocks.flat().map((row) => row.WA?.split("|")[1]?.trimEnd());
      expect(texts.toSorted()).toEqual(vendors.map(({ NAME1 }) => NAME1).toSorted());
      expect(last).toMatchObject({ type: "answer", values: { DATA: [] } });
      expect((last.values as Record<string, Row[]>).FIELDS?.[1]).toMatchObject({
        FIELDNAME: "NAME1",
        OFFSET: "000011",
        LENGTH: "000035",
      });
    });

    it("hands over the whole table where nobody asked for blocks", async () => {
      const { lines: whole, last } = await shared.call(readVendors(undefined));
      expect(whole.length).toBe(1);
      expect((last.values as Record<string, Row[]>).DATA?.length).toBe(vendors.length);
    });

    it("returns only the tables that were asked for", async () => {
      const { last } = await shared.call({ ...readVendors(undefined), tables: ["FIELDS"] });
      expect(Object.keys(last.values as Row)).toEqual(["FIELDS"]);
    });
  });

  it("is started by the agent's own client with the command that customers run, dies, and is started anew", async () => {
    const children: Child[] = [];
    const client = openNativeRfc({
      start: (program, events) => {
        const child = startChild(program, events);
        children.push(child);
        return child;
      },
      program: jcoProgram({ java: "java", jar: standIn.jar }),
      clock: systemClock,
      connection: opening().connection as Record<string, string>,
      readPassword: async () => password,
      sessions: 2,
    });
    const ping = { function: "RFC_PING", parameters: {}, tables: [], timeoutMs: 20_000 };
    expect(await client.call(ping)).toEqual({ kind: "answer", values: {} });
    const slow = client.call({ ...ping, function: "RFC_PING_AND_WAIT", parameters: { SECONDS: "60" }, timeoutMs: 60_000 });
    await expect.poll(async () => (await stats()).calls.RFC_GET_FUNCTION_INTERFACE).toBe(2);
    children[0]?.kill();
    expect(await slow).toMatchObject({ kind: "failure", class: "communication", key: "CHILD_LOST" });
    expect(await client.call(ping)).toEqual({ kind: "answer", values: {} });
    expect(children.length).toBe(2);
    await client.close();
    // A real system sees the connection break; behind HTTP its sessions stay.
    await ecc.door("switches", { endAllSessions: true });
  });

  describe("values", () => {
    const given = {
      CHAR5: "a b",
      TEXT: "x  ",
      NUMC6: "42",
      DAY: "2026-11-24",
      HOUR: "23:59:01",
      AMOUNT: "-12.5",
      DECF16: "1.50",
      DECF34: "12345678901234567890.12",
      FLOAT: "0.00001",
      INT1: "255",
      INT2: "-3",
      INT4: "2147483647",
      INT8: "-9223372036854775808",
      RAW3: "AQID",
      BYTES: "/w==",
    };
    const back = { ...given, NUMC6: "000042", AMOUNT: "-12.50", FLOAT: "0.000010" };
    const echo = (row: unknown, more: Record<string, unknown> = {}) =>
      shared.call({ function: "Z_ECHO_TYPES", parameters: { IS_TYPES: row, ...more }, tables: ["TYPES"] });

    it("of every type travel as SOAP writes them, in structures, tables and changing parameters", async () => {
      const { last } = await echo(given, { TYPES: [given, given], CV_DAY: "20261124" });
      const values = { ES_TYPES: back, ET_TYPES: [back, back], TYPES: [back, back], CV_DAY: "2026-11-24", EV_ASKED: "TYPES " };
      expect(last.values).toEqual(values);
    });

    it("of a table among the exports are streamed like any other, in blocks of a quarter of a megabyte", async () => {
      const rows = Array.from({ length: 300 }, (_, at) => ({ TEXT: `${at} ${"x".repeat(2_000)}` }));
      const call = { function: "Z_ECHO_TYPES", parameters: { TYPES: rows }, tables: ["ET_TYPES"], rowsOf: "ET_TYPES" };
      const { lines, last } = await shared.call(call);
      const blocks = lines.filter((line) => line.type === "rows").map((line) => line.rows as Row[]);
      expect(blocks.flat().map(({ TEXT }) => TEXT)).toEqual(rows.map(({ TEXT }) => TEXT));
      expect(Math.max(...blocks.map((block) => JSON.stringify(block).length))).toBeLessThan(270_000);
      expect(last).toMatchObject({ type: "answer", values: { ET_TYPES: [] } });
      expect(last.values).not.toHaveProperty("TYPES");
    });

    it("that are text come back as they were, whatever they hold", async () => {
      const texts = fc.array(
        fc.string({
          unit: fc.oneof(
            fc.constantFrom("\\", '"', "\n", "\u2028", "\ud800", "\udc00", "\u007f"),
            fc.nat(0xffff).map((code) => String.fromCharCode(code)),
          ),
        }),
        {
          minLength: 1,
          maxLength: 30,
        },
      );
      await fc.assert(
        fc.asyncProperty(texts, async (given) => {
          const { last } = await echo({}, { TYPES: given.map((text) => ({ TEXT: text })) });
          expect((last.values as Record<string, Row[]>).TYPES?.map(({ TEXT }) => TEXT)).toEqual(given);
        }),
        { numRuns: 100 },
      );
    });

    it("that are not given are initial, in SAP's forms", async () => {
      const initial = {
        CHAR5: "",
        TEXT: "",
        NUMC6: "000000",
        DAY: "0000-00-00",
        HOUR: "00:00:00",
        AMOUNT: "0.00",
        DECF16: "0",
        DECF34: "0",
        FLOAT: "0.0",
        INT1: "0",
        INT2: "0",
        INT4: "0",
        INT8: "0",
        RAW3: "",
        BYTES: "",
      };
      const { last } = await echo({ DAY: "0000-00-00", AMOUNT: "", HOUR: "  " }, { TYPES: [{}] });
      expect(last.values).toMatchObject({ ES_TYPES: initial, TYPES: [initial], CV_DAY: "0000-00-00" });
    });

    it.each([
      ["longer than its field", { CHAR5: "abcdef" }, "IS_TYPES-CHAR5"],
      ["with more decimals", { AMOUNT: "1.005" }, "IS_TYPES-AMOUNT"],
      ["with more digits", { AMOUNT: "123456789012.00" }, "IS_TYPES"],
      ["no number", { AMOUNT: "1,5" }, "IS_TYPES-AMOUNT"],
      ["a number too large", { INT4: "2147483648" }, "IS_TYPES"],
      ["half a number", { INT4: "1.5" }, "IS_TYPES"],
      ["no day", { DAY: "24.11.2026" }, "IS_TYPES-DAY"],
      ["no digits", { NUMC6: "12A" }, "IS_TYPES-NUMC6"],
      ["of a field that is not there", { NOWHERE: "x" }, "field 'IS_TYPES-NOWHERE' not found"],
      ["that is a row where text belongs", { CHAR5: { A: "b" } }, "IS_TYPES-CHAR5"],
    ])("%s are refused before SAP hears of them, and the session lives", async (_, row, said) => {
      const { last } = await echo(row);
      expect(last).toMatchObject({
        type: "failure",
        group: 5,
        code: "RFC_INVALID_PARAMETER",
        key: "RFC_INVALID_PARAMETER",
        isSessionLost: false,
      });
      expect(last.message).toContain(said);
    });

    it.each<[string, BridgeCall]>([
      ["an unknown parameter", { function: "RFC_PING", parameters: { XXX: "1" } }],
      ["an unknown table", { function: "RFC_PING", tables: ["XXX"] }],
      ["a parameter that is an export", { function: "STFC_CONNECTION", parameters: { ECHOTEXT: "1", REQUTEXT: "" } }],
      ["text for a table", { function: "RFC_READ_TABLE", parameters: { QUERY_TABLE: "LFA1", FIELDS: "LIFNR" } }],
      ["rows in rows asked for", { function: "Z_NESTED", tables: ["LINES"] }],
      ["rows in rows given", { function: "Z_NESTED", parameters: { IT_LINES: [{ TYPENAME: "A", FIELDS: "x" }] } }],
    ])("refuse %s", async (_, call) => {
      expect((await shared.call(call)).last).toMatchObject({
        type: "failure",
        code: "RFC_INVALID_PARAMETER",
        isSessionLost: false,
      });
    });

    it("do not ask for exports that have no form on the line", async () => {
      const { last } = await shared.call({
        function: "DDIF_FIELDINFO_GET",
        parameters: { TABNAME: "T001" },
        tables: ["DFIES_TAB"],
      });
      expect(Object.keys(last.values as Row).toSorted()).toEqual(["DDOBJTYPE", "DFIES_TAB", "DFIES_WA", "X030L_WA"]);
      expect((await shared.call({ function: "Z_NESTED" })).last.values).toEqual({ EV_DONE: "X" });
    });
  });

  describe("failures", () => {
    it("that the module declares leave the session as it is", async () => {
      await shared.call({ function: "RFC_PING" });
      await ecc.door("stats/reset", {});
      const { last: field } = await shared.call(readVendors(undefined, ["ZZZ"]));
      expect(field).toMatchObject({ group: 1, code: "RFC_ABAP_EXCEPTION", key: "FIELD_NOT_VALID", isSessionLost: false });
      const { last: table } = await shared.call({ function: "RFC_READ_TABLE", parameters: { QUERY_TABLE: "ZNOWHERE" } });
      expect(table).toMatchObject({ group: 1, code: "RFC_ABAP_EXCEPTION", key: "TABLE_NOT_AVAILABLE", isSessionLost: false });
      expect((await shared.call({ function: "RFC_PING" })).last.type).toBe("answer");
      expect(await stats()).toMatchObject({ sessionsCreated: 0 });
    });

    it("with a T100 message carry it", async () => {
      const { last: unknown } = await shared.call({ function: "Z_NOT_THERE" });
      const fl046 = { id: "FL", number: "046", type: "E", v: ["Z_NOT_THERE", "", "", ""] };
      expect(unknown).toMatchObject({
        group: 1,
        code: "RFC_ABAP_EXCEPTION",
        key: "FU_NOT_FOUND",
        t100: fl046,
        isSessionLost: false,
      });
      const { last: message } = await shared.call({ function: "RFC_RAISE_ERROR", parameters: { MESSAGETYPE: "E" } });
      const f5104 = { id: "F5", number: "104", type: "E", v: ["4711", "1000", "", ""] };
      expect(message).toMatchObject({ group: 2, code: "RFC_ABAP_MESSAGE", key: "F5 104", t100: f5104, isSessionLost: true });
    });

    it.each([
      ["dump:TIME_OUT", { group: 2, code: "RFC_ABAP_RUNTIME_FAILURE", key: "TIME_OUT" }],
      ["dump:TSV_TNEW_PAGE_ALLOC_FAILED", { group: 2, code: "RFC_ABAP_RUNTIME_FAILURE", key: "TSV_TNEW_PAGE_ALLOC_FAILED" }],
      ["dump:ASSIGN_CASTING_ILLEGAL_CAST", { group: 2, code: "RFC_ABAP_RUNTIME_FAILURE", key: "ASSIGN_CASTING_ILLEGAL_CAST" }],
      ["html-500", { group: 2, code: "RFC_ABAP_RUNTIME_FAILURE", key: "SYSTEM_FAILURE" }],
      ["cut-before", { group: 4, code: "RFC_COMMUNICATION_FAILURE" }],
      ["cut-half", { group: 4, code: "RFC_COMMUNICATION_FAILURE" }],
    ])("by %s lose the session, and the next call opens another", async (how, wanted) => {
      await shared.call(readVendors(undefined));
      await ecc.door("stats/reset", {});
      await failNext(how, "RFC_READ_TABLE");
      const { lines, last } = await shared.call(readVendors("DATA"));
      expect(last).toMatchObject({ type: "failure", ...wanted, isSessionLost: true });
      expect(last.t100).toBeUndefined();
      expect(lines.length).toBe(1);
      expect((await shared.call(readVendors("DATA"))).last.type).toBe("answer");
      expect((await stats()).sessionsCreated).toBe(1);
    });

    it("never repeat the password, whatever SAP's library says", async () => {
      const { last } = await shared.call({ function: "Z_TELL_SECRETS" });
      expect(last).toMatchObject({ message: "logged on with ***", t100: { v: ["***", "", "", ""] } });
    });

    it("for want of rights are told apart", async () => {
      const bridge = await open({}, { user: "NARROW" });
      const { last } = await bridge.call({ function: "RFC_SYSTEM_INFO" });
      expect(last).toMatchObject({ group: 2, key: "RFC_NO_AUTHORITY" });
      expect((await bridge.call({ function: "RFC_READ_TABLE", parameters: { QUERY_TABLE: "EKKO" } })).last).toMatchObject({
        group: 1,
        key: "NOT_AUTHORIZED",
      });
      bridge.send({ type: "close" });
      expect(await bridge.exit).toBe(0);
    });
  });

  describe("sessions", () => {
    it("are one connection each, kept between calls, and run side by side", async () => {
      for (const session of [1, 2, 3]) shared.send({ type: "forget", session });
      const wait: BridgeCall = { function: "RFC_PING_AND_WAIT", parameters: { SECONDS: "1" } };
      await shared.call({ function: "RFC_PING_AND_WAIT", parameters: { SECONDS: "0" }, session: 1 });
      await shared.call({ function: "RFC_PING" });
      const outcomes = await Promise.all([1, 2, 3].map((session) => shared.call({ ...wait, session })));
      expect(outcomes.map(({ last }) => last.type)).toEqual(["answer", "answer", "answer"]);
      expect(await stats()).toMatchObject({ sessionsCreated: 3, inFlightMax: 3 });
    });

    it("that are forgotten are closed in SAP", async () => {
      for (const session of [1, 2, 3]) await shared.call({ function: "RFC_PING", session });
      for (const session of [1, 2, 3]) shared.send({ type: "forget", session });
      await expect.poll(async () => (await stats()).calls.RFC_PING, { timeout: 5_000 }).toBe(3);
      await ecc.door("switches", { sessionsMax: 1 });
      await expect.poll(async () => (await shared.call({ function: "RFC_PING" })).last.type, { timeout: 5_000 }).toBe("answer");
    });

    it("whose call takes too long are cut off, and their number works again", async () => {
      const before = Date.now();
      const long: BridgeCall = { function: "RFC_PING_AND_WAIT", parameters: { SECONDS: "60" }, timeoutMs: 300 };
      const { last } = await shared.call(long);
      expect(last).toMatchObject({ group: 4, code: "RFC_CANCELED", key: "RFC_CANCELED", isSessionLost: true });
      expect(Date.now() - before).toBeLessThan(5_000);
      expect((await shared.call({ function: "RFC_PING" })).last.type).toBe("answer");
    });

    it("that are cut off do not stay behind", async () => {
      for (const round of [1, 2, 3]) {
        await ecc.door("switches", { failNext: [{ function: "RFC_PING", times: 4, how: "silence" }] });
        const calls = [1, 2, 3, 4].map((session) => shared.call({ function: "RFC_PING", session, timeoutMs: 150 }));
        for (const { last } of await Promise.all(calls)) expect(last.code, `round ${round}`).toBe("RFC_CANCELED");
        expect((await shared.call({ function: "RFC_PING", session: 5 })).last.type).toBe("answer");
      }
    });

    it("answer a cancelled call once, even when SAP answers after all", async () => {
      await failNext("silence", "RFC_PING");
      const { last } = await shared.call({ function: "RFC_PING", timeoutMs: 200 });
      expect(last.code).toBe("RFC_CANCELED");
      shared.send({ type: "forget", session: 1 });
      expect((await shared.call({ function: "RFC_PING" })).last.type).toBe("answer");
      expect(
        shared
          .written()
          .split("\n")
          .filter((line) => line.includes(`"id":${String(last.id)},`)).length,
      ).toBe(1);
    });
  });

  describe("a wrong password", () => {
    it("costs one logon, however many sessions wait, and is nowhere to be read", async () => {
      const bridge = await open({ password: "geheim-falsch" });
      const calls = [1, 2, 3, 4, 5].map((session) => bridge.call({ function: "RFC_PING", session }));
      for (const { last } of await Promise.all(calls))
        expect(last).toMatchObject({ group: 3, code: "RFC_LOGON_FAILURE", key: "RFC_LOGON_FAILURE", isSessionLost: true });
      expect(await stats()).toMatchObject({ logonsBad: 1, logons: 0 });
      expect((await bridge.call({ function: "RFC_PING" })).last.code).toBe("RFC_LOGON_FAILURE");
      expect((await stats()).logonsBad).toBe(2);
    });
  });

  describe("the end", () => {
    it.each<[string, () => unknown[], string, string]>([
      [
        "no JSON",
        () => [opening(), '{"type":"forget","session":1} "geheim-1"'],
        "BAD_LINE",
        "A line is no JSON, at character 31.",
      ],
      ["no UTF-8", () => [Buffer.from('{"type":"\xff"}\n', "latin1")], "BAD_LINE", "A line is not UTF-8."],
      ["another first line", () => ['{"type":"close"}'], "BAD_LINE", 'The first line is not "open".'],
      [
        "a call of a session too many",
        () => [opening(), { type: "call", id: 1, session: 7, function: "RFC_PING", parameters: {}, tables: [], timeoutMs: 1 }],
        "BAD_LINE",
        "Session 7 is beyond the 6 that were opened.",
      ],
      ["an unknown key", () => [opening({}, { passwd: "geheim-2" })], "BAD_OPEN", 'connection holds the unknown key "passwd".'],
      ["no server", () => [opening({}, { ashost: undefined })], "BAD_OPEN", "neither jco.client.ashost"],
    ])("comes with one line after %s", async (_, lines, key, detail) => {
      const bridge = start();
      for (const line of lines()) {
        if (typeof line === "string") bridge.raw(`${line}\n`);
        else if (Buffer.isBuffer(line)) bridge.raw(line);
        else bridge.send(line);
      }
      expect(await bridge.line("fatal")).toMatchObject({ key, detail: expect.stringContaining(detail) });
      expect(await bridge.exit).toBe(1);
    });

    it("names a library that cannot be loaded", async () => {
      const bridge = start({ JCO_STANDIN_BROKEN: "1" });
      bridge.send(opening());
      expect(await bridge.line("fatal")).toMatchObject({
        key: "NO_LIBRARY",
        detail: expect.stringContaining("no sapjco3 in java.library.path"),
      });
      expect(await bridge.exit).toBe(1);
    });

    it("comes quietly in the middle of a line, too; a group of servers and a logon by SNC need no password", async () => {
      const group = { ashost: undefined, sysnr: undefined, mshost: "sapmsg", r3name: "ABC", group: "RFC" };
      const snc = { snc_mode: "1", snc_partnername: "p:CN=ABC", snc_qop: "9", snc_lib: "/opt/snc.so", snc_myname: "p:CN=MLC" };
      const bridge = await open({ password: undefined }, { ...group, ...snc });
      bridge.raw('{"type":"nonsense"');
      bridge.child.stdin.end();
      expect(await bridge.exit).toBe(0);
      expect(bridge.written().split("\n").length).toBe(2);
    });

    it("is quiet when standard input ends, though a call still runs, and closes what it had in SAP", async () => {
      const bridge = await open({}, { user: "NARROW" });
      await bridge.call({ function: "RFC_PING", session: 1 });
      await bridge.call({ function: "RFC_PING", session: 2 });
      await failNext("silence", "RFC_PING");
      const running = bridge.call({ function: "RFC_PING", session: 2 });
      await expect.poll(async () => (await ecc.door("switches")).failNext).toEqual([]);
      bridge.child.stdin.end();
      expect(await bridge.exit).toBe(0);
      expect((await running).last).toMatchObject({ code: "RFC_CANCELED" });
      await ecc.door("switches", { sessionsMax: 1 });
      expect(await logOnAs("NARROW")).toBe(200);
    });
  });
});
