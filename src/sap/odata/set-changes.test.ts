// Changes by a service's own account, over answers written by hand: where it begins, what it tells, and all that makes it worthless.
import { describe, expect, it } from "vitest";
import { scriptedHttp } from "../../../test/support/scripted-http.ts";
import { createODataReader, openOData, serviceMapSchema } from "./index.ts";
import { checkServiceMap } from "./service-map.ts";

const service = "/sap/opu/odata/sap/ZMLC_SRV";
const fields = {
  LIFNR: { property: "Lifnr", type: "Edm.String", length: 10, isKey: true, keyForm: "stripped" },
  NAME1: { property: "Name1", type: "Edm.String", length: 35 },
};
const map = serviceMapSchema.parse({
  service,
  tables: { LFA1: { set: "Lfa1Set", delta: true, fields }, LFB1: { set: "Lfb1Set", fields } },
});
const type = (set: string) =>
  `<EntityType Name="${set}T"><Key><PropertyRef Name="Lifnr"/></Key><Property Name="Lifnr" Type="Edm.String"/><Property Name="Name1" Type="Edm.String"/></EntityType>`;
const sets = ["Lfa1Set", "Lfb1Set"].map((set) => `<EntitySet Name="${set}" EntityType="Z.${set}T"/>`).join("");
const edmx = `<edmx:Edmx xmlns:edmx="e"><edmx:DataServices><Schema Namespace="Z">${type("Lfa1Set")}${type("Lfb1Set")}
  <EntityContainer>${sets}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;

type Reply = { status?: number; json: unknown };

function open(reply: (url: URL) => Reply, tables = map) {
  const urls: URL[] = [];
  const { http } = scriptedHttp(({ url }) => {
    const asked = new URL(url);
    if (asked.pathname.endsWith("$metadata")) return { headers: { "content-type": "application/xml" }, body: edmx };
    urls.push(asked);
    const { status = 200, json } = reply(asked);
    return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(json) };
  });
  // Half a minute a call.
  const clock = { now: () => 0, monotonic: () => 30_000 * urls.length, sleep: async () => undefined };
  const logon = { client: "100", language: "en", user: "READER", readPassword: async () => "Geheim-12" };
  const client = openOData({ url: "https://sap.example:44300", service, ...logon, http, pool: 2 });
  const { changes } = createODataReader({ client, clock, map: tables });
  if (changes === undefined) throw new Error("no account");
  return { changes, urls };
}

const feed = (results: readonly unknown[], more = {}): Reply => ({ json: { d: { results, ...more } } });
const link = (query: string) => `http://internal:8000${service}/Lfa1Set?${query}`;
const request = { table: "LFA1", field: "LIFNR", since: undefined, valuesMax: 3, withinMs: 100_000 };
const since = link("!deltatoken='D1'");

describe("a set's account of changes", () => {
  it("begins with the link behind the last page, and keeps none of the rows", async () => {
    const { changes, urls } = open((url) =>
      url.searchParams.has("$skiptoken")
        ? feed([{ Lifnr: "4" }, { Lifnr: "5" }], { __delta: since })
        : feed([{ Lifnr: "1" }, { Lifnr: "2" }, { Lifnr: "3" }], { __next: link("$skiptoken=3") }),
    );
    expect(await changes.read(request)).toEqual({ kind: "changes", values: [], link: since });
    expect(urls[0]?.searchParams.get("$select")).toBe("Lifnr,Name1");
    expect(urls[0]?.searchParams.has("$top")).toBe(false);
  });

  it("tells what changed and what went, each once, with the link to go on from", async () => {
    const { changes, urls } = open((url) =>
      url.searchParams.has("$skiptoken")
        ? feed(
            [
              { Lifnr: "7", Name1: "B" },
              { Lifnr: "9", __deleted: true },
            ],
            { __delta: link("!deltatoken='D2'") },
          )
        : feed([{ Lifnr: "7", Name1: "A" }], { __next: link("$skiptoken=1") }),
    );
    expect(await changes.read({ ...request, since })).toEqual({
      kind: "changes",
      values: ["0000000007", "0000000009"],
      link: link("!deltatoken='D2'"),
    });
    expect(urls.map(({ host, searchParams }) => [host, searchParams.get("sap-client")])).toEqual([
      ["sap.example:44300", "100"],
      ["sap.example:44300", "100"],
    ]);
    expect(urls[0]?.searchParams.get("!deltatoken")).toBe("'D1'");
  });

  it.each<[string, Reply, object]>([
    ["it has expired", { status: 410, json: { error: { code: "X/101", message: { value: "expired" } } } }, { cause: "rfc" }],
    ["no link comes with it", feed([]), { detail: expect.stringContaining("names no link") }],
    ["a row has no key", feed([{ Name1: "A" }], { __delta: since }), { detail: expect.stringContaining("without LIFNR") }],
    [
      "too much changed",
      feed(
        ["1", "2", "3", "4"].map((Lifnr) => ({ Lifnr })),
        { __delta: since },
      ),
      { detail: expect.stringContaining("more than 3") },
    ],
    [
      "its link would fill the watermark",
      feed([], { __delta: link("x".repeat(3_000)) }),
      { detail: expect.stringContaining("too long") },
    ],
    [
      "its pages go round",
      feed([{ Lifnr: "1" }], { __next: link("$skiptoken=1") }),
      { detail: expect.stringContaining("leads back") },
    ],
  ])("is a failure where %s", async (_, reply, expected) => {
    const { changes } = open(() => reply);
    expect(await changes.read({ ...request, since })).toMatchObject({ kind: "failure", ...expected });
  });

  it("is given up where its pages have no end in the time that there is", async () => {
    const endless = (url: URL) => feed([], { __next: link(`$skiptoken=${Number(url.searchParams.get("$skiptoken") ?? 0) + 1}`) });
    const { changes, urls } = open(endless);
    expect(await changes.read(request)).toMatchObject({ detail: expect.stringContaining("no last page within 100 seconds") });
    expect(urls).toHaveLength(4);
  });

  it("leads nowhere out of its service", async () => {
    const { changes, urls } = open(() => feed([], { __delta: since }));
    const elsewhere = "http://internal:8000/sap/opu/odata/sap/OTHER/Set";
    expect(await changes.read({ ...request, since: elsewhere })).toMatchObject({ kind: "failure" });
    expect(urls).toEqual([]);
  });

  it("is not asked where the set is not what it was", async () => {
    const more = { ...fields, ORT01: { property: "Ort01", type: "Edm.String" } };
    const other = serviceMapSchema.parse({ service, tables: { LFA1: { set: "Lfa1Set", delta: true, fields: more } } });
    const { changes, urls } = open(() => feed([], { __delta: since }), other);
    expect(await changes.read({ ...request, since })).toMatchObject({ kind: "failure", code: "service-changed" });
    expect(urls).toEqual([]);
  });

  it("is kept of the tables that the mapping file says, and needs the service's own pages", () => {
    const { changes } = open(() => feed([]));
    expect(["LFA1", "LFB1", "BSEG"].map((table) => changes.keeps(table))).toEqual([true, false, undefined]);
    const LFA1 = { set: "Lfa1Set", delta: true, paging: "skip", fields };
    expect(() => checkServiceMap(serviceMapSchema.parse({ service, tables: { LFA1 } }), "odata.yaml")).toThrow("paging: next");
  });
});
