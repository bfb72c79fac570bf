// Rows that pass the XML parser by come out exactly as the parser would have brought them: answers with every kind of disturbance, cut into
// pieces anywhere, read with the short way and without it. CASES sets how many answers are tried.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectAnswer } from "../../src/sap/rfc/soap-answer.ts";
import { defaultXmlLimits, readXml } from "../../src/sap/rfc/xml-reader.ts";
import { cases } from "./dice.ts";

const encoder = new TextEncoder();

const text = fc.oneof(
  fc.stringMatching(/^[ A-Z0-9.|-]{0,20}$/),
  fc.constantFrom(
    "ü",
    "&#252;",
    "&amp;",
    "&lt;x&gt;",
    "&#x41;",
    "&#0;",
    "&#7;",
    "&#xD800;",
    "&#65535;",
    "&nbsp;",
    "&",
    "]]>",
    "\r\n",
    "\u0007",
    "",
    "💧",
    "&#128167;",
    "&#",
    "&;",
    "\uFFFE",
  ),
);
const cell = fc.array(text, { maxLength: 3 }).map((parts) => parts.join(""));
const row = fc.oneof(
  { weight: 12, arbitrary: cell.map((each) => `<item><WA>${each}</WA></item>`) },
  fc.constantFrom(
    "<item><WA/></item>",
    "<item/>",
    "<item></item>",
    "<item><WA></WA></item>",
    " <item><WA>x</WA></item>",
    "<item a='1'><WA>x</WA></item>",
    "<item><WA>x</WA><WB>y</WB></item>",
    "<item><WB>y</WB></item>",
    "<item><WA>x<!-- c --></WA></item>",
    "<!-- ><item><WA>hidden</WA></item> -->",
    "<![CDATA[><item><WA>hidden</WA></item>]]>",
    "<?pi ><item><WA>hidden</WA></item>?>",
    "<item><WA><![CDATA[in]]></WA></item>",
    "<item><WA>a</WA></item",
    "<other><item><WA>deeper</WA></item></other>",
    "</DATA><DATA>",
  ),
);
const answer = fc.record({
  rows: fc.array(row, { maxLength: 8 }),
  before: fc.boolean(),
  cutAt: fc.option(fc.nat(400)),
  pieces: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }),
});

const textMax = 200;

type Read = { rows: string[]; problem: unknown; outcome: unknown };

async function read(
  bytes: Uint8Array,
  pieces: readonly number[],
  hasLane: boolean,
  controls: "refuse" | "replace",
): Promise<Read> {
  const rows: string[] = [];
  const stream = {
    table: "DATA",
    begin: () => undefined,
    row: (each: Readonly<Record<string, string>>) => void rows.push(JSON.stringify(each)),
  };
  const lines = (text: string, spans: readonly number[]) => {
    for (let at = 0; at < spans.length; at += 2) rows.push(JSON.stringify({ WA: text.slice(spans[at], spans[at + 1]) }));
  };
  const collector = collectAnswer({
    function: "RFC_READ_TABLE",
    tables: ["DATA", "FIELDS"],
    stream: hasLane ? { ...stream, field: "WA", lines } : stream,
  });
  async function* body() {
    let from = 0;
    for (let turn = 0; from < bytes.length; turn += 1) {
      const size = pieces.length === 0 ? bytes.length : (pieces[turn % pieces.length] ?? 1);
      yield bytes.subarray(from, from + size);
      from += size;
    }
  }
  const limits = { ...defaultXmlLimits, textMax };
  const problem = await readXml(
    body(),
    { limits, charset: "utf-8", controlCharacters: controls, lane: collector.lane },
    collector.handlers,
  );
  return { rows, problem: problem?.reason, outcome: problem === undefined ? collector.finish() : undefined };
}

const answerOf = (rows: readonly string[], before: boolean) => {
  const table = `<DATA>${rows.join("")}</DATA>`;
  const fields = "<FIELDS><item><FIELDNAME>A</FIELDNAME></item></FIELDS>";
  const inner = before ? fields + table : table + fields;
  return `<?xml version="1.0"?><e:Envelope xmlns:e="x"><e:Body><r:RFC_READ_TABLE.Response xmlns:r="y">${inner}</r:RFC_READ_TABLE.Response></e:Body></e:Envelope>`;
};

async function expectSame(bytes: Uint8Array, pieces: readonly number[], controls: "refuse" | "replace"): Promise<void> {
  const plain = await read(bytes, pieces, false, controls);
  const short = await read(bytes, pieces, true, controls);
  // What is wrong may be met a little earlier or later: a limit, a control character, the cut behind it.
  expect(short.problem === undefined).toBe(plain.problem === undefined);
  expect(short.outcome).toEqual(plain.outcome);
  // Of an answer that is refused nobody uses the rows.
  if (plain.problem === undefined) expect(short.rows).toEqual(plain.rows);
}

describe("rows that pass the parser by", () => {
  // What the lane leaves to the parser whole, and behind it something that looks like a row and is none.
  const leftWhole = ["<item><WA><![CDATA[in]]></WA></item>", "<item><WA>💧</WA></item>", "<item><WA>a\r\n</WA></item>"];
  const noRows = [
    "<other><item><WA>deeper</WA></item></other>",
    "<!-- ><item><WA>hidden</WA></item> -->",
    "<![CDATA[><item><WA>hidden</WA></item>]]>",
    "<?pi ><item><WA>hidden</WA></item>?>",
    "</DATA><OTHER><item><WA>elsewhere</WA></item></OTHER><DATA>",
  ];
  it.each(leftWhole.flatMap((first) => noRows.map((second) => [first, second])))(
    "are none behind %s in %s, wherever the answer is cut",
    async (first, second) => {
      const bytes = encoder.encode(answerOf(["<item><WA>x</WA></item>", first, second, "<item><WA>y</WA></item>"], true));
      for (let size = 1; size <= bytes.length; size += 1) await expectSame(bytes, [size], "refuse");
    },
  );

  it.each(["refuse", "replace"] as const)(
    "are whole beside a reference that only the parser judges, wherever the answer is cut (control characters: %s)",
    async (controls) => {
      const judged = ["&#x000000041;e", "f&amp;&#x000000041;", ...(controls === "replace" ? ["&#252;&#7;e"] : [])];
      for (const odd of judged) {
        const cells = ["a&#252;bcd", "x", odd, "y", "&lt;z"];
        const bytes = encoder.encode(
          answerOf(
            cells.map((each) => `<item><WA>${each}</WA></item>`),
            true,
          ),
        );
        expect((await read(bytes, [], true, controls)).rows).toHaveLength(cells.length);
        for (let size = 1; size <= bytes.length; size += 1) await expectSame(bytes, [size], controls);
      }
    },
  );

  it("may be as long as a text may be, and no longer", async () => {
    for (const [length, problem] of [
      [textMax, undefined],
      [textMax + 1, "text-too-long"],
    ] as const) {
      const bytes = encoder.encode(
        answerOf(["<item><WA>&#252;</WA></item>", `<item><WA>${"x".repeat(length)}</WA></item>`], true),
      );
      expect((await read(bytes, [], true, "refuse")).problem).toBe(problem);
      await expectSame(bytes, [], "refuse");
    }
  });

  it("come as the parser would have brought them, or the answer is refused in the same way", async () => {
    await fc.assert(
      fc.asyncProperty(answer, fc.constantFrom("refuse", "replace"), async ({ rows, before, cutAt, pieces }, controls) => {
        const encoded = encoder.encode(answerOf(rows, before));
        const bytes = cutAt === null ? encoded : encoded.subarray(0, Math.min(encoded.length, 60 + cutAt));
        await expectSame(bytes, pieces, controls);
      }),
      { numRuns: cases },
    );
  });
});
