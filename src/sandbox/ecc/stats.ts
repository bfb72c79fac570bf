/** What the system was made to do: the numbers a Basis administrator would ask for, and tests assert on. */
export type TableStats = { reads: number; rowsScanned: number; rowsSent: number; rowsSkipped: number };

export type Stats = {
  calls: Record<string, number>;
  /** By table, of RFC_READ_TABLE. `rowsSkipped` is what ROWSKIPS made the database read for nothing. */
  tables: Record<string, TableStats>;
  rowsScanned: number;
  rowsSent: number;
  rowsSkipped: number;
  bytesSent: number;
  /** The largest number of data rows one call returned. */
  rowsPerCallMax: number;
  inFlight: number;
  inFlightMax: number;
  workProcessesBusyMax: number;
  queuedMax: number;
  overloads: number;
  /** Modelled time that calls held dialog processes. */
  workProcessMs: number;
  /** Business that went on by itself, by event. */
  businessEvents: Record<string, number>;
  logons: number;
  logonsBad: number;
  sessionsCreated: number;
  /** By exception name, runtime error or refusal key. */
  failures: Record<string, number>;
};

export function newStats(): Stats {
  return {
    calls: {},
    tables: {},
    rowsScanned: 0,
    rowsSent: 0,
    rowsSkipped: 0,
    bytesSent: 0,
    rowsPerCallMax: 0,
    inFlight: 0,
    inFlightMax: 0,
    workProcessesBusyMax: 0,
    queuedMax: 0,
    overloads: 0,
    workProcessMs: 0,
    businessEvents: {},
    logons: 0,
    logonsBad: 0,
    sessionsCreated: 0,
    failures: {},
  };
}

/** Back to zero in place; what is in flight stays in flight. */
export function resetStats(stats: Stats): void {
  const { inFlight } = stats;
  Object.assign(stats, newStats(), { inFlight, inFlightMax: inFlight });
}

export function countIn(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

export function countRead(stats: Stats, table: string, read: Omit<TableStats, "reads">): void {
  const entry = stats.tables[table] ?? { reads: 0, rowsScanned: 0, rowsSent: 0, rowsSkipped: 0 };
  stats.tables[table] = entry;
  entry.reads += 1;
  for (const key of ["rowsScanned", "rowsSent", "rowsSkipped"] as const) {
    entry[key] += read[key];
    stats[key] += read[key];
  }
  stats.rowsPerCallMax = Math.max(stats.rowsPerCallMax, read.rowsSent);
}
