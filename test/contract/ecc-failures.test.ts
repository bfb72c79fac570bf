// Every failure shape of sap-rfc 2.2.3 and 2.2.4 over a real socket, seen by a client that shares nothing with the server.
import { request as httpRequest } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type EccOptions, startEcc } from "../../src/sandbox/ecc/index.ts";
import type { EccSystem } from "../../src/sandbox/world.ts";
import { manualClock, type Rows, seededRandom, worldFolder } from "../support/ecc-world.ts";

type Reply = { status: number; headers: Record<string, string | string[] | undefined>; raw: Buffer; text: string };
type Asked = { method?: string; headers?: Record<string, string>; body?: string };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function started(rows: Rows = {}, changed: Partial<EccSystem> = {}, folder?: string) {
  const world = folder === undefined ? await worldFolder(rows, changed) : { folder, remove: async () => undefined };
  const time = manualClock();
  const options: EccOptions = { worldFolder: world.folder, port: 0, clock: time.clock, random: seededRandom() };
  const ecc = await startEcc(options);
  closers.push(world.remove);
  let isOpen = true;
  const close = async () => {
    if (isOpen) await ecc.close();
    isOpen = false;
  };
  closers.push(close);
  const control = async (path: string, body?: unknown) => {
    const reply = await exchange(ecc.url + path, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
    return { status: reply.status, json: JSON.parse(reply.text) as Record<string, unknown> };
  };
  return { url: ecc.url, soap: `${ecc.url}/sap/bc/soap/rfc?sap-client=100`, folder: world.folder, close, control, ...time };
}

function exchange(url: string, asked: Asked): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: asked.method ?? "GET", headers: asked.headers ?? {}, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const raw = Buffer.concat(chunks);
          const isGzip = response.headers["content-encoding"] === "gzip";
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            raw,
            text: (isGzip ? gunzipSync(raw) : raw).toString("utf8"),
          });
        });
      },
    );
    request.on("error", reject);
    request.end(asked.body);
  });
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
const envelope = (name: string, parameters: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><u:${name} xmlns:u="urn:sap-com:document:sap:rfc:functions">${parameters}</u:${name}></s:Body></s:Envelope>`;

type Call = { parameters?: string; authorization?: string; headers?: Record<string, string>; body?: string };
function call(url: string, name: string, options: Call = {}): Promise<Reply> {
  return exchange(url, {
    method: "POST",
    headers: {
      authorization: options.authorization ?? basic("RFCUSER", "right"),
      "content-type": "text/xml; charset=utf-8",
      ...options.headers,
    },
    body: options.body ?? envelope(name, options.parameters ?? ""),
  });
}
/** The reply, time moved on as far as the call needs. */
async function answered(ecc: Awaited<ReturnType<typeof started>>, reply: Promise<Reply>): Promise<Reply> {
  let isThere = false;
  const done = reply.finally(() => {
    isThere = true;
  });
  while (!isThere) {
    ecc.advance(ecc.sleeping() > 0 ? 60_000 : 0);
    await ecc.control("/sandbox/stats");
  }
  return done;
}
const readLfa1 = "<QUERY_TABLE>LFA1</QUERY_TABLE><FIELDS><item><FIELDNAME>NAME1</FIELDNAME></item></FIELDS><DATA/>";
const twoVendors: Rows = {
  LFA1: [
    { LIFNR: "0000000001", NAME1: "A&B <Bäu> \u0007" },
    { LIFNR: "0000000002", NAME1: "C" },
  ],
};

describe("answers", () => {
  it("carry cookies, the server's own time and no more tables than asked for", async () => {
    const ecc = await started(twoVendors);
    const reply = await call(ecc.soap, "RFC_READ_TABLE", { parameters: readLfa1 });
    expect(reply.status).toBe(200);
    expect(reply.headers["content-type"]).toBe("text/xml; charset=utf-8");
    expect(reply.headers.date).toBe("Tue, 24 Nov 2026 08:15:30 GMT");
    expect(reply.headers["sap-server"]).toBe("true");
    expect(reply.headers["set-cookie"]).toEqual([
      expect.stringMatching(/^SAP_SESSIONID_ECC_100=[\w-]+; path=\/; HttpOnly$/),
      "sap-usercontext=sap-client=100; path=/",
    ]);
    expect(reply.text).toContain('<u:RFC_READ_TABLE.Response xmlns:u="urn:sap-com:document:sap:rfc:functions">');
    expect(reply.text).toContain("<WA>A&#38;B &#60;B&#228;u&#62; \u0007</WA>");
    expect(reply.text).not.toContain("OPTIONS");
    const unnamed = await call(ecc.soap, "RFC_READ_TABLE", { parameters: "<QUERY_TABLE>LFA1</QUERY_TABLE><NO_DATA>X</NO_DATA>" });
    expect(unnamed.text).toContain('functions"></u:RFC_READ_TABLE.Response>');
  });

  it("are gzipped for who accepts it, and follow a moved server clock", async () => {
    const rows = Array.from({ length: 200 }, (_, index) => ({ LIFNR: `V${index}`, NAME1: `Vendor ${index}` }));
    const ecc = await started({ LFA1: rows });
    const packed = await call(ecc.soap, "RFC_READ_TABLE", { parameters: readLfa1, headers: { "accept-encoding": "gzip, br" } });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(packed.text.match(/<WA>/g)).toHaveLength(200);
    expect(packed.raw.length).toBeLessThan(packed.text.length / 2);
    await ecc.control("/sandbox/switches", { clockOffsetMs: -3_600_000 });
    const late = await call(ecc.soap, "STFC_CONNECTION", { parameters: "<REQUTEXT>hi</REQUTEXT>" });
    expect(late.headers.date).toBe("Tue, 24 Nov 2026 07:15:30 GMT");
    expect(late.text).toContain("<ECHOTEXT>hi</ECHOTEXT>");
    expect(late.text).toContain("SAP R/3 Rel. 700   Sysid: ECC      Date: 20261124   Time: 081530   Logon_Data: 100/RFCUSER/E");
  });

  it("to RFC_PING and RFC_SYSTEM_INFO are what a probe needs", async () => {
    const ecc = await started();
    expect((await call(ecc.soap, "RFC_PING")).text).toContain("<u:RFC_PING.Response");
    const info = (await call(ecc.soap, "RFC_SYSTEM_INFO")).text;
    expect(info).toContain("<RFCSAPRL>700</RFCSAPRL>");
    expect(info).toContain("<RFCDEST>eccprd01_ECC_00</RFCDEST>");
    expect(info).toContain("<RFCTZONE>3600</RFCTZONE>");
  });
});

describe("before the handler", () => {
  it("401: HTML, the realm with system and client, the same for password, user, client and lock", async () => {
    const ecc = await started();
    const noClient = `${ecc.url}/sap/bc/soap/rfc`;
    const refused = [
      await call(ecc.soap, "RFC_PING", { authorization: "" }),
      await call(ecc.soap, "RFC_PING", { authorization: basic("NOBODY", "right") }),
      await call(ecc.soap.replace("100", "200"), "RFC_PING"),
      await call(noClient, "RFC_PING", { headers: { "x-sap-client": "200" } }),
      await call(noClient, "RFC_PING", { headers: { cookie: "sap-usercontext=sap-client=200" } }),
    ];
    for (const reply of refused) {
      expect(reply.status).toBe(401);
      expect(reply.headers["content-type"]).toContain("text/html");
      expect(reply.headers["www-authenticate"]).toMatch(/^Basic realm="SAP NetWeaver Application Server \[ECC\/[12]00\]"$/);
      expect(reply.headers["sap-server"]).toBe("true");
      expect(reply.text).toContain("Logon failed");
    }
    expect((await call(noClient, "RFC_PING", { headers: { "x-sap-client": "100" } })).status).toBe(200);
    expect((await call(noClient, "RFC_PING")).status).toBe(200);
  });

  it("five bad logons lock the user until an administrator unlocks", async () => {
    const ecc = await started();
    for (let bad = 0; bad < 5; bad += 1) await call(ecc.soap, "RFC_PING", { authorization: basic("RFCUSER", "wrong") });
    expect((await call(ecc.soap, "RFC_PING")).status).toBe(401);
    expect((await ecc.control("/sandbox/switches")).json.userLocked).toEqual(["RFCUSER"]);
    expect((await ecc.control("/sandbox/stats")).json).toMatchObject({ logonsBad: 6 });
    await ecc.control("/sandbox/switches", { userLocked: [] });
    expect((await call(ecc.soap, "RFC_PING")).status).toBe(200);
  });

  it("400: the session limit, reached only without cookies, gone after half an hour or a logoff", async () => {
    const ecc = await started();
    let cookie = "";
    for (let count = 0; count < 100; count += 1) {
      const reply = await call(ecc.soap, "RFC_PING");
      expect(reply.status).toBe(200);
      cookie = String(reply.headers["set-cookie"]?.[0]).split(";")[0] ?? "";
    }
    const over = await call(ecc.soap, "RFC_PING");
    expect(over.status).toBe(400);
    expect(over.headers["content-type"]).toContain("text/html");
    const again = await call(ecc.soap, "RFC_PING", { headers: { cookie } });
    expect(again.status).toBe(200);
    expect(again.headers["set-cookie"]).toBeUndefined();
    await exchange(`${ecc.url}/sap/public/bc/icf/logoff`, { headers: { cookie } });
    expect((await call(ecc.soap, "RFC_PING")).status).toBe(200);
    expect((await call(ecc.soap, "RFC_PING")).status).toBe(400);
    ecc.advance(1_801_000);
    expect((await call(ecc.soap, "RFC_PING")).status).toBe(200);
  });

  it("403: the inactive node, 404: another path, 405: another method", async () => {
    const ecc = await started();
    await ecc.control("/sandbox/switches", { icfNodeActive: false });
    const inactive = await call(ecc.soap, "RFC_PING");
    expect([inactive.status, inactive.headers["content-type"]]).toEqual([403, "text/html; charset=utf-8"]);
    await ecc.control("/sandbox/switches", { icfNodeActive: true });
    expect((await call(`${ecc.url}/sap/bc/soap/other`, "RFC_PING")).status).toBe(404);
    expect((await exchange(ecc.soap, { headers: { authorization: basic("RFCUSER", "right") } })).status).toBe(405);
  });
});

describe("Faults", () => {
  it("500 with FM.Exception for a declared exception, under prefix rfc whatever was sent", async () => {
    const ecc = await started();
    const reply = await call(ecc.soap, "RFC_READ_TABLE", { parameters: "<QUERY_TABLE>NOTABLE</QUERY_TABLE><DATA/>" });
    expect(reply.status).toBe(500);
    expect(reply.headers["content-type"]).toContain("text/xml");
    expect(reply.text).toContain(
      '<detail><rfc:RFC_READ_TABLE.Exception xmlns:rfc="urn:sap-com:document:sap:rfc:functions"><Name>TABLE_NOT_AVAILABLE</Name>',
    );
    await ecc.control("/sandbox/switches", { faultStatus: 200 });
    expect((await call(ecc.soap, "RFC_READ_TABLE", { parameters: "<QUERY_TABLE>NOTABLE</QUERY_TABLE>" })).status).toBe(200);
  });

  it("FU_NOT_FOUND with FL 046 for an unknown module, whoever calls", async () => {
    const ecc = await started();
    const reply = await call(ecc.soap, "Z_NOT_THERE");
    expect(reply.text).toContain("<rfc:Z_NOT_THERE.Exception");
    expect(reply.text).toContain("<Name>FU_NOT_FOUND</Name>");
    expect(reply.text).toContain("<Message><ID>FL</ID><Number>046</Number></Message>");
  });

  it("ERROR_MESSAGE_STATE for what the kernel refuses: no S_RFC, unknown parameter, broken XML", async () => {
    const ecc = await started(twoVendors);
    const authorization = basic("NARROW", "right");
    const error = '<rfc:Error xmlns:rfc="urn:sap-com:document:sap:soap:functions"><type>ERROR_MESSAGE_STATE</type>';
    const noAuthority = await call(ecc.soap, "STFC_CONNECTION", { authorization });
    expect(noAuthority.status).toBe(500);
    expect(noAuthority.text).toContain(`${error}<message>RFC_NO_AUTHORITY: `);
    const unknown = await call(ecc.soap, "RFC_READ_TABLE", { parameters: `${readLfa1}<GET_SORTED>X</GET_SORTED>` });
    expect(unknown.text).toContain(`${error}<message>CALL_FUNCTION_PARM_UNKNOWN: Function parameter &#34;GET_SORTED&#34;`);
    expect((await call(ecc.soap, "", { body: "<broken" })).text).toContain(error);
    const noTable = await call(ecc.soap, "RFC_READ_TABLE", { authorization, parameters: "<QUERY_TABLE>EKKO</QUERY_TABLE>" });
    expect(noTable.text).toContain("<Name>NOT_AUTHORIZED</Name>");
    expect((await call(ecc.soap, "RFC_READ_TABLE", { authorization, parameters: readLfa1 })).status).toBe(200);
  });

  it("an HTML 500 for a dump, with or without its name", async () => {
    const ecc = await started(twoVendors);
    const parameters = `${readLfa1}<OPTIONS><item><TEXT>ERDAT = '20240231'</TEXT></item></OPTIONS>`;
    const reply = await call(ecc.soap, "RFC_READ_TABLE", { parameters });
    expect([reply.status, reply.headers["content-type"]]).toEqual([500, "text/html; charset=utf-8"]);
    expect(reply.text).toContain("SAPSQL_DATA_LOSS");
    await ecc.control("/sandbox/switches", { dumpPageNamesError: false });
    const nameless = await call(ecc.soap, "RFC_READ_TABLE", { parameters });
    expect(nameless.text).not.toContain("SAPSQL");
    expect(nameless.text).toContain("RABAX_STATE");
  });
});

describe("faults on demand", () => {
  it("cut, half-sent, silent, dumped, overloaded and broken answers, each as often as planned", async () => {
    const ecc = await started(twoVendors);
    const read = () => call(ecc.soap, "RFC_READ_TABLE", { parameters: readLfa1 });
    const plan = (how: string) => ecc.control("/sandbox/switches", { failNext: [{ function: "RFC_READ_TABLE", times: 1, how }] });
    const reads = async () => ((await ecc.control("/sandbox/stats")).json.calls as Record<string, number>).RFC_READ_TABLE ?? 0;
    await plan("cut-before");
    expect((await call(ecc.soap, "RFC_PING")).status).toBe(200);
    await expect(read()).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(await reads()).toBe(0);
    await plan("cut-after");
    await expect(read()).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(await reads()).toBe(1);
    await plan("cut-half");
    await expect(read()).rejects.toThrow(/aborted|ECONNRESET/);
    await plan("html-500");
    expect(await read()).toMatchObject({ status: 500, headers: { "content-type": "text/html; charset=utf-8" } });
    await plan("dump:TIME_OUT");
    expect((await read()).text).toContain("TIME_OUT");
    await plan("overload");
    expect((await read()).status).toBe(503);
    expect((await read()).status).toBe(200);
    await plan("silence");
    const silent = read();
    const settled = silent.then(() => "answered").catch(() => "cut when the server ended");
    let failures: Record<string, number> = {};
    while (failures["injected silence"] === undefined)
      failures = (await ecc.control("/sandbox/stats")).json.failures as Record<string, number>;
    expect((await read()).status).toBe(200);
    await ecc.close();
    expect(await settled).toBe("cut when the server ended");
  });

  it("work processes run out: two run, one waits, the fourth is refused", async () => {
    const ecc = await started(twoVendors);
    await ecc.control("/sandbox/switches", { msPerCall: 100, usPerRow: 50_000, queueMax: 1 });
    const replies = [1, 2, 3, 4].map(() => call(ecc.soap, "RFC_READ_TABLE", { parameters: readLfa1 }));
    const first = await Promise.race(replies);
    expect(first.status).toBe(503);
    expect(ecc.sleeping()).toBe(2);
    // Two rows at 50 ms and 100 ms for the call.
    ecc.advance(199);
    expect(ecc.sleeping()).toBe(2);
    ecc.advance(1);
    while (ecc.sleeping() === 0) await ecc.control("/sandbox/stats");
    ecc.advance(200);
    expect((await Promise.all(replies)).map((reply) => reply.status).sort()).toEqual([200, 200, 200, 503]);
    expect((await ecc.control("/sandbox/stats")).json).toMatchObject({
      inFlightMax: 4,
      workProcessesBusyMax: 2,
      queuedMax: 1,
      overloads: 1,
      inFlight: 0,
    });
    await ecc.control("/sandbox/switches", { overloadAs: "reset", queueMax: 0 });
    const crowd = [1, 2, 3].map(() => call(ecc.soap, "RFC_PING"));
    const outcome = Promise.race(crowd.map((each) => each.then(() => "answered")));
    await expect(outcome).rejects.toThrow(/socket hang up|ECONNRESET/);
    ecc.advance(1000);
    await Promise.allSettled(crowd);
  });
});

describe("a call that asks too much", () => {
  it("dumps for memory before a row is sent, and a smaller one passes", async () => {
    const ecc = await started(twoVendors);
    await ecc.control("/sandbox/switches", { memoryMaxBytes: 1500, usPerRow: 1000 });
    const read = (rows: number) => {
      const reply = call(ecc.soap, "RFC_READ_TABLE", { parameters: `${readLfa1}<ROWCOUNT>${rows}</ROWCOUNT>` });
      return answered(ecc, reply);
    };
    const tooMuch = await read(2);
    expect(tooMuch.status).toBe(500);
    expect(tooMuch.text).toContain("TSV_TNEW_PAGE_ALLOC_FAILED");
    expect(tooMuch.text).not.toContain("<WA>");
    expect((await read(1)).text.match(/<WA>/g)).toHaveLength(1);
    // Two rows were read before the dump, one for the smaller call.
    expect((await ecc.control("/sandbox/stats")).json).toMatchObject({ workProcessMs: 3 });
  });

  it("dumps for time when the work process has been held as long as it may be", async () => {
    const ecc = await started();
    await ecc.control("/sandbox/switches", { maxRunMs: 5000 });
    const reply = call(ecc.soap, "RFC_PING_AND_WAIT", { parameters: "<SECONDS>60</SECONDS>" });
    while (ecc.sleeping() === 0) await ecc.control("/sandbox/stats");
    ecc.advance(4999);
    expect(ecc.sleeping()).toBe(1);
    ecc.advance(1);
    const dumped = await reply;
    expect([dumped.status, dumped.text.includes("TIME_OUT")]).toEqual([500, true]);
    const short = await answered(ecc, call(ecc.soap, "RFC_PING_AND_WAIT", { parameters: "<SECONDS>5</SECONDS>" }));
    expect(short.status).toBe(200);
    expect((await ecc.control("/sandbox/stats")).json).toMatchObject({ workProcessMs: 10_000, failures: { TIME_OUT: 1 } });
  });

  it.each([
    ["fault", "RESOURCE_FAILURE"],
    ["system-failure", "SYSTEM_FAILURE"],
  ])("is refused with a %s that names %s where no work process is free", async (overloadAs, name) => {
    const ecc = await started({}, { workProcesses: 1 });
    await ecc.control("/sandbox/switches", { overloadAs, queueMax: 0 });
    const held = call(ecc.soap, "RFC_PING_AND_WAIT", { parameters: "<SECONDS>1</SECONDS>" });
    while (ecc.sleeping() === 0) await ecc.control("/sandbox/stats");
    const refused = await call(ecc.soap, "RFC_PING");
    expect(refused.status).toBe(500);
    expect(refused.text).toContain(`<message>${name}: no free work process</message>`);
    ecc.advance(1000);
    expect((await held).status).toBe(200);
  });
});

describe("starting", () => {
  it("on a port that is taken says which, and what to do", async () => {
    const ecc = await started();
    const port = Number(new URL(ecc.url).port);
    const second = startEcc({ worldFolder: ecc.folder, port, clock: ecc.clock, random: seededRandom() });
    await expect(second).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
  });
});

describe("the control door", () => {
  it("changes rows durably: a new process serves them", async () => {
    const ecc = await started(twoVendors);
    const changed = await ecc.control("/sandbox/tables/LFA1", {
      upsert: [{ LIFNR: "0000000003", NAME1: "New" }],
      patch: [{ LIFNR: "0000000002", NAME1: "Changed" }],
      delete: [{ LIFNR: "0000000001" }],
    });
    expect(changed).toEqual({ status: 200, json: { upserted: 1, patched: 1, deleted: 1 } });
    await ecc.close();
    const next = await started({}, {}, ecc.folder);
    const names = (await call(next.soap, "RFC_READ_TABLE", { parameters: readLfa1 })).text.match(/<WA>[^<]*/g)?.sort();
    expect(names).toEqual(["<WA>Changed", "<WA>New"]);
  });

  it("refuses what it does not know, by place", async () => {
    const ecc = await started(twoVendors);
    expect(await ecc.control("/sandbox/tables/NOTABLE", {})).toMatchObject({
      status: 404,
      json: { error: expect.stringContaining("NOTABLE") },
    });
    expect(await ecc.control("/sandbox/tables/LFA1", { upsert: [{ LIFNR: "1", NOFIELD: "x" }] })).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining("NOFIELD") },
    });
    expect(await ecc.control("/sandbox/switches", { icfNodeActive: "no" })).toMatchObject({
      status: 400,
      json: { error: expect.stringContaining("icfNodeActive") },
    });
    expect(await ecc.control("/sandbox/switches", { noSwitch: 1 })).toMatchObject({ status: 400 });
    expect(await ecc.control("/sandbox/nothing")).toMatchObject({ status: 404 });
    const fromPage = await exchange(`${ecc.url}/sandbox/stats`, { headers: { origin: "http://evil.example" } });
    expect(fromPage.status).toBe(403);
  });

  it("resets the counters", async () => {
    const ecc = await started(twoVendors);
    await call(ecc.soap, "RFC_READ_TABLE", { parameters: readLfa1 });
    expect((await ecc.control("/sandbox/stats")).json).toMatchObject({ rowsSent: 2, calls: { RFC_READ_TABLE: 1 } });
    await ecc.control("/sandbox/stats/reset", {});
    expect((await ecc.control("/sandbox/stats")).json).toMatchObject({ rowsSent: 0, calls: {} });
  });
});
