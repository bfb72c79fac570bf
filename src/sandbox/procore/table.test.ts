import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Table } from "./table.ts";

type Row = { id: number; colour: string | null };
const makeTable = () => new Table<Row, "colour">("rows", { colour: (row) => row.colour ?? undefined }, () => undefined);

describe("a table", () => {
  it("finds by index exactly what a search through everything finds", () => {
    const step = fc.record({
      id: fc.integer({ min: 1, max: 8 }),
      colour: fc.constantFrom("red", "blue", null),
      isRemoved: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = makeTable();
        const expected = new Map<number, Row>();
        for (const { id, colour, isRemoved } of steps) {
          if (isRemoved) {
            table.remove(id);
            expected.delete(id);
          } else {
            table.put({ id, colour });
            expected.set(id, { id, colour });
          }
        }
        expect(table.size).toBe(expected.size);
        for (const colour of ["red", "blue"]) {
          const found = [...table.by("colour", colour)].map((row) => row.id).sort();
          const wanted = [...expected.values()].filter((row) => row.colour === colour).map((row) => row.id);
          expect(found).toEqual(wanted.sort());
        }
      }),
    );
  });

  it("keeps a record's place when it is replaced", () => {
    const table = makeTable();
    for (const id of [1, 2, 3]) table.put({ id, colour: "red" });
    table.put({ id: 2, colour: "red" });
    expect([...table.by("colour", "red")].map((row) => row.id)).toEqual([1, 2, 3]);
    expect(table.first("colour", "red")?.id).toBe(1);
    expect(table.first("colour", "green")).toBeUndefined();
  });
});
