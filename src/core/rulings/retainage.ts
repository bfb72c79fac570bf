/**
 * Ruling 18, second half: retainage is released when SAP clears the retention items of an invoice. SAP keeps them as vendor items with a special G/L
 * indicator of the customer's choice (RET_UMSKZ), in the invoice's FI document or in a retention document beside it. Items are not told by line, so
 * only all of them together release, each share what its requisition retained. What cannot be told is held; nothing is estimated.
 */
import type { Decision, HoldCode, IgnoreRule } from "../disposition.ts";
import { parseMoney, zero } from "../money.ts";
import type { InvoiceRecord, RetentionItem } from "../records/index.ts";
import { assert } from "../result.ts";
import { type Billing, holdSiblings, type InvoiceAtom } from "./invoice.ts";

export type RetainageContext = {
  /** `none`: people release in Procore. */
  readonly release: "follow" | "none";
  /** Indicators of retentions; empty: any but those that SAP keeps for itself. */
  readonly specialGl: readonly string[];
  /** What a requisition that is written, or may be, billed of the invoice's atom; undefined too where SAP changed it since. */
  readonly billed: (atomKey: string) => Billing | undefined;
  readonly isContractReady: (contract: string) => boolean;
  readonly ignored?: (atomKey: string) => IgnoreRule | undefined;
};

/** Down payments, their requests, and bills of exchange: SAP's own text on RET_UMSKZ forbids A and W, F is the request [K]. */
const reserved: ReadonlySet<string> = new Set(["A", "F", "W"]);

type State =
  | { kind: "open" }
  | { kind: "reversed" }
  | { kind: "released"; on: string }
  | { kind: "held"; why: string; code: HoldCode };

const unknown = (why: string): State => ({ kind: "held", code: "retainage-release-unknown", why });

function minorOf(text: string, currency: string): bigint {
  const money = parseMoney(text === "" ? "0" : text, currency);
  assert(money.ok, `"${text}" was checked on arrival`);
  return money.value.minor;
}

const isInitial = (text: string): boolean => /^-?[0.]*$/.test(text);

function clearedState(items: readonly RetentionItem[], retained: bigint, currency: string): State {
  const clearings = items.flatMap(({ clearing }) => clearing ?? []);
  if (clearings.length === 0) return { kind: "open" };
  if (clearings.some(({ by }) => by === "reversal")) return { kind: "reversed" };
  if (clearings.some(({ by }) => by === "unknown")) return unknown("the clearing document cannot be read");
  if (clearings.length < items.length || clearings.some(({ residual }) => !isInitial(residual)))
    return { kind: "held", code: "retainage-release-partial", why: `${clearings.length} of ${items.length} retention items` };
  const cleared = items.reduce((total, { amount }) => total + minorOf(amount, currency), 0n);
  if (cleared !== retained) return unknown("the retention items are not what the history retained");
  return {
    kind: "released",
    on:
      clearings
        .map(({ date }) => date)
        .sort()
        .at(-1) ?? "",
  };
}

function stateOf(invoice: InvoiceRecord, { specialGl }: RetainageContext): State {
  const isRetention = (item: RetentionItem) =>
    specialGl.length === 0 ? !reserved.has(item.specialGl) : specialGl.includes(item.specialGl);
  const items = (invoice.retentionItems ?? []).filter(isRetention);
  if (items.length === 0) return unknown("no retention item of the invoice is found");
  const retained = invoice.lines.reduce((total, line) => total + minorOf(line.retention ?? "", invoice.currency), 0n);
  return clearedState(items, retained, invoice.currency);
}

const held = (hold: HoldCode, waitsFor?: string): Decision => ({
  disposition: "held",
  hold,
  ...(waitsFor === undefined ? {} : { waitsFor }),
});

type Released = Pick<InvoiceAtom, "decision" | "billing">;

function releaseShare(atom: InvoiceAtom, on: string, context: RetainageContext): Released {
  const billing = context.billed(atom.key) ?? atom.billing;
  if (!billing) return { decision: held("retainage-release-before-invoice") };
  const { place, retainage } = billing;
  // Nothing falls on a share too small for it; otherwise a sign that Procore does not know is for people.
  if (retainage.minor < 0n || (retainage.minor === 0n && atom.retention?.minor !== 0n))
    return { decision: held("retainage-release-unknown", "nothing was retained in Procore") };
  if (!context.isContractReady(place.contract)) return { decision: held("invoice-contract-not-approved") };
  const none = zero(retainage.currency);
  return {
    decision: { disposition: "planned" },
    billing: { place, work: none, retainage: none, released: { amount: retainage, on } },
  };
}

function decideShare(key: string, atom: InvoiceAtom, state: State, context: RetainageContext): Released {
  if (atom.decision.disposition === "excluded") return { decision: atom.decision };
  if (context.release === "none") return { decision: { disposition: "excluded", rule: "retainage-by-hand" } };
  const left = context.ignored?.(key);
  if (left) return { decision: { disposition: "excluded", rule: left } };
  if (state.kind === "open") return { decision: { disposition: "excluded", rule: "retainage-open" } };
  if (state.kind === "reversed") return { decision: { disposition: "excluded", rule: "retainage-reversed" } };
  if (state.kind === "held") return { decision: held(state.code, state.why) };
  return releaseShare(atom, state.on, context);
}

/** Where nothing of the invoice's items is cleared there is nothing to decide. An agent that may not read them releases nothing. */
function isToDecide({ retentionItems }: InvoiceRecord): boolean {
  return retentionItems !== undefined && (retentionItems.length === 0 || retentionItems.some(({ clearing }) => clearing));
}

/**
 * One atom for each share of a line that retained, named as the share with `.R` behind it. It carries no source amount: what is released was counted when it
 * was invoiced.
 */
export function decideReleases(invoice: InvoiceRecord, atoms: readonly InvoiceAtom[], context: RetainageContext): InvoiceAtom[] {
  if (!isToDecide(invoice)) return [];
  const state = stateOf(invoice, context);
  const retained = invoice.lines
    .filter(({ retention = "" }) => minorOf(retention, invoice.currency) !== 0n)
    .map(({ line }) => `${invoice.key}.${line}.`);
  const releases = atoms
    .filter(({ key }) => retained.some((line) => key.startsWith(line)))
    .map((atom): InvoiceAtom => {
      const { purchaseOrder, amount, retention } = atom;
      const key = `${atom.key}.R`;
      return { key, purchaseOrder, amount: zero(amount.currency), retention, ...decideShare(key, atom, state, context) };
    });
  return holdSiblings(releases);
}
