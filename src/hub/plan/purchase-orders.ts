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
  type Target,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";
import { readOrderCutOver } from "../cut-over/orders.ts";
import { unsentStates } from "../effect-states.ts";
import { readIgnored } from "../holds/ignored.ts";
import { type AtomRow, replaceAtoms } from "./atoms.ts";
import { type ContractStanding, readStandings } from "./change-order-standing.ts";
import { type ChangeOrderPlan, type LineFate, planChangeOrder } from "./change-orders.ts";
import { type ContractPlan, isContractSettled, linkOriginId, planContract } from "./contract-effects.ts";
import { type EffectDraft, insertEffects } from "./effects.ts";
import { readInvoicedContracts } from "./invoice-facts.ts";
import { readDeletions } from "./order-deletions.ts";
import { type KnownHashes, markDecided, originPrefix, readKnown, readUndecided, rejectedAtom } from "./records.ts";
import { isUsable, readVendorsToCome } from "./vendor-activity.ts";
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
};

/** Ruling 14: a contract that has been invoiced is not reopened. */
type Plan = ContractPlan | ({ kind: "invoiced" } & ChangeOrderPlan);

type First = { target: Target; isPosted: boolean };

/** A line is posted where it is known, or where its request is under way or in doubt. */
async function readFirstTargets(tx: Tx, context: RunContext, records: readonly string[]): Promise<Map<string, First>> {
  const { rows } = await sql<{ key: string; target: Target; is_posted: boolean }>`
    select a.key, a.target, (exists (select from known k where k.tenant = a.tenant and k.connection = a.connection
        and k.origin_id = a.origin_id and k.aspect = 'content')
      or exists (select from effect e where e.tenant = a.tenant and e.connection = a.connection and e.origin_id = a.origin_id
        and e.aspect = 'content' and e.state in ('sending', 'unknown'))) as is_posted
    from atom a where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = 'purchase-orders'
      and a.record_key = any (${records}::text[]) and a.origin_id is not null and a.target is not null`.execute(tx);
  return new Map(rows.map((row) => [row.key, { target: row.target, isPosted: row.is_posted }]));
}

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

export async function planPurchaseOrders(tx: Tx, context: RunContext, view: ProcoreView): Promise<void> {
  const { settings, mapping } = context.connection;
  const vendors = await readKnown(tx, context, ["VN"]);
  const toCome = await readVendorsToCome(tx, context);
  const contracts = await readKnown(tx, context, ["PO", "PL"]);
  const invoiced = await readInvoicedContracts(tx, context);
  const ignored = await readIgnored(tx, context, "purchase-orders");
  const deletions = await readDeletions(tx, context);
  const cutOver = await readOrderCutOver(tx, context, view, contracts);
  const linked = new Set<string>();
  for (let after = ""; ; ) {
    const records = await readUndecided(tx, context, "purchase-orders", after);
    if (records.length === 0) break;
    const firstTargets = await readFirstTargets(
      tx,
      context,
      records.map((record) => record.key),
    );
    const decide: PurchaseOrderContext = {
      mapping,
      view,
      ...settings.purchaseOrders,
      isVendorInProcore: (vendor) => isUsable(vendors, `${originPrefix(context, "VN")}${vendor}`) || toCome(vendor),
      firstTarget: (key) => firstTargets.get(key)?.target,
      isPosted: (key) => firstTargets.get(key)?.isPosted === true,
      ignored,
      ...(cutOver ? { cutOver } : {}),
      deletionHold: deletions.holdOf,
    };
    const orders = new Set(records.map(({ key }) => key));
    const asked = [...invoiced].filter((contract) => orders.has(contract.split(".")[3] ?? ""));
    const standings = await readStandings(tx, context, asked);
    const tools: Tools = { context, known: contracts, vendors, decide, linked, standings };
    const atoms: AtomRow[] = [];
    const effects: EffectDraft[] = [];
    for (const record of records) {
      if (record.kind === "rejected") atoms.push(rejectedAtom(record));
      if (record.kind !== "purchase-order") continue;
      const planned = planOrder(tools, record);
      atoms.push(...planned.atoms);
      effects.push(...planned.effects);
    }
    await dropUnsent(
      tx,
      context,
      records.map((record) => record.key),
    );
    await replaceAtoms(tx, context, "purchase-orders", atoms);
    await insertEffects(tx, context, "purchase-orders", effects);
    after = records.at(-1)?.key ?? "";
  }
  await assignWaves(tx, context);
  await markDecided(tx, context, "purchase-orders");
}
