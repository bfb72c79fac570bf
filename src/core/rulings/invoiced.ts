/**
 * Ruling 15: an item that SAP deleted or that is finally invoiced falls to what has been invoiced. What that is says the item's history: invoices
 * and subsequent debits and credits (VGABE 2 and 3), by assignment. Undefined where it cannot be told: then nothing falls.
 */
import { type Money, parseMoney, sum } from "../money.ts";
import type { Assignment, PurchaseOrderItem, PurchaseOrderRecord } from "../records/index.ts";

/** sap-data 2.3. Maintenance of GR/IR may hide among them [K]: the sum is then too high, never below what was invoiced. */
const invoiceCategories: ReadonlySet<string> = new Set(["2", "3"]);

export function isDeleted(order: PurchaseOrderRecord, item: PurchaseOrderItem): boolean {
  return order.deletion === "L" || item.deletion === "L";
}

/** In the order's currency. Tax that nobody gets back is not in the history, so an item with some cannot be told. */
export function invoicedAmount(item: PurchaseOrderItem, { assignment }: Assignment, currency: string): Money | undefined {
  const tax = parseMoney(item.nonDeductibleTax === "" ? "0" : item.nonDeductibleTax, currency);
  if (!item.history || !tax.ok || tax.value.minor !== 0n) return undefined;
  const rows = item.history.filter(({ category }) => invoiceCategories.has(category));
  const isShared = item.assignments.length > 1;
  if (isShared && rows.some((row) => row.assignment === "00")) return undefined;
  const amounts: Money[] = [];
  for (const row of isShared ? rows.filter((each) => each.assignment === assignment) : rows) {
    const amount = parseMoney(row.amount, currency);
    if (!amount.ok) return undefined;
    amounts.push(amount.value);
  }
  return sum(amounts, currency);
}
