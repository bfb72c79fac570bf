import { crc32, inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { workbook } from "./xlsx.ts";

/** The parts by the central directory, as a reader of ZIP files finds them. */
function unzip(file: Buffer): Map<string, string> {
  const end = file.lastIndexOf(Buffer.from("PK\u0005\u0006"));
  const parts = new Map<string, string>();
  let at = file.readUInt32LE(end + 16);
  for (let count = file.readUInt16LE(end + 10); count > 0; count--) {
    expect(file.readUInt32LE(at)).toBe(0x02014b50);
    const [packed, size, nameLength] = [file.readUInt32LE(at + 20), file.readUInt32LE(at + 24), file.readUInt16LE(at + 28)];
    const name = file.subarray(at + 46, at + 46 + nameLength).toString();
    const local = file.readUInt32LE(at + 42);
    expect(file.readUInt32LE(local)).toBe(0x04034b50);
    const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const content = inflateRawSync(file.subarray(from, from + packed));
    expect([content.length, crc32(content)]).toEqual([size, file.readUInt32LE(at + 16)]);
    parts.set(name, content.toString());
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  expect(at).toBe(end);
  return parts;
}

const text = (value: string) => ({ kind: "text", text: value }) as const;
const amount = (value: string) => ({ kind: "amount", text: value }) as const;

describe("a workbook", () => {
  const file = workbook([
    {
      name: "Statement",
      columns: ["project", "variance"],
      rows: [[text('=HYPERLINK("x") & <b>\u0007'), amount("-12345678901.50")]],
    },
    { name: "R & D", columns: ["a"], rows: [[amount("1234567890123456.78")], [amount("")]] },
  ]);
  const parts = unzip(file);

  it("has a part for each sheet, named in the workbook", () => {
    expect([...parts.keys()]).toEqual([
      "[Content_Types].xml",
      "_rels/.rels",
      "xl/workbook.xml",
      "xl/_rels/workbook.xml.rels",
      "xl/styles.xml",
      "xl/worksheets/sheet1.xml",
      "xl/worksheets/sheet2.xml",
    ]);
    expect(parts.get("xl/workbook.xml")).toContain('<sheet name="R &amp; D" sheetId="2" r:id="rId2"/>');
  });

  it("keeps amounts digit by digit, and texts as no formula", () => {
    const sheet = parts.get("xl/worksheets/sheet1.xml");
    expect(sheet).toContain('<c r="B2" s="2"><v>-12345678901.50</v></c>');
    expect(sheet).toContain(
      '<c r="A2" t="inlineStr" s="0"><is><t xml:space="preserve">=HYPERLINK(&quot;x&quot;) &amp; &lt;b&gt;\u{fffd}</t></is></c>',
    );
  });

  it("writes an amount as text that Excel would round", () => {
    expect(parts.get("xl/worksheets/sheet2.xml")).toContain(">1234567890123456.78</t>");
  });
});
