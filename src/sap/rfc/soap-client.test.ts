import { describe, expect, it } from "vitest";
import { asReferences, response, table } from "../../../test/support/scripted-http.ts";
import { html, openScripted, password, ping, pong, readT000 } from "../../../test/support/scripted-soap-rfc.ts";
import { answerBytesMax, type SoapRfcOptions } from "./soap-client.ts";

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
    const { client, requests } = openScripted(() => pong);
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
      const { client } = openScripted(() => ({ body: body.replaceAll("rfc:", `${prefix}:`) }));
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
    const { client } = openScripted(() => ({ body: response("Z_X", inner) }));
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
    const { client } = openScripted(() => ({
      body: response("RFC_READ_TABLE", inner).replace(/(<\/[\w-]+:Body>)/, `${behind}$1`),
    }));
    const outcome = await client.call({ ...ping, function: "RFC_READ_TABLE", tables: ["DATA"] });
    expect(outcome).toMatchObject({ kind: "failure", class: "protocol", key: "NOT_SOAP" });
    if (outcome.kind === "failure") expect(outcome.detail).toContain(says);
  });

  it("hands the rows of a streamed table on and keeps none", async () => {
    const body = response("RFC_READ_TABLE", table("DATA", [{ WA: "1" }, { WA: "2" }]) + table("FIELDS", [{ FIELDNAME: "A" }]));
    const { client } = openScripted(() => ({ body: body.split("") }));
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
    const { client } = openScripted(() => ({ ...pong, headers: { date: "Wed, 26 Aug 2026 09:16:15 GMT" } }));
    expect(client.serverTime()).toBeUndefined();
    await client.call(ping);
    expect(client.serverTime()).toBe(Date.UTC(2026, 7, 26, 9, 16, 15));
  });

  it("refuses a control character before a byte leaves", async () => {
    const { client, requests } = openScripted(() => pong);
    const outcome = await client.call({ ...ping, parameters: { REQUTEXT: "a\u0007" } });
    expect(outcome).toMatchObject({ kind: "failure", class: "protocol", key: "CONTROL_CHARACTER" });
    expect(requests).toEqual([]);
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
    const { client } = openScripted(() => ({ body: rows }), { limits: { bytesMax: 2_000, streamBytesMax: 100_000 } });
    expect(await client.call(readT000)).toMatchObject({ class: "protocol", key: "TOO_LARGE" });
    expect(await client.call({ ...readT000, stream })).toMatchObject({ kind: "answer" });
    const { client: narrow } = openScripted(() => ({ body: rows }), { limits: { streamBytesMax: 2_000 } });
    expect(await narrow.call({ ...readT000, stream })).toMatchObject({ key: "TOO_LARGE" });
  });

  it("may be far above 200 MB where it is streamed, by default", () => {
    expect(answerBytesMax.streamed).toBeGreaterThan(1_000_000_000);
    expect(answerBytesMax.whole).toBeLessThan(100_000_000);
  });
});

it("hands on what SAP says that the call took", async () => {
  const { client } = openScripted((_, index) => ({
    ...pong,
    headers: { "sap-perf-fesrec": index === 0 ? "12500.000000" : "soon" },
  }));
  expect(await client.call(ping)).toEqual({ kind: "answer", values: {}, serverMs: 12.5 });
  expect(await client.call(ping)).toEqual({ kind: "answer", values: {} });
});

describe("a refused logon", () => {
  it("is tried once, and another stored password closes the breaker", async () => {
    let stored = "old-secret";
    const { client, requests } = openScripted(
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
    const { client, requests } = openScripted(() => (good ? pong : html(401, "Logon failed")));
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
    const { client, requests } = openScripted(() => html(401, "Logon failed"), { pool: 10 });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => client.call(ping)));
    expect(requests).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === "failure" && outcome.key === "LOGON_BREAKER")).toHaveLength(9);
  });

  it("is told without an attempt when there is no password", async () => {
    const { client, requests } = openScripted(() => pong, { readPassword: async () => undefined });
    expect(await client.call(ping)).toMatchObject({ class: "logon", key: "NO_PASSWORD" });
    expect(requests).toEqual([]);
  });
});

describe("the pool", () => {
  it("lets calls run together once a logon has succeeded, and never more than the pool", async () => {
    const held = gate();
    let running = 0;
    let most = 0;
    const { client, requests } = openScripted(
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
    const { client, requests } = openScripted(async ({ method, headers }, index) => {
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
    const { client } = openScripted(
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
    ["url", { url: "http://127.sap.example/sap/bc/soap/rfc" }],
    ["client", { client: "1" }],
    ["language", { language: "English" }],
    ["user", { user: "A:B" }],
    ["pool", { pool: 51 }],
    ["pool", { pool: 0 }],
  ])("are refused by the name of %s: %j", (setting, options) => {
    expect(() => openScripted(() => pong, options)).toThrow(expect.objectContaining({ setting }));
  });

  it("allow plain http on loopback, and where it is said to be private", () => {
    openScripted(() => pong, { url: "http://127.0.0.1:8000/sap/bc/soap/rfc" });
    openScripted(() => pong, { url: "http://sap.example:8000/sap/bc/soap/rfc", allowPlainHttp: true });
  });
});
