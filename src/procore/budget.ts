/**
 * How many calls a load needs at the very least, and how long they take at a quota: what `plan` shows before and `demo` after. A lower bound,
 * not a forecast: retries, read-backs and pages shorter than asked for come on top. Pure arithmetic (procore 0.6, 0.7, 9 [A + D]).
 */
export type Load = {
  vendors?: number;
  /** Links (project, vendor) to add: one call each, there is no bulk form (procore 4.3 [A]). */
  projectVendors?: number;
  /** Combinations to create: one call each, as we do it (decision 22). */
  budgetCodes?: number;
  /** Per project: how many contracts are written, and how many of them end as Approved. */
  contractsByProject?: readonly { contracts: number; approved: number }[];
  /** Contracts in a currency of their own are created one by one (procore 4.4 [A]). */
  contractsInCurrency?: number;
  /** Change orders, their lines and their approvals: one call each (procore 4.7 [A]). */
  changeOrderWrites?: number;
  /** Per contract: how many lines are written. */
  linesByContract?: readonly number[];
  /** One call each: there is no bulk form (procore 0.5, 0.7). */
  requisitions?: number;
  /** Per project: direct costs and their lines. A part goes as draft, lines, approved (ruling 22). */
  directCostsByProject?: readonly { directCosts: number; lines: number }[];
};

export type BatchSizes = { syncRowsMax: number; directCostLineRows: number };

export const defaultBatchSizes: BatchSizes = { syncRowsMax: 1_000, directCostLineRows: 500 };

export type LoadCalls = {
  vendors: number;
  projectVendors: number;
  budgetCodes: number;
  contracts: number;
  contractLines: number;
  changeOrders: number;
  requisitions: number;
  directCosts: number;
  directCostLines: number;
  total: number;
};

const batches = (rows: number, rowsMax: number) => Math.ceil(rows / rowsMax);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Writes only. */
export function leastWrites(load: Load, sizes: BatchSizes = defaultBatchSizes): LoadCalls {
  const { syncRowsMax, directCostLineRows } = sizes;
  const costs = load.directCostsByProject ?? [];
  const calls = {
    vendors: batches(load.vendors ?? 0, syncRowsMax),
    projectVendors: load.projectVendors ?? 0,
    budgetCodes: load.budgetCodes ?? 0,
    // Draft for all, then Approved for those that are released (ruling 13).
    contracts: sum([
      load.contractsInCurrency ?? 0,
      ...(load.contractsByProject ?? []).map(
        ({ contracts, approved }) => batches(contracts, syncRowsMax) + batches(approved, syncRowsMax),
      ),
    ]),
    contractLines: sum((load.linesByContract ?? []).map((lines) => batches(lines, syncRowsMax))),
    changeOrders: load.changeOrderWrites ?? 0,
    requisitions: load.requisitions ?? 0,
    directCosts: sum(costs.map(({ directCosts }) => 2 * batches(directCosts, syncRowsMax))),
    directCostLines: sum(costs.map(({ lines }) => batches(lines, directCostLineRows))),
  };
  return { ...calls, total: sum(Object.values(calls)) };
}

/** Procore's examples since 2026-03-03 (procore 2 [A]). */
export const documentedQuota = { hourly: 600, spike: 25 } as const;

/** The least time in ms that this many calls take: the hour's calls at spike speed, then the next hour's. */
export function leastDurationMs(calls: number, quota: { hourly: number; spike: number } = documentedQuota): number {
  if (calls <= 0) return 0;
  const hours = Math.floor((calls - 1) / quota.hourly);
  const rest = calls - hours * quota.hourly;
  return hours * 3_600_000 + Math.floor((rest - 1) / quota.spike) * 10_000;
}
