/**
 * Plans the change of a contract that has been invoiced (rulings 14 and 15): per contract one change order, which is approved before the next one is
 * begun. What was approved is never edited; one that is still a draft is planned anew with what SAP says now, its superfluous lines at nothing.
 */
import {
  assert,
  type ChangeAfterRequisitionPolicy,
  changeOrderHeader,
  changeOrderLineBody,
  changeOrderLineOriginId,
  changeOrderOriginId,
  type DesiredContract,
  type DesiredContractLine,
  formatMoney,
  type HoldCode,
  type KeyProblem,
  type LineKey,
  lineChange,
  lineKeyOf,
  type Money,
  type OriginId,
  type Result,
  type SapClient,
  sum,
  zero,
} from "../../core/index.ts";
import type { ContractStanding, StandingOrder } from "./change-order-standing.ts";
import { statusHash } from "./contract-effects.ts";
import { type EffectDraft, hashOf } from "./effects.ts";
import { stages } from "./stages.ts";

/** Of each line: what its atom becomes, and the Procore line that its invoices bill. */
export type LineFate =
  | { originId: string; state: "unchanged" | "planned" }
  /** Without an origin id: nothing of it is in Procore, nor meant to be for now. */
  | { originId: string | undefined; state: "held"; hold: HoldCode };

export type ChangeOrderPlan = { effects: EffectDraft[]; fates: ReadonlyMap<string, LineFate> };

type Facts = { client: SapClient; policy: ChangeAfterRequisitionPolicy; standing: ContractStanding };
type Verdict = { line: DesiredContractLine; key: LineKey; amount?: Money; hold?: HoldCode };

function unwrap(id: Result<OriginId, KeyProblem>): OriginId {
  // Made of the parts of an origin id that is one.
  assert(id.ok, "a contract's origin id gives none for its change order");
  return id.value;
}

function judge({ standing, policy }: Facts, line: DesiredContractLine): Verdict {
  const key = lineKeyOf(line.originId);
  const original = standing.lines.get(key)?.amount;
  const approved = standing.orders.flatMap((order) => (order.isApproved ? (order.lines.get(key)?.amount ?? []) : []));
  const { currency } = line.amount;
  const all = original ? [original, ...approved] : approved;
  // A contract of which the currency was decided otherwise since: there is no difference to order.
  if (all.some((amount) => amount.currency !== currency)) return { line, key, hold: "po-change-after-requisition" };
  const billed = { minor: standing.billed.get(key) ?? 0n, currency };
  const change = lineChange(line.amount, { original, approved, billed });
  if (change.kind === "same") return { line, key };
  if (policy === "hold" || standing.edited.has(key)) return { line, key, hold: "po-change-after-requisition" };
  if (change.kind === "below-invoiced") return { line, key, hold: "po-change-below-invoiced" };
  return { line, key, amount: change.amount };
}

/** The one that is not approved yet, else the next. */
function currentOrder({ orders }: ContractStanding): StandingOrder {
  const open = orders.find(({ isApproved }) => !isApproved);
  return open ?? { version: (orders.at(-1)?.version ?? 0) + 1, isApproved: false, lines: new Map() };
}

/** Its contract line; what came later: the line of the first change order that had it. */
function homeOf({ standing }: Facts, key: LineKey): string | undefined {
  const first = standing.orders.find(({ lines }) => lines.has(key));
  return (standing.lines.get(key) ?? first?.lines.get(key))?.originId;
}

function base(contract: DesiredContract) {
  return { projectId: contract.projectId, recordOriginId: contract.originId };
}

function headerEffect(contract: DesiredContract, id: OriginId): EffectDraft {
  const body = changeOrderHeader(id, contract.header);
  const place = { ...base(contract), container: contract.originId, originId: id };
  return {
    ...place,
    stage: stages.changeOrderHeader,
    aspect: "content",
    action: "create",
    refs: {},
    body,
    hash: hashOf(body, {}),
  };
}

function lineEffect(
  facts: Facts,
  contract: DesiredContract,
  verdict: Verdict & { amount: Money },
  order: StandingOrder,
): EffectDraft {
  const { client, standing } = facts;
  const { line, key, amount } = verdict;
  const id = unwrap(changeOrderLineOriginId(client, line.originId, order.version));
  const original = standing.lines.get(key)?.originId;
  const refs: Record<string, string> = original === undefined ? {} : { commitment_line_item_id: original };
  const body = changeOrderLineBody(key, amount, line.body);
  const earlier = standing.orders.flatMap((each) => (each.isApproved ? (each.lines.get(key)?.originId ?? []) : []));
  // Not for Procore: what all lines of the key come to with this one, for the second law.
  const reaches = { amountMinor: line.amount.minor.toString(), lines: [...(original ? [original] : []), ...earlier, id] };
  return {
    ...base(contract),
    stage: stages.changeOrderLine,
    container: unwrap(changeOrderOriginId(client, contract.originId, order.version)),
    originId: id,
    aspect: "content",
    action: order.lines.has(key) ? "update" : "create",
    refs,
    body: { ...body, reaches },
    hash: hashOf(body, refs),
    amount,
  };
}

/** A line of the draft that SAP means no more. */
function zeroEffect(facts: Facts, contract: DesiredContract, order: StandingOrder, key: LineKey): EffectDraft {
  const line = order.lines.get(key);
  assert(line !== undefined, `${contract.originId} has no line ${key} in its draft`);
  const amount = zero(line.amount.currency);
  const meant = contract.lines.find(({ originId }) => lineKeyOf(originId) === key);
  // Without a budget code a line can be changed, and not be made again where somebody deleted it.
  const body = meant ? changeOrderLineBody(key, amount, meant.body) : { description: key, amount: formatMoney(amount) };
  return {
    ...base(contract),
    stage: stages.changeOrderLine,
    container: unwrap(changeOrderOriginId(facts.client, contract.originId, order.version)),
    originId: line.originId,
    aspect: "content",
    action: "update",
    refs: {},
    body,
    hash: hashOf(body, {}),
    amount,
  };
}

/** It names every line that says something in the change order, no more and no fewer, and what they come to. */
function statusEffect(contract: DesiredContract, id: OriginId, lines: readonly EffectDraft[], total: Money): EffectDraft {
  return {
    ...base(contract),
    stage: stages.changeOrderStatus,
    container: id,
    originId: id,
    aspect: "status",
    action: "approve",
    refs: Object.fromEntries(lines.map(({ originId }, index) => [`lines.${index}`, originId])),
    body: { status: "approved", total: formatMoney(total) },
    hash: statusHash("approved"),
  };
}

function effectsOf(facts: Facts, contract: DesiredContract, ordered: readonly (Verdict & { amount: Money })[]): EffectDraft[] {
  const order = currentOrder(facts.standing);
  const id = unwrap(changeOrderOriginId(facts.client, contract.originId, order.version));
  const wanted = new Set(ordered.map(({ key }) => key));
  const superfluous = [...order.lines].filter(([key, line]) => !wanted.has(key) && line.amount.minor !== 0n);
  const zeros = superfluous.map(([key]) => zeroEffect(facts, contract, order, key));
  if (ordered.length === 0) return zeros;
  const lines = ordered.map((verdict) => lineEffect(facts, contract, verdict, order));
  const total = sum(
    ordered.map(({ amount }) => amount),
    contract.total.currency,
  );
  // Whole, also where some of it is known: a draft is anybody's to change or delete, and what is as it should be is only looked at.
  return [headerEffect(contract, id), ...lines, ...zeros, statusEffect(contract, id, lines, total)];
}

export function planChangeOrder(contract: DesiredContract, facts: Facts): ChangeOrderPlan {
  const verdicts = contract.lines.map((line) => judge(facts, line));
  const ordered = verdicts.filter((verdict): verdict is Verdict & { amount: Money } => verdict.amount !== undefined);
  // What is held by policy leaves a draft of earlier days alone.
  const effects = facts.policy === "hold" ? [] : effectsOf(facts, contract, ordered);
  const { version } = currentOrder(facts.standing);
  const fates = verdicts.map(({ line, key, amount, hold }): [string, LineFate] => {
    const home = homeOf(facts, key);
    if (hold) return [line.originId, { originId: home, state: "held", hold }];
    const originId = home ?? unwrap(changeOrderLineOriginId(facts.client, line.originId, version));
    return [line.originId, { originId, state: amount ? "planned" : "unchanged" }];
  });
  return { effects, fates: new Map(fates) };
}
