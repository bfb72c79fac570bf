/**
 * Builds a construction group of any size into a world folder: SAP tables, Procore's first state, the mapping, and the manifest of what
 * a correct run must do with each record. The same options give the same bytes. The nasty cases need about 60 vendors' and orders'
 * worth of room; where the options ask for less, they are the floor, otherwise the counts are met exactly.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultService, type ODataForm } from "../ecc/index.ts";
import type { EccSystem, Manifest } from "../world.ts";
import { addControlling } from "./co-documents.ts";
import { isDay } from "./days.ts";
import { addOrderDetails, addVendorDetails } from "./details.ts";
import { postBulk } from "./document-bulk.ts";
import { orderItems, postOrderFollowOn } from "./document-mm.ts";
import { postNasty } from "./document-nasty.ts";
import { type Books, createBooks } from "./documents.ts";
import { createDraw } from "./draw.ts";
import { createGroup, type Group, type GroupOptions, nastyList } from "./group.ts";
import { addLedgers } from "./ledger-rows.ts";
import { judgeWorld, manifestOf, type WorldParts } from "./manifest/index.ts";
import { mappingCsv } from "./mapping.ts";
import { makeMonthEnd, postUnmapped } from "./month-end.ts";
import { postHistoryCases } from "./order-history-cases.ts";
import { addOrganisation } from "./organisation.ts";
import { procoreSeed } from "./procore-seed.ts";
import { addProjects } from "./projects.ts";
import { addBulkOrders } from "./purchase-order-bulk.ts";
import { addNastyOrders, castOf } from "./purchase-order-nasty.ts";
import { ebelnRange } from "./purchase-orders.ts";
import { addReferenceData } from "./reference-data.ts";
import { postRetentions } from "./retentions.ts";
import { createTables, writeTables } from "./tables.ts";
import { addVendors } from "./vendors.ts";

export const demoSystem: EccSystem = {
  systemId: "S01",
  client: "100",
  release: "731",
  host: "sapecc01",
  timeZoneMinutes: -420,
  users: [{ user: "MLCONNECT", password: "Demo-2026", tables: ["*"], functions: ["*"] }],
  workProcesses: 10,
};

const limits: Readonly<Record<string, readonly [number, number]>> = {
  projects: [1, 900],
  vendors: [1, 200_000],
  purchaseOrders: [1, 100_000],
  poLines: [1, 400_000],
  costLines: [1, 2_000_000],
};

function checkOptions(options: GroupOptions): void {
  if (!isDay(options.asOf))
    throw new Error(`asOf is "${options.asOf}"; write the last day of the books as YYYYMMDD, 20260930 for example`);
  if (!Number.isInteger(options.seed)) throw new Error(`seed is ${options.seed}; give a whole number`);
  for (const [name, [low, high]] of Object.entries(limits)) {
    const value = options[name as "projects"];
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new Error(`${name} is ${value}; give a whole number from ${low} to ${high}`);
    }
  }
  if (options.poLines < options.purchaseOrders) {
    throw new Error(`poLines is ${options.poLines}; every order has a line, so give at least ${options.purchaseOrders}`);
  }
}

export function writeWorld(worldFolder: string, parts: WorldParts, manifest: Manifest): void {
  const write = (folder: string, name: string, text: string) => {
    mkdirSync(join(worldFolder, folder), { recursive: true });
    writeFileSync(join(worldFolder, folder, name), text);
  };
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 1)}\n`;
  // What an earlier world's servers wrote would be replayed on top of this one.
  rmSync(join(worldFolder, "ecc", "changes.ndjson"), { force: true });
  rmSync(join(worldFolder, "ecc", "odata"), { recursive: true, force: true });
  rmSync(join(worldFolder, "procore"), { recursive: true, force: true });
  writeTables(parts.tables, worldFolder);
  write("ecc", "system.json", json(parts.system));
  write("procore", "seed.json", json(parts.seed));
  write("config", "mapping.csv", mappingCsv(parts.rules));
  write(".", "manifest.json", json(manifest));
}

/** The shares of cost lines: what follows purchase orders takes at most this part, so that ordinary invoices have room. */
const followOnPercent = 15;

function postBooks(group: Group, orders: ReturnType<typeof judgeWorld>["orders"]): Books {
  const books = createBooks(group);
  postNasty(books, castOf(group));
  const most = books.costLines + Math.floor((group.options.costLines * followOnPercent) / 100);
  const items = postHistoryCases(books, orderItems(books, orders));
  postOrderFollowOn(books, items, Math.min(most, group.options.costLines));
  postBulk(books);
  postRetentions(books);
  postUnmapped(books);
  return books;
}

/** What follows from the books and the orders, and rolls no dice: the worlds before these tables existed stay as they were. */
function addDerived(group: Group): void {
  addReferenceData(group);
  addOrderDetails(group);
  if (group.options.ledgers !== "none") {
    addControlling(group, demoSystem.timeZoneMinutes);
    addLedgers(group, demoSystem.timeZoneMinutes);
  }
  addVendorDetails(group);
}

function writeService(worldFolder: string, form: ODataForm): void {
  const folder = join(worldFolder, "ecc", "odata");
  mkdirSync(folder, { recursive: true });
  const service = defaultService(form);
  writeFileSync(join(folder, `${service.name}.json`), `${JSON.stringify(service, undefined, 1)}\n`);
}

export function buildGroup(options: GroupOptions): Manifest {
  checkOptions(options);
  const group = createGroup(options, createDraw(options.seed), createTables());
  addOrganisation(group.tables);
  addProjects(group);
  const seed = procoreSeed(group, addVendors(group));
  const ranges = { orders: ebelnRange(4_500_000_001), contracts: ebelnRange(4_600_000_001) };
  addNastyOrders(group, castOf(group), ranges);
  addBulkOrders(group, ranges.orders);
  const parts = { system: demoSystem, tables: group.tables, seed, rules: group.rules };
  const books = postBooks(group, judgeWorld(parts).orders);
  addDerived(group);
  const { worldFolder, seed: number, asOf, ledgers: _ledgers, monthEnd: _monthEnd, odata, ...counts } = options;
  const manifest = manifestOf(parts, { seed: number, asOf, options: counts, nasty: nastyList(group) });
  writeWorld(worldFolder, parts, manifest);
  if (odata !== undefined) writeService(worldFolder, odata);
  if (options.monthEnd !== undefined)
    writeFileSync(join(worldFolder, "month-end.json"), JSON.stringify(makeMonthEnd(books, judgeWorld(parts).costs)));
  return manifest;
}
