// Issue 6, "Must hold": the parsers of OData feeds, JSON and Atom, give the very entities that were sent, and the cells that SAP's table has; what they take of
// damaged bytes is what another parser finds in them. CASES sets how many feeds are tried.
import { describe, expect, it } from "vitest";
import { readAtomFeed } from "../../src/sap/odata/atom-feed.ts";
import { cellReaderOf } from "../../src/sap/odata/edm-values.ts";
import { type Entity, type FeedOutcome, readJsonFeed } from "../../src/sap/odata/json-feed.ts";
import { cases, diceOf } from "./dice.ts";
import { type Feed, feedAtom, feedJson, makeFeed } from "./odata-writer.ts";
import { expectSame, mutate, play } from "./play.ts";
import { elementsOf, isBeyond, localName, looseText, parseXml, textOf, type XmlElement } from "./xml-oracle.ts";

function pageOf(outcome: FeedOutcome) {
  if (outcome.kind !== "page") throw new Error(outcome.detail);
  return outcome.page;
}

function expectGiven(outcome: FeedOutcome, { entities, next, count }: Feed): void {
  const page = pageOf(outcome);
  expect([page.entities.length, page.next, page.count]).toEqual([entities.length, next, count]);
  for (const [at, entity] of entities.entries()) {
    const cells = entity.map(({ name, type, decimals }) => {
      const sent = page.entities[at] as Entity;
      const read = cellReaderOf({ type, decimals, length: 30, keyForm: "padded" });
      const cell = read(Object.hasOwn(sent, name) ? sent[name] : undefined);
      return typeof cell === "string" ? cell : cell.problem;
    });
    expectSame(
      cells,
      entity.map(({ cell }) => cell),
    );
  }
}

function expectPlain(outcome: FeedOutcome): void {
  if (outcome.kind !== "unreadable") throw new Error("it was accepted");
  expect(outcome.detail.length).toBeGreaterThan(5);
  expect(outcome.detail.length).toBeLessThan(500);
}

/** Bytes as the client makes them text. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const hostileJson = [
  '"Netwr":9007199254740993,',
  ',"Netwr":"1.00"',
  '"__proto__":{"Netwr":1},',
  "[".repeat(5_000),
  '{"a":'.repeat(3_000),
  "9".repeat(2_000),
  "1e400",
  "-0",
  "1.7976931348623157e309",
  "0.1",
  ",",
  "}",
  "]",
  '"\\ud83d"',
  "\\u0000",
  "\\u001f\\b\\f",
  "\\udc00\\ud83d",
  "\u0000",
  "\ufeff",
  "<html>",
  "null",
  "NaN",
  "x".repeat(5_000),
  " ".repeat(5_000),
  '"d":[],',
  '"results":{},',
];

/** Every number as it is written: by a reading of our own, where JSON.parse alone would round it. */
function quoted(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
}

function jsonOpinion(text: string): { entities: unknown[]; next: unknown; count: unknown } | undefined {
  try {
    JSON.parse(text);
    const { d } = JSON.parse(quoted(text)) as { d?: unknown };
    const object = d as { results?: unknown; __next?: unknown; __count?: unknown };
    if (Array.isArray(d)) return { entities: d, next: undefined, count: undefined };
    const entities = Array.isArray(object.results) ? object.results : [d];
    return { entities, next: object.__next || undefined, count: object.__count };
  } catch {
    return undefined;
  }
}

const isOdd = (code: number) => (code < 32 && ![9, 10, 13].includes(code)) || (code >= 0xd800 && code <= 0xdfff);
const tidy = (text: string) =>
  Array.from(text)
    .map((each) => (isOdd(each.codePointAt(0) ?? 0) ? "\ufffd" : each))
    .join("");
/** Without what no mapping file can name; numbers as texts, and what XML cannot hold as U+FFFD. */
const asText = (value: unknown) => (typeof value === "string" ? tidy(value === "-0" ? "0" : value) : value);
const asTexts = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, each: unknown) =>
    /^\w+$/.test(name) || (name === "" && typeof each === "object")
      ? asText(typeof each === "number" ? String(each) : each)
      : undefined,
  );

describe("feeds as JSON", () => {
  it("are the very entities that were sent, and their cells those of the table", async () => {
    await play(cases * 0.2, (dice) => {
      const feed = makeFeed(dice);
      expectGiven(readJsonFeed(feedJson(feed, dice)), feed);
      return undefined;
    });
  });

  it("are refused cut at each character", () => {
    for (const seed of [1, 2, 3]) {
      const dice = diceOf(seed);
      const text = feedJson(makeFeed(dice), dice).trim();
      for (let end = 0; end < text.length; end += 1) expectPlain(readJsonFeed(text.slice(0, end)));
    }
  });

  it("are what another reading finds in damaged bytes, or refused", async () => {
    const ways = await play(cases * 0.3, (dice) => {
      const text = decoded(mutate(Buffer.from(feedJson(makeFeed(dice), dice), "utf8"), dice, hostileJson));
      if (text === undefined) return "no text";
      const outcome = readJsonFeed(text);
      if (outcome.kind === "unreadable") {
        expectPlain(outcome);
        return "refused";
      }
      const opinion = jsonOpinion(text);
      if (opinion === undefined) throw new Error("it was accepted, and is no JSON to another reading");
      expectSame(asTexts(outcome.page.entities), asTexts(opinion.entities));
      expect(outcome.page.next).toBe(typeof opinion.next === "string" ? tidy(opinion.next) : undefined);
      if (outcome.page.count !== undefined)
        expect(String(outcome.page.count)).toBe(String(opinion.count).replace(/^0+(?=\d)/, ""));
      return "accepted";
    });
    for (const way of ["refused", "accepted"]) expect([way, ways(way) > cases / 200]).toEqual([way, true]);
  });

  it.each([
    ["a million brackets", `{"d":${"[".repeat(1_000_000)}`],
    ["a million blanks", `{"d":${" ".repeat(1_000_000)}`],
    ["a million colons", `{"d":${": ".repeat(1_000_000)}`],
    ["a number without end", `{"d":[{"a":${"9".repeat(3_000_000)}`],
    ["a name without end", `{"d":[{"${"x".repeat(3_000_000)}`],
    ["a page", "<!doctype html><html><body>Logon</body></html>"],
    ["nothing", ""],
    ["no feed", '{"d":5}'],
    ["no entities", '{"d":{"results":[null]}}'],
  ])("are refused in time with %s", (_, text) => {
    const startedAt = performance.now();
    expectPlain(readJsonFeed(text));
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});

const hostileAtom = [
  "<d:Netwr>1.00</d:Netwr>",
  "<m:properties><d:Netwr>1</d:Netwr></m:properties>",
  "<entry><content><m:properties><d:Netwr>1</d:Netwr></m:properties></content></entry>",
  "<entry/>",
  "<a:entry/>",
  "<atom:entry/>",
  "<m:inline>",
  "<m:count>5</m:count>",
  '<link rel="next" href="x"/>',
  "<x/>",
  "<x>9</x>",
  "<a>".repeat(60),
  "&lol;",
  "&#0;",
  "&#x1;",
  "<![CDATA[",
  "<!--",
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  "\u0001",
  "\ufeff",
  ' m:null="true"',
  "😀",
  "9".repeat(3_000),
  "</m:properties>",
];

type Opinion = { entities: Record<string, string | null>[]; next: string | undefined; count: string | undefined };

/** Undefined where it is in doubt what is said. */
function atomOpinion(bytes: Uint8Array): Opinion | undefined {
  const root = parseXml(bytes);
  if (root === undefined) return undefined;
  const named = (element: XmlElement, name: string) => elementsOf(element).filter((each) => localName(each.name) === name);
  const isNull = ({ attributes }: XmlElement) =>
    [...attributes].some(([name, value]) => localName(name) === "null" && value === "true");
  const everywhere = (element: XmlElement, name: string): number =>
    elementsOf(element).reduce(
      (sum, each) =>
        sum +
        (localName(each.name) === "inline"
          ? 0
          : (localName(each.name) === name ? 1 : 0) + (localName(each.name) === "properties" ? 0 : everywhere(each, name))),
      0,
    );
  const entries = localName(root.name) === "entry" ? [root] : named(root, "entry");
  if (localName(root.name) !== "entry" && localName(root.name) !== "feed") return undefined;
  const entities: Record<string, string | null>[] = [];
  for (const entry of entries) {
    const held = [...named(entry, "content").flatMap((content) => named(content, "properties")), ...named(entry, "properties")];
    const [properties] = held;
    if (held.length !== 1 || properties === undefined || looseText(properties).trim() !== "") return undefined;
    const fields = elementsOf(properties);
    const names = fields.map(({ name }) => localName(name));
    if (new Set(names).size < names.length) return undefined;
    if (fields.some((field) => elementsOf(field).length > 0 && looseText(field).trim() !== "")) return undefined;
    const plain = fields.filter((field) => elementsOf(field).length === 0 || isNull(field));
    entities.push(Object.fromEntries(plain.map((field) => [localName(field.name), isNull(field) ? null : textOf(field)])));
  }
  if (everywhere(root, "properties") !== entries.length) return undefined;
  const links = (rel: string) => named(root, "link").filter(({ attributes }) => attributes.get("rel") === rel);
  if (links("next").length > 1 || named(root, "count").length > 1) return undefined;
  const [count] = named(root, "count");
  return { entities, next: links("next")[0]?.attributes.get("href"), count: count && textOf(count).trim() };
}

const sorted = (entity: object) =>
  Object.entries(entity)
    .filter(([, value]) => value !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));

describe("feeds as Atom", () => {
  it("are the very entities that were sent, and their cells those of the table", async () => {
    await play(cases * 0.15, async (dice) => {
      const feed = makeFeed(dice);
      expectGiven(await readAtomFeed(feedAtom(feed, dice)), feed);
      return undefined;
    });
  });

  it("are refused cut at each character", async () => {
    for (const seed of [1, 2]) {
      const dice = diceOf(seed);
      const text = feedAtom(makeFeed(dice), dice).trim();
      for (let end = 0; end < text.length; end += 1) expectPlain(await readAtomFeed(text.slice(0, end)));
    }
  });

  it("are what another parser finds in damaged bytes, or refused", async () => {
    const ways = await play(cases * 0.3, async (dice) => {
      const bytes = mutate(Buffer.from(feedAtom(makeFeed(dice), dice), "utf8"), dice, hostileAtom);
      const text = decoded(bytes);
      if (text === undefined) return "no text";
      const outcome = await readAtomFeed(text);
      if (outcome.kind === "unreadable") {
        expectPlain(outcome);
        return "refused";
      }
      if (isBeyond(text)) return "no opinion";
      const opinion = atomOpinion(bytes);
      if (opinion === undefined) throw new Error("it was accepted, and another parser is in doubt");
      expectSame(outcome.page.entities.map(sorted), opinion.entities.map(sorted));
      expect(outcome.page.next).toBe(opinion.next);
      if (outcome.page.count !== undefined) expect(outcome.page.count).toBe(Number(opinion.count));
      return "accepted";
    });
    for (const way of ["refused", "accepted"]) expect([way, ways(way) > cases / 200]).toEqual([way, true]);
  });

  it.each([
    ["a million open references", `<feed>${"&".repeat(1_000_000)}`],
    ["a name without end", `<feed><${"x".repeat(3_000_000)}`],
    ["a text without end", `<feed><entry><content><properties><a>${"x".repeat(3_000_000)}`],
    ["deep elements", `<feed>${"<a>".repeat(300_000)}`],
    ["entities that double", '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY c "&b;&b;">]><feed>&c;</feed>'],
    ["a page", "<!doctype html><html><body>Logon</body></html>"],
    ["nothing", ""],
    ["an error", "<error><code>X</code></error>"],
    ["a count in a count", "<feed><count>50<count>5</count>02</count></feed>"],
    ["an entry of nothing", "<feed><entry/></feed>"],
    ["an entry without properties", "<feed><entry><content/></entry></feed>"],
    ["properties of no entry", "<feed><content><properties><A>1</A></properties></content></feed>"],
    ["a property twice", "<entry><content><properties><A>1</A><A>1</A></properties></content></entry>"],
  ])("are refused in time with %s", async (_, text) => {
    const startedAt = performance.now();
    expectPlain(await readAtomFeed(text));
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});
