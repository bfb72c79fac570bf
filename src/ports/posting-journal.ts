/**
 * What this machine remembers of its postings to SAP's ledger, by reference number. Outlives processes: an entry is on disk before `append` settles,
 * and one process at a time holds the journal.
 */
export type PostingState =
  /** On disk before a byte leaves; found again at a start, it means that a process ended in between. */
  | "sending"
  /** It is certain that SAP executed nothing. */
  | "not-sent"
  | "unknown"
  | "refused"
  | "posted";

export type PostingEntry = {
  readonly reference: string;
  /** The source key that the reference was derived from. */
  readonly source: string;
  readonly version: number;
  readonly contentHash: string;
  readonly state: PostingState;
  readonly atMs: number;
  /** BUKRS, BELNR, GJAHR of a posted one. */
  readonly document?: string | undefined;
};

export type PostingJournal = {
  last(reference: string): PostingEntry | undefined;
  /** The last entry of every reference. */
  all(): readonly PostingEntry[];
  append(entry: PostingEntry): Promise<void>;
};
