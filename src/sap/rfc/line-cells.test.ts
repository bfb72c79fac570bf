import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column } from "../../../test/support/column.ts";
import { cellReaderOf } from "./abap-values.ts";
import { lineCellReaderOf } from "./line-cells.ts";

const cell = fc.oneof(
  fc.stringMatching(/^ {0,3}-?[0-9]{0,7}\.?[0-9]{0,3}[- ]{0,2}$/),
  fc.stringMatching(/^[0-9 .*-]{0,12}$/),
  fc.stringMatching(/^[0-2][0-9]{3}[01][0-9][0-3][0-9]$/),
  fc.string({ maxLength: 12 }),
);

describe("a cell read out of its line", () => {
  it("is what it is read on its own, whatever stands around it and however short the line is", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("C", "N", "D", "T", "P", "I", "b", "s"),
        fc.integer({ min: 0, max: 3 }),
        cell,
        fc.string({ maxLength: 5 }),
        fc.string({ maxLength: 5 }),
        (abapType, decimals, text, before, behind) => {
          const width = abapType === "D" ? 8 : Math.max(1, text.length);
          const own = text.slice(0, width).padEnd(width);
          const described = column("F", abapType, "", width, abapType === "P" ? decimals : 0);
          const whole = before + own + behind;
          const alone = cellReaderOf(described)(own);
          const expected = alone.kind === "text" ? alone.text : alone.kind === "null" ? null : alone;
          const read = lineCellReaderOf(described);
          expect(read(whole, before.length, before.length + width, whole.length)).toEqual(expected);
          // What stands behind the line's end is another line's.
          const short = (before + own).replace(/ +$/, "");
          for (const next of ["", behind, "7</WA></item>"])
            expect(read(short + next, before.length, before.length + width, short.length)).toEqual(expected);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
