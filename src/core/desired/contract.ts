/**
 * The Procore contract that a purchase order should be in one project (rulings 1, 10, 12, 13). `vendor_id` and ids that only Procore
 * knows are filled in when the call is made; everything else is here and in the desired hash.
 */
import { type Canonical, canonicalText } from "../fingerprint.ts";
import { fromAlpha, type KeyProblem, type OriginId, originId, type SapClient } from "../keys.ts";
import { formatMoney, type Money, sum } from "../money.ts";
import type { PurchaseOrderRecord } from "../records/index.ts";
import { ok, type Result } from "../result.ts";
import { type ContractRatePolicy, contractRate, currencyOfTarget } from "../rulings/contract-currency.ts";
import type { PurchaseOrderAtom } from "../rulings/purchase-order.ts";
import type { Target } from "../rulings/target.ts";
import { formatIsoDate, parseSapDate } from "../sap-date.ts";

export type Body = { readonly [field: string]: Canonical };

export type DesiredContractLine = {
  readonly originId: OriginId;
  readonly atomKey: string;
  readonly body: Body;
  readonly amount: Money;
};

export type ContractState = "Draft" | "Approved" | "Closed";

export type DesiredContract = {
  readonly originId: OriginId;
  readonly projectId: number;
  readonly vendor: string;
  readonly header: Body;
  /** Where its currency is not the project's: what only its creation may carry (procore 4.4). */
  readonly currency?: Body;
  readonly status: ContractState;
  readonly lines: readonly DesiredContractLine[];
  readonly total: Money;
};

function headerOf(order: PurchaseOrderRecord, first: PurchaseOrderAtom): Body {
  const date = parseSapDate(order.documentDate);
  return {
    number: fromAlpha(order.key),
    title: first.item.description.trim() || fromAlpha(order.key),
    // Ruling 12: the method is frozen once lines exist; `amount` keeps SAP's NETWR whatever quantity times price says.
    accounting_method: "amount",
    ...(date ? { contract_date: formatIsoDate(date) } : {}),
    // Ruling 9: the terms are the purchase order's own.
    ...(order.paymentTerms === "" ? {} : { payment_terms: order.paymentTerms }),
    origin_code: fromAlpha(order.key),
    origin_data: canonicalText({ companyCode: order.companyCode, documentType: order.documentType, currency: order.currency }),
  };
}

function lineBody(atom: PurchaseOrderAtom, budgetCodeId: number, amount: Money): Body {
  const { item } = atom;
  return {
    amount: formatMoney(amount),
    extended_type: "manual",
    wbs_code_id: budgetCodeId,
    description: item.description.trim(),
    // Quantity, unit and price travel as information only (ruling 12).
    origin_data: canonicalText({
      quantity: item.quantity,
      unit: item.unit,
      netPrice: item.netPrice,
      priceUnit: item.priceUnit,
      material: item.material,
      sourceAmount: formatMoney(atom.amount),
      sourceCurrency: atom.amount.currency,
    }),
  };
}

function desiredLine(
  client: SapClient,
  order: PurchaseOrderRecord,
  atom: PurchaseOrderAtom,
): Result<DesiredContractLine, KeyProblem> {
  const { target, contractAmount, item, assignment } = atom;
  if (!target || !contractAmount) throw new Error(`Assertion failed: ${atom.key} is planned without a target`);
  const id = originId(client, "PL", [order.key, item.item, assignment.assignment, target.project.id]);
  if (!id.ok) return id;
  return ok({
    originId: id.value,
    atomKey: atom.key,
    body: lineBody(atom, target.budgetCodeId, contractAmount),
    amount: contractAmount,
  });
}

/** Ruling 13: released is Approved, not yet released is Draft. Ruling 15: all items gone is Closed; one that waits is not known to be gone. */
function stateOf(order: PurchaseOrderRecord, atoms: readonly PurchaseOrderAtom[], mayBeMore: boolean): ContractState {
  if (!mayBeMore && atoms.every(({ isGone }) => isGone)) return "Closed";
  return order.isReleasePending ? "Draft" : "Approved";
}

function currencyFields(order: PurchaseOrderRecord, target: Target, rate: ContractRatePolicy): Body | undefined {
  const currency = currencyOfTarget(target);
  if (currency === target.project.currency) return undefined;
  const exchangeRate = rate === "purchase-order" ? contractRate(order, target.project) : undefined;
  return { currency_iso_code: currency, ...(exchangeRate === undefined ? {} : { currency_exchange_rate: exchangeRate }) };
}

/** One that waits, or that a person left out for now, is not gone. */
const isAnyLeft = (atoms: readonly PurchaseOrderAtom[]) =>
  atoms.some(
    ({ decision }) =>
      decision.disposition === "held" || (decision.disposition === "excluded" && decision.rule.startsWith("ignored by ")),
  );

function contractOf(
  client: SapClient,
  order: PurchaseOrderRecord,
  atoms: readonly PurchaseOrderAtom[],
  all: readonly PurchaseOrderAtom[],
  rate: ContractRatePolicy,
): Result<DesiredContract, KeyProblem> {
  const [target] = atoms.flatMap((atom) => atom.target ?? []);
  // The first item gives the title also while its deletion waits: nothing of the contract changes for that.
  const first = all.find((atom) => atom.target?.project.id === target?.project.id);
  if (!target || !first) throw new Error(`Assertion failed: ${order.key} has a contract without lines`);
  const { project } = target;
  const currency = currencyFields(order, target, rate);
  const id = originId(client, "PO", [order.key, project.id]);
  if (!id.ok) return id;
  const lines: DesiredContractLine[] = [];
  for (const atom of atoms) {
    const line = desiredLine(client, order, atom);
    if (!line.ok) return line;
    lines.push(line.value);
  }
  return ok({
    originId: id.value,
    projectId: project.id,
    vendor: order.vendor,
    header: headerOf(order, first),
    ...(currency ? { currency } : {}),
    status: stateOf(order, atoms, isAnyLeft(all)),
    lines,
    total: sum(
      lines.map((line) => line.amount),
      currencyOfTarget(target),
    ),
  });
}

/** One contract per Procore project, in order of project id. */
export function desiredContracts(
  client: SapClient,
  order: PurchaseOrderRecord,
  atoms: readonly PurchaseOrderAtom[],
  rate: ContractRatePolicy = "procore",
): Result<DesiredContract[], KeyProblem> {
  const byProject = new Map<number, PurchaseOrderAtom[]>();
  for (const atom of atoms) {
    if (atom.decision.disposition !== "planned" || !atom.target) continue;
    byProject.set(atom.target.project.id, [...(byProject.get(atom.target.project.id) ?? []), atom]);
  }
  const contracts: DesiredContract[] = [];
  for (const [, members] of [...byProject].sort(([left], [right]) => left - right)) {
    const contract = contractOf(client, order, members, atoms, rate);
    if (!contract.ok) return contract;
    contracts.push(contract.value);
  }
  return ok(contracts);
}
