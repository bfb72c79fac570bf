/** What a statement is made from: the three columns as they were read, for one fiscal period. Amounts are minor units. */

/** Where in Procore; both empty where nothing says it. `costCode` is `<cost code>.<cost type>`. */
export type Place = {
  readonly project: string;
  readonly costCode: string;
  /** Of commitments only. */
  readonly purchaseOrder?: string;
};

export type Fate =
  | { readonly kind: "posted" }
  | { readonly kind: "waiting" }
  | { readonly kind: "in-doubt" }
  /** The part of a posted line's amount that SAP changed afterwards. */
  | { readonly kind: "changed" }
  | { readonly kind: "held"; readonly code: string }
  /** Older than the project's cut-over date: its opening balance stands for it (ruling 4). */
  | { readonly kind: "opening" }
  | { readonly kind: "excluded"; readonly rule: string };

/**
 * What SAP and our ledger are compared by: a company code's amounts of one object (none in the ledger) and account, in one currency. Of commitments
 * the object is an order's item, and there is no account.
 */
export type CellKey = {
  readonly companyCode: string;
  readonly currency: string;
  /** `wbs P-100`, or empty for a cell of the general ledger. */
  readonly object: string;
  readonly account: string;
};

/** SAP's own total. */
export type ControlCell = CellKey & { readonly amount: bigint };

/** Lines of the ledger that share everything below, summed. */
export type LedgerLines = CellKey & {
  readonly amount: bigint;
  /** Of what is posted: tax that nobody gets back, which goes to Procore with it and is not in SAP's total (ruling 18). */
  readonly tax?: bigint;
  readonly count: number;
  readonly place: Place;
  readonly fate: Fate;
  /** Whether they came after SAP's total was taken; `perhaps` on its very day, or read after it. */
  readonly isLate: "no" | "perhaps" | "surely";
  readonly isReversal: boolean;
};

/** A line that we put into Procore, as our ledger has it. */
export type SentLine = {
  readonly companyCode: string;
  readonly currency: string;
  readonly place: Place;
  readonly originId: string;
  readonly costOriginId: string;
  readonly amount: bigint;
  /** False where it is not confirmed yet. */
  readonly isPosted: boolean;
};

/** A direct cost line as Procore lists it. */
export type ListedLine = {
  readonly originId: string;
  readonly costOriginId: string;
  readonly place: Place;
  readonly amount: bigint;
  /** Neither deleted nor a draft: it is in the budget. */
  readonly counts: boolean;
  readonly isDeleted: boolean;
  /** Procore multiplies quantity and unit cost by itself. */
  readonly isCalculated: boolean;
};

export type StatementFacts = {
  readonly controls: readonly ControlCell[];
  /** Whether SAP's totals were read for a company code in this currency. */
  readonly isControlled: (companyCode: string, currency: string) => boolean;
  readonly lines: readonly LedgerLines[];
  readonly sent: readonly SentLine[];
  readonly listed: readonly ListedLine[];
  /** Whether a project's listing can be believed. */
  readonly isListed: (project: string) => boolean;
  /** Where the mapping would lead what was never read. */
  readonly placeOf: (cell: CellKey) => Place;
};
