import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EccRow } from "../world.ts";
import { deltaExtracts, loadExtracts } from "./load-extracts.ts";

const folder = mkdtempSync(join(tmpdir(), "ml-loader-"));
afterAll(() => rmSync(folder, { recursive: true }));
const user = { user: "READER", password: "x", tables: ["*"], functions: ["*"] };
const mark = "\uFEFF";

/** A small made-up export in the form of each profile. */
function writeExport(name: string, files: Readonly<Record<string, readonly string[]>>): string {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  for (const [file, lines] of Object.entries(files)) writeFileSync(join(target, file), `${lines.join("\n")}\n`);
  return target;
}

const rowsOf = (world: string, table: string): EccRow[] =>
  readFileSync(join(world, "ecc", "tables", `${table}.ndjson`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as EccRow);

const teaching = {
  "EKKO.csv": [
    `${mark}MANDT,EBELN,BUKRS,BSTYP,BSART,LIFNR,WAERS,WKURS,BEDAT,EXTRA`,
    "375,4500000001,US00,F,NB,125000,USD,1,2/1/17,",
    "375,4500000002,US00,F,NB,125001,INR,/46.69000,2/1/17,",
    ",,,,,125000,USD,1,2/1/17,",
  ],
  "EKPO.csv": [
    `${mark}MANDT,EBELN,EBELP,WERKS,NETWR,RETPO,LOEKZ`,
    '375,4500000001,10,DL00,"1,500.00",,',
    "375,4500000001,20,MI00,100,X,",
    "375,4500000002,10,DL00,5,,",
  ],
  "BKPF.csv": [
    ",MANDT,BUKRS,BELNR,GJAHR,BUDAT,CPUDT,CPUTM,WAERS,AWKEY",
    "0,375,US00,1900000001,2017,2/2/17,2/3/17,1:00:00 PM,USD,4.9E+13",
    "1,375,US00,1900000002,2017,2/2/17,2/3/17,1:00:00 PM,USD,",
  ],
  "BSEG.csv": [
    ",MANDT,BUKRS,BELNR,GJAHR,BUZEI,KOART,SHKZG,DMBTR,KOKRS,KOSTL,HKONT,LIFNR",
    '0,375,US00,1900000001.0,2017,1,S,S,"1,250.50",NA00,NAPC1000,760000,',
    '1,375,US00,1900000001.0,2017,2,K,H,"1,250.50",NA00,,300000,125001.0',
  ],
};

describe("loading an export", () => {
  const world = join(folder, "world");
  let report: ReturnType<typeof loadExtracts>;
  beforeAll(() => {
    report = loadExtracts({ worldFolder: world, profile: "gbi375", sourceFolder: writeExport("teaching", teaching), user });
  });

  it("restores rows, and stubs what they only name", () => {
    expect(rowsOf(world, "BSEG")[0]).toEqual({
      BUKRS: "US00",
      BELNR: "1900000001",
      GJAHR: "2017",
      BUZEI: "001",
      KOART: "S",
      SHKZG: "S",
      DMBTR: "1250.50",
      KOKRS: "NA00",
      KOSTL: "NAPC1000",
      HKONT: "0000760000",
    });
    expect(report.stubs).toEqual({
      T001: ["US00"],
      TKA02: ["US00"],
      T001W: ["DL00", "MI00"],
      LFA1: ["0000125000", "0000125001"],
      LFB1: ["0000125000 US00", "0000125001 US00"],
      CSKS: ["NA00 NAPC1000"],
      CSKT: ["NA00 NAPC1000"],
      CSKB: ["NA00 0000760000"],
    });
    expect(rowsOf(world, "CSKB")[0]).toMatchObject({ KATYP: "01", DATBI: "99991231" });
  });

  it("reports what it skipped, dropped and lost", () => {
    const [ekko, , bkpf] = report.extracts;
    expect(ekko).toMatchObject({ rowsRead: 3, rowsKept: 2, continuationRows: 1, droppedColumns: ["EXTRA"] });
    expect(bkpf).toMatchObject({ lossyValues: { AWKEY: 1 } });
  });

  it("maps plants and cost centres, and says what must come of it", () => {
    const { flows, projects } = report.manifest;
    expect(projects.map((project) => [project.projectNumber, project.commitments, project.directCostsByCode])).toEqual([
      ["PLANT-DL00", "1500.00", {}],
      ["PLANT-MI00", "-100.00", {}],
      ["CC-NAPC", "0.00", { "76-0000.O": "1250.50" }],
    ]);
    expect(flows["purchase-orders"].held).toEqual({ "po-currency": { count: 1, amount: { INR: "5.00" } } });
    expect(flows.costs.rejected).toEqual({ "document-without-lines": { count: 1, amount: { USD: "0.00" } } });
    const mapping = readFileSync(join(world, "config", "mapping.csv"), "utf8");
    expect(mapping).toContain(",cost-center,NAPC1000,0000760000,,,,CC-NAPC,76-0000,O\n");
    expect(mapping).toContain(",plant,DL00,,,,,PLANT-DL00,01-100,M\n");
  });

  it("counts stored amounts by the real decimals of their currency, which TCURX then tells every reader", () => {
    const order = (ebeln: number, waers: string) => `375,${ebeln},US00,F,NB,125000,${waers},1,2/1/17,`;
    const currencies = ["JPY", "KRW", "JOD", "KWD", "HUF", "USD"];
    const [orders = "", items = ""] = [teaching["EKKO.csv"][0], teaching["EKPO.csv"][0]];
    const sourceFolder = writeExport("decimals", {
      ...teaching,
      "EKKO.csv": [orders, ...currencies.map((currency, index) => order(index + 1, currency))],
      "EKPO.csv": [items, ...currencies.map((_, index) => `375,${index + 1},10,DL00,"1,250.50",,`)],
    });
    const worldFolder = join(folder, "decimals-world");
    const { manifest, stubs } = loadExtracts({ worldFolder, profile: "gbi375", sourceFolder, user });
    expect(stubs["TCURX"]).toEqual(["JOD", "JPY", "KRW", "KWD"]);
    expect(rowsOf(worldFolder, "TCURX")).toContainEqual({ CURRKEY: "JPY", CURRDEC: "0" });
    expect(rowsOf(worldFolder, "EKPO")[0]).toMatchObject({ NETWR: "1250.50" });
    expect(manifest.flows["purchase-orders"].held["po-currency"]?.amount).toEqual({
      JPY: "125050",
      KRW: "125050",
      JOD: "125.050",
      KWD: "125.050",
      HUF: "1250.50",
    });
  });

  it("writes the user it was given", () => {
    expect(JSON.parse(readFileSync(join(world, "ecc", "system.json"), "utf8"))).toMatchObject({ client: "375", users: [user] });
  });

  it("refuses what it would have to guess, and then writes nothing", () => {
    const unknownCompany = { ...teaching, "EKKO.csv": teaching["EKKO.csv"].map((line) => line.replace("US00", "ZZ99")) };
    const sourceFolder = writeExport("unknown", unknownCompany);
    const worldFolder = join(folder, "nothing");
    expect(() => loadExtracts({ worldFolder, profile: "gbi375", sourceFolder, user })).toThrow(
      "company code ZZ99 has no row in T001",
    );
    expect(existsSync(worldFolder)).toBe(false);
    expect(() => loadExtracts({ worldFolder, profile: "gbi375", sourceFolder: join(folder, "absent"), user })).toThrow(
      "cannot be read",
    );
    const latin = writeExport("latin", teaching);
    writeFileSync(join(latin, "EKPO.csv"), Buffer.from([0xef, 0xbb, 0xbf, 0x4d, 0xe4, 0x0a]));
    expect(() => loadExtracts({ worldFolder, profile: "gbi375", sourceFolder: latin, user })).toThrow("is not UTF-8");
    expect(readdirSync(folder)).not.toContain("nothing");
  });
});

describe("two exports of one system", () => {
  const files = (orders: readonly string[], items: readonly string[]) => ({
    "EKKO.csv": [`${mark}MANDT,EBELN,BUKRS,BSTYP,LIFNR,WAERS,LASTCHANGEDATETIME`, ...orders],
    "EKPO.csv": [`${mark}MANDT,EBELN,EBELP,WERKS,NETWR,ELIKZ`, ...items],
    "BKPF.csv": [`${mark}MANDT,BUKRS,BELNR,GJAHR`, "140,US00,1,2019"],
  });
  const order = (ebeln: number, lifnr: number, stamp = "0") => `140,${ebeln},US00,F,${lifnr},USD,"${stamp}"`;
  const before = writeExport("t0", files([order(1, 7), order(2, 7)], ["140,1,10,DL00,5,", "140,2,10,DL00,5,"]));

  it("differ in the rows that are new or changed, stubs included", () => {
    const later = files(
      [order(1, 7, "20,190"), order(2, 7), order(3, 8)],
      ["140,1,10,DL00,5,X", "140,2,10,DL00,5,", "140,3,10,HD00,6,"],
    );
    const delta = deltaExtracts({ profile: "gbi140", before, after: writeExport("t1", later) });
    expect(delta.added).toEqual({
      EKKO: ["0000000003"],
      EKPO: ["0000000003 00010"],
      LFA1: ["0000000008"],
      LFB1: ["0000000008 US00"],
      T001W: ["HD00"],
    });
    expect(delta.changed).toEqual({ EKPO: ["0000000001 00010"] });
    expect(delta.missing).toEqual({});
    expect(delta.upsert["EKPO"]).toEqual([
      { EBELN: "0000000001", EBELP: "00010", WERKS: "DL00", NETWR: "5.00", ELIKZ: "X" },
      { EBELN: "0000000003", EBELP: "00010", WERKS: "HD00", NETWR: "6.00" },
    ]);
  });

  it("are equal when nothing happened, and name what has gone", () => {
    expect(deltaExtracts({ profile: "gbi140", before, after: before })).toMatchObject({
      upsert: {},
      added: {},
      changed: {},
      missing: {},
    });
    const fewer = writeExport("t2", files([order(1, 7)], ["140,1,10,DL00,5,"]));
    expect(deltaExtracts({ profile: "gbi140", before, after: fewer }).missing).toEqual({
      EKKO: ["0000000002"],
      EKPO: ["0000000002 00010"],
    });
  });
});

const data = fileURLToPath(new URL("../../../../shared/data/sap", import.meta.url));

describe.skipIf(!existsSync(join(data, "gbi375")))("the teaching company's extracts", () => {
  it("load as their inventory says", () => {
    const worldFolder = join(folder, "gbi375");
    const { extracts, stubs, manifest } = loadExtracts({
      worldFolder,
      profile: "gbi375",
      sourceFolder: join(data, "gbi375"),
      user,
    });
    expect(extracts.map(({ rowsRead, continuationRows }) => [rowsRead, continuationRows])).toEqual([
      [567, 54],
      [522, 0],
      [3313, 0],
      [2811, 0],
    ]);
    expect(stubs["T001W"]).toEqual(["DL00", "MI00"]);
    // 1,256 documents in BSEG, one of them without a header; 20 of them cut off, one of which is that one.
    expect(manifest.flows.costs.rejected["document-unbalanced"]?.count).toBe(19);
    expect(manifest.flows.costs.rejected["document-without-lines"]?.count).toBe(3313 - 1255);
    // A hundred times what the export prints: its own postings say so (test/real/expected.test.ts).
    const held = manifest.flows["purchase-orders"].held["po-currency"]?.amount;
    expect([held?.["JPY"], held?.["KRW"]]).toEqual(["3049000", "354255000"]);
    expect(manifest.flows["purchase-orders"].rejected).toEqual({});
  });

  it("differ between their two dates as their inventory says", () => {
    const delta = deltaExtracts({ profile: "gbi140", before: join(data, "gbi140/t0"), after: join(data, "gbi140/t1") });
    expect([delta.added["EKKO"]?.length, delta.added["EKPO"]?.length, delta.added["BKPF"]?.length]).toEqual([178, 180, 453]);
    expect(delta.changed).toEqual({ EKKO: ["4500000000"], EKPO: ["4500000078 00010"] });
    expect(delta.upsert["BKPF"]?.filter((row) => row["CPUDT"] === "20190206")).toHaveLength(34);
  });
});
