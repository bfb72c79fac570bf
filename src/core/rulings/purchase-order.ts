/**
 * Rulings 10 to 13 and 25, read for each atom: one per item and account assignment. Decides whether it goes to Procore, where, and for how
 * much. NETWR is never recomputed; the last share takes the remainder; returns are negative.
 */
import type { Decision, ExclusionRule, HoldCode, IgnoreRule } from "../disposition.ts";
import type { Mapping, MappingQuery } from "../mapping/index.ts";
import { add, type Money, negate, parseFactor, parseMoney, splitByWeights, zero } from "../money.ts";
import type { Assignment, PurchaseOrderItem, PurchaseOrderRecord } from "../records/index.ts";
import { err, ok, type Result } from "../result.ts";
import { parseSapDate, type SapDate } from "../sap-date.ts";
import {
  type ContractRatePolicy,
  type CurrencyFacts,
  contractAmount,
  contractCurrency,
  currencyOfTarget,
  type ForeignCurrencyPolicy,
} from "./contract-currency.ts";
import { invoicedAmount, isDeleted } from "./invoiced.ts";
import { findTarget, heldBy, type ProcoreView, type ProjectView, type Target } from "./target.ts";

export type PurchaseOrderContext = {
  readonly mapping: Mapping;
  readonly view: ProcoreView;
  readonly foreignCurrency: ForeignCurrencyPolicy;
  readonly contractRate: ContractRatePolicy;
  /** Empty: all. */
  readonly companyCodes: readonly string[];
  readonly isVendorInProcore: (vendor: string) => boolean;
  /** Ruling 27: a purchase order line keeps its first mapping. */
  readonly firstTarget: (atomKey: string) => Target | undefined;
  /** Its line is in Procore, or may be. */
  readonly isPosted: (atomKey: string) => boolean;
  /** Why an item that SAP deleted does not fall yet (ruling 33); without it, it falls at once. */
  readonly deletionHold?: (atomKey: string) => { readonly hold: HoldCode; readonly waitsFor: string } | undefined;
  /** What a person left out. */
  readonly ignored?: (atomKey: string) => IgnoreRule | undefined;
  /** What cut-over and system of record say of the order in a project, which is named as mapping rules name it (rulings 4 and 5). */
  readonly cutOver?: (order: PurchaseOrderRecord, project: string) => Decision | undefined;
};

type Placing = PurchaseOrderContext & CurrencyFacts;

export type PurchaseOrderAtom = {
  /** `EBELN.EBELP.ZEKKN`. */
  readonly key: string;
  readonly item: PurchaseOrderItem;
  readonly assignment: Assignment;
  /** The share in the purchase order's currency. */
  readonly amount: Money;
  readonly decision: Decision;
  /** SAP deleted it after it was posted: what stands in Procore is what was invoiced (ruling 15). */
  readonly isGone: boolean;
  /** Present when planned, and while a deletion waits: its line stays in the contract. */
  readonly target?: Target;
  /** What goes to Procore, in the contract's currency; present when planned. */
  readonly contractAmount?: Money;
};

/** Stands for an item that SAP assigns to nothing: it still counts once. */
export const noAssignment: Assignment = { assignment: "00", quantity: "", percent: "", netValue: "", account: "" };

function headerExcludedBy(order: PurchaseOrderRecord, context: PurchaseOrderContext): ExclusionRule | undefined {
  if (order.category !== "F") return "po-not-a-purchase-order";
  if (context.companyCodes.length > 0 && !context.companyCodes.includes(order.companyCode)) return "po-company-code-out-of-scope";
  if (order.isIncomplete) return "po-incomplete";
  if (order.documentType === "UB" || order.supplyingPlant !== "") return "po-stock-transfer";
  return undefined;
}

function excludedBy(
  order: PurchaseOrderRecord,
  item: PurchaseOrderItem,
  context: PurchaseOrderContext,
): ExclusionRule | undefined {
  const rule = headerExcludedBy(order, context);
  if (rule) return rule;
  if (order.deletion === "L" || item.deletion === "L") return "po-item-deleted";
  if (order.deletion === "S" || item.deletion === "S") return "po-item-blocked";
  return undefined;
}

function weight(text: string): bigint {
  const factor = parseFactor(text === "" ? "0" : text);
  // Quantities have up to three decimals, percentages one: a common scale of six keeps them whole.
  return factor ? (factor.numerator * 1_000_000n) / factor.denominator : 0n;
}

/**
 * The weights of VRTKZ. By percent, where a percentage is missing, SAP's own shares (EKKN-NETWR) count, if they sum to the item's value; undefined:
 * the split cannot be told.
 */
export function splitWeights(item: PurchaseOrderItem): bigint[] | undefined {
  const { assignments } = item;
  if (item.distribution !== "2") return assignments.map((each) => weight(each.quantity));
  if (assignments.every((each) => each.percent !== "")) return assignments.map((each) => weight(each.percent));
  const shares = assignments.map((each) => weight(each.netValue));
  const total = shares.reduce((sum, share) => sum + share, 0n);
  return shares.every((share) => share !== 0n) && total === weight(item.netValue) ? shares : undefined;
}

/** Ruling 10: the item's net value and non-deductible tax, shared by VRTKZ. */
export function shareItem(item: PurchaseOrderItem, currency: string): Result<Money[], { field: string; text: string }> {
  const net = parseMoney(item.netValue, currency);
  if (!net.ok) return err({ field: "NETWR", text: item.netValue });
  const tax = parseMoney(item.nonDeductibleTax === "" ? "0" : item.nonDeductibleTax, currency);
  if (!tax.ok) return err({ field: "NAVNW", text: item.nonDeductibleTax });
  const whole = item.isReturn ? negate(add(net.value, tax.value)) : add(net.value, tax.value);
  if (item.assignments.length <= 1) return ok([whole]);
  const weights = splitWeights(item);
  return weights ? ok(splitByWeights(whole, weights)) : err({ field: "VPROZ", text: "" });
}

/** By the mapping alone: what is left out needs no budget code in Procore, nor that the project can be seen. */
function leftOut(
  order: PurchaseOrderRecord,
  kept: Target | undefined,
  query: MappingQuery,
  { mapping, cutOver }: Placing,
): Decision | undefined {
  if (!cutOver) return undefined;
  if (kept) return cutOver(order, kept.project.number);
  const answer = mapping.resolve(query);
  return answer.kind === "no-rule" ? undefined : cutOver(order, answer.rule.target.project);
}

function placeAtom(
  key: string,
  order: PurchaseOrderRecord,
  item: PurchaseOrderItem,
  assignment: Assignment,
  amount: Money,
  context: Placing,
): Pick<PurchaseOrderAtom, "decision" | "target" | "contractAmount"> {
  // A word that came while its line was being sent came too late: what is in Procore is in the sums.
  const rule = context.isPosted(key) ? undefined : context.ignored?.(key);
  if (rule) return { decision: { disposition: "excluded", rule } };
  if (item.accountAssignmentCategory === "U") return { decision: { disposition: "held", hold: "po-unknown-assignment" } };
  const object = assignment.object ?? { kind: "plant" as const, key: item.plant };
  const kept = context.firstTarget(key);
  const query = {
    companyCode: order.companyCode,
    objectKind: object.kind,
    object: object.key,
    account: assignment.account,
    materialGroup: item.materialGroup,
    date: parseSapDate(order.documentDate) ?? ("00010101" as SapDate),
  };
  const left = leftOut(order, kept, query, context);
  if (left) return { decision: left };
  const found = kept
    ? ({ kind: "target", target: kept } as const)
    : findTarget(query, context, (project) => (canKeep(order, project, context) ? undefined : "po-currency"));
  if (found.kind === "held") return { decision: heldBy(found) };
  const place = { project: found.target.project.number, rule: found.target.rule };
  if (!context.isVendorInProcore(order.vendor)) {
    const waitsFor = `vendor ${order.vendor}`;
    return { decision: { disposition: "held", hold: "po-vendor-not-in-procore", waitsFor, ...place } };
  }
  const { project } = found.target;
  const currency = contractCurrency(order, project, context);
  const inContract = currency === undefined ? undefined : contractAmount(amount, order, project, currency);
  if (!inContract) return { decision: { disposition: "held", hold: "po-currency", ...place } };
  const { contractCurrency: _, ...where } = found.target;
  const target = inContract.currency === project.currency ? where : { ...where, contractCurrency: inContract.currency };
  return { decision: { disposition: "planned" }, target, contractAmount: inContract };
}

function canKeep(order: PurchaseOrderRecord, project: ProjectView, context: Placing): boolean {
  const currency = contractCurrency(order, project, context);
  return (
    currency !== undefined && contractAmount({ minor: 1n, currency: order.currency }, order, project, currency) !== undefined
  );
}

/** The currencies of the order's contracts that are in Procore, or may be. */
function keptCurrencies(order: PurchaseOrderRecord, context: PurchaseOrderContext): ReadonlyMap<number, string> {
  const kept = new Map<number, string>();
  for (const { item, assignments } of order.items) {
    for (const { assignment } of assignments.length === 0 ? [noAssignment] : assignments) {
      const key = `${order.key}.${item}.${assignment}`;
      const target = context.isPosted(key) ? context.firstTarget(key) : undefined;
      if (target) kept.set(target.project.id, currencyOfTarget(target));
    }
  }
  return kept;
}

const noItem: PurchaseOrderItem = {
  item: "00000",
  deletion: "",
  description: "",
  material: "",
  materialGroup: "",
  plant: "",
  quantity: "",
  unit: "",
  netPrice: "",
  priceUnit: "",
  netValue: "0",
  nonDeductibleTax: "",
  itemCategory: "",
  accountAssignmentCategory: "",
  distribution: "",
  isReturn: false,
  isDeliveryComplete: false,
  isFinallyInvoiced: false,
  assignments: [],
};

/** A document without items still counts once. The agent rejects it where it should have some, so only excluded ones come here. */
function headerAtom(order: PurchaseOrderRecord, context: PurchaseOrderContext): PurchaseOrderAtom {
  const rule = headerExcludedBy(order, context) ?? (order.deletion === "L" ? "po-item-deleted" : undefined);
  if (!rule) throw new Error(`Assertion failed: purchase order ${order.key} came without items and without a rejection`);
  return {
    key: `${order.key}.00000.00`,
    item: noItem,
    assignment: noAssignment,
    amount: zero(order.currency),
    isGone: false,
    decision: { disposition: "excluded", rule },
  };
}

/** Ruling 15. An item that is deleted and was never in Procore stays out; one that is there falls, if it can be told to what. */
function fallenAmount(
  key: string,
  order: PurchaseOrderRecord,
  item: PurchaseOrderItem,
  assignment: Assignment,
  context: PurchaseOrderContext,
) {
  const isGone = isDeleted(order, item) && context.isPosted(key);
  return isGone || item.isFinallyInvoiced ? invoicedAmount(item, assignment, order.currency) : undefined;
}

function waitingIn(target: Target | undefined, waiting: { readonly hold: HoldCode; readonly waitsFor: string }) {
  const decision = { disposition: "held" as const, ...waiting };
  return target ? { decision: { ...decision, project: target.project.number, rule: target.rule }, target } : { decision };
}

/** All atoms of the purchase order, in item order. Fails on an amount that is no money in the order's currency. */
export function decidePurchaseOrder(
  order: PurchaseOrderRecord,
  asked: PurchaseOrderContext,
): Result<PurchaseOrderAtom[], { item: string; field: string; text: string }> {
  const atoms: PurchaseOrderAtom[] = [];
  if (order.items.length === 0) return ok([headerAtom(order, asked)]);
  const context: Placing = { ...asked, kept: keptCurrencies(order, asked) };
  for (const item of order.items) {
    const shares = shareItem(item, order.currency);
    if (!shares.ok) return err({ item: item.item, ...shares.error });
    const assignments = item.assignments.length === 0 ? [noAssignment] : item.assignments;
    const rule = excludedBy(order, item, context);
    for (const [index, amount] of shares.value.entries()) {
      const assignment = assignments[index] ?? noAssignment;
      const key = `${order.key}.${item.item}.${assignment.assignment}`;
      const fallen = fallenAmount(key, order, item, assignment, context);
      const isOut = rule !== undefined && (rule !== "po-item-deleted" || fallen === undefined);
      const waiting = rule !== undefined && !isOut ? context.deletionHold?.(key) : undefined;
      const placed = isOut
        ? { decision: { disposition: "excluded" as const, rule } }
        : waiting
          ? waitingIn(context.firstTarget(key), waiting)
          : placeAtom(key, order, item, assignment, fallen ?? amount, context);
      atoms.push({ key, item, assignment, amount, isGone: rule !== undefined && !isOut, ...placed });
    }
  }
  return ok(atoms);
}
