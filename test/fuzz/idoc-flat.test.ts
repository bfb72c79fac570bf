// Issue 6, "Must hold": the parser of flat IDocs (port 3) gives the very IDocs that were written, whatever line ends, blanks and code page; a file that is
// none is refused, and no record of one that is taken goes astray. CASES sets how many files are tried.
import { isUtf8 } from "node:buffer";
import { describe, expect, it } from "vitest";
import { type IDoc, noticeOf, readFlatFile, readFlatPackage, type Segment } from "../../src/sap/idoc/index.ts";
import { cases, type Dice, diceOf } from "./dice.ts";
import { type FlatSegment, flatDoc, makeDoc } from "./idoc-writer.ts";
import { expectSame, mutate, play } from "./play.ts";

type Shape = [name: string, sdata: string, children: Shape[]];
const made = ({ name, sdata, children }: FlatSegment): Shape => [name, sdata, children.map(made)];
const seen = ({ name, fields, children }: Segment): Shape => [name, fields.SDATA ?? "", children.map(seen)];
const count = (segments: readonly Segment[]): number => segments.reduce((sum, { children }) => sum + 1 + count(children), 0);

function makeFile(dice: Dice) {
  const docs = Array.from({ length: dice.pick([1, 1, 2, 3]) }, (_, at) => makeDoc(dice, String(at + 1).padStart(16, "0")));
  return { docs, flat: docs.map((doc) => flatDoc(doc, dice)) };
}

function fileText(lines: readonly string[], dice: Dice): string {
  const end = dice.pick(["\n", "\r\n"]);
  const isTrimmed = dice.chance(0.5);
  const shown = lines
    .map((line) => (isTrimmed ? line.replace(/ +$/, "") : line))
    .flatMap((line) => (dice.chance(0.05) ? ["", line] : [line]));
  return `${dice.pick(["", "\ufeff"])}${shown.join(end)}${end}`;
}

const touchedOf = (idoc: IDoc) =>
  noticeOf(idoc)
    .touched.map(({ flow, key }) => `${flow} ${key}`)
    .sort();

function read(bytes: Uint8Array): readonly IDoc[] {
  const outcome = readFlatFile(bytes);
  if (outcome.kind === "refused") throw new Error(outcome.detail);
  return outcome.idocs;
}

/** Every line that is a record, by what 6.3 says of it. */
function recordsOf(text: string): { controls: number; data: number } {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const controls = lines.filter((line) => line.startsWith("EDI_DC40")).length;
  return { controls, data: lines.length - controls };
}

const hostile = [
  "\n",
  "\r",
  "\r\n\r\n",
  "\u0000",
  "\u001a",
  "\u2028",
  "EDI_DC40",
  "\nEDI_DC40  1000000000000000009\n",
  "\nEDI_DS40  100\n",
  "E2LFA1M005",
  " ".repeat(2_000),
  "x".repeat(2_000),
  "😀".repeat(90),
  "\ufeff",
  "000001000001",
  "999999",
];

describe("flat IDocs", () => {
  it("are the very ones that were written, whatever line ends and blanks", async () => {
    await play(cases * 0.4, (dice) => {
      const { docs, flat } = makeFile(dice);
      const idocs = read(
        Buffer.from(
          fileText(
            flat.flatMap(({ lines }) => lines),
            dice,
          ),
          "utf8",
        ),
      );
      expect(idocs.length).toBe(docs.length);
      for (const [at, { control, touched }] of docs.entries()) {
        const idoc = idocs[at] as IDoc;
        expectSame(Object.entries(idoc.control).toSorted(), control.toSorted());
        expectSame(idoc.segments.map(seen), flat[at]?.tree.map(made));
        expectSame([noticeOf(idoc).parked, touchedOf(idoc)], [undefined, touched]);
      }
      return undefined;
    });
  });

  it("name the same objects in the code page of a system that knows no Unicode", async () => {
    await play(cases * 0.1, (dice) => {
      const { docs, flat } = makeFile(dice);
      // Two letters that would be one in UTF-8, and one that would be none.
      const text = fileText(
        flat.flatMap(({ lines }) => lines),
        dice,
      )
        .replace("\ufeff", "")
        .replace(/\P{ASCII}{2}|\P{ASCII}/gu, (odd) => (odd.length > 1 ? "Ã¼" : "ä"));
      const bytes = Buffer.from(text, "latin1");
      // Nobody could tell.
      if (isUtf8(bytes)) return "as UTF-8";
      const idocs = read(bytes);
      expect(idocs.map(touchedOf)).toEqual(docs.map(({ touched }) => touched));
      return undefined;
    });
  });

  it("keep every record, whatever its number and its parent's", async () => {
    await play(cases * 0.1, (dice) => {
      const { lines } = flatDoc(makeDoc(dice), dice);
      const number = () => String(dice.below(6)).padStart(6, "0");
      const wild = lines.map((line, at) => (at === 0 ? line : `${line.slice(0, 49)}${number()}${number()}${line.slice(61)}`));
      const outcome = readFlatPackage(`${wild.join("\n")}\n`);
      if (outcome.kind === "refused") return "refused";
      expect(count(outcome.idocs[0]?.segments ?? [])).toBe(lines.length - 1);
      return "package";
    });
  });

  it("that are damaged are refused, or have as many IDocs and segments as there are records", async () => {
    const ways = await play(cases * 0.4, (dice) => {
      const { flat } = makeFile(dice);
      const bytes = mutate(
        Buffer.from(
          fileText(
            flat.flatMap(({ lines }) => lines),
            dice,
          ),
          "utf8",
        ),
        dice,
        hostile,
      );
      const outcome = readFlatFile(bytes);
      if (outcome.kind === "refused") {
        expect(outcome.detail.length).toBeGreaterThan(5);
        expect(outcome.detail.length).toBeLessThan(300);
        return "refused";
      }
      const text = Buffer.from(bytes)
        .toString(isUtf8(bytes) ? "utf8" : "latin1")
        .replace(/^(?:\ufeff|ï»¿)/, "");
      const sent = recordsOf(text);
      expect(outcome.idocs.length).toBe(sent.controls);
      expect(outcome.idocs.reduce((sum, { segments }) => sum + count(segments), 0)).toBe(sent.data);
      for (const idoc of outcome.idocs) expect(JSON.stringify(noticeOf(idoc))).not.toMatch(/\\ud[89a-f]|\\u0000/);
      return "package";
    });
    for (const way of ["refused", "package"]) expect([way, ways(way) > cases / 200]).toEqual([way, true]);
  });

  it("with lines that run into each other are refused", () => {
    const dice = diceOf(1);
    const { lines } = flatDoc(makeDoc(dice), dice);
    expect(readFlatPackage(lines.join("\r")).kind).toBe("refused");
    expect(readFlatPackage(`${lines[0]}\n${lines[1]?.padEnd(1_063)}${lines[1]}`).kind).toBe("refused");
  });

  it("that are nested without end are refused, and nothing breaks", () => {
    const head = (at: number) =>
      `${"Z1X".padEnd(30)}100${"1".padStart(16, "0")}${String(at).padStart(6, "0")}${String(at - 1).padStart(6, "0")}01`;
    const control = `${"EDI_DC40".padEnd(10)}100${"1".padStart(16, "0")}`;
    const text = [control, ...Array.from({ length: 100_000 }, (_, at) => head(at + 1))].join("\n");
    expect(readFlatPackage(text)).toMatchObject({ kind: "refused", detail: expect.stringContaining("nested") });
  });
});
