/**
 * A remote-enabled function module, whatever carries the call (SOAP, native RFC). Values are text exactly as the
 * transport delivers it: no trimming, no number parsing. Tables are rows of named fields.
 */
export type RfcValue = string | RfcTableRows | Readonly<Record<string, string>>;
export type RfcTableRows = readonly Readonly<Record<string, string>>[];
export type RfcParameters = Readonly<Record<string, RfcValue>>;

export type RfcCall = {
  function: string;
  parameters: RfcParameters;
  /** TABLES parameters that must come back. Over SOAP a table that is not named is not returned (reference sap-rfc 0.7 [L]). */
  tables: readonly string[];
  timeoutMs: number;
  /** Hands the rows of one table on while they are parsed; that table is then empty in the answer. */
  stream?: RfcRowStream;
};

/**
 * `begin` comes before the first row of every attempt: what an earlier attempt handed on must be dropped then. Rows count only when
 * the call itself is answered.
 */
export type RfcRowStream = {
  table: string;
  /** Where the table's rows are known to have one field of this name: rows may then come as its text alone, through `lines`. */
  field?: string;
  begin(): void;
  row(row: Readonly<Record<string, string>>): void;
  /** Any number of rows at once: row `n` is what stands in `text` from `spans[2 * n]` to before `spans[2 * n + 1]`. */
  lines?(text: string, spans: readonly number[]): void;
};

/** Classes follow the retry matrix of reference sap-rfc 2.1.4. */
export type RfcFailure = {
  kind: "failure";
  class:
    | "communication" // retry, slower
    | "overload" // retry, slower, with less concurrency
    | "logon" // never retry: it locks the user
    | "not-active" // the ICF node or path is not there
    | "authorization"
    | "resting" // our own policy lets SAP rest: nothing was sent, and nothing follows for what was asked
    | "dump" // ABAP runtime error; retry only with a smaller range where `key` says so
    | "exception" // declared ABAP exception; the connection lives
    | "message" // T100 message of type A, E or X
    | "protocol"; // an answer we cannot read
  /** Exception name, dump id, or message id and number. */
  key: string;
  detail: string;
  /** HTTP status where there was one. */
  status?: number;
};

/** `serverMs`: what the call took by SAP's own account, where it says so. */
export type RfcOutcome = { kind: "answer"; values: RfcParameters; serverMs?: number } | RfcFailure;

export type RfcClient = {
  call(call: RfcCall): Promise<RfcOutcome>;
  /**
   * What the server said its clock was at the last answer (HTTP Date header), in ms since the epoch, or undefined before the first; over native RFC, which
   * has no such header, always.
   */
  serverTime(): number | undefined;
  close(): Promise<void>;
};
