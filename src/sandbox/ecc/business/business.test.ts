import { describe, expect, it } from "vitest";
import { worldOf } from "../../../../test/support/ecc-world.ts";
import type { EccRow } from "../../world.ts";
import { parseScaled } from "../decimals.ts";
import { rowsByKey } from "../store/find.ts";
import type { EccWorld } from "../world-state.ts";
import { createDice } from "./desk.ts";
import { periodOf } from "./fiscal.ts";
import { type Business, createBusiness, type EventName, eventNames } from "./index.ts";

// 23:30 UTC is already the 25th in the system's zone, one hour east.
const clock = { now: () => Date.UTC(2026, 10, 24, 23, 30, 5) };
const today = "20261125";

const line = (belnr: string, buzei: string, fields: EccRow): EccRow => ({
  BUKRS: "1000",
  BELNR: belnr,
  GJAHR: "2026",
  BUZEI: buzei,
  ...fields,
});
const debit = { KOART: "S", SHKZG: "S", BSCHL: "40", DMBTR: "80.00", WRBTR: "80.00", HKONT: "0000420000", SAKNR: "0000420000" };
const credit = { SHKZG: "H", DMBTR: "80.00", WRBTR: "80.00" };

const rows = {
  T001: [{ BUKRS: "1000", WAERS: "USD", PERIV: "K4" }],
  T009: [{ PERIV: "K4", XKALE: "X" }],
  SKB1: [
    { BUKRS: "1000", SAKNR: "0000113100", XKRES: "X" },
    { BUKRS: "1000", SAKNR: "0000160000", MITKZ: "K" },
    { BUKRS: "1000", SAKNR: "0000420000" },
  ],
  LFB1: [{ LIFNR: "0000100001", BUKRS: "1000", AKONT: "0000160000", ZTERM: "ZB30" }],
  BKPF: [
    { BUKRS: "1000", BELNR: "1900000007", GJAHR: "2026", BLART: "KR", AWTYP: "BKPF", WAERS: "USD", HWAER: "USD", CPUDT: "20261101" },
    { BUKRS: "1000", BELNR: "1500000003", GJAHR: "2026", BLART: "KZ", AWTYP: "MKPF", WAERS: "USD", HWAER: "USD", CPUDT: "20261102" },
  ],
  BSEG: [
    line("1900000007", "001", { ...debit, PROJK: "00100103", KOKRS: "1000" }),
    line("1900000007", "002", { ...credit, KOART: "K", BSCHL: "31", HKONT: "0000160000", LIFNR: "0000100001" }),
    line("1500000003", "001", { ...debit, KOART: "K", BSCHL: "21", HKONT: "0000160000", LIFNR: "0000100001" }),
    line("1500000003", "002", { ...credit, KOART: "S", BSCHL: "50", HKONT: "0000113100" }),
  ],
  BSIK: [
    { BUKRS: "1000", LIFNR: "0000100001", GJAHR: "2026", BELNR: "1900000007", BUZEI: "002", SHKZG: "H", WAERS: "USD", DMBTR: "80.00", WRBTR: "80.00", HKONT: "0000160000", CPUDT: "20261101" },
  ],
  EKKO: [
    { EBELN: "4500000010", BUKRS: "1000", BSTYP: "F", WAERS: "USD", AEDAT: "20260101", FRGGR: "01", FRGSX: "S1", FRGKE: "B", FRGRL: "X", PROCSTAT: "03" },
  ],
  EKPO: [
    { EBELN: "4500000010", EBELP: "00010", AEDAT: "20260102", BUKRS: "1000", MENGE: "3.000", NETPR: "33.33", NETWR: "100.00", BRTWR: "100.00", KNTTP: "P", WEPOS: "X" },
  ],
  EKKN: [{ EBELN: "4500000010", EBELP: "00010", ZEKKN: "01", AEDAT: "20260101", MENGE: "3.000", PS_PSP_PNR: "00100103", SAKTO: "0000420000" }],
  EKET: [{ EBELN: "4500000010", EBELP: "00010", ETENR: "0001", EINDT: "20260122", MENGE: "3.000" }],
}; // biome-ignore format: rows of tables

function open(seed = 1, changed: Partial<typeof rows> = {}): { world: EccWorld; business: Business } {
  const world = worldOf({ ...rows, ...changed });
  return { world, business: createBusiness(world, { seed, clock }) };
}
const all = (world: EccWorld, table: string) => rowsByKey(world, table, []);
const snapshot = (world: EccWorld) => JSON.stringify([...world.tables.keys()].map((name) => all(world, name)));
const touched = (business: Business, name: EventName) => {
  const [event] = business.play([name]);
  return event?.changes.map((change) => change.table).toSorted();
};

/** The books, added up by the test's own arithmetic: cents by document. */
function balances(world: EccWorld): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const row of all(world, "BSEG")) {
    const key = `${row["BUKRS"]} ${row["BELNR"]} ${row["GJAHR"]}`;
    const cents = BigInt((row["DMBTR"] ?? "0.00").replace(".", ""));
    sums.set(key, (sums.get(key) ?? 0n) + (row["SHKZG"] === "H" ? -cents : cents));
  }
  return sums;
}

describe("accounting events", () => {
  it("a new document takes the next number, balances, and stands open with its vendor", () => {
    const { world, business } = open();
    expect(touched(business, "new-document")).toEqual(["BKPF", "BSEG", "BSIK"]);
    const [, , posted] = all(world, "BKPF");
    expect(posted).toMatchObject({ BELNR: "1900000008", CPUDT: today, CPUTM: "003005", BUDAT: today, MONAT: "11", WAERS: "USD" });
    expect(posted?.["AWKEY"]).toBe("190000000810002026");
    expect(posted).not.toHaveProperty("AEDAT");
    expect(balances(world).get("1000 1900000008 2026")).toBe(0n);
    const lines = rowsByKey(world, "BSEG", ["1000", "1900000008", "2026"]);
    expect(lines.filter((row) => row["PROJK"] === "00100103").length).toBe(lines.length - 1);
    expect(all(world, "BSIK").at(-1)).toMatchObject({ BELNR: "1900000008", LIFNR: "0000100001", CPUDT: today, SHKZG: "H" });
  });

  it("a late commit carries the stamps of an earlier day", () => {
    const { world, business } = open();
    business.play(["late-commit"]);
    const late = all(world, "BKPF").at(-1)?.["CPUDT"] ?? "";
    expect(late >= "20261122" && late < today).toBe(true);
    expect(balances(world).get("1000 1900000008 2026")).toBe(0n);
  });

  it("clearing moves the open item, marks both lines, and leaves the invoice's header alone", () => {
    const { world, business } = open();
    expect(touched(business, "clearing")).toEqual(["BKPF", "BSAK", "BSEG", "BSIK", "BSIS"]);
    expect(all(world, "BSIK")).toEqual([]);
    expect(all(world, "BSAK").map((row) => [row["BELNR"], row["AUGDT"], row["AUGBL"]])).toEqual([
      ["1500000004", today, "1500000004"],
      ["1900000007", today, "1500000004"],
    ]);
    const [, item] = rowsByKey(world, "BSEG", ["1000", "1900000007", "2026"]);
    expect(item).toMatchObject({ AUGDT: today, AUGCP: today, AUGBL: "1500000004" });
    expect(rowsByKey(world, "BKPF", ["1000", "1900000007"])).toEqual([rows.BKPF[0]]);
    expect(balances(world).get("1000 1500000004 2026")).toBe(0n);
    expect(business.play(["clearing"])).toEqual([]);
  });

  it("a reversal is linked both ways and takes back every line; the original's stamps stay", () => {
    const { world, business } = open();
    business.play(["reversal"]);
    const [original] = rowsByKey(world, "BKPF", ["1000", "1900000007"]);
    expect(original).toEqual({ ...rows.BKPF[0], STBLG: "1900000008", STJAH: "2026", XREVERSAL: "1" });
    const [reversal] = rowsByKey(world, "BKPF", ["1000", "1900000008"]);
    expect(reversal).toMatchObject({ STBLG: "1900000007", STJAH: "2026", XREVERSAL: "2", STGRD: "01", CPUDT: today });
    const turned = rowsByKey(world, "BSEG", ["1000", "1900000008", "2026"]);
    expect(turned.map((row) => [row["SHKZG"], row["BSCHL"], row["DMBTR"]])).toEqual([
      ["H", "50", "80.00"],
      ["S", "22", "80.00"],
    ]);
    expect(business.play(["reversal"])).toEqual([]);
  });

  it("a cleared or unbalanced document is not reversed", () => {
    const cleared = rows.BSEG.map((row) => ({ ...row, AUGBL: "1500000003" }));
    expect(open(1, { BSEG: cleared }).business.play(["reversal"])).toEqual([]);
    expect(open(1, { BSEG: rows.BSEG.slice(0, 1) }).business.play(["reversal"])).toEqual([]);
  });
});

describe("purchasing events", () => {
  const item = (world: EccWorld) => rowsByKey(world, "EKPO", ["4500000010"])[0];

  it("a new order comes with items, assignments, schedule and its entry in the change log, unreleased", () => {
    const { world, business } = open();
    expect(touched(business, "new-order")).toEqual(["CDHDR", "CDPOS", "EKET", "EKKN", "EKKO", "EKPO"]);
    expect(all(world, "EKKO").at(-1)).toMatchObject({ EBELN: "4500000011", AEDAT: today, FRGRL: "X", FRGKE: "B" });
    expect(all(world, "EKPO").at(-1)).toMatchObject({ EBELN: "4500000011", AEDAT: today, NETWR: "100.00" });
    expect(all(world, "EKKN").at(-1)).toMatchObject({ EBELN: "4500000011", AEDAT: today, PS_PSP_PNR: "00100103" });
    expect(all(world, "CDHDR")).toMatchObject([
      { OBJECTCLAS: "EINKBELEG", OBJECTID: "4500000011", CHANGE_IND: "I", UDATE: today },
    ]);
  });

  it("a changed item moves EKPO-AEDAT and keeps its price", () => {
    const { world, business } = open();
    business.play(["changed-item"]);
    const { MENGE = "", NETWR = "", AEDAT } = item(world) ?? {};
    expect(AEDAT).toBe(today);
    const [quantity, value] = [parseScaled(MENGE, 3) ?? 0n, parseScaled(NETWR, 2) ?? 0n];
    expect(quantity > 3000n).toBe(true);
    expect(value).toBe((10_000n * quantity + 1500n) / 3000n);
    expect(all(world, "EKKN")[0]).toMatchObject({ MENGE, AEDAT: "20260101" });
    expect(all(world, "EKET")[0]).toMatchObject({ MENGE });
    expect(all(world, "EKKO")).toEqual(rows.EKKO);
    expect(all(world, "CDPOS").map((row) => [row["FNAME"], row["TABKEY"], row["VALUE_OLD"]])).toEqual([
      ["MENGE", "100450000001000010", "3.000"],
      ["NETWR", "100450000001000010", "100.00"],
    ]);
  });

  it("a release and its taking back move the release fields and no date", () => {
    const { world, business } = open();
    expect(touched(business, "re-release")).toEqual(["CDHDR", "CDPOS", "EKKO"]);
    const { FRGRL: _, ...rest } = rows.EKKO[0] ?? {};
    expect(all(world, "EKKO")).toEqual([{ ...rest, FRGKE: "G", FRGZU: "X", PROCSTAT: "05" }]);
    business.play(["re-release"]);
    expect(all(world, "EKKO")).toEqual(rows.EKKO);
    expect(all(world, "CDHDR").map((row) => row["CHANGENR"])).toEqual(["0000000000", "0000000001"]);
  });

  it("a deletion flag leaves the value in the item", () => {
    const { world, business } = open();
    business.play(["deletion-flag"]);
    expect(item(world)).toEqual({ ...rows.EKPO[0], LOEKZ: "L", AEDAT: today });
    expect(business.play(["deletion-flag", "changed-item", "goods-receipt", "new-order"])).toEqual([]);
  });

  it("goods receipts add up to what was ordered; ELIKZ moves with the last and EKPO-AEDAT never", () => {
    const { world, business } = open();
    for (let count = 0; count < 20; count += 1) business.play(["goods-receipt"]);
    const history = all(world, "EKBE");
    const sum = (field: string) => history.reduce((total, row) => total + BigInt((row[field] ?? "").replace(".", "")), 0n);
    expect(sum("MENGE")).toBe(3000n);
    expect(all(world, "EKET")[0]?.["WEMNG"]).toBe("3.000");
    expect(item(world)).toEqual({ ...rows.EKPO[0], ELIKZ: "X" });
    expect(history.every((row) => row["CPUDT"] === today && row["VGABE"] === "1" && row["BWART"] === "101")).toBe(true);
    expect(history.filter((row) => row["ELIKZ"] === "X")).toHaveLength(1);
    expect(all(world, "CDHDR")).toEqual([]);
  });
});

describe("business", () => {
  it("is the same for the same seed, and another for another", () => {
    const played = (seed: number) => {
      const { world, business } = open(seed);
      const names = business.play(40).map((event) => event.name);
      return { names, tables: snapshot(world) };
    };
    expect(played(5)).toEqual(played(5));
    expect(played(5).tables).not.toBe(played(6).tables);
    expect(new Set(Array.from({ length: 10 }, (_, seed) => played(seed + 1).names).flat())).toEqual(new Set(eventNames));
  });

  it("keeps every document in balance, whatever happens", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { world, business } = open(seed);
      expect(business.play(60)).toHaveLength(60);
      expect([...balances(world)].filter(([, sum]) => sum !== 0n)).toEqual([]);
      const headers = new Set(all(world, "BKPF").map((row) => `${row["BUKRS"]} ${row["BELNR"]} ${row["GJAHR"]}`));
      expect(new Set(balances(world).keys())).toEqual(headers);
      const indexed = [...all(world, "BSIK"), ...all(world, "BSAK")].map((row) => `${row["BELNR"]} ${row["BUZEI"]}`);
      expect(new Set(indexed).size).toBe(indexed.length);
    }
  });

  it("says what it would do without doing it", () => {
    const { world, business } = open();
    const before = snapshot(world);
    expect(business.next()?.changes.length).toBeGreaterThan(0);
    expect(snapshot(world)).toBe(before);
  });

  it("does nothing in an empty world", () => {
    const world = worldOf();
    expect(createBusiness(world, { seed: 1, clock }).play(5)).toEqual([]);
  });

  it("posts into the period of the company code's own variant", () => {
    const v3 = { PERIV: "V3", BDATJ: "0000" };
    const world = worldOf({
      T001: [{ BUKRS: "1200", PERIV: "V3" }],
      T009: [{ PERIV: "V3" }],
      T009B: [
        { ...v3, BUMON: "02", BUTAG: "29", POPER: "011", RELJR: "-1" },
        { ...v3, BUMON: "03", BUTAG: "31", POPER: "012", RELJR: "-1" },
        { ...v3, BUMON: "04", BUTAG: "30", POPER: "001", RELJR: "0" },
      ],
    });
    expect(periodOf(world, "1200", "20260301")).toEqual({ gjahr: "2025", monat: "12" });
    expect(periodOf(world, "1200", "20260430")).toEqual({ gjahr: "2026", monat: "01" });
    expect(() => periodOf(world, "1200", "20260501")).toThrow(/V3 has no period for 20260501/);
  });

  it("draws from every face of its dice", () => {
    const dice = createDice(0);
    expect(new Set(Array.from({ length: 200 }, () => dice.below(6))).size).toBe(6);
  });
});
