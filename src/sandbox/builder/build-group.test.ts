import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EccRow, Manifest, ProcoreSeed, Tally } from "../world.ts";
import { minorOf } from "./amount.ts";
import { buildGroup } from "./build-group.ts";

const folders: string[] = [];
const options = { seed: 11, asOf: "20261115", projects: 5, vendors: 120, purchaseOrders: 150, poLines: 420, costLines: 2_000 };

function build(change: Partial<typeof options> = {}): { folder: string; manifest: Manifest } {
  const folder = mkdtempSync(join(tmpdir(), "ml-builder-"));
  folders.push(folder);
  return { folder, manifest: buildGroup({ worldFolder: folder, ...options, ...change }) };
}

const rowsOf = (folder: string, table: string): EccRow[] =>
  readFileSync(join(folder, "ecc", "tables", `${table}.ndjson`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as EccRow);

function digestOf(folder: string): string {
  const hash = createHash("sha256");
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    const path = join(folder, name);
    if (/\.(ndjson|json|csv)$/.test(name)) hash.update(name).update(readFileSync(path));
  }
  return hash.digest("hex");
}

const documentKey = (row: EccRow): string => `${row["BUKRS"]} ${row["BELNR"]} ${row["GJAHR"]}`;
const signed = (row: EccRow): bigint => (row["SHKZG"] === "H" ? -minorOf(row["DMBTR"]) : minorOf(row["DMBTR"]));

/** Adds decimal texts by currency, whatever their decimals. */
function sumTallies(tallies: readonly Tally[]): { count: number; minor: Map<string, bigint> } {
  const minor = new Map<string, bigint>();
  for (const { amount } of tallies) {
    for (const [currency, text] of Object.entries(amount)) {
      minor.set(currency, (minor.get(currency) ?? 0n) + BigInt(text.replace(".", "")));
    }
  }
  return { count: tallies.reduce((sum, tally) => sum + tally.count, 0), minor };
}

let world: ReturnType<typeof build>;
beforeAll(() => {
  world = build();
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe("a built group", () => {
  it("is the same to the byte for the same options, and another for another seed", () => {
    expect(digestOf(build().folder)).toBe(digestOf(world.folder));
    expect(digestOf(build({ seed: 12 }).folder)).not.toBe(digestOf(world.folder));
  });

  it("meets the counts asked for", () => {
    expect(rowsOf(world.folder, "LFA1")).toHaveLength(options.vendors);
    expect(rowsOf(world.folder, "EKKO")).toHaveLength(options.purchaseOrders);
    expect(rowsOf(world.folder, "EKPO")).toHaveLength(options.poLines);
    const withObject = rowsOf(world.folder, "BSEG").filter((row) => row["PROJK"] ?? row["NPLNR"] ?? row["AUFNR"] ?? row["KOSTL"]);
    expect(withObject).toHaveLength(options.costLines);
    expect(world.manifest.projects).toHaveLength(options.projects);
  });

  it("is whole at the smallest size: the nasty cases are the floor", () => {
    const small = build({ projects: 1, vendors: 1, purchaseOrders: 1, poLines: 1, costLines: 1 });
    expect(small.manifest.flows.costs.posted.count).toBeGreaterThan(0);
    expect(small.manifest.nasty.length).toBeGreaterThan(70);
  });

  it("balances every document but those that are broken on purpose", () => {
    const balances = new Map<string, bigint>();
    for (const line of rowsOf(world.folder, "BSEG")) {
      balances.set(documentKey(line), (balances.get(documentKey(line)) ?? 0n) + signed(line));
    }
    const broken = [...balances].filter(([, balance]) => balance !== 0n).map(([key]) => key);
    const named = world.manifest.nasty.filter(
      ({ name }) => name.startsWith("document that does not") || name.startsWith("document cut off"),
    );
    expect(broken.sort()).toEqual(named.flatMap(({ keys }) => keys).sort());
  });

  it("gives every key once", () => {
    const once = (table: string, ...fields: string[]) => {
      const keys = rowsOf(world.folder, table).map((row) => fields.map((field) => row[field]).join(" "));
      expect(new Set(keys).size, table).toBe(keys.length);
    };
    once("BKPF", "BUKRS", "BELNR", "GJAHR");
    once("BSEG", "BUKRS", "BELNR", "GJAHR", "BUZEI");
    once("EKKN", "EBELN", "EBELP", "ZEKKN");
    once("EKBE", "EBELN", "EBELP", "ZEKKN", "VGABE", "GJAHR", "BELNR", "BUZEI");
    once("LFA1", "LIFNR");
    once("PRPS", "PSPNR");
  });

  it("posts within its books, in the periods of each company code's variant", () => {
    for (const row of rowsOf(world.folder, "BKPF")) {
      expect((row["CPUDT"] ?? "") <= options.asOf, documentKey(row)).toBe(true);
      if (row["MONAT"] === "13") continue;
      const month = Number(row["BUDAT"]?.slice(4, 6));
      const shift = row["BUKRS"] === "1200" ? 3 : 0;
      expect(Number(row["MONAT"]), documentKey(row)).toBe(((month - shift + 11) % 12) + 1);
      expect(Number(row["GJAHR"]), documentKey(row)).toBe(Number(row["BUDAT"]?.slice(0, 4)) - (month <= shift ? 1 : 0));
    }
  });

  it("links reversals both ways", () => {
    const headers = new Map(rowsOf(world.folder, "BKPF").map((row) => [documentKey(row), row]));
    const reversed = [...headers.values()].filter((row) => row["XREVERSAL"] === "1");
    expect(reversed).toHaveLength(3);
    for (const row of reversed) {
      const other = headers.get(`${row["BUKRS"]} ${row["STBLG"]} ${row["STJAH"]}`);
      expect([other?.["XREVERSAL"], other?.["STBLG"], other?.["STJAH"]]).toEqual(["2", row["BELNR"], row["GJAHR"]]);
    }
  });

  it("names only projects and codes in its mapping that somebody planned", () => {
    const csv = readFileSync(join(world.folder, "config", "mapping.csv"), "utf8")
      .trimEnd()
      .split("\n");
    const seed = JSON.parse(readFileSync(join(world.folder, "procore", "seed.json"), "utf8")) as ProcoreSeed;
    const numbers = new Set(seed.projects.map((project) => project.projectNumber));
    const strangers = new Set(
      csv
        .slice(1)
        .map((line) => line.split(",")[7] ?? "")
        .filter((number) => !numbers.has(number)),
    );
    expect(strangers.size).toBe(1);
    const ids = seed.projects.flatMap((project) => [...project.costCodes, ...project.wbsCodes].map((code) => code.id));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("its manifest", () => {
  it("accounts for every atom: read is the sum of the dispositions", () => {
    for (const flow of Object.values(world.manifest.flows)) {
      const parts = [flow.posted, ...[flow.held, flow.excluded, flow.rejected].flatMap((named) => Object.values(named))];
      expect(sumTallies(parts)).toEqual(sumTallies([flow.read]));
    }
  });

  it("says what Procore must sum to, by project", () => {
    const { flows, projects, contracts } = world.manifest;
    const amounts = (pick: (project: Manifest["projects"][number]) => string): Tally[] =>
      projects.map((project) => ({ count: 0, amount: { [project.currency]: pick(project) } }));
    const without = (sum: ReturnType<typeof sumTallies>) => new Map([...sum.minor].sort());
    expect(without(sumTallies(amounts((project) => project.commitments)))).toEqual(
      without(sumTallies([flows["purchase-orders"].posted])),
    );
    expect(without(sumTallies(amounts((project) => project.directCosts)))).toEqual(without(sumTallies([flows.costs.posted])));
    const billed = world.manifest.requisitions.flatMap(({ procoreProjectId, lines: own }) => {
      const currency = projects.find((project) => project.procoreProjectId === procoreProjectId)?.currency ?? "";
      return own.map(({ work }) => ({ count: 0, amount: { [currency]: work } }));
    });
    const notNone = (sums: ReturnType<typeof sumTallies>) => new Map([...without(sums)].filter(([, minor]) => minor !== 0n));
    expect(notNone(sumTallies(amounts((project) => project.invoiced)))).toEqual(notNone(sumTallies(billed)));
    // No tax that nobody gets back was invoiced in this world, so that what is billed is what the lines say.
    expect(notNone(sumTallies(billed))).toEqual(notNone(sumTallies([flows.invoices.posted])));
    const lines = contracts.flatMap((contract) => contract.lines);
    expect(lines).toHaveLength(flows["purchase-orders"].posted.count);
    for (const project of projects) {
      const codes = Object.values(project.directCostsByCode).map((text) => ({ count: 0, amount: { [project.currency]: text } }));
      expect(sumTallies(codes).minor.get(project.currency) ?? 0n).toBe(BigInt(project.directCosts.replace(".", "")));
    }
  });

  it("has releases of what was retained, each behind its invoice and of no more than it", () => {
    const { requisitions } = world.manifest;
    const releases = requisitions.filter(({ isRelease }) => isRelease);
    expect(releases.length).toBeGreaterThan(0);
    for (const { invoice, lines: own } of releases) {
      const at = requisitions.findIndex((each) => each.invoice === invoice && !each.isRelease);
      expect(requisitions.slice(at + 1)).toContainEqual(expect.objectContaining({ invoice, isRelease: true }));
      expect(own.map(({ released }) => released)).toEqual(requisitions[at]?.lines.map(({ retained }) => retained));
    }
  });

  it("says which companies of the directory become whose", () => {
    const { directory, nasty } = world.manifest;
    const known = nasty.filter(({ name }) => name.startsWith("vendor that Procore has")).flatMap(({ keys }) => keys);
    expect(directory.adopted.map(({ vendor }) => vendor)).toEqual(known);
    expect(new Set(directory.adopted.map(({ companyId }) => companyId)).size).toBe(2);
    expect(directory.activeBefore).toBeGreaterThan(4);
  });

  it("meets every rule at least once", () => {
    const reasons = Object.values(world.manifest.flows).flatMap((flow) =>
      [flow.held, flow.excluded, flow.rejected].flatMap(Object.keys),
    );
    expect([...new Set(reasons)].sort()).toEqual(
      [
        "vendor-one-time-account",
        "vendor-account-group-out-of-scope",
        "vendor-company-code-out-of-scope",
        "vendor-blocked-everywhere",
        "vendor-twin",
        "vendor-foreign-origin",
        "vendor-tax-id-shared",
        "po-not-a-purchase-order",
        "po-incomplete",
        "po-stock-transfer",
        "po-item-deleted",
        "po-item-blocked",
        "object-without-items",
        "po-unknown-assignment",
        "mapping-no-rule",
        "project-not-permitted",
        "po-currency",
        "budget-code-missing",
        "po-vendor-not-in-procore",
        "invoice-cancelled-unposted",
        "invoice-contract-not-approved",
        "invoice-negative",
        "invoice-no-contract",
        "invoice-purchase-order-undecided",
        "requisition-no-period",
        "requisition-waits-for-earlier",
        "retainage-release-before-invoice",
        "retainage-release-partial",
        "cost-document-status",
        "document-without-lines",
        "document-unbalanced",
        "amount-overflow",
        "cost-grir-clearing",
        "cost-down-payment",
        "cost-without-object",
        "cost-not-primary",
        "cost-reversed-unposted",
        "cost-commitment",
        "cost-purchase-order-undecided",
        "cost-currency",
        "cost-vendor-not-in-procore",
      ].sort(),
    );
  });

  it("shares what is split by percent out in EKKN-NETWR to the cent, but where a nasty case says otherwise", () => {
    const shares = new Map<string, EccRow[]>();
    for (const row of rowsOf(world.folder, "EKKN")) {
      const key = `${row["EBELN"]} ${row["EBELP"]}`;
      shares.set(key, [...(shares.get(key) ?? []), row]);
    }
    const splits = rowsOf(world.folder, "EKPO").filter((row) => row["VRTKZ"] === "2");
    const without = splits.filter((row) => {
      const amounts = (shares.get(`${row["EBELN"]} ${row["EBELP"]}`) ?? []).map((share) => minorOf(share["NETWR"]));
      return amounts.reduce((sum, amount) => sum + amount, 0n) !== minorOf(row["NETWR"]) || amounts.includes(0n);
    });
    expect(splits.length).toBeGreaterThan(5);
    const named = world.manifest.nasty.filter(({ name }) => name.startsWith("percent split"));
    expect(without.map((row) => row["EBELN"])).toEqual(named.flatMap(({ keys }) => keys));
  });

  it("rejects the orders that the reader cannot deliver, and posts those that only look it", () => {
    const keysOf = (name: string) => world.manifest.nasty.find((each) => each.name === name)?.keys ?? [];
    const contracts = new Map(world.manifest.contracts.map((contract) => [contract.purchaseOrder, contract]));
    const undeliverable = world.manifest.nasty.filter(({ name }) =>
      ["net value", "non-deductible tax"].some((what) => name === `${what} that the reader cannot deliver`),
    );
    expect(undeliverable).toHaveLength(2);
    for (const { keys } of undeliverable) expect(contracts.has(keys[0] ?? "")).toBe(false);
    expect(world.manifest.flows["purchase-orders"].rejected["amount-overflow"]).toEqual({ count: 2, amount: { USD: "0.00" } });
    const [halves] = keysOf("percent split that only the BAPI can deliver");
    expect(contracts.get(halves ?? "")?.lines.slice(0, 2)).toMatchObject([{ amount: "100.01" }, { amount: "100.00" }]);
    const [small] = keysOf("percent split in which every percentage is below 10");
    // 781.10 x 0.091 ten times, and what is left.
    const lines = contracts.get(small ?? "")?.lines.map(({ amount }) => amount);
    expect(lines).toEqual([...Array.from({ length: 10 }, () => "71.08"), "70.30"]);
    const [price] = keysOf("price that the reader cannot deliver, its value can be read");
    expect(contracts.get(price ?? "")?.lines.map(({ amount }) => amount)).toEqual(["12345.68"]);
  });

  it("lists the nasty cases under keys that exist", () => {
    const orders = new Set(rowsOf(world.folder, "EKKO").map((row) => row["EBELN"]));
    const documents = new Set(rowsOf(world.folder, "BKPF").map(documentKey));
    const vendors = new Set(rowsOf(world.folder, "LFA1").map((row) => row["LIFNR"]));
    for (const { name, keys } of world.manifest.nasty) {
      expect(keys, name).not.toHaveLength(0);
      for (const key of keys) {
        if (/^4[56]\d{8}$/.test(key)) expect(orders.has(key), `${name} ${key}`).toBe(true);
        else if (/^\d{4} \d{10} \d{4}$/.test(key)) expect(documents.has(key), `${name} ${key}`).toBe(true);
        else if (name.includes("vendor") && /^\d{10}$/.test(key)) expect(vendors.has(key), `${name} ${key}`).toBe(true);
      }
    }
  });

  it("holds yen without decimals and dinars with three", () => {
    expect(world.manifest.flows.costs.posted.amount["JPY"]).toMatch(/^-?\d+$/);
    expect(world.manifest.flows["purchase-orders"].held["po-currency"]?.amount["KWD"]).toBe("123.450");
  });
});

describe("bad options", () => {
  it.each([
    [{ asOf: "2026-11-15" }, "asOf is"],
    [{ projects: 0 }, "projects is 0; give a whole number from 1"],
    [{ costLines: 1.5 }, "costLines is 1.5"],
    [{ poLines: 10 }, "poLines is 10; every order has a line"],
  ])("%o are refused with the remedy", (change, message) => {
    expect(() => build(change)).toThrow(message);
  });
});
