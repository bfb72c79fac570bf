import { describe, expect, it } from "vitest";
import { findRelation } from "./paging.ts";
import { openBench, type Reply } from "./testing.ts";

const page = (ids: number[], next?: string, total?: number): Reply => ({
  status: 200,
  json: ids.map((id) => ({ id, name: `vendor ${id}` })),
  headers: {
    ...(next === undefined ? {} : { link: `<https://api.procore.test/first>; rel="first", <${next}>; rel="next"` }),
    ...(total === undefined ? {} : { total: String(total) }),
  },
});

describe("listing", () => {
  it("follows Link to the end, and takes a short page for no end", async () => {
    const { procore, http } = openBench((_, index) => {
      if (index === 1) return page([1], "https://api.procore.test/rest/v1.0/vendors?page=2", 3);
      return index === 2 ? page([], "/rest/v1.0/vendors?page=3", 3) : page([2, 3], undefined, 3);
    });
    const content = await procore.vendors.listActive().read();
    expect(content).toMatchObject({ ok: true, value: { total: 3, isComplete: true, items: [{ id: 1 }, { id: 2 }, { id: 3 }] } });
    expect(http.requests.map(({ path }) => path)).toEqual([
      "/rest/v1.0/vendors?company_id=77&view=extended&per_page=1000",
      "/rest/v1.0/vendors?page=2",
      "/rest/v1.0/vendors?page=3",
    ]);
  });

  it("gives page by page, and nothing after a fault", async () => {
    const { procore } = openBench((_, index) =>
      index === 1 ? page([1], "https://api.procore.test/two") : { status: 403, json: { errors: ["no"] } },
    );
    const seen: boolean[] = [];
    for await (const part of procore.vendors.listActive().pages()) seen.push(part.ok);
    expect(seen).toEqual([true, false]);
  });

  it.each([
    "https://evil.test/rest/v1.0/vendors?page=2",
    "http://api.procore.test/rest/v1.0/vendors?page=2",
    "https://api.procore.test:8443/x",
    "https://user:pass@api.procore.test/x",
    "//evil.test/x",
    "javascript:alert(1)",
    "https://[",
  ])("does not carry the token to %s", async (next) => {
    const { procore, http } = openBench(() => page([1], next));
    expect(await procore.vendors.listActive().all()).toMatchObject({ ok: false, error: { code: "procore.unreadable" } });
    expect(http.requests).toHaveLength(1);
  });

  it("ends a listing that runs in circles or without end", async () => {
    const circle = openBench(() => page([1], "https://api.procore.test/rest/v1.0/vendors?page=2"));
    expect(await circle.procore.vendors.listActive().all()).toMatchObject({
      ok: false,
      error: { detail: expect.stringMatching(/back to a page/) },
    });
    const endless = openBench((_, index) => page([index], `https://api.procore.test/v?page=${index + 1}`), {
      limits: { pagesMax: 5 },
    });
    expect(await endless.procore.vendors.listActive().all()).toMatchObject({
      ok: false,
      error: { detail: expect.stringMatching(/more than 5 pages/) },
    });
    expect(endless.http.requests).toHaveLength(5);
  });

  it("says when items slipped from page to page", async () => {
    const { procore } = openBench((_, index) =>
      index === 1 ? page([1, 2], "https://api.procore.test/two", 4) : page([2, 3], undefined, 4),
    );
    expect(await procore.vendors.listActive().read()).toMatchObject({ ok: true, value: { isComplete: false, total: 4 } });
  });

  it("refuses an answer that is no list", async () => {
    const { procore } = openBench(() => ({ status: 200, json: { message: "hello" } }));
    expect(await procore.vendors.listActive().all()).toMatchObject({ ok: false, error: { detail: "The answer is no list." } });
  });
});

describe("Link", () => {
  it.each<[string, string | undefined]>([
    ['<https://a/1>; rel="next"', "https://a/1"],
    ["<https://a/1>; rel=next", "https://a/1"],
    ['<https://a/0>; rel="prev", <https://a/2>; title="x, y; rel=next"; rel="last next"', "https://a/2"],
    ['<https://a/?q=a,b;c>; rel="next", <https://a/9>; rel="last"', "https://a/?q=a,b;c"],
    ['<https://a/0>; rel="prev"', undefined],
    ['<https://a/0>; rel="nextish"', undefined],
    ["", undefined],
    ["garbage <<>", undefined],
  ])("%s", (header, expected) => {
    expect(findRelation(header, "next")).toBe(expected);
  });
});
