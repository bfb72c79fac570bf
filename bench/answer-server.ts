// The other side of the measurement, a process of its own: renders a few leaves once and replays them, under /plain as they are and under
// /gzip compressed. It prints its port, and ends with its parent.
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { renderDescription, renderLeaf } from "./table.ts";
import { renderWsdl } from "./wsdl.ts";

/** Different leaves, so that no reader profits from seeing one text again and again. */
const leaves = 10;
const rowsPerLeaf = Number(process.argv[2] ?? "10000");

const plain = Array.from({ length: leaves }, (_, leaf) => Buffer.from(renderLeaf(leaf, rowsPerLeaf)));
const packed = plain.map((leaf) => gzipSync(leaf, { level: 6 }));
const description = Buffer.from(renderDescription());
let turn = 0;

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const path = request.url ?? "";
    const body = Buffer.concat(parts).toString("utf8");
    const isPacked = path.startsWith("/gzip");
    const headers = { "content-type": "text/xml; charset=utf-8" };
    if (request.method === "GET") return response.writeHead(200, headers).end(renderWsdl(`http://${request.headers.host}/plain`));
    if (body.includes("DDIF_FIELDINFO_GET")) return response.writeHead(200, headers).end(description);
    const leaf = (isPacked ? packed : plain)[turn % leaves];
    turn += 1;
    return response
      .writeHead(200, { ...headers, ...(isPacked ? { "content-encoding": "gzip" } : {}), "content-length": leaf?.length ?? 0 })
      .end(leaf);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const [bytes, gzipBytes] = [plain[0]?.length ?? 0, packed[0]?.length ?? 0];
  process.stdout.write(`${JSON.stringify({ port, bytes, gzipBytes })}\n`);
});
process.on("disconnect", () => process.exit(0));
