/**
 * Rulings 16 to 19 for each atom of an invoice: a line by account assignment. Decides whether it is billed, on which contract line, with how much
 * work and retainage. A requisition is written once and whole, so what one line of a purchase order waits for, its siblings wait for too. The atoms'
 * amounts sum to the lines', whatever becomes of them.
 */
import type { Decision, ExclusionRule, HoldCode, IgnoreRule } from "../disposition.ts";
import { add, convert, type Money, negate, parseMoney, splitByWeights, sum, zero } from "../money.ts";
import type { InvoiceLine, InvoiceRecord, PurchaseOrderItem, PurchaseOrderRecord } from "../records/index.ts";
import { assert } from "../result.ts";
import type { ItemRoute } from "./cost.ts";
import type { CutOver } from "./cut-over.ts";
import { nonDeductibleTax } from "./invoice-tax.ts";

/** One account assignment of an order item, as the purchase-orders flow left it. */
export type OrderLine = {
  readonly assignment: string;
  readonly route: ItemRoute;
  /** As mapping rules name it, as far as it is known. */
  readonly project?: string;
  /** Present for a contract line: origin ids of contract and line. */
  readonly place?: { readonly contract: string; readonly line: string; readonly projectId: number; readonly currency: string };
};

export type InvoiceContext = {
  readonly order: (purchaseOrder: string) => PurchaseOrderRecord | undefined;
  readonly orderLines: (purchaseOrder: string, item: string) => readonly OrderLine[];
  /** Approved in Procore, with nothing of it under way. */
  readonly isContractReady: (contract: string) => boolean;
  /** The other half of a cancellation, where both are in the store and neither is in Procore. */
  readonly unpostedPartner: (invoice: InvoiceRecord) => InvoiceRecord | undefined;
  readonly negative: "hold" | "send";
  readonly retainage: "kept" | "none";
  /** Whether RSEG-WRBTR is without the tax that nobody gets back. Not documented [K]: the customer's to say. */
  readonly tax: "added" | "included";
  /** What a person left out. */
  readonly ignored?: (atomKey: string) => IgnoreRule | undefined;
  /** Without it all of history flows. */
  readonly cutOver?: CutOver;
};

/** What goes to Procore, in the project's currency. */
export type Billing = {
  readonly place: NonNullable<OrderLine["place"]>;
  readonly work: Money;
  readonly retainage: Money;
  /** Only of a release: how much of what was retained, and the day of the clearing. */
  readonly released?: { readonly amount: Money; readonly on: string };
};

export type InvoiceAtom = {
  /** `BELNR.GJAHR.BUZEI.ZEKKN`. */
  readonly key: string;
  readonly purchaseOrder: string;
  /** The line's share as SAP keeps it, without tax, in the invoice's currency. */
  readonly amount: Money;
  /** Likewise; undefined where SAP does not tell it. */
  readonly retention: Money | undefined;
  readonly decision: Decision;
  /** Present when planned. */
  readonly billing?: Billing;
};

type Share = { assignment: string; amount: Money; isTold: boolean };
type Draft = Omit<InvoiceAtom, "decision" | "billing"> & {
  line: InvoiceLine;
  share: Share;
  weights: readonly bigint[];
  index: number;
};

const posted = "5";

function moneyOf(text: string, currency: string): Money {
  const money = parseMoney(text === "" ? "0" : text, currency);
  assert(money.ok, `"${text}" was checked on arrival`);
  return money.value;
}

/** EKBE_MA's shares as they stand; where they do not come to the line, the last one is made to and nothing of the line is billed (ruling 16). */
function sharesOf(line: InvoiceLine, currency: string): Share[] {
  const whole = moneyOf(line.amount, currency);
  if (!line.shares) return [{ assignment: line.assignment, amount: whole, isTold: true }];
  const amounts = line.shares.map((share) => moneyOf(share.amount, currency));
  const missing = add(whole, negate(sum(amounts, currency)));
  return line.shares.map(({ assignment }, index) => {
    const amount = amounts[index] ?? zero(currency);
    const isLast = index === amounts.length - 1;
    return { assignment, amount: isLast ? add(amount, missing) : amount, isTold: missing.minor === 0n };
  });
}

/** RETAMT_FC is unsigned like all of EKBE; it goes the way of its line. */
function retentionOf(line: InvoiceLine, currency: string): Money | undefined {
  if (line.retention === undefined) return undefined;
  const retention = moneyOf(line.retention, currency);
  return line.amount.startsWith("-") && retention.minor > 0n ? negate(retention) : retention;
}

function draftsOf(invoice: InvoiceRecord): Draft[] {
  return invoice.lines.flatMap((line) => {
    const shares = sharesOf(line, invoice.currency);
    const weights = shares.map(({ amount }) => amount.minor);
    const retention = retentionOf(line, invoice.currency);
    const retained = retention && splitByWeights(retention, weights);
    return shares.map((share, index) => ({
      key: `${invoice.key}.${line.line}.${share.assignment}`,
      purchaseOrder: line.purchaseOrder,
      amount: share.amount,
      retention: retained?.[index],
      line,
      share,
      weights,
      index,
    }));
  });
}

/** Per order item and assignment the two sum to nothing. */
export function cancelsOut(left: InvoiceRecord, right: InvoiceRecord): boolean {
  if (left.currency !== right.currency || left.status !== posted || right.status !== posted) return false;
  if (left.cancellation !== right.key || right.cancellation !== left.key) return false;
  const sums = new Map<string, bigint>();
  for (const draft of [...draftsOf(left), ...draftsOf(right)]) {
    const key = `${draft.purchaseOrder}.${draft.line.item}.${draft.share.assignment}.${draft.line.conditionType}`;
    sums.set(key, (sums.get(key) ?? 0n) + draft.amount.minor);
  }
  return [...sums.values()].every((minor) => minor === 0n);
}

const excluded = (rule: ExclusionRule | IgnoreRule): Decision => ({ disposition: "excluded", rule });
const held = (hold: HoldCode): Decision => ({ disposition: "held", hold });
const waitsForOrder = ({ line }: Draft): Decision => ({
  disposition: "held",
  hold: "invoice-purchase-order-undecided",
  waitsFor: `purchase order ${line.purchaseOrder} item ${line.item}`,
});

function excludedBy({ line }: Draft): ExclusionRule | undefined {
  if (line.purchaseOrder === "") return "invoice-without-purchase-order";
  return line.conditionType === "" ? undefined : "invoice-delivery-cost";
}

type Found = { line: OrderLine } | { decision: Decision };

/** RSEG names no assignment where several share the line; then only EKBE_MA can tell them apart. */
function findOrderLine(draft: Draft, context: InvoiceContext): Found {
  const { line, share } = draft;
  const lines = context.orderLines(line.purchaseOrder, line.item);
  const [only, second] = lines;
  const exact = lines.find(({ assignment }) => assignment === share.assignment);
  const found = exact ?? (share.assignment === "00" && only && !second ? only : undefined);
  if (found?.route === "no-contract") return { decision: excluded("invoice-no-contract") };
  if (found) return { line: found };
  if (only && lines.every(({ route }) => route === "no-contract")) return { decision: excluded("invoice-no-contract") };
  return { decision: share.assignment === "00" && second ? held("invoice-split-unknown") : waitsForOrder(draft) };
}

function toProject(amount: Money, order: PurchaseOrderRecord, currency: string): Money | undefined {
  return amount.currency === currency ? amount : convert(amount, order.exchangeRate, currency);
}

type Placed = Pick<InvoiceAtom, "decision" | "billing">;

function billDraft(
  draft: Draft,
  tax: Money | undefined,
  order: PurchaseOrderRecord,
  line: OrderLine,
  context: InvoiceContext,
): Placed {
  const { place } = line;
  if (line.route !== "contract-line" || !place) return { decision: waitsForOrder(draft) };
  if (!draft.share.isTold) return { decision: held("invoice-split-unknown") };
  if (!tax) return { decision: held("invoice-tax-unknown") };
  const retention = draft.retention ?? (context.retainage === "none" ? zero(draft.amount.currency) : undefined);
  if (!retention) return { decision: held("invoice-retainage-unknown") };
  const taxShare = splitByWeights(tax, draft.weights)[draft.index] ?? zero(tax.currency);
  const work = toProject(add(draft.amount, taxShare), order, place.currency);
  const retainage = toProject(retention, order, place.currency);
  if (!work || !retainage) return { decision: held("invoice-currency") };
  if (!context.isContractReady(place.contract)) return { decision: held("invoice-contract-not-approved") };
  return { decision: { disposition: "planned" }, billing: { place, work, retainage } };
}

/** Rulings 4 and 5. What is older stays out whether its contract is in Procore or not. */
function leftOut({ route, project }: OrderLine, invoice: InvoiceRecord, { cutOver }: InvoiceContext): Decision | undefined {
  const rest = (rule: ExclusionRule): Decision => ({
    disposition: "excluded",
    rule,
    ...(project === undefined ? {} : { project }),
  });
  if (project !== undefined && cutOver?.isBefore("invoices", project, invoice.postingDate)) return rest("before-cut-over");
  if (route === "kept-by-hand") return rest("commitment-by-hand");
  return project !== undefined && cutOver?.isKeptInProcore("invoices", project) ? rest("kept-in-procore") : undefined;
}

function placeDraft(draft: Draft, invoice: InvoiceRecord, tax: Money | undefined, context: InvoiceContext): Placed {
  const rule = excludedBy(draft);
  if (rule) return { decision: excluded(rule) };
  const left = context.ignored?.(draft.key);
  if (left) return { decision: excluded(left) };
  const found = findOrderLine(draft, context);
  if ("decision" in found) return found;
  const rest = leftOut(found.line, invoice, context);
  if (rest) return { decision: rest };
  const order = context.order(draft.purchaseOrder);
  if (!order) return { decision: waitsForOrder(draft) };
  if (order.currency !== draft.amount.currency) return { decision: held("invoice-currency") };
  return billDraft(draft, tax, order, found.line, context);
}

/** Ruling 17: negative work on any line of a requisition makes it one that Procore may refuse. */
function holdNegative(atoms: readonly InvoiceAtom[]): InvoiceAtom[] {
  const works = new Map<string, bigint>();
  const negative = new Set<string>();
  for (const { billing } of atoms)
    if (billing) works.set(billing.place.line, (works.get(billing.place.line) ?? 0n) + billing.work.minor);
  for (const { billing } of atoms)
    if (billing && (works.get(billing.place.line) ?? 0n) < 0n) negative.add(billing.place.contract);
  return atoms.map((atom) => (atom.billing && negative.has(atom.billing.place.contract) ? hold(atom, "invoice-negative") : atom));
}

function hold(atom: InvoiceAtom, code: HoldCode): InvoiceAtom {
  const { billing: _billing, ...rest } = atom;
  return { ...rest, decision: held(code) };
}

/** A held line may belong to any of its order's contracts: none of them can be written yet. */
export function holdSiblings(atoms: readonly InvoiceAtom[]): InvoiceAtom[] {
  const waiting = new Set(atoms.flatMap((atom) => (atom.decision.disposition === "held" ? atom.purchaseOrder : [])));
  return atoms.map((atom) => (atom.billing && waiting.has(atom.purchaseOrder) ? hold(atom, "invoice-incomplete") : atom));
}

function itemOf(line: InvoiceLine, context: InvoiceContext): PurchaseOrderItem | undefined {
  return context.order(line.purchaseOrder)?.items.find(({ item }) => item === line.item);
}

/** The opening balance holds what was invoiced before the date: its later cancellation takes nothing out of that, and goes its own way. */
function isParted(invoice: InvoiceRecord, partner: InvoiceRecord, { cutOver, orderLines }: InvoiceContext): boolean {
  const isOlder = (each: InvoiceRecord, project: string) => cutOver?.isBefore("invoices", project, each.postingDate) === true;
  const projects = [...invoice.lines, ...partner.lines].flatMap(({ purchaseOrder, item }) =>
    orderLines(purchaseOrder, item).flatMap(({ project }) => project ?? []),
  );
  return projects.some((project) => isOlder(invoice, project) !== isOlder(partner, project));
}

function wholeDecision(invoice: InvoiceRecord, context: InvoiceContext): Decision | undefined {
  if (invoice.status !== posted) return excluded("invoice-not-posted");
  const partner = context.unpostedPartner(invoice);
  if (partner && cancelsOut(invoice, partner) && !isParted(invoice, partner, context))
    return excluded("invoice-cancelled-unposted");
  return invoice.lines.length === 0 ? excluded("invoice-without-purchase-order") : undefined;
}

/** All atoms in line order; one of no amount for an invoice without lines of purchase orders. */
export function decideInvoice(invoice: InvoiceRecord, context: InvoiceContext): InvoiceAtom[] {
  const { currency } = invoice;
  const whole = wholeDecision(invoice, context);
  if (whole && invoice.lines.length === 0)
    return [
      { key: `${invoice.key}.000000.00`, purchaseOrder: "", amount: zero(currency), retention: undefined, decision: whole },
    ];
  const taxes = nonDeductibleTax(invoice, (line) => (whole || context.tax === "included" ? undefined : itemOf(line, context)));
  const atoms = draftsOf(invoice).map((draft): InvoiceAtom => {
    const { line, share: _share, weights: _weights, index: _index, ...atom } = draft;
    if (whole) return { ...atom, decision: whole };
    return { ...atom, ...placeDraft(draft, invoice, taxes[invoice.lines.indexOf(line)], context) };
  });
  return holdSiblings(context.negative === "hold" ? holdNegative(atoms) : atoms);
}
