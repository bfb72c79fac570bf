/**
 * What a flow remembers from run to run: the day of the last complete one, the day when everything was read, and what was in scope. The hub keeps
 * the text and moves it only when every leaf was complete. Anything doubtful about it means that everything is read again, and the run says why.
 */
import { z } from "zod";
import { formatIsoDate, parseSapDate, type SapDate } from "../../core/index.ts";
import type { OpenRequest } from "./flow-extract.ts";

const day = z.custom<SapDate>((value) => typeof value === "string" && parseSapDate(value) !== undefined);
const watermark = z.strictObject({
  version: z.literal(1),
  day,
  /** The last day on which all was read. */
  swept: day,
  scope: z.string(),
  /** Costs: the last day on which the wide window was read. */
  rechecked: day.optional(),
  /** Where a service keeps account of its changes: by table, by which link they are read from here on. */
  deltas: z.record(z.string(), z.string()).optional(),
});

export type Watermark = Omit<z.infer<typeof watermark>, "version">;

export const scopeText = (scope: readonly string[]): string => scope.toSorted().join(",");

export function writeWatermark({ day, swept, scope, rechecked, deltas }: Watermark): string {
  return JSON.stringify({ version: 1, day, swept, scope, rechecked, deltas });
}

export function readWatermark(text: string | undefined): Watermark | undefined {
  if (text === undefined) return undefined;
  try {
    return watermark.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

type Now = { today: SapDate; scope: readonly string[]; scopeName: string };

/** Why nothing can be built on the watermark. */
export function whyNotFrom(mark: Watermark | undefined, ask: OpenRequest, { today, scope, scopeName }: Now): string | undefined {
  if (ask.mode === "full") return "asked for in full";
  if (ask.since === undefined) return "it was never read whole before";
  if (mark === undefined) return "the watermark of the last run cannot be read";
  if (mark.scope !== scopeText(scope)) return `other ${scopeName} are in scope than last time`;
  if (mark.day > today || mark.swept > today) return `the last run was at ${formatIsoDate(mark.day)}, and SAP's day is before it`;
  return undefined;
}

/** sap-data 3: a full re-scan at a period's end. By the calendar's month, since periods of other lengths are only read with documents. */
export function whyNewMonth({ swept }: Watermark, today: SapDate): string | undefined {
  return swept.slice(0, 6) === today.slice(0, 6) ? undefined : `the last sweep was at ${formatIsoDate(swept)}, in another month`;
}
