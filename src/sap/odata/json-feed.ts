/**
 * Verbose JSON of OData v2 (sap-data 5.2). Guarantees: an answer is a feed or an entity or is refused; a number that JavaScript cannot hold exactly
 * never becomes one. Gateway writes decimals and Int64 as text, others do not: on a page with such a number each is put in quotes before it is parsed.
 */
import { rawControls } from "../rfc/index.ts";
import type { EdmValue } from "./edm-values.ts";

export type Entity = Readonly<Record<string, EdmValue>>;
export type FeedPage = {
  readonly entities: readonly Entity[];
  /** The next page as the service names it. */
  readonly next: string | undefined;
  readonly count: number | undefined;
  readonly delta: string | undefined;
};
export type FeedOutcome =
  | { readonly kind: "page"; readonly page: FeedPage }
  | { readonly kind: "unreadable"; readonly detail: string };

/** Sixteen digits or more, or a fraction, as the value of a property: in a text it costs a second look and does no harm. */
const doubtfulNumber = /"\s*:\s*-?\d+(?:\d{15}|\.\d|[eE])/;
/**
 * A property's value that is a number. Within a text a quote has a backslash before it, and the quote that opens one stands behind a sign: so what ends
 * with a letter and a quote, and goes on with a colon, is a name as OData has them. Only what JSON takes for a number: `007` stays refused.
 */
const numberOfProperty = /(\w"\s*:\s*)(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/** Escapes of what no text of SAP's can hold: half a character, or a control character. As from XML it comes as U+FFFD; a store would refuse it. */
const doubtfulText = /\\(?:[bf]|u00[01]|ud[89a-f])/i;
const tidy = (_name: string, value: unknown) =>
  typeof value === "string" ? value.replace(rawControls, "\ufffd").toWellFormed() : value;

/** Numbers as their own text: many times as fast as a reviver, which is called for each value there is. */
function parse(body: string): unknown {
  const exact = doubtfulNumber.test(body) ? body.replace(numberOfProperty, '$1"$2"') : body;
  return doubtfulText.test(body) ? JSON.parse(exact, tidy) : JSON.parse(exact);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function countOf(value: unknown): number | undefined {
  const shown = typeof value === "number" ? String(value) : value;
  return typeof shown === "string" && /^\d{1,15}$/.test(shown) ? Number(shown) : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function unreadable(detail: string): FeedOutcome {
  return { kind: "unreadable", detail };
}

/** What is nested (deferred links, expanded navigation) is none of a table's columns and is ignored by whoever reads by name. */
function pageOf(results: readonly unknown[], d: Readonly<Record<string, unknown>>): FeedOutcome {
  const odd = results.find((each) => !isObject(each));
  if (odd !== undefined) return unreadable("an entry of the feed is no entity");
  const entities = results as readonly Entity[];
  return {
    kind: "page",
    page: { entities, next: textOf(d.__next), count: countOf(d.__count), delta: textOf(d.__delta) },
  };
}

export function readJsonFeed(body: string): FeedOutcome {
  let answer: unknown;
  try {
    answer = parse(body);
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(answer) || !("d" in answer)) return unreadable("there is no `d` in it");
  const { d } = answer;
  if (Array.isArray(d)) return pageOf(d, {});
  if (!isObject(d)) return unreadable("`d` is neither feed nor entity");
  if (Array.isArray(d.results)) return pageOf(d.results, d);
  // What belongs to a feed makes no entity of one whose list is missing.
  if (["results", "__next", "__count"].some((name) => Object.hasOwn(d, name)))
    return unreadable("the feed has no list of results");
  return pageOf([d], {});
}
