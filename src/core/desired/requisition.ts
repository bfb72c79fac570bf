/**
 * The Procore requisitions that an invoice should be (rulings 1, 16 to 18): one for each contract it bills. A requisition is made once and never
 * rewritten, so its hash covers what SAP said of the invoice, and neither the billing period, which is chosen when it leaves, nor what tax or
 * exchange rates were then. A release of retainage is a requisition of its own, without work: what is posted is not rewritten.
 */
import { canonicalText, desiredHash } from "../fingerprint.ts";
import { fromAlpha, type KeyProblem, type OriginId, originId, type SapClient } from "../keys.ts";
import { add, formatMoney, type Money, sum, zero } from "../money.ts";
import type { InvoiceRecord } from "../records/index.ts";
import { assert, ok, type Result } from "../result.ts";
import type { Billing, InvoiceAtom } from "../rulings/invoice.ts";
import { formatIsoDate, parseSapDate } from "../sap-date.ts";
import { isChangeOrderLine } from "./change-order.ts";
import type { Body } from "./contract.ts";

export type DesiredRequisitionLine = {
  readonly originId: string;
  readonly work: Money;
  readonly retainage: Money;
  /** Present on a release, which bills nothing. */
  readonly released?: Money;
};

export type DesiredRequisition = {
  readonly originId: OriginId;
  readonly contract: string;
  readonly projectId: number;
  readonly body: Body;
  /** What is billed of each contract line, in the order of their origin ids. */
  readonly lines: readonly DesiredRequisitionLine[];
  /** Work, and what is released: what Procore's answer is compared with. */
  readonly total: Money;
  readonly hash: string;
  readonly atomKeys: readonly string[];
  /** BUDAT, CPUDT, CPUTM, BELNR: in this order what is not sent yet goes (ruling 17); of a release, the day of the clearing and its end. */
  readonly order: string;
};

type Billed = InvoiceAtom & { readonly billing: Billing };

/** What SAP said of the atoms of one requisition; a later reading that says otherwise is a change after posting. */
export function requisitionHash(atoms: readonly Pick<InvoiceAtom, "key" | "amount" | "retention">[]): string {
  const facts = atoms
    .toSorted((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ key, amount, retention }) => [key, formatMoney(amount), amount.currency, retention ? formatMoney(retention) : ""]);
  return desiredHash(facts);
}

function linesOf(atoms: readonly Billed[]): DesiredRequisitionLine[] {
  const byLine = new Map<string, DesiredRequisitionLine>();
  for (const { billing } of atoms) {
    const { line } = billing.place;
    const sofar = byLine.get(line);
    const work = sofar ? add(sofar.work, billing.work) : billing.work;
    const retainage = sofar ? add(sofar.retainage, billing.retainage) : billing.retainage;
    const own = billing.released?.amount;
    const released = own && sofar?.released ? add(sofar.released, own) : own;
    byLine.set(line, { originId: line, work, retainage, ...(released ? { released } : {}) });
  }
  return [...byLine.values()].sort((left, right) => (left.originId < right.originId ? -1 : 1));
}

/** When what the atoms say was posted: the invoice's day, or the day on which its retention was cleared. */
function dateOf(invoice: InvoiceRecord, [first]: readonly Billed[]): string {
  return first?.billing.released?.on ?? invoice.postingDate;
}

/** A release follows its invoice, and what was invoiced on the day of the clearing. */
function orderOf(invoice: InvoiceRecord, atoms: readonly Billed[]): string {
  const { postingDate, entryDate, entryTime, key } = invoice;
  if (!atoms.some(({ billing }) => billing.released)) return [postingDate, entryDate, entryTime, key].join(" ");
  const day = [dateOf(invoice, atoms), postingDate].sort().at(-1);
  return [day, "99991231", "235959", key, releaseMark].join(" ");
}

/** Behind the number and the origin id of a release. */
const releaseMark = "R";

function bodyOf(invoice: InvoiceRecord, atoms: readonly Billed[], lines: readonly DesiredRequisitionLine[]): Body {
  const date = parseSapDate(dateOf(invoice, atoms));
  const isRelease = lines.some(({ released }) => released);
  const number = fromAlpha(invoice.key.split(".")[0] ?? "");
  return {
    // The number that SAP and the auditor know it by; the vendor's own travels beside it.
    invoice_number: isRelease ? `${number}-${releaseMark}` : number,
    ...(date ? { billing_date: formatIsoDate(date) } : {}),
    status: "approved",
    origin_data: canonicalText({ document: invoice.key, documentType: invoice.documentType, reference: invoice.reference }),
    items: lines.map(({ originId, work, retainage, released }) => ({
      item_type: isChangeOrderLine(originId) ? "change_order_item" : "contract_item",
      work_completed_this_period: formatMoney(work),
      // Also where it is 0: without a word Procore retains the contract's percentage (procore 4.9).
      work_completed_retainage_retained_this_period: formatMoney(retainage),
      ...(released ? { work_completed_retainage_released_this_period: formatMoney(released) } : {}),
    })),
  };
}

function requisitionOf(
  client: SapClient,
  invoice: InvoiceRecord,
  atoms: readonly Billed[],
): Result<DesiredRequisition, KeyProblem> {
  const [first] = atoms;
  assert(first !== undefined, `invoice ${invoice.key} has a requisition without lines`);
  const { contract, projectId, currency } = first.billing.place;
  const [number = "", year = ""] = invoice.key.split(".");
  const tail = first.billing.released ? [releaseMark] : [];
  const id = originId(client, "RQ", [number, year, first.purchaseOrder, projectId, ...tail]);
  if (!id.ok) return id;
  const lines = linesOf(atoms);
  return ok({
    originId: id.value,
    contract,
    projectId,
    body: bodyOf(invoice, atoms, lines),
    lines,
    total: sum(
      lines.flatMap(({ work, released }) => [work, released ?? zero(currency)]),
      currency,
    ),
    hash: requisitionHash(atoms),
    atomKeys: atoms.map(({ key }) => key),
    order: orderOf(invoice, atoms),
  });
}

/** One for each contract, in the order of contracts. */
export function desiredRequisitions(
  client: SapClient,
  invoice: InvoiceRecord,
  atoms: readonly InvoiceAtom[],
): Result<DesiredRequisition[], KeyProblem> {
  const billed = atoms.filter((atom): atom is Billed => atom.billing !== undefined);
  const byContract = [...Map.groupBy(billed, ({ billing }) => billing.place.contract)].sort(([left], [right]) =>
    left < right ? -1 : 1,
  );
  const requisitions: DesiredRequisition[] = [];
  for (const [, members] of byContract) {
    const requisition = requisitionOf(client, invoice, members);
    if (!requisition.ok) return requisition;
    requisitions.push(requisition.value);
  }
  return ok(requisitions);
}
