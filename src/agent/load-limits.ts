/**
 * When SAP may be asked at all: outside the quiet hours, and while the day's row budget lasts. Guarantees: no call begins otherwise, retries
 * included, and no lease is taken. The budget is the system's: the agent's rows count, which the hub keeps over restarts and tells with each
 * lease, and those of people at this machine's terminal, which a file keeps; nothing the hub says widens it. Calls that are under way may go
 * over the budget: what they bring is known when it has come.
 */
import { Fault, type TimeZone } from "../core/index.ts";
import type { Clock, RfcClient, RfcFailure, RowReader, RowsOfDay } from "../ports/index.ts";
import { type QuietHours, quietUntil, sapDay } from "./quiet-hours.ts";

export type Rest = { code: "sap.quiet-hours" | "sap.row-budget"; untilMs: number; detail: string };

export type LoadLimits = {
  /** Why no call may begin now, and until when. */
  rest(): Rest | undefined;
  /** The day of the SAP system, as the hub is told it. */
  day(): string;
  /** Rows that a call of ours has just brought. */
  noteRead(rows: number): void;
  /** What the hub counts for that day. */
  noteRowsToday(day: string, rows: number): void;
  /** Rows that the hub was told of just now. */
  noteReported(rows: number): void;
  guard(client: RfcClient): RfcClient;
};

const uncountableMs = 60_000;

/**
 * For who would wait: rows that cannot be counted (the file is not readable, say) are a budget that is used up, for a minute. Somebody mends the
 * file meanwhile; an agent that ended over it would say nothing more, and its run would wait without a reason.
 */
export function restOrDoubt(limits: LoadLimits | undefined, clock: Pick<Clock, "now">): Rest | undefined {
  try {
    return limits?.rest();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { code: "sap.row-budget", untilMs: clock.now() + uncountableMs, detail: `${error.place}: ${error.detail}` };
  }
}

export type LoadLimitOptions = {
  clock: Clock;
  zone: TimeZone;
  quietHours: readonly QuietHours[];
  rowsPerDay: number | undefined;
  by: RowReader;
  /** What everybody on this machine reads; without it only this process's rows and the hub's number are known. */
  rowsOfDay?: RowsOfDay | undefined;
};

export function createLoadLimits(options: LoadLimitOptions): LoadLimits {
  const { clock, zone, quietHours, rowsPerDay, by, rowsOfDay } = options;
  /** `before`: rows of this day that the hub counts and that are not of this process. */
  let today = { day: "", own: 0, before: 0, reported: 0 };
  const current = () => {
    const { day } = sapDay(zone, clock.now());
    if (today.day !== day) today = { day, own: 0, before: 0, reported: 0 };
    return today;
  };
  const spentBy = (): Readonly<Record<RowReader, number>> => {
    const { day, own, before } = current();
    const kept = rowsOfDay?.read(day) ?? { agent: 0, terminal: 0 };
    // The hub knows of agents on other machines, the file of what a lost store forgot.
    return { ...kept, [by]: Math.max(kept[by], before + own) };
  };
  const restOfBudget = (now: number): Rest | undefined => {
    if (rowsPerDay === undefined) return undefined;
    const { agent, terminal } = spentBy();
    if (agent + terminal < rowsPerDay) return undefined;
    const parts = rowsOfDay ? `, ${agent} by the agent and ${terminal} at the terminal` : "";
    const detail = `${agent + terminal} rows of rowsPerDay ${rowsPerDay} are read${parts}`;
    return { code: "sap.row-budget", untilMs: sapDay(zone, now).endsMs, detail };
  };
  const rest = (): Rest | undefined => {
    const now = clock.now();
    const quiet = quietUntil(quietHours, zone, now);
    if (quiet === undefined) return restOfBudget(now);
    return { code: "sap.quiet-hours", untilMs: quiet, detail: `quiet hours until ${new Date(quiet).toISOString()}` };
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
    noteRead(count) {
      const at = current();
      at.own += count;
      if (rowsPerDay !== undefined) rowsOfDay?.add(at.day, by, count);
    },
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
