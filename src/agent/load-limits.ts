/**
 * When SAP may be asked at all: outside the quiet hours, and while the day's row budget lasts. Guarantees: no call begins otherwise, retries
 * included, and no lease is taken. The hub counts the rows of the day over restarts and tells with each lease; the limits are this
 * machine's own and nothing the hub says widens them. One call may go over the budget: what it brings is known when it has come.
 */
import type { Clock, RfcClient, RfcFailure } from "../ports/index.ts";
import { type QuietHours, quietUntil, sapDay } from "./quiet-hours.ts";

export type Rest = { code: "sap.quiet-hours" | "sap.row-budget"; untilMs: number; detail: string };

export type LoadLimits = {
  /** Why no call may begin now, and until when. */
  rest(): Rest | undefined;
  /** The day of the SAP system, as the hub is told it. */
  day(): string;
  /** What the hub counts for that day. */
  noteRowsToday(day: string, rows: number): void;
  /** Rows that the hub was told of just now. */
  noteReported(rows: number): void;
  guard(client: RfcClient): RfcClient;
};

export type LoadLimitOptions = {
  clock: Clock;
  zoneMinutes: number;
  quietHours: readonly QuietHours[];
  rowsPerDay: number | undefined;
  /** Rows read since this process began. */
  rows: () => number;
};

export function createLoadLimits(options: LoadLimitOptions): LoadLimits {
  const { clock, zoneMinutes, quietHours, rowsPerDay, rows } = options;
  /** `before`: rows of this day that the hub counts and that are not of this process. */
  let today = { day: "", rowsAtBegin: 0, before: 0, reported: 0 };
  const current = () => {
    const { day } = sapDay(zoneMinutes, clock.now());
    if (today.day !== day) today = { day, rowsAtBegin: rows(), before: 0, reported: 0 };
    return today;
  };
  current();
  const rest = (): Rest | undefined => {
    const now = clock.now();
    const quiet = quietUntil(quietHours, zoneMinutes, now);
    if (quiet !== undefined)
      return { code: "sap.quiet-hours", untilMs: quiet, detail: `quiet hours until ${new Date(quiet).toISOString()}` };
    const { before, rowsAtBegin } = current();
    const spent = before + rows() - rowsAtBegin;
    if (rowsPerDay === undefined || spent < rowsPerDay) return undefined;
    const { endsMs } = sapDay(zoneMinutes, now);
    return { code: "sap.row-budget", untilMs: endsMs, detail: `${spent} rows of rowsPerDay ${rowsPerDay} are read` };
  };
  const refusal = ({ code, detail }: Rest): RfcFailure => ({
    kind: "failure",
    class: "resting",
    key: code === "sap.quiet-hours" ? "POLICY_QUIET_HOURS" : "POLICY_ROWS_PER_DAY",
    detail,
  });
  return {
    rest,
    day: () => current().day,
    noteRowsToday(day, counted) {
      const at = current();
      if (day === at.day) at.before = Math.max(at.before, counted - at.reported);
    },
    noteReported(count) {
      current().reported += count;
    },
    guard: (client) => ({
      async call(call) {
        const resting = rest();
        return resting === undefined ? client.call(call) : refusal(resting);
      },
      serverTime: () => client.serverTime(),
      close: () => client.close(),
    }),
  };
}
