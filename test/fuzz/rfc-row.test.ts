// Rows of fixed width and the layout that says where their cells are, both from outside: the cells are exactly those that the layout of
// the answer names, or the answer is refused; never a cell from elsewhere. CASES sets how many answers are tried.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf, sliceAnswer } from "../../src/sap/rfc/read-chunk.ts";
import { rowTextsOf } from "../../src/sap/rfc/row-texts.ts";
import { column } from "../support/column.ts";
import { cases } from "./dice.ts";

const field = (name: string, length: number) => column(name, "C", "CHAR", length);
const shapes = fc.array(fc.record({ length: fc.integer({ min: 1, max: 90 }), gap: fc.constantFrom(0, 0, 1, 3) }), {
  minLength: 1,
  maxLength: 6,
});

function laidOut(given: readonly { length: number; gap: number }[]) {
  let at = 0;
  const rows = given.map(({ length, gap }, index) => {
    const from = at + (index === 0 ? 0 : gap);
    at = from + length;
    return { FIELDNAME: `F${index}`, OFFSET: String(from).padStart(6, "0"), LENGTH: String(length).padStart(6, "0") };
  });
  return { rows, width: at, fields: given.map(({ length }, index) => field(`F${index}`, length)) };
}

const cellText = fc.string({ unit: fc.constantFrom(..."aZ0 ß€語|'\t".split(""), "\ud83d\ude00"), maxLength: 90 });

describe("a row of fixed width", () => {
  it("is cut where the layout says, its blanks lost or not, whatever its characters", () => {
    fc.assert(
      fc.property(
        shapes,
        fc.array(fc.array(cellText, { minLength: 6, maxLength: 6 }), { maxLength: 4 }),
        fc.boolean(),
        (given, texts, isTrimmed) => {
          const { rows, fields } = laidOut(given);
          const cells = texts.map((text) => given.map(({ length }, at) => (text[at] ?? "").slice(0, length).padEnd(length)));
          const lines = cells.map((row) =>
            row.map((cell, at) => (at === 0 ? "" : "#".repeat(given[at]?.gap ?? 0)) + cell).join(""),
          );
          const sent = isTrimmed ? lines.map((line) => line.replace(/ +$/, "")) : lines;
          expect(sliceAnswer({ table: "T", fields }, rows, rowTextsOf(sent), 600)).toMatchObject({ kind: "rows", rows: cells });
        },
      ),
      { numRuns: cases },
    );
  });

  it("is refused when it is wider than rows can be or came without its text, and padded when it is short", () => {
    const fields = [field("F0", 3), field("F1", 4)];
    const { rows } = laidOut([
      { length: 3, gap: 0 },
      { length: 4, gap: 0 },
    ]);
    expect(sliceAnswer({ table: "T", fields }, rows, rowTextsOf(["x".repeat(9)]), 8)).toMatchObject({
      kind: "failure",
      code: "layout-differs",
    });
    expect(sliceAnswer({ table: "T", fields }, rows, rowTextsOf([undefined]), 8)).toMatchObject({
      kind: "failure",
      code: "layout-differs",
    });
    expect(sliceAnswer({ table: "T", fields }, rows, rowTextsOf(["", "ab"]), 8)).toMatchObject({
      kind: "rows",
      rows: [
        ["   ", "    "],
        ["ab ", "    "],
      ],
    });
  });
});

const hostileNumber = fc.oneof(
  fc.constantFrom(
    "000000",
    "000001",
    "-00001",
    "",
    " ",
    "999999",
    "999999999",
    "9999999999",
    "1e3",
    "0x1",
    "1.5",
    "NaN",
    "000512",
    "٣",
  ),
  fc.nat(700).map((value) => String(value).padStart(6, "0")),
  fc.string({ maxLength: 8 }),
);
const hostileRow = fc.record(
  {
    FIELDNAME: fc.oneof(fc.constantFrom("F0", "F1", "F2", "F0 ", "__proto__"), fc.string({ maxLength: 6 })),
    OFFSET: hostileNumber,
    LENGTH: hostileNumber,
  },
  { requiredKeys: [] },
);
type Change = { at: number; key: "FIELDNAME" | "OFFSET" | "LENGTH"; to: string };
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(5),
  key: fc.constantFrom("FIELDNAME", "OFFSET", "LENGTH"),
  to: hostileNumber,
});

describe("a layout", () => {
  const expectSound = (
    slots: ReturnType<typeof layoutOf>,
    rows: readonly Partial<Record<string, string>>[],
    names: readonly string[],
  ) => {
    if (typeof slots === "string") {
      expect(slots).toContain("SAP described");
      return;
    }
    let end = 0;
    expect(slots).toHaveLength(names.length);
    for (const [at, { from, to }] of slots.entries()) {
      expect(rows[at]?.FIELDNAME?.trim()).toBe(names[at]);
      expect(from).toBe(Number(rows[at]?.OFFSET ?? ""));
      expect(to - from).toBe(Number(rows[at]?.LENGTH ?? ""));
      expect(from).toBeGreaterThanOrEqual(end);
      expect(to).toBeGreaterThan(from);
      end = to;
    }
  };

  it("names each wanted column once, in turn and without overlap, or is refused", () => {
    let sound = 0;
    fc.assert(
      fc.property(shapes, fc.array(change, { maxLength: 2 }), (given, changes) => {
        const { rows, fields } = laidOut(given);
        const changed = rows.map(
          (row, at) =>
            Object.assign(
              { ...row },
              ...changes.filter((each) => each.at === at).map(({ key, to }) => ({ [key]: to })),
            ) as Record<string, string>,
        );
        const slots = layoutOf("T", fields, changed);
        if (typeof slots !== "string") sound += 1;
        expectSound(
          slots,
          changed,
          fields.map(({ name }) => name),
        );
      }),
      { numRuns: cases },
    );
    expect(sound).toBeGreaterThan(cases / 10);
  });

  it("is refused when it ends beyond any row, before memory is asked for", () => {
    const fields = ["F0", "F1"].map((name) => field(name, 5));
    const rows = [
      { FIELDNAME: "F0", OFFSET: "000000", LENGTH: "000005" },
      { FIELDNAME: "F1", OFFSET: "000005", LENGTH: "999999999" },
    ];
    for (const widthMax of [512, Number.POSITIVE_INFINITY])
      expect(sliceAnswer({ table: "T", fields }, rows, rowTextsOf(["ab"]), widthMax)).toMatchObject({
        kind: "failure",
        code: "layout-differs",
      });
  });

  it("is refused when nothing of it is as it should be, and no row is cut by it", () => {
    const fields = ["F0", "F1"].map((name) => field(name, 5));
    fc.assert(
      fc.property(
        fc.array(hostileRow, { maxLength: 4 }),
        fc.array(fc.string({ maxLength: 600 }), { maxLength: 3 }),
        (rows, lines) => {
          const startedAt = performance.now();
          const sent = rows as Record<string, string>[];
          expectSound(layoutOf("T", fields, sent), rows, ["F0", "F1"]);
          const sliced = sliceAnswer({ table: "T", fields }, sent, rowTextsOf(lines), 512);
          if (sliced.kind === "rows") expect(lines.every((line) => line.length <= 512)).toBe(true);
          expect(performance.now() - startedAt).toBeLessThan(1_000);
        },
      ),
      { numRuns: cases },
    );
  });
});
