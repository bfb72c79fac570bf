// ABAP numbers, dates and times out of fixed-width cells, against oracles on bigint and on the calendar that are written here from
// sap-rfc 1.5: the same value, or the same refusal, for every cell. CASES sets how many.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cell, cellReaderOf, isCalendarDate, readNumber } from "../../src/sap/rfc/abap-values.ts";
import { column } from "../support/column.ts";
import { cases } from "./dice.ts";

/** The number in units of its last decimal, or why there is none. The grammar: blanks, a sign on one side, digits, one point. */
function numberOf(cell: string, decimals: number): bigint | "empty" | "overflow" | "unreadable" {
  const text = cell.replace(/^ +| +$/g, "");
  if (text === "") return "empty";
  if (text.includes("*")) return "overflow";
  const match = /^(-?)( *)([0-9]*)(?:\.([0-9]*))?(-?)$/.exec(text);
  const [, before = "", , whole = "", fraction = "", behind = ""] = match ?? [];
  if (match === null || (whole === "" && fraction === "") || fraction.length !== decimals) return "unreadable";
  if (before !== "" && behind !== "") return "unreadable";
  const units = BigInt(whole + fraction);
  return before + behind === "" ? units : -units;
}

function unitsOf(text: string, decimals: number): bigint {
  expect(text).toMatch(decimals === 0 ? /^-?(?:0|[1-9][0-9]*)$/ : /^-?(?:0|[1-9][0-9]*)\.[0-9]+$/);
  expect(text.split(".")[1]?.length ?? 0).toBe(decimals);
  return BigInt(text.replace(".", ""));
}

function expectSame(cell: string, decimals: number, read: Cell): void {
  const expected = numberOf(cell, decimals);
  const what = JSON.stringify({ cell, decimals });
  if (expected === "empty") expect(read, what).toEqual({ kind: "null" });
  else if (expected === "overflow") expect(read, what).toEqual({ kind: "broken", code: "amount-overflow" });
  else if (expected === "unreadable") expect(read, what).toEqual({ kind: "broken", code: "number-unreadable" });
  else {
    if (read.kind !== "text") throw new Error(`${what} gave ${JSON.stringify(read)}`);
    expect(unitsOf(read.text, decimals), what).toBe(expected);
    if (expected === 0n) expect(read.text, what).not.toContain("-");
  }
}

const numberLike = fc
  .tuple(
    fc.constantFrom("", " ", "   ", "-", "- ", "+", "*"),
    fc.stringMatching(/^[0-9]{0,18}$/),
    fc.constantFrom(".", ".", "", ",", ".."),
    fc.stringMatching(/^[0-9]{0,5}$/),
    fc.constantFrom("", " ", "-", "- ", " -", "+", "E5", "*", "\u00a0", "\t"),
  )
  .map((parts) => parts.join(""));
const anyCell = fc.oneof(
  { weight: 6, arbitrary: numberLike },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(..."0123456789.-* ,+".split("")), maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "1.234.567,89",
      "1,234.56",
      "0x10",
      "1e3",
      "Infinity",
      "NaN",
      "٣٤",
      "１２",
      "--1",
      "-1-",
      "1 2",
      "-",
      ".",
    ),
  },
);

describe("an ABAP number", () => {
  it("is the number that bigint makes of it, or refused as it is", () => {
    let numbers = 0;
    fc.assert(
      fc.property(anyCell, fc.integer({ min: 0, max: 5 }), (cell, decimals) => {
        const read = readNumber(cell, decimals);
        if (read.kind === "text") numbers += 1;
        expectSame(cell, decimals, read);
      }),
      { numRuns: cases },
    );
    expect(numbers).toBeGreaterThan(cases / 100);
  });

  it("comes back from every way in which SAP writes it: sign behind, in front, padded, without its place", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(6), fc.nat(9), (units, decimals, padding) => {
        const digits = String(units < 0n ? -units : units).padStart(decimals + 1, "0");
        const shown = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
        const cells = units < 0n ? [`${shown}-`, `-${shown}`] : [shown, `${shown} `];
        for (const cell of cells)
          expectSame(cell.padStart(cell.length + padding), decimals, readNumber(cell.padStart(cell.length + padding), decimals));
        expect(readNumber(`*${shown}`, decimals)).toEqual({ kind: "broken", code: "amount-overflow" });
      }),
      { numRuns: cases },
    );
  });
});

const field = (abapType: string) => column("F", abapType, "", 8);

/** The calendar as JavaScript knows it: a date is real when it comes back as it went in. */
function isReal(text: string): boolean {
  const match = /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(text);
  if (match === null || text.startsWith("0000")) return false;
  const iso = `${match[1]}-${match[2]}-${match[3]}`;
  const at = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === iso;
}

describe("an ABAP date or time", () => {
  const dateLike = fc.oneof(
    fc
      .tuple(fc.nat(9999), fc.nat(14), fc.nat(33))
      .map(([year, month, day]) =>
        [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join(""),
      ),
    fc.string({ maxLength: 10 }),
    fc.constantFrom(
      "00000000",
      "        ",
      "20201364",
      "19000229",
      "20000229",
      "２０２００１０１",
      "2020-1-1",
      " 2020101",
      "99991231",
    ),
  );

  it("is real when the calendar has it, and kept as it stands when not", () => {
    fc.assert(
      fc.property(dateLike, (cell) => {
        const bare = cell.trim();
        expect(isCalendarDate(bare), bare).toBe(isReal(bare));
        const read = cellReaderOf(field("D"))(cell);
        if (bare === "") expect(read).toEqual({ kind: "text", text: "00000000" });
        else if (bare === "00000000" || isReal(bare)) expect(read).toEqual({ kind: "text", text: bare });
        else expect(read).toEqual({ kind: "doubtful", text: bare, code: "date-invalid" });
      }),
      { numRuns: cases },
    );
  });

  it("is a time from 000000 to 240000", () => {
    const timeLike = fc.oneof(
      fc.stringMatching(/^[0-9]{6}$/),
      fc.stringMatching(/^[0-2][0-9][0-6][0-9][0-6][0-9]$/),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(timeLike, (cell) => {
        const bare = cell.trim();
        const [hours, minutes, seconds] = [bare.slice(0, 2), bare.slice(2, 4), bare.slice(4)].map(Number);
        const isDigits = /^[0-9]{6}$/.test(bare);
        const isTime = isDigits && ((hours ?? 99) < 24 ? (minutes ?? 99) < 60 && (seconds ?? 99) < 60 : bare === "240000");
        const read = cellReaderOf(field("T"))(cell);
        if (bare === "") expect(read).toEqual({ kind: "text", text: "000000" });
        else if (isTime) expect(read).toEqual({ kind: "text", text: bare });
        else expect(read).toEqual({ kind: "doubtful", text: bare, code: "time-invalid" });
      }),
      { numRuns: cases },
    );
  });
});
