// Keys that came before, against a set of all that came; with rows that are dropped in between, as when a page had shifted.
import fc from "fast-check";
import { expect, it } from "vitest";
import { watchKeys } from "./seen-keys.ts";

const key = fc.tuple(fc.constantFrom("1", "10", "2", "", "B"), fc.constantFrom("x", "y", ""), fc.constantFrom("a", "b", ""));
const rising = fc.array(key).map((keys) => keys.toSorted());

it("is new once, whatever the order, and again when its row was dropped", () => {
  const step = fc.record({ keys: fc.oneof(fc.array(key), rising), dropsTo: fc.option(fc.nat(5)) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const rows: (readonly string[])[] = [];
      const seen = watchKeys([0, 2], rows);
      const idOf = ([one, , three]: readonly string[]) => JSON.stringify([one, three]);
      for (const { keys, dropsTo } of steps) {
        for (const cells of keys) {
          const isNew = !rows.some((row) => idOf(row) === idOf(cells));
          expect(seen.isNew(cells)).toBe(isNew);
          if (isNew) rows.push(cells);
        }
        if (dropsTo === null || dropsTo >= rows.length) continue;
        rows.length = dropsTo;
        seen.restart();
      }
    }),
  );
});
