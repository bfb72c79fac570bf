import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ControlCharacters, defaultXmlLimits, readXml, type XmlLimits, type XmlProblem } from "./xml-reader.ts";

type Heard = { events: string[]; problem: XmlProblem | undefined };
type Settings = { limits?: Partial<XmlLimits>; controlCharacters?: ControlCharacters; charset?: string };

async function hear(chunks: readonly Uint8Array[], settings: Settings = {}): Promise<Heard> {
  const events: string[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") events.push(`=${text}`);
    text = "";
  };
  const body = (async function* () {
    yield* chunks;
  })();
  const options = {
    limits: { ...defaultXmlLimits, ...settings.limits },
    controlCharacters: settings.controlCharacters ?? "refuse",
    charset: settings.charset ?? "utf-8",
  };
  const problem = await readXml(body, options, {
    open: (name) => {
      flush();
      events.push(`<${name}`);
    },
    text: (more) => {
      text += more;
    },
    close: (name) => {
      flush();
      events.push(`/${name}`);
    },
  });
  return { events, problem };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const pieces = (text: string, size: number) => {
  const all = bytes(text);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.subarray(at * size, (at + 1) * size));
};

describe("reading XML", () => {
  it("keeps blanks, tabs and line ends of text, and reads references", async () => {
    const { events, problem } = await hear([bytes("<a> <WA>  x &#38;&#252;&lt;&#9;&#13;&#10; </WA><E/></a>")]);
    expect(problem).toBeUndefined();
    expect(events).toEqual(["<a", "= ", "<WA", "=  x &ü<\t\r\n ", "/WA", "<E", "/E", "/a"]);
  });

  it("hears the same however the bytes are cut", async () => {
    const text = `<?xml version="1.0"?><p:a x="1">ä€😀<b> &#1076;&amp; </b><![CDATA[<&]]><!-- no --></p:a>`;
    const whole = await hear([bytes(text)]);
    expect(whole.events).toEqual(["<p:a", "=ä€😀", "<b", "= д& ", "/b", "=<&", "/p:a"]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (size) => {
        expect(await hear(pieces(text, size))).toEqual(whole);
      }),
    );
  });

  it("never takes a cut document for a whole one, wherever it is cut", async () => {
    const text = "<a><b>one &amp; two</b><c/></a>";
    for (let length = 0; length < text.length; length += 1)
      expect((await hear([bytes(text.slice(0, length))])).problem?.reason, text.slice(0, length)).toBe("cut");
    expect((await hear([bytes(text)])).problem).toBeUndefined();
  });

  it.each<[string, XmlProblem["reason"], string, Settings?]>([
    ["a document type", "doctype", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ["an entity nobody declared", "malformed", "<a>&x;</a>"],
    ["unbalanced tags", "malformed", "<a><b></a></b>"],
    ["a second root", "malformed", "<a/><b/>"],
    ["too deep nesting", "too-deep", "<a>".repeat(30)],
    ["a long text", "text-too-long", `<a>${"x".repeat(200)}</a>`, { limits: { textMax: 100 } }],
    ["a text without end", "text-too-long", `<a>${"x".repeat(200)}`, { limits: { textMax: 100 } }],
    ["a comment without end", "text-too-long", `<a><!--${"x".repeat(200)}`, { limits: { textMax: 100 } }],
    ["a large answer", "too-large", `<a>${"<b/>".repeat(200)}</a>`, { limits: { bytesMax: 100 } }],
    ["a raw control character", "control-character", "<a>\u0001</a>"],
    ["a reference to a control character", "control-character", "<a>&#1;</a>"],
    ["an unknown character set", "not-text", "<a/>", { charset: "ebcdic-nowhere" }],
  ])("refuses %s", async (_, reason, text, settings) => {
    expect((await hear(pieces(text, 16), settings)).problem?.reason).toBe(reason);
  });

  it("refuses bytes that are not text of the character set", async () => {
    expect((await hear([bytes("<a>"), new Uint8Array([0xff, 0xfe]), bytes("</a>")])).problem?.reason).toBe("not-text");
    const latin = await hear([bytes("<a>"), new Uint8Array([0xe4]), bytes("</a>")], { charset: "iso-8859-1" });
    expect(latin.events).toEqual(["<a", "=ä", "/a"]);
  });

  it("does not let the peer choose XML 1.1, which would rewrite NEL inside table text", async () => {
    const { events } = await hear([bytes('<?xml version="1.1"?><a>x\u0085\u2028y</a>')]);
    expect(events).toContain("=x\u0085\u2028y");
  });

  it("replaces control characters one for one where that is the setting, across chunks too", async () => {
    const text = "<a>x\u0001y&#1;z&#x1F;&#31;&#0;&amp;#1;\t&#9;</a>";
    const wanted = "=x\ufffdy\ufffdz\ufffd\ufffd\ufffd&#1;\t\t";
    for (let size = 1; size < 12; size += 1) {
      const { events, problem } = await hear(pieces(text, size), { controlCharacters: "replace" });
      expect(problem).toBeUndefined();
      expect(events[1]).toBe(wanted);
    }
  });

  it("hands on what the body itself throws", async () => {
    const cut = new Error("socket");
    const body = (async function* () {
      yield bytes("<a>");
      throw cut;
    })();
    const quiet = { open: () => undefined, text: () => undefined, close: () => undefined };
    const options = { limits: defaultXmlLimits, controlCharacters: "refuse", charset: "utf-8" } as const;
    await expect(readXml(body, options, quiet)).rejects.toBe(cut);
  });

  it("survives any bytes with a problem or a whole document, never an exception", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), async (chunks) => {
        const { problem, events } = await hear(chunks);
        if (problem === undefined) expect(events.at(-1)?.startsWith("/")).toBe(true);
      }),
    );
    const markup = fc.array(
      fc.constantFrom("<a>", "</a>", "<b/>", "&#1;", "&amp;", "<!--", "-->", "<![CDATA[", "]]>", "<?p", "?>", "x", '"'),
    );
    await fc.assert(
      fc.asyncProperty(markup, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
        const text = parts.join("");
        const once = await hear([bytes(text)], { controlCharacters: "replace" });
        const cut = await hear(pieces(text, size), { controlCharacters: "replace" });
        expect(cut.problem?.reason).toBe(once.problem?.reason);
      }),
    );
  });
});
