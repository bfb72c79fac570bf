/**
 * Every amount of a record is looked at once, on arrival: one that is no exact amount of its currency turns the record into a rejected
 * one, by name. Behind this point every amount parses.
 */
import {
  type CostDocumentRecord,
  type PurchaseOrderRecord,
  parseMoney,
  type RejectedRecord,
  type SourceRecord,
  splitWeights,
} from "../../core/index.ts";

function isAmount(text: string, currency: string): boolean {
  return text === "" || parseMoney(text, currency).ok;
}

function badOrderAmount(order: PurchaseOrderRecord): string | undefined {
  for (const item of order.items) {
    if (item.netValue === "" || !isAmount(item.netValue, order.currency))
      return `item ${item.item} NETWR "${item.netValue}" in ${order.currency}`;
    if (!isAmount(item.nonDeductibleTax, order.currency))
      return `item ${item.item} NAVNW "${item.nonDeductibleTax}" in ${order.currency}`;
    if (item.assignments.length > 1 && !splitWeights(item)) return `item ${item.item} VPROZ cannot be told`;
  }
  return undefined;
}

function badDocumentAmount(document: CostDocumentRecord): string | undefined {
  const line = document.lines.find(({ amount }) => amount === "" || !isAmount(amount, document.currency));
  return line && `line ${line.line} DMBTR "${line.amount}" in ${document.currency}`;
}

function reject(record: PurchaseOrderRecord | CostDocumentRecord, detail: string): RejectedRecord {
  const isOrder = record.kind === "purchase-order";
  const period = isOrder ? "" : `${record.fiscalYear}.${String(record.period).padStart(3, "0")}`;
  const { key, currency } = record;
  const flow = isOrder ? "purchase-orders" : "costs";
  return { kind: "rejected", flow, key, code: "amount-unreadable", detail, balance: "0", currency, period };
}

export function checkAmounts(record: SourceRecord): SourceRecord {
  if (record.kind === "purchase-order") {
    const bad = badOrderAmount(record);
    return bad ? reject(record, bad) : record;
  }
  if (record.kind === "cost-document") {
    const bad = badDocumentAmount(record);
    return bad ? reject(record, bad) : record;
  }
  return record;
}
