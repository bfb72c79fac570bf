// The OData service as a function of request and world: what one request gets. Forms of values, options and their gaps, keys.
import { describe, expect, it } from "vitest";
import { openOData } from "../../../../test/support/odata-world.ts";

describe("values", () => {
  it("leave as the tables keep them", async () => {
    const { results } = openOData();
    const [item] = await results("EkpoSet?$filter=Ebelp eq '00010'");
    expect(item).toMatchObject({ Ebeln: "4500000001", Txz01: "O'Neil & <Sons>", Menge: "-1.500", Netwr: "12.50", Meins: "ST" });
    const [vendor, other] = await results("Lfa1Set");
    expect(vendor).toMatchObject({ Lifnr: "0000100001", Updat: "/Date(1767312000000)/", Uptim: "PT13H50M42S" });
    expect(other).toMatchObject({ Lifnr: "V-12", Updat: null, Uptim: "PT00H00M00S", Name1: "" });
    expect(item).not.toHaveProperty("Mandt");
  });

  it("leave as people see them, the scale following the currency of the order's header", async () => {
    const { results } = openOData({ keys: "stripped", amounts: "shifted", codes: "iso" });
    const items = await results("EkpoSet");
    expect(items.map(({ Netwr }) => Netwr)).toEqual(["1250", "0", "1250.00"]);
    expect(items[0]).toMatchObject({ Meins: "PCE", Ebelp: "00010" });
    expect((await results("EkkoSet"))[0]).toMatchObject({ Lifnr: "100001", Spras: "EN" });
  });

  it("follow the customer's tables of currencies and units", async () => {
    const { results, world } = openOData({ amounts: "shifted", codes: "iso" });
    expect((await results("EkpoSet"))[0]).toMatchObject({ Netwr: "1250", Meins: "PCE" });
    world.tables.get("TCURX")?.upsert({ CURRKEY: "JPY", CURRDEC: "3" });
    world.tables.get("T006")?.patch({ MSEHI: "ST", ISOCODE: "C62" });
    expect((await results("EkpoSet"))[0]).toMatchObject({ Netwr: "1.250", Meins: "C62" });
  });

  it("say days before 1970, the end of time, flags, time stamps and numbers in the form that the definition asks for", async () => {
    const { results } = openOData(
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
    expect((await openOData({}, rows).results("EkkoSet"))[0]).toMatchObject({ Aedat: null, Bedat: null });
    const broken = await openOData({ supports: { invalidDates: "fail" } }, rows).get("EkkoSet?$format=json");
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
    expect(await openOData().numbers(`$filter=${encodeURIComponent(filter)}`)).toBe(wanted);
  });

  it("filter with doubled quotes, whole or in parts", async () => {
    const { results } = openOData();
    expect(await results(`EkpoSet?$filter=${encodeURIComponent("Txz01 eq 'O''Neil & <Sons>'")}`)).toHaveLength(1);
    expect(await results("EkpoSet?$filter=startswith(Txz01,'O%27%27N')")).toHaveLength(1);
  });

  it("order, cut, skip and count", async () => {
    const { numbers, get } = openOData();
    expect(await numbers("$orderby=Bukrs desc,Aedat desc&$top=3")).toBe("425");
    expect(await numbers("$top=2&$skip=1")).toBe("23");
    expect(await numbers("$top=0")).toBe("");
    const counted = await get("EkkoSet?$inlinecount=allpages&$top=1&$filter=Bukrs eq '1000'&$format=json");
    expect([counted.json.d.__count, counted.json.d.results.length]).toEqual(["3", 1]);
    expect((await get("EkkoSet/$count?$filter=Bukrs eq '2000'")).text).toBe("2");
  });

  it("order amounts as numbers", async () => {
    expect((await openOData().results("EkpoSet?$orderby=Netwr desc")).map(({ Netwr }) => Netwr)).toEqual([
      "1250.00",
      "12.50",
      "0.00",
    ]);
  });

  it("select", async () => {
    const [order] = await openOData().results("EkkoSet?$select=Bukrs,Ebeln");
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
    const { get } = openOData();
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
    const { get } = openOData();
    expect((await get("EkkoSet('4500000002')?$format=json")).json.d).toMatchObject({ Ebeln: "4500000002", Bukrs: "2000" });
    const item = await get("EkpoSet(Ebelp='00020',Ebeln='4500000001')?$format=json&$select=Txz01");
    expect(item.json.d).toMatchObject({ Txz01: "second", __metadata: { type: "ZTEST_SRV.Ekpo" } });
    expect(item.text).toContain("/EkpoSet(Ebeln='4500000001',Ebelp='00020')");
  });

  it("are not converted: what a stripped feed names is not found, nor filtered", async () => {
    const stripped = openOData({ keys: "stripped" });
    const [vendor] = await stripped.results("Lfa1Set");
    expect(vendor).toMatchObject({ __metadata: { uri: "http://proxy:1/sap/opu/odata/sap/ZTEST_SRV/Lfa1Set('100001')" } });
    expect((await stripped.get("Lfa1Set('100001')")).status).toBe(404);
    expect((await stripped.get("Lfa1Set('0000100001')")).status).toBe(200);
    expect(await stripped.results("Lfa1Set?$filter=Lifnr eq '100001'")).toHaveLength(0);
    const careful = openOData({ keys: "stripped", url: "converted", amounts: "shifted" });
    expect((await careful.get("Lfa1Set('100001')")).status).toBe(200);
    expect(await careful.results("Lfa1Set?$filter=Lifnr eq '100001'")).toHaveLength(1);
    expect(await careful.results("EkpoSet?$filter=Netwr eq 1250m")).toHaveLength(2);
    expect(await stripped.results("EkpoSet?$filter=Netwr eq 1250m")).toHaveLength(1);
  });
});

describe("gaps like SEGW's", () => {
  const gap = async (supports: object, options: string) => openOData({ supports }).numbers(options);
  const refused = async (supports: object, path: string) => (await openOData({ supports }).get(path)).status;

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
      (await openOData({ supports }).get("EkkoSet?$inlinecount=allpages&$filter=Bukrs eq '1000'&$format=json")).json.d.__count;
    expect(await count({ inlinecount: "ignored" })).toBeUndefined();
    expect(await count({ inlinecount: "page", pageSize: 2 })).toBe("2");
    expect(await count({ inlinecount: "unfiltered" })).toBe("5");
    expect((await openOData({ supports: { count: "unfiltered" } }).get("EkkoSet/$count?$filter=Bukrs eq '1000'")).text).toBe("5");
  });

  it("come and go by switch, for one set or all", async () => {
    const { world, numbers } = openOData();
    world.switches.odataGaps = { EkkoSet: { filter: "ignored" }, EkpoSet: { top: "ignored" } };
    expect(await numbers("$filter=Ebeln eq 'nothing'&$top=2")).toBe("12");
    world.switches.odataGaps = { "*": { top: "ignored" } };
    expect(await numbers("$filter=Bukrs eq '1000'&$top=2")).toBe("135");
    world.switches.odataGaps = {};
    expect(await numbers("$filter=Bukrs eq '1000'&$top=2")).toBe("13");
  });
});
