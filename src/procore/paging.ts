/**
 * A listing, page by page. The end is where `Link: rel=next` is missing and nowhere else: a short page proves nothing (procore 3 [A, C]).
 * A next link must stay on the configured origin, for our token travels with it. Guarantees: bounded in pages, no page twice, an unreadable
 * item or a failed page ends the listing with a fault; a listing never looks complete when it is not.
 */
import type { z } from "zod";
import { err, ok, type Result } from "../core/index.ts";
import { header } from "./body.ts";
import type { Answer, Caller, CallOptions, CallSpec } from "./call.ts";
import { fault, type ProcoreFault } from "./faults.ts";
import { readItem } from "./schema.ts";

export type ListingContent<T> = {
  items: readonly T[];
  /** Procore's own count, where the last page gave one. */
  total: number | undefined;
  /** Not only every page, but as many different items as Procore counted: nothing slipped from page to page meanwhile. */
  isComplete: boolean;
};

export type Listing<T> = {
  /** Pages as they come. After a fault nothing follows. */
  pages(): AsyncGenerator<Result<readonly T[], ProcoreFault>>;
  all(): Promise<Result<readonly T[], ProcoreFault>>;
  read(): Promise<Result<ListingContent<T>, ProcoreFault>>;
};

export type ListingDoor = { caller: Caller; apiUrl: URL; pagesMax: number };

type Page<T> = { items: readonly T[]; total: number | undefined };

export function createListing<T extends { id: number }>(
  door: ListingDoor,
  list: { spec: CallSpec; schema: z.ZodType<T>; options: CallOptions },
): Listing<T> {
  const read = async (): Promise<Result<ListingContent<T>, ProcoreFault>> => {
    const byId = new Map<number, T>();
    let total: number | undefined;
    for await (const page of walk(door, list)) {
      if (!page.ok) return page;
      for (const item of page.value.items) byId.set(item.id, item);
      total = page.value.total;
    }
    return ok({ items: [...byId.values()], total, isComplete: total === undefined || byId.size >= total });
  };
  return {
    async *pages() {
      for await (const page of walk(door, list)) yield page.ok ? ok(page.value.items) : page;
    },
    async all() {
      const content = await read();
      return content.ok ? ok(content.value.items) : content;
    },
    read,
  };
}

async function* walk<T>(
  { caller, apiUrl, pagesMax }: ListingDoor,
  { spec, schema, options }: { spec: CallSpec; schema: z.ZodType<T>; options: CallOptions },
): AsyncGenerator<Result<Page<T>, ProcoreFault>> {
  const endpoint = `${spec.method} ${spec.template}`;
  const seen = new Set<string>();
  let next: URL | undefined;
  do {
    const answer = await caller.read(next === undefined ? spec : { ...spec, url: next }, options);
    if (!answer.ok) return yield answer;
    const items = readItems(answer.value, endpoint, schema);
    if (!items.ok) return yield items;
    const link = nextLink(answer.value, apiUrl, endpoint);
    if (!link.ok) return yield link;
    next = link.value;
    if (next !== undefined && (seen.has(next.href) || seen.size + 1 >= pagesMax)) {
      const detail = seen.has(next.href)
        ? "The listing leads back to a page already read."
        : `The listing has more than ${pagesMax} pages.`;
      return yield err(fault({ code: "procore.unreadable", endpoint, detail }));
    }
    if (next !== undefined) seen.add(next.href);
    const total = header(answer.value.headers, "total");
    yield ok({ items: items.value, total: total !== undefined && /^\d{1,15}$/.test(total) ? Number(total) : undefined });
  } while (next !== undefined);
}

function readItems<T>(answer: Answer, endpoint: string, schema: z.ZodType<T>): Result<T[], ProcoreFault> {
  const { body, requestId, status } = answer;
  const entries = entriesOf(body);
  if (entries === undefined) {
    return err(fault({ code: "procore.unreadable", endpoint, status, requestId, detail: "The answer is no list." }));
  }
  const items: T[] = [];
  for (const entry of entries) {
    const item = readItem(entry, { endpoint, requestId, schema });
    if (!item.ok) return item;
    items.push(item.value);
  }
  return ok(items);
}

/** v1 answers a list, v2 one under `data` (procore 3 [A]). */
function entriesOf(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body;
  const isWrapped = typeof body === "object" && body !== null && "data" in body;
  return isWrapped && Array.isArray(body.data) ? body.data : undefined;
}

/** The target of `rel=next`; undefined on the last page. */
export function nextLink(
  answer: Pick<Answer, "headers" | "requestId">,
  apiUrl: URL,
  endpoint: string,
): Result<URL | undefined, ProcoreFault> {
  const links = header(answer.headers, "link");
  const target = links === undefined ? undefined : findRelation(links, "next");
  if (target === undefined) return ok(undefined);
  const url = URL.parse(target, apiUrl.href);
  if (url !== null && url.origin === apiUrl.origin && url.username === "" && url.password === "") return ok(url);
  const where = url === null ? "no URL" : `on ${url.origin}`;
  const detail = `The next page is ${where}, but this connection speaks to ${apiUrl.origin} only; check apiUrl and any proxy in between.`;
  return err(fault({ code: "procore.unreadable", endpoint, requestId: answer.requestId, detail }));
}

/** RFC 8288: `<target>; rel="a b"; other=1, <target>; …`. */
export function findRelation(links: string, relation: string): string | undefined {
  for (const match of links.matchAll(/<([^>]*)>((?:\s*;\s*[\w-]+\*?\s*(?:=\s*(?:"[^"]*"|[^\s",;]+))?)*)/g)) {
    const names = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))/i.exec(match[2] ?? "");
    if ((names?.[1] ?? names?.[2] ?? "").toLowerCase().split(/\s+/).includes(relation)) return match[1];
  }
  return undefined;
}
