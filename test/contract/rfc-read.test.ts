// The product's RFC clients, over every transport, and its table reader against the simulated ECC, which shares no code with it: what is stored there must
// be what is read here, whatever the order, the padding and the filter.
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createHttpClient } from "../../src/cli/platform/index.ts";
import type { HttpClient } from "../../src/ports/index.ts";
import type { EccRow } from "../../src/sandbox/world.ts";
import {
  all,
  any,
  between,
  compare,
  createDictionary,
  createReadTable,
  equal,
  not,
  type Operator,
  oneOf,
  probe,
  probeTables,
  type ReadOutcome,
  startsWith,
  type TableRow,
  type Where,
} from "../../src/sap/rfc/index.ts";
import { type EccUnderTest, openEccWorld } from "../support/ecc-server.ts";
import { openClients, rfcTransports } from "../support/rfc-transports.ts";

const nastyNames = [
  "O'Brien & Söhne <GmbH>",
  "  leading",
  "tab\there",
  "|pipe|",
  "' OR '1' = '1",
  "日本建設",
  "",
  "50%_#",
  "Zoë \u00a0",
];
const nameOf = (at: number) => nastyNames[at % nastyNames.length] ?? "";

const vendors: EccRow[] = Array.from({ length: 500 }, (_, at) => ({
  LIFNR: at % 7 === 0 ? `V-${at}` : String(100_000 + at).padStart(10, "0"),
  NAME1: nameOf(at),
  LAND1: ["DE", "US", "FR"][at % 3] ?? "",
  ERDAT: at % 11 === 0 ? "00000000" : `2024${String(1 + (at % 12)).padStart(2, "0")}${String(1 + (at % 28)).padStart(2, "0")}`,
  LFURL: at % 5 === 0 ? `https://example.org/${"x".repeat(100)}` : "",
  STCD3: `T${at}`,
}));

const amounts = ["0.00", "1.10", "-1.10", "9999999999.99", "999999999.99", "-999999999.99", "123456.78"];
const items: EccRow[] = Array.from({ length: 400 }, (_, at) => ({
  EBELN: String(4_500_000_000 + Math.floor(at / 4)),
  EBELP: String(10 * (1 + (at % 4))).padStart(5, "0"),
  TXZ01: nameOf(at),
  AEDAT: at % 9 === 0 ? "00000000" : "20240229",
  MATNR: `M${at}`,
  NETWR: amounts[at % amounts.length] ?? "",
  MENGE: `${at}.125`,
  UEBTO: at % 2 === 0 ? "5.0" : "0.0",
  PEINH: "1",
  BPUMZ: "1",
  BPUMN: "1",
  TXJCD: `J${at}`,
}));
/** Wider than its field's digits allow once sign and point are counted (sap-rfc 1.5 [C]). */
const lost: EccRow = { EBELN: "4599999999", EBELP: "00010", NETWR: "-1234567890.12", TXZ01: "lost digits" };

let ecc: EccUnderTest;
let http: HttpClient;
beforeAll(async () => {
  const users = [{ user: "MLC", password: "geheim-123", tables: ["*"], functions: ["*"] }];
  const system = {
    systemId: "ABC",
    client: "100",
    release: "700",
    host: "sapabc",
    timeZoneMinutes: 60,
    users,
    workProcesses: 10,
  };
  ecc = await openEccWorld(system, { LFA1: vendors, EKPO: [...items, lost] });
  http = createHttpClient();
});
afterEach(async () => {
  await ecc.door("switches", { trimTrailingBlanks: true, controlCharacters: "raw", blankNumerics: [], rowOrder: "shuffled" });
});
afterAll(async () => {
  await http.close();
  await ecc.close();
});

const rowsOf = (outcome: ReadOutcome): readonly TableRow[] => {
  if (outcome.kind !== "complete") throw new Error(JSON.stringify(outcome));
  return outcome.rows;
};
const initial = (type: "text" | "date") => (type === "date" ? "00000000" : "");
const byText = (a: string, b: string) => (a < b ? -1 : Number(a > b));
const ordered = (texts: readonly string[]) => texts.toSorted(byText);
/** Multisets: order means nothing. */
const sorted = (rows: readonly object[]) => ordered(rows.map((row) => JSON.stringify(row, Object.keys(row).toSorted(byText))));

const itemFields = ["EBELN", "EBELP", "TXZ01", "AEDAT", "MATNR", "NETWR", "MENGE", "UEBTO", "PEINH", "TXJCD", "IDNLF", "LGORT"];
const wantedItem = (row: EccRow) =>
  Object.fromEntries(itemFields.map((name) => [name, (row[name] ?? initial("text")).replace(/ +$/, "")]));
const vendorFields = ["LIFNR", "NAME1", "LAND1", "ERDAT", "LFURL", "STCD3"];
const wantedVendor = (row: EccRow) =>
  Object.fromEntries(vendorFields.map((name) => [name, (row[name] ?? "").replace(/ +$/, "")]));

const dates = ["00000000", "20240101", "20240229", "20240615", "99991231"];
const operators: readonly Operator[] = ["=", "<>", "<", "<=", ">", ">="];
const someName = fc.constantFrom(...nastyNames, "A", "Zoë", "' OR");
const leaf: fc.Arbitrary<Where> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...operators), someName)
    .map(([operator, value]) => compare("NAME1", operator, value.replace(/[\t]/g, " "))),
  fc
    .tuple(fc.constantFrom(...operators), fc.constantFrom(...dates))
    .map(([operator, value]) => compare("ERDAT", operator, value)),
  fc.tuple(fc.constantFrom(...dates), fc.constantFrom(...dates)).map(([low, high]) => between("ERDAT", low, high)),
  fc.array(fc.integer({ min: 0, max: 499 }), { minLength: 1, maxLength: 30 }).map((at) =>
    oneOf(
      "LIFNR",
      at.map((each) => vendors[each]?.LIFNR ?? ""),
    ),
  ),
  fc.constantFrom("V-", "0000", "V-4", "%", "_").map((value) => startsWith("LIFNR", value)),
  fc.constantFrom("50%", "50%_", "50%_#", "O'B", "_0", "#").map((value) => startsWith("NAME1", value)),
);
const { tree } = fc.letrec<{ tree: Where }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    leaf,
    fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((of) => all(...of)),
    fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((of) => any(...of)),
    tie("tree").map(not),
  ),
}));

const compares: Readonly<Record<Operator, (a: string, b: string) => boolean>> = {
  "=": (a, b) => a === b,
  "<>": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** The filter by the test's own reading: text compares blank-padded. */
function meets(row: EccRow, where: Where): boolean {
  const cell = (field: string) => (row[field] ?? "").padEnd(40);
  switch (where.kind) {
    case "all":
      return where.of.every((part) => meets(row, part));
    case "any":
      return where.of.some((part) => meets(row, part));
    case "not":
      return !meets(row, where.of);
    case "compare":
      return compares[where.operator](cell(where.field), where.value.padEnd(40));
    case "between":
      return cell(where.field) >= where.low.padEnd(40) && cell(where.field) <= where.high.padEnd(40);
    case "in":
      return where.values.some((value) => value.padEnd(40) === cell(where.field));
    case "starts-with":
      return cell(where.field).startsWith(where.value);
  }
}

describe.each(rfcTransports(() => http).filter(({ isThere }) => isThere))("over $name:", (transport) => {
  const clients = openClients(transport, { url: () => ecc.url, password: "geheim-123" });
  const { open } = clients;
  const isSoap = transport.name === "soap";
  const reader = (client = open()) => createReadTable(client, createDictionary(client));
  afterEach(() => clients.closeOwn());
  afterAll(() => clients.closeAll());

  describe("a table is read as it is stored", () => {
    it.each([true, false])("with rows in any order, trailing blanks gone or kept (%s)", async (trimTrailingBlanks) => {
      await ecc.door("switches", { trimTrailingBlanks });
      const outcome = await reader().read({ table: "EKPO", fields: itemFields });
      expect(sorted(rowsOf(outcome))).toEqual(sorted(items.map(wantedItem)));
      expect(outcome).toMatchObject({
        rejected: [{ rejected: { EBELN: "4599999999", EBELP: "00010" }, code: "amount-overflow", field: "NETWR" }],
        doubtful: [],
      });
    });

    it("in column chunks, never more than 512 characters a call", async () => {
      const client = open();
      const described = await createDictionary(client).describe("LFA1");
      if (described.kind === "failure") throw new Error(described.detail);
      const every = described.description.fields.map(({ name }) => name).filter((name) => name !== "MANDT");
      await ecc.door("stats/reset", {});
      const outcome = await reader(client).read({ table: "LFA1", fields: every });
      const rows = rowsOf(outcome).map((row) => Object.fromEntries(vendorFields.map((name) => [name, row[name]])));
      expect(sorted(rows)).toEqual(sorted(vendors.map(wantedVendor)));
      const stats = (await ecc.door("stats")) as {
        calls: Record<string, number>;
        failures: Record<string, number>;
        rowsSkipped: number;
      };
      expect(stats.calls.RFC_READ_TABLE).toBeGreaterThan(1);
      expect(stats.failures).toEqual({});
      expect(stats.rowsSkipped).toBe(0);
    });

    it("with an overflow witness: one row more than allowed, and never more than that", async () => {
      await ecc.door("stats/reset", {});
      const outcome = await reader().read({ table: "LFA1", fields: ["NAME1"], rowsMax: 499 });
      if (outcome.kind !== "over") throw new Error(outcome.kind);
      expect(outcome.keysSeen).toHaveLength(500);
      expect(rowsOf(await reader().read({ table: "LFA1", fields: ["NAME1"], rowsMax: 500 }))).toHaveLength(500);
      const few = await reader().read({ table: "LFA1", fields: ["NAME1"], rowsMax: 10 });
      if (few.kind !== "over") throw new Error(few.kind);
      expect(few.keysSeen).toHaveLength(11);
    });

    it("with null where SAP leaves a number out", async () => {
      await ecc.door("switches", { blankNumerics: ["EKPO-NETWR"] });
      const rows = rowsOf(await reader().read({ table: "EKPO", fields: ["NETWR"], where: equal("EBELN", "4500000000") }));
      expect(ordered(rows.map(({ NETWR }) => String(NETWR)))).toEqual(["-1.10", "1.10", "9999999999.99", "null"]);
    });

    it("and 450 keys fit one call", async () => {
      const keys = vendors.slice(0, 450).map(({ LIFNR = "" }) => LIFNR);
      expect(rowsOf(await reader().read({ table: "LFA1", fields: ["NAME1"], where: oneOf("LIFNR", keys) }))).toHaveLength(450);
    });
  });

  describe("a filter means there what it means here", () => {
    it("for any tree, quotes and wild cards in the values", async () => {
      const readTable = reader();
      let hits = 0;
      await fc.assert(
        fc.asyncProperty(tree, async (where) => {
          const outcome = await readTable.read({ table: "LFA1", fields: ["STCD3"], where });
          const wanted = vendors.filter((row) => meets(row, where)).map(({ LIFNR = "" }) => LIFNR);
          hits += wanted.length;
          expect(ordered(rowsOf(outcome).map(({ LIFNR }) => String(LIFNR)))).toEqual(ordered(wanted));
        }),
        { numRuns: 200 },
      );
      // The filters did select: neither everything nor nothing.
      expect(hits).toBeGreaterThan(1_000);
      expect(hits).toBeLessThan(200 * vendors.length);
    });
  });

  describe("characters that XML forbids", () => {
    const row = { LIFNR: "CTRL", NAME1: "a\u0001b", LAND1: "DE", STCD3: "after" };
    it("make the answer unreadable, as native RFC does not need but does to be the same, or keep the columns in place, as set", async () => {
      await ecc.door("tables/LFA1", { upsert: [row] });
      try {
        const request = { table: "LFA1", fields: ["NAME1", "LAND1", "STCD3"], where: equal("LIFNR", "CTRL") };
        expect(await reader().read(request)).toMatchObject({
          cause: "rfc",
          failure: { class: "protocol", key: "CONTROL_CHARACTER" },
        });
        const lenient = reader(open({ controlCharacters: "replace" }));
        expect(rowsOf(await lenient.read(request))).toEqual([{ LIFNR: "CTRL", NAME1: "a\ufffdb", LAND1: "DE", STCD3: "after" }]);
      } finally {
        await ecc.door("tables/LFA1", { delete: [{ LIFNR: "CTRL" }] });
      }
    });
  });

  describe("the probe", () => {
    it("names the system and what can be read", async () => {
      const client = open();
      expect(await probe(client)).toMatchObject({
        kind: "system",
        systemId: "ABC",
        client: "100",
        user: "MLC",
        release: "700",
        host: "sapabc",
        timeZoneSeconds: 3600,
        isUnicodeSafe: true,
      });
      // RFC has no header that says what time it is: readServerDate asks for SAP's own day then.
      if (isSoap) expect(Math.abs((client.serverTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      else expect(client.serverTime()).toBeUndefined();
      expect(await probeTables(client, { LFA1: ["LIFNR", "ZZZ"], EKPO: ["EBELN"], ZNOWHERE: ["A"] })).toMatchObject([
        { kind: "readable", table: "LFA1", missingFields: ["ZZZ"] },
        { kind: "readable", table: "EKPO", missingFields: [] },
        { kind: "failure", table: "ZNOWHERE", failure: { class: "exception", key: "TABLE_NOT_AVAILABLE" } },
      ]);
    });
  });
});
