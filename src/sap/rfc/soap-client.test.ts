import { describe, expect, it } from "vitest";
import {
  type Answerer,
  asReferences,
  errorFault,
  exceptionFault,
  response,
  type Scripted,
  scriptedHttp,
  table,
  textFault,
} from "../../../test/support/scripted-http.ts";
import type { HttpFailure, RfcCall, RfcFailure } from "../../ports/index.ts";
import { answerBytesMax, openSoapRfc, type SoapRfcOptions } from "./soap-client.ts";

const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
const password = "s3cret-Pass";
const ping: RfcCall = { function: "RFC_PING", parameters: {}, tables: [], timeoutMs: 1_000 };
const pong: Scripted = { body: response("RFC_PING", "") };
const readT000: RfcCall = {
  function: "RFC_READ_TABLE",
  parameters: { QUERY_TABLE: "T000", DELIMITER: "|" },
  tables: ["DATA", "FIELDS", "OPTIONS"],
  timeoutMs: 1_000,
};

function open(answer: Answerer, options: Partial<SoapRfcOptions> = {}) {
  const { http, requests } = scriptedHttp(answer);
  const client = openSoapRfc({
    url: "https://sap.example:44300/sap/bc/soap/rfc",
    client: "100",
    language: "EN",
    user: "MLC",
    readPassword: async () => password,
    http,
    clock,
    pool: 3,
    ...options,
  });
  return { client, requests };
}

const html = (status: number, body: string): Scripted => ({
  status,
  headers: { "content-type": "text/html" },
  body: `<html>${body}</html>`,
});
const basicOf = (secret: string) => `Basic ${Buffer.from(`MLC:${secret}`).toString("base64")}`;
const gate = () => {
  let openGate = () => {};
  const opened = new Promise<void>((resolve) => {
    openGate = resolve;
  });
  return { opened, open: () => openGate() };
};

describe("a call over SOAP-RFC", () => {
  it("carries client and language in the address, user and password in Basic alone", async () => {
    const { client, requests } = open(() => pong);
    expect(await client.call(ping)).toEqual({ kind: "answer", values: {} });
    const [request] = requests;
    expect(request?.url).toBe("https://sap.example:44300/sap/bc/soap/rfc?sap-client=100&sap-language=EN");
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from(`MLC:${password}`).toString("base64")}`);
    expect(request?.headers["content-type"]).toBe("text/xml; charset=utf-8");
    const { authorization: _, ...others } = request?.headers ?? {};
    expect(JSON.stringify([request?.url, others, request?.body])).not.toContain(password);
  });

  it("reads the T000 answer of a real system, blanks of WA as sent", async () => {
    const fields = [
      { FIELDNAME: "MANDT", OFFSET: "000000", LENGTH: "000003", TYPE: "C" },
      { FIELDNAME: "MTEXT", OFFSET: "000004", LENGTH: "000025", TYPE: "C" },
      { FIELDNAME: "ORT01", OFFSET: "000030", LENGTH: "000025", TYPE: "C" },
    ];
    // Prefix of the body child echoed from the request, and another one.
    for (const prefix of ["rfc", "n0"]) {
      const body = response(
        "RFC_READ_TABLE",
        `${table("DATA", [{ WA: "000|SAP AG                   |S" }, { WA: "   |  A&B ü  " }])}${table("FIELDS", fields)}<OPTIONS/>`,
      );
      const { client } = open(() => ({ body: body.replaceAll("rfc:", `${prefix}:`) }));
      const outcome = await client.call(readT000);
      expect(outcome).toEqual({
        kind: "answer",
        values: expect.objectContaining({
          DATA: [{ WA: "000|SAP AG                   |S" }, { WA: "   |  A&B ü  " }],
          FIELDS: fields,
          OPTIONS: [],
        }),
      });
    }
  });

  it("reads scalars, structures, and a table that is missing because it is empty", async () => {
    const inner = `<ECHOTEXT>${asReferences(" ä & ")}</ECHOTEXT><RFCSI_EXPORT><RFCSYSID>ABC</RFCSYSID><RFCHOST/></RFCSI_EXPORT><NUMBERS><item>1</item></NUMBERS>`;
    const { client } = open(() => ({ body: response("Z_X", inner) }));
    const outcome = await client.call({ ...ping, function: "Z_X", tables: ["ROWS"] });
    expect(outcome).toEqual({
      kind: "answer",
      values: expect.objectContaining({
        ECHOTEXT: " ä & ",
        RFCSI_EXPORT: { RFCSYSID: "ABC", RFCHOST: "" },
        NUMBERS: [{ "": "1" }],
        ROWS: [],
      }),
    });
  });

  it.each([
    ["a cell twice in a row", "<DATA><item><WA>1</WA><WA>2</WA></item></DATA>", "", "came twice in one row"],
    ["a table twice", "<DATA><item><WA>1</WA></item></DATA><DATA/>", "", "DATA came twice"],
    ["a fault behind the response", "<DATA/>", "<s:Fault><faultstring>TIME_OUT</faultstring></s:Fault>", "more than one body"],
  ])("trusts no answer with %s", async (_, inner, behind, says) => {
    const { client } = open(() => ({ body: response("RFC_READ_TABLE", inner).replace(/(<\/[\w-]+:Body>)/, `${behind}$1`) }));
    const outcome = await client.call({ ...ping, function: "RFC_READ_TABLE", tables: ["DATA"] });
    expect(outcome).toMatchObject({ kind: "failure", class: "protocol", key: "NOT_SOAP" });
    if (outcome.kind === "failure") expect(outcome.detail).toContain(says);
  });

  it("hands the rows of a streamed table on and keeps none", async () => {
    const body = response("RFC_READ_TABLE", table("DATA", [{ WA: "1" }, { WA: "2" }]) + table("FIELDS", [{ FIELDNAME: "A" }]));
    const { client } = open(() => ({ body: body.split("") }));
    const seen: unknown[] = [];
    const stream = { table: "DATA", begin: () => seen.push("begin"), row: (row: unknown) => seen.push(row) };
    const outcome = await client.call({
      ...readT000,
      stream: { ...stream, begin: () => void stream.begin(), row: (row) => void stream.row(row) },
    });
    expect(seen).toEqual(["begin", { WA: "1" }, { WA: "2" }]);
    expect(outcome).toMatchObject({ kind: "answer", values: { DATA: [], FIELDS: [{ FIELDNAME: "A" }] } });
  });

  it("tells the server's time from its answers", async () => {
    const { client } = open(() => ({ ...pong, headers: { date: "Wed, 26 Aug 2026 09:16:15 GMT" } }));
    expect(client.serverTime()).toBeUndefined();
    await client.call(ping);
    expect(client.serverTime()).toBe(Date.UTC(2026, 7, 26, 9, 16, 15));
  });

  it("refuses a control character before a byte leaves", async () => {
    const { client, requests } = open(() => pong);
    const outcome = await client.call({ ...ping, parameters: { REQUTEXT: "a\u0007" } });
    expect(outcome).toMatchObject({ kind: "failure", class: "protocol", key: "CONTROL_CHARACTER" });
    expect(requests).toEqual([]);
  });
});

const transport = (reason: HttpFailure["reason"], requestSent: HttpFailure["requestSent"] = "no"): HttpFailure => ({
  kind: "failure",
  reason,
  requestSent,
  detail: "no route",
});
const message = "<Message><ID>AD</ID><Number>559</Number></Message>";
const failures: [string, Scripted | HttpFailure, Pick<RfcFailure, "class" | "key">][] = [
  ["a time-out before anything was sent", transport("timeout"), { class: "communication", key: "UNREACHABLE" }],
  ["a reset connection", transport("reset", "maybe"), { class: "communication", key: "RESET" }],
  ["no connection", transport("unreachable"), { class: "communication", key: "UNREACHABLE" }],
  ["an unknown host", transport("name-not-found"), { class: "communication", key: "NAME_NOT_FOUND" }],
  ["a wrong certificate", transport("tls"), { class: "communication", key: "TLS" }],
  ["a timeout", transport("timeout", "maybe"), { class: "communication", key: "TIMEOUT" }],
  [
    "an answer cut in its XML",
    { body: response("RFC_READ_TABLE", "<DATA>").slice(0, 200) },
    { class: "communication", key: "ANSWER_CUT" },
  ],
  [
    "a connection that breaks in the body",
    { body: response("RFC_READ_TABLE", "").slice(0, 50), breaks: { reason: "reset", detail: "cut" } },
    { class: "communication", key: "RESET" },
  ],
  ["an empty answer", { body: "" }, { class: "communication", key: "ANSWER_CUT" }],
  [
    "a declared exception",
    { status: 500, body: exceptionFault("RFC_READ_TABLE", "FIELD_NOT_VALID") },
    { class: "exception", key: "FIELD_NOT_VALID" },
  ],
  [
    "a declared exception under status 200",
    { status: 200, body: exceptionFault("RFC_READ_TABLE", "DATA_BUFFER_EXCEEDED", "too wide", message) },
    { class: "exception", key: "DATA_BUFFER_EXCEEDED" },
  ],
  [
    "missing table authority",
    { status: 500, body: exceptionFault("RFC_READ_TABLE", "NOT_AUTHORIZED") },
    { class: "authorization", key: "NOT_AUTHORIZED" },
  ],
  [
    "missing S_RFC",
    { status: 500, body: errorFault("ERROR_MESSAGE_STATE", "RFC_NO_AUTHORITY") },
    { class: "authorization", key: "RFC_NO_AUTHORITY" },
  ],
  [
    "an exception's name in the faultstring",
    { status: 500, body: textFault("TABLE_NOT_AVAILABLE") },
    { class: "exception", key: "TABLE_NOT_AVAILABLE" },
  ],
  [
    "a T100 message",
    { status: 500, body: errorFault("ERROR_MESSAGE_STATE", "<id>FL</id><number>046</number><text>not found</text>") },
    { class: "message", key: "FL 046" },
  ],
  [
    "a message without number",
    { status: 500, body: errorFault("ERROR_MESSAGE_STATE", "something") },
    { class: "message", key: "ERROR_MESSAGE_STATE" },
  ],
  [
    "a dump in a fault",
    { status: 500, body: errorFault("SYSTEM_FAILURE", "Runtime error SAPSQL_DATA_LOSS") },
    { class: "dump", key: "SAPSQL_DATA_LOSS" },
  ],
  [
    "used up resources",
    { status: 500, body: errorFault("ERROR_MESSAGE_STATE", "RESOURCE_FAILURE") },
    { class: "overload", key: "RESOURCE_FAILURE" },
  ],
  ["a dump page", html(500, "<title>500</title>The ABAP runtime error TIME_OUT occurred"), { class: "dump", key: "TIME_OUT" }],
  ["a page of unknown cause", html(500, "Internal Server Error"), { class: "dump", key: "HTTP_500" }],
  ["an inactive node", html(403, "Service is not active"), { class: "not-active", key: "HTTP_403" }],
  ["a node without authority", html(403, "No authorization for this service"), { class: "authorization", key: "S_ICF" }],
  ["a node that demands HTTPS", html(403, "SSL required for this service"), { class: "not-active", key: "SSL_REQUIRED" }],
  [
    "a function that SRT_WHITE_LIST leaves out",
    { status: 500, body: errorFault("ERROR_MESSAGE_STATE", "RFC_X is not in the white list") },
    { class: "authorization", key: "SRT_WHITE_LIST" },
  ],
  ["the same on a page", html(403, "Function not permitted: SRT_WHITE_LIST"), { class: "authorization", key: "SRT_WHITE_LIST" }],
  [
    "the conversation limit",
    { status: 500, body: errorFault("SYSTEM_FAILURE", "max no. of 100 conversations exceeded") },
    { class: "overload", key: "CONVERSATION_LIMIT" },
  ],
  [
    "a full connection table",
    { status: 500, body: errorFault("SYSTEM_FAILURE", "CPIC 230: connection table is full") },
    { class: "overload", key: "RESOURCE_FAILURE" },
  ],
  ["no such path", html(404, "Not found"), { class: "not-active", key: "HTTP_404" }],
  ["the session limit", html(400, "Bad request"), { class: "overload", key: "SESSION_LIMIT" }],
  ["a busy server", html(503, "Service unavailable"), { class: "overload", key: "HTTP_503" }],
  ["a gateway's timeout", html(504, "Gateway timeout"), { class: "communication", key: "HTTP_504" }],
  ["a portal's page", html(200, "Welcome"), { class: "protocol", key: "HTTP_200" }],
  ["a redirect", html(302, "moved"), { class: "protocol", key: "REDIRECT" }],
  ["another function's answer", { body: response("RFC_PING", "") }, { class: "protocol", key: "NOT_SOAP" }],
  ["XML that is no envelope", { body: "<a/>" }, { class: "protocol", key: "NOT_SOAP" }],
  ["XML that is broken", { body: "<a></b>" }, { class: "protocol", key: "MALFORMED" }],
  ["a document type", { body: "<!DOCTYPE a><a/>" }, { class: "protocol", key: "DOCTYPE" }],
];

describe("a failed call", () => {
  it.each(failures)("tells %s apart", async (_, answer, wanted) => {
    const { client } = open(() => answer);
    const outcome = await client.call(readT000);
    expect(outcome).toMatchObject({ kind: "failure", ...wanted });
    if (outcome.kind === "failure") expect(outcome.detail).not.toBe("");
  });

  it("says one short line and never the password, though the page repeats it", async () => {
    const { client } = open(() => html(500, `<script>x</script>${"long\n".repeat(500)}`));
    const { client: echoing } = open(() => html(500, `sent: ${password}`));
    const [long, echoed] = [await client.call(ping), await echoing.call(ping)];
    if (long.kind !== "failure" || echoed.kind !== "failure") throw new Error("expected failures");
    expect(long.detail.length).toBeLessThanOrEqual(300);
    expect(long.detail).not.toContain("\n");
    expect(echoed.detail).toContain("sent: ***");
  });
});

describe("the size of an answer", () => {
  const rows = response(
    "RFC_READ_TABLE",
    table(
      "DATA",
      Array.from({ length: 100 }, () => ({ WA: "x".repeat(50) })),
    ),
  );
  const stream = { table: "DATA", begin: () => undefined, row: () => undefined };

  it("is limited by what is kept, and further where rows are handed on", async () => {
    const { client } = open(() => ({ body: rows }), { limits: { bytesMax: 2_000, streamBytesMax: 100_000 } });
    expect(await client.call(readT000)).toMatchObject({ class: "protocol", key: "TOO_LARGE" });
    expect(await client.call({ ...readT000, stream })).toMatchObject({ kind: "answer" });
    const { client: narrow } = open(() => ({ body: rows }), { limits: { streamBytesMax: 2_000 } });
    expect(await narrow.call({ ...readT000, stream })).toMatchObject({ key: "TOO_LARGE" });
  });

  it("may be far above 200 MB where it is streamed, by default", () => {
    expect(answerBytesMax.streamed).toBeGreaterThan(1_000_000_000);
    expect(answerBytesMax.whole).toBeLessThan(100_000_000);
  });
});

it("hands on what SAP says that the call took", async () => {
  const { client } = open((_, index) => ({ ...pong, headers: { "sap-perf-fesrec": index === 0 ? "12500.000000" : "soon" } }));
  expect(await client.call(ping)).toEqual({ kind: "answer", values: {}, serverMs: 12.5 });
  expect(await client.call(ping)).toEqual({ kind: "answer", values: {} });
});

describe("a refused logon", () => {
  it("is tried once, and another stored password closes the breaker", async () => {
    let stored = "old-secret";
    const { client, requests } = open(
      ({ headers }) => (headers.authorization === basicOf("new-secret") ? pong : html(401, "Logon failed")),
      { readPassword: async () => stored },
    );
    await Promise.all([client.call(ping), client.call(ping)]);
    await client.call(ping);
    stored = "new-secret";
    expect(await client.call(ping)).toMatchObject({ kind: "answer" });
    expect(requests).toHaveLength(2);
  });

  it("opens the breaker: nothing more is sent until reset", async () => {
    let good = false;
    const { client, requests } = open(() => (good ? pong : html(401, "Logon failed")));
    expect(await client.call(ping)).toMatchObject({ class: "logon", key: "LOGON_FAILED", status: 401 });
    expect(await client.call(ping)).toMatchObject({ class: "logon", key: "LOGON_BREAKER" });
    expect(client.blockedBy()).toMatchObject({ key: "LOGON_FAILED" });
    expect(requests).toHaveLength(1);
    good = true;
    client.reset();
    expect(await client.call(ping)).toMatchObject({ kind: "answer" });
    expect(client.blockedBy()).toBeUndefined();
  });

  it("counts once although many calls start together", async () => {
    const { client, requests } = open(() => html(401, "Logon failed"), { pool: 10 });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => client.call(ping)));
    expect(requests).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === "failure" && outcome.key === "LOGON_BREAKER")).toHaveLength(9);
  });

  it("is told without an attempt when there is no password", async () => {
    const { client, requests } = open(() => pong, { readPassword: async () => undefined });
    expect(await client.call(ping)).toMatchObject({ class: "logon", key: "NO_PASSWORD" });
    expect(requests).toEqual([]);
  });
});

describe("the pool", () => {
  it("lets calls run together once a logon has succeeded, and never more than the pool", async () => {
    const held = gate();
    let running = 0;
    let most = 0;
    const { client, requests } = open(
      async (_, index) => {
        running += 1;
        most = Math.max(most, running);
        if (index > 0) await held.opened;
        running -= 1;
        return pong;
      },
      { pool: 3 },
    );
    await client.call(ping);
    const calls = Array.from({ length: 8 }, () => client.call(ping));
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    expect(requests).toHaveLength(1 + 3);
    held.open();
    await Promise.all(calls);
    expect(requests).toHaveLength(9);
    expect(most).toBe(3);
  });

  it("keeps one session a slot, and ends each on close", async () => {
    const held = gate();
    let sessions = 0;
    const { client, requests } = open(async ({ method, headers }, index) => {
      if (method === "GET") return { headers: { "content-type": "text/html" }, body: "bye" };
      if (index > 0 && index < 4) await held.opened;
      if (headers.cookie !== undefined) return pong;
      sessions += 1;
      return {
        ...pong,
        headers: { "set-cookie": [`SAP_SESSIONID_ABC_100=${sessions}; path=/; secure`, "sap-usercontext=sap-client=100"] },
      };
    });
    await client.call(ping);
    const calls = Array.from({ length: 3 }, () => client.call(ping));
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    held.open();
    await Promise.all(calls);
    for (let again = 0; again < 20; again += 1) await client.call(ping);
    expect(sessions).toBe(3);
    await client.close();
    const logoffs = requests.filter(({ method }) => method === "GET");
    expect(logoffs.map(({ url }) => url)).toEqual(
      Array.from({ length: 3 }, () => "https://sap.example:44300/sap/public/bc/icf/logoff?sap-client=100"),
    );
    expect(new Set(logoffs.map(({ headers }) => headers.cookie)).size).toBe(3);
    for (const { headers } of logoffs) expect(headers.authorization).toBeUndefined();
    expect(await client.call(ping)).toMatchObject({ class: "communication", key: "CLOSED" });
  });

  it("gives running calls up on close", async () => {
    const { client } = open(
      ({ signal }) =>
        new Promise((resolve) =>
          signal?.addEventListener("abort", () =>
            resolve({ kind: "failure", reason: "aborted", requestSent: "maybe", detail: "" }),
          ),
        ),
    );
    const call = client.call(ping);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    await client.close();
    expect(await call).toMatchObject({ class: "communication", key: "ABORTED" });
  });
});

describe("wrong settings", () => {
  it.each<[string, Partial<SoapRfcOptions>]>([
    ["url", { url: "sap.example/sap/bc/soap/rfc" }],
    ["url", { url: "https://u:p@sap.example/sap/bc/soap/rfc" }],
    ["url", { url: "https://sap.example/sap/bc/soap/rfc?sap-client=100" }],
    ["url", { url: "ftp://sap.example/sap/bc/soap/rfc" }],
    ["url", { url: "http://sap.example/sap/bc/soap/rfc" }],
    ["client", { client: "1" }],
    ["language", { language: "English" }],
    ["user", { user: "A:B" }],
    ["pool", { pool: 51 }],
    ["pool", { pool: 0 }],
  ])("are refused by the name of %s: %j", (setting, options) => {
    expect(() => open(() => pong, options)).toThrow(expect.objectContaining({ setting }));
  });

  it("allow plain http on loopback, and where it is said to be private", () => {
    open(() => pong, { url: "http://127.0.0.1:8000/sap/bc/soap/rfc" });
    open(() => pong, { url: "http://sap.example:8000/sap/bc/soap/rfc", allowPlainHttp: true });
  });
});
