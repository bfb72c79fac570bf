// A Gateway service by other hands: SAP's CAP with its community's OData v2 adapter, orders in a database of its own. A process of its own, because CAP
// keeps itself in global variables. Says its port in one line and lives until its input ends. CAP is for this test alone (docs/dependencies.md).
import { createRequire } from "node:module";

type Cds = {
  env: { requires: Record<string, object>; log: { levels: Record<string, string> } };
  model: unknown;
  app: unknown;
  compile: ((text: string) => object) & { for: { nodejs(model: object): unknown } };
  connect: { to(name: string): Promise<unknown> };
  deploy(model: object): { to(database: unknown): Promise<unknown> };
  emit(event: string, told: object): Promise<unknown>;
  serve(which: string): { from(model: object): { in(app: unknown): Promise<unknown> } };
};
type App = {
  use(handler: unknown): void;
  listen(port: number, host: string, ready: () => void): { address(): { port: number }; closeAllConnections(): void };
};
type Insert = { into(entity: string): { entries(rows: readonly object[]): Promise<unknown> } };

const require = createRequire(import.meta.url);
const cds = require("@sap/cds") as Cds;
const express = require("express") as () => App;
const adapter = require("@cap-js-community/odata-v2-adapter") as (options: { path: string }) => unknown;

const given = JSON.parse(process.argv[2] ?? "{}") as {
  rows: readonly object[];
  pageRows: number;
  user: string;
  password: string;
};

cds.env.requires.db = { kind: "sqlite", impl: "@cap-js/sqlite", driver: "node", credentials: { url: ":memory:" } };
cds.env.requires.auth = { kind: "basic", users: { [given.user]: { password: given.password } } };
const model = cds.compile(`@path: '/odata/v4/ZMLC_SRV' @requires: 'authenticated-user' service ZMLC {
  @cds.query.limit.max: ${given.pageRows} entity OrderSet {
    key OrderNo: String(10); key Item: String(5); Vendor: String(10); Text: String(40); NetValue: Decimal(13,2); Quantity: Decimal(13,3);
    Currency: String(5); OrderDate: Date; ChangedTime: Time; Counter: Integer64; IsFinal: Boolean;
  }
}`);
cds.model = cds.compile.for.nodejs(model);
await cds.deploy(model).to(await cds.connect.to("db"));
await (globalThis as unknown as { INSERT: Insert }).INSERT.into("ZMLC.OrderSet").entries(given.rows);

const app = express();
cds.app = app;
app.use(adapter({ path: "sap/opu/odata/sap" }));
await cds.serve("all").from(model).in(app);
// Its routes are there once CAP has told that it listens, and where.
const server = app.listen(0, "127.0.0.1", () => void announce());
async function announce(): Promise<void> {
  const { port } = server.address();
  await cds.emit("listening", { server, url: `http://127.0.0.1:${port}` });
  process.stdout.write(`port ${port}\n`);
}
process.stdin.resume().on("end", () => process.exit(0));
