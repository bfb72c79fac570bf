// Issue 6, "Must hold": the parser of IDocs as XML gives the very IDocs that were sent, refuses a body that is none, and parks an IDoc that cannot be
// trusted; what it takes of damaged bytes is what another parser of XML finds in them. CASES sets how many packages are tried.
import { describe, expect, it } from "vitest";
import { type IDoc, noticeOf, readFlatPackage, readXmlPackage, type Segment } from "../../src/sap/idoc/index.ts";
import { cases, diceOf } from "./dice.ts";
import { type Doc, type Field, type Segment as Made, makeDoc, packageXml } from "./idoc-writer.ts";
import { expectSame, mutate, play } from "./play.ts";
import { elementsOf, isBeyond, localName, looseText, parseXml, textOf, type XmlElement } from "./xml-oracle.ts";

type Shape = [name: string, fields: [string, string][], children: Shape[]];
const sorted = (fields: Iterable<readonly [string, string]>) =>
  [...fields].map(([name, value]): [string, string] => [name, value]).sort(([one], [other]) => (one < other ? -1 : 1));
const made = ({ name, fields, children }: Made): Shape => [
  name,
  sorted(fields.map(([field, value]) => [field, value.trimEnd()])),
  children.map(made),
];
const seen = ({ name, fields, children }: Segment): Shape => [name, sorted(Object.entries(fields)), children.map(seen)];
const count = (segments: readonly Made[]): number => segments.reduce((sum, { children }) => sum + 1 + count(children), 0);
const isSaid = ([, value]: readonly [string, string]) => value !== "";

function makeDocs(dice: Parameters<typeof makeDoc>[0]): Doc[] {
  return Array.from({ length: dice.pick([1, 1, 2, 3]) }, (_, at) => makeDoc(dice, String(at + 1).padStart(16, "0")));
}

const touchedOf = (idoc: IDoc) =>
  noticeOf(idoc)
    .touched.map(({ flow, key }) => `${flow} ${key}`)
    .sort();

function expectGiven(idocs: readonly IDoc[], docs: readonly Doc[]): void {
  expect(idocs.length).toBe(docs.length);
  for (const [at, { control, segments, touched }] of docs.entries()) {
    const idoc = idocs[at] as IDoc;
    expectSame(sorted(Object.entries(idoc.control)), sorted(control.filter(isSaid)));
    expectSame(idoc.segments.map(seen), segments.map(made));
    expectSame(touchedOf(idoc), touched);
    expect(noticeOf(idoc).parked).toBeUndefined();
  }
}

/** What the bytes say to somebody else: undefined where it is in doubt what they say. */
function told(root: XmlElement): (Shape[] | undefined)[] {
  const plain = (name: string) => localName(name).replaceAll("_-", "/");
  const isSegment = (each: XmlElement) => each.attributes.has("SEGMENT") || elementsOf(each).length > 0;
  const shape = (each: XmlElement): Shape | undefined => {
    const fields = elementsOf(each).filter((child) => !isSegment(child));
    const children = elementsOf(each).filter(isSegment).map(shape);
    const names = fields.map(({ name }) => plain(name));
    if (looseText(each).trim() !== "" || new Set(names).size < names.length || children.includes(undefined)) return undefined;
    return [
      plain(each.name),
      sorted(fields.map((field) => [plain(field.name), textOf(field).trimEnd()])),
      children.filter((child) => child !== undefined),
    ];
  };
  if (plain(root.name) !== "IDOC") return elementsOf(root).flatMap(told);
  const shapes = elementsOf(root).map(shape);
  const isSure = looseText(root).trim() === "" && shapes.filter((each) => each?.[0] === "EDI_DC40").length < 2;
  return [isSure && !shapes.includes(undefined) ? shapes.filter((each) => each !== undefined) : undefined];
}

const hostile = [
  "<LIFNR>0000000001</LIFNR>",
  '<EDI_DC40 SEGMENT="1"><DOCNUM>1</DOCNUM></EDI_DC40>',
  "<a>".repeat(60),
  "<x/>",
  "</IDOC><IDOC>",
  "<IDOC>",
  "&lol;",
  "&#0;",
  "&#x1;",
  "&#xD800;",
  "<![CDATA[",
  "]]>",
  "<!--",
  "-->",
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  "\u0000\u0001\u001f",
  "\ufffe\uffff",
  "\ufeff",
  "😀".repeat(90),
  "9".repeat(500),
  "x".repeat(3_000),
  " ".repeat(3_000),
  '<__proto__ SEGMENT="1">',
  "text",
];

function expectPlain(outcome: Awaited<ReturnType<typeof readXmlPackage>>): void {
  if (outcome.kind !== "refused") throw new Error("it was accepted");
  expect(outcome.detail.length).toBeGreaterThan(5);
  expect(outcome.detail.length).toBeLessThan(500);
}

describe("IDocs as XML", () => {
  it("are the very ones that were sent, however they are written", async () => {
    await play(cases * 0.3, async (dice) => {
      const docs = makeDocs(dice);
      const outcome = await readXmlPackage(Buffer.from(packageXml(docs, dice), "utf8"));
      if (outcome.kind === "refused") throw new Error(outcome.detail);
      expectGiven(outcome.idocs, docs);
      return undefined;
    });
  });

  it("have one hash however they are written, and another where anything of their content differs", async () => {
    await play(cases * 0.1, async (dice) => {
      const doc = makeDoc(dice);
      const wanted = dice.below(count(doc.segments));
      let number = 0;
      /** One field of one segment, however deep. */
      const change = (segment: Made): Made => {
        const isIt = number++ === wanted;
        const at = isIt ? dice.below(segment.fields.length) : -1;
        const fields = segment.fields.map(([name, value], index): Field => [name, index === at ? `${value}~` : value]);
        return { ...segment, fields, children: segment.children.map(change) };
      };
      const other = { ...doc, segments: doc.segments.map(change) };
      const hashOf = async (one: Doc) => {
        const outcome = await readXmlPackage(Buffer.from(packageXml([one], dice), "utf8"));
        return outcome.kind === "package" ? outcome.idocs[0]?.hash : outcome.detail;
      };
      const again = { ...doc, control: doc.control.filter(([name]) => name !== "STATUS").toReversed() };
      expect(await hashOf(again)).toBe(await hashOf(doc));
      expect(await hashOf(other)).not.toBe(await hashOf(doc));
      return undefined;
    });
  });

  it("are refused cut at each byte", async () => {
    for (const seed of [1, 2, 3]) {
      const dice = diceOf(seed);
      const bytes = Buffer.from(packageXml([makeDoc(dice)], dice).trimEnd(), "utf8");
      for (let end = 0; end < bytes.length; end += 1) expectPlain(await readXmlPackage(bytes.subarray(0, end)));
    }
  });

  it("are what another parser finds in damaged bytes, or refused, or parked", async () => {
    const count = await play(cases * 0.5, async (dice) => {
      const docs = makeDocs(dice);
      const bytes = mutate(Buffer.from(packageXml(docs, dice), "utf8"), dice, hostile);
      const outcome = await readXmlPackage(bytes);
      if (outcome.kind === "refused") {
        expectPlain(outcome);
        return "refused";
      }
      if (isBeyond(Buffer.from(bytes).toString("utf8"))) return "no opinion";
      const root = parseXml(bytes);
      if (root === undefined) throw new Error("it was accepted, and is no XML to another parser");
      const opinion = told(root);
      expect(outcome.idocs.length).toBe(opinion.length);
      for (const [at, shapes] of opinion.entries()) {
        const idoc = outcome.idocs[at] as IDoc;
        const notice = noticeOf(idoc);
        expect(JSON.stringify(notice)).not.toMatch(/\\ud[89a-f]|\\u0000/);
        if (shapes === undefined) expect(notice).toMatchObject({ touched: [], parked: expect.any(String) });
        else {
          const control = shapes.find(([name]) => name === "EDI_DC40")?.[1] ?? [];
          expectSame(sorted(Object.entries(idoc.control)), control.filter(isSaid));
          expectSame(
            idoc.segments.map(seen),
            shapes.filter(([name]) => name !== "EDI_DC40"),
          );
        }
      }
      return opinion.includes(undefined) ? "parked" : "accepted";
    });
    for (const way of ["refused", "accepted", "parked"]) expect([way, count(way) > cases / 1_000]).toEqual([way, true]);
  });

  it.each([
    ["an endless name", `<${"a".repeat(3_000_000)}`],
    ["an endless attribute", `<a b="${"x".repeat(3_000_000)}`],
    ["an endless field", `<a><IDOC><E1X><F>${"x".repeat(3_000_000)}`],
    ["a million open references", `<a>${"&".repeat(1_000_000)}`],
    ["three hundred thousand fields", `<a><IDOC><E1X>${"<b/>".repeat(300_000)}`],
    ["deep segments", `<a><IDOC>${"<b>".repeat(200_000)}`],
    ["a document type that doubles", `<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a><IDOC>&d;</IDOC></a>`],
    ["UTF-16 that is not said", "\ufeff<a><IDOC/></a>".split("").join("\u0000")],
    ["a page", "<!doctype html><html><body><p>Logon</body></html>"],
  ])("are refused in time with %s", async (_, xml) => {
    const startedAt = performance.now();
    expectPlain(await readXmlPackage(Buffer.from(xml, "utf8")));
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  it("of either form are not taken for the other", async () => {
    await play(100, async (dice) => {
      expect(readFlatPackage(packageXml([makeDoc(dice)], dice)).kind).toBe("refused");
      return undefined;
    });
  });
});
