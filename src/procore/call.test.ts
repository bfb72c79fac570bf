import { describe, expect, it } from "vitest";
import type { SyncRow } from "./sent-body.ts";
import { failure, openBench, type Reply, type Script } from "./testing.ts";

const row: SyncRow = { originId: "S01.100.VN.0000100234", body: { name: "Lehmann Stahlbau GmbH" } };
const settledVendor = { entities: [{ id: 5001, origin_id: row.originId, name: "Lehmann Stahlbau GmbH" }], errors: [] };

/** One reply after the other; the last one stays. */
const inTurn =
  (...replies: [Reply, ...Reply[]]): Script =>
  (_, index) =>
    replies[Math.min(index, replies.length) - 1] ?? replies[0];

async function syncOutcome(script: Script, options: Parameters<typeof openBench>[1] = {}) {
  const bench = openBench(script, options);
  const settlement = await bench.procore.vendors.sync([row]);
  return { ...bench, settlement, element: settlement.elements[0] };
}

describe("a write", () => {
  it("carries token, company and JSON, and settles", async () => {
    const { http, element, records } = await syncOutcome(inTurn({ status: 200, json: settledVendor }));
    expect(element?.kind).toBe("settled");
    expect(http.requests).toHaveLength(1);
    expect(http.requests[0]).toMatchObject({
      method: "PATCH",
      url: "https://api.procore.test/rest/v1.0/vendors/sync",
      headers: { authorization: "Bearer token-1", "procore-company-id": "77", "content-type": "application/json" },
      body: '{"company_id":77,"updates":[{"name":"Lehmann Stahlbau GmbH","origin_id":"S01.100.VN.0000100234"}]}',
    });
    expect(records.map(({ template, outcome, status, attempt }) => ({ template, outcome, status, attempt }))).toEqual([
      { template: "/oauth/token", outcome: "answered", status: 200, attempt: 1 },
      { template: "/rest/v1.0/vendors/sync", outcome: "answered", status: 200, attempt: 1 },
    ]);
  });

  it.each<[string, Reply]>([
    ["a timeout", failure("timeout", "maybe")],
    ["a reset", failure("reset", "maybe")],
    ["500", { status: 500, json: { message: "boom" } }],
    ["502 HTML", { status: 502, text: "<html><title>Bad Gateway</title></html>" }],
    ["503 without Retry-After", { status: 503, text: "busy" }],
    ["504", { status: 504 }],
    ["408", { status: 408 }],
    ["200 cut short", { status: 200, json: settledVendor, cut: "reset" }],
    ["200 that is no JSON", { status: 200, text: "<html>ok</html>" }],
    ["200 without entities and errors", { status: 200, json: { ok: true } }],
    ["200 with an empty body", { status: 200 }],
    ["a redirect", { status: 302, headers: { location: "https://elsewhere.test" } }],
  ])("is unknown after %s, and is sent once only", async (_, reply) => {
    const { http, element, clock } = await syncOutcome(inTurn(reply, { status: 200, json: settledVendor }));
    expect(element?.kind).toBe("unknown");
    expect(http.requests).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  it.each<[string, Reply, string]>([
    ["400", { status: 400, json: { errors: { name: ["can't be blank"] } } }, "procore.validation"],
    ["403 HTML from the edge", { status: 403, text: "<html><title>Forbidden</title></html>" }, "procore.unauthorised"],
    [
      "403 of a removed app",
      { status: 403, json: { errors: ["App is not connected to this company."] } },
      "procore.app-not-connected",
    ],
    ["404", { status: 404, json: { message: "Not found" } }, "procore.not-found"],
    ["409", { status: 409, json: { message: "Conflict" } }, "procore.conflict"],
    ["413", { status: 413 }, "procore.too-large"],
    ["422 with its body cut", { status: 422, json: { errors: ["long enough to be cut"] }, cut: "reset" }, "procore.validation"],
  ])("is refused after %s, and is sent once only", async (_, reply, code) => {
    const { http, element } = await syncOutcome(inTurn(reply, { status: 200, json: settledVendor }));
    expect(element).toMatchObject({
      kind: "refused",
      fault: { code, endpoint: "PATCH /rest/v1.0/vendors/sync", requestId: "req-1" },
    });
    expect(http.requests).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ["429", { status: 429, headers: { "retry-after": "20" } }],
    ["503 with Retry-After", { status: 503, headers: { "retry-after": "20" } }],
    ["a connection that was never made", failure("unreachable", "no")],
    ["an unknown host", failure("name-not-found", "no")],
  ])("is sent again after %s, for nothing can have happened", async (_, reply) => {
    const { http, element, clock } = await syncOutcome(inTurn(reply, reply, { status: 200, json: settledVendor }));
    expect(element?.kind).toBe("settled");
    expect(http.requests).toHaveLength(3);
    expect(clock.slept).toHaveLength(2);
    if ("status" in reply) expect(Math.min(...clock.slept)).toBeGreaterThanOrEqual(20_000);
  });

  it("gives up on 429 with the wait as a value", async () => {
    const { element, http } = await syncOutcome(inTurn({ status: 429, headers: { "retry-after": "30" } }), {
      limits: { throttledTriesMax: 3 },
    });
    expect(element).toMatchObject({ kind: "notSent", waitMs: 30_000, fault: { code: "procore.quota" } });
    expect(http.requests).toHaveLength(3);
  });

  it("does not wait for quota longer than it is told to", async () => {
    const bench = openBench(inTurn({ status: 429, headers: { "retry-after": "1800" } }));
    const settlement = await bench.procore.vendors.sync([row], { waitMaxMs: 60_000 });
    expect(settlement).toMatchObject({ outcome: "throttled", elements: [{ kind: "notSent", waitMs: 1_800_000 }] });
    expect(bench.http.requests).toHaveLength(1);
    expect(bench.clock.slept).toEqual([]);
  });

  it("gives up on an unreachable host as certainly not sent", async () => {
    const { element, http } = await syncOutcome(inTurn(failure("unreachable", "no")), { limits: { triesMax: 3 } });
    expect(element).toMatchObject({ kind: "notSent", fault: { code: "procore.unreachable" } });
    expect(http.requests).toHaveLength(3);
  });

  it("asks immediately before the bytes leave whether it still may, also after a wait", async () => {
    const answers = [true, false];
    const bench = openBench(inTurn({ status: 429, headers: { "retry-after": "20" } }, { status: 200, json: settledVendor }));
    const settlement = await bench.procore.vendors.sync([row], { mayStillSend: () => answers.shift() ?? false });
    expect(settlement.elements[0]).toMatchObject({ kind: "notSent", fault: { code: "procore.withdrawn" } });
    expect(bench.http.requests).toHaveLength(1);
    expect(answers).toEqual([]);
  });

  it("is withdrawn when aborted before, unknown when aborted under way", async () => {
    const controller = new AbortController();
    controller.abort();
    const before = openBench(inTurn({ status: 200, json: settledVendor }));
    const early = await before.procore.vendors.sync([row], { signal: controller.signal });
    expect(early.elements[0]).toMatchObject({ kind: "notSent", fault: { code: "procore.withdrawn" } });
    expect(before.http.requests).toHaveLength(0);
    const { element } = await syncOutcome(inTurn(failure("aborted", "maybe")));
    expect(element?.kind).toBe("unknown");
  });
});

describe("a 401", () => {
  const refused: Reply = { status: 401, json: { error: "invalid_token" } };

  it("renews the token once and sends again", async () => {
    const { http, element } = await syncOutcome(inTurn(refused, { status: 200, json: settledVendor }));
    expect(element?.kind).toBe("settled");
    expect(http.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  it("is believed the second time", async () => {
    const { http, element, records } = await syncOutcome(inTurn(refused));
    expect(element).toMatchObject({ kind: "refused", fault: { code: "procore.unauthorised", status: 401 } });
    expect(http.requests).toHaveLength(2);
    expect(records.filter(({ template }) => template === "/oauth/token")).toHaveLength(2);
  });
});

describe("a read", () => {
  it.each<[string, Reply]>([
    ["a timeout", failure("timeout", "maybe")],
    ["a reset", failure("reset", "maybe")],
    ["500", { status: 500 }],
    ["429", { status: 429, headers: { "retry-after": "2" } }],
    ["a body cut short", { status: 200, json: [{ id: 1, name: "x" }], cut: "reset" }],
  ])("is repeated after %s", async (_, reply) => {
    const bench = openBench(inTurn(reply, { status: 200, json: [{ id: 1, name: "x" }] }));
    expect(await bench.procore.companies.list().all()).toEqual({ ok: true, value: [{ id: 1, name: "x", isActive: null }] });
    expect(bench.http.requests).toHaveLength(2);
  });

  it("ends after its tries, with more patience each time", async () => {
    const bench = openBench(inTurn({ status: 500, json: { message: "boom" } }), { limits: { triesMax: 4 } });
    const listed = await bench.procore.companies.list().all();
    expect(listed).toMatchObject({ ok: false, error: { code: "procore.server", detail: "boom", status: 500 } });
    expect(bench.http.requests).toHaveLength(4);
    const [first = 0, second = 0, third = 0] = bench.clock.slept;
    expect([first >= 250 && first <= 500, second >= 500 && second <= 1_000, third >= 1_000 && third <= 2_000]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("is not repeated when refused, nor when the answer is too long", async () => {
    const refused = openBench(inTurn({ status: 403, json: { errors: ["no"] } }));
    expect((await refused.procore.companies.list().all()).ok).toBe(false);
    expect(refused.http.requests).toHaveLength(1);
    const long = openBench(inTurn({ status: 200, json: [{ id: 1, name: "x".repeat(2_000) }] }), {
      limits: { bodyBytesMax: 1_000 },
    });
    expect(await long.procore.companies.list().all()).toMatchObject({ ok: false, error: { code: "procore.unreadable" } });
    expect(long.http.requests).toHaveLength(1);
  });

  it("names endpoint and field of an item it cannot read", async () => {
    const bench = openBench(inTurn({ status: 200, json: [{ id: 5, name: 7 }] }));
    const listed = await bench.procore.companies.list().all();
    expect(listed).toMatchObject({
      ok: false,
      error: {
        code: "procore.unreadable",
        endpoint: "GET /rest/v1.0/companies",
        detail: expect.stringMatching(/"name" of id 5/),
      },
    });
  });
});

describe("secrets", () => {
  it("stand in no fault and no record, also where Procore echoes them", async () => {
    const bench = openBench((request) => ({ status: 422, json: { errors: [`bad header ${request.headers.authorization}`] } }));
    const settlement = await bench.procore.vendors.sync([row]);
    const tokenFails = openBench(inTurn({ status: 200 }), {
      tokenScript: () => ({
        status: 401,
        json: { error: "invalid_client", error_description: "client client-1 with s3cret-value" },
      }),
    });
    const refused = await tokenFails.procore.vendors.sync([row]);
    const seen = JSON.stringify([settlement, refused, bench.records, tokenFails.records]);
    expect(seen).toContain("bad header Bearer [token]");
    expect(seen).not.toContain("token-1");
    expect(seen).not.toContain("s3cret-value");
  });
});

describe("options that can never work", () => {
  it.each([
    ["apiUrl", "http://api.procore.com"],
    ["apiUrl", "not a url"],
    ["authUrl", "https://user:pass@login.procore.com"],
    ["authUrl", "ftp://login.procore.com"],
  ])("%s %s is named", (place, url) => {
    expect(() => openBench(inTurn({ status: 200 }), { [place]: url })).toThrow(new RegExp(`^${place}: `));
  });

  it("companyId 0 is named, http to this machine is fine", () => {
    expect(() => openBench(inTurn({ status: 200 }), { companyId: 0 })).toThrow(/^companyId: "0"/);
    expect(() =>
      openBench(inTurn({ status: 200 }), { apiUrl: "http://127.0.0.1:4000", authUrl: "http://localhost:1" }),
    ).not.toThrow();
  });
});
