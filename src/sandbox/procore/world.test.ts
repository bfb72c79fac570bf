import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProcoreSeed } from "../world.ts";
import { showTotal } from "./decimal.ts";
import type { Line } from "./records.ts";
import { plantSeed } from "./seed.ts";
import { World } from "./world.ts";

const stamps = { createdAt: "2026-01-01T00:00:00Z", updatedAt: "2026-01-01T00:00:00Z" };
const lineOf = (id: number, holderId: number, cents: number): Line => ({
  id,
  holderId,
  companyId: 1,
  projectId: 1,
  wbsCodeId: 1,
  extendedType: "manual",
  amount: `${cents < 0 ? "-" : ""}${Math.floor(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, "0")}`,
  quantity: null,
  unitCost: null,
  uom: null,
  position: 1,
  originId: `L${id}`,
  fields: {},
  ...stamps,
});

const steps = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    holder: fc.constantFrom(100, 200),
    cents: fc.integer({ min: -99_999, max: 99_999 }),
    isRemoved: fc.boolean(),
  }),
  { maxLength: 40 },
);

const apply = (world: World, list: readonly { id: number; holder: number; cents: number; isRemoved: boolean }[]) => {
  for (const { id, holder, cents, isRemoved } of list) {
    if (isRemoved) world.contractLines.remove(id);
    else world.contractLines.put(lineOf(id, holder, cents));
  }
};

const stateOf = (world: World) => ({
  lines: [...world.contractLines.all()].sort((a, b) => a.id - b.id),
  totals: [100, 200].map((holder) => [showTotal(world.totalOf(holder).total), world.totalOf(holder).lines]),
});

describe("a world", () => {
  it("keeps totals equal to the lines, however they move", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const world = new World();
        apply(world, list);
        for (const holder of [100, 200]) {
          const lines = [...world.contractLines.by("holder", holder)];
          const cents = lines.reduce((sum, line) => sum + BigInt(line.amount.replace(".", "")), 0n);
          expect(world.totalOf(holder)).toMatchObject({ total: cents * 1_000_000n, lines: lines.length });
        }
      }),
    );
  });

  it("goes back to a savepoint as if nothing had been", () => {
    fc.assert(
      fc.property(steps, steps, (kept, refused) => {
        const world = new World();
        apply(world, kept);
        const before = stateOf(world);
        const savepoint = world.savepoint();
        apply(world, refused);
        world.rollBackTo(savepoint);
        expect(stateOf(world)).toEqual(before);
      }),
    );
  });

  it("is the same after its changes are replayed", () => {
    fc.assert(
      fc.property(steps, steps, (first, second) => {
        const [world, copy] = [new World(), new World()];
        for (const list of [first, second]) {
          apply(world, list);
          copy.replay(JSON.parse(JSON.stringify(world.takeChanges())));
        }
        expect(stateOf(copy)).toEqual(stateOf(world));
        expect(copy.nextId()).toBe(world.nextId());
      }),
    );
  });

  it("does not know a table that is not its own", () => {
    expect(() => new World().replay([["timesheets", 1, null]])).toThrow(/"timesheets"/);
  });
});

describe("a seed", () => {
  const seed: ProcoreSeed = {
    companies: [{ id: 1, name: "One" }],
    clients: [],
    projects: [
      {
        id: 10,
        companyId: 1,
        name: "P",
        projectNumber: "P1",
        active: true,
        currencyIsoCode: "JPY",
        costCodes: [{ id: 1, fullCode: "01-100", name: "General" }],
        wbsCodes: [{ id: 1, costCode: "01-100", costType: "L" }],
      },
    ],
    lineItemTypes: [{ id: 1, companyId: 1, code: "L", name: "Labour", baseType: "other" }],
    vendors: [],
  };

  it("gives cost codes without their parent's prefix and budget codes with both parts", () => {
    const world = new World();
    plantSeed(world, seed);
    expect(world.costCodes.get(1)).toMatchObject({ code: "100", fullCode: "01-100", parentId: null });
    expect(world.wbsCodes.get(1)).toMatchObject({ flatCode: "01-100.L" });
    expect(world.takeChanges()).toEqual([]);
  });

  it("that names a cost type it lacks is refused by name", () => {
    expect(() => plantSeed(new World(), { ...seed, lineItemTypes: [] })).toThrow('cost type "L"');
  });
});
