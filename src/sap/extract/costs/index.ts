/**
 * Cost documents, each company code's from one source (ruling 20): BSEG, controlling, or a ledger. Each slice names its source; one that names none
 * is a full read's of BSEG. A slice whose source is no more is refused: whoever opened it reckoned with it, and the reading must begin anew.
 */
import { z } from "zod";
import { addDays, type CostSource, costSources, costSourceText, Fault } from "../../../core/index.ts";
import type { RowKey } from "../../rfc/index.ts";
import { discover, discoverOffer, objectOffers } from "../discover.ts";
import type { ExtractSettings, ExtractSource, FlowExtract, SliceOffer } from "../flow-extract.ts";
import { createLookUps } from "../look-ups.ts";
import { parseKeys, withDigest } from "../object-slice.ts";
import { cell } from "../rows.ts";
import { readServerDate } from "../server-date.ts";
import { parseSlice } from "../slice.ts";
import { createBsegSource } from "./bseg.ts";
import { createControllingSource } from "./coep.ts";
import { costWindow } from "./cost-window.ts";
import { createLedgerSource } from "./faglflexa.ts";
import { readStable } from "./read-stable.ts";
import type { SourceReader } from "./source-reader.ts";

const mark = z.looseObject({
  source: z.enum(costSources).default("bseg"),
  /** First day of a delta's window. */
  since: z.string().optional(),
  /** Of documents that IDocs told of: other ones each time under one label, so that no digest of an earlier time says anything. */
  isTold: z.literal(true).optional(),
});
type Mark = { source: CostSource; since?: string | undefined; isTold?: true | undefined };

/** The slice itself is checked by whoever reads it. */
function unmark(given: unknown): Mark & { slice: unknown } {
  const parsed = mark.safeParse(given);
  if (!parsed.success)
    throw new Fault("sap.protocol", { place: "slice of costs", detail: parsed.error.issues[0]?.message ?? "unreadable" });
  const { source, since, isTold, ...slice } = parsed.data;
  return { source, since, isTold, slice };
}

/** Beside what the slice holds, so that one whose documents fill more than an upload is still halved by its keys. */
function withMark({ source, since, isTold }: Mark, offer: SliceOffer): SliceOffer {
  const label = source === "faglflexa" ? `FAGLFLEXA ${offer.label}` : offer.label;
  const marks = {
    ...(source === "bseg" ? {} : { source }),
    ...(since === undefined ? {} : { since }),
    ...(isTold ? { isTold } : {}),
  };
  return { ...offer, label, slice: { ...marks, ...(offer.slice as object) } };
}

/** Pieces are labelled after it. */
function bareLabel(source: CostSource, label: string): string {
  return source === "faglflexa" ? label.replace(/^FAGLFLEXA /, "") : label;
}

function companyCodesOf(wanted: CostSource, { costSources = {}, companyCodes }: ExtractSettings): string[] {
  const isChosen = (code: string) => companyCodes.length === 0 || companyCodes.includes(code);
  const named = Object.entries(costSources).filter(([code, source]) => source === wanted && isChosen(code));
  return named.map(([code]) => code).sort();
}

function sourcesOf({ reader, clock, settings }: ExtractSource): SourceReader[] {
  const lookUps = createLookUps(reader, clock);
  const context = (companyCodes: readonly string[] | undefined) => ({ reader, lookUps, settings, companyCodes });
  const ofControlling = companyCodesOf("coep", settings);
  const ofLedger = companyCodesOf("faglflexa", settings);
  const others = [...ofControlling, ...ofLedger].sort();
  const left = settings.companyCodes.length === 0 ? undefined : settings.companyCodes.filter((code) => !others.includes(code));
  return [
    ...(left?.length === 0 ? [] : [createBsegSource(context(left), others)]),
    ...(ofControlling.length === 0 ? [] : [createControllingSource(context(ofControlling))]),
    ...(ofLedger.length === 0 ? [] : [createLedgerSource(context(ofLedger))]),
  ];
}

type Told = { touched: readonly string[]; settings: ExtractSettings };

/** Documents of financial accounting that IDocs told of: only where lines are read from there, and none from before the day that costs begin. */
async function toldOf(sources: readonly SourceReader[], { touched, settings }: Told): Promise<SliceOffer[]> {
  const finance = sources.find(({ source }) => source === "bseg");
  if (!finance || touched.length === 0) return [];
  const { companyCodes, costsFrom } = settings;
  const inScope = touched
    .map((key) => key.split("."))
    .filter(([code = ""]) => companyCodes.length === 0 || companyCodes.includes(code))
    .map(([BUKRS = "", BELNR = "", GJAHR = ""]): RowKey => ({ BUKRS, BELNR, GJAHR }));
  const headers = inScope.length === 0 ? [] : await finance.readHeaders(inScope);
  const keys = headers
    .filter((row) => costsFrom === undefined || cell(row, "CPUDT") >= costsFrom)
    .map((row): RowKey => ({ BUKRS: cell(row, "BUKRS"), BELNR: cell(row, "BELNR"), GJAHR: cell(row, "GJAHR") }));
  return objectOffers(finance.what, `${finance.what.table} told of`, keys).map((offer) =>
    withMark({ source: finance.source, isTold: true }, offer),
  );
}

export function createCostExtract(given: ExtractSource): FlowExtract {
  const { reader, client, settings } = given;
  const sources = sourcesOf(given);

  function sourceOf(wanted: CostSource): SourceReader {
    const found = sources.find(({ source }) => source === wanted);
    if (found) return found;
    throw new Fault("config.cost-source-changed", {
      place: "sap.costSources",
      detail: `a slice was opened for ${costSourceText[wanted]}, from which no company code has its costs now`,
    });
  }

  return {
    async open(ask) {
      const today = await readServerDate(client, settings.zone);
      const { from, watermark, reading } = costWindow(ask, today, settings);
      const slices: SliceOffer[] = [];
      for (const { source, what, slices: slicesOf } of sources)
        for (const slice of await slicesOf({ from, below: addDays(today, 1) }))
          slices.push(withMark({ source, since: from }, discoverOffer(what, slice)));
      slices.push(...(await toldOf(sources, { touched: ask.touched ?? [], settings })));
      return { slices, watermark, reading };
    },
    async discover(label, given) {
      const { source, since, slice } = unmark(given);
      const { what } = sourceOf(source);
      const found = await discover(reader, what, bareLabel(source, label), parseSlice(slice, what.table));
      return { ...found, slices: found.slices.map((offer) => withMark({ source, since }, offer)) };
    },
    async read(given, digest) {
      const { source, since, isTold, slice } = unmark(given);
      const chosen = sourceOf(source);
      const { what } = chosen;
      const { headers, records } = await readStable(chosen, parseKeys(slice, what.table, what.keyFields));
      const changed = since === undefined ? [] : ((await chosen.changedBy?.(headers, since)) ?? []);
      if (changed.length > 0) records.push(...(await readStable(chosen, changed)).records);
      return withDigest(records, isTold ? undefined : digest);
    },
  };
}
