/**
 * A journal to be posted to SAP's general ledger (design section 8), as the CSV says it: one document, its lines signed (debit positive), balanced
 * to the minor unit in its one currency. Its external id and posting version name it for good: the reference number is derived from both.
 */
import { type Canonical, fingerprint, type ReferenceNumber, referenceNumber } from "../fingerprint.ts";
import type { SapClient } from "../keys.ts";
import { formatMoney, type Money } from "../money.ts";
import type { SapDate } from "../sap-date.ts";

export type JournalObject =
  | { readonly kind: "cost-center"; readonly id: string }
  | { readonly kind: "order"; readonly id: string }
  | { readonly kind: "wbs-element"; readonly id: string }
  | { readonly kind: "network"; readonly id: string; readonly activity: string };

export type JournalLine = {
  /** Padded. */
  readonly account: string;
  readonly object: JournalObject | undefined;
  /** Debit positive, credit negative, as BAPICURR wants it (sap-rfc 3.4). Never zero. */
  readonly amount: Money;
  readonly taxCode: string;
  readonly text: string;
};

export type Journal = {
  readonly externalId: string;
  readonly postingVersion: number;
  readonly companyCode: string;
  readonly documentType: string;
  readonly documentDate: SapDate;
  readonly postingDate: SapDate;
  readonly currency: string;
  readonly headerText: string;
  readonly lines: readonly JournalLine[];
};

/** What the reference number is derived from: an external id is the company code's own. */
export function journalKey({ companyCode, externalId }: Pick<Journal, "companyCode" | "externalId">): string {
  return `JE.${companyCode}.${externalId}`;
}

export function journalReference(client: SapClient, journal: Journal): ReferenceNumber {
  return referenceNumber(client, journalKey(journal), journal.postingVersion);
}

const journalHashVersion = 1;

/** Over everything that is posted: the same reference is sent with the same content or not at all. */
export function journalHash(journal: Journal): string {
  const lines = journal.lines.map(
    ({ amount, object, ...line }): Canonical => ({
      ...line,
      object: object === undefined ? null : { ...object },
      amount: formatMoney(amount),
    }),
  );
  return fingerprint({ ...journal, lines }, journalHashVersion);
}

/** The debit side, by which a document in SAP is known again. */
export function debitTotal({ lines, currency }: Pick<Journal, "lines" | "currency">): Money {
  const minor = lines.reduce((total, { amount }) => (amount.minor > 0n ? total + amount.minor : total), 0n);
  return { minor, currency };
}
