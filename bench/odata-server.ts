// The service of `bench:odata`, a process of its own: verbose JSON as SEGW writes it. Items are rendered once, some thousands of them; a page is a copy
// of a stretch of them with the keys written over, so that a page costs the server far less than any reader. Filter (a range of orders), $top and
// $skip are honoured; where $top is absent it pages by itself and names the next page. It prints its port, and ends with its parent.
import { createServer } from "node:http";
import { itemsPerOrder, keyAt, properties, renderMetadata, service, setName } from "./odata-set.ts";

const [pageSize, total] = [Number(process.argv[2] ?? "1000"), Number(process.argv[3] ?? "1000000")];
/** A multiple of the items of an order, so that item numbers stand where they belong. */
const variants = 5_000;
const root = `http://sapgw.internal.example:8000${service}`;

const texts = [
  "Concrete C25/30 foundation slab",
  "Gerüst Nordfassade, Miete",
  "Rebar B500B, 12 mm",
  'Sheet pile \\"AZ 18\\", 9.5 mm',
  "Crane hours",
  "Mortar 1:3.5, bagged",
  "Façade panel",
  "",
];

const money = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
const day = (number: number): string => `"\\/Date(${Date.UTC(2024, 0, 1) + number * 86_400_000})\\/"`;

function valuesOf(variant: number): readonly string[] {
  const { Ebelp } = keyAt(variant);
  const quantity = 1 + (variant % 900);
  const price = 100 + ((variant * 7_919) % 900_000);
  return [
    '"4500000000"',
    `"${Ebelp}"`,
    variant % 97 === 0 ? '"L"' : '""',
    day(variant % 700),
    `"${texts[variant % texts.length] ?? ""}"`,
    `"00000000000${1_000_000 + variant}"`,
    '"1000"',
    `"${1000 + (variant % 7)}"`,
    `"0${String(10_000_000 + (variant % 300)).slice(0, 8)}"`,
    variant % 3 === 0 ? `"V-${variant}/A"` : '""',
    `"${quantity}.000"`,
    '"EA"',
    `"${money(price)}"`,
    '"1"',
    `"${money(price * quantity)}"`,
    '"V1"',
    String(variant % 60),
    String(variant % 2 === 0),
    String(variant % 5 === 0),
    variant % 4 === 0 ? '"K"' : '"P"',
    variant % 11 === 0 ? "null" : day(variant % 500),
    `"BUYER${variant % 40}"`,
  ];
}

/** With the places of its order's number, which come in three. */
function renderItem(variant: number): { bytes: Buffer; orders: readonly number[] } {
  const { Ebelp } = keyAt(variant);
  const uri = `${root}/${setName}(Ebeln='4500000000',Ebelp='${Ebelp}')`;
  const own = valuesOf(variant).map((value, index) => `"${properties[index]?.name}":${value}`);
  const bytes = Buffer.from(`{"__metadata":{"id":"${uri}","uri":"${uri}","type":"ZMLC_SRV.Ekpo"},${own.join(",")}},`);
  const orders: number[] = [];
  for (let at = bytes.indexOf("4500000000"); at >= 0; at = bytes.indexOf("4500000000", at + 1)) orders.push(at);
  return { bytes, orders };
}

const pageMax = Math.max(pageSize, 5_000);
const rendered = Array.from({ length: variants }, (_, variant) => renderItem(variant));
/** The items in a row, and once more as many as a page may need from the last of them on. */
const ring = Array.from({ length: variants + pageMax }, (_, at) => rendered[at % variants]).filter((each) => each !== undefined);
const starts = [0];
for (const { bytes } of ring) starts.push((starts.at(-1) ?? 0) + bytes.length);
const belt = Buffer.concat(ring.map(({ bytes }) => bytes));
const head = Buffer.from('{"d":{"results":[');

function renderPage(from: number, to: number, next: string | undefined): Buffer {
  const first = from % variants;
  const count = Math.min(to - from, pageMax);
  const [begin, end] = [starts[first] ?? 0, starts[first + count] ?? 0];
  const tail = `]${next === undefined ? "" : `,"__next":"${next}"`}}}`;
  // Without the last comma.
  const items = Math.max(0, end - begin - 1);
  const page = Buffer.allocUnsafe(head.length + items + tail.length);
  head.copy(page);
  belt.copy(page, head.length, begin, begin + items);
  page.write(tail, head.length + items, "latin1");
  for (let index = 0; index < count; index += 1) {
    const { Ebeln } = keyAt(from + index);
    const at = head.length + (starts[first + index] ?? 0) - begin;
    for (const place of ring[first + index]?.orders ?? []) page.write(Ebeln, at + place, "latin1");
  }
  return page;
}

/** `Ebeln ge '…' and Ebeln le '…'` */
function rangeOf(filter: string): { from: number; to: number } {
  const orderOf = (operator: string) => {
    const found = new RegExp(`Ebeln ${operator} '(\\d{10})'`).exec(filter)?.[1];
    return found === undefined ? undefined : (Number(found) - 4_500_000_000) * itemsPerOrder;
  };
  return { from: orderOf("ge") ?? 0, to: Math.min(total, (orderOf("le") ?? total) + itemsPerOrder) };
}

function answer(url: URL): Buffer {
  const query = url.searchParams;
  const { from, to } = rangeOf(query.get("$filter") ?? "");
  const top = query.get("$top");
  const begin = Math.min(to, from + Number(query.get("$skip") ?? query.get("$skiptoken") ?? "0"));
  const end = Math.min(to, begin + (top === null ? pageSize : Number(top)));
  if (top !== null || end === to) return renderPage(begin, end, undefined);
  query.set("$skiptoken", String(end - from));
  return renderPage(begin, end, `${root}/${setName}?${query.toString().replaceAll("+", "%20")}`);
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "", "http://127.0.0.1");
  if (url.pathname.endsWith("/$metadata"))
    return response.writeHead(200, { "content-type": "application/xml;charset=utf-8" }).end(renderMetadata());
  const body = answer(url);
  return response
    .writeHead(200, {
      "content-type": "application/json;charset=utf-8",
      "content-length": body.length,
      dataserviceversion: "2.0",
    })
    .end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ port, bytesPerEntity: Math.round((starts[variants] ?? 0) / variants) })}\n`);
});
process.on("disconnect", () => process.exit(0));
