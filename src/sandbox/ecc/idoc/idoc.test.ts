// IDocs from rows, and their forms: segments, amounts, XML variants, the flat file's widths, packages.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { manualClock, type Rows, system, worldOf } from "../../../../test/support/ecc-world.ts";
import { createDice } from "../business/desk.ts";
import { createIDoc, objectsOf } from "./create.ts";
import { dropFile } from "./drop-file.ts";
import { controlWidths, type IDoc, messageTypes, type ObjectKey, type Segment } from "./idoc.ts";
import { packagesOf } from "./packages.ts";
import { layouts } from "./segment-layouts.ts";
import { flatFile } from "./write-flat.ts";
import { packageXml, plainVariant } from "./write-xml.ts";

const rows: Rows = {
  T001: [{ BUKRS: "1000", WAERS: "USD" }],
  TCURX: [{ CURRKEY: "JPY", CURRDEC: "0" }],
  T006: [{ MSEHI: "ST", ISOCODE: "PCE" }],
  LFA1: [{ LIFNR: "0000100001", NAME1: 'Stone & "Sons" <3', SPRAS: "E", LOEVM: "X" }],
  LFB1: [{ LIFNR: "0000100001", BUKRS: "1000", ZTERM: "N030" }],
  LFM1: [{ LIFNR: "0000100001", EKORG: "1000", WAERS: "JPY", MINBW: "12.50" }],
  EKKO: [
    { EBELN: "4500000001", BUKRS: "1000", LIFNR: "0000100001", WAERS: "JPY", BSART: "NB", EKORG: "1000", BEDAT: "20260105" },
  ],
  EKPO: [
    { EBELN: "4500000001", EBELP: "00010", MENGE: "2.000", MEINS: "ST", NETWR: "12.50", TXZ01: "Pump" },
    { EBELN: "4500000001", EBELP: "00020", NETWR: "-2.50", MATNR: "000000000000000017" },
    { EBELN: "4500000001", EBELP: "00030", NETWR: "7.00", LOEKZ: "L" },
  ],
  EKET: [{ EBELN: "4500000001", EBELP: "00010", ETENR: "0001", EINDT: "20260201", MENGE: "2.000" }],
  EKKN: [{ EBELN: "4500000001", EBELP: "00010", ZEKKN: "01" }],
  BKPF: [{ BUKRS: "1000", BELNR: "5100000001", GJAHR: "2026", WAERS: "JPY", AWTYP: "RMRP" }],
  BSEG: [
    {
      BUKRS: "1000",
      BELNR: "5100000001",
      GJAHR: "2026",
      BUZEI: "001",
      KOART: "K",
      SHKZG: "H",
      WRBTR: "12.50",
      DMBTR: "1.00",
      LIFNR: "0000100001",
    },
    {
      BUKRS: "1000",
      BELNR: "5100000001",
      GJAHR: "2026",
      BUZEI: "002",
      KOART: "S",
      SHKZG: "S",
      WRBTR: "12.50",
      HKONT: "0000400000",
      PROJK: "00001234",
    },
    {
      BUKRS: "1000",
      BELNR: "5100000001",
      GJAHR: "2026",
      BUZEI: "003",
      KOART: "S",
      SHKZG: "S",
      WRBTR: "0.00",
      HKONT: "0000154000",
    },
  ],
  CSKS: [
    { KOKRS: "1000", KOSTL: "0000004711", DATBI: "20251231", DATAB: "20200101" },
    { KOKRS: "1000", KOSTL: "0000004711", DATBI: "99991231", DATAB: "20260101" },
  ],
  CSKT: [{ SPRAS: "E", KOKRS: "1000", KOSTL: "0000004711", DATBI: "99991231", KTEXT: "Yard" }],
};

function idocOf(object: ObjectKey, changed: { isExtended?: boolean; bytesMin?: number; isBroken?: boolean } = {}): IDoc {
  const { tables } = worldOf(rows);
  const at = { date: "20261124", time: "091530" };
  const docnum = "0000000064000001";
  const idoc = createIDoc(object, {
    tables,
    system,
    docnum,
    at,
    dice: createDice(1),
    isExtended: false,
    isBroken: false,
    ...changed,
  });
  if (idoc === undefined) throw new Error("no IDoc");
  return idoc;
}

const order: ObjectKey = { message: "ORDERS", key: ["4500000001"] };
const vendor: ObjectKey = { message: "CREMAS", key: ["0000100001"] };
const document: ObjectKey = { message: "FIDCC2", key: ["1000", "5100000001", "2026"] };
const shape = ({ name, children }: Segment): unknown => (children.length === 0 ? name : [name, children.map(shape)]);
const valuesOf = (segment: Segment | undefined) => Object.fromEntries(segment?.fields ?? []);
const named = (idoc: IDoc, name: string) => idoc.segments.filter((segment) => segment.name === name);

describe("IDocs of a world", () => {
  it("are of every object once", () => {
    expect(objectsOf(worldOf(rows).tables, messageTypes)).toEqual([
      vendor,
      order,
      { message: "ORDCHG", key: ["4500000001"] },
      document,
      { message: "COSMAS", key: ["1000", "0000004711"] },
    ]);
  });

  it("of a vendor carry company codes and purchasing organisations inside", () => {
    const idoc = idocOf(vendor);
    expect(idoc.segments.map(shape)).toEqual([["E1LFA1M", ["E1LFB1M", "E1LFM1M"]]]);
    expect(valuesOf(idoc.segments[0])).toMatchObject({ MSGFN: "005", LIFNR: "0000100001", LOEVM: "X", ERDAT: "00000000" });
    expect(valuesOf(idoc.segments[0])).not.toHaveProperty("NAME2");
    expect(valuesOf(idoc.segments[0]?.children[1])).toMatchObject({ WAERS: "JPY", MINBW: " 1250" });
    expect(idoc.control).toMatchObject({ IDOCTYP: "CREMAS05", MESTYP: "CREMAS", SNDPRN: "ECCCLNT100", SERIAL: "20261124091530" });
  });

  it("of an order have no account assignment, real amounts, ISO units, and a total of what is there", () => {
    const idoc = idocOf(order);
    const items = named(idoc, "E1EDP01");
    expect(items.map(shape)).toEqual([
      ["E1EDP01", ["E1EDP20", "E1EDP19"]],
      ["E1EDP01", ["E1EDP19"]],
    ]);
    expect(valuesOf(items[0])).toMatchObject({ POSEX: "00010", ACTION: "001", MENEE: "PCE", NETWR: "1250" });
    expect(valuesOf(items[1])).toMatchObject({ NETWR: "250-" });
    expect(valuesOf(named(idoc, "E1EDS01")[0])).toEqual({ SUMID: "002", SUMME: "1000", SUNIT: "JPY" });
    expect(JSON.stringify(idoc)).not.toMatch(/EKKN|PROJK|KOSTL/);
    expect(valuesOf(named(idoc, "E1EDK01")[0])).toMatchObject({ BELNR: "4500000001", HWAER: "USD", CURCY: "JPY" });
  });

  it("of a changed order list some items, deleted ones too", () => {
    const { tables } = worldOf(rows);
    const at = { date: "20261124", time: "091530" };
    const base = { tables, system, docnum: "0000000064000001", at, isExtended: false, isBroken: false };
    const listed = new Set<string>();
    for (let seed = 1; seed < 30; seed += 1) {
      const idoc = createIDoc({ message: "ORDCHG", key: ["4500000001"] }, { ...base, dice: createDice(seed) });
      listed.add(
        (idoc === undefined ? [] : named(idoc, "E1EDP01"))
          .map((item) => `${valuesOf(item)["POSEX"]} ${valuesOf(item)["ACTION"]}`)
          .join(),
      );
    }
    expect([...listed].sort()).toEqual(["00010 002", "00010 002,00020 002", "00010 002,00030 003"]);
  });

  it("of a document are unsigned, with the vendor in E1FINBU and the cost element where there is a cost object", () => {
    const idoc = idocOf(document);
    expect(idoc.segments.map(shape)).toEqual([["E1FIKPF", [["E1FISEG", ["E1FINBU"]], ["E1FISEG", ["E1FISE2"]], "E1FISEG"]]]);
    expect(valuesOf(idoc.segments[0])).toMatchObject({ KURSF: " 0.00000", STJAH: "0000" });
    expect(valuesOf(idoc.segments[0]?.children[0])).toMatchObject({
      WRBTR: " 1250",
      DMBTR: " 1.00",
      SHKZG: "H",
      PROJK: "00000000",
    });
    expect(valuesOf(idoc.segments[0]?.children[1]?.children[0])).toEqual({ KSTAR: "0000400000" });
  });

  it("of a cost centre have a segment for each interval", () => {
    expect(idocOf({ message: "COSMAS", key: ["1000", "0000004711"] }).segments.map(shape)).toEqual([
      "E1CSKSM",
      ["E1CSKSM", ["E1CSKTM"]],
    ]);
  });

  it("are none of what is gone", () => {
    const { tables } = worldOf(rows);
    const base = {
      tables,
      system,
      docnum: "1",
      at: { date: "", time: "" },
      dice: createDice(1),
      isExtended: false,
      isBroken: false,
    };
    expect(createIDoc({ message: "CREMAS", key: ["0000999999"] }, base)).toBeUndefined();
  });

  it("that are broken name no object", () => {
    expect(idocOf(vendor, { isBroken: true }).segments[0]?.fields).toEqual([["MSGFN", "005"]]);
    expect(idocOf(order, { isBroken: true }).segments[0]?.fields).toEqual([]);
  });
});

describe("XML", () => {
  const xmlOf = (variant: Partial<typeof plainVariant>, idocs = [idocOf(vendor)]) =>
    packageXml(idocs, { ...plainVariant, ...variant });

  it("nests segments, keeps several IDocs under one root, and escapes", () => {
    const xml = xmlOf({}, [idocOf(vendor), idocOf(vendor)]);
    expect(xml).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8" \?><CREMAS05><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><TABNAM>EDI_DC40<\/TABNAM>/,
    );
    expect(xml.match(/<IDOC BEGIN="1">/g)).toHaveLength(2);
    expect(xml).toContain("<NAME1>Stone &amp; &quot;Sons&quot; &lt;3</NAME1>");
    expect(xml).toMatch(/<\/E1LFB1M><E1LFM1M SEGMENT="1">.*<\/E1LFM1M><\/E1LFA1M><\/IDOC><\/CREMAS05>$/);
  });

  it("comes as proxies and middleware leave it", () => {
    expect(xmlOf({ hasDeclaration: false, hasBegin: false })).toMatch(/^<CREMAS05><IDOC><EDI_DC40 SEGMENT="1">/);
    expect(xmlOf({ segment: "" })).toContain('<E1LFA1M SEGMENT="">');
    expect(xmlOf({ isSoap: true })).toMatch(/<SOAP:Body><CREMAS05>.*<\/CREMAS05><\/SOAP:Body><\/SOAP:Envelope>$/);
    expect(xmlOf({ hasNamespace: true, isIndented: true })).toContain(
      '<ns0:CREMAS05 xmlns:ns0="urn:sap-com:document:sap:idoc:messages">\n  <IDOC',
    );
  });

  it("mangles the names of an extension, not its texts", () => {
    const xml = xmlOf({}, [idocOf(vendor, { isExtended: true })]);
    expect(xml).toContain("<_-ACME_-CREMAS05X><IDOC");
    expect(xml).toContain("<CIMTYP>/ACME/CREMAS05X</CIMTYP>");
    expect(xml).toContain('<_-ACME_-E1SITE SEGMENT="1"><_-ACME_-SITE>North &amp; South</_-ACME_-SITE></_-ACME_-E1SITE>');
  });

  it("are as long as is wanted, where a customer's extension fills them up", () => {
    const sizes = [order, vendor, document].map(
      (object) => xmlOf({}, [idocOf(object, { isExtended: true, bytesMin: 3_000 })]).length,
    );
    for (const size of sizes) expect(size).toBeGreaterThan(3_000);
    expect(Math.max(...sizes)).toBeLessThan(4_500);
  });
});

describe("flat files", () => {
  const lines = (idocs: readonly IDoc[], isTrimmed = false) => flatFile(idocs, { lineEnd: "\r\n", isTrimmed }).split("\r\n");

  it("have control records of 524 and data records of 1063 characters", () => {
    expect(controlWidths.reduce((sum, [, width]) => sum + width, 0)).toBe(524);
    const [control, first, ...others] = lines([idocOf(order)]);
    expect(control?.length).toBe(524);
    expect([first, ...others.slice(0, -1)].map((line) => line?.length)).toEqual(Array.from({ length: 16 }, () => 1063));
    expect(control?.slice(0, 33)).toBe("EDI_DC40  1000000000064000001700 ");
    expect(first?.slice(0, 63)).toBe(`E2EDK01005                    1000000000064000001${"000001"}${"000000"}01`);
    expect(first?.slice(63 + 4, 63 + 10)).toBe("JPYUSD");
  });

  it("name parents by number and put fields in their places", () => {
    const records = lines([idocOf(order)]);
    const item = records.findIndex((line) => line.startsWith("E2EDP01007"));
    const heads = records.slice(item, item + 3).map((line) => [line.slice(0, 30).trimEnd(), line.slice(49, 63)]);
    expect(heads).toEqual([
      ["E2EDP01007", "00001100000001"],
      ["E2EDP20", "00001200001102"],
      ["E2EDP19001", "00001300001102"],
    ]);
    expect(records[item]?.slice(63, 63 + 11)).toBe("00010 0010 ");
    const total = records.find((line) => line.startsWith("E2EDS01"));
    expect(total?.slice(63).trimEnd()).toBe("0021000              JPY");
  });

  it("may have lost trailing blanks, and hold several IDocs", () => {
    const records = lines([idocOf(vendor), idocOf(vendor)], true);
    expect(records.filter((line) => line.startsWith("EDI_DC40"))).toHaveLength(2);
    expect(records.every((line) => line === line.trimEnd())).toBe(true);
  });

  it("know a layout for every segment that is sent, no wider than a record", () => {
    const found = new Set<string>();
    const collect = (segment: Segment): void => {
      found.add(segment.name);
      segment.children.forEach(collect);
    };
    for (const object of objectsOf(worldOf(rows).tables, messageTypes)) idocOf(object).segments.forEach(collect);
    for (const name of found) {
      expect([name, layouts[name] !== undefined]).toEqual([name, true]);
      expect(layouts[name]?.fields.reduce((sum, [, width]) => sum + width, 0)).toBeLessThanOrEqual(1000);
    }
  });

  it("stand half first, then whole", async () => {
    const folder = await mkdtemp(join(tmpdir(), "ml-idoc-"));
    const { clock, advance, sleeping } = manualClock();
    const idocs = [idocOf(order)];
    const target = { kind: "folder", folder, lineEnd: "\n", isTrimmed: false, halfMs: 50 } as const;
    const dropped = dropFile(target, clock, idocs);
    while (sleeping() === 0) await new Promise((resolve) => setImmediate(resolve));
    const [name = ""] = await readdir(folder);
    const whole = flatFile(idocs, target);
    expect((await readFile(join(folder, name), "utf8")).length).toBe(whole.length >>> 1);
    advance(50);
    await dropped;
    expect(await readFile(join(folder, name), "utf8")).toBe(whole);
    await rm(folder, { recursive: true });
  });
});

describe("packages", () => {
  it("hold one type each, no more than allowed, and every IDoc once", () => {
    const idocs = Array.from({ length: 50 }, (_, index) => ({
      ...idocOf(index % 2 === 0 ? vendor : order),
      docnum: String(index),
    }));
    for (const isReordered of [false, true]) {
      const packages = packagesOf(idocs, { max: 7, isReordered, dice: createDice(3) });
      expect(
        packages
          .flat()
          .map(({ docnum }) => docnum)
          .sort(),
      ).toEqual(idocs.map(({ docnum }) => docnum).sort());
      expect(Math.max(...packages.map((each) => each.length))).toBeLessThanOrEqual(7);
      for (const each of packages) expect(new Set(each.map(({ control }) => control["IDOCTYP"])).size).toBe(1);
      const numbers = packages
        .flat()
        .filter(({ object }) => object.message === "CREMAS")
        .map(({ docnum }) => Number(docnum));
      expect(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))).toBe(!isReordered);
    }
  });
});
