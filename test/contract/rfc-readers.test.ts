// The same reads through every reader, in every release profile of the simulated ECC, which shares no code with them: readers differ in
// what they can read, not in what they mean.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createHttpClient, systemClock } from "../../src/cli/platform/index.ts";
import type { HttpClient, RfcClient } from "../../src/ports/index.ts";
import type { EccRow } from "../../src/sandbox/world.ts";
import {
  all,
  any,
  compare,
  createDictionary,
  createExtracts,
  createReaders,
  equal,
  not,
  oneOf,
  type ReaderSettings,
  type ReadOutcome,
  standardReaders,
  startsWith,
  type TableReader,
  type TableRow,
  type Where,
  zReaderDefault,
} from "../../src/sap/index.ts";
import { etDataDialect } from "../../src/sap/rfc/dialect-et-data.ts";
import { createTableReader } from "../../src/sap/rfc/read-table.ts";
import { type EccUnderTest, openEccWorld } from "../support/ecc-server.ts";
import { openClients, rfcTransports } from "../support/rfc-transports.ts";

const nastyNames = ["O'Brien & Söhne <GmbH>", "  leading", "|pipe|", "¦¬|", "日本建設", "", "50%_#", "Zoë \u00a0"];
const nameOf = (at: number) => nastyNames[at % nastyNames.length] ?? "";

/** Characters only, in rows of some 160 characters. */
const plants: EccRow[] = Array.from({ length: 120 }, (_, at) => ({
  WERKS: at === 0 ? "" : at % 3 === 0 ? `V${at}` : String(at).padStart(4, "0"),
  NAME1: nameOf(at).slice(0, 30),
  STRAS: at % 4 === 0 ? "" : `Street ${at}`,
  LAND1: ["DE", "US", "FR"][at % 3] ?? "",
}));
const amounts = ["0.00", "1.10", "-1.10", "999999999.99", "-99999999.99", "123456.78"];
const items: EccRow[] = Array.from({ length: 300 }, (_, at) => ({
  EBELN: String(4_500_000_000 + Math.floor(at / 4)),
  EBELP: String(10 * (1 + (at % 4))).padStart(5, "0"),
  TXZ01: nameOf(at),
  AEDAT: at % 9 === 0 ? "00000000" : "20240229",
  NETWR: amounts[at % amounts.length] ?? "",
  MENGE: `${at}.125`,
  LGORT: at % 2 === 0 ? "" : "0001",
}));

const sources: EccRow[] = [{ PROGNAME: "ZONE", R3STATE: "A", CNAM: "DEV" }];
const billed: EccRow[] = [{ VBELN: "0090000001", POSNR: "000010", NETWR: "12.50" }];

/** More than the cap of a discovery slice, number ranges of two kinds and a blank key. */
const vendors: EccRow[] = Array.from({ length: 3_500 }, (_, at) => ({
  LIFNR: at === 0 ? "" : at % 3 === 0 ? `V-${at}` : String(100_000 + at * 7).padStart(10, "0"),
  NAME1: nameOf(at),
}));

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
  ecc = await openEccWorld(system, { T001W: plants, EKPO: items, REPOSRC: sources, VBRP: billed, LFA1: vendors });
  http = createHttpClient();
});
afterEach(async () => {
  await ecc.door("switches", { profile: "classic", absentModules: [], zAllow: "all" });
});
afterAll(async () => {
  await http?.close();
  await ecc?.close();
});

const openReader = (client: RfcClient, settings: ReaderSettings) =>
  createReaders({ client, dictionary: createDictionary(client), settings });

const everyReader = [zReaderDefault, ...standardReaders];
const profiles = ["classic", "nw750", "s4_758"] as const;

type Way = {
  name: string;
  profile: (typeof profiles)[number];
  readsItems: boolean;
  shows(text: string): string;
  open(client: RfcClient, table: string): TableReader;
};
const ways: Way[] = profiles.flatMap((profile): Way[] => [
  ...everyReader.map(
    (reader): Way => ({
      name: reader,
      profile,
      // Packed numbers stand in EKPO's rows, and it reads whole rows only.
      readsItems: reader !== "RFC_GET_TABLE_ENTRIES",
      shows: (text) => text,
      open: (client, table) => openReader(client, { tables: { [table]: reader } }),
    }),
  ),
  ...(profile === "s4_758"
    ? [
        {
          name: "RFC_READ_TABLE (ET_DATA)",
          profile,
          readsItems: true,
          // Fields are trimmed there, in front as well (sap-rfc 1.5): the reason why it is not the first choice.
          shows: (text: string) => text.trim(),
          open: (client: RfcClient) => createTableReader(client, createDictionary(client), etDataDialect({ canSort: true })),
        },
      ]
    : []),
]);

const rowsOf = (outcome: ReadOutcome): readonly TableRow[] => {
  if (outcome.kind !== "complete") throw new Error(JSON.stringify(outcome).slice(0, 500));
  return outcome.rows;
};
const byText = (left: string, right: string) => (left < right ? -1 : Number(left > right));
const sorted = (rows: readonly object[]) =>
  rows.map((row) => JSON.stringify(row, Object.keys(row).toSorted(byText))).toSorted(byText);
const trimmed = (text = "") => text.replace(/ +$/, "");
const shown = (row: EccRow, fields: readonly string[]) => Object.fromEntries(fields.map((field) => [field, trimmed(row[field])]));

const plantFields = ["WERKS", "NAME1", "STRAS", "LAND1"];
const itemFields = ["EBELN", "EBELP", "TXZ01", "AEDAT", "NETWR", "MENGE", "LGORT"];

/** The filter by the test's own reading. */
function meets(row: EccRow, where: Where): boolean {
  const cell = (field: string) => (row[field] ?? "").padEnd(40);
  switch (where.kind) {
    case "all":
      return where.of.every((part) => meets(row, part));
    case "any":
      return where.of.some((part) => meets(row, part));
    case "not":
      return !meets(row, where.of);
    case "in":
      return where.values.some((value) => value.padEnd(40) === cell(where.field));
    case "starts-with":
      return cell(where.field).startsWith(where.value);
    case "compare": {
      const [left, right] = [cell(where.field), where.value.padEnd(40)];
      if (where.operator === "=") return left === right;
      if (where.operator === "<>") return left !== right;
      return where.operator === "<" ? left < right : left >= right;
    }
    default:
      throw new Error(where.kind);
  }
}

const filters: readonly Where[] = [
  equal("WERKS", ""),
  compare("WERKS", "<", "0050"),
  all(compare("WERKS", ">=", "V"), not(equal("LAND1", "US"))),
  any(equal("NAME1", "O'Brien & Söhne <GmbH>"), equal("STRAS", "")),
  oneOf("WERKS", ["0001", "V3", "none"]),
  startsWith("WERKS", "V1"),
  startsWith("NAME1", "50%_"),
];

describe.each(rfcTransports(() => http).filter(({ isThere }) => isThere))("over $name:", (transport) => {
  const clients = openClients(transport, { url: () => ecc.url, password: "geheim-123" });
  // A native library keeps what it knows of an interface: another release is another system to it.
  const byRelease = new Map<string, RfcClient>();
  const clientOf = (profile: (typeof profiles)[number]): RfcClient => {
    const client = byRelease.get(profile) ?? clients.open({});
    byRelease.set(profile, client);
    return client;
  };
  afterAll(() => clients.closeAll());

  describe.each(ways)("$name on $profile", ({ name, profile, readsItems, shows, open: openPinned }) => {
    const pinned = (table: string) => openPinned(clientOf(profile), table);
    const stored = (rows: readonly EccRow[], fields: readonly string[]) =>
      sorted(rows.map((row) => Object.fromEntries(fields.map((field) => [field, shows(trimmed(row[field]))]))));

    beforeEach(async () => {
      await ecc.door("switches", { profile, absentModules: [] });
    });

    it("reads a table of characters as it is stored", async () => {
      const reader = pinned("T001W");
      expect(sorted(rowsOf(await reader.read({ table: "T001W", fields: plantFields })))).toEqual(stored(plants, plantFields));
      expect(reader.choices?.()[0]?.reader ?? name).toBe(name);
    });

    it("means the same by a filter", async () => {
      const reader = pinned("T001W");
      for (const where of filters) {
        const wanted = plants.filter((row) => meets(row, where)).map((row) => shown(row, ["WERKS"]));
        expect(wanted.length, JSON.stringify(where)).toBeGreaterThan(0);
        const found = rowsOf(await reader.read({ table: "T001W", fields: ["WERKS"], where }));
        expect(sorted(found), JSON.stringify(where)).toEqual(sorted(wanted));
      }
      expect(rowsOf(await reader.read({ table: "T001W", fields: ["WERKS"], where: equal("WERKS", "ZZZZ") }))).toEqual([]);
    });

    it("says over with one row more than allowed; where it says sorted, these are the first rows", async () => {
      const reader = pinned("T001W");
      expect(rowsOf(await reader.read({ table: "T001W", fields: ["NAME1"], rowsMax: plants.length }))).toHaveLength(
        plants.length,
      );
      const over = await reader.read({ table: "T001W", fields: ["NAME1"], rowsMax: 10 });
      if (over.kind !== "over") throw new Error(over.kind);
      expect(over.keysSeen).toHaveLength(11);
      const first = plants.map(({ WERKS = "" }) => WERKS).toSorted(byText);
      if (over.isSorted) expect(over.keysSeen.map(({ WERKS }) => WERKS)).toEqual(first.slice(0, 11));
    });

    it.skipIf(!readsItems)("reads dates, numbers and texts of a wide table", async () => {
      const reader = pinned("EKPO");
      expect(sorted(rowsOf(await reader.read({ table: "EKPO", fields: itemFields })))).toEqual(stored(items, itemFields));
    });

    it.skipIf(!readsItems)("reads every column of it that it does not refuse by name", async () => {
      const described = await createDictionary(clientOf(profile)).describe("EKPO");
      if (described.kind === "failure") throw new Error(described.detail);
      const every = described.description.fields.map(({ name }) => name).filter((name) => name !== "MANDT");
      const rows = rowsOf(await pinned("EKPO").read({ table: "EKPO", fields: every }));
      expect(sorted(rows.map((row) => Object.fromEntries(itemFields.map((field) => [field, row[field]]))))).toEqual(
        stored(items, itemFields),
      );
    });

    it.skipIf(readsItems)("refuses by name a table with packed numbers", async () => {
      expect(await pinned("EKPO").read({ table: "EKPO", fields: ["EBELN"] })).toMatchObject({ code: "table-not-readable" });
    });
  });

  describe("discovery", () => {
    it.each([
      ["Z_MLC_READ_TABLE", true],
      ["RFC_READ_TABLE", true],
      ["/SAPDS/RFC_READ_TABLE2", false],
    ])("finds every key once through %s", async (pin, isSorted) => {
      await ecc.door("switches", { profile: "nw750", absentModules: [] });
      await ecc.door("stats/reset", {});
      const reader = openReader(clientOf("nw750"), { tables: { LFA1: pin } });
      const settings = { companyCodes: [], zone: 60 };
      const { vendors: extract } = createExtracts({ reader, client: clientOf("nw750"), clock: systemClock, settings });
      const open = (await extract.open({ mode: "full" })).slices;
      const keys: string[] = [];
      let splits = 0;
      for (let offer = open.pop(); offer !== undefined; offer = open.pop()) {
        if (offer.kind === "objects") {
          keys.push(...(offer.slice as { keys: { LIFNR: string }[] }).keys.map(({ LIFNR }) => LIFNR));
          continue;
        }
        const found = await extract.discover(offer.label, offer.slice);
        if (found.kind === "split") splits += 1;
        // Of sorted rows the kept ones are object slices at once, and one slice is left to read.
        if (found.kind === "split" && isSorted) expect(found.slices.filter(({ kind }) => kind === "discover")).toHaveLength(1);
        open.push(...found.slices);
      }
      expect(keys.toSorted(byText)).toEqual(vendors.map(({ LIFNR = "" }) => LIFNR).toSorted(byText));
      expect(splits).toBe(isSorted ? 3 : 1);
    });
  });

  describe("without a pin", () => {
    it("the best reader that there is serves the table, and why is told", async () => {
      // RFC_GET_TABLE_ENTRIES cannot read EKPO, so BBP_RFC_READ_TABLE is the last that can.
      for (const [at, best] of everyReader.slice(0, -1).entries()) {
        const absentModules = everyReader.slice(0, at);
        await ecc.door("switches", { absentModules });
        const reader = openReader(clientOf("classic"), {});
        expect(rowsOf(await reader.read({ table: "EKPO", fields: itemFields }))).toHaveLength(items.length);
        const [choice] = reader.choices?.() ?? [];
        expect(choice).toMatchObject({ table: "EKPO", reader: best });
        for (const missing of absentModules) expect(choice?.why).toContain(missing);
      }
    });

    it("a table that the customer does not allow goes to the next reader, and the allowed one stays", async () => {
      await ecc.door("switches", { zAllow: { T001W: ["*"] } });
      const reader = openReader(clientOf("classic"), {});
      expect(rowsOf(await reader.read({ table: "EKPO", fields: itemFields }))).toHaveLength(items.length);
      expect(rowsOf(await reader.read({ table: "T001W", fields: plantFields }))).toHaveLength(plants.length);
      expect(reader.choices?.()).toMatchObject([
        { table: "EKPO", reader: "/SAPDS/RFC_READ_TABLE2", why: expect.stringContaining("TABLE_NOT_ALLOWED") },
        { table: "T001W", reader: zReaderDefault },
      ]);
    });

    it("a table with a string column is read by the one that does not cast; what dumped is not tried again", async () => {
      const wide = [zReaderDefault, "/SAPDS/RFC_READ_TABLE2", "/BODS/RFC_READ_TABLE2"];
      const request = { table: "REPOSRC", fields: ["CNAM"] };
      await ecc.door("switches", { profile: "s4_758", absentModules: wide });
      const modern = openReader(clientOf("s4_758"), {});
      expect(rowsOf(await modern.read(request))).toEqual([{ PROGNAME: "ZONE", R3STATE: "A", CNAM: "DEV" }]);
      expect(modern.choices?.()[0]?.reader).toBe("RFC_READ_TABLE (ET_DATA)");

      await ecc.door("switches", { profile: "classic", absentModules: wide });
      await ecc.door("stats/reset", {});
      const old = openReader(clientOf("classic"), {});
      expect(await old.read(request)).toMatchObject({ kind: "failure", failure: { class: "dump" } });
      expect(await old.read(request)).toMatchObject({ kind: "failure", failure: { class: "dump" } });
      const { failures } = (await ecc.door("stats")) as { failures: Record<string, number> };
      // One each of RFC_READ_TABLE and BBP_RFC_READ_TABLE, whatever is asked afterwards.
      expect(failures.ASSIGN_CASTING_ILLEGAL_CAST).toBe(2);
      expect(old.choices?.()[0]).toMatchObject({ reader: "none", why: expect.stringContaining("RFC_GET_TABLE_ENTRIES") });
    });

    it("a table with a float is left to BBP_RFC_READ_TABLE, without a dump", async () => {
      await ecc.door("switches", { absentModules: [zReaderDefault, "/SAPDS/RFC_READ_TABLE2", "/BODS/RFC_READ_TABLE2"] });
      await ecc.door("stats/reset", {});
      const reader = openReader(clientOf("classic"), {});
      expect(rowsOf(await reader.read({ table: "VBRP", fields: ["NETWR"] }))).toMatchObject([{ NETWR: "12.50" }]);
      expect(reader.choices?.()[0]?.reader).toBe("BBP_RFC_READ_TABLE");
      // The customer's reader was asked about and is not there: that is all that failed.
      const { failures } = (await ecc.door("stats")) as { failures: Record<string, number> };
      expect(Object.keys(failures).filter((name) => name !== "FU_NOT_FOUND")).toEqual([]);
    });

    it("a count is what is stored, where a reader counts", async () => {
      await ecc.door("switches", { absentModules: [] });
      const counted = await openReader(clientOf("classic"), {}).count?.({ table: "EKPO", where: equal("AEDAT", "00000000") });
      const stored = items.filter(({ AEDAT }) => AEDAT === "00000000").length;
      expect(counted).toEqual({ kind: "count", count: stored });
      await ecc.door("switches", { absentModules: [zReaderDefault] });
      expect(await openReader(clientOf("classic"), {}).count?.({ table: "EKPO" })).toBeUndefined();
    });
  });
});
