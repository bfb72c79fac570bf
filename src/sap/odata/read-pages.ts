/**
 * All pages of one request. Guarantees: whole or failed. The service's own next page is followed first; where it names none, `$skip` is used with an
 * overlap of one row, so that rows that came or went between two pages are seen and the reading begins anew; a page that came before, a row fewer than the
 * service counts, or no progress at all ends it by name (sap-data 5.4).
 */
import type { RfcCall, RfcClient } from "../../ports/index.ts";
import { answerDiffers, type ReadFailure, rfcFailed } from "../rfc/index.ts";
import { type AnsweredPage, odataFunction, pageOf } from "./odata-client.ts";
import type { MappedTable, ServiceMap } from "./service-map.ts";

export type Row = Readonly<Record<string, string>>;
export type Asked = {
  table: string;
  mapped: MappedTable;
  service: ServiceMap["service"];
  /** Fields that are read or filtered by, for the policy. */
  fields: readonly string[];
  filter: string | undefined;
  timeoutMs: number;
  /** Told each page's rows; true ends the reading. */
  onRows(rows: readonly Row[]): boolean;
};

type Page = { kind: "page" } & AnsweredPage;
/** `stopped`: enough came. */
type Followed = { kind: "done"; delta: string } | { kind: "stopped" } | ReadFailure;
type Walked = Followed | { kind: "shifted" };

const pagesMax = 100_000;
const triesMax = 3;
const stopped = { kind: "stopped" } as const;

/** Values are encoded whole; commas and dollars of OData may stand as they are. */
function queryOf({ mapped, fields, filter }: Asked, more: Readonly<Record<string, string>>): string {
  const select = fields.map((name) => mapped.fields[name]?.property ?? "").join(",");
  const parts = { $format: "json", $select: select, ...(filter === undefined ? {} : { $filter: filter }), ...more };
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}

function callOf(asked: Asked, link: string): RfcCall {
  const { table, service, fields, timeoutMs } = asked;
  const parameters = { TABLE: table, FIELDS: fields.map((FIELDNAME) => ({ FIELDNAME })), SERVICE: service, LINK: link };
  return { function: odataFunction, parameters, tables: ["ROWS"], timeoutMs };
}

async function readPage(client: RfcClient, asked: Asked, link: string): Promise<Page | ReadFailure> {
  const outcome = await client.call(callOf(asked, link));
  if (outcome.kind === "failure") return rfcFailed(outcome);
  return { kind: "page", ...pageOf(outcome.values) };
}

function keyOf({ mapped }: Asked, row: Row | undefined): string {
  const keys = Object.values(mapped.fields).filter(({ isKey }) => isKey);
  return JSON.stringify(keys.map(({ property }) => row?.[property] ?? ""));
}

const differs = ({ table, mapped }: Asked, what: string): ReadFailure => answerDiffers(`${mapped.set} (${table}): ${what}`);

const idleMax = 1_000;

/** Why the pages lead nowhere, though each link is a new one: undefined as long as they bring what was not there before. */
function watchProgress(asked: Asked) {
  const seen = new Set<string>();
  const noKey = keyOf(asked, undefined);
  let idle = 0;
  return (rows: readonly Row[]): string | undefined => {
    const [from, to] = [keyOf(asked, rows[0]), keyOf(asked, rows.at(-1))];
    const page = `${rows.length} ${from} ${to}`;
    const isKnown = seen.has(page) && from !== noKey;
    if (isKnown && rows.length > 1) return "its next page leads back to the rows of one before";
    seen.add(page);
    idle = isKnown || rows.length === 0 ? idle + 1 : 0;
    return idle > idleMax ? `its next pages bring nothing new, ${idleMax} of them` : undefined;
  };
}

/** By the links that the service hands out. */
async function followNext(client: RfcClient, asked: Asked, first: Page): Promise<Followed> {
  const seen = new Set<string>();
  const whyStuck = watchProgress(asked);
  whyStuck(first.rows);
  let page = first;
  while (page.next !== "") {
    if (seen.has(page.next) || seen.size >= pagesMax) return differs(asked, "its next page leads back to one before");
    seen.add(page.next);
    const read = await readPage(client, asked, page.next);
    if (read.kind === "failure") return read;
    page = read;
    const stuck = whyStuck(page.rows);
    if (stuck !== undefined) return differs(asked, stuck);
    if (asked.onRows(page.rows)) return stopped;
  }
  return { kind: "done", delta: page.delta };
}

/** From a link for changes, or from the set's first page, to the last page and the link that it names. */
export async function readToDelta(
  client: RfcClient,
  asked: Asked,
  link: string | undefined,
): Promise<{ kind: "delta"; link: string } | typeof stopped | ReadFailure> {
  const first = await readPage(client, asked, link ?? `${asked.mapped.set}?${queryOf(asked, {})}`);
  if (first.kind === "failure") return first;
  if (asked.onRows(first.rows)) return stopped;
  const walked = await followNext(client, asked, first);
  return walked.kind === "done" ? { kind: "delta", link: walked.delta } : walked;
}

const skipQuery = ({ mapped }: Asked, skip: number) => ({
  $orderby: Object.values(mapped.fields)
    .filter(({ isKey }) => isKey)
    .map(({ property }) => property)
    .join(","),
  $top: String(mapped.pageSize),
  $skip: String(skip),
});

/**
 * Each page begins with the last row of the one before. The end is a page with that row alone: a service may give fewer rows than were asked for and not
 * say so, and what it counted at first may have grown.
 */
async function skipOn(client: RfcClient, asked: Asked, first: Page): Promise<Walked> {
  const { set, pageSize } = asked.mapped;
  let last = keyOf(asked, first.rows.at(-1));
  let at = first.rows.length;
  for (let pages = 1; pages < pagesMax; pages += 1) {
    const read = await readPage(client, asked, `${set}?${queryOf(asked, skipQuery(asked, at - 1))}`);
    if (read.kind === "failure") return read;
    const [overlap, ...rows] = read.rows;
    if (
      overlap !== undefined &&
      keyOf(asked, overlap) === keyOf(asked, first.rows[0]) &&
      at > 1 &&
      last !== keyOf(asked, overlap)
    )
      return differs(asked, "it gives the first page again; it may ignore $skip (set paging: next)");
    if (overlap === undefined || keyOf(asked, overlap) !== last) return { kind: "shifted" };
    if (rows.length === 0 && pageSize === 1)
      return differs(asked, "pages of one row cannot be read with $skip; give a larger pageSize");
    if (rows.length > 0 && asked.onRows(rows)) return stopped;
    at += rows.length;
    if (rows.length === 0) return { kind: "done", delta: "" };
    last = keyOf(asked, rows.at(-1));
  }
  return differs(asked, `it has more than ${pagesMax} pages`);
}

async function walk(client: RfcClient, asked: Asked): Promise<Walked> {
  const { set, paging, pageSize, count: isCounted } = asked.mapped;
  const isSkipping = paging === "skip";
  const more = { ...(isSkipping ? skipQuery(asked, 0) : {}), ...(isCounted ? { $inlinecount: "allpages" } : {}) };
  const first = await readPage(client, asked, `${set}?${queryOf(asked, more)}`);
  if (first.kind === "failure") return first;
  let came = first.rows.length;
  if (asked.onRows(first.rows)) return stopped;
  const counting: Asked = {
    ...asked,
    onRows(rows) {
      came += rows.length;
      return asked.onRows(rows);
    },
  };
  // A count is of the very answer it stands in. With more rows than asked for, $top was ignored and all of it came.
  const isWhole = came === 0 || came === first.count || came > pageSize;
  const goesOn = isSkipping && first.next === "" && !isWhole;
  const walked = await (goesOn ? skipOn : followNext)(client, counting, first);
  const isShort = walked.kind === "done" && first.count !== undefined && came < first.count;
  return isShort ? differs(asked, `${came} rows came of the ${first.count} that it counts`) : walked;
}

/** `begin` is called before each try: what was told before does not count then. */
export async function readPages(client: RfcClient, asked: Asked, begin: () => void): Promise<{ kind: "done" } | ReadFailure> {
  for (let tries = 1; ; tries += 1) {
    begin();
    const walked = await walk(client, asked);
    if (walked.kind === "failure") return walked;
    if (walked.kind !== "shifted") return { kind: "done" };
    const detail = `${asked.table}: rows came and went between two pages, ${triesMax} times`;
    if (tries >= triesMax) return { kind: "failure", cause: "unstable", code: "row-unstable", detail };
  }
}
