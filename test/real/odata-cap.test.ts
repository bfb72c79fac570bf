// Our reading of OData against SAP's CAP behind its community's OData v2 adapter: a server by other hands, with a database, pages of its own choosing and
// Basic. Its known ways: links name a host of its own choice, moments bear an offset, and its errors are those of CAP.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpClient, systemClock } from "../../src/cli/platform/index.ts";
import {
  createODataReader,
  draftMap,
  fetchMetadata,
  openOData,
  probeSet,
  serviceMapSchema,
  type TableReader,
  type Where,
} from "../../src/sap/index.ts";

const service = "/sap/opu/odata/sap/ZMLC_SRV";
const [user, password] = ["READER", "Password-1"];
const pageRows = 7;

const orders = Array.from({ length: 61 }, (_, index) => ({
  OrderNo: String(4_500_000_000 + Math.floor(index / 2)),
  Item: index % 2 === 0 ? "00010" : "00020",
  Vendor: String(100_000 + (index % 5)).padStart(10, "0"),
  Text: index % 3 === 0 ? "Süd & Söhne + 5% 'A'" : "Mortar 1:3.5",
  NetValue: `${index % 4 === 0 ? "-" : ""}${index * 1_000 + 1}.05`,
  Quantity: `${index}.250`,
  Currency: "USD",
  OrderDate: index % 2 === 0 ? "1969-12-31" : "2026-10-01",
  ChangedTime: "10:11:12",
  // One more than JavaScript holds exactly.
  Counter: "9007199254740993",
  IsFinal: index % 2 === 0,
}));
type Order = (typeof orders)[number];
const wanted = {
  ZORDER: [
    "ORDER_NO",
    "ITEM",
    "VENDOR",
    "TEXT",
    "NET_VALUE",
    "QUANTITY",
    "CURRENCY",
    "ORDER_DATE",
    "CHANGED_TIME",
    "COUNTER",
    "IS_FINAL",
  ],
};
const rowOf = (order: Order) => ({
  ORDER_NO: order.OrderNo,
  ITEM: order.Item,
  VENDOR: order.Vendor,
  TEXT: order.Text,
  NET_VALUE: order.NetValue,
  QUANTITY: order.Quantity,
  CURRENCY: order.Currency,
  ORDER_DATE: order.OrderDate.replaceAll("-", ""),
  CHANGED_TIME: "101112",
  COUNTER: order.Counter,
  IS_FINAL: order.IsFinal ? "X" : "",
});

describe("CAP behind its OData v2 adapter", () => {
  const http = createHttpClient();
  let child: ChildProcess;
  let url: string;
  let client: ReturnType<typeof openOData>;
  const readers = new Map<string, TableReader>();

  const open = (secret: string) =>
    openOData({ url, service, client: "100", language: "EN", user, readPassword: async () => secret, http, pool: 2 });

  beforeAll(async () => {
    const file = fileURLToPath(new URL("../support/cap-server.ts", import.meta.url));
    const given = JSON.stringify({ rows: orders, pageRows, user, password });
    child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, given], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let said = "";
    for (let port: string | undefined; port === undefined; port = /^port (\d+)$/m.exec(said)?.[1]) {
      const [chunk] = (await once(child.stdout as NonNullable<typeof child.stdout>, "data")) as [Buffer];
      said += chunk.toString();
      url = `http://127.0.0.1:${/^port (\d+)$/m.exec(said)?.[1] ?? ""}`;
    }
    client = open(password);
  }, 60_000);
  afterAll(async () => {
    await client.close();
    await http.close();
    child.stdin?.end();
    await once(child, "exit");
  });

  it("is drafted and probed by its own metadata", async () => {
    const read = await fetchMetadata(client, { service, table: "ZORDER", timeoutMs: 20_000 });
    if (read.kind !== "metadata") throw new Error(JSON.stringify(read));
    const set = read.metadata.sets.get("OrderSet");
    if (!set) throw new Error("no OrderSet");
    const first = draftMap(read.metadata, wanted, {});
    const probe = await probeSet(client, service, set, { name: "ZORDER", fields: first.tables[0]?.mapped.fields ?? {} });
    expect(probe).toMatchObject({ top: true, skip: true, filter: true, count: true });
    const { mapped, missing } = draftMap(read.metadata, wanted, { OrderSet: "rows" in probe ? probe.rows : [] }).tables[0] ?? {};
    expect([mapped?.set, missing]).toEqual(["OrderSet", []]);
    const fields = Object.fromEntries(
      Object.entries(mapped?.fields ?? {}).map(([name, field]) => [name, { ...field, amount: "raw", keyForm: "padded" }]),
    );
    for (const paging of ["next", "skip"]) {
      const table = { ...mapped, fields, paging, pageSize: 5, count: true };
      const map = serviceMapSchema.parse({ service, tables: { ZORDER: table } });
      readers.set(paging, createODataReader({ client, clock: systemClock, map }));
    }
  });

  it.each(["next", "skip"])("is read whole, value by value, page by page (%s)", async (paging) => {
    const read = await readers.get(paging)?.read({ table: "ZORDER", fields: wanted.ZORDER });
    if (read?.kind !== "complete") throw new Error(JSON.stringify(read));
    expect([read.rejected, read.doubtful]).toEqual([[], []]);
    expect(read.rows).toEqual(orders.map(rowOf));
  });

  it.each<[string, Where, (order: Order) => boolean]>([
    [
      "signs that an address must hide",
      { kind: "compare", field: "TEXT", operator: "=", value: "Süd & Söhne + 5% 'A'" },
      ({ Text }) => Text.startsWith("Süd"),
    ],
    [
      "a range of keys",
      { kind: "between", field: "ORDER_NO", low: "4500000010", high: "4500000019" },
      ({ OrderNo }) => /450000001\d/.test(OrderNo),
    ],
    [
      "a list",
      { kind: "in", field: "ORDER_NO", values: ["4500000003", "4500000021", "4599999999"] },
      ({ OrderNo }) => /45000000(?:03|21)/.test(OrderNo),
    ],
    ["a day", { kind: "compare", field: "ORDER_DATE", operator: ">=", value: "20260101" }, ({ OrderDate }) => OrderDate > "2026"],
    [
      "a beginning",
      { kind: "starts-with", field: "ORDER_NO", value: "450000002" },
      ({ OrderNo }) => OrderNo.startsWith("450000002"),
    ],
  ])("filters by %s", async (_, where, holds) => {
    expect(readers.size).toBe(2);
    for (const reader of readers.values()) {
      const read = await reader.read({ table: "ZORDER", fields: ["ORDER_NO", "ITEM"], where });
      if (read.kind !== "complete") throw new Error(JSON.stringify(read));
      expect(read.rows).toEqual(orders.filter(holds).map(({ OrderNo, Item }) => ({ ORDER_NO: OrderNo, ITEM: Item })));
    }
  });

  it("tells a wrong password by name", async () => {
    const other = open("wrong");
    const refused = await fetchMetadata(other, { service, table: "ZORDER", timeoutMs: 20_000 });
    expect(refused).toMatchObject({ kind: "failure", failure: { class: "logon" } });
    await other.close();
  });
});
