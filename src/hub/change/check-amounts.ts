/**
 * Every amount of a record is looked at once, on arrival: one that is no exact amount of its currency turns the record into a rejected
 * one, by name. Behind this point every amount parses.
 */
import {
  type CostDocumentRecord,
  type InvoiceRecord,
  type PurchaseOrderRecord,
  parseMoney,
  rejectRecord,
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

function badInvoiceAmount(invoice: InvoiceRecord): string | undefined {
  const { currency } = invoice;
  if (!isAmount(invoice.taxAmount, currency)) return `WMWST1 "${invoice.taxAmount}" in ${currency}`;
  for (const { line, amount, retention = "", shares } of invoice.lines) {
    if (amount === "" || !isAmount(amount, currency)) return `line ${line} WRBTR "${amount}" in ${currency}`;
    if (!isAmount(retention, currency)) return `line ${line} RETAMT_FC "${retention}" in ${currency}`;
    const bad = shares?.find((share) => share.amount === "" || !isAmount(share.amount, currency));
    if (bad) return `line ${line} EKBE_MA ${bad.assignment} WRBTR "${bad.amount}" in ${currency}`;
    if (shares?.length === 0) return `line ${line} EKBE_MA has no share`;
  }
  for (const { item, amount, clearing } of invoice.retentionItems ?? []) {
    if (amount === "" || !isAmount(amount, currency)) return `retention item ${item} WRBTR "${amount}" in ${currency}`;
    if (!isAmount(clearing?.residual ?? "", currency)) return `clearing of ${item} WRBTR "${clearing?.residual}" in ${currency}`;
  }
  return undefined;
}

export function checkAmounts(record: SourceRecord): SourceRecord {
  if (record.kind === "purchase-order") {
    const bad = badOrderAmount(record);
    return bad ? rejectRecord(record, { code: "amount-unreadable", detail: bad }) : record;
  }
  if (record.kind === "invoice") {
    const bad = badInvoiceAmount(record);
    return bad ? rejectRecord(record, { code: "amount-unreadable", detail: bad }) : record;
  }
  if (record.kind === "cost-document") {
    const bad = badDocumentAmount(record);
    return bad ? rejectRecord(record, { code: "amount-unreadable", detail: bad }) : record;
  }
  return record;
}
