import { describe, expect, it } from "vitest";
import { type Scripted, scriptedHttp } from "../../../test/support/scripted-http.ts";
import type { HttpRequest } from "../../ports/index.ts";
import { nextPage, openProcoreReader, parseAnswer } from "./procore-reader.ts";

const access = { url: "http://procore.test", companyId: 7, clientId: "app", clientSecret: "hush-hush" };

const openWith = async (answer: (request: HttpRequest) => Scripted) => {
  const { http, requests } = scriptedHttp((request) =>
    request.url.endsWith("/oauth/token") ? { body: '{"access_token":"t0psecret"}' } : answer(request),
  );
  return { reader: await openProcoreReader(http, access), requests };
};

describe("the answers of Procore", () => {
  it("keep the digits of every amount, whether it is text or a number", () => {
    expect(parseAnswer('{"amount": 0.1, "big": 12345678901234567, "id": 42, "text": "1000.0", "e": 1e3}')).toEqual({
      amount: "0.1",
      big: "12345678901234567",
      id: 42,
      text: "1000.0",
      e: "1e3",
    });
  });

  it("name the next page by path and query alone", () => {
    const link =
      '<https://elsewhere.test/rest/v1.0/vendors?page=1>; rel="first", <https://elsewhere.test/rest/v1.0/vendors?page=3>; rel="next"';
    expect(nextPage(link)).toBe("/rest/v1.0/vendors?page=3");
    expect(nextPage('<https://procore.test/x?page=1>; rel="last"')).toBeUndefined();
    expect(nextPage("")).toBeUndefined();
  });
});

describe("a list", () => {
  it("is read to its last page, with token and company", async () => {
    const { reader, requests } = await openWith(({ url }) =>
      url.includes("page=2")
        ? { body: "[3]", headers: { total: "3" } }
        : { body: "[1,2]", headers: { total: "3", link: '<http://x/rest/v1.0/vendors?page=2>; rel="next"' } },
    );
    expect(await reader.list("/rest/v1.0/vendors", { company_id: 7 })).toEqual([1, 2, 3]);
    expect(requests.map(({ url }) => url)).toEqual([
      "http://procore.test/oauth/token",
      "http://procore.test/rest/v1.0/vendors?company_id=7&per_page=100",
      "http://procore.test/rest/v1.0/vendors?page=2",
    ]);
    expect(requests[2]?.headers).toMatchObject({ authorization: "Bearer t0psecret", "procore-company-id": "7" });
    expect(requests.slice(1).every(({ method }) => method === "GET")).toBe(true);
  });

  it("that is shorter than Procore says is refused", async () => {
    const { reader } = await openWith(() => ({ body: "[1]", headers: { total: "2" } }));
    await expect(reader.list("/rest/v1.0/vendors")).rejects.toMatchObject({
      code: "procore.unreadable",
      detail: "1 records read, Procore says 2",
    });
  });
});

describe("what goes wrong", () => {
  it.each([
    [401, "procore.unauthorised"],
    [403, "procore.unreadable"],
    [500, "procore.unreadable"],
  ])("has a code: HTTP %i is %s, and no secret in it", async (status, code) => {
    const { reader } = await openWith(() => ({ status, body: "{}" }));
    const error: unknown = await reader.get("/rest/v1.0/me", { company_id: 7 }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, place: "/rest/v1.0/me" });
    expect(String(error)).not.toMatch(/t0psecret|hush/);
  });

  it("is told when there is no Procore at all", async () => {
    const { http } = scriptedHttp(() => ({ kind: "failure", reason: "unreachable", requestSent: "no", detail: "nobody there" }));
    await expect(openProcoreReader(http, access)).rejects.toMatchObject({ code: "procore.unreachable", detail: "nobody there" });
  });
});
