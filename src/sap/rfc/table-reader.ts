/**
 * What every generic table reader of SAP promises, whichever function module it drives: a filtered projection of one table as rows of
 * text, complete or not at all. Order is never promised (sap-rfc 0.3). Readers differ in what they can read, not in what they mean.
 */
import type { RfcFailure } from "../../ports/index.ts";
import type { Where } from "./where.ts";

/**
 * One row by field name. Characters without trailing blanks, NUMC at full width, dates as eight characters (initial `00000000`),
 * numbers as decimal text with a leading minus and the field's decimals, null for an empty numeric cell.
 */
export type TableRow = Readonly<Record<string, string | null>>;
export type RowKey = Readonly<Record<string, string>>;

export type ReadRequest = {
  table: string;
  fields: readonly string[];
  where?: Where;
  /** Numbers that are only shown: one that lost digits is null, and the row goes on without it. */
  informational?: readonly string[];
  /** More rows than this is `over`: then the caller splits. Without it everything is read. */
  rowsMax?: number;
  timeoutMs?: number;
};

/** A row that lost data on the way (sap-rfc 0.5 [C]): never repaired, never mixed with the others. */
export type RejectedRow = { rejected: RowKey; code: "amount-overflow" | "number-unreadable"; field: string };
/** A value that is kept as it stands but is no date or time. */
export type DoubtfulValue = { key: RowKey; field: string; value: string; code: "date-invalid" | "time-invalid" };

export type ReadOutcome =
  | { kind: "complete"; rows: readonly TableRow[]; rejected: readonly RejectedRow[]; doubtful: readonly DoubtfulValue[] }
  /** At least one row more than allowed. The keys are those that happened to come: for quantiles, not for paging. */
  | {
      kind: "over";
      keysSeen: readonly RowKey[];
      /** The same rows with every wanted field of the first column chunk: what a split along another column goes by. */
      rowsSeen: readonly RowKey[];
      /** These are the first rows in the order of the primary key: then the caller may cut behind the last one. */
      isSorted: boolean;
      /** Fields of those rows that SAP compares as numbers: their texts are in another order. */
      numeric?: readonly string[];
    }
  | ReadFailure;

export type ReadFailure =
  | { kind: "failure"; cause: "rfc"; failure: RfcFailure }
  | {
      kind: "failure";
      cause: "request" | "unstable" | "answer";
      code:
        | "field-unknown"
        | "field-not-readable"
        | "table-not-readable"
        | "too-wide"
        | "no-key"
        | "filter-refused"
        | "rows-max"
        | "row-unstable"
        | "layout-differs"
        /** A Gateway service lacks what its mapping file names. */
        | "service-changed"
        /** No delimiter was left that does not occur in the texts. */
        | "delimiter-in-text"
        | "table-too-large"
        | "reader-version"
        | "no-reader";
      detail: string;
    };

/** Which reader serves a table, and why: recorded with the run and shown to people. */
export type ReaderChoice = { table: string; reader: string; why: string };

export type CountRequest = Pick<ReadRequest, "table" | "where" | "timeoutMs">;

export type ChangesRequest = {
  table: string;
  /** Of the key: what is wanted of each row that changed or went. */
  field: string;
  /** Without it nothing is given but the link to begin from. */
  since: string | undefined;
  /** More of them, or longer than this for all of its pages, is a failure. */
  valuesMax: number;
  withinMs: number;
};
/** `link` is for the next time. A link that is no good any more is a failure: then everything must be read. */
export type ChangesOutcome = { kind: "changes"; values: readonly string[]; link: string } | ReadFailure;

/** Changes by the account of whoever serves the table. */
export type TableChanges = {
  /** Undefined where the table is not read at all. */
  keeps(table: string): boolean | undefined;
  read(request: ChangesRequest): Promise<ChangesOutcome>;
};

export type TableReader = {
  /** The function module behind it, for receipts and audit. */
  readonly name: string;
  read(request: ReadRequest): Promise<ReadOutcome>;
  /** How many rows meet the filter, where a reader can count: `undefined` when none can. */
  count?(request: CountRequest): Promise<{ kind: "count"; count: number } | ReadFailure | undefined>;
  readonly changes?: TableChanges;
  /** What was chosen so far, where there is a choice. */
  choices?(): readonly ReaderChoice[];
};
