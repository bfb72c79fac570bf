// The receiver of IDocs at its HTTP address, with a hub of the test's own behind it: of a package the good are told with their objects and the bad parked, and
// the counts add up to what was sent; of a body that is no package nothing is told. CASES sets how many are sent.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type IDocListener, listenForIDocs } from "../../src/agent/index.ts";
import { type IDocUpload, idocUpload } from "../../src/wire/index.ts";
import { cases, type Dice, diceOf } from "./dice.ts";
import { type Doc, makeDoc, packageXml, type Segment } from "./idoc-writer.ts";
import { mutate, play } from "./play.ts";

const told: IDocUpload["idocs"][number][] = [];
let isAway = false;
let listener: IDocListener;

const hub = {
  async tellIDocs(upload: IDocUpload) {
    // As it comes over the wire: what the hub would not take is an error here.
    const { idocs } = idocUpload.parse(JSON.parse(JSON.stringify(upload)));
    if (JSON.stringify(idocs).match(/\\ud[89a-f]|\\u0000/) !== null) throw new Error("no store takes this");
    if (isAway) return { kind: "away" as const, detail: "away" };
    told.push(...idocs);
    const parked = idocs.filter((each) => each.parked !== undefined).length;
    return { kind: "ok" as const, value: { received: idocs.length - parked, duplicates: 0, quarantined: 0, parked } };
  },
};

beforeAll(async () => {
  listener = await listenForIDocs({
    host: "127.0.0.1",
    port: 0,
    path: "/idoc",
    user: "SAP",
    readPassword: async () => "Geheim-12",
    bodyBytesMax: 1_000_000,
    hub,
    log: () => undefined,
  });
});
afterAll(() => listener.close());

async function post(body: Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  const authorization = `Basic ${Buffer.from("SAP:Geheim-12").toString("base64")}`;
  const response = await fetch(listener.url, {
    method: "POST",
    headers: { "content-type": "text/xml; charset=utf-8", authorization, ...headers },
    body: Buffer.from(body),
  });
  return { status: response.status, text: await response.text() };
}

type Change = (doc: Doc, dice: Dice) => Doc;
const withControl =
  (name: string, value: string): Change =>
  (doc) => ({ ...doc, control: [...doc.control.filter(([each]) => each !== name), [name, value]] });
const firstSegment =
  (change: (segment: Segment) => Segment): Change =>
  (doc) => ({ ...doc, segments: doc.segments.map((segment, at) => (at === 0 ? change(segment) : segment)) });

/** Each makes one that names nothing, or more than one thing. */
const bad: readonly Change[] = [
  withControl("MESTYP", "MATMAS"),
  withControl("MESTYP", "constructor"),
  withControl("DIRECT", "2"),
  withControl("DOCNUM", ""),
  withControl("DOCNUM", "9".repeat(17)),
  withControl("SNDPRN", "😀".repeat(60)),
  withControl("MESTYP", `${"x".repeat(29)}😀`),
  withControl("MANDT", "1000"),
  (doc) => ({ ...doc, control: [...doc.control, ["DOCNUM", "0000000000000077"]] }),
  (doc) => ({ ...doc, segments: [{ name: "EDI_DC40", fields: [["DOCNUM", "1"]], children: [] }, ...doc.segments] }),
  firstSegment((segment) => ({ ...segment, fields: [["X", "1"]] })),
  firstSegment((segment) => ({ ...segment, fields: [...segment.fields, ...segment.fields] })),
  firstSegment((segment) => ({ ...segment, fields: segment.fields.map(([name]) => [name, "9".repeat(61)] as const) })),
  (doc) => ({ ...doc, segments: [] }),
];

function numbersOf(text: string): number[] {
  return (/(\d+) received, (\d+) known, (\d+) parked, (\d+) quarantined/.exec(text) ?? []).slice(1).map(Number);
}

describe("the receiver", () => {
  it("tells the good IDocs of a package and parks the bad ones, and counts all of them", async () => {
    await play(cases * 0.05, async (dice) => {
      const marked = Array.from({ length: dice.between(1, 5) }, (_, at) => {
        const doc = makeDoc(dice, String(at + 1).padStart(16, "0"));
        return dice.chance(0.4) ? { doc: dice.pick(bad)(doc, dice), isBad: true } : { doc, isBad: false };
      });
      told.length = 0;
      isAway = dice.chance(0.05);
      const xml = packageXml(
        marked.map(({ doc }) => doc),
        dice,
      );
      const { status, text } = await post(Buffer.from(xml, "utf8"));
      if (isAway) {
        expect([status, told.length]).toEqual([503, 0]);
        return undefined;
      }
      const parked = marked.filter(({ isBad }) => isBad).length;
      expect(status).toBe(200);
      expect(numbersOf(text)).toEqual([marked.length - parked, 0, parked, 0]);
      expect(told.length).toBe(marked.length);
      for (const [at, { doc, isBad }] of marked.entries()) {
        const touched = (told[at]?.touched ?? []).map(({ flow, key }) => `${flow} ${key}`).sort();
        expect([told[at]?.parked !== undefined, touched]).toEqual([isBad, isBad ? [] : doc.touched]);
      }
      return undefined;
    });
  });

  it("answers whatever body comes with what was told of it, or refuses it whole", async () => {
    const ways = await play(cases * 0.05, async (dice) => {
      told.length = 0;
      isAway = false;
      const docs = Array.from({ length: dice.between(1, 3) }, () => makeDoc(dice));
      const sent = mutate(Buffer.from(packageXml(docs, dice), "utf8"), dice, [
        "😀".repeat(80),
        "<LIFNR>1</LIFNR>",
        "\u0000",
        "x".repeat(200),
      ]);
      const type = dice.pick([
        "text/xml",
        "text/xml; charset=utf-8",
        "application/x-sap.idoc",
        'text/xml; charset="iso-8859-1"',
        "text/xml; charset=none",
        "a",
      ]);
      const { status, text } = await post(sent, { "content-type": type });
      if (status === 200) {
        expect(numbersOf(text).reduce((sum, one) => sum + one, 0)).toBe(told.length);
        return "told";
      }
      expect([[400, 415].includes(status), told.length]).toEqual([true, 0]);
      return "refused";
    });
    for (const way of ["told", "refused"]) expect([way, ways(way) > 0]).toEqual([way, true]);
  });

  it("reads what a declaration says where the header says nothing", async () => {
    told.length = 0;
    const doc = withControl("SNDPRN", "MÜNCHEN")(makeDoc(diceOf(1)), diceOf(1));
    const text = `<?xml version="1.0" encoding="iso-8859-1"?><A><IDOC><EDI_DC40>${doc.control.map(([name, value]) => `<${name}>${value}</${name}>`).join("")}</EDI_DC40></IDOC></A>`;
    const { status } = await post(Buffer.from(text, "latin1"), { "content-type": "text/xml" });
    expect([status, told[0]?.sender]).toEqual([200, "MÜNCHEN"]);
  });

  it.each<[string, Uint8Array, Record<string, string>, number]>([
    ["nothing", Buffer.alloc(0), {}, 400],
    ["a body that is too large", Buffer.alloc(1_000_001, 32), {}, 413],
    ["another password", Buffer.from("<a/>"), { authorization: `Basic ${Buffer.from("SAP:x").toString("base64")}` }, 401],
    ["a name that is half a password", Buffer.from("<a/>"), { authorization: "Basic" }, 401],
  ])("answers %s with a refusal, and tells nothing", async (_, body, headers, status) => {
    told.length = 0;
    expect((await post(body, headers)).status).toBe(status);
    expect(told.length).toBe(0);
  });
});
