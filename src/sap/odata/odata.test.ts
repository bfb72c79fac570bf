// A Gateway service read as tables, over answers written by hand: filters that may only widen, pages that repeat, shift or end early, links that lead
// elsewhere, and a service that changed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scriptedHttp } from "../../../test/support/scripted-http.ts";
import { matcherOf, type Where } from "../rfc/index.ts";
import { filterTexts } from "./filter.ts";
import { createODataReader, openOData, type ServiceMap, serviceMapSchema } from "./index.ts";
import { describeTable } from "./service-map.ts";

const map: ServiceMap = serviceMapSchema.parse({
  service: "/sap/opu/odata/sap/ZMLC_SRV",
  tables: {
    LFA1: {
      set: "Lfa1Set",
      pageSize: 3,
      fields: {
        LIFNR: { property: "Lifnr", type: "Edm.String", length: 10, isKey: true, keyForm: "stripped" },
        NAME1: { property: "Name1", type: "Edm.String", length: 35 },
        LAND1: { property: "Land1", type: "Edm.String", length: 3 },
        ERDAT: { property: "Erdat", type: "Edm.DateTime", length: 8 },
      },
    },
    EKPO: {
      set: "EkpoSet",
      fields: {
        EBELN: { property: "Ebeln", type: "Edm.String", length: 10, isKey: true },
        NETWR: { property: "Netwr", type: "Edm.Decimal", length: 13, decimals: 2, amount: "shifted", currency: "WAERS" },
        WAERS: { property: "Waers", type: "Edm.String", length: 5 },
      },
    },
    TCURX: {
      set: "TcurxSet",
      fields: {
        CURRKEY: { property: "Currkey", type: "Edm.String", length: 5, isKey: true },
        CURRDEC: { property: "Currdec", type: "Edm.Byte", length: 1 },
      },
    },
  },
});

function edmx(): string {
  const sets = Object.values(map.tables).map(({ set, fields }) => {
    const keys = Object.values(fields).flatMap(({ isKey, property }) => (isKey ? [`<PropertyRef Name="${property}"/>`] : []));
    const properties = Object.values(fields).map(({ property, type }) => `<Property Name="${property}" Type="${type}"/>`);
    return {
      type: `<EntityType Name="${set}T"><Key>${keys.join("")}</Key>${properties.join("")}</EntityType>`,
      set: `<EntitySet Name="${set}" EntityType="Z.${set}T"/>`,
    };
  });
  return `<edmx:Edmx xmlns:edmx="e"><edmx:DataServices><Schema Namespace="Z">${sets.map((each) => each.type).join("")}
    <EntityContainer>${sets.map((each) => each.set).join("")}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;
}

type Reply = (url: URL) => unknown;

function service(reply: Reply, tables: ServiceMap = map) {
  const urls: URL[] = [];
  const { http } = scriptedHttp(({ url }) => {
    const asked = new URL(url);
    urls.push(asked);
    if (asked.pathname.endsWith("$metadata")) return { headers: { "content-type": "application/xml" }, body: edmx() };
    return { headers: { "content-type": "application/json" }, body: JSON.stringify(reply(asked)) };
  });
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
  const client = openOData({
    url: "https://sap.example:44300",
    service: map.service,
    client: "100",
    language: "en",
    user: "READER",
    readPassword: async () => "Geheim-12",
    http,
    pool: 2,
  });
  return {
    reader: createODataReader({ client, clock, map: tables }),
    urls: () => urls.filter((url) => !url.pathname.endsWith("$metadata")),
  };
}

const vendor = (number: number, name = "A") => ({
  Lifnr: String(number),
  Name1: name,
  Land1: "DE",
  Erdat: "/Date(1577836800000)/",
});
const feed = (results: readonly unknown[], more = {}) => ({ d: { results, ...more } });
const vendors = { table: "LFA1", fields: ["LIFNR", "NAME1"] };
const skipping = serviceMapSchema.parse({ ...map, tables: { ...map.tables, LFA1: { ...map.tables.LFA1, paging: "skip" } } });

describe("tables", () => {
  it("come in SAP's form, with client and language on every address, links to another host included", async () => {
    const { reader, urls } = service((url) =>
      url.searchParams.has("$skiptoken")
        ? feed([vendor(2)])
        : feed([vendor(1)], { __next: "http://internal:8000/sap/opu/odata/sap/ZMLC_SRV/Lfa1Set?$skiptoken=1" }),
    );
    const read = await reader.read(vendors);
    expect(read).toMatchObject({ kind: "complete", rows: [{ LIFNR: "0000000001" }, { LIFNR: "0000000002" }] });
    expect(
      urls().map(({ host, searchParams }) => [host, searchParams.get("sap-client"), searchParams.get("sap-language")]),
    ).toEqual([
      ["sap.example:44300", "100", "EN"],
      ["sap.example:44300", "100", "EN"],
    ]);
  });

  it.each([
    "https://evil.example/x",
    "/sap/opu/odata/sap/OTHER_SRV/Set",
    "../../../bc/soap/rfc",
    "Lfa1Set%2f..%2f..%2fOTHER_SRV/x",
    "Lfa1Set%zz",
  ])("refuse a next page outside the service: %s", async (link) => {
    const { reader, urls } = service(() => feed([vendor(1)], { __next: link }));
    expect(await reader.read(vendors)).toMatchObject({ kind: "failure" });
    expect(urls().length).toBe(1);
  });

  it("are matched here whatever the service makes of a filter", async () => {
    const { reader } = service(() => feed([vendor(1, "A"), vendor(2, "B"), vendor(3, "A")]));
    const where: Where = { kind: "compare", field: "NAME1", operator: "=", value: "A" };
    expect(await reader.read({ ...vendors, where })).toMatchObject({ rows: [{ LIFNR: "0000000001" }, { LIFNR: "0000000003" }] });
    expect(await reader.read({ ...vendors, where, rowsMax: 1 })).toMatchObject({ kind: "over" });
  });

  it("end by name where a page comes again", async () => {
    const { reader } = service(() => feed([vendor(1)], { __next: "Lfa1Set?$skiptoken=1" }));
    expect(await reader.read(vendors)).toMatchObject({ kind: "failure", detail: expect.stringContaining("leads back") });
  });

  it("are refused where fewer rows come than are counted", async () => {
    const counted = serviceMapSchema.parse({ ...map, tables: { ...map.tables, LFA1: { ...map.tables.LFA1, count: true } } });
    const { reader } = service(() => feed([vendor(1)], { __count: "2" }), counted);
    expect(await reader.read(vendors)).toMatchObject({
      kind: "failure",
      detail: expect.stringContaining("1 rows came of the 2"),
    });
  });

  it("are read by $skip with a row of overlap, and anew where rows came between", async () => {
    let rows = [1, 2, 3, 4, 5, 6, 7].map((number) => vendor(number));
    let calls = 0;
    const { reader } = service((url) => {
      calls += 1;
      if (calls === 2) rows = [vendor(0), ...rows];
      const [skip, top] = [Number(url.searchParams.get("$skip") ?? 0), Number(url.searchParams.get("$top"))];
      return feed(rows.slice(skip, skip + top));
    }, skipping);
    const read = await reader.read(vendors);
    expect(read.kind === "complete" ? read.rows.map(({ LIFNR }) => Number(LIFNR)) : read).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("come all again where keys came in no order before the reading began anew", async () => {
    const order = [2, 1, 3, 4, 5, 6, 7].map((number) => vendor(number));
    let calls = 0;
    const { reader } = service((url) => {
      calls += 1;
      const rows = calls === 2 ? order.slice(1) : order;
      const [skip, top] = [Number(url.searchParams.get("$skip") ?? 0), Number(url.searchParams.get("$top"))];
      return feed(rows.slice(skip, skip + top));
    }, skipping);
    const read = await reader.read(vendors);
    expect(read.kind === "complete" ? read.rows.map(({ LIFNR }) => Number(LIFNR)) : read).toEqual([2, 1, 3, 4, 5, 6, 7]);
  });

  it("come once, also where two pages bring the same", async () => {
    const { reader } = service((url) =>
      url.searchParams.has("$skiptoken")
        ? feed([vendor(2, "again"), vendor(3), vendor(1)])
        : feed([vendor(1), vendor(2)], { __next: "Lfa1Set?$skiptoken=1" }),
    );
    const read = await reader.read(vendors);
    expect(read.kind === "complete" ? read.rows.map(({ LIFNR, NAME1 }) => [Number(LIFNR), NAME1]) : read).toEqual([
      [1, "A"],
      [2, "A"],
      [3, "A"],
    ]);
  });

  it("have nothing where a value is null or nested", async () => {
    const { reader } = service(() => feed([{ ...vendor(1), Name1: { __deferred: { uri: "x" } }, Land1: null }]));
    expect(await reader.read({ ...vendors, fields: ["NAME1", "LAND1"] })).toMatchObject({ rows: [{ NAME1: "", LAND1: "" }] });
  });

  it.each([
    [2, 4, {}],
    [2, 4, { __count: "4" }],
    [4, 2, {}],
    // Only where one answer has all that it counts nothing more is asked.
    [4, 1, { __count: "4" }],
  ])("come whole by $skip from a service that gives %i at most and does not say so (%i calls)", async (most, calls, counted) => {
    const rows = [1, 2, 3, 4].map((number) => vendor(number));
    const lfa1 = { ...map.tables.LFA1, paging: "skip", pageSize: 4 };
    const { reader, urls } = service(
      (url) => {
        const [skip, top] = [Number(url.searchParams.get("$skip") ?? 0), Number(url.searchParams.get("$top"))];
        return feed(rows.slice(skip, skip + Math.min(top, most)), counted);
      },
      serviceMapSchema.parse({ ...map, tables: { ...map.tables, LFA1: lfa1 } }),
    );
    const read = await reader.read(vendors);
    expect(read.kind === "complete" ? read.rows.map(({ LIFNR }) => Number(LIFNR)) : read).toEqual([1, 2, 3, 4]);
    expect(urls()).toHaveLength(calls);
  });

  it("say that $skip is ignored", async () => {
    const { reader } = service(() => feed([vendor(1), vendor(2), vendor(3)]), skipping);
    expect(await reader.read(vendors)).toMatchObject({ kind: "failure", detail: expect.stringContaining("ignore $skip") });
  });

  it("take all at once where $top is ignored", async () => {
    const { reader } = service(() => feed([1, 2, 3, 4, 5].map((number) => vendor(number))), skipping);
    const read = await reader.read(vendors);
    expect(read.kind === "complete" && read.rows.length).toBe(5);
  });

  it("shift amounts back as the table holds them, and lose the row alone where the amount is none", async () => {
    const { reader } = service((url) =>
      url.pathname.endsWith("TcurxSet")
        ? feed([
            { Currkey: "JPY", Currdec: 0 },
            { Currkey: "KWD", Currdec: 3 },
          ])
        : feed([
            { Ebeln: "1", Netwr: "1000", Waers: "JPY" },
            { Ebeln: "2", Netwr: "-1.234", Waers: "KWD" },
            { Ebeln: "3", Netwr: "12.5", Waers: "USD" },
            { Ebeln: "4", Netwr: "12.505", Waers: "USD" },
            { Ebeln: "5", Netwr: "0.5", Waers: "JPY" },
          ]),
    );
    const read = await reader.read({ table: "EKPO", fields: ["EBELN", "NETWR"] });
    if (read.kind !== "complete") throw new Error(JSON.stringify(read));
    expect(read.rows.map(({ NETWR }) => NETWR)).toEqual(["10.00", "-12.34", "12.50"]);
    expect(read.rejected.map(({ rejected }) => rejected.EBELN)).toEqual(["4", "5"]);
  });

  it("stop where a mapped property is gone, and that table alone", async () => {
    const other = serviceMapSchema.parse({
      ...map,
      tables: {
        ...map.tables,
        EKPO: { ...map.tables.EKPO, fields: { ...map.tables.EKPO?.fields, WERKS: { property: "Werks", type: "Edm.String" } } },
      },
    });
    const { reader, urls } = service(() => feed([vendor(1)]), other);
    expect(await reader.read({ table: "EKPO", fields: ["EBELN"] })).toMatchObject({
      detail: expect.stringContaining("Werks is gone"),
    });
    expect(urls()).toEqual([]);
    expect(await reader.read(vendors)).toMatchObject({ kind: "complete" });
  });

  it("tell what the mapping file does not name", async () => {
    const { reader } = service(() => feed([]));
    expect(await reader.read({ table: "BSEG", fields: ["BELNR"] })).toMatchObject({
      code: "no-reader",
      detail: expect.stringContaining("BSEG"),
    });
    expect(await reader.read({ table: "LFA1", fields: ["STCD1"] })).toMatchObject({ code: "field-unknown" });
  });
});

describe("filters", () => {
  const table = map.tables.LFA1 as NonNullable<(typeof map.tables)["LFA1"]>;
  const description = describeTable("LFA1", table);
  const names = ["0000000001", "0000000012", "0000100001", "ACME", ""];
  const value = fc.constantFrom(...names, "20200101", "00000000", "DE", "O'Neil");
  const field = fc.constantFrom("LIFNR", "NAME1", "LAND1", "ERDAT");
  const leaf: fc.Arbitrary<Where> = fc.oneof(
    fc.record({
      kind: fc.constant("compare" as const),
      field,
      operator: fc.constantFrom("=" as const, "<>" as const, "<" as const, "<=" as const, ">" as const, ">=" as const),
      value,
    }),
    fc.record({ kind: fc.constant("between" as const), field, low: value, high: value }),
    fc.record({ kind: fc.constant("in" as const), field, values: fc.array(value, { minLength: 1, maxLength: 4 }) }),
    fc.record({ kind: fc.constant("starts-with" as const), field, value }),
  );
  const { where: tree } = fc.letrec<{ where: Where }>((tie) => ({
    where: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.record({
        kind: fc.constantFrom("all" as const, "any" as const),
        of: fc.array(tie("where"), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant("not" as const), of: tie("where") }),
    ),
  }));

  type Sent = Readonly<Record<string, string>>;
  const holds: Record<string, (cell: string, value: string) => boolean> = {
    eq: (cell, value) => cell === value,
    lt: (cell, value) => cell < value,
    le: (cell, value) => cell <= value,
    gt: (cell, value) => cell > value,
    ge: (cell, value) => cell >= value,
  };

  /** What a faithful service would let pass, by a reading of $filter of the test's own: brackets, and, or; `and` binds closer. */
  function passes(text: string | undefined, row: Sent): boolean {
    if (text === undefined) return true;
    const tokens = text.match(/startswith\(\w+,'(?:[^']|'')*'\)|(?:datetime)?'(?:[^']|'')*'|[()]|[^\s()]+/g) ?? [];
    let at = 0;
    const quotedValue = (token = "") =>
      token
        .replace(/^datetime/, "")
        .slice(1, -1)
        .replaceAll("''", "'");
    const term = (): boolean => {
      const token = tokens[at++] ?? "";
      if (token === "(") {
        const inner = either();
        at += 1;
        return inner;
      }
      const start = /^startswith\((\w+),('.*')\)$/.exec(token);
      if (start) return row[start[1] ?? ""]?.startsWith(quotedValue(start[2])) === true;
      const [operator = "", value] = tokens.slice(at, at + 2);
      at += 2;
      return holds[operator]?.(row[token] ?? "", quotedValue(value)) === true;
    };
    const series = (word: string, part: () => boolean, join: (one: boolean, other: boolean) => boolean) => () => {
      let result = part();
      while (tokens[at] === word) {
        at += 1;
        result = join(part(), result);
      }
      return result;
    };
    const both = series("and", term, (one, other) => one && other);
    const either = series("or", both, (one, other) => one || other);
    const result = either();
    expect(at).toBe(tokens.length);
    return result;
  }

  it("let pass every row that the tree lets pass", () => {
    const cells = fc.record({
      LIFNR: fc.constantFrom(...names),
      NAME1: fc.constantFrom("A", "", "O'Neil", "DE"),
      LAND1: fc.constantFrom("DE", "US", ""),
      ERDAT: fc.constantFrom("20200101", "00000000", "20261124"),
    });
    fc.assert(
      fc.property(tree, cells, fc.boolean(), (where, row, isStripped) => {
        const order = description.fields.map(({ name }) => row[name as keyof typeof row]);
        if (!matcherOf(where, description)(order)) return;
        const day =
          row.ERDAT === "00000000" ? "" : `${row.ERDAT.slice(0, 4)}-${row.ERDAT.slice(4, 6)}-${row.ERDAT.slice(6)}T00:00:00`;
        const Lifnr = isStripped ? row.LIFNR.replace(/^0+(?=\d)/, "") : row.LIFNR;
        const sent = { Lifnr, Name1: row.NAME1, Land1: row.LAND1, Erdat: day };
        expect(filterTexts(where, table).some((text) => passes(text, sent))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("become several where the list is long, none longer than an address may be", () => {
    const values = Array.from({ length: 400 }, (_, index) => `O'Neil ${index} & Söhne`);
    const where: Where = {
      kind: "all",
      of: [
        { kind: "in", field: "NAME1", values },
        { kind: "compare", field: "LAND1", operator: "=", value: "DE" },
      ],
    };
    const texts = filterTexts(where, table);
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(encodeURIComponent(text ?? "").length).toBeLessThanOrEqual(5_000);
    for (const each of values) expect(texts.some((text) => text?.includes(each.replaceAll("'", "''")))).toBe(true);
  });
});
