/**
 * Small tables that other rows need to be understood: company codes, currencies, cost elements, and who a WBS element, order or activity
 * belongs to. Kept for a named time only: the agent is stateless, and a new cost element must be seen by the next run.
 */
import { type CostObject, shiftByTcurx } from "../../core/index.ts";
import type { Clock } from "../../ports/index.ts";
import type { TableReader, TableRow } from "../rfc/index.ts";
import { fieldsRead } from "./fields-read.ts";
import { cell, filled, readByValues, readRows } from "./rows.ts";

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

export type LookUps = {
  small(): Promise<Small>;
  /** Loads what these assignments need; afterwards `objectOf` answers without a call. */
  load(keys: readonly AssignmentKeys[]): Promise<void>;
  /** Ruling 11 for one assignment, real objects only where `realOnly` (ruling 20). */
  objectOf(keys: AssignmentKeys, options: { realOnly: boolean }): CostObject | undefined;
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
  const companies = await readRows(reader, { table: "T001", fields: fieldsRead.T001 });
  const areas = await readRows(reader, { table: "TKA02", fields: fieldsRead.TKA02 });
  const currencies = await readRows(reader, { table: "TCURX", fields: fieldsRead.TCURX });
  const elements = await readRows(reader, { table: "CSKB", fields: fieldsRead.CSKB });
  return {
    currencyOfCompany: new Map(companies.rows.map((row) => [cell(row, "BUKRS"), cell(row, "WAERS")])),
    areaOfCompany: new Map(areas.rows.map((row) => [cell(row, "BUKRS"), cell(row, "KOKRS")])),
    decimalsOfCurrency: new Map(currencies.rows.map((row) => [cell(row, "CURRKEY"), Number(cell(row, "CURRDEC"))])),
    costElements: new Map(
      [...Map.groupBy(elements.rows, (row) => `${cell(row, "KOKRS")}/${cell(row, "KSTAR")}`)].map(([key, rows]) => [
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

export function createLookUps(reader: TableReader, clock: Clock): LookUps {
  let loadedAt = Number.NEGATIVE_INFINITY;
  let small: Promise<Small> | undefined;
  const wbs = new Map<string, Wbs | undefined>();
  const orders = new Map<string, Order | undefined>();
  const activities = new Map<string, string | undefined>();

  const forgetOld = () => {
    if (clock.monotonic() - loadedAt <= lookUpAgeMaxMs) return;
    loadedAt = clock.monotonic();
    small = undefined;
    for (const cache of [wbs, orders, activities]) cache.clear();
  };

  const loadOrders = async (keys: readonly string[]) => {
    const missing = keys.filter((key) => filled(key) && !orders.has(key));
    if (missing.length === 0) return;
    const { rows } = await readByValues(reader, {
      table: "AUFK",
      fields: fieldsRead.AUFK,
      field: "AUFNR",
      values: missing,
    });
    for (const key of missing) orders.set(key, undefined);
    for (const row of rows) orders.set(cell(row, "AUFNR"), { wbs: cell(row, "PSPEL"), isStatistical: cell(row, "ASTKZ") !== "" });
  };

  const loadActivities = async (keys: readonly AssignmentKeys[]) => {
    const missing = keys.filter(({ routing, activity }) => filled(routing) && !activities.has(`${routing}/${activity}`));
    if (missing.length === 0) return;
    const values = missing.map(({ routing }) => routing);
    const { rows } = await readByValues(reader, { table: "AFVC", fields: fieldsRead.AFVC, field: "AUFPL", values });
    for (const { routing, activity } of missing) activities.set(`${routing}/${activity}`, undefined);
    for (const row of rows) activities.set(`${cell(row, "AUFPL")}/${cell(row, "APLZL")}`, cell(row, "PROJN"));
  };

  const loadWbs = async (keys: readonly string[]) => {
    const missing = keys.filter((key) => filled(key) && !wbs.has(key));
    if (missing.length === 0) return;
    const { rows } = await readByValues(reader, {
      table: "PRPS",
      fields: fieldsRead.PRPS,
      field: "PSPNR",
      values: missing,
    });
    for (const key of missing) wbs.set(key, undefined);
    for (const row of rows) wbs.set(cell(row, "PSPNR"), { posid: cell(row, "POSID"), isStatistical: cell(row, "XSTAT") !== "" });
  };

  // A number without its row still names one element; no rule will know it, so it is held and not lost.
  const wbsObject = (key: string): CostObject => ({ kind: "wbs", key: wbs.get(key)?.posid ?? `PSPNR-${key}` });

  const networkObject = (keys: AssignmentKeys): CostObject => {
    const project = activities.get(`${keys.routing}/${keys.activity}`);
    return project !== undefined && filled(project) ? wbsObject(project) : { kind: "network", key: keys.network };
  };

  const orderObject = (key: string): CostObject => {
    const project = orders.get(key)?.wbs ?? "";
    return filled(project) ? wbsObject(project) : { kind: "order", key };
  };

  return {
    small() {
      forgetOld();
      small ??= readSmall(reader).catch((error: unknown) => {
        small = undefined;
        throw error;
      });
      return small;
    },
    async load(keys) {
      forgetOld();
      await loadOrders(keys.map(({ order }) => order));
      await loadActivities(keys);
      const viaOrder = keys.map(({ order }) => orders.get(order)?.wbs ?? "");
      const viaActivity = keys.map(({ routing, activity }) => activities.get(`${routing}/${activity}`) ?? "");
      await loadWbs([...new Set([...keys.map((each) => each.wbs), ...viaOrder, ...viaActivity])]);
    },
    objectOf(keys, { realOnly }) {
      if (filled(keys.wbs) && !(realOnly && wbs.get(keys.wbs)?.isStatistical)) return wbsObject(keys.wbs);
      if (filled(keys.network)) return networkObject(keys);
      if (filled(keys.order) && !(realOnly && orders.get(keys.order)?.isStatistical)) return orderObject(keys.order);
      return filled(keys.costCenter) ? { kind: "cost-center", key: keys.costCenter } : undefined;
    },
  };
}
