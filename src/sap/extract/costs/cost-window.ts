/**
 * Which days of entry a run looks at. Documents say when they were entered, changed and updated, so a window of days finds them; but an update that
 * was stopped and run again days later keeps its early stamps (sap-data 3), so once a week the window is wide, and everything is read at the
 * first run of a month and whenever the scope changed: a company code that is new in it, or an earlier first day, brings documents of long ago.
 */
import { addDays, daysBetween, formatIsoDate, type SapDate } from "../../../core/index.ts";
import { deltaDefaults, type ExtractSettings, type OpenRequest, type Reading } from "../flow-extract.ts";
import { readWatermark, scopeText, type Watermark, whyNewMonth, whyNotFrom, writeWatermark } from "../watermark.ts";

export type CostWindow = { from: SapDate | undefined; watermark: string; reading: Reading };

function scopeOf({ companyCodes, costsFrom, costSources = {}, costValuations = {} }: ExtractSettings): string[] {
  const sources = Object.entries(costSources).map(([code, source]) => `${code}=${source}`);
  const valuations = Object.entries(costValuations).map(([code, valuation]) => `${code}=${valuation}`);
  return [...companyCodes, ...sources, ...valuations, ...(costsFrom === undefined ? [] : [`from=${costsFrom}`])];
}

const earlier = (left: SapDate, right: SapDate) => (left < right ? left : right);

export function costWindow(ask: OpenRequest, today: SapDate, settings: ExtractSettings): CostWindow {
  const { overlapDays, costRecheck } = settings.delta ?? deltaDefaults;
  const scope = scopeOf(settings);
  const mark = readWatermark(ask.since);
  const next = (changes: Pick<Watermark, "swept" | "rechecked">) =>
    writeWatermark({ day: today, scope: scopeText(scope), ...changes });
  const scopeName = "company codes, sources or first days";
  const why = whyNotFrom(mark, ask, { today, scope, scopeName }) ?? (mark && whyNewMonth(mark, today));
  if (mark === undefined || why !== undefined)
    return { from: undefined, watermark: next({ swept: today, rechecked: today }), reading: { how: "sweep", why: why ?? "" } };
  const rechecked = mark.rechecked ?? mark.swept;
  const isWide = daysBetween(rechecked, today) >= costRecheck.everyDays;
  // Date-only stamps lie by a day or two: late commits and other zones (sap-data 3).
  const usual = addDays(mark.day, -overlapDays);
  const from = isWide ? earlier(usual, addDays(today, -costRecheck.days)) : usual;
  const days = `entered or changed, ${formatIsoDate(from)} to ${formatIsoDate(today)}`;
  return {
    from,
    watermark: next({ swept: mark.swept, rechecked: isWide ? today : rechecked }),
    reading: { how: "window", why: isWide ? `${days}; a wide window is due every ${costRecheck.everyDays} days` : days },
  };
}
