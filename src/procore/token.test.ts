import { describe, expect, it } from "vitest";
import { failure, openBench } from "./testing.ts";

const companies = { status: 200, json: [] };
const tokenCalls = (bench: ReturnType<typeof openBench>) =>
  bench.records.filter(({ template }) => template === "/oauth/token").length;

describe("the token", () => {
  it("is asked for once, however many need it", async () => {
    const bench = openBench(() => companies);
    await Promise.all(Array.from({ length: 10 }, () => bench.procore.companies.list().all()));
    expect(tokenCalls(bench)).toBe(1);
  });

  it("is renewed after 4,800 s of 5,400 and not before", async () => {
    const bench = openBench(() => companies);
    await bench.procore.companies.list().all();
    bench.clock.advance(4_799_000);
    await bench.procore.companies.list().all();
    expect(tokenCalls(bench)).toBe(1);
    bench.clock.advance(1_000);
    await bench.procore.companies.list().all();
    expect(tokenCalls(bench)).toBe(2);
  });

  it("is renewed once when several calls meet a 401 with the same one", async () => {
    const bench = openBench((request) => (request.headers.authorization === "Bearer token-1" ? { status: 401 } : companies));
    const results = await Promise.all(Array.from({ length: 5 }, () => bench.procore.companies.list().all()));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(tokenCalls(bench)).toBe(2);
  });

  it("refused: one plain fault with the remedy, tried once", async () => {
    const bench = openBench(() => companies, {
      tokenScript: () => ({ status: 401, json: { error: "invalid_client", error_description: "Client authentication failed" } }),
    });
    const listed = await bench.procore.companies.list().all();
    expect(listed).toMatchObject({ ok: false, error: { code: "procore.token", endpoint: "POST /oauth/token", status: 401 } });
    expect(tokenCalls(bench)).toBe(1);
    expect(bench.http.requests).toHaveLength(0);
  });

  it("no secret stored: said without a call", async () => {
    const bench = openBench(() => companies, { readClientSecret: async () => undefined });
    expect(await bench.procore.companies.list().all()).toMatchObject({ ok: false, error: { code: "procore.token" } });
    expect(bench.records).toEqual([]);
  });

  it.each([
    ["5xx", { status: 502, text: "<html></html>" }, "procore.server"],
    ["an unreachable host", failure("unreachable", "no"), "procore.unreachable"],
  ] as const)("%s is tried again, then said", async (_, reply, code) => {
    const passing = openBench(() => companies, {
      tokenScript: (index) => (index < 3 ? reply : { status: 200, json: { access_token: "t", expires_in: 5400 } }),
    });
    expect((await passing.procore.companies.list().all()).ok).toBe(true);
    const failing = openBench(() => companies, { tokenScript: () => reply, limits: { triesMax: 2 } });
    expect(await failing.procore.companies.list().all()).toMatchObject({ ok: false, error: { code } });
    expect(failing.records).toHaveLength(2);
  });

  it("an answer without a token is unreadable", async () => {
    const bench = openBench(() => companies, { tokenScript: () => ({ status: 200, json: { token: "x" } }) });
    expect(await bench.procore.companies.list().all()).toMatchObject({ ok: false, error: { code: "procore.unreadable" } });
  });
});
