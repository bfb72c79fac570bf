// Issue 6, "Must hold": whatever a service names as its next page, no other host and nothing outside the service is ever asked, each link goes back as it was
// handed out, the reading ends, and no row is lost or comes twice without being noticed. CASES sets how many services are read.
import { describe, expect, it } from "vitest";
import { createODataReader, openOData, type ServiceMap, serviceMapSchema } from "../../src/sap/odata/index.ts";
import { scriptedHttp } from "../support/scripted-http.ts";
import { cases, type Dice } from "./dice.ts";
import { play } from "./play.ts";

const service = "/sap/opu/odata/sap/ZMLC_SRV";
const edmx = `<edmx:Edmx xmlns:edmx="e"><edmx:DataServices><Schema Namespace="Z"><EntityType Name="T"><Key><PropertyRef Name="Lifnr"/></Key>
  <Property Name="Lifnr" Type="Edm.String"/><Property Name="Name1" Type="Edm.String"/></EntityType>
  <EntityContainer><EntitySet Name="Lfa1Set" EntityType="Z.T"/></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;

function mapFor(change: object): ServiceMap {
  const fields = {
    LIFNR: { property: "Lifnr", type: "Edm.String", length: 10, isKey: true },
    NAME1: { property: "Name1", type: "Edm.String", length: 35 },
  };
  return serviceMapSchema.parse({ service, tables: { LFA1: { set: "Lfa1Set", pageSize: 4, fields, ...change } } });
}

type Vendor = { Lifnr: string; Name1: string };
type Asked = { url: URL; raw: string };
type Reply = { results: readonly unknown[]; next?: string | undefined; count?: number | undefined };

/** What is asked is kept; the reply is the service's. */
function open(map: ServiceMap, reply: (asked: Asked) => Reply) {
  const asked: URL[] = [];
  const { http } = scriptedHttp(({ url: text }) => {
    const url = new URL(text);
    asked.push(url);
    if (url.pathname.endsWith("$metadata")) return { headers: { "content-type": "application/xml" }, body: edmx };
    const { results, next, count } = reply({ url, raw: url.search });
    const d = {
      results,
      ...(next === undefined ? {} : { __next: next }),
      ...(count === undefined ? {} : { __count: String(count) }),
    };
    return { headers: { "content-type": "application/json" }, body: JSON.stringify({ d }) };
  });
  const client = openOData({
    url: "https://sap.example:44300",
    service,
    client: "100",
    language: "en",
    user: "READER",
    readPassword: async () => "Geheim-12",
    http,
    pool: 1,
  });
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
  return { read: () => createODataReader({ client, clock, map }).read({ table: "LFA1", fields: ["LIFNR", "NAME1"] }), asked };
}

/** Where a server would end up with a path, however often it decodes: the parts of it. */
function partsOf(path: string): string[] {
  let text = path;
  for (let times = 0; times < 3; times += 1)
    try {
      text = decodeURIComponent(text);
    } catch {
      break;
    }
  const parts: string[] = [];
  for (const part of text.split(/[/\\]/)) {
    const name = part.replace(/;.*$/, "");
    if (name === "..") parts.pop();
    else if (name !== "" && name !== ".") parts.push(name.toLowerCase());
  }
  return parts;
}

const home = partsOf(service);

function expectAtHome(asked: readonly URL[]): void {
  for (const url of asked) {
    expect(url.origin).toBe("https://sap.example:44300");
    expect(partsOf(url.pathname).slice(0, home.length)).toEqual(home);
    expect([...url.searchParams].filter(([name]) => name.toLowerCase() === "sap-client")).toEqual([["sap-client", "100"]]);
  }
}

const vendorsFor = (dice: Dice): Vendor[] =>
  Array.from({ length: dice.below(20) }, (_, at) => ({ Lifnr: String(at + 1).padStart(10, "0"), Name1: `N${at}` }));
const rowsOf = (vendors: readonly Vendor[]) => vendors.map(({ Lifnr, Name1 }) => `${Lifnr} ${Name1}`).sort();
const readRows = (read: Awaited<ReturnType<ReturnType<typeof open>["read"]>>) =>
  read.kind === "complete" ? read.rows.map((row) => `${row.LIFNR} ${row.NAME1}`).sort() : read.kind;

const tokenParts = [
  "a",
  "9",
  "Z",
  "+",
  "%2B",
  "%20",
  "%C3%A4",
  "%26",
  "%3D",
  "-",
  "_",
  "~",
  "%27",
  "(",
  ")",
  "*",
  "==",
  "%FF",
  ":",
  "@",
  "/",
  "?",
];
const tokenFor = (dice: Dice) => Array.from({ length: dice.between(1, 8) }, () => dice.pick(tokenParts)).join("");

function linkTo(token: string, dice: Dice): string {
  const beside = dice.pick([
    "",
    "&sap-client=200",
    "&SAP-CLIENT=200&sap-language=DE",
    "&$format=json&$select=Lifnr",
    "&%24filter=Lifnr%20ge%20'1'",
  ]);
  const query = dice.chance(0.5) ? `$skiptoken=${token}${beside}` : `x=1${beside}&$skiptoken=${token}`;
  return dice.pick([
    `Lfa1Set?${query}`,
    `${service}/Lfa1Set?${query}`,
    `http://internal:8000${service}/Lfa1Set?${query}`,
    `https://evil.example${service}/Lfa1Set?${query}`,
    `//evil.example${service}/Lfa1Set?${query}`,
    `https://u:p@evil.example:1${service.toUpperCase()}/Lfa1Set?${query}#x`,
    `./Lfa1Set?${query}`,
  ]);
}

describe("pages by the service's own links", () => {
  it("come whole, each link as it was handed out, and from nowhere else", async () => {
    await play(cases * 0.03, async (dice) => {
      const vendors = vendorsFor(dice);
      const size = dice.between(1, 5);
      const tokens = new Map<string, number>();
      let last: string | undefined;
      const { read, asked } = open(mapFor({ count: dice.chance(0.5) }), ({ raw }) => {
        const token = /[?&]\$skiptoken=([^&]*)/.exec(raw)?.[1];
        expect(token).toBe(last);
        const from = token === undefined ? 0 : (tokens.get(token) ?? Number.NaN);
        // Rows that come once more at the next page's beginning are the same rows.
        const overlap = from > 0 && dice.chance(0.2) ? 1 : 0;
        const to = from + size;
        last = to < vendors.length ? `${tokenFor(dice)}${to}` : undefined;
        if (last !== undefined) tokens.set(last, to);
        return { results: vendors.slice(from - overlap, to), next: last && linkTo(last, dice), count: vendors.length };
      });
      expect(readRows(await read())).toEqual(rowsOf(vendors));
      expectAtHome(asked);
      return undefined;
    });
  });

  it("are never followed out of the service", async () => {
    const ways = await play(cases * 0.05, async (dice) => {
      const step = () =>
        dice.pick([
          "..",
          "%2e%2e",
          "%2E.",
          ".",
          "x",
          "%252e%252e",
          "..;",
          "..;a=b",
          "%5c..",
          "..%2f",
          "%2f",
          "",
          "sap",
          "ZMLC_SRV",
          "Lfa1Set",
        ]);
      const join = () => dice.pick(["/", "/", "%2f", "\\", "%5c", "//"]);
      let path = dice.pick([`${service}/`, "/", `${service}`, "", "/sap/opu/odata/sap/ZMLC_SRV2/", `/x/..${service}/`]);
      for (let times = dice.between(1, 6); times > 0; times -= 1) path += `${step()}${join()}`;
      const link = `${dice.pick(["", "https://evil.example", "http:", "javascript:", "data:,", "//evil.example", "file://", "https:\\\\evil.example"])}${path}?$skiptoken=1`;
      const { read, asked } = open(mapFor({}), ({ raw }) => ({
        results: [{ Lifnr: raw.includes("skiptoken") ? "2" : "1", Name1: "A" }],
        next: raw.includes("skiptoken") ? undefined : link,
      }));
      const { kind } = await read();
      expectAtHome(asked);
      return kind;
    });
    for (const way of ["complete", "failure"]) expect([way, ways(way) > 0]).toEqual([way, true]);
  });

  it("end in a failure where they go round, stop short of what was counted, or hold what is no row of the table", async () => {
    await play(cases * 0.03, async (dice) => {
      const vendors = [...vendorsFor(dice), { Lifnr: "A", Name1: "a" }, { Lifnr: "B", Name1: "b" }, { Lifnr: "C", Name1: "c" }];
      const way = dice.pick(["round", "round with new links", "nothing for ever", "short", "no key", "two rows of one key"]);
      let page = 0;
      const size = 3;
      const pages = Math.ceil(vendors.length / size);
      const { read, asked } = open(mapFor({ count: way === "short" }), () => {
        const at = page++;
        const results: unknown[] = vendors.slice((at % pages) * size, (at % pages) * size + size);
        const isLast = at === pages - 1;
        const on = `Lfa1Set?$skiptoken=${at}`;
        if (way === "round") return { results, next: `Lfa1Set?$skiptoken=${at % pages}` };
        if (way === "round with new links") return { results, next: on };
        if (way === "nothing for ever") return { results: [], next: on };
        if (way === "short") return { results, next: undefined, count: results.length + 1 };
        if (way === "no key" && isLast) results.push({ Lifnt: "1", Name1: "x" });
        if (way === "two rows of one key" && isLast) results.push({ Lifnr: vendors.at(-1)?.Lifnr, Name1: "other" });
        return { results, next: isLast ? undefined : on };
      });
      expect([way, (await read()).kind]).toEqual([way, "failure"]);
      expect(asked.length).toBeLessThan(2_000);
      return undefined;
    });
  });
});

describe("pages by $skip", () => {
  it("come whole or fail, though rows come and go meanwhile, and though $top or $skip is ignored", async () => {
    const ways = await play(cases * 0.03, async (dice) => {
      const vendors = vendorsFor(dice).map((vendor, at) => ({ ...vendor, Lifnr: String(at * 10 + 5).padStart(10, "0") }));
      const before = rowsOf(vendors);
      const ignored = dice.pick(["", "", "", "$skip", "$top"]);
      const changes = dice.chance(0.5) ? dice.below(4) : 0;
      let left = changes;
      const stays = new Set(before);
      const { read, asked } = open(
        mapFor({ paging: "skip", count: dice.chance(0.5), pageSize: dice.between(2, 5) }),
        ({ url }) => {
          const numberOf = (name: string, other: number) =>
            ignored === name ? other : Number(url.searchParams.get(name) ?? other);
          const skip = numberOf("$skip", 0);
          const results = vendors.slice(skip, skip + numberOf("$top", 1_000));
          const count = vendors.length;
          if (left > 0 && dice.chance(0.5)) {
            left -= 1;
            const at = dice.below(vendors.length + 1);
            const gone = vendors[at];
            if (gone && dice.chance(0.5)) stays.delete(rowsOf(vendors.splice(at, 1))[0] ?? "");
            else
              vendors.splice(at, 0, { Lifnr: String(Number(gone?.Lifnr ?? 9_999) - left - 1).padStart(10, "0"), Name1: "new" });
          }
          return { results, count };
        },
      );
      const outcome = await read();
      expectAtHome(asked);
      if (outcome.kind !== "complete") return outcome.kind;
      const rows = readRows(outcome) as string[];
      expect(new Set(rows.map((row) => row.slice(0, 10))).size).toBe(rows.length);
      // What stood there all the time came; with no changes, nothing else did.
      expect([...stays].filter((row) => !rows.includes(row))).toEqual([]);
      if (changes === 0) expect(rows).toEqual(before);
      return "complete";
    });
    for (const way of ["complete", "failure"]) expect([way, ways(way) > 0]).toEqual([way, true]);
  });
});
