// Our reading of OData against a server by other hands, which answers by a real service's own $metadata. Its known ways: it counts always and as a number,
// names no next page, and reads neither doubled quotes nor literals with a suffix (the simulated Gateway reads the first, and we never send the second).
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import mockserver from "@sap-ux/fe-mockserver-core";
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

const metadataPath = fileURLToPath(new URL("../../../shared/data/sap/odata/GWSAMPLE_BASIC.metadata.xml", import.meta.url));
const service = "/sap/opu/odata/iwbep/GWSAMPLE_BASIC";
/** Its constructor comes as a module of CommonJS, one level deeper than its types say. */
type Constructor = new (configuration: object) => { isReady: Promise<void>; getRouter(): Router };
type Router = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
const loaded = mockserver as unknown as Constructor & { default?: Constructor };
const Mockserver = loaded.default ?? loaded;

const products = Array.from({ length: 57 }, (_, index) => ({
  ProductID: `HT-${String(index).padStart(4, "0")}`,
  TypeCode: "PR",
  Category: index % 3 === 0 ? "Notebooks" : "Süd & Söhne + 5%",
  Name: `Name ${index}`,
  SupplierID: String(100_000_000 + index).padStart(10, "0"),
  SupplierName: "SAP",
  TaxTarifCode: 1,
  MeasureUnit: "EA",
  WeightMeasure: `${index}.250`,
  WeightUnit: "KG",
  CurrencyCode: "USD",
  Price: `${index * 100}.95`,
  CreatedAt: "/Date(1577836800000)/",
  ChangedAt: "/Date(1577836800000)/",
}));
const wanted = { ZPRODUCT: ["PRODUCT_ID", "CATEGORY", "SUPPLIER_ID", "WEIGHT_MEASURE", "PRICE", "CURRENCY_CODE", "CREATED_AT"] };

describe.skipIf(!existsSync(metadataPath))("a server by other hands", () => {
  const folder = mkdtempSync(join(tmpdir(), "mlc-mockserver-"));
  let server: Server;
  let reader: TableReader;
  let client: ReturnType<typeof openOData>;
  const http = createHttpClient();

  beforeAll(async () => {
    writeFileSync(join(folder, "ProductSet.json"), JSON.stringify(products));
    const mock = new Mockserver({
      services: [{ urlPath: service, metadataPath, mockdataPath: folder, generateMockData: false }],
      annotations: [],
      plugins: [],
      version: "2.0",
    });
    await mock.isReady;
    const router = mock.getRouter();
    server = createServer((request, response) => router(request, response, () => response.writeHead(404).end()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const logon = { client: "100", language: "EN", user: "READER", readPassword: async () => "Password-1" };
    client = openOData({ url: `http://127.0.0.1:${port}`, service, ...logon, http, pool: 2 });
  }, 60_000);
  afterAll(async () => {
    await client.close();
    await http.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is drafted, probed and read", async () => {
    const read = await fetchMetadata(client, { service, table: "ZPRODUCT", timeoutMs: 20_000 });
    if (read.kind !== "metadata") throw new Error(JSON.stringify(read));
    const set = read.metadata.sets.get("ProductSet");
    if (!set) throw new Error("no ProductSet");
    const first = draftMap(read.metadata, wanted, {});
    const fields = first.tables[0]?.mapped.fields ?? {};
    const probe = await probeSet(client, service, set, { name: "ZPRODUCT", fields });
    expect(probe).toMatchObject({ top: true, skip: true, filter: true, count: true });
    const samples = { ProductSet: "rows" in probe ? probe.rows : [] };
    const { mapped } = draftMap(read.metadata, wanted, samples).tables[0] ?? {};
    expect(mapped).toMatchObject({ set: "ProductSet" });
    expect(mapped?.fields.SUPPLIER_ID).toMatchObject({ keyForm: "padded" });
    expect(mapped?.fields.PRICE).toMatchObject({ amount: "unknown", currency: "CURRENCY_CODE" });
    const decided = Object.fromEntries(
      Object.entries(mapped?.fields ?? {}).map(([name, field]) => [name, { ...field, amount: "raw" }]),
    );
    const map = serviceMapSchema.parse({
      service,
      tables: { ZPRODUCT: { ...mapped, fields: decided, paging: "skip", pageSize: 10, count: true } },
    });
    reader = createODataReader({ client, clock: systemClock, map });
    const whole = await reader.read({ table: "ZPRODUCT", fields: wanted.ZPRODUCT });
    if (whole.kind !== "complete") throw new Error(JSON.stringify(whole));
    expect(whole.rows).toEqual(
      products.map((product) => ({
        PRODUCT_ID: product.ProductID,
        CATEGORY: product.Category,
        SUPPLIER_ID: product.SupplierID,
        WEIGHT_MEASURE: product.WeightMeasure,
        PRICE: product.Price,
        CURRENCY_CODE: "USD",
        CREATED_AT: "20200101",
      })),
    );
  });

  it.each<[string, Where, (product: (typeof products)[number]) => boolean]>([
    [
      "signs that an address must hide",
      { kind: "compare", field: "CATEGORY", operator: "=", value: "Süd & Söhne + 5%" },
      ({ Category }) => Category !== "Notebooks",
    ],
    [
      "a range of keys",
      { kind: "between", field: "PRODUCT_ID", low: "HT-0010", high: "HT-0019" },
      ({ ProductID }) => /HT-001/.test(ProductID),
    ],
    [
      "a list",
      { kind: "in", field: "PRODUCT_ID", values: ["HT-0003", "HT-0050", "HT-9999"] },
      ({ ProductID }) => /HT-00(?:03|50)/.test(ProductID),
    ],
    ["a day", { kind: "compare", field: "CREATED_AT", operator: ">=", value: "20200102" }, () => false],
    [
      "a beginning",
      { kind: "starts-with", field: "PRODUCT_ID", value: "HT-005" },
      ({ ProductID }) => ProductID.startsWith("HT-005"),
    ],
  ])("filters by %s", async (_, where, holds) => {
    const read = await reader.read({ table: "ZPRODUCT", fields: ["PRODUCT_ID"], where });
    if (read.kind !== "complete") throw new Error(JSON.stringify(read));
    expect(read.rows.map((row) => row.PRODUCT_ID)).toEqual(products.filter(holds).map(({ ProductID }) => ProductID));
  });
});
