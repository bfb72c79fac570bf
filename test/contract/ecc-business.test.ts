// Business goes on while a client reads: a built world over a real socket, a client of fetch alone. Rows change between two reads and between a
// select and its answer, every answer is a moment at which the books balance, and a restart finds all of it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildGroup, demoSystem } from "../../src/sandbox/builder/index.ts";
import { eventNames, startEcc } from "../../src/sandbox/ecc/index.ts";

const worldFolder = mkdtempSync(join(tmpdir(), "ml-business-"));
const clock = { now: () => Date.UTC(2026, 10, 16, 15), monotonic: () => 0, sleep: async () => {} };
const random = { bytes: (count: number) => new Uint8Array(count).fill(7), fraction: () => 0.5 };
const start = () => startEcc({ worldFolder, port: 0, clock, random });

let ecc: Awaited<ReturnType<typeof startEcc>>;

beforeAll(async () => {
  const scale = { projects: 4, vendors: 80, purchaseOrders: 100, poLines: 250, costLines: 1_500 };
  buildGroup({ worldFolder, seed: 3, asOf: "20261115", ...scale });
  ecc = await start();
});
afterAll(async () => {
  await ecc.close();
  rmSync(worldFolder, { recursive: true });
});

async function read(table: string, fields: readonly string[]): Promise<string[]> {
  const [user] = demoSystem.users;
  const asked = fields.map((field) => `<item><FIELDNAME>${field}</FIELDNAME></item>`).join("");
  const response = await fetch(`${ecc.url}/sap/bc/soap/rfc?sap-client=${demoSystem.client}`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${user?.user}:${user?.password}`).toString("base64")}`,
      "content-type": "text/xml",
    },
    body:
      `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>` +
      `<r:RFC_READ_TABLE xmlns:r="urn:sap-com:document:sap:rfc:functions"><QUERY_TABLE>${table}</QUERY_TABLE>` +
      `<DELIMITER>|</DELIMITER><FIELDS>${asked}</FIELDS><OPTIONS/><DATA/></r:RFC_READ_TABLE></s:Body></s:Envelope>`,
  });
  const text = await response.text();
  expect(response.status, text.slice(0, 300)).toBe(200);
  return [...text.matchAll(/<WA>([^<]*)<\/WA>/g)].map((match) => (match[1] ?? "").replaceAll("&#32;", " ")).sort();
}

async function door(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(
    `${ecc.url}/sandbox/${path}`,
    body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
  );
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}
const businessPerCall = (businessEventsPerCall: number) => door("switches", { businessEventsPerCall });
async function happened(): Promise<Record<string, number>> {
  return (await door("stats"))["businessEvents"] as Record<string, number>;
}
const total = (events: Record<string, number>) => Object.values(events).reduce((sum, count) => sum + count, 0);

const documents = () => read("BKPF", ["BUKRS", "BELNR", "GJAHR"]);
const lineFields = ["BUKRS", "BELNR", "GJAHR", "BUZEI", "SHKZG", "DMBTR"];

/** Documents whose debits are not their credits, and those with a cell that lost digits: a built world has both on purpose. */
function booksOf(lines: readonly string[]): { unbalanced: string[]; unreadable: string[] } {
  const sums = new Map<string, bigint>();
  const unreadable = new Set<string>();
  for (const line of lines) {
    const [bukrs, belnr, gjahr, , sign, amount = ""] = line.split("|").map((cell) => cell.trim());
    const key = `${bukrs} ${belnr} ${gjahr}`;
    if (amount.startsWith("*")) unreadable.add(key);
    const cents = amount.startsWith("*") ? 0n : BigInt(amount.replace(".", ""));
    sums.set(key, (sums.get(key) ?? 0n) + (sign === "H" ? -cents : cents));
  }
  const unbalanced = [...sums].flatMap(([key, sum]) => (sum === 0n || unreadable.has(key) ? [] : [key]));
  return { unbalanced: unbalanced.sort(), unreadable: [...unreadable] };
}

/** Headers without lines: parked documents, of which business makes none. */
async function headersAlone(): Promise<string[]> {
  const lines = new Set(await read("BSEG", ["BUKRS", "BELNR", "GJAHR"]));
  return (await documents()).filter((header) => !lines.has(header));
}

describe("business that goes on while we read", () => {
  it("is quiet unless it is asked for", async () => {
    expect(await documents()).toEqual(await documents());
    expect(await happened()).toEqual({});
  });

  it("happens before a read and between its select and its answer", async () => {
    await businessPerCall(3);
    await documents();
    expect(total(await happened())).toBe(6);
    await read("T001", ["BUKRS"]);
    expect(total(await happened())).toBe(12);
    let isOutrun = false;
    for (let round = 0; round < 5 && !isOutrun; round += 1) {
      await businessPerCall(3);
      const answered = await documents();
      await businessPerCall(0);
      // What the answer does not have came after its select, with no call in between.
      isOutrun = (await documents()).length > answered.length;
    }
    expect(isOutrun).toBe(true);
  });

  it("changes rows between two reads, and every answer balances", async () => {
    await businessPerCall(0);
    const broken = booksOf(await read("BSEG", lineFields));
    const start = await documents();
    await businessPerCall(3);
    const answers: string[][] = [];
    for (let round = 0; round < 12; round += 1) answers.push(await read("BSEG", lineFields));
    for (const lines of answers) {
      const { unbalanced, unreadable } = booksOf(lines);
      expect(unbalanced).toEqual(broken.unbalanced);
      // A reversal of an unreadable document is one more.
      expect(unreadable.length).toBeLessThanOrEqual(2 * broken.unreadable.length);
    }
    expect(new Set(answers.map((lines) => lines.join())).size).toBeGreaterThan(6);
    expect((await documents()).length).toBeGreaterThan(start.length + 12);
    expect(Object.keys(await happened()).sort()).toEqual([...eventNames].sort());
  });

  it("gives parallel readers' documents numbers of their own, header and lines together", async () => {
    await businessPerCall(0);
    const alone = await headersAlone();
    const before = (await documents()).length;
    await businessPerCall(3);
    await Promise.all(Array.from({ length: 8 }, () => documents()));
    await businessPerCall(0);
    const after = await documents();
    expect(after.length).toBeGreaterThan(before);
    expect(new Set(after).size).toBe(after.length);
    expect(await headersAlone()).toEqual(alone);
  });

  it("outlives the process, whatever the control door changed on top of it", async () => {
    await businessPerCall(0);
    const [newest = ""] = (await documents()).filter((row) => row.includes("|19")).slice(-1);
    const [BUKRS = "", BELNR = "", GJAHR = ""] = newest.split("|");
    await door("tables/BKPF", { patch: [{ BUKRS, BELNR, GJAHR, BKTXT: "by hand" }] });
    const tables: [string, string[]][] = [
      ["BKPF", ["BUKRS", "BELNR", "GJAHR", "BKTXT", "STBLG", "XREVERSAL"]],
      ["BSEG", [...lineFields, "AUGDT", "AUGBL"]],
      ["BSIK", ["BUKRS", "LIFNR", "BELNR", "BUZEI"]],
      ["EKKO", ["EBELN", "AEDAT", "FRGKE", "FRGRL"]],
      ["EKPO", ["EBELN", "EBELP", "AEDAT", "LOEKZ", "MENGE", "NETWR"]],
      ["EKBE", ["EBELN", "EBELP", "BELNR", "MENGE"]],
    ];
    const seen = async () => Promise.all(tables.map(([table, fields]) => read(table, fields)));
    const before = await seen();
    await ecc.close();
    ecc = await start();
    expect(await seen()).toEqual(before);
  });
});
