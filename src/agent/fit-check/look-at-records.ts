/**
 * A bounded number of records through the flows' own extracts: the newest slices first, until enough came or the time is over. What is left out is told
 * by `isWhole`. Cost is looked for in a window of days, which widens where nothing was entered.
 */
import {
  addDays,
  type CostSource,
  formatIsoDate,
  type SapDate,
  type SourceRecord,
  type Spend,
  sapDateOf,
} from "../../core/index.ts";
import type { Clock, Timebox } from "../../ports/index.ts";
import { createExtracts, type ExtractSettings, type FlowExtract, type SliceOffer } from "../../sap/index.ts";
import type { SapDesk } from "../sap-desk.ts";
import { sumSpend } from "./sum-spend.ts";

const vendorsMax = 5_000;
const documentsMax = 3_000;
/** Fewer lines than this tell too little, and the window widens. */
const linesEnough = 200;
const windowsDays = [35, 100, 400];

/** Whether everything was read; what came before the time was over stays. `take` answers whether it wants more. */
async function walk(
  what: string,
  extract: FlowExtract,
  timebox: Timebox,
  take: (records: readonly SourceRecord[]) => boolean,
): Promise<boolean> {
  const isWhole = await timebox.until(() => walkThrough(extract, timebox, take), false);
  if (!isWhole && timebox.isOver()) timebox.skip(`the rest of ${what}`);
  return isWhole;
}

async function walkThrough(
  extract: FlowExtract,
  timebox: Timebox,
  take: (records: readonly SourceRecord[]) => boolean,
): Promise<boolean> {
  const { slices } = await extract.open({ mode: "full" });
  const open: SliceOffer[] = [...slices];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (timebox.isOver()) return false;
    if (next.kind === "discover") open.push(...(await extract.discover(next.label, next.slice)).slices);
    else if (!take((await extract.read(next.slice)).records) && open.length > 0) return false;
  }
  return true;
}

export type RecordTools = { desk: SapDesk; clock: Clock; timebox: Timebox; settings: ExtractSettings };

export async function lookAtVendors({ desk, clock, timebox, settings }: RecordTools) {
  const { vendors } = createExtracts({ reader: desk.reader, client: desk.client, clock, settings });
  const records: Extract<SourceRecord, { kind: "vendor" }>[] = [];
  const isWhole = await walk("vendors", vendors, timebox, (more) => {
    records.push(...more.flatMap((record) => (record.kind === "vendor" ? [record] : [])));
    return records.length < vendorsMax;
  });
  return { isWhole, records };
}

async function spendSince({ desk, clock, timebox, settings }: RecordTools, from: SapDate, today: SapDate): Promise<Spend> {
  const { costs } = createExtracts({
    reader: desk.reader,
    client: desk.client,
    clock,
    settings: { ...settings, costsFrom: from },
  });
  const sums = sumSpend();
  let [documents, rejected] = [0, 0];
  const isWhole = await walk("cost documents", costs, timebox, (records) => {
    for (const record of records) {
      if (record.kind === "rejected") rejected += 1;
      if (record.kind !== "cost-document") continue;
      documents += 1;
      sums.add(record);
    }
    return documents < documentsMax;
  });
  return { from: formatIsoDate(from), until: formatIsoDate(today), isWhole, documents, rejected, lines: sums.lines() };
}

const later = (left: SapDate, right: SapDate | undefined) => (right !== undefined && right > left ? right : left);

export async function lookAtSpend(tools: RecordTools): Promise<Spend> {
  const { clock, settings, timebox } = tools;
  const today = sapDateOf(clock.now(), settings.zone);
  let spend: Spend | undefined;
  for (const days of windowsDays) {
    spend = await spendSince(tools, later(addDays(today, -days), settings.costsFrom), today);
    if (spend.lines.reduce((sum, { lines }) => sum + lines, 0) >= linesEnough || timebox.isOver()) break;
  }
  if (spend === undefined) throw new Error("Assertion failed: there is a window");
  return spend;
}

/** The same days from controlling, for company codes whose cost comes from BSEG. */
export async function lookAtControlling(tools: RecordTools, spend: Spend): Promise<Spend | undefined> {
  const { settings, clock } = tools;
  const codes = [...new Set(spend.lines.filter(({ source }) => source === "bseg").map(({ companyCode }) => companyCode))];
  if (codes.length === 0) return undefined;
  const costSources = Object.fromEntries(codes.map((code): [string, CostSource] => [code, "coep"]));
  const from = spend.from.replaceAll("-", "") as SapDate;
  return spendSince(
    { ...tools, settings: { ...settings, companyCodes: codes, costSources } },
    from,
    sapDateOf(clock.now(), settings.zone),
  );
}
