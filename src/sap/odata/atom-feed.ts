/**
 * Atom, which a Gateway service answers with unless it is asked for JSON, and some answer with all the same (sap-data 5.2). Properties are texts; what
 * is null says so. Guarantees as for JSON: a feed, an entry, or refused; a feed that ends early is no shorter feed.
 */
import { defaultXmlLimits, readXml } from "../rfc/index.ts";
import type { EdmValue } from "./edm-values.ts";
import type { Entity, FeedOutcome } from "./json-feed.ts";

type Attributes = Readonly<Record<string, string>>;
type Found = {
  root: string;
  entities: Record<string, EdmValue>[];
  next: string | undefined;
  delta: string | undefined;
  count: string;
};

const limits = { ...defaultXmlLimits, depthMax: 20, bytesMax: 64 * 1024 * 1024 };
const local = (name: string): string => name.slice(name.indexOf(":") + 1);
const isNull = (attributes: Attributes) =>
  Object.entries(attributes).some(([name, value]) => local(name) === "null" && value === "true");

function createCollector(found: Found) {
  const path: string[] = [];
  let entity: Record<string, EdmValue> | undefined;
  let value = "";
  let isEmpty = false;
  let inlined = 0;
  // Below a property stand the fields of a complex one, and in m:inline other entities: not ours.
  const isProperty = () => inlined === 0 && path.at(-2) === "properties";
  return {
    open(tag: string, attributes: Attributes) {
      const name = local(tag);
      path.push(name);
      if (path.length === 1) found.root = name;
      if (name === "inline") inlined += 1;
      if (name === "properties" && inlined === 0) entity = {};
      if (isProperty()) {
        value = "";
        isEmpty = isNull(attributes);
      }
      if (name === "count") value = "";
      // Links of entries lead elsewhere: only the feed's own count.
      if (name === "link" && path.length === 2 && attributes.rel === "next") found.next = attributes.href;
      if (name === "link" && path.length === 2 && attributes.rel === "delta") found.delta = attributes.href;
    },
    text(part: string) {
      if (isProperty() || path.at(-1) === "count") value += part;
    },
    close() {
      const name = path.at(-1) ?? "";
      if (isProperty() && entity) entity[name] = isEmpty ? null : value;
      path.pop();
      if (name === "inline") inlined -= 1;
      if (name === "count" && path.length === 1) found.count = value.trim();
      if (name !== "properties" || inlined > 0 || entity === undefined) return;
      found.entities.push(entity);
      entity = undefined;
    },
  };
}

async function* once(body: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(body, "utf8");
}

export async function readAtomFeed(body: string): Promise<FeedOutcome> {
  const found: Found = { root: "", entities: [], next: undefined, delta: undefined, count: "" };
  const problem = await readXml(once(body), { limits, charset: "utf-8", controlCharacters: "replace" }, createCollector(found));
  if (problem !== undefined) return { kind: "unreadable", detail: `${problem.reason}: ${problem.detail}` };
  if (found.root !== "feed" && found.root !== "entry") return { kind: "unreadable", detail: `it is a <${found.root}>, no feed` };
  const entities: readonly Entity[] = found.entities;
  const count = /^\d{1,15}$/.test(found.count) ? Number(found.count) : undefined;
  return { kind: "page", page: { entities, next: found.next, count, delta: found.delta } };
}
