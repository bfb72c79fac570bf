/**
 * The state of the simulated Procore: tables, totals and switches. `flush` hands what a request changed to the journal, in one piece
 * and before the answer leaves. Totals of contracts and direct costs are kept as lines move, never stored, so they cannot disagree.
 */
import { toTotal } from "./decimal.ts";
import type {
  BillingPeriod,
  BudgetLine,
  ChangeOrder,
  Client,
  Company,
  Contract,
  ContractPayment,
  CostCode,
  Delivery,
  DirectCost,
  Endpoint,
  Hook,
  Line,
  LineItemType,
  Project,
  ProjectVendor,
  Requisition,
  RequisitionItem,
  SubJob,
  SwitchRecord,
  TaxCode,
  Token,
  ToolRight,
  Trigger,
  Uom,
  Vendor,
  WbsCode,
} from "./records.ts";
import { defaultSwitches, type Switches, setSwitch } from "./switches.ts";
import { type Identified, type Key, Table } from "./table.ts";

/** Table, id, and the record as it is now; null when it is gone. */
export type Change = readonly [table: string, id: number, record: Identified | null];

/** procore 1 [A, C]: ids of region-sharded companies carry a 2^49 offset: beyond 32 bits, below 2^53. */
const firstNewId = 2 ** 49;

type Totalled = { total: bigint; lines: number };
type AnyTable = { put(record: Identified): unknown; remove(id: number): void };
export type Move = {
  readonly table: string;
  readonly id: number;
  readonly before: Identified | undefined;
  readonly after: Identified | undefined;
};

const originKey = (record: { companyId: number; originId: string | null }) =>
  record.originId === null ? undefined : `${record.companyId}|${record.originId}`;

export class World {
  readonly switches: Switches = { ...defaultSwitches };
  readonly #tables = new Map<string, AnyTable>();
  readonly #totals = new Map<number, Totalled>();
  #moves: Move[] = [];
  #lastId = firstNewId;

  readonly companies = this.#table<Company, never>("companies", {});
  readonly clients = this.#table<Client, "clientId">("clients", { clientId: (r) => r.clientId });
  readonly tokens = this.#table<Token, "token">("tokens", { token: (r) => r.token });
  readonly switchRecords = this.#table<SwitchRecord, "name">("switches", { name: (r) => r.name }, (_, after) => {
    if (after !== undefined) setSwitch(this.switches, after.name, after.value);
  });
  readonly toolRights = this.#table<ToolRight, "place">("toolRights", { place: (r) => `${r.projectId}|${r.tool}` });
  readonly projects = this.#table<Project, "company">("projects", { company: (r) => r.companyId });
  readonly vendors = this.#table<Vendor, "active" | "inactive" | "origin">("vendors", {
    active: (r) => (r.isActive ? r.companyId : undefined),
    inactive: (r) => (r.isActive ? undefined : r.companyId),
    origin: originKey,
  });
  readonly projectVendors = this.#table<ProjectVendor, "pair" | "project" | "vendor">("projectVendors", {
    pair: (r) => `${r.projectId}|${r.vendorId}`,
    project: (r) => r.projectId,
    vendor: (r) => r.vendorId,
  });
  readonly costCodes = this.#table<CostCode, "project" | "fullCode" | "origin">("costCodes", {
    project: (r) => r.projectId,
    fullCode: (r) => `${r.projectId}|${r.subJobId ?? ""}|${r.fullCode}`,
    origin: originKey,
  });
  readonly subJobs = this.#table<SubJob, "project" | "code" | "origin">("subJobs", {
    project: (r) => r.projectId,
    code: (r) => `${r.projectId}|${r.code}`,
    origin: originKey,
  });
  readonly taxCodes = this.#table<TaxCode, "company" | "code" | "origin">("taxCodes", {
    company: (r) => r.companyId,
    code: (r) => `${r.companyId}|${r.code}`,
    origin: originKey,
  });
  readonly lineItemTypes = this.#table<LineItemType, "company" | "code" | "origin">("lineItemTypes", {
    company: (r) => r.companyId,
    code: (r) => `${r.companyId}|${r.code}`,
    origin: originKey,
  });
  readonly wbsCodes = this.#table<WbsCode, "project" | "combination">("wbsCodes", {
    project: (r) => r.projectId,
    combination: (r) => `${r.projectId}|${r.subJobId ?? ""}|${r.costCodeId}|${r.lineItemTypeId}`,
  });
  readonly uoms = this.#table<Uom, "company" | "name">("uoms", {
    company: (r) => r.companyId,
    name: (r) => `${r.companyId}|${r.name}`,
  });
  readonly contracts = this.#table<Contract, "project" | "number" | "origin">("contracts", {
    project: (r) => r.projectId,
    number: (r) => `${r.projectId}|${r.number}`,
    origin: originKey,
  });
  readonly contractLines = this.#lines("contractLines");
  readonly directCosts = this.#table<DirectCost, "project" | "invoice" | "origin">("directCosts", {
    project: (r) => r.projectId,
    invoice: (r) => (r.type === "invoice" ? `${r.companyId}|${r.vendorId}|${r.invoiceNumber}` : undefined),
    origin: originKey,
  });
  readonly directCostLines = this.#lines("directCostLines");
  readonly changeOrders = this.#table<ChangeOrder, "project" | "contract" | "number">("changeOrders", {
    project: (r) => r.projectId,
    contract: (r) => r.contractId,
    number: (r) => `${r.contractId}|${r.number}`,
  });
  readonly changeOrderLines = this.#lines("changeOrderLines");
  readonly billingPeriods = this.#table<BillingPeriod, "project" | "open">("billingPeriods", {
    project: (r) => r.projectId,
    open: (r) => (r.status === "open" ? r.projectId : undefined),
  });
  readonly requisitions = this.#table<Requisition, "project" | "contract" | "period" | "origin">("requisitions", {
    project: (r) => r.projectId,
    contract: (r) => r.contractId,
    period: (r) => r.periodId,
    origin: originKey,
  });
  readonly requisitionItems = this.#table<RequisitionItem, "requisition" | "line">("requisitionItems", {
    requisition: (r) => r.requisitionId,
    line: (r) => r.lineId,
  });
  readonly contractPayments = this.#table<ContractPayment, "contract" | "origin">("contractPayments", {
    contract: (r) => r.contractId,
    origin: originKey,
  });
  readonly budgetLines = this.#table<BudgetLine, "project" | "code">("budgetLines", {
    project: (r) => r.projectId,
    code: (r) => r.wbsCodeId,
  });
  readonly hooks = this.#table<Hook, "company">("hooks", { company: (r) => r.companyId });
  readonly triggers = this.#table<Trigger, "hook" | "event">("triggers", {
    hook: (r) => r.hookId,
    event: (r) => `${r.hookId}|${r.resourceName}|${r.verb}`,
  });
  readonly deliveries = this.#table<Delivery, "hook" | "waiting">("deliveries", {
    hook: (r) => r.hookId,
    waiting: (r) => (r.status === "enqueued" || r.status === "retrying" ? r.url : undefined),
  });
  readonly endpoints = this.#table<Endpoint, "url">("endpoints", { url: (r) => r.url });

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** The sum and number of a contract's or direct cost's lines; the sum at `totalScale`. */
  totalOf(holderId: number): Readonly<Totalled> {
    return this.#totals.get(holderId) ?? { total: 0n, lines: 0 };
  }

  /** Applies journalled changes on start. A table that this version does not know is a mistake worth a stop. */
  replay(changes: readonly Change[]): void {
    for (const [name, id, record] of changes) {
      const table = this.#tables.get(name);
      if (table === undefined) throw new Error(`The journal names the table "${name}", which this version does not have.`);
      if (record === null) table.remove(id);
      else table.put(record);
    }
    this.#moves = [];
  }

  /** A point to go back to when what follows is refused. */
  savepoint(): number {
    return this.#moves.length;
  }

  rollBackTo(savepoint: number): void {
    const undone = this.#moves.slice(savepoint).reverse();
    for (const { table, id, before } of undone) {
      if (before === undefined) this.#tables.get(table)?.remove(id);
      else this.#tables.get(table)?.put(before);
    }
    this.#moves.length = savepoint;
  }

  /** What changed since the last call of `takeChanges`, with what was before. */
  get moves(): readonly Move[] {
    return this.#moves;
  }

  /** What changed since the last call. */
  takeChanges(): readonly Change[] {
    const moves = this.#moves;
    if (moves.length > 0) this.#moves = [];
    return moves.map(({ table, id, after }) => [table, id, after ?? null]);
  }

  #lines(name: string) {
    return this.#table<Line, "holder" | "project" | "origin">(
      name,
      { holder: (r) => r.holderId, project: (r) => r.projectId, origin: originKey },
      (before, after) => {
        if (before !== undefined) this.#count(before, -1n);
        if (after !== undefined) this.#count(after, 1n);
      },
    );
  }

  #count(line: Line, sign: bigint): void {
    const held = this.#totals.get(line.holderId) ?? { total: 0n, lines: 0 };
    held.total += sign * toTotal(line.amount);
    held.lines += Number(sign);
    this.#totals.set(line.holderId, held);
  }

  #table<T extends Identified, I extends string>(
    name: string,
    indexes: Readonly<Record<I, (record: T) => Key>>,
    watch?: (before: T | undefined, after: T | undefined) => void,
  ): Table<T, I> {
    const table = new Table<T, I>(name, indexes, (before, after) => {
      const id = after?.id ?? before?.id ?? 0;
      if (id > this.#lastId) this.#lastId = id;
      this.#moves.push({ table: name, id, before, after });
      watch?.(before, after);
    });
    // The journal is the only caller that puts records of unknown type; it wrote them from this same table.
    this.#tables.set(name, { put: (record) => table.put(record as T), remove: (id) => table.remove(id) });
    return table;
  }
}
