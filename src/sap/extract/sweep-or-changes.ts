/**
 * Sweep, or follow the triggers? Decided from the watermark alone, which the hub keeps and which moves only when a flow was read whole: the day of
 * the last run, the day of the last sweep, and what was in scope. Triggers are followed between sweeps; where they cannot be read, or
 * anything about the watermark is doubtful, it is a sweep, and the reason goes into the run's report.
 */
import { addDays, daysBetween, type ErrorCode, Fault, formatIsoDate, type RunFlow, type SapDate } from "../../core/index.ts";
import type { RowKey } from "../rfc/index.ts";
import type { DeltaLinks } from "./change-accounts.ts";
import type { Window } from "./change-triggers.ts";
import { type Discoverable, objectOffers } from "./discover.ts";
import { wasTooLarge } from "./faults.ts";
import type { Opened, OpenRequest, SliceOffer } from "./flow-extract.ts";
import { readWatermark, scopeText, type Watermark, whyNewMonth, whyNotFrom, writeWatermark } from "./watermark.ts";

export type Triggered<F extends RunFlow> = {
  what: Discoverable<F>;
  /** SAP's own day. */
  today: SapDate;
  overlapDays: number;
  /** A sweep is due after so many days; 0: always. */
  sweepDays: number;
  /** What is in scope: where it differs from last time's, older objects may have come into it. */
  scope: readonly string[];
  sweep(): SliceOffer<F>[];
  /** Where a service keeps account of changes: where that begins, before the sweep reads anything. */
  beginAccount?: (() => Promise<DeltaLinks>) | undefined;
  /** What was touched in the window, and since the links: keys of objects, slices that find more of them, and links for the next time. */
  follow(window: Window, links: DeltaLinks): Promise<Touched<F>>;
  /** Objects that IDocs told of, as keys of the table: those in scope. */
  told?(sourceKeys: readonly string[]): Promise<readonly RowKey[]>;
};

type Touched<F extends RunFlow> = { keys: readonly RowKey[]; slices?: SliceOffer<F>[]; links?: DeltaLinks };

/** More than this, after a mass change say, is read better in the order of a sweep. */
const touchedMax = 50_000;
/** Of the table, not of the moment: trying again would not help, and a sweep does without it. */
const unreadable: ReadonlySet<ErrorCode> = new Set([
  "sap.policy",
  "sap.not-authorised",
  "sap.exception",
  "sap.dump",
  "sap.protocol",
  "sap.range-not-divisible",
]);
const whyLengthMax = 300;

/** Why a sweep is due; nothing where the triggers since the watermark will do. */
function whySweep(
  mark: Watermark | undefined,
  ask: OpenRequest,
  { today, sweepDays, scope }: Pick<Triggered<RunFlow>, "today" | "sweepDays" | "scope">,
): string | undefined {
  const doubt = whyNotFrom(mark, ask, { today, scope, scopeName: "company codes" });
  if (doubt !== undefined || mark === undefined) return doubt;
  if (daysBetween(mark.swept, today) >= sweepDays)
    return `the last sweep was at ${formatIsoDate(mark.swept)}, and one is due every ${sweepDays} days`;
  return whyNewMonth(mark, today);
}

/** What a trace gives, or why it cannot be read. */
async function readOrWhy<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Fault && (unreadable.has(error.code) || wasTooLarge(error)))) throw error;
    return `${error.place} [${error.code}] ${error.detail}`;
  }
}

async function followOrWhy<F extends RunFlow>(
  triggered: Triggered<F>,
  window: Window,
  links: DeltaLinks,
): Promise<Touched<F> | string> {
  const touched = await readOrWhy(() => triggered.follow(window, links));
  if (typeof touched === "string") return `what was touched cannot be read: ${touched}`;
  return touched.keys.length > touchedMax ? `${touched.keys.length} objects were touched` : touched;
}

/** A sweep does not need the account; and where every run sweeps, nobody does. */
async function beginOrWhy({
  beginAccount,
  sweepDays,
}: Pick<Triggered<RunFlow>, "beginAccount" | "sweepDays">): Promise<{ links?: DeltaLinks; why: string }> {
  if (beginAccount === undefined || sweepDays === 0) return { why: "" };
  const links = await readOrWhy(beginAccount);
  return typeof links === "string" ? { why: `; changes cannot be told from here on: ${links}` } : { links, why: "" };
}

export async function openTriggered<F extends RunFlow>(ask: OpenRequest, triggered: Triggered<F>): Promise<Opened<F>> {
  const { what, today, overlapDays, scope } = triggered;
  const mark = readWatermark(ask.since);
  const markOf = (swept: SapDate, deltas: DeltaLinks | undefined) =>
    writeWatermark({ day: today, swept, scope: scopeText(scope), ...(deltas ? { deltas } : {}) });
  const sweep = async (why: string): Promise<Opened<F>> => {
    const account = await beginOrWhy(triggered);
    return {
      slices: triggered.sweep(),
      watermark: markOf(today, account.links),
      reading: { how: "sweep", why: `${why}${account.why}`.slice(0, whyLengthMax) },
    };
  };
  const due = whySweep(mark, ask, triggered);
  if (due !== undefined || mark === undefined) return sweep(due ?? "");
  // The day of the last run belongs to it and to the days before: stamps are older than the commit that shows them (sap-data 3).
  const window = { from: addDays(mark.day, -overlapDays), until: today };
  const touched = await followOrWhy(triggered, window, mark.deltas ?? {});
  if (typeof touched === "string") return sweep(touched);
  const told = ask.touched === undefined ? [] : ((await triggered.told?.(ask.touched)) ?? []);
  const beside = told.length === 0 ? "" : `, ${told.length} told of by IDocs`;
  const days = `${formatIsoDate(window.from)} to ${formatIsoDate(window.until)}`;
  const label = `${what.table} touched ${window.from}-${window.until}`;
  return {
    slices: [
      ...objectOffers(what, label, touched.keys),
      ...objectOffers(what, `${what.table} told of`, told),
      ...(touched.slices ?? []),
    ],
    watermark: markOf(mark.swept, touched.links),
    reading: { how: "changes", why: `${touched.keys.length} touched${beside}, ${days}; last sweep ${formatIsoDate(mark.swept)}` },
  };
}
