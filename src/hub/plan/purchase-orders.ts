/** Plans the purchase-orders flow (rulings 10 to 15): every atom gets a disposition, every contract the effects that bring it level with SAP. */
import { sql, type Transaction } from "kysely";
import {
  type DesiredContract,
  decidePurchaseOrder,
  desiredContracts,
  originId,
  type ProcoreView,
  type PurchaseOrderAtom,
  type PurchaseOrderContext,
  type PurchaseOrderRecord,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";
import { adoptContract } from "../cut-over/adoption.ts";
import type { ContractFates } from "../cut-over/contract-fates.ts";
import { replaceContractFindings } from "../cut-over/findings.ts";
import { readOrderCutOver } from "../cut-over/orders.ts";
import { unsentStates } from "../effect-states.ts";
import { type AtomRow, replaceAtoms } from "./atoms.ts";
import { type ContractStanding, readStandings } from "./change-order-standing.ts";
import { type ChangeOrderPlan, type LineFate, planChangeOrder } from "./change-orders.ts";
import { type ContractPlan, isContractSettled, linkOriginId, planContract } from "./contract-effects.ts";
import { type EffectDraft, insertEffects } from "./effects.ts";
import { readInvoicedContracts } from "./invoice-facts.ts";
import { readDeletions } from "./order-deletions.ts";
import { readOrderRules } from "./order-rules.ts";
import { type KnownHashes, markDecided, originPrefix, readUndecided, rejectedAtom } from "./records.ts";
import { assignWaves, urgencyOf } from "./waves.ts";

type Tx = Transaction<Database>;

type Tools = {
  context: RunContext;
  known: KnownHashes;
  vendors: KnownHashes;
  decide: PurchaseOrderContext;
  /** Links planned in this plan already: two contracts of one vendor in one project need one. */
  linked: Set<string>;
  /** Contracts with a requisition in Procore, or on its way there: what they stand at. */
  standings: ReadonlyMap<string, ContractStanding>;
  /** What is older than cut-over, and may be a contract that people made. */
  fates: ContractFates;
};

/** Ruling 14: a contract that has been invoiced is not reopened. */
type Plan = ContractPlan | ({ kind: "invoiced" } & ChangeOrderPlan);

/** What an earlier plan meant to do to these orders' contracts and never did is planned anew, or is no longer meant. */
async function dropUnsent(tx: Tx, context: RunContext, orders: readonly string[]): Promise<void> {
  await sql`update effect set state = 'stale', settled_at = ${now(context)} where tenant = ${context.tenant}
    and connection = ${context.connection.name} and flow = 'purchase-orders' and state in ${unsentStates}
    and record_origin_id like ${`${originPrefix(context, "PO")}%`} and split_part(record_origin_id, '.', 4) = any (${orders}::text[])`.execute(
    tx,
  );
}

function vendorOriginId({ context }: Tools, vendor: string): string {
  const id = originId(context.connection.settings.sap, "VN", [vendor]);
  if (!id.ok) throw new Error(`Assertion failed: vendor ${vendor} was found in Procore but has no origin id`);
  return id.value;
}

function planInvoiced({ context }: Tools, contract: DesiredContract, standing: ContractStanding): Plan {
  const { sap, purchaseOrders } = context.connection.settings;
  const plan = planChangeOrder(contract, { client: sap, policy: purchaseOrders.changeAfterRequisition, standing });
  if (contract.status !== "Draft") return { kind: "invoiced", ...plan };
  // Ruling 13: in release again; what is not approved changes nothing in Procore.
  const fates = [...plan.fates].map(([line, fate]): [string, LineFate] => [
    line,
    fate.state === "planned" ? { originId: fate.originId, state: "held", hold: "po-change-in-release" } : fate,
  ]);
  return { kind: "invoiced", effects: [], fates: new Map(fates) };
}

function planOne(tools: Tools, contract: DesiredContract): Plan {
  const adoption = tools.fates.adoption(contract.originId);
  if (adoption) return adoptContract(contract, vendorOriginId(tools, contract.vendor), adoption, tools.known);
  const standing = tools.standings.get(contract.originId);
  if (standing && isContractSettled(contract, tools.known)) return planInvoiced(tools, contract, standing);
  const vendor = vendorOriginId(tools, contract.vendor);
  const link = linkOriginId(vendor, contract.projectId);
  const isLinked = tools.linked.has(link) || tools.vendors.get(link, "link") !== undefined;
  const plan = planContract(contract, vendor, tools.known, { isLinked });
  if (plan.kind === "effects") tools.linked.add(link);
  return plan;
}

type LinePlace = { contract: DesiredContract; plan: Plan; originId: string };

function atomRow(order: PurchaseOrderRecord, atom: PurchaseOrderAtom, place: LinePlace | undefined, isPosted: boolean): AtomRow {
  const base = { key: atom.key, recordKey: order.key, amount: atom.amount };
  const { decision } = atom;
  if (decision.disposition === "excluded") {
    // What people keep from now on stays in Procore as it is.
    if (isPosted && decision.rule !== "kept-in-procore")
      return { ...base, disposition: "held", reason: "po-item-deleted-after-posting" };
    const { rule: reason, project } = decision;
    return { ...base, disposition: "excluded", reason, ...(project === undefined ? {} : { waiting: { project } }) };
  }
  if (decision.disposition === "held") return { ...base, disposition: "held", reason: decision.hold, waiting: decision };
  if (!place || !atom.target) throw new Error(`Assertion failed: ${atom.key} is planned but on no contract`);
  const linked = { ...base, recordOriginId: place.contract.originId, originId: place.originId, target: atom.target };
  switch (place.plan.kind) {
    case "unchanged":
      return { ...linked, disposition: "unchanged" };
    case "in-release":
      return place.plan.changedLines.has(place.originId)
        ? { ...linked, disposition: "held", reason: "po-change-in-release" }
        : { ...linked, disposition: "unchanged" };
    case "invoiced": {
      const fate = place.plan.fates.get(place.originId);
      if (!fate) throw new Error(`Assertion failed: ${atom.key} is on a contract that was not asked about it`);
      if (fate.state !== "held") return { ...linked, originId: fate.originId, disposition: fate.state };
      const { originId: home, hold } = fate;
      return { ...(home === undefined ? base : { ...linked, originId: home }), disposition: "held", reason: hold };
    }
    case "effects":
      return { ...linked, disposition: "planned" };
  }
}

/** A key that fits no origin id can never be found again in Procore: nothing of the order is written. */
function withoutOriginId(order: PurchaseOrderRecord, atom: PurchaseOrderAtom): AtomRow {
  if (atom.decision.disposition !== "planned") return atomRow(order, atom, undefined, false);
  return { key: atom.key, recordKey: order.key, amount: atom.amount, disposition: "held", reason: "po-refused" };
}

function planOrder(tools: Tools, order: PurchaseOrderRecord): { atoms: AtomRow[]; effects: EffectDraft[] } {
  const { context, decide } = tools;
  const decided = decidePurchaseOrder(order, decide);
  if (!decided.ok)
    throw new Error(`Assertion failed: ${order.key} item ${decided.error.item} ${decided.error.field} was checked on arrival`);
  const contracts = desiredContracts(context.connection.settings.sap, order, decided.value, decide.contractRate);
  if (!contracts.ok) return { atoms: decided.value.map((atom) => withoutOriginId(order, atom)), effects: [] };
  const places = new Map<string, LinePlace>();
  const effects: EffectDraft[] = [];
  for (const contract of contracts.value) {
    const plan = planOne(tools, contract);
    if (plan.kind === "effects" || plan.kind === "invoiced")
      effects.push(...plan.effects.map((effect) => ({ ...effect, urgency: urgencyOf(order) })));
    for (const line of contract.lines) places.set(line.atomKey, { contract, plan, originId: line.originId });
  }
  const atoms = decided.value.map((atom) => atomRow(order, atom, places.get(atom.key), decide.isPosted(atom.key)));
  return { atoms, effects };
}

export async function planPurchaseOrders(tx: Tx, context: RunContext, view: ProcoreView, fates: ContractFates): Promise<void> {
  const { contracts, vendors, ...rules } = await readOrderRules(tx, context, view);
  const invoiced = await readInvoicedContracts(tx, context);
  const deletions = await readDeletions(tx, context);
  const cutOver = await readOrderCutOver(tx, context, { view, known: contracts, fates });
  const linked = new Set<string>();
  for (let after = ""; ; ) {
    const records = await readUndecided(tx, context, "purchase-orders", after);
    if (records.length === 0) break;
    const keys = records.map((record) => record.key);
    const decide: PurchaseOrderContext = {
      ...(await rules.of(keys)),
      ...(cutOver ? { cutOver } : {}),
      deletionHold: deletions.holdOf,
    };
    const orders = new Set(keys);
    const asked = [...invoiced].filter((contract) => orders.has(contract.split(".")[3] ?? ""));
    const standings = await readStandings(tx, context, asked);
    const tools: Tools = { context, known: contracts, vendors, decide, linked, standings, fates };
    const atoms: AtomRow[] = [];
    const effects: EffectDraft[] = [];
    for (const record of records) {
      if (record.kind === "rejected") atoms.push(rejectedAtom(record));
      if (record.kind !== "purchase-order") continue;
      const planned = planOrder(tools, record);
      atoms.push(...planned.atoms);
      effects.push(...planned.effects);
    }
    await dropUnsent(tx, context, keys);
    await replaceContractFindings(tx, context, keys, fates);
    await replaceAtoms(tx, context, "purchase-orders", atoms);
    await insertEffects(tx, context, "purchase-orders", effects);
    after = records.at(-1)?.key ?? "";
  }
  await assignWaves(tx, context);
  await markDecided(tx, context, "purchase-orders");
}
