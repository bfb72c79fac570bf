// The OData service as a function of request and world: what a client lives with. Pages, deltas, forms, $batch, logon and weather.
import { describe, expect, it } from "vitest";
import { openOData } from "../../../../test/support/odata-world.ts";
import { applyTogether } from "../store/changes.ts";

describe("server-driven pages", () => {
  const paged = { pageSize: 2 };

  async function walk(bench: ReturnType<typeof openOData>, path: string, pagesMax = 10): Promise<string[]> {
    const pages: string[] = [];
    let next: string | undefined = path;
    while (next !== undefined && pages.length < pagesMax) {
      const answer: Awaited<ReturnType<typeof bench.get>> = await bench.get(next);
      pages.push(answer.json.d.results.map(({ Ebeln }) => String(Ebeln).slice(-1)).join(""));
      next = answer.json.d.__next?.replace(/^https?:\/\/[^/]+/, "");
    }
    return pages;
  }

  it("follow one another with the request's options", async () => {
    expect(await walk(openOData({ supports: paged }), "EkkoSet?$format=json")).toEqual(["12", "34", "5"]);
    const filtered = "EkkoSet?$format=json&$filter=Bukrs eq '1000'&$orderby=Ebeln desc";
    expect(await walk(openOData({ supports: paged }), filtered)).toEqual(["53", "1"]);
    expect(await walk(openOData({ supports: paged }), "EkkoSet?$format=json&$top=3")).toEqual(["12", "3"]);
  });

  it("by position lose a row when one goes meanwhile, by key they do not", async () => {
    for (const [skiptoken, wanted] of [
      ["position", "4"],
      ["key", "34"],
    ] as const) {
      const bench = openOData({ supports: { ...paged, skiptoken } });
      const first = await bench.get("EkkoSet?$format=json");
      bench.world.tables.get("EKKO")?.remove({ EBELN: "4500000001" });
      const second = await bench.get((first.json.d.__next ?? "").replace("http://proxy:1", ""));
      const found = second.json.d.results.map(({ Ebeln }) => String(Ebeln).slice(-1)).join("");
      expect(found.startsWith(wanted)).toBe(true);
    }
  });

  it("name the internal host and have lost client and form", async () => {
    const links = { base: "https://sapecc01.corp.example:8443", keepFormat: false };
    const { get } = openOData({ supports: paged, links });
    const { json } = await get("EkkoSet?$format=json&sap-client=100&sap-language=EN&$filter=Bukrs%20eq%20%271000%27");
    expect(json.d.__next).toBe(
      "https://sapecc01.corp.example:8443/sap/opu/odata/sap/ZTEST_SRV/EkkoSet?$filter=Bukrs%20eq%20'1000'&$skiptoken=2.0",
    );
    const kept = openOData({ supports: paged, links: { keepClient: true } });
    expect((await kept.get("EkkoSet?$format=json&sap-client=100")).json.d.__next).toContain("sap-client=100");
  });

  it("may be stuck, or end without a word", async () => {
    expect(await walk(openOData({ supports: { ...paged, next: "stuck" } }), "EkkoSet?$format=json", 4)).toEqual([
      "12",
      "12",
      "12",
      "12",
    ]);
    expect(await walk(openOData({ supports: { ...paged, next: "lost" } }), "EkkoSet?$format=json")).toEqual(["12"]);
  });

  it("take the size that was preferred, where ODP does", async () => {
    const { get } = openOData({ supports: { prefersPageSize: true } });
    const answer = await get("EkkoSet?$format=json", { prefer: "odata.maxpagesize=3" });
    expect([answer.json.d.results.length, answer.headers["preference-applied"]]).toEqual([3, "odata.maxpagesize=3"]);
  });

  it("come in another order at every call where nobody coded one", async () => {
    const { numbers } = openOData({ supports: { order: "none" } });
    const orders = new Set<string>();
    for (let call = 0; call < 10; call += 1) orders.add(await numbers(""));
    expect(orders.size).toBeGreaterThan(3);
    for (const order of orders) expect(order.split("").sort().join("")).toBe("12345");
  });

  it("refuse a token that is none", async () => {
    expect((await openOData({ supports: paged }).get("EkkoSet?$skiptoken=abc")).status).toBe(400);
  });
});

describe("delta", () => {
  const supports = { delta: true, pageSize: 3, deltaSeconds: 60 };
  const pathOf = (link: string | undefined) => (link ?? "").replace("http://proxy:1", "");

  it("begins where the full read began, and tells changes and deletions once", async () => {
    const { get, world } = openOData({ supports });
    const first = await get("EkkoSet?$format=json");
    expect(first.json.d.__delta).toBeUndefined();
    const change = (patch: object[], gone: object[] = []) =>
      applyTogether(world.tables, [{ table: "EKKO", upsert: [], patch: patch as never, delete: gone as never }]);
    change([{ EBELN: "4500000001", BSART: "NB" }]);
    const last = await get(pathOf(first.json.d.__next));
    expect(last.json.d.__delta).toMatch(/!deltatoken='D_/);
    change([{ EBELN: "4500000002", BSART: "NB" }], [{ EBELN: "4500000005" }]);
    const delta = await get(pathOf(last.json.d.__delta));
    expect(delta.json.d.results.map(({ Ebeln, __deleted }) => [Ebeln, __deleted])).toEqual([
      ["4500000001", undefined],
      ["4500000002", undefined],
      ["4500000005", true],
    ]);
    expect((await get(pathOf(delta.json.d.__delta))).json.d.results).toEqual([]);
    const atom = await get(pathOf(last.json.d.__delta).replace("$format=json&", ""));
    expect(atom.text).toContain('ref="http://proxy:1/sap/opu/odata/sap/ZTEST_SRV/EkkoSet(&apos;4500000005&apos;)"');
  });

  it("leaves deletions out where the service never told them", async () => {
    const { get, world } = openOData({ supports: { delta: true, tombstones: "untold" } });
    const link = pathOf((await get("EkkoSet?$format=json")).json.d.__delta);
    world.tables.get("EKKO")?.remove({ EBELN: "4500000001" });
    expect((await get(link)).json.d.results).toEqual([]);
  });

  it("tells a row that is new, and the last change last", async () => {
    const { get, world, numbers } = openOData({ supports: { delta: true } });
    const link = pathOf((await get("EkkoSet?$format=json")).json.d.__delta);
    const upsert = (...ends: number[]) =>
      applyTogether(world.tables, [
        { table: "EKKO", upsert: ends.map((end) => ({ EBELN: `450000000${end}` })), patch: [], delete: [] },
      ]);
    upsert(1);
    upsert(9);
    upsert(1);
    expect((await get(link)).json.d.results.map(({ Ebeln }) => Ebeln)).toEqual(["4500000009", "4500000001"]);
    expect(await numbers("")).toBe("123459");
  });

  it("answers 410 when the token is old, or of another set or system", async () => {
    const bench = openOData({ supports });
    const { json } = await bench.get("EkpoSet?$format=json");
    const link = pathOf(json.d.__delta);
    expect((await bench.get(link)).status).toBe(200);
    expect((await bench.get(link.replace("EkpoSet?", "EkknSet?"))).status).toBe(410);
    expect((await bench.get("EkpoSet?!deltatoken='D_00_EkpoSet_0_1'")).status).toBe(410);
    bench.advance(61_000);
    expect((await bench.get(link)).status).toBe(410);
  });
});

describe("forms", () => {
  it("are Atom unless JSON is asked for", async () => {
    const { get } = openOData({ supports: { pageSize: 1 } });
    const feed = await get("EkpoSet?$inlinecount=allpages");
    expect(feed.headers["content-type"]).toBe("application/atom+xml;type=feed;charset=utf-8");
    expect(feed.text).toContain("<d:Txz01>O&apos;Neil &amp; &lt;Sons&gt;</d:Txz01>");
    expect(feed.text).toContain("<m:count>3</m:count>");
    expect(feed.text).toContain('<link href="EkpoSet?$inlinecount=allpages&amp;$skiptoken=1.0" rel="next"/>');
    expect((await get("EkkoSet('4500000001')")).text).toMatch(
      /<d:Aedat>2026-01-01T00:00:00<\/d:Aedat>.*<d:Bedat m:null="true"\/>/,
    );
    expect((await get("EkkoSet", { accept: "application/json" })).json.d.results).toHaveLength(1);
  });

  it("of $metadata: keys, facets, labels, units, and what is possible", async () => {
    const { text } = await openOData({ supports: { filter: "listed", filterable: ["Ebeln"], top: "ignored" } }).get("$metadata");
    expect(text).toContain(
      '<EntityType Name="Ekpo" sap:content-version="1"><Key><PropertyRef Name="Ebeln"/><PropertyRef Name="Ebelp"/></Key>',
    );
    expect(text).toMatch(
      /Name="Ebeln" Type="Edm.String" Nullable="false" MaxLength="10" [^>]*sap:label="Purchasing Document Number"/,
    );
    expect(text).toMatch(/Name="Rlwrt" Type="Edm.Decimal" [^>]*Precision="16" Scale="3" [^>]*sap:unit="Waers"/);
    expect(text).toMatch(/Name="Bukrs" [^>]*sap:filterable="false"/);
    expect(text).not.toMatch(/Name="Ebeln" [^>]*sap:filterable="false"/);
    expect(text).toMatch(/Name="Aedat" Type="Edm.DateTime" Precision="0" [^>]*sap:display-format="Date"/);
    expect(text).toContain(
      '<EntitySet Name="EkkoSet" EntityType="ZTEST_SRV.Ekko" sap:creatable="false" sap:updatable="false" sap:deletable="false" sap:pageable="false"',
    );
  });

  it("of $metadata that says nothing, or that all is impossible", async () => {
    const absent = (await openOData({ supports: { annotations: "absent" } }).get("$metadata")).text;
    expect(absent).not.toMatch(/sap:(?:filterable|pageable)/);
    const refusing = openOData({ supports: { annotations: "all-false" } });
    expect((await refusing.get("$metadata")).text).not.toMatch(/Name="Ebeln" (?![^>]*sap:filterable="false")/);
    expect(await refusing.numbers("$filter=Bukrs eq '2000'")).toBe("24");
  });

  it("drift by switch", async () => {
    const { world, get, results } = openOData();
    world.switches.odataDrift = [
      { entitySet: "EkkoSet", property: "ZzNew", change: "add" },
      { entitySet: "EkkoSet", property: "Bukrs", change: "remove" },
      { entitySet: "EkkoSet", property: "Aedat", change: { retype: "String" } },
    ];
    const [order] = await results("EkkoSet");
    expect(order).toMatchObject({ ZzNew: "4500000001", Aedat: "20260101" });
    expect(order).not.toHaveProperty("Bukrs");
    const type = /<EntityType Name="Ekko" .*?<\/EntityType>/.exec((await get("$metadata")).text)?.[0] ?? "";
    expect(type).toContain('Name="ZzNew" Type="Edm.String"');
    expect(type).toContain('Name="Aedat" Type="Edm.String"');
    expect(type).not.toContain('Name="Bukrs"');
  });

  it("of the service document and the catalogue", async () => {
    const { get, results } = openOData();
    expect((await get("?$format=json")).json.d).toMatchObject({ EntitySets: expect.arrayContaining(["EkkoSet", "BsegSet"]) });
    expect((await get("")).text).toContain('<app:collection href="EkkoSet">');
    const services = await results("/sap/opu/odata/IWFND/CATALOGSERVICE;v=2/ServiceCollection");
    expect(services.map(({ ID }) => ID)).toEqual(["CATALOGSERVICE_0002", "ZTEST_SRV_0001"]);
    expect(services[1]).toMatchObject({
      MetadataUrl: "http://eccprd01:8000/sap/opu/odata/sap/ZTEST_SRV/$metadata",
      IsSapService: false,
    });
  });
});

describe("$batch", () => {
  const part = (request: string) =>
    `--b1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n${request}\r\n\r\n`;

  it("answers each part with its own status inside one 202, and writes nothing", async () => {
    const { get } = openOData();
    const token = String((await get("", { "x-csrf-token": "Fetch" })).headers["x-csrf-token"]);
    const body = [
      part("GET EkkoSet('4500000001')?$select=Bukrs HTTP/1.1\r\nAccept: application/json"),
      part("GET EkkoSet('4500000009')?$format=json HTTP/1.1"),
      part("GET /sap/opu/odata/sap/ZTEST_SRV/EkkoSet/$count?$filter=Bukrs%20eq%20'2000' HTTP/1.1"),
      "--b1\r\nContent-Type: multipart/mixed; boundary=c1\r\n\r\n--c1--\r\n",
      "--b1--",
    ].join("");
    const headers = { "content-type": "multipart/mixed; boundary=b1", "x-csrf-token": token };
    const answer = await get("$batch", headers, "POST", body);
    expect(answer.status).toBe(202);
    const boundary = /boundary=(\S+)/.exec(String(answer.headers["content-type"]))?.[1] ?? "";
    const parts = answer.text.split(`--${boundary}`).slice(1, -1);
    expect(parts.map((each) => /HTTP\/1.1 (\d+)/.exec(each)?.[1])).toEqual(["200", "404", "200", "501"]);
    expect(parts[0]).toContain('"Bukrs":"1000"');
    expect(parts[2]?.trimEnd().endsWith("\r\n\r\n2")).toBe(true);
    expect((await get("$batch", { ...headers, "x-csrf-token": "old" }, "POST", body)).headers["x-csrf-token"]).toBe("Required");
    expect((await get("$batch", { ...headers, "content-type": "text/plain" }, "POST", body)).status).toBe(400);
  });
});

describe("logon, CSRF and weather", () => {
  it("lets nobody in without a password, and locks who guesses", async () => {
    const { get, world } = openOData();
    const bad = `Basic ${Buffer.from("RFCUSER:wrong").toString("base64")}`;
    const refused = await get("EkkoSet", { authorization: bad });
    expect([refused.status, refused.headers["content-type"]]).toEqual([401, "text/html; charset=utf-8"]);
    for (let count = 0; count < 4; count += 1) await get("EkkoSet", { authorization: bad });
    expect((await get("EkkoSet")).status).toBe(401);
    expect(world.logons.lockedUsers()).toEqual(["RFCUSER"]);
  });

  it("knows who may read which table", async () => {
    const { get } = openOData();
    const narrow = { authorization: `Basic ${Buffer.from("NARROW:right").toString("base64")}` };
    expect((await get("Lfa1Set", narrow)).status).toBe(200);
    expect((await get("EkkoSet", narrow)).status).toBe(403);
  });

  it("answers a token to Fetch, and refuses to write with it or without", async () => {
    const { get } = openOData();
    const token = (await get("", { "x-csrf-token": "Fetch" })).headers["x-csrf-token"];
    expect(token).toMatch(/^\S{8,}$/);
    const refused = await get("EkkoSet", {}, "POST");
    expect([refused.status, refused.headers["x-csrf-token"], refused.text]).toEqual([
      403,
      "Required",
      "CSRF token validation failed",
    ]);
    expect((await get("EkkoSet", { "x-csrf-token": String(token) }, "POST")).status).toBe(501);
  });

  it.each([
    ["logon-failed", 401, "text/html"],
    ["no-authority", 403, "application/json"],
    ["no-service", 403, "application/json"],
    ["node-inactive", 404, "text/html"],
    ["sy-530", 500, "application/json"],
    ["no-alias", 500, "application/json"],
    ["short-dump", 500, "text/html"],
    ["web-dispatcher", 503, "text/html"],
    ["overload", 503, "text/html"],
    ["logon-form", 200, "text/html"],
  ] as const)("%s is %i", async (how, status, type) => {
    const { get, world } = openOData();
    world.switches.odataFailNext = [{ on: "EkkoSet", times: 1, skip: 1, how }];
    expect((await get("EkkoSet?$format=json")).status).toBe(200);
    const answer = await get("EkkoSet?$format=json");
    expect([answer.status, String(answer.headers["content-type"]).split(";")[0]]).toEqual([status, type]);
    expect((await get("EkkoSet?$format=json")).status).toBe(200);
  });

  it("cuts, keeps silent, shuts its node, refuses long lines and says things in sap-message", async () => {
    const { get, world } = openOData();
    const kinds = ["cut-before", "silence", "cut-half"] as const;
    world.switches.odataFailNext = kinds.map((how) => ({ on: "*", times: 1, how }));
    expect((await get("EkkoSet")).outcome).toEqual({ kind: "cut" });
    expect((await get("EkkoSet")).outcome).toEqual({ kind: "silence" });
    expect((await get("EkkoSet")).outcome).toMatchObject({ kind: "cut", partial: { status: 200 } });
    world.switches.odataMessage = '{"code":"ZM/001","severity":"warning"}';
    expect((await get("EkkoSet")).headers["sap-message"]).toBe('{"code":"ZM/001","severity":"warning"}');
    expect((await get(`EkkoSet?$filter=Ebeln eq '${"x".repeat(9000)}'`)).status).toBe(414);
    world.switches.odataActive = false;
    expect((await get("EkkoSet")).status).toBe(404);
  });

  it("dumps when a read runs too long", async () => {
    const { get, world, advance } = openOData();
    world.switches.msPerCall = 20;
    world.switches.maxRunMs = 10;
    const pending = get("EkkoSet");
    await new Promise((resolve) => setImmediate(resolve));
    advance(10);
    expect([(await pending).status, (await pending).text.includes("TIME_OUT")]).toEqual([500, true]);
  });
});
