// A process of its own with a small heap: reads one table over SOAP-RFC, keeps nothing, and prints what it saw and how large it grew.
import { createHttpClient, systemClock } from "../../src/cli/platform/index.ts";
import { openSoapRfc } from "../../src/sap/rfc/index.ts";

const http = createHttpClient();
const client = openSoapRfc({
  url: process.argv[2] ?? "",
  client: "100",
  language: "EN",
  user: "MLC",
  readPassword: async () => "secret",
  http,
  clock: systemClock,
  pool: 1,
});
let rows = 0;
let rssMax = 0;
let rssAtTenth = 0;
const outcome = await client.call({
  function: "RFC_READ_TABLE",
  parameters: { QUERY_TABLE: "BSEG" },
  tables: ["DATA", "FIELDS"],
  timeoutMs: 120_000,
  stream: {
    table: "DATA",
    begin: () => undefined,
    row: () => {
      rows += 1;
      if (rows % 10_000 === 0) rssMax = Math.max(rssMax, process.memoryUsage.rss());
      if (rows === 50_000) rssAtTenth = rssMax;
    },
  },
});
await client.close();
await http.close();
process.stdout.write(
  JSON.stringify({ kind: outcome.kind, key: outcome.kind === "failure" ? outcome.key : "", rows, rssMax, rssAtTenth }),
);
