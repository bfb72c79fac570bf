/**
 * Ruling 18: a requisition's line is net plus non-deductible tax. RSEG keeps the net, RBKP the tax of the whole invoice (WMWST1), the order what
 * falls on an item (NAVNW on NETWR). What falls on a line is told only where both agree: the order's rates must come to the invoice's own total,
 * but for a minor unit of rounding a line; then that total is shared, so that nothing is computed that SAP did not post.
 */
import { divideRounded, type Money, parseMoney, splitByWeights, zero } from "../money.ts";
import type { InvoiceLine, InvoiceRecord, PurchaseOrderItem } from "../records/index.ts";

const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);

function minorOf(text: string, currency: string): bigint {
  const money = parseMoney(text === "" ? "0" : text, currency);
  return money.ok ? money.value.minor : 0n;
}

/** The order's tax on this line's net; 0 where the item has none. */
function orderedTax(line: InvoiceLine, item: PurchaseOrderItem | undefined, currency: string): bigint {
  if (!item || line.conditionType !== "") return 0n;
  const tax = minorOf(item.nonDeductibleTax, currency);
  const net = minorOf(item.netValue, currency);
  return tax === 0n || net === 0n ? 0n : divideRounded(minorOf(line.amount, currency) * tax, net);
}

/** By line, in the invoice's order; undefined for a line whose tax cannot be told. */
export function nonDeductibleTax(
  invoice: InvoiceRecord,
  itemOf: (line: InvoiceLine) => PurchaseOrderItem | undefined,
): (Money | undefined)[] {
  const { currency, lines } = invoice;
  const weights = lines.map((line) => orderedTax(line, itemOf(line), currency));
  const taxed = weights.filter((weight) => weight !== 0n);
  const none = lines.map(() => zero(currency));
  if (taxed.length === 0) return none;
  const ordered = taxed.reduce((sum, weight) => sum + weight, 0n);
  const total = sizeOf(minorOf(invoice.taxAmount, currency));
  const isBorneOut = ordered !== 0n && sizeOf(sizeOf(ordered) - total) <= BigInt(taxed.length);
  if (!isBorneOut) return weights.map((weight) => (weight === 0n ? zero(currency) : undefined));
  const shares = splitByWeights({ minor: ordered < 0n ? -total : total, currency }, taxed);
  return weights.map((weight) => (weight === 0n ? zero(currency) : shares.shift()));
}
