/** Rows that everybody on this machine reads of one SAP system in a day: its budget is the system's, whoever asks. Outlives processes. */
export type RowReader = "agent" | "terminal";

export type RowsOfDay = {
  /** Kept before it returns. */
  add(day: string, by: RowReader, rows: number): void;
  /** Of all processes, this one included. */
  read(day: string): Readonly<Record<RowReader, number>>;
};
