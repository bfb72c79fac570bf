import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LedgerFigure, openingFigures, type ProcoreFigure, stateOpening, stateToDate, sumCells } from "./opening-balance.ts";

const cell = { currency: "USD", budgetCode: "03-100.M" };
const ledger = (change: Partial<LedgerFigure> = {}): LedgerFigure => ({
  ...cell,
  costs: 0n,
  orderCosts: 0n,
  posted: 0n,
  waiting: 0n,
  held: 0n,
  commitments: 0n,
  excluded: 0n,
  ...change,
});
const procore = (change: Partial<ProcoreFigure> = {}): ProcoreFigure => ({
  ...cell,
  costsByHand: 0n,
  billedByHand: 0n,
  ours: 0n,
  ...change,
});
const confirm = (given: Parameters<typeof stateOpening>[0]) => openingFigures(stateOpening({ ...given, confirmed: undefined }));

describe("an opening balance", () => {
  const first = {
    ledger: [ledger({ costs: 70_00n, orderCosts: 11_00n, posted: 7_00n, held: 2_00n })],
    procore: [procore({ costsByHand: 69_00n, billedByHand: 12_00n, ours: 7_00n })],
  };

  it("does not tie before a person confirmed it", () => {
    expect(stateOpening({ ...first, confirmed: undefined })).toMatchObject([
      { state: "unconfirmed", confirmed: undefined, sapToDate: 90_00n, difference: 81_00n },
    ]);
  });

  it("ties from the day of its word on, whatever is posted, held or left out since", () => {
    const confirmed = confirm({ ...first, confirmed: undefined });
    expect(confirmed).toEqual([{ ...cell, costs: 70_00n, orderCosts: 11_00n, costsByHand: 69_00n, billedByHand: 12_00n }]);
    const later = {
      ledger: [ledger({ costs: 70_00n, orderCosts: 11_00n, posted: 9_00n, waiting: 1_00n, commitments: 5_00n, excluded: 3_00n })],
      procore: [procore({ costsByHand: 69_00n, billedByHand: 20_00n, ours: 9_00n })],
    };
    expect(stateOpening({ ...later, confirmed })).toMatchObject([
      { state: "tied", confirmed: 81_00n, sapToDate: 99_00n, difference: 0n, procoreDifference: 0n },
    ]);
  });

  it("ties no more when something is dated back before it in SAP, also in a budget code that had nothing", () => {
    const confirmed = confirm({ ...first, confirmed: undefined });
    const late = [ledger({ costs: 70_50n, orderCosts: 11_00n, posted: 7_00n, held: 2_00n })];
    expect(stateOpening({ ...first, ledger: late, confirmed })).toMatchObject([{ state: "changed-in-sap", difference: 50n }]);
    const other = [...first.ledger, ledger({ budgetCode: "05-200.L", costs: -1n })];
    expect(stateOpening({ ...first, ledger: other, confirmed })).toMatchObject([
      { state: "tied" },
      { budgetCode: "05-200.L", state: "changed-in-sap", confirmed: 0n, difference: -1n },
    ]);
    // Nothing of it is there any more.
    expect(stateOpening({ ...first, ledger: [], confirmed })).toMatchObject([{ state: "changed-in-sap", difference: -81_00n }]);
  });

  it("ties no more when somebody keys a direct cost by hand after it, or ours are not what we posted", () => {
    const confirmed = confirm({ ...first, confirmed: undefined });
    const keyed = [procore({ costsByHand: 70_00n, ours: 7_00n })];
    expect(stateOpening({ ...first, procore: keyed, confirmed })).toMatchObject([
      { state: "changed-in-procore", difference: 0n, procoreDifference: 1_00n },
    ]);
    expect(stateOpening({ ...first, procore: [procore({ costsByHand: 69_00n, ours: 6_99n })], confirmed })).toMatchObject([
      { state: "changed-in-procore", procoreDifference: -1n },
    ]);
  });

  it("confirmed on what stands there ties at once, for any figures", () => {
    const amount = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
    const place = fc.record({ currency: fc.constantFrom("USD", "EUR"), budgetCode: fc.constantFrom("A", "B", "") });
    const rows = fc.array(fc.tuple(place, fc.array(amount, { minLength: 8, maxLength: 8 })), { maxLength: 12 });
    fc.assert(
      fc.property(rows, (given) => {
        const facts = {
          ledger: given.map(([at, [costs = 0n, orderCosts = 0n, posted = 0n, waiting = 0n, held = 0n, excluded = 0n]]) =>
            ledger({ ...at, costs, orderCosts, posted, waiting, held, excluded }),
          ),
          procore: given.map(([at, [, , posted = 0n, , , , byHand = 0n]]) =>
            procore({ ...at, costsByHand: byHand, ours: posted }),
          ),
        };
        const stated = stateOpening({ ...facts, confirmed: confirm({ ...facts, confirmed: undefined }) });
        expect(stated.filter(({ state }) => state !== "tied")).toEqual([]);
        const all = given.reduce(
          (sum, [, [costs = 0n, orders = 0n, ...rest]]) => sum + costs + orders + rest.slice(0, 4).reduce((a, b) => a + b, 0n),
          0n,
        );
        expect(stated.reduce((sum, { sapToDate }) => sum + sapToDate, 0n)).toBe(all);
        // A statement's half is the same, cent for cent, and needs no word of Procore.
        const toDate = stateToDate({ ...facts, confirmed: confirm({ ...facts, confirmed: undefined }) });
        expect(toDate.map(({ confirmed, sapToDate, difference }) => [confirmed, sapToDate, difference])).toEqual(
          stated.map(({ confirmed, sapToDate, difference }) => [confirmed, sapToDate, difference]),
        );
        expect(toDate.filter(({ state }) => state !== "tied")).toEqual([]);
      }),
    );
  });

  it("says of SAP's half alone what it is: nothing older, not confirmed, changed after the word", () => {
    const half = (figures: readonly LedgerFigure[], confirmed?: Parameters<typeof stateToDate>[0]["confirmed"]) =>
      stateToDate({ ledger: figures, confirmed }).map(({ state, difference }) => [state, difference]);
    expect(half([ledger({ posted: 5n })])).toEqual([["nothing-older", 0n]]);
    expect(half(first.ledger)).toEqual([["unconfirmed", 81_00n]]);
    const confirmed = confirm({ ...first, confirmed: undefined });
    expect(half(first.ledger, confirmed)).toEqual([["tied", 0n]]);
    expect(half([ledger({ costs: 70_50n, orderCosts: 11_00n })], confirmed)).toEqual([["changed-in-sap", 50n]]);
    expect(half([], confirmed)).toEqual([["changed-in-sap", -81_00n]]);
    expect(half([...first.ledger, ledger({ budgetCode: "05-200.L", posted: 1n })], confirmed)).toEqual([
      ["tied", 0n],
      ["tied", 0n],
    ]);
  });

  it("adds up rows of one cell and keeps others apart", () => {
    expect(sumCells([procore({ ours: 1n }), procore({ ours: 2n }), procore({ currency: "EUR", ours: 4n })])).toMatchObject([
      { currency: "USD", ours: 3n },
      { currency: "EUR", ours: 4n },
    ]);
  });
});
