/**
 * Atom, which a Gateway service answers with unless it is asked for JSON, and some answer with all the same (sap-data 5.2). Properties are texts; what
 * is null says so. Guarantees as for JSON: a feed, an entry, or refused; a feed that ends early is no shorter feed, and an entry without properties, or a
 * thing that stands twice, is no entity.
 */
import { defaultXmlLimits, readXml } from "../rfc/index.ts";
import type { EdmValue } from "./edm-values.ts";
import type { Entity, FeedOutcome } from "./json-feed.ts";

type Attributes = Readonly<Record<string, string>>;
type Found = {
  root: string;
  entities: Entity[];
  next: string | undefined;
  delta: string | undefined;
  count: string | undefined;
  /** Why it cannot be read as one thing. */
  problem: string | undefined;
};

const limits = { ...defaultXmlLimits, depthMax: 20, bytesMax: 64 * 1024 * 1024 };
const local = (name: string): string => name.slice(name.indexOf(":") + 1);
const isNull = (attributes: Attributes) =>
  Object.entries(attributes).some(([name, value]) => local(name) === "null" && value === "true");

/** An element of which there is but one: a second one leaves the first, and says so. */
function once<T>(found: Found, known: T | undefined, given: T, what: string): T {
  if (known !== undefined) found.problem ??= `${what} stands twice`;
  return known ?? given;
}

function createCollector(found: Found) {
  let root = "";
  const path: string[] = [];
  /** How deep the entry and its properties began; properties of an inlined entry are none of ours. */
  let entryAt: number | undefined;
  let propertiesAt: number | undefined;
  let inlined = 0;
  let entity: Map<string, EdmValue> | undefined;
  let value = "";
  let isEmpty = false;
  /** Elements stand in it: the fields of a complex property. */
  let isNested = false;
  let isCount = false;
  const wrong = (what: string) => {
    found.problem ??= what;
  };
  const isEntry = (name: string) => name === "entry" && (path.length === 1 || (path.length === 2 && root === "feed"));
  const isOfEntry = () =>
    entryAt !== undefined && (path.length === entryAt + 1 || (path.length === entryAt + 2 && path.at(-2) === "content"));
  const openProperty = (attributes: Attributes) => {
    if (propertiesAt !== undefined && path.length > propertiesAt + 1) isNested = true;
    else {
      value = "";
      isEmpty = isNull(attributes);
      isNested = false;
    }
  };
  const openOutside = (name: string, attributes: Attributes) => {
    if (isEntry(name)) entryAt = path.length;
    if (name === "properties") {
      if (!isOfEntry()) wrong("properties stand outside an entry");
      entity = once(found, entity, new Map(), "an entry's properties");
      propertiesAt = path.length;
    }
    if (isCount && path.length > 2) wrong("elements stand in the count");
    if (path.length !== 2 || root !== "feed") return;
    // Links of entries lead elsewhere: only the feed's own count.
    if (name === "link" && attributes.rel === "next") found.next = once(found, found.next, attributes.href, "the next page");
    if (name === "link" && attributes.rel === "delta") found.delta = once(found, found.delta, attributes.href, "the delta");
    isCount = name === "count";
    if (isCount) found.count = once(found, found.count, "", "the count");
  };
  const closeProperty = (name: string) => {
    if (isNested && value.trim() !== "") return wrong(`text stands beside the fields of ${name}`);
    if (entity?.has(name)) return wrong(`the property ${name} stands twice in an entry`);
    entity?.set(name, isEmpty ? null : isNested ? undefined : value);
    value = "";
  };
  const closeEntry = () => {
    if (entity) found.entities.push(Object.fromEntries(entity));
    else wrong("an entry has no properties");
    entity = undefined;
    entryAt = undefined;
  };
  return {
    open(tag: string, attributes: Attributes) {
      const name = local(tag);
      path.push(name);
      if (path.length === 1) root = found.root = name;
      if (propertiesAt !== undefined) openProperty(attributes);
      else if (name === "inline") inlined += 1;
      else if (inlined === 0) openOutside(name, attributes);
    },
    text(part: string) {
      if (propertiesAt !== undefined && path.length === propertiesAt + 1) value += part;
      else if (path.length === propertiesAt && part.trim() !== "") wrong("text stands beside properties");
      else if (isCount && path.length === 2) found.count += part;
    },
    close() {
      const name = path.at(-1) ?? "";
      if (propertiesAt !== undefined && path.length === propertiesAt + 1) closeProperty(name);
      else if (path.length === propertiesAt) propertiesAt = undefined;
      else if (propertiesAt === undefined && name === "inline") inlined -= 1;
      else if (path.length === entryAt && inlined === 0) closeEntry();
      path.pop();
    },
  };
}

async function* whole(body: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(body, "utf8");
}

export async function readAtomFeed(body: string): Promise<FeedOutcome> {
  const found: Found = { root: "", entities: [], next: undefined, delta: undefined, count: undefined, problem: undefined };
  const problem = await readXml(whole(body), { limits, charset: "utf-8", controlCharacters: "replace" }, createCollector(found));
  if (problem !== undefined) return { kind: "unreadable", detail: `${problem.reason}: ${problem.detail}` };
  if (found.root !== "feed" && found.root !== "entry")
    return { kind: "unreadable", detail: `it is a <${found.root.slice(0, 60)}>, no feed` };
  if (found.problem !== undefined) return { kind: "unreadable", detail: found.problem.slice(0, 200) };
  const entities: readonly Entity[] = found.entities;
  const said = found.count?.trim() ?? "";
  const count = /^\d{1,15}$/.test(said) ? Number(said) : undefined;
  return { kind: "page", page: { entities, next: found.next, count, delta: found.delta } };
}
