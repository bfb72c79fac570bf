/**
 * Lists: filters, then a page. `per_page` above the maximum is cut without a word (procore 7.1: the maximum is not known per endpoint,
 * so the lower of the reported ones holds); `next` is missing on the last page; `Link` is absolute; `Total` and `Per-Page` always stand.
 */
import type { Call, Reply } from "./exchange.ts";
import { malformed } from "./refusal.ts";
import { integerOf } from "./values.ts";

export type PageLimits = { readonly standard: number; readonly max: number };

/** procore 3 [C]: lists of codes come in larger pages than records do. */
export const codeLimits: PageLimits = { standard: 100, max: 1000 };

export function page<T>(call: Call, records: Iterable<T>, show: (record: T) => unknown, limits?: PageLimits): Reply {
  const max = limits?.max ?? call.world.switches.perPageMax;
  const standard = Math.min(limits?.standard ?? max, max);
  const perPage = Math.min(positive(call.query.get("per_page")) ?? standard, max);
  const number = positive(call.query.get("page")) ?? 1;
  const from = (number - 1) * perPage;
  const shown: unknown[] = [];
  let total = 0;
  for (const record of records) {
    if (total >= from && total < from + perPage) shown.push(show(record));
    total += 1;
  }
  return {
    status: 200,
    body: shown,
    headers: { Total: String(total), "Per-Page": String(perPage), ...linkHeader(call, { number, perPage, total }) },
  };
}

/** procore 3 [A]: v2 pages hold 10 unless asked, 100 at most, and stand under `data`. */
export function pageOfData<T>(call: Call, records: Iterable<T>, show: (record: T) => unknown): Reply {
  const reply = page(call, records, show, { standard: 10, max: 100 });
  return { ...reply, body: { data: reply.body } };
}

function positive(text: string | null): number | undefined {
  const value = integerOf(text);
  return value === undefined || value === 0 ? undefined : value;
}

function linkHeader(call: Call, at: { number: number; perPage: number; total: number }): Record<string, string> {
  const last = Math.max(1, Math.ceil(at.total / at.perPage));
  const links: [string, number][] = [["first", 1]];
  if (at.number > 1) links.push(["prev", Math.min(at.number - 1, last)]);
  if (at.number < last) links.push(["next", at.number + 1]);
  links.push(["last", last]);
  return { Link: links.map(([rel, number]) => `<${addressOf(call, number, at.perPage)}>; rel="${rel}"`).join(", ") };
}

function addressOf(call: Call, number: number, perPage: number): string {
  const query = new URLSearchParams(call.query);
  query.set("page", String(number));
  query.set("per_page", String(perPage));
  return `${call.request.origin}${call.request.path}?${query.toString()}`;
}

export function* filtered<T>(records: Iterable<T>, tests: readonly ((record: T) => boolean)[]): Iterable<T> {
  for (const record of records) if (tests.every((test) => test(record))) yield record;
}

export const filterText = (call: Call, name: string): string | undefined => call.query.get(`filters[${name}]`) ?? undefined;

/** `filters[id][]=1&filters[id][]=2`, `filters[id]=1,2` or `filters[id]=[1,2]`. */
export function filterIds(call: Call, name: string): ReadonlySet<number> | undefined {
  const texts = [...call.query.getAll(`filters[${name}][]`), ...call.query.getAll(`filters[${name}]`)];
  if (texts.length === 0) return undefined;
  const ids = texts.flatMap((text) => text.replace(/[[\]\s]/g, "").split(","));
  return new Set(ids.flatMap((id) => integerOf(id) ?? []));
}

/** `A...B` in ISO 8601, in double quotes by the docs and without by the spec (procore 7.14); one time alone is "since". */
export function filterRange(call: Call, name: string): ((stamp: string | null) => boolean) | undefined {
  const text = filterText(call, name);
  if (text === undefined) return undefined;
  const { rangeQuotes } = call.world.switches;
  const isQuoted = text.startsWith('"') && text.endsWith('"') && text.length > 1;
  const bare = isQuoted ? text.slice(1, -1) : text;
  const wrongQuotes = (rangeQuotes === "quoted" && !isQuoted) || (rangeQuotes === "bare" && isQuoted);
  const [from, to] = bare.split("...").map(timeOf);
  if (wrongQuotes || from === undefined || Number.isNaN(from) || (to !== undefined && Number.isNaN(to))) {
    throw malformed(`filters[${name}] is not a valid date range: ${text}`);
  }
  return (stamp) => {
    const time = stamp === null ? Number.NaN : timeOf(stamp);
    return time >= from && (to === undefined || time <= to);
  };
}

const timeOf = (text: string): number => Date.parse(text);

/** The filters that most lists share. */
export function commonFilters<T extends { id: number; createdAt: string; updatedAt: string }>(
  call: Call,
): ((record: T) => boolean)[] {
  const ids = filterIds(call, "id");
  const createdAt = filterRange(call, "created_at");
  const updatedAt = filterRange(call, "updated_at");
  const tests: ((record: T) => boolean)[] = [];
  if (ids !== undefined) tests.push((record) => ids.has(record.id));
  if (createdAt !== undefined) tests.push((record) => createdAt(record.createdAt));
  if (updatedAt !== undefined) tests.push((record) => updatedAt(record.updatedAt));
  return tests;
}
