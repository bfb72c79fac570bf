/** What makes a document whole, and the rejection by name of one that is not: the same words whichever source told it. */
import {
  type CostDocumentRecord,
  documentBalance,
  type FiscalPeriod,
  formatMoney,
  formatPeriod,
  isPosted,
  type RejectedRecord,
  type RejectionCode,
  type SourceRecord,
} from "../../../core/index.ts";
import type { RejectedRow } from "../../rfc/index.ts";

export type Rejectable = { key: string; currency: string; period: string };

export function reject(
  { key, currency, period }: Rejectable,
  code: RejectionCode,
  detail: string,
  balance = "0",
): RejectedRecord {
  return { kind: "rejected", flow: "costs", key, code, detail, balance, currency, period };
}

/** Empty where it is not known: of a document whose lines were lost, their period is. */
export function periodText(period: FiscalPeriod | undefined): string {
  return period === undefined || period.period === 0 ? "" : formatPeriod(period);
}

export const unstableDetail = "the header changed twice while its lines were read";

type Judged = {
  lost: RejectedRow | undefined;
  /** For people: the table and the field of the amounts. */
  table: string;
  amountField: string;
  /** Only FI knows double entry; a document of controlling moves cost, or takes it from FI, one-sided. */
  mustBalance: boolean;
};

/** A parked document has its lines elsewhere; a clearing or resetting one (BSTAT A, B) may have none of its own (sap-data 2.5). */
export function judge(document: CostDocumentRecord, { lost, table, amountField, mustBalance }: Judged): SourceRecord {
  const { key, currency } = document;
  const period = periodText({ year: document.fiscalYear, period: document.period });
  const rejected = (code: RejectionCode, detail: string, balance?: string) =>
    reject({ key, currency, period }, code, detail, balance);
  if (!isPosted(document)) return document;
  if (lost) {
    const code = lost.code === "amount-overflow" ? "amount-overflow" : "amount-unreadable";
    return rejected(code, `line ${lost.rejected.BUZEI ?? lost.rejected.DOCLN ?? "?"} ${lost.field}`);
  }
  if (document.lines.length === 0) return rejected("document-without-lines", `${table} delivered no line`);
  const balance = documentBalance(document);
  if (!balance.ok) return rejected("amount-unreadable", `line ${balance.error.line} ${amountField} "${balance.error.text}"`);
  if (!mustBalance || balance.value.minor === 0n) return document;
  return rejected("document-unbalanced", `${document.lines.length} lines`, formatMoney(balance.value));
}
