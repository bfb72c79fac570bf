/**
 * Purchase orders that are older than their project's date and have no contract of ours yet, as they would be if they were created: what the contracts that
 * people made are compared with. Read before the plan, in a transaction of its own.
 */
import type { Transaction } from "kysely";
import { sql } from "kysely";
import {
  add,
  type CutOver,
  type DesiredContract,
  decidePurchaseOrder,
  desiredContracts,
  type Money,
  originId,
  type ProcoreView,
  type ProjectView,
  type PurchaseOrderAtom,
  type PurchaseOrderContext,
  type PurchaseOrderRecord,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { readOrderRules } from "../plan/order-rules.ts";
import { originPrefix, readUndecided } from "../plan/records.ts";
import type { ContractDecision } from "./contract-decisions.ts";
import { orderIn } from "./contract-decisions.ts";
import type { WrittenContracts } from "./written.ts";

type Tx = Transaction<Database>;

export type OpenOrder = {
  order: string;
  title: string;
  originId: string;
  project: ProjectView;
  vendorId: number | undefined;
  total: Money | undefined;
  /** Undefined where an item waits for something of its own: `waitsFor` says what. */
  contract: DesiredContract | undefined;
  waitsFor: string;
  decision: ContractDecision | undefined;
};

type Tools = {
  context: RunContext;
  view: ProcoreView;
  dates: CutOver;
  written: WrittenContracts;
  decisions: ReadonlyMap<string, ContractDecision>;
  vendorIds: ReadonlyMap<string, number>;
};

const projectOf = ({ target, decision }: PurchaseOrderAtom): string | undefined =>
  target?.project.number ?? (decision.disposition === "held" ? decision.project : undefined);

/** In one currency, or not at all. */
function totalOf(atoms: readonly PurchaseOrderAtom[]): Money | undefined {
  const [first, ...others] = atoms.map(({ contractAmount, amount }) => contractAmount ?? amount);
  if (!first || others.some(({ currency }) => currency !== first.currency)) return undefined;
  return others.reduce(add, first);
}

function waitsFor(atoms: readonly PurchaseOrderAtom[]): string {
  const waiting = atoms.flatMap(({ key, decision }) =>
    decision.disposition === "held" ? `item ${key.split(".")[1]} waits: ${decision.waitsFor ?? decision.hold}` : [],
  );
  return waiting.slice(0, 3).join("; ");
}

function openOf(tools: Tools, order: PurchaseOrderRecord, rules: PurchaseOrderContext): OpenOrder[] {
  const { context, view, dates, written, decisions, vendorIds } = tools;
  const { sap } = context.connection.settings;
  const decided = decidePurchaseOrder(order, rules);
  if (!decided.ok) throw new Error(`Assertion failed: ${order.key} item ${decided.error.item} was checked on arrival`);
  const left = decided.value.filter(({ decision }) => decision.disposition !== "excluded");
  const contracts = desiredContracts(sap, order, decided.value, rules.contractRate);
  const byProject = Map.groupBy(left, projectOf);
  return [...byProject].flatMap(([name, atoms]): OpenOrder[] => {
    const project = name === undefined ? undefined : view.projectByNumber(name);
    if (name === undefined || project === undefined || project === "ambiguous") return [];
    const isOlder = dates.isBefore("purchaseOrders", name, order.documentDate);
    if (!isOlder || dates.isKeptInProcore("purchaseOrders", name) || written.has(order.key, name)) return [];
    const id = originId(sap, "PO", [order.key, project.id]);
    if (!id.ok) return [];
    const isWhole = contracts.ok && atoms.every(({ decision }) => decision.disposition === "planned");
    return [
      {
        order: order.key,
        title: atoms[0]?.item.description.trim() ?? "",
        originId: id.value,
        project,
        vendorId: vendorIds.get(order.vendor),
        total: totalOf(atoms),
        contract: isWhole ? contracts.value.find(({ projectId }) => projectId === project.id) : undefined,
        waitsFor: waitsFor(atoms),
        decision: decisions.get(orderIn(order.key, name)),
      },
    ];
  });
}

/** By LIFNR. */
async function readVendorIds(tx: Tx, context: RunContext): Promise<ReadonlyMap<string, number>> {
  const prefix = originPrefix(context, "VN");
  const { rows } = await sql<{ origin_id: string; procore_id: bigint }>`select origin_id, procore_id from known
    where tenant = ${context.tenant} and connection = ${context.connection.name} and aspect in ('content', 'adoption')
      and starts_with(origin_id, ${prefix}) order by aspect desc`.execute(tx);
  return new Map(rows.map((row) => [row.origin_id.slice(prefix.length), Number(row.procore_id)]));
}

export async function readOpenOrders(
  tx: Tx,
  context: RunContext,
  ask: Pick<Tools, "view" | "dates" | "written" | "decisions">,
): Promise<OpenOrder[]> {
  const tools: Tools = { ...ask, context, vendorIds: await readVendorIds(tx, context) };
  const rules = await readOrderRules(tx, context, ask.view);
  const open: OpenOrder[] = [];
  for (let after = ""; ; ) {
    const records = await readUndecided(tx, context, "purchase-orders", after);
    const last = records.at(-1);
    if (!last) return open;
    const page = await rules.of(records.map(({ key }) => key));
    for (const record of records) if (record.kind === "purchase-order") open.push(...openOf(tools, record, page));
    after = last.key;
  }
}
