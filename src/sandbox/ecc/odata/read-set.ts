/**
 * One page of an entity set: rows that fit the filter, in order, from where the token says, with the links and the count that belong to it.
 * A full read that has come to its end leaves a delta token of the moment when it began, so that what changed meanwhile is read again.
 */
import { shuffleFirst } from "../shuffle.ts";
import type { EccWorld } from "../world-state.ts";
import type { EntitySet, Property } from "./bind.ts";
import { comparerTo } from "./compare.ts";
import type { DeltaTokens } from "./delta.ts";
import { compileFilter, rangesOf } from "./filter-run.ts";
import type { Query } from "./query.ts";
import { badUri } from "./refused.ts";

export type Page = {
  rows: readonly number[];
  /** Keys, as padded text, of rows that are gone; of a delta read only. */
  deleted: readonly string[];
  count: number | undefined;
  skiptoken: string | undefined;
  deltatoken: string | undefined;
  rowsScanned: number;
};

type Context = { world: EccWorld; deltas: DeltaTokens; nowMs: number };

function sorted(rows: readonly number[], orderby: Query["orderby"]): readonly number[] {
  if (orderby.length === 0) return rows;
  const orders = orderby.map(({ property, isDescending }) => ({ property, sign: isDescending ? -1 : 1 }));
  return [...rows].sort((left, right) => {
    for (const { property, sign } of orders) {
      const order = orderOf(property, left, right);
      if (order !== 0) return order * sign;
    }
    return 0;
  });
}

function orderOf(property: Property, left: number, right: number): number {
  const { column } = property;
  if (column.codeAt(left) === column.codeAt(right)) return 0;
  if (property.edm !== "Decimal") return column.valueAt(left) < column.valueAt(right) ? -1 : 1;
  return comparerTo(property, { kind: "number", text: column.valueAt(right) }, false)(column.valueAt(left));
}

function candidates(set: EntitySet, query: Query, { world }: Context): readonly number[] {
  const ranges = rangesOf(set, query.conjuncts);
  const rows = ranges === undefined ? set.table.inKeyOrder() : set.table.rows(ranges);
  if (set.supports.order === "key" || world.switches.rowOrder === "stable") return rows;
  const shuffled = [...rows];
  shuffleFirst(shuffled, shuffled.length, world.random);
  return shuffled;
}

function filtered(set: EntitySet, query: Query, rows: readonly number[]): readonly number[] {
  if (query.conjuncts.length === 0) return rows;
  return rows.filter(compileFilter(set, { kind: "and", parts: query.conjuncts }));
}

/** `<position>_<change>` or `k<key in base64url>_<change>`; the change is where a delta will begin. */
type Token = { position: number | undefined; key: string | undefined; change: number };

function readToken(text: string | undefined): Token | undefined {
  if (text === undefined) return undefined;
  const match = /^'?(?:(\d{1,9})|k([A-Za-z0-9_-]*))\.(\d{1,9})'?$/.exec(text);
  if (match === null) throw badUri(`Invalid skiptoken ${text}`);
  const [, position, key, change] = match;
  return {
    position: position === undefined ? undefined : Number(position),
    key: key === undefined ? undefined : Buffer.from(key, "base64url").toString("utf8"),
    change: Number(change),
  };
}

function startOf(set: EntitySet, rows: readonly number[], token: Token | undefined): number {
  if (token === undefined) return 0;
  const { key } = token;
  if (key === undefined) return token.position ?? 0;
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (set.table.keyAt(rows[middle] ?? 0) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nextToken(set: EntitySet, query: Query, page: readonly number[], end: number, change: number): string {
  const last = page.at(-1);
  const isByKey = set.supports.skiptoken === "key" && query.orderby.length === 0 && last !== undefined;
  const place = isByKey ? `k${Buffer.from(set.table.keyAt(last)).toString("base64url")}` : String(end);
  return `${place}.${change}`;
}

function countOf(set: EntitySet, query: Query, matching: number, page: number): number | undefined {
  if (!query.wantsCount) return undefined;
  if (set.supports.inlinecount === "page") return page;
  return set.supports.inlinecount === "unfiltered" ? set.table.rowCount : matching;
}

function changedPage(set: EntitySet, query: Query, context: Context, token: string): Page {
  const since = context.deltas.since(set, token, context.nowMs);
  const deltatoken = context.deltas.tokenFor(set, set.table.changeCount(), context.nowMs);
  const changed = set.table.changedSince(since);
  const present = changed.flatMap(({ row }) => (row === undefined ? [] : [row]));
  return {
    rows: filtered(set, query, present),
    deleted: set.supports.tombstones === "untold" ? [] : changed.flatMap(({ key, row }) => (row === undefined ? [key] : [])),
    count: undefined,
    skiptoken: undefined,
    deltatoken,
    rowsScanned: changed.length,
  };
}

export function readPage(set: EntitySet, query: Query, context: Context): Page {
  const { supports, table } = set;
  if (query.deltatoken !== undefined && supports.delta) return changedPage(set, query, context, query.deltatoken);
  const token = readToken(query.skiptoken);
  const change = token?.change ?? (supports.delta ? table.changeCount() : 0);
  const looked = candidates(set, query, context);
  const matching = sorted(filtered(set, query, looked), query.orderby);
  const end = query.top === undefined ? matching.length : Math.min(matching.length, query.skip + query.top);
  const wanted = query.skip === 0 && end === matching.length ? matching : matching.slice(query.skip, end);
  const start = startOf(set, wanted, token);
  const rows = query.pageSize === 0 ? wanted.slice(start) : wanted.slice(start, start + query.pageSize);
  const isLast = start + rows.length >= wanted.length;
  const hasNext = !isLast && supports.next !== "lost";
  const stuck = token === undefined ? `0.${change}` : query.skiptoken;
  const next = supports.next === "stuck" ? stuck : nextToken(set, query, rows, start + rows.length, change);
  const isWhole = isLast && supports.delta && query.top === undefined && query.skip === 0;
  return {
    rows,
    deleted: [],
    count: countOf(set, query, matching.length, rows.length),
    skiptoken: hasNext ? next : undefined,
    deltatoken: isWhole ? context.deltas.tokenFor(set, change, context.nowMs) : undefined,
    rowsScanned: query.conjuncts.length === 0 && query.orderby.length === 0 ? rows.length : looked.length,
  };
}

/** `/$count`. */
export function countRows(set: EntitySet, query: Query, context: Context): { count: number; rowsScanned: number } {
  if (set.supports.count === "unfiltered") return { count: set.table.rowCount, rowsScanned: 0 };
  const looked = candidates(set, query, context);
  const matching = filtered(set, query, looked).length;
  const { pageSize } = set.supports;
  const count = set.supports.count === "page" && pageSize > 0 ? Math.min(pageSize, matching) : matching;
  return { count, rowsScanned: query.conjuncts.length === 0 ? 0 : looked.length };
}
