// What the builder derives from its books must agree with them: these sums are computed here from the files, by code of their own.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fieldsOf, isKnownField } from "../ecc/index.ts";
import type { EccRow, Manifest } from "../world.ts";
import { buildGroup } from "./build-group.ts";

let folder: string;
let manifest: Manifest;
const tables = new Map<string, EccRow[]>();
const rowsOf = (table: string): readonly EccRow[] => tables.get(table) ?? [];
const cents = (text: string | undefined): bigint => BigInt((text ?? "0.00").replace(".", ""));
const signed = (row: EccRow, field: string): bigint => (row["SHKZG"] === "H" ? -cents(row[field]) : cents(row[field]));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ml-derived-"));
  const size = { projects: 5, vendors: 130, purchaseOrders: 150, poLines: 420, costLines: 2_000 };
  manifest = buildGroup({ worldFolder: folder, seed: 11, asOf: "20261115", ...size });
  for (const file of readdirSync(join(folder, "ecc", "tables"))) {
    const lines = readFileSync(join(folder, "ecc", "tables", file), "utf8")
      .trimEnd()
      .split("\n");
    tables.set(
      file.replace(".ndjson", ""),
      lines.map((line) => JSON.parse(line) as EccRow),
    );
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Adds up by a key; what sums to nothing is left out, as a total of zero may be a row or none. */
function sumBy(rows: readonly EccRow[], keyOf: (row: EccRow) => string, amountOf: (row: EccRow) => bigint): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0n) + amountOf(row));
  return new Map([...sums].filter(([, sum]) => sum !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const sumPeriods = (stem: RegExp) => (row: EccRow) =>
  Object.entries(row).reduce((sum, [name, value]) => (stem.test(name) ? sum + cents(value) : sum), 0n);

describe("the derived tables", () => {
  it("hold only fields of the dictionary, at most as wide as it says, and every key once", () => {
    const lost: string[] = [];
    for (const [table, rows] of tables) {
      const fields = new Map((fieldsOf(table) ?? []).map((field) => [field.name, field]));
      const keys = [...fields.values()].filter((field) => field.isKey && field.dataType !== "CLNT").map(({ name }) => name);
      expect(new Set(rows.map((row) => keys.map((key) => row[key] ?? "").join("|"))).size, table).toBe(rows.length);
      for (const row of rows)
        for (const [name, value] of Object.entries(row)) {
          const field = fields.get(name);
          const isText = ["CHAR", "NUMC", "CUKY", "UNIT", "LANG", "DATS", "TIMS"].includes(field?.dataType ?? "");
          if (table !== "T000" && !isKnownField(table, name)) lost.push(`${table}-${name}`);
          if (isText && field !== undefined && value.length > field.length) lost.push(`${table}-${name} ${value}`);
        }
    }
    expect([...new Set(lost)]).toEqual([]);
  });

  it("receive in EKET what EKBE says", () => {
    const key = (row: EccRow) => `${row["EBELN"]} ${row["EBELP"]}`;
    const history = rowsOf("EKBE").filter((row) => row["VGABE"] === "1" || row["VGABE"] === "9");
    const quantity = (row: EccRow) => (row["BWART"] === "102" ? -cents(row["MENGE"]) : cents(row["MENGE"]));
    const received = sumBy(history, key, quantity);
    expect(received.size).toBeGreaterThan(50);
    expect(received).toEqual(sumBy(rowsOf("EKET"), key, (row) => cents(row["WEMNG"] ?? "0.000")));
  });

  it("split the history of several assignments without remainder, and bind each invoice to RBKP, RSEG and its FI document", () => {
    const key = (row: EccRow) => ["EBELN", "EBELP", "VGABE", "GJAHR", "BELNR"].map((name) => row[name]).join(" ");
    const whole = rowsOf("EKBE").filter(
      (row) => row["ZEKKN"] === "00" && rowsOf("EKBE_MA").some((part) => key(part) === key(row)),
    );
    expect(whole.length).toBeGreaterThan(2);
    expect(sumBy(rowsOf("EKBE_MA"), key, (row) => signed(row, "WRBTR"))).toEqual(
      sumBy(whole, key, (row) => signed(row, "WRBTR")),
    );
    const documents = new Map(
      rowsOf("BKPF")
        .filter((row) => row["AWTYP"] === "RMRP")
        .map((row) => [row["AWKEY"], row]),
    );
    const items = new Map(rowsOf("RSEG").map((row) => [`${row["BELNR"]}${row["GJAHR"]}`, row]));
    const posted = rowsOf("EKBE").filter((row) => row["VGABE"] === "2" || row["VGABE"] === "3");
    const invoices = posted.filter((row) => row["BEWTP"] !== "K");
    expect(posted.length - invoices.length).toBe(1);
    expect(rowsOf("RBKP").length).toBe(invoices.length);
    for (const row of invoices) {
      const awkey = `${row["BELNR"]}${row["GJAHR"]}`;
      expect(documents.get(awkey)?.["BUDAT"], awkey).toBe(row["BUDAT"]);
      expect(signed(items.get(awkey) ?? {}, "WRBTR"), awkey).toBe(signed(row, "WRBTR"));
    }
  });

  it("cancel an invoice in RBKP alone, both ways", () => {
    const byKey = new Map(rowsOf("RBKP").map((row) => [`${row["BELNR"]}${row["GJAHR"]}`, row]));
    const cancelled = [...byKey.values()].filter((row) => row["STBLG"] !== undefined);
    expect(cancelled).toHaveLength(2);
    for (const row of cancelled) {
      expect(byKey.get(`${row["STBLG"]}${row["STJAH"]}`)?.["STBLG"]).toBe(row["BELNR"]);
      const document = rowsOf("BKPF").find((header) => header["AWKEY"] === `${row["BELNR"]}${row["GJAHR"]}`);
      expect(document?.["STBLG"]).toBeUndefined();
    }
  });

  it("carry the CO lines of every FI cost line, and totals that are their sums", () => {
    const objects = (row: EccRow) => row["PROJK"] ?? row["NPLNR"] ?? row["AUFNR"] ?? row["KOSTL"];
    const status = new Map(rowsOf("BKPF").map((row) => [`${row["BUKRS"]}${row["BELNR"]}${row["GJAHR"]}`, row["BSTAT"] ?? ""]));
    const elements = new Set(
      rowsOf("CSKB")
        .filter((row) => row["DATBI"] === "99991231")
        .map((row) => row["KSTAR"]),
    );
    const lines = rowsOf("BSEG").filter((row) => {
      const isActual = ["", "A", "B"].includes(status.get(`${row["BUKRS"]}${row["BELNR"]}${row["GJAHR"]}`) ?? "V");
      return isActual && objects(row) !== undefined && elements.has(row["HKONT"]);
    });
    const actual = rowsOf("COEP").filter((row) => row["WRTTP"] === "04" && row["VRGNG"] === "COIN");
    const byAccount = (field: string) => (row: EccRow) => `${row["BUKRS"]} ${row[field]}`;
    const fromFinance = sumBy(lines, byAccount("HKONT"), (row) => signed(row, "DMBTR"));
    expect(fromFinance.size).toBeGreaterThan(10);
    expect(sumBy(actual, byAccount("KSTAR"), (row) => cents(row["WOGBTR"]))).toEqual(fromFinance);
    const key = (row: EccRow) => ["OBJNR", "GJAHR", "WRTTP", "KSTAR", "VRGNG"].map((name) => row[name]).join(" ");
    const totals = [...rowsOf("COSP"), ...rowsOf("COSS")];
    expect(sumBy(totals, key, sumPeriods(/^WKG\d{3}$/))).toEqual(sumBy(rowsOf("COEP"), key, (row) => cents(row["WKGBTR"])));
    expect(new Set(rowsOf("COEP").map((row) => row["VRGNG"]))).toEqual(new Set(["COIN", "RKL", "RKIU", "KOAO"]));
    expect(rowsOf("COEP").some((row) => row["WRTTP"] === "11")).toBe(true);
    const headers = new Set(rowsOf("COBK").map((row) => row["BELNR"]));
    expect(rowsOf("COEP").filter((row) => !headers.has(row["BELNR"]))).toEqual([]);
  });

  it("balance the ledgers with the lines", () => {
    const status = new Map(rowsOf("BKPF").map((row) => [`${row["BUKRS"]}${row["BELNR"]}${row["GJAHR"]}`, row["BSTAT"] ?? ""]));
    const lines = rowsOf("BSEG").filter((row) => status.get(`${row["BUKRS"]}${row["BELNR"]}${row["GJAHR"]}`) !== "D");
    const sums = sumBy(
      lines,
      (row) => `${row["BUKRS"]} ${row["GJAHR"]} ${row["HKONT"]}`,
      (row) => signed(row, "DMBTR"),
    );
    const hsl = sumPeriods(/^HSL\d\d$/);
    expect(sumBy(rowsOf("GLT0"), (row) => `${row["BUKRS"]} ${row["RYEAR"]} ${row["RACCT"]}`, hsl)).toEqual(sums);
    const ledger = (row: EccRow) => `${row["RBUKRS"]} ${row["RYEAR"]} ${row["RACCT"]}`;
    const leading = sumBy(rowsOf("FAGLFLEXA"), ledger, (row) => cents(row["HSL"]));
    expect(leading).toEqual(new Map([...sums].filter(([key]) => key.startsWith("1200"))));
    expect(sumBy(rowsOf("FAGLFLEXT"), ledger, hsl)).toEqual(leading);
    expect(leading.size).toBeGreaterThan(5);
  });

  it("know every account posted, and place each vendor line in one of the two indexes", () => {
    const accounts = new Set(rowsOf("SKB1").map((row) => `${row["BUKRS"]} ${row["SAKNR"]}`));
    expect(rowsOf("BSEG").filter((row) => !accounts.has(`${row["BUKRS"]} ${row["HKONT"]}`))).toEqual([]);
    const vendorLines = rowsOf("BSEG").filter((row) => row["KOART"] === "K");
    expect(rowsOf("BSIK").length + rowsOf("BSAK").length).toBe(vendorLines.length);
    expect(rowsOf("BSAK").length).toBeGreaterThan(0);
  });

  it("sum a service order's detail lines to the item, and lead there over the outline", () => {
    const services = rowsOf("EKPO").filter((row) => row["PSTYP"] === "9");
    expect(services.length).toBeGreaterThan(10);
    for (const item of services) {
      const outline = rowsOf("ESLL").filter((row) => row["PACKNO"] === item["PACKNO"]);
      expect(outline.map((row) => row["PACKAGE"])).toEqual(["X"]);
      const lines = rowsOf("ESLL").filter((row) => row["PACKNO"] === outline[0]?.["SUB_PACKNO"]);
      expect(lines.reduce((sum, row) => sum + cents(row["NETWR"]), 0n)).toBe(cents(item["NETWR"]));
    }
  });

  it("are summed up in the manifest's control totals", () => {
    const { invoices, orderHistory, coLines, ledgerLines } = manifest.controls;
    const yen = (amount: string | undefined) => BigInt(amount ?? "0");
    expect(invoices.count).toBe(rowsOf("RSEG").length);
    const history = rowsOf("EKBE").filter((row) => row["VGABE"] === "1" && row["HSWAE"] === "USD");
    const received = history.reduce((sum, row) => sum + signed(row, "DMBTR"), 0n);
    expect(cents(orderHistory["1"]?.amount["USD"])).toBe(received);
    // What one object gives, another takes.
    expect(coLines["RKL"]?.amount["USD"]).toBe("0.00");
    const debits = rowsOf("FAGLFLEXA").filter((row) => row["DRCRK"] === "S");
    expect(yen(ledgerLines["1200"]?.amount["JPY"])).toBe(debits.reduce((sum, row) => sum + cents(row["HSL"]), 0n));
  });

  it("can be left out where they are in the way, without a change to the flows", () => {
    const lean = mkdtempSync(join(tmpdir(), "ml-lean-"));
    const size = { projects: 5, vendors: 130, purchaseOrders: 150, poLines: 420, costLines: 2_000 };
    const without = buildGroup({ worldFolder: lean, seed: 11, asOf: "20261115", ...size, ledgers: "none" });
    const files = readdirSync(join(lean, "ecc", "tables"));
    rmSync(lean, { recursive: true });
    expect(files).toContain("RBKP.ndjson");
    expect(files).not.toContain("COEP.ndjson");
    expect(without.flows).toEqual(manifest.flows);
    expect(without.options).toEqual(manifest.options);
  });

  it("name the cases of an order's history, and every kind of change", () => {
    const names = manifest.nasty.map(({ name }) => name);
    expect(names).toContain("goods receipt and its cancellation");
    expect(names).toContain("account maintenance clears what will not be invoiced");
    expect(names).toContain("subsequent debit: value without quantity");
    expect(new Set(rowsOf("CDHDR").map((row) => row["OBJECTCLAS"]))).toEqual(new Set(["KRED", "ADRESSE", "EINKBELEG"]));
    expect(new Set(rowsOf("ADRC").map((row) => row["NATION"] ?? ""))).toEqual(new Set(["", "I"]));
    expect(rowsOf("TCURR").some((row) => row["UKURS"]?.startsWith("-"))).toBe(true);
  });
});
