import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ControlCell, LedgerLines, ListedLine, Place, SentLine, StatementFacts } from "./facts.ts";
import { type StatementRow, stateColumns, unexplainedOf } from "./statement.ts";

const tower: Place = { project: "TOWER", costCode: "03-100.M" };
const bridge: Place = { project: "BRIDGE", costCode: "05-200.L" };
const nowhere: Place = { project: "", costCode: "" };
const key = { companyCode: "1000", currency: "USD", object: "wbs P-1", account: "0000400000" };

const line = (amount: bigint, change: Partial<LedgerLines> = {}): LedgerLines => ({
  ...key,
  amount,
  count: 1,
  place: tower,
  fate: { kind: "posted" },
  isLate: "no",
  isReversal: false,
  ...change,
});
const control = (amount: bigint, change: Partial<ControlCell> = {}): ControlCell => ({ ...key, amount, ...change });
const sent = (amount: bigint, change: Partial<SentLine> = {}): SentLine => ({
  companyCode: "1000",
  currency: "USD",
  place: tower,
  originId: "DL.1",
  costOriginId: "DC.1",
  amount,
  isPosted: true,
  ...change,
});
const listed = (amount: bigint, change: Partial<ListedLine> = {}): ListedLine => ({
  originId: "DL.1",
  costOriginId: "DC.1",
  place: tower,
  amount,
  counts: true,
  isDeleted: false,
  isCalculated: false,
  ...change,
});
const state = (facts: Partial<StatementFacts>) =>
  stateColumns({
    controls: [],
    isControlled: () => true,
    lines: [],
    sent: [],
    listed: [],
    isListed: () => true,
    placeOf: () => nowhere,
    ...facts,
  });
const told = (rows: readonly StatementRow[]) =>
  rows
    .filter(({ classes }) => Object.keys(classes).length > 0)
    .map(({ project, classes }) => `${project} ${Object.entries(classes).map(([name, amount]) => `${name} ${amount}`)}`);

describe("a statement", () => {
  it("ties where SAP, the ledger and Procore say the same", () => {
    const { rows } = state({
      controls: [control(700n)],
      lines: [line(500n), line(200n)],
      sent: [sent(700n)],
      listed: [listed(700n)],
    });
    expect(rows).toMatchObject([{ control: 700n, read: 700n, posted: 700n, procore: 700n, variance: 0n, lines: 2, classes: {} }]);
  });

  it.each<[string, Partial<StatementFacts>, string[]]>([
    ["no rule", { controls: [control(5n)], lines: [line(5n, { fate: { kind: "held", code: "mapping-no-rule" } })] }, ["TOWER unmapped 5"]],
    ["no project", { controls: [control(5n)], lines: [line(5n, { fate: { kind: "held", code: "project-not-permitted" } })] }, ["TOWER unmapped 5"]],
    ["another currency", { controls: [control(5n)], lines: [line(5n, { fate: { kind: "held", code: "cost-currency" } })] }, ["TOWER currency 5"]],
    ["a hold of another kind", { controls: [control(5n)], lines: [line(5n, { fate: { kind: "held", code: "cost-refused" } })] }, ["TOWER held 5"]],
    ["an edit that waits for a word", { controls: [control(5n)], lines: [line(5n, { fate: { kind: "held", code: "procore-differs" } })] }, ["TOWER edited 5"]],
    ["a change after posting", { controls: [control(7n)], lines: [line(5n), line(2n, { fate: { kind: "changed" } })], sent: [sent(5n)], listed: [listed(5n)] }, ["TOWER changed 2"]],
    ["what is not approved", { controls: [control(5n)], lines: [line(5n, { fate: { kind: "waiting" } })] }, ["TOWER awaiting-approval 5"]],
    ["what is in doubt", { controls: [control(5n)], lines: [line(5n, { fate: { kind: "in-doubt" } })] }, ["TOWER in-doubt 5"]],
    ["what is in doubt and arrived", { controls: [control(5n)], lines: [line(5n, { fate: { kind: "in-doubt" } })], sent: [sent(5n, { isPosted: false })], listed: [listed(5n)] }, []],
    ["what a rule leaves out", { controls: [control(5n)], lines: [line(5n, { fate: { kind: "excluded", rule: "cost-commitment" } })] }, []],
    ["a late line", { lines: [line(5n, { isLate: "surely" })], sent: [sent(5n)], listed: [listed(5n)] }, ["TOWER cut-off -5"]],
    ["a line of the very day that is in the total", { controls: [control(5n)], lines: [line(5n, { isLate: "perhaps" })], sent: [sent(5n)], listed: [listed(5n)] }, []],
    ["a line of the very day that is not", { lines: [line(5n, { isLate: "perhaps" })], sent: [sent(5n)], listed: [listed(5n)] }, ["TOWER cut-off -5"]],
    ["a late reversal", { controls: [control(5n)], lines: [line(5n), line(-5n, { isLate: "surely", isReversal: true })], sent: [sent(0n)], listed: [listed(0n)] }, ["TOWER reversed 5"]],
    ["a late line that cannot be all", { controls: [control(9n)], lines: [line(5n, { isLate: "surely" })], sent: [sent(5n)], listed: [listed(5n)] }, ["TOWER cut-off -5,not-read 9"]],
    ["what was never read, in a cell with lines", { controls: [control(9n)], lines: [line(5n)], sent: [sent(5n)], listed: [listed(5n)] }, ["TOWER not-read 4"]],
    ["what was never read, by the mapping", { controls: [control(9n)], placeOf: () => bridge }, ["BRIDGE not-read 9"]],
    ["another amount in Procore", { controls: [control(5n)], lines: [line(5n)], sent: [sent(5n)], listed: [listed(3n)] }, ["TOWER edited 2"]],
    ["one minor unit by hand", { controls: [control(5n)], lines: [line(5n)], sent: [sent(5n)], listed: [listed(4n)] }, ["TOWER edited 1"]],
    ["one minor unit by multiplication", { controls: [control(5n)], lines: [line(5n)], sent: [sent(5n)], listed: [listed(4n, { isCalculated: true })] }, ["TOWER rounding 1"]],
    ["two minor units, however multiplied", { controls: [control(5n)], lines: [line(5n)], sent: [sent(5n)], listed: [listed(3n, { isCalculated: true })] }, ["TOWER edited 2"]],
    ["a draft again", { controls: [control(5n)], lines: [line(5n)], sent: [sent(5n)], listed: [listed(5n, { counts: false })] }, ["TOWER edited 5"]],
    ["the recycle bin", { controls: [control(5n)], lines: [line(5n)], sent: [sent(5n)], listed: [listed(5n, { counts: false, isDeleted: true })] }, ["TOWER deleted 5"]],
    ["what is gone", { controls: [control(5n)], lines: [line(5n)], sent: [sent(5n)] }, ["TOWER deleted 5"]],
    ["a project that was not listed", { controls: [control(5n)], lines: [line(5n)], sent: [sent(5n)], isListed: () => false }, ["TOWER not-listed 5"]],
    ["another budget code", { controls: [control(5n)], lines: [line(5n)], sent: [sent(5n)], listed: [listed(5n, { place: bridge })] }, ["BRIDGE edited -5", "TOWER edited 5"]],
    ["a line put into ours", { controls: [control(5n)], lines: [line(5n)], sent: [sent(5n)], listed: [listed(5n), listed(2n, { originId: "" })] }, ["TOWER edited -2"]],
    ["a line of ours that nobody sent", { listed: [listed(2n)] }, ["TOWER unexplained -2"]],
  ])("names %s", (_, facts, expected) => {
    expect(told(state(facts).rows)).toEqual(expected);
  }); // biome-ignore format: a table

  it("compares nothing with a total that was not read", () => {
    const { rows } = state({
      isControlled: () => false,
      controls: [control(9n)],
      lines: [line(5n)],
      sent: [sent(5n)],
      listed: [listed(5n)],
    });
    expect(rows).toMatchObject([{ control: undefined, variance: 0n, classes: {} }]);
  });

  it("refuses to state what does not add up", () => {
    expect(() => state({ lines: [line(5n)], controls: [control(5n)] })).toThrow("are not its variance");
  });

  it("names tax that a posted amount carries beyond SAP's total, and keeps purchase orders of one place apart", () => {
    const first = { ...tower, purchaseOrder: "1" };
    const second = { ...tower, purchaseOrder: "2" };
    const { rows } = state({
      controls: [control(5n, { object: "1/10" }), control(7n, { object: "2/10" })],
      lines: [line(5n, { object: "1/10", place: first, tax: 2n }), line(7n, { object: "2/10", place: second })],
      sent: [sent(7n, { place: first, originId: "RQ.1" }), sent(7n, { place: second, originId: "RQ.2" })],
      listed: [listed(7n, { place: first, originId: "RQ.1" }), listed(6n, { place: second, originId: "RQ.2" })],
    });
    expect(rows.map(({ purchaseOrder, variance, classes }) => [purchaseOrder, variance, classes])).toEqual([
      ["1", -2n, { tax: -2n }],
      ["2", 1n, { edited: 1n }],
    ]);
  });

  it("explains all but three classes", () => {
    const classes = { unmapped: 1n, "not-read": 2n, edited: 3n, "not-listed": 4n, unexplained: 5n };
    expect(unexplainedOf(classes)).toEqual({ "not-read": 2n, "not-listed": 4n, unexplained: 5n });
  });
});

// Each line is given a fate and what happened to it in SAP and in Procore; the classes that must come out are summed here, by nothing of the module's.
const happenings = ["older", "nothing", "hidden", "late", "unmapped", "waiting", "deleted", "edited", "excluded"] as const;
type Happening = (typeof happenings)[number];
const amounts = fc.bigInt({ min: -10_000_000_000_000n, max: 10_000_000_000_000n });
const made = fc.record({
  amount: amounts,
  change: amounts,
  what: fc.constantFrom(...happenings),
  at: fc.constantFrom(tower, bridge),
});
type Made = { amount: bigint; change: bigint; what: Happening; at: Place };

function factsOf(all: readonly Made[]): Partial<StatementFacts> {
  const at = (index: number, place: Place) => ({ account: String(index), object: `wbs ${place.project}` });
  const fates = {
    unmapped: { kind: "held", code: "mapping-no-rule" },
    waiting: { kind: "waiting" },
    excluded: { kind: "excluded", rule: "cost-commitment" },
    older: { kind: "opening" },
  } as const;
  const isSent = ({ what }: Made) => !(what in fates) && what !== "hidden";
  return {
    placeOf: ({ object }) => (object === "wbs TOWER" ? tower : bridge),
    controls: all.flatMap((each, index) => (each.what === "late" ? [] : [control(each.amount, at(index, each.at))])),
    lines: all.flatMap((each, index) =>
      each.what === "hidden"
        ? []
        : [
            line(each.amount, {
              ...at(index, each.at),
              place: each.at,
              isLate: each.what === "late" ? "surely" : "no",
              fate: each.what in fates ? fates[each.what as keyof typeof fates] : { kind: "posted" },
            }),
          ],
    ),
    sent: all.flatMap((each, index) => (isSent(each) ? [sent(each.amount, { place: each.at, originId: `DL.${index}` })] : [])),
    listed: all.flatMap((each, index) =>
      isSent(each) && each.what !== "deleted"
        ? [listed(each.what === "edited" ? each.change : each.amount, { place: each.at, originId: `DL.${index}` })]
        : [],
    ),
  };
}

const nameOf = {
  hidden: "not-read",
  late: "cut-off",
  unmapped: "unmapped",
  waiting: "awaiting-approval",
  deleted: "deleted",
  edited: "edited",
} as const;

it("gives each cent its class, with no miss and no false alarm, whatever happened where", () => {
  fc.assert(
    fc.property(fc.array(made, { maxLength: 30 }), (all) => {
      const expected = new Map<string, bigint>();
      for (const { amount, change, what, at } of all) {
        if (!(what in nameOf)) continue;
        const minor = what === "late" ? -amount : what === "edited" ? amount - change : amount;
        const id = `${at.project} ${nameOf[what as keyof typeof nameOf]}`;
        expected.set(id, (expected.get(id) ?? 0n) + minor);
      }
      const { rows } = state(factsOf(all));
      const found = rows.flatMap(({ project, classes }) =>
        Object.entries(classes).map(([name, amount]) => [`${project} ${name}`, amount] as const),
      );
      expect(new Map([...found].sort())).toEqual(new Map([...expected].filter(([, amount]) => amount !== 0n).sort()));
      for (const row of rows) {
        expect((row.control ?? 0n) - row.opening - row.excluded - row.procore).toBe(
          Object.values(row.classes).reduce((sum, each) => sum + each, 0n),
        );
        expect(row.read).toBe(row.posted + row.held + row.waiting + row.opening + row.excluded);
        const older = all.filter(({ what, at }) => what === "older" && at.project === row.project);
        expect(row.opening).toBe(older.reduce((sum, { amount }) => sum + amount, 0n));
      }
    }),
  );
});
