// The OData service as a function of request and world: forms of values, options and their gaps, paging, delta, errors.
import { describe, expect, it } from "vitest";
import { manualClock, type Rows, serviceOf, worldOf } from "../../../../test/support/ecc-world.ts";
import { handle } from "../handle.ts";
import { applyTogether } from "../store/changes.ts";
import { defaultService } from "./default-service.ts";

const authorization = `Basic ${Buffer.from("RFCUSER:right").toString("base64")}`;

const orders: Rows = {
  EKKO: ["4500000001", "4500000002", "4500000003", "4500000004", "4500000005"].map((EBELN, index) => ({
    EBELN,
    BUKRS: index % 2 === 0 ? "1000" : "2000",
    AEDAT: `2026010${index + 1}`,
    LIFNR: "0000100001",
    WAERS: index === 0 ? "JPY" : "USD",
    SPRAS: "E",
  })),
  EKPO: [
    { EBELN: "4500000001", EBELP: "00010", TXZ01: "O'Neil & <Sons>", MENGE: "-1.500", MEINS: "ST", NETWR: "12.50" },
    { EBELN: "4500000001", EBELP: "00020", TXZ01: "second", NETWR: "0.00" },
    { EBELN: "4500000002", EBELP: "00010", TXZ01: "Bäcker ☃", NETWR: "1250.00" },
  ],
  TCURX: [{ CURRKEY: "JPY", CURRDEC: "0" }],
  T006: [{ MSEHI: "ST", ISOCODE: "PCE" }],
  LFA1: [{ LIFNR: "0000100001", NAME1: "Alpha", UPDAT: "20260102", UPTIM: "135042" }, { LIFNR: "V-12" }],
};

type Entity = Record<string, unknown>;
type Json = { d: { results: Entity[]; __count?: string; __next?: string; __delta?: string } & Entity };

function open(definition: object = {}, rows: Rows = orders) {
  const base = defaultService("internal");
  const time = manualClock();
  const world = worldOf(rows, {}, [serviceOf({ ...base, name: "ZTEST_SRV", supports: {}, ...definition })]);
  const get = async (path: string, headers: Record<string, string> = {}, method = "GET", body = "") => {
    const target = path.startsWith("/") ? path : `/sap/opu/odata/sap/ZTEST_SRV/${path}`;
    const request = { method, target, headers: { authorization, host: "proxy:1", ...headers }, body: Buffer.from(body) };
    const outcome = await handle(request, world, time.clock);
    const none: Record<string, string | string[]> = {};
    if (outcome.kind !== "answer") return { status: 0, headers: none, text: outcome.kind, json: undefined as never, outcome };
    const text = Buffer.from(outcome.body).toString("utf8");
    const isJson = String(outcome.headers["content-type"]).includes("json");
    return {
      status: outcome.status,
      headers: outcome.headers,
      text,
      json: (isJson ? JSON.parse(text) : undefined) as Json,
      outcome,
    };
  };
  const results = async (path: string) => {
    const { status, text, json } = await get(`${path}${path.includes("?") ? "&" : "?"}$format=json`);
    if (status !== 200) throw new Error(text);
    return json.d.results;
  };
  const numbers = async (options: string) =>
    (await results(`EkkoSet?${options}`)).map(({ Ebeln }) => String(Ebeln).slice(-1)).join("");
  return { world, get, results, numbers, ...time };
}

describe("values", () => {
  it("leave as the tables keep them", async () => {
    const { results } = open();
    const [item] = await results("EkpoSet?$filter=Ebelp eq '00010'");
    expect(item).toMatchObject({ Ebeln: "4500000001", Txz01: "O'Neil & <Sons>", Menge: "-1.500", Netwr: "12.50", Meins: "ST" });
    const [vendor, other] = await results("Lfa1Set");
    expect(vendor).toMatchObject({ Lifnr: "0000100001", Updat: "/Date(1767312000000)/", Uptim: "PT13H50M42S" });
    expect(other).toMatchObject({ Lifnr: "V-12", Updat: null, Uptim: "PT00H00M00S", Name1: "" });
    expect(item).not.toHaveProperty("Mandt");
  });

  it("leave as people see them, the scale following the currency of the order's header", async () => {
    const { results } = open({ keys: "stripped", amounts: "shifted", codes: "iso" });
    const items = await results("EkpoSet");
    expect(items.map(({ Netwr }) => Netwr)).toEqual(["1250", "0", "1250.00"]);
    expect(items[0]).toMatchObject({ Meins: "PCE", Ebelp: "00010" });
    expect((await results("EkkoSet"))[0]).toMatchObject({ Lifnr: "100001", Spras: "EN" });
  });

  it("follow the customer's tables of currencies and units", async () => {
    const { results, world } = open({ amounts: "shifted", codes: "iso" });
    expect((await results("EkpoSet"))[0]).toMatchObject({ Netwr: "1250", Meins: "PCE" });
    world.tables.get("TCURX")?.upsert({ CURRKEY: "JPY", CURRDEC: "3" });
    world.tables.get("T006")?.patch({ MSEHI: "ST", ISOCODE: "C62" });
    expect((await results("EkpoSet"))[0]).toMatchObject({ Netwr: "1.250", Meins: "C62" });
  });

  it("say days before 1970, the end of time, flags, time stamps and numbers in the form that the definition asks for", async () => {
    const { results } = open(
      {
        entitySets: [
          { name: "AdrcSet", table: "ADRC" },
          {
            name: "CobkSet",
            table: "COBK",
            properties: [
              { field: "KOKRS" },
              { field: "BELNR" },
              { field: "TIMESTMP", edm: "Int64" },
              { field: "BUDAT", edm: "String" },
              { field: "STFLG", name: "IsReversal", edm: "Boolean" },
            ],
          },
          {
            name: "LedgerSet",
            table: "FAGLFLEXA",
            properties: [
              { field: "RYEAR" },
              { field: "DOCNR" },
              { field: "RLDNR" },
              { field: "RBUKRS" },
              { field: "DOCLN" },
              { field: "TIMESTAMP", name: "At", edm: "DateTimeOffset" },
            ],
          },
        ],
      },
      {
        ADRC: [{ ADDRNUMBER: "0000000001", DATE_FROM: "00010101", DATE_TO: "99991231" }],
        COBK: [{ KOKRS: "1000", BELNR: "0000000001", TIMESTMP: "9007199254740993", BUDAT: "20260102", STFLG: "X" }],
        FAGLFLEXA: [
          { RYEAR: "2026", DOCNR: "0100000001", RLDNR: "0L", RBUKRS: "1000", DOCLN: "000001", TIMESTAMP: "20260102235959" },
        ],
      },
    );
    expect((await results("AdrcSet"))[0]).toMatchObject({
      DateFrom: "/Date(-62135596800000)/",
      DateTo: "/Date(253402214400000)/",
    });
    expect((await results("CobkSet"))[0]).toMatchObject({ Timestmp: "9007199254740993", Budat: "20260102", IsReversal: true });
    expect((await results("LedgerSet"))[0]).toMatchObject({ At: "/Date(1767398399000+0000)/" });
  });

  it("that no type can say are null, or break the answer", async () => {
    const rows = { EKKO: [{ EBELN: "4500000001", AEDAT: "20201364", BEDAT: "20260230" }] };
    expect((await open({}, rows).results("EkkoSet"))[0]).toMatchObject({ Aedat: null, Bedat: null });
    const broken = await open({ supports: { invalidDates: "fail" } }, rows).get("EkkoSet?$format=json");
    expect([broken.status, broken.json]).toMatchObject([500, { error: { code: "SY/530" } }]);
  });
});

describe("options that were coded", () => {
  it.each([
    ["Bukrs eq '2000'", "24"],
    ["Bukrs ne '2000' and Waers eq 'USD'", "35"],
    ["Ebeln gt '4500000003' or Waers eq 'JPY'", "145"],
    ["not (Bukrs eq '1000') or (Ebeln le '4500000001')", "124"],
    ["Aedat ge datetime'2026-01-04T00:00:00'", "45"],
    ["datetime'2026-01-02T00:00:00' gt Aedat", "1"],
    ["'4500000002' lt Ebeln", "345"],
    ["Ebeln eq '4500000002  '", "2"],
    ["Bedat eq null", "12345"],
    ["startswith(Ebeln,'45') and endswith(Ebeln,'3')", "3"],
    ["substringof('0003',Ebeln) eq true", "3"],
    ["substringof('usd',tolower(Waers)) eq false", "1"],
    ["Ebeln eq '4500000004' or Ebeln eq '4500000002' or Ebeln eq '4500000002'", "24"],
    ["(Ebeln eq '4500000004' or Ebeln eq '4500000003') and Bukrs eq '1000'", "3"],
    ["Ebeln eq '450000000100'", ""],
    ["Wkurs lt 0.000001m and Wkurs ge -1", "12345"],
  ])("filter %s", async (filter, wanted) => {
    expect(await open().numbers(`$filter=${encodeURIComponent(filter)}`)).toBe(wanted);
  });

  it("filter with doubled quotes, whole or in parts", async () => {
    const { results } = open();
    expect(await results(`EkpoSet?$filter=${encodeURIComponent("Txz01 eq 'O''Neil & <Sons>'")}`)).toHaveLength(1);
    expect(await results("EkpoSet?$filter=startswith(Txz01,'O%27%27N')")).toHaveLength(1);
  });

  it("order, cut, skip and count", async () => {
    const { numbers, get } = open();
    expect(await numbers("$orderby=Bukrs desc,Aedat desc&$top=3")).toBe("425");
    expect(await numbers("$top=2&$skip=1")).toBe("23");
    expect(await numbers("$top=0")).toBe("");
    const counted = await get("EkkoSet?$inlinecount=allpages&$top=1&$filter=Bukrs eq '1000'&$format=json");
    expect([counted.json.d.__count, counted.json.d.results.length]).toEqual(["3", 1]);
    expect((await get("EkkoSet/$count?$filter=Bukrs eq '2000'")).text).toBe("2");
  });

  it("order amounts as numbers", async () => {
    expect((await open().results("EkpoSet?$orderby=Netwr desc")).map(({ Netwr }) => Netwr)).toEqual(["1250.00", "12.50", "0.00"]);
  });

  it("select", async () => {
    const [order] = await open().results("EkkoSet?$select=Bukrs,Ebeln");
    expect(Object.keys(order ?? {})).toEqual(["__metadata", "Ebeln", "Bukrs"]);
  });

  it.each([
    ["EkkoSet?$filter=Foo eq 'x'", 400, "Property Foo not found in type Ekko"],
    ["EkkoSet?$select=Foo", 400, "Property Foo not found in type Ekko"],
    ["EkkoSet?$orderby=Foo", 400, "Property Foo not found in type Ekko"],
    ["EkkoSet?$filter=Ebeln eq 5", 400, "Invalid parametertype used at property 'Ebeln'"],
    ["EkkoSet?$filter=Ebeln eq 'x", 400, "a quote is not closed"],
    ["EkkoSet?$filter=Ebeln eq", 400, "ends too early"],
    ["EkkoSet?$filter=(Ebeln eq 'x'", 400, "ends too early"],
    ["EkkoSet?$filter=year(Aedat) eq 2026", 400, "Function year is not supported"],
    ["EkkoSet?$top=x", 400, "Invalid value 'x'"],
    ["EkkoSet?$foo=1", 400, "Invalid system query option"],
    ["EkkoSet?$expand=Items", 400, "Items not found"],
    ["EkkoSet('4500000009')", 404, "Resource not found for segment 'Ekko'"],
    ["EkpoSet('4500000001')", 400, "does not match number of key properties"],
    ["FooSet", 404, "Resource not found for the segment 'FooSet'"],
    ["/sap/opu/odata/sap/ZERP_SRV/", 403, "No service found for namespace '', name 'ZERP_SRV', version '0001'"],
    ["/sap/opu/odata/sap/ZTEST_SRV;v=2/EkkoSet", 403, "version '0002'"],
  ])("refuse %s with %i", async (path, status, text) => {
    const { get } = open();
    const json = await get(`${path}${path.includes("?") ? "&" : "?"}$format=json`);
    expect(json.status).toBe(status);
    expect((json.json as unknown as { error: { message: { value: string } } }).error.message.value).toContain(text);
    const xml = await get(path);
    expect([xml.status, xml.headers["content-type"]]).toEqual([status, "application/xml;charset=utf-8"]);
    expect(xml.text).toContain('<message xml:lang="en">');
  });
});

describe("keys", () => {
  it("find one entity, by one part or by names in any order", async () => {
    const { get } = open();
    expect((await get("EkkoSet('4500000002')?$format=json")).json.d).toMatchObject({ Ebeln: "4500000002", Bukrs: "2000" });
    const item = await get("EkpoSet(Ebelp='00020',Ebeln='4500000001')?$format=json&$select=Txz01");
    expect(item.json.d).toMatchObject({ Txz01: "second", __metadata: { type: "ZTEST_SRV.Ekpo" } });
    expect(item.text).toContain("/EkpoSet(Ebeln='4500000001',Ebelp='00020')");
  });

  it("are not converted: what a stripped feed names is not found, nor filtered", async () => {
    const stripped = open({ keys: "stripped" });
    const [vendor] = await stripped.results("Lfa1Set");
    expect(vendor).toMatchObject({ __metadata: { uri: "http://proxy:1/sap/opu/odata/sap/ZTEST_SRV/Lfa1Set('100001')" } });
    expect((await stripped.get("Lfa1Set('100001')")).status).toBe(404);
    expect((await stripped.get("Lfa1Set('0000100001')")).status).toBe(200);
    expect(await stripped.results("Lfa1Set?$filter=Lifnr eq '100001'")).toHaveLength(0);
    const careful = open({ keys: "stripped", url: "converted", amounts: "shifted" });
    expect((await careful.get("Lfa1Set('100001')")).status).toBe(200);
    expect(await careful.results("Lfa1Set?$filter=Lifnr eq '100001'")).toHaveLength(1);
    expect(await careful.results("EkpoSet?$filter=Netwr eq 1250m")).toHaveLength(2);
    expect(await stripped.results("EkpoSet?$filter=Netwr eq 1250m")).toHaveLength(1);
  });
});

describe("gaps like SEGW's", () => {
  const gap = async (supports: object, options: string) => open({ supports }).numbers(options);
  const refused = async (supports: object, path: string) => (await open({ supports }).get(path)).status;

  it("ignore or refuse what was not coded", async () => {
    expect(await gap({ filter: "ignored" }, "$filter=Ebeln eq 'nothing'")).toBe("12345");
    expect(await gap({ top: "ignored", skip: "ignored" }, "$top=1&$skip=1")).toBe("12345");
    expect(await gap({ orderby: "ignored" }, "$orderby=Ebeln desc")).toBe("12345");
    expect(await refused({ filter: "refused" }, "EkkoSet?$filter=Ebeln eq 'x'")).toBe(501);
    expect(await refused({ top: "refused" }, "EkkoSet?$top=1")).toBe(501);
    expect(await refused({ count: "refused" }, "EkkoSet/$count")).toBe(501);
    expect(await refused({ single: "refused" }, "EkkoSet('4500000001')")).toBe(501);
    expect(await refused({ requiresFilter: true }, "EkkoSet")).toBe(400);
  });

  it("filter by the listed properties only, condition by condition", async () => {
    const supports = { filter: "listed", filterable: ["Bukrs"] };
    expect(await gap(supports, "$filter=Bukrs eq '2000' and Ebeln eq 'nothing'")).toBe("24");
    expect(await gap(supports, "$filter=Bukrs eq '2000' or Ebeln eq '4500000001'")).toBe("12345");
    expect(await refused({ ...supports, otherFilters: "refused" }, "EkkoSet?$filter=Ebeln eq 'x'")).toBe(400);
  });

  it("count wrongly or not at all", async () => {
    const count = async (supports: object) =>
      (await open({ supports }).get("EkkoSet?$inlinecount=allpages&$filter=Bukrs eq '1000'&$format=json")).json.d.__count;
    expect(await count({ inlinecount: "ignored" })).toBeUndefined();
    expect(await count({ inlinecount: "page", pageSize: 2 })).toBe("2");
    expect(await count({ inlinecount: "unfiltered" })).toBe("5");
    expect((await open({ supports: { count: "unfiltered" } }).get("EkkoSet/$count?$filter=Bukrs eq '1000'")).text).toBe("5");
  });

  it("come and go by switch, for one set or all", async () => {
    const { world, numbers } = open();
    world.switches.odataGaps = { EkkoSet: { filter: "ignored" }, EkpoSet: { top: "ignored" } };
    expect(await numbers("$filter=Ebeln eq 'nothing'&$top=2")).toBe("12");
    world.switches.odataGaps = { "*": { top: "ignored" } };
    expect(await numbers("$filter=Bukrs eq '1000'&$top=2")).toBe("135");
    world.switches.odataGaps = {};
    expect(await numbers("$filter=Bukrs eq '1000'&$top=2")).toBe("13");
  });
});

describe("server-driven pages", () => {
  const paged = { pageSize: 2 };

  async function walk(bench: ReturnType<typeof open>, path: string, pagesMax = 10): Promise<string[]> {
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
    expect(await walk(open({ supports: paged }), "EkkoSet?$format=json")).toEqual(["12", "34", "5"]);
    const filtered = "EkkoSet?$format=json&$filter=Bukrs eq '1000'&$orderby=Ebeln desc";
    expect(await walk(open({ supports: paged }), filtered)).toEqual(["53", "1"]);
    expect(await walk(open({ supports: paged }), "EkkoSet?$format=json&$top=3")).toEqual(["12", "3"]);
  });

  it("by position lose a row when one goes meanwhile, by key they do not", async () => {
    for (const [skiptoken, wanted] of [
      ["position", "4"],
      ["key", "34"],
    ] as const) {
      const bench = open({ supports: { ...paged, skiptoken } });
      const first = await bench.get("EkkoSet?$format=json");
      bench.world.tables.get("EKKO")?.remove({ EBELN: "4500000001" });
      const second = await bench.get((first.json.d.__next ?? "").replace("http://proxy:1", ""));
      const found = second.json.d.results.map(({ Ebeln }) => String(Ebeln).slice(-1)).join("");
      expect(found.startsWith(wanted)).toBe(true);
    }
  });

  it("name the internal host and have lost client and form", async () => {
    const links = { base: "https://sapecc01.corp.example:8443", keepFormat: false };
    const { get } = open({ supports: paged, links });
    const { json } = await get("EkkoSet?$format=json&sap-client=100&sap-language=EN&$filter=Bukrs%20eq%20%271000%27");
    expect(json.d.__next).toBe(
      "https://sapecc01.corp.example:8443/sap/opu/odata/sap/ZTEST_SRV/EkkoSet?$filter=Bukrs%20eq%20'1000'&$skiptoken=2.0",
    );
    const kept = open({ supports: paged, links: { keepClient: true } });
    expect((await kept.get("EkkoSet?$format=json&sap-client=100")).json.d.__next).toContain("sap-client=100");
  });

  it("may be stuck, or end without a word", async () => {
    expect(await walk(open({ supports: { ...paged, next: "stuck" } }), "EkkoSet?$format=json", 4)).toEqual([
      "12",
      "12",
      "12",
      "12",
    ]);
    expect(await walk(open({ supports: { ...paged, next: "lost" } }), "EkkoSet?$format=json")).toEqual(["12"]);
  });

  it("take the size that was preferred, where ODP does", async () => {
    const { get } = open({ supports: { prefersPageSize: true } });
    const answer = await get("EkkoSet?$format=json", { prefer: "odata.maxpagesize=3" });
    expect([answer.json.d.results.length, answer.headers["preference-applied"]]).toEqual([3, "odata.maxpagesize=3"]);
  });

  it("come in another order at every call where nobody coded one", async () => {
    const { numbers } = open({ supports: { order: "none" } });
    const orders = new Set<string>();
    for (let call = 0; call < 10; call += 1) orders.add(await numbers(""));
    expect(orders.size).toBeGreaterThan(3);
    for (const order of orders) expect(order.split("").sort().join("")).toBe("12345");
  });

  it("refuse a token that is none", async () => {
    expect((await open({ supports: paged }).get("EkkoSet?$skiptoken=abc")).status).toBe(400);
  });
});

describe("delta", () => {
  const supports = { delta: true, pageSize: 3, deltaSeconds: 60 };
  const pathOf = (link: string | undefined) => (link ?? "").replace("http://proxy:1", "");

  it("begins where the full read began, and tells changes and deletions once", async () => {
    const { get, world } = open({ supports });
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
    const { get, world } = open({ supports: { delta: true, tombstones: "untold" } });
    const link = pathOf((await get("EkkoSet?$format=json")).json.d.__delta);
    world.tables.get("EKKO")?.remove({ EBELN: "4500000001" });
    expect((await get(link)).json.d.results).toEqual([]);
  });

  it("tells a row that is new, and the last change last", async () => {
    const { get, world, numbers } = open({ supports: { delta: true } });
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
    const bench = open({ supports });
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
    const { get } = open({ supports: { pageSize: 1 } });
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
    const { text } = await open({ supports: { filter: "listed", filterable: ["Ebeln"], top: "ignored" } }).get("$metadata");
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
    const absent = (await open({ supports: { annotations: "absent" } }).get("$metadata")).text;
    expect(absent).not.toMatch(/sap:(?:filterable|pageable)/);
    const refusing = open({ supports: { annotations: "all-false" } });
    expect((await refusing.get("$metadata")).text).not.toMatch(/Name="Ebeln" (?![^>]*sap:filterable="false")/);
    expect(await refusing.numbers("$filter=Bukrs eq '2000'")).toBe("24");
  });

  it("drift by switch", async () => {
    const { world, get, results } = open();
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
    const { get, results } = open();
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
    const { get } = open();
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
    const { get, world } = open();
    const bad = `Basic ${Buffer.from("RFCUSER:wrong").toString("base64")}`;
    const refused = await get("EkkoSet", { authorization: bad });
    expect([refused.status, refused.headers["content-type"]]).toEqual([401, "text/html; charset=utf-8"]);
    for (let count = 0; count < 4; count += 1) await get("EkkoSet", { authorization: bad });
    expect((await get("EkkoSet")).status).toBe(401);
    expect(world.logons.lockedUsers()).toEqual(["RFCUSER"]);
  });

  it("knows who may read which table", async () => {
    const { get } = open();
    const narrow = { authorization: `Basic ${Buffer.from("NARROW:right").toString("base64")}` };
    expect((await get("Lfa1Set", narrow)).status).toBe(200);
    expect((await get("EkkoSet", narrow)).status).toBe(403);
  });

  it("answers a token to Fetch, and refuses to write with it or without", async () => {
    const { get } = open();
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
    const { get, world } = open();
    world.switches.odataFailNext = [{ on: "EkkoSet", times: 1, skip: 1, how }];
    expect((await get("EkkoSet?$format=json")).status).toBe(200);
    const answer = await get("EkkoSet?$format=json");
    expect([answer.status, String(answer.headers["content-type"]).split(";")[0]]).toEqual([status, type]);
    expect((await get("EkkoSet?$format=json")).status).toBe(200);
  });

  it("cuts, keeps silent, shuts its node, refuses long lines and says things in sap-message", async () => {
    const { get, world } = open();
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
    const { get, world, advance } = open();
    world.switches.msPerCall = 20;
    world.switches.maxRunMs = 10;
    const pending = get("EkkoSet");
    await new Promise((resolve) => setImmediate(resolve));
    advance(10);
    expect([(await pending).status, (await pending).text.includes("TIME_OUT")]).toEqual([500, true]);
  });
});
