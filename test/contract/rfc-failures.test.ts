// How an RFC client, over whatever transport, and the governor meet a SAP system in trouble: real sockets and children, the simulated ECC's faults.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHttpClient, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import type { Clock, HttpClient, RfcCall, RfcFailure } from "../../src/ports/index.ts";
import {
  createDictionary,
  createGovernor,
  createReadTable,
  equal,
  guardByPolicy,
  openSoapRfc,
  type SoapRfcClient,
  type SoapRfcOptions,
} from "../../src/sap/rfc/index.ts";
import { type EccUnderTest, openEccWorld } from "../support/ecc-server.ts";
import { openClients, type RfcTransport, rfcTransports } from "../support/rfc-transports.ts";

const password = "geheim-123";
const vendors = Array.from({ length: 200 }, (_, at) => ({ LIFNR: String(at).padStart(10, "0"), NAME1: `Vendor ${at}` }));
const ping: RfcCall = { function: "RFC_PING", parameters: {}, tables: [], timeoutMs: 5_000 };
const readVendors = (rowCount = "0", text?: string): RfcCall => ({
  function: "RFC_READ_TABLE",
  parameters: {
    QUERY_TABLE: "LFA1",
    ROWCOUNT: rowCount,
    FIELDS: [{ FIELDNAME: "LIFNR" }, { FIELDNAME: "NAME1" }],
    OPTIONS: text === undefined ? [] : [{ TEXT: text }],
  },
  tables: ["DATA", "FIELDS", "OPTIONS"],
  timeoutMs: 5_000,
});

/** What a native library must be allowed to call besides (sap-rfc 1.10). */
const describing = ["RFC_GET_FUNCTION_INTERFACE", "DDIF_FIELDINFO_GET"];

type Stats = {
  calls: Record<string, number>;
  logonsBad: number;
  sessionsCreated: number;
  inFlightMax: number;
  overloads: number;
};
let ecc: EccUnderTest;
let http: HttpClient;
const opened: SoapRfcClient[] = [];
const stats = async () => (await ecc.door("stats")) as unknown as Stats;

beforeAll(async () => {
  const users = [
    { user: "MLC", password, tables: ["*"], functions: ["*"] },
    { user: "NARROW", password, tables: ["LFA1"], functions: ["RFC_PING", "RFC_READ_TABLE", ...describing] },
  ];
  const system = { systemId: "ABC", client: "100", release: "700", host: "sapabc", timeZoneMinutes: 60, users, workProcesses: 4 };
  ecc = await openEccWorld(system, { LFA1: vendors });
  http = createHttpClient();
});
beforeEach(async () => {
  await ecc.door("stats/reset", {});
});
afterEach(async () => {
  for (const client of opened.splice(0)) await client.close();
  const switches = {
    icfNodeActive: true,
    faultStatus: 500,
    dumpPageNamesError: true,
    failNext: [],
    msPerCall: 0,
    queueMax: 100,
    sessionsMax: 100,
  };
  await ecc.door("switches", { ...switches, overloadAs: "503", userLocked: [], endAllSessions: true });
});
afterAll(async () => {
  await http.close();
  await ecc.close();
});

function openSoap(options: Partial<SoapRfcOptions> = {}): SoapRfcClient {
  const client = openSoapRfc({
    url: `${ecc.url}/sap/bc/soap/rfc`,
    client: "100",
    language: "EN",
    user: "MLC",
    readPassword: async () => password,
    http,
    clock: systemClock,
    pool: 4,
    ...options,
  });
  opened.push(client);
  return client;
}

/** Backoff without waiting for it. */
const hasty: Clock = { ...systemClock, sleep: () => systemClock.sleep(1) };

const transports = rfcTransports(() => http);

describe.each(transports.filter(({ isThere }) => isThere))("over $name:", (transport: RfcTransport) => {
  const clients = openClients(transport, { url: () => ecc.url, password });
  const { open } = clients;
  afterEach(() => clients.closeOwn());
  afterAll(() => clients.closeAll());
  const isSoap = transport.name === "soap";

  describe("one call that fails", () => {
    const failNext = (how: string) => ecc.door("switches", { failNext: [{ function: "RFC_READ_TABLE", times: 1, how }] });
    it.each<[string, Pick<RfcFailure, "class" | "key">]>([
      ["cut-before", { class: "communication", key: "RESET" }],
      ["cut-after", { class: "communication", key: "RESET" }],
      ["overload", { class: "overload", key: isSoap ? "HTTP_503" : "RESOURCE_FAILURE" }],
      ["dump:TIME_OUT", { class: "dump", key: "TIME_OUT" }],
      ["dump:TSV_TNEW_PAGE_ALLOC_FAILED", { class: "dump", key: "TSV_TNEW_PAGE_ALLOC_FAILED" }],
      ["dump:ASSIGN_CASTING_ILLEGAL_CAST", { class: "dump", key: "ASSIGN_CASTING_ILLEGAL_CAST" }],
    ])("by %s is told apart, and the next one works", async (how, wanted) => {
      const client = open();
      await failNext(how);
      expect(await client.call(readVendors())).toMatchObject({ kind: "failure", ...wanted });
      expect(await client.call(readVendors())).toMatchObject({ kind: "answer" });
    });

    it("in the middle of its answer hands no rows on as complete", async () => {
      const client = open();
      const reader = createReadTable(client, createDictionary(client));
      await reader.read({ table: "LFA1", fields: ["NAME1"], rowsMax: 1 });
      await failNext("cut-half");
      const outcome = await reader.read({ table: "LFA1", fields: ["NAME1"] });
      expect(outcome).toMatchObject({ kind: "failure", cause: "rfc", failure: { class: "communication" } });
    });

    it("by silence ends at its deadline", async () => {
      const client = open();
      await ecc.door("switches", { failNext: [{ function: "RFC_PING", times: 1, how: "silence" }] });
      await client.call({ ...ping, function: "RFC_SYSTEM_INFO" });
      expect(await client.call({ ...ping, timeoutMs: 200 })).toMatchObject({ class: "communication", key: "TIMEOUT" });
    });

    it.each([500, 200])("by a declared exception is one, under status %d too", async (faultStatus) => {
      await ecc.door("switches", { faultStatus });
      const call = readVendors();
      const unknown = { ...call, parameters: { ...call.parameters, FIELDS: [{ FIELDNAME: "ZZZ" }] } };
      expect(await open().call(unknown)).toMatchObject({ class: "exception", key: "FIELD_NOT_VALID" });
      const nowhere = { ...call, parameters: { QUERY_TABLE: "ZNOWHERE" } };
      expect(await open().call(nowhere)).toMatchObject({ class: "exception", key: "TABLE_NOT_AVAILABLE" });
      expect(await open().call({ ...ping, function: "Z_NOT_THERE" })).toMatchObject({ class: "exception", key: "FU_NOT_FOUND" });
    });

    it.each([
      ["NAME1 = 'x", "SAPSQL_PARSE_ERROR"],
      ["ZZZ = 'x'", "SAPSQL_INVALID_FIELDNAME"],
      ["ERDAT = '20240231'", "SAPSQL_DATA_LOSS"],
    ])("by the filter %s is a dump", async (text, key) => {
      expect(await open().call(readVendors("0", text))).toMatchObject({ class: "dump", key });
    });

    it("for want of rights says which kind", async () => {
      const client = open({ user: "NARROW" });
      const call = readVendors();
      expect(await client.call({ ...ping, function: "RFC_SYSTEM_INFO" })).toMatchObject({
        class: "authorization",
        key: "RFC_NO_AUTHORITY",
      });
      expect(await client.call({ ...call, parameters: { QUERY_TABLE: "EKKO" } })).toMatchObject({
        class: "authorization",
        key: "NOT_AUTHORIZED",
      });
      expect(await client.call(call)).toMatchObject({ kind: "answer" });
    });

    it("because nobody listens", async () => {
      const nowhere = open({ url: "http://127.0.0.1:2" });
      expect(await nowhere.call(ping)).toMatchObject({ class: "communication", key: "UNREACHABLE" });
    });

    it("by policy never reaches SAP", async () => {
      const client = guardByPolicy(open(), { functions: ["RFC_READ_TABLE"], tables: { LFA1: ["LIFNR"] } });
      expect(await client.call(readVendors())).toMatchObject({ class: "authorization", key: "POLICY_FIELD" });
      expect((await stats()).calls).toEqual({});
    });
  });

  describe("a wrong password", () => {
    it("costs one bad logon, however many calls start and retry, and does not lock the user", async () => {
      const client = open({ readPassword: async () => "wrong-password", pool: 10 });
      const governor = createGovernor({ clock: hasty, random: systemRandom, cap: 10, start: 10 });
      const governed = governor.govern(client);
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => governed.call(ping)));
      expect(outcomes.every((outcome) => outcome.kind === "failure" && outcome.class === "logon")).toBe(true);
      expect(await stats()).toMatchObject({ logonsBad: 1 });
      expect(JSON.stringify(outcomes)).not.toContain("wrong-password");
      expect(await open().call(ping)).toMatchObject({ kind: "answer" });
    });

    it("and a locked user or a wrong client look the same", async () => {
      await ecc.door("switches", { userLocked: ["MLC"] });
      const refused = { class: "logon", key: "LOGON_FAILED", ...(isSoap ? { status: 401 } : {}) };
      expect(await open({ pool: 1 }).call(ping)).toMatchObject(refused);
      await ecc.door("switches", { userLocked: [] });
      expect(await open({ client: "999" }).call(ping)).toMatchObject({ class: "logon", key: "LOGON_FAILED" });
    });
  });

  describe("the governor", () => {
    it.each(["503", "reset", "fault", "system-failure"])(
      "brings every call through a system that is too small (%s), never above the cap",
      async (overloadAs) => {
        await ecc.door("switches", { msPerCall: 5, queueMax: 0, overloadAs });
        const client = open({ pool: 20 });
        await client.call(ping);
        const governor = createGovernor({ clock: hasty, random: systemRandom, cap: 8, start: 8, triesMax: 20 });
        const reader = createReadTable(governor.govern(client), createDictionary(governor.govern(client)));
        const reads = Array.from({ length: 60 }, (_, at) =>
          reader.read({ table: "LFA1", fields: ["NAME1"], where: equal("LIFNR", String(at).padStart(10, "0")) }),
        );
        const outcomes = await Promise.all(reads);
        expect(outcomes.map((outcome) => (outcome.kind === "complete" ? outcome.rows.length : outcome))).toEqual(
          Array.from({ length: 60 }, () => 1),
        );
        const seen = await stats();
        expect(seen.overloads + governor.receipt().halvings).toBeGreaterThan(0);
        expect(seen.inFlightMax).toBeLessThanOrEqual(8);
        expect(governor.receipt().inFlightMax).toBeLessThanOrEqual(8);
        expect(governor.receipt().retries).toBeGreaterThan(0);
      },
    );

    it("tries an outage five times and tells it then", async () => {
      const client = open();
      await client.call(ping);
      await ecc.door("switches", { failNext: [{ function: "*", times: 10, how: "cut-before" }] });
      const governor = createGovernor({ clock: hasty, random: systemRandom, cap: 4 });
      expect(await governor.govern(client).call(ping)).toMatchObject({ class: "communication" });
      expect(governor.receipt()).toMatchObject({ calls: 5, retries: 4, failures: 5 });
    });
  });
});

describe("SOAP alone", () => {
  it("fails by an error page that names no dump, and the next call works", async () => {
    const client = openSoap();
    await ecc.door("switches", { failNext: [{ function: "*", times: 1, how: "html-500" }] });
    expect(await client.call(readVendors())).toMatchObject({ kind: "failure", class: "dump", key: "HTTP_500" });
    expect(await client.call(readVendors())).toMatchObject({ kind: "answer" });
  });

  it("fails because the node is not active, or not there", async () => {
    await ecc.door("switches", { icfNodeActive: false });
    expect(await openSoap().call(ping)).toMatchObject({ class: "not-active", key: "HTTP_403" });
    await ecc.door("switches", { icfNodeActive: true });
    expect(await openSoap({ url: `${ecc.url}/sap/bc/soap/elsewhere` }).call(ping)).toMatchObject({
      class: "not-active",
      key: "HTTP_404",
    });
  });
});

describe("security sessions", () => {
  it("are one a slot for any number of calls, and end on close", async () => {
    await ecc.door("switches", { sessionsMax: 4 });
    const client = openSoap({ pool: 4 });
    await client.call(ping);
    const outcomes = await Promise.all(Array.from({ length: 150 }, () => client.call(ping)));
    expect(outcomes.every(({ kind }) => kind === "answer")).toBe(true);
    expect((await stats()).sessionsCreated).toBeLessThanOrEqual(4);
    await client.close();
    const next = openSoap({ pool: 4 });
    expect(await next.call(ping)).toMatchObject({ kind: "answer" });
  });

  it("that ended there are opened anew without a word", async () => {
    const client = openSoap({ pool: 1 });
    await client.call(ping);
    await ecc.door("switches", { endAllSessions: true });
    expect(await client.call(ping)).toMatchObject({ kind: "answer" });
  });

  it("that are used up are an overload", async () => {
    await ecc.door("switches", { sessionsMax: 1 });
    const [one, other] = [openSoap({ pool: 1 }), openSoap({ pool: 1 })];
    expect(await one.call(ping)).toMatchObject({ kind: "answer" });
    expect(await other.call(ping)).toMatchObject({ class: "overload", key: "SESSION_LIMIT" });
  });
});
