/**
 * Verbose JSON of OData v2 (sap-data 5.2). Guarantees: an answer is a feed or an entity or is refused; a number that JavaScript cannot hold exactly
 * never becomes one. Gateway writes decimals and Int64 as text, others do not: a page with such a number is read once more with each as its own text.
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

/** Sixteen digits or more, or a fraction: in a text it costs a second reading and does no harm. */
const doubtfulNumber = /[:[,]\s*-?\d+(?:\d{15}|\.\d|[eE])/;

/** Escapes of what no text of SAP's can hold: half a character, or a control character. As from XML it comes as U+FFFD; a store would refuse it. */
const doubtfulText = /\\(?:[bf]|u00[01]|ud[89a-f])/i;

function parse(body: string): unknown {
  if (!doubtfulNumber.test(body) && !doubtfulText.test(body)) return JSON.parse(body);
  // The third argument is the text as it stands in the source.
  const exact = (_key: string, value: unknown, context?: { source?: string }) => {
    if (typeof value === "string") return value.replace(rawControls, "\ufffd").toWellFormed();
    return typeof value === "number" && context?.source !== undefined ? context.source : value;
  };
  return JSON.parse(body, exact as (key: string, value: unknown) => unknown);
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
