/**
 * Small tables that other rows need to be understood: company codes, currencies, cost elements, and who a WBS element, order or activity
 * belongs to. Kept for a named time only: the agent is stateless, and a new cost element must be seen by the next run.
 */
import { type CostObject, shiftByTcurx } from "../../core/index.ts";
import type { Clock } from "../../ports/index.ts";
import type { TableReader, TableRow } from "../rfc/index.ts";
import { fieldsRead } from "./fields-read.ts";
import { cell, filled, readAll, readWhole } from "./rows.ts";

export const lookUpAgeMaxMs = 600_000;

type CostElement = { category: string; from: string; to: string };
type Small = {
  currencyOfCompany: ReadonlyMap<string, string>;
  areaOfCompany: ReadonlyMap<string, string>;
  decimalsOfCurrency: ReadonlyMap<string, number>;
  costElements: ReadonlyMap<string, readonly CostElement[]>;
};

/** Keys of an assignment as they stand in EKKN or BSEG. */
export type AssignmentKeys = {
  wbs: string;
  network: string;
  routing: string;
  activity: string;
  order: string;
  costCenter: string;
};

/** Of a row of EKKN or BSEG, which name the WBS element each in their own way. */
export function assignmentKeysOf(row: TableRow, wbsField: "PS_PSP_PNR" | "PROJK"): AssignmentKeys {
  return {
    wbs: cell(row, wbsField),
    network: cell(row, "NPLNR"),
    routing: cell(row, "AUFPL"),
    activity: cell(row, "APLZL"),
    order: cell(row, "AUFNR"),
    costCenter: cell(row, "KOSTL"),
  };
}

export const noAssignment: AssignmentKeys = { wbs: "", network: "", routing: "", activity: "", order: "", costCenter: "" };

/** What was loaded for one slice. It does not change under its reader, whatever the cache forgets meanwhile. */
export type Loaded = {
  small: Small;
  /** Ruling 11 for one of the assignments that were loaded, real objects only where `realOnly` (ruling 20). */
  objectOf: (keys: AssignmentKeys, options: { realOnly: boolean }) => CostObject | undefined;
};

export type LookUps = {
  load(keys: readonly AssignmentKeys[]): Promise<Loaded>;
};

export function realAmount(small: Small, raw: string, currency: string): string {
  const currencyDecimals = small.decimalsOfCurrency.get(currency) ?? 2;
  // An amount that cannot be shifted is handed on as it stands; the hub refuses it by name.
  return shiftByTcurx(raw, { columnDecimals: 2, currencyDecimals }) ?? raw;
}

export function costElementCategory(small: Small, area: string, account: string, date: string): string {
  const spans = small.costElements.get(`${area}/${account}`) ?? [];
  return spans.find(({ from, to }) => from <= date && date <= to)?.category ?? "";
}

async function readSmall(reader: TableReader): Promise<Small> {
  const companies = await readAll(reader, { table: "T001", fields: fieldsRead.T001 });
  const areas = await readAll(reader, { table: "TKA02", fields: fieldsRead.TKA02 });
  const currencies = await readAll(reader, { table: "TCURX", fields: fieldsRead.TCURX });
  const elements = await readAll(reader, { table: "CSKB", fields: fieldsRead.CSKB });
  return {
    currencyOfCompany: new Map(companies.map((row) => [cell(row, "BUKRS"), cell(row, "WAERS")])),
    areaOfCompany: new Map(areas.map((row) => [cell(row, "BUKRS"), cell(row, "KOKRS")])),
    decimalsOfCurrency: new Map(currencies.map((row) => [cell(row, "CURRKEY"), Number(cell(row, "CURRDEC"))])),
    costElements: new Map(
      [...Map.groupBy(elements, (row) => `${cell(row, "KOKRS")}/${cell(row, "KSTAR")}`)].map(([key, rows]) => [
        key,
        rows.map(spanOf),
      ]),
    ),
  };
}

function spanOf(row: TableRow): CostElement {
  // KATYP is NUMC 2; the hub knows it without the leading zero.
  return { category: cell(row, "KATYP").replace(/^0(?=\d)/, ""), from: cell(row, "DATAB"), to: cell(row, "DATBI") };
}

type Wbs = { posid: string; isStatistical: boolean };
type Order = { wbs: string; isStatistical: boolean };

/** One generation of the cache: dropped whole when it is too old, and kept by whoever still works with it. */
type Generation = {
  bornAt: number;
  small: Promise<Small> | undefined;
  wbs: Map<string, Wbs | undefined>;
  orders: Map<string, Order | undefined>;
  activities: Map<string, string | undefined>;
};

async function smallOf(reader: TableReader, known: Generation): Promise<Small> {
  known.small ??= readSmall(reader).catch((error: unknown) => {
    known.small = undefined;
    throw error;
  });
  return known.small;
}

async function loadOrders(reader: TableReader, { orders }: Generation, keys: readonly string[]): Promise<void> {
  const missing = keys.filter((key) => filled(key) && !orders.has(key));
  if (missing.length === 0) return;
  const rows = await readWhole(reader, { table: "AUFK", fields: fieldsRead.AUFK, field: "AUFNR", values: missing });
  for (const key of missing) orders.set(key, undefined);
  for (const row of rows) orders.set(cell(row, "AUFNR"), { wbs: cell(row, "PSPEL"), isStatistical: cell(row, "ASTKZ") !== "" });
}

async function loadActivities(reader: TableReader, { activities }: Generation, keys: readonly AssignmentKeys[]): Promise<void> {
  const missing = keys.filter(({ routing, activity }) => filled(routing) && !activities.has(`${routing}/${activity}`));
  if (missing.length === 0) return;
  const values = missing.map(({ routing }) => routing);
  const rows = await readWhole(reader, { table: "AFVC", fields: fieldsRead.AFVC, field: "AUFPL", values });
  for (const { routing, activity } of missing) activities.set(`${routing}/${activity}`, undefined);
  for (const row of rows) activities.set(`${cell(row, "AUFPL")}/${cell(row, "APLZL")}`, cell(row, "PROJN"));
}

async function loadWbs(reader: TableReader, { wbs }: Generation, keys: readonly string[]): Promise<void> {
  const missing = keys.filter((key) => filled(key) && !wbs.has(key));
  if (missing.length === 0) return;
  const rows = await readWhole(reader, { table: "PRPS", fields: fieldsRead.PRPS, field: "PSPNR", values: missing });
  for (const key of missing) wbs.set(key, undefined);
  for (const row of rows) wbs.set(cell(row, "PSPNR"), { posid: cell(row, "POSID"), isStatistical: cell(row, "XSTAT") !== "" });
}

// A number without its row still names one element; no rule will know it, so it is held and not lost.
function wbsObject({ wbs }: Generation, key: string): CostObject {
  return { kind: "wbs", key: wbs.get(key)?.posid || `PSPNR-${key}` };
}

function networkObject(known: Generation, keys: AssignmentKeys): CostObject {
  const project = known.activities.get(`${keys.routing}/${keys.activity}`);
  return project !== undefined && filled(project) ? wbsObject(known, project) : { kind: "network", key: keys.network };
}

function orderObject(known: Generation, key: string): CostObject {
  const project = known.orders.get(key)?.wbs ?? "";
  return filled(project) ? wbsObject(known, project) : { kind: "order", key };
}

function objectOf(known: Generation, keys: AssignmentKeys, realOnly: boolean): CostObject | undefined {
  if (filled(keys.wbs) && !(realOnly && known.wbs.get(keys.wbs)?.isStatistical)) return wbsObject(known, keys.wbs);
  if (filled(keys.network)) return networkObject(known, keys);
  if (filled(keys.order) && !(realOnly && known.orders.get(keys.order)?.isStatistical)) return orderObject(known, keys.order);
  return filled(keys.costCenter) ? { kind: "cost-center", key: keys.costCenter } : undefined;
}

export function createLookUps(reader: TableReader, clock: Clock): LookUps {
  let generation: Generation | undefined;

  const current = (): Generation => {
    if (generation && clock.monotonic() - generation.bornAt <= lookUpAgeMaxMs) return generation;
    generation = { bornAt: clock.monotonic(), small: undefined, wbs: new Map(), orders: new Map(), activities: new Map() };
    return generation;
  };

  return {
    async load(keys) {
      const known = current();
      const small = await smallOf(reader, known);
      await loadOrders(
        reader,
        known,
        keys.map(({ order }) => order),
      );
      await loadActivities(reader, known, keys);
      const viaOrder = keys.map(({ order }) => known.orders.get(order)?.wbs ?? "");
      const viaActivity = keys.map(({ routing, activity }) => known.activities.get(`${routing}/${activity}`) ?? "");
      await loadWbs(reader, known, [...new Set([...keys.map((each) => each.wbs), ...viaOrder, ...viaActivity])]);
      return { small, objectOf: (each, { realOnly }) => objectOf(known, each, realOnly) };
    },
  };
}
