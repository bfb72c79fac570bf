// The OData service of a built world over a real socket, read by a client that shares nothing with the server: pages followed, cookies
// kept, every row of every table read once, and the control door's switches felt.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { buildGroup, demoSystem } from "../../src/sandbox/builder/index.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";

const worldFolder = mkdtempSync(join(tmpdir(), "ml-odata-"));
let ecc: Awaited<ReturnType<typeof startEcc>>;
let cookies = "";

type Entity = Record<string, unknown>;
type Page = { d: { results: Entity[]; __next?: string; __count?: string } };

beforeAll(async () => {
  const scale = { projects: 2, vendors: 60, purchaseOrders: 60, poLines: 120, costLines: 600 };
  buildGroup({ worldFolder, seed: 7, asOf: "20261115", ...scale, odata: "internal" });
  ecc = await startEcc({ worldFolder, port: 0, clock: systemClock, random: systemRandom });
});

afterAll(async () => {
  await ecc.close();
  rmSync(worldFolder, { recursive: true });
});

afterEach(() => door("switches", { odataGaps: {}, odataDrift: [], odataActive: true, odataFailNext: [] }));

async function door(path: string, body?: unknown): Promise<Entity> {
  const response = await fetch(
    `${ecc.url}/sandbox/${path}`,
    body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
  );
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Entity;
}

/** Links name whatever host they like: path and query are what counts. */
async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const [user] = demoSystem.users;
  const credentials = Buffer.from(`${user?.user}:${user?.password}`).toString("base64");
  const { pathname, search } = new URL(path, `${ecc.url}/sap/opu/odata/sap/ZMLC_SRV/`);
  const response = await fetch(ecc.url + pathname + search, {
    headers: { authorization: `Basic ${credentials}`, accept: "application/json", cookie: cookies, ...headers },
  });
  const fresh = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
  if (fresh.length > 0) cookies = fresh.join("; ");
  return response;
}

async function readAll(set: string): Promise<Entity[]> {
  const entities: Entity[] = [];
  for (let next: string | undefined = set; next !== undefined; ) {
    const response: Response = await get(next);
    expect(response.status).toBe(200);
    const page = (await response.json()) as Page;
    entities.push(...page.d.results);
    next = page.d.__next;
  }
  return entities;
}

function rowsOnDisk(table: string): Record<string, string>[] {
  const text = readFileSync(join(worldFolder, "ecc", "tables", `${table}.ndjson`), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, string>);
}

describe("a built world's service", () => {
  it("gives every row of every table once, in one session", async () => {
    const tables = readdirSync(join(worldFolder, "ecc", "tables")).map((file) => file.replace(".ndjson", ""));
    const document = (await (await get("")).json()) as { d: { EntitySets: string[] } };
    for (const table of tables) {
      const set = document.d.EntitySets.find((name) => name.toUpperCase() === `${table.replaceAll("_", "")}SET`) ?? "";
      const entities = await readAll(set);
      const uris = new Set(entities.map(({ __metadata }) => (__metadata as { uri: string }).uri));
      expect([table, entities.length, uris.size]).toEqual([table, rowsOnDisk(table).length, rowsOnDisk(table).length]);
    }
    expect((await door("stats"))["sessionsCreated"]).toBe(1);
  });

  it("says amounts, days and keys as the table has them", async () => {
    const items = new Map(rowsOnDisk("EKPO").map((row) => [`${row["EBELN"]}/${row["EBELP"]}`, row]));
    for (const item of await readAll("EkpoSet")) {
      const row = items.get(`${String(item["Ebeln"])}/${String(item["Ebelp"])}`);
      const aedat = row?.["AEDAT"];
      const day =
        aedat === undefined
          ? null
          : `/Date(${Date.UTC(Number(aedat.slice(0, 4)), Number(aedat.slice(4, 6)) - 1, Number(aedat.slice(6)))})/`;
      expect([item["Netwr"], item["Aedat"], item["Txz01"]]).toEqual([row?.["NETWR"] ?? "0.00", day, row?.["TXZ01"] ?? ""]);
    }
  });

  it("shows a change that came through the control door", async () => {
    const [order] = rowsOnDisk("EKKO");
    const key = { EBELN: order?.["EBELN"] ?? "" };
    await door("tables/EKKO", { patch: [{ ...key, UNSEZ: "O'Neil" }] });
    const found = (await (await get(`EkkoSet?$filter=${encodeURIComponent("Unsez eq 'O''Neil'")}`)).json()) as Page;
    expect(found.d.results.map(({ Ebeln }) => Ebeln)).toEqual([key.EBELN]);
  });

  it("feels the switches: gaps, drift, weather, a cut in the middle", async () => {
    await door("switches", { odataGaps: { "*": { filter: "ignored", top: "ignored", pageSize: 0 } } });
    const all = (await (await get("EkkoSet?$top=1&$filter=Ebeln eq 'x'")).json()) as Page;
    expect(all.d.results).toHaveLength(rowsOnDisk("EKKO").length);
    await door("switches", { odataDrift: [{ entitySet: "EkkoSet", property: "Waers", change: "remove" }] });
    expect(await (await get("$metadata")).text()).toMatch(
      /<EntityType Name="Ekko" (?:(?!<\/EntityType>|"Waers").)*<\/EntityType>/s,
    );
    await door("switches", { odataFailNext: [{ on: "EkkoSet", times: 1, how: "cut-half" }] });
    await expect(get("EkkoSet").then((response) => response.text())).rejects.toThrow();
    await door("switches", { odataFailNext: [{ on: "*", times: 1, how: "logon-form" }] });
    expect((await get("EkkoSet")).headers.get("content-type")).toContain("text/html");
    await expect(door("switches", { odataGaps: { "*": { filter: "sometimes" } } })).rejects.toThrow(/odataGaps/);
  });

  it("compresses what is long, and keeps its characters", async () => {
    const response = await get("Lfa1Set", { "accept-encoding": "gzip" });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    const names = ((await response.json()) as Page).d.results.map(({ Name1 }) => Name1);
    expect(names.sort()).toEqual(
      rowsOnDisk("LFA1")
        .map((row) => row["NAME1"] ?? "")
        .sort(),
    );
  });
});
