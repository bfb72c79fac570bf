/**
 * SAP's half of the fit check, on the agent's side of the wall: it knows nothing of Procore, asks under the agent's own policy, governor and row budget,
 * and ends with its time. It reads only: functions that could write are not in the policy it works under.
 */
import {
  addDays,
  formatIsoDate,
  type InvoiceCounts,
  offsetMinutes,
  parseIsoDate,
  type SapFacts,
  type Skipped,
  sapDateOf,
  type TableFact,
  type Trouble,
} from "../../core/index.ts";
import type { Timebox } from "../../ports/index.ts";
import { compare, type ExtractSettings } from "../../sap/index.ts";
import { openSapDesk } from "../sap-desk.ts";
import { probeOrFault, type SapPorts, zoneOf } from "../sap-side.ts";
import type { AgentSettings } from "../settings.ts";
import { lookAtControlling, lookAtSpend, lookAtVendors, type RecordTools } from "./look-at-records.ts";
import { countRows, lookAtTables } from "./look-at-tables.ts";
import { fitSettings, tablesNeeded } from "./settings.ts";

type Draft = { -readonly [Key in keyof SapFacts]: SapFacts[Key] };

const invoiceDays = [100, 10];
const invoicesMax = 5_000;

function extractSettings({ sap }: AgentSettings): ExtractSettings {
  const costsFrom = sap.costsFrom === undefined ? undefined : parseIsoDate(sap.costsFrom);
  const { companyCodes, costSources, leadingLedger, delta } = sap;
  return { companyCodes, zone: zoneOf({ sap }), delta, costSources, leadingLedger, ...(costsFrom ? { costsFrom } : {}) };
}

function zoneMinutes({ sap }: AgentSettings, nowMs: number): readonly number[] | undefined {
  if (sap.timeZone === undefined) return sap.timeZoneMinutes === undefined ? undefined : [sap.timeZoneMinutes];
  const year = new Date(nowMs).getUTCFullYear();
  const zone = sap.timeZone;
  return [0, 6].map((month) => offsetMinutes(zone, Date.UTC(year, month, 15)));
}

/** XRECH tells an invoice from a credit memo, STBLG that it was cancelled. */
async function countInvoices({ desk, clock, settings }: RecordTools): Promise<InvoiceCounts | undefined> {
  const today = sapDateOf(clock.now(), settings.zone);
  for (const days of invoiceDays) {
    const from = addDays(today, -days);
    const fields = ["BELNR", "GJAHR", "XRECH", "STBLG", "RBSTAT"];
    const where = compare("CPUDT", ">=", from);
    const outcome = await desk.reader.read({ table: "RBKP", fields, where, rowsMax: invoicesMax });
    if (outcome.kind === "over") continue;
    if (outcome.kind === "failure") return undefined;
    const posted = outcome.rows.filter((row) => row.RBSTAT === "5");
    const invoices = posted.filter((row) => row.XRECH !== "").length;
    const cancelled = posted.filter((row) => row.STBLG !== "").length;
    const window = { from: formatIsoDate(from), until: formatIsoDate(today), isWhole: true };
    return { ...window, invoices, creditMemos: posted.length - invoices, cancelled };
  }
  return undefined;
}

export type LookAtSapOptions = {
  settings: AgentSettings;
  ports: SapPorts;
  timebox: Timebox & { trouble(): readonly Trouble[]; skipped(): readonly Skipped[] };
};

export async function lookAtSap({ settings: given, ports, timebox }: LookAtSapOptions): Promise<SapFacts> {
  const { clock } = ports;
  const settings = fitSettings(given);
  const needed = tablesNeeded(given);
  const desk = openSapDesk(settings, ports);
  for (const [flow, door] of Object.entries(settings.sap.doors))
    if (door === "odata")
      timebox.skip(`tables of ${flow} through SAP Gateway`, "only the RFC door is looked at; see `ml-connector ping`");
  const tools: RecordTools = { desk, clock, timebox, settings: extractSettings(settings) };
  const facts: Partial<Draft> = {};
  const tables: TableFact[] = [];
  const samples: { what: string; rows: number; milliseconds: number }[] = [];
  /** What came over the wire in which time, while the work went on. */
  const measured = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const [rows, at] = [desk.receipt().rows, clock.monotonic()];
    const value = await work();
    samples.push({ what, rows: desk.receipt().rows - rows, milliseconds: clock.monotonic() - at });
    return value;
  };
  try {
    await timebox.run([
      {
        what: "the SAP system",
        weight: 1,
        isVital: true,
        async work() {
          const { timeZoneSeconds, ...system } = await probeOrFault(desk.client, settings);
          const { kind: _, ...named } = system;
          facts.system = { ...named, ...(timeZoneSeconds === undefined ? {} : { timeZoneSeconds }) };
        },
      },
      {
        what: "rights by table",
        weight: 3,
        async work() {
          const found = await desk.readers();
          if (found.kind === "readers")
            facts.readers = found.readers.map(({ reader, dialects, why }) => ({ reader, isPresent: dialects.length > 0, why }));
          tables.push(...(await lookAtTables(desk, needed, timebox)));
        },
      },
      { what: "numbers of rows", weight: 2, work: () => countRows(desk, needed, tables, timebox) },
      {
        what: "recent cost",
        weight: 3,
        async work() {
          facts.spend = await measured("cost documents", () => lookAtSpend(tools));
        },
      },
      {
        what: "what controlling knows beside FI",
        weight: 3,
        async work() {
          const { spend } = facts;
          if (spend) facts.controlling = await measured("documents of controlling", () => lookAtControlling(tools, spend));
        },
      },
      {
        what: "vendors of SAP",
        weight: 3,
        async work() {
          facts.vendors = await measured("vendors", () => lookAtVendors(tools));
        },
      },
      {
        what: "recent invoices",
        weight: 1,
        async work() {
          facts.invoices = await countInvoices(tools);
        },
      },
    ]);
  } finally {
    await desk.close();
  }
  const { companyCodes, costSources, costsFrom = "" } = settings.sap;
  const { calls, rows, milliseconds } = desk.receipt();
  const zones = zoneMinutes(settings, clock.now());
  return {
    version: 1,
    takenAt: new Date(clock.now()).toISOString(),
    scope: { companyCodes, costSources, costsFrom, ...(zones ? { zoneMinutes: zones } : {}) },
    readers: [],
    ...facts,
    tables,
    samples,
    load: { calls, rows, milliseconds },
    trouble: timebox.trouble(),
    skipped: timebox.skipped(),
  };
}
