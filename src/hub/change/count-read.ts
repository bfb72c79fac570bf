/**
 * The left side of the first law (ruling 30): what was read, counted from the uploaded records themselves. Shares no code with the
 * decisions that make the right side, or both could be wrong alike.
 */
import {
  type Flow,
  type InvoiceLine,
  type InvoiceRecord,
  minorDigits,
  type PurchaseOrderRecord,
  parseMoney,
  type SourceRecord,
} from "../../core/index.ts";

export type ReadCount = {
  flow: Flow;
  objectKey: string;
  period: string;
  currency: string;
  atoms: number;
  amountMinor: bigint;
};

function minor(text: string, currency: string): bigint {
  const money = parseMoney(text === "" ? "0" : text, currency);
  if (!money.ok) throw new Error(`Assertion failed: ${text} was accepted as ${currency} of ${minorDigits(currency)} decimals`);
  return money.value.minor;
}

function purchaseOrderAmount(order: PurchaseOrderRecord): bigint {
  let total = 0n;
  for (const item of order.items) {
    const gross = minor(item.netValue, order.currency) + minor(item.nonDeductibleTax, order.currency);
    total += item.isReturn ? -gross : gross;
  }
  return total;
}

function purchaseOrderAtoms(order: PurchaseOrderRecord): number {
  if (order.items.length === 0) return 1;
  return order.items.reduce((atoms, item) => atoms + Math.max(1, item.assignments.length), 0);
}

const invoiceAtoms = (line: InvoiceLine) => line.shares?.length ?? 1;

/** What a line retained may be released once something of the invoice's retention was cleared, or where no item of it was found. */
function releaseAtoms({ currency, lines, retentionItems }: InvoiceRecord): number {
  if (!retentionItems) return 0;
  if (retentionItems.length > 0 && retentionItems.every(({ clearing }) => clearing === undefined)) return 0;
  const retained = lines.filter(({ retention = "" }) => minor(retention, currency) !== 0n);
  return retained.reduce((atoms, line) => atoms + invoiceAtoms(line), 0);
}

/** A document without lines (not posted, or rejected) counts once. */
export function countRead(record: SourceRecord): ReadCount {
  switch (record.kind) {
    case "vendor":
      return { flow: "vendors", objectKey: record.key, period: "", currency: "", atoms: 1, amountMinor: 0n };
    case "purchase-order":
      return {
        flow: "purchase-orders",
        objectKey: record.key,
        period: "",
        currency: record.currency,
        atoms: purchaseOrderAtoms(record),
        amountMinor: purchaseOrderAmount(record),
      };
    case "invoice":
      return {
        flow: "invoices",
        objectKey: record.key,
        period: "",
        currency: record.currency,
        atoms:
          record.lines.length === 0
            ? 1
            : record.lines.reduce((atoms, line) => atoms + invoiceAtoms(line), 0) + releaseAtoms(record),
        amountMinor: record.lines.reduce((total, line) => total + minor(line.amount, record.currency), 0n),
      };
    case "cost-document": {
      const amountMinor = record.lines.reduce((total, line) => total + minor(line.amount, record.currency), 0n);
      const period = `${record.fiscalYear}.${String(record.period).padStart(3, "0")}`;
      return {
        flow: "costs",
        objectKey: record.key,
        period,
        currency: record.currency,
        atoms: Math.max(1, record.lines.length),
        amountMinor,
      };
    }
    case "rejected":
      return {
        flow: record.flow,
        objectKey: record.key,
        period: record.period,
        currency: record.currency,
        atoms: 1,
        amountMinor: minor(record.balance, record.currency),
      };
  }
}
