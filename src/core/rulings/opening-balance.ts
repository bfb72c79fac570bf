/**
 * Ruling 4: a confirmed opening balance for each budget code stands for what is older than a project's cut-over date, so that totals tie from day one. What
 * ties is a cumulative view: all that SAP has of a budget code against the balance as it was confirmed and what became of the rest since. Pure; amounts
 * are minor units.
 */

type Cell = { readonly currency: string; readonly budgetCode: string };

/** What a person confirms, of one budget code. */
export type OpeningFigure = Cell & {
  /** SAP's older cost lines: without a purchase order, and of one. */
  readonly costs: bigint;
  readonly orderCosts: bigint;
  /** In Procore by people's hands: direct costs, and what requisitions bill. */
  readonly costsByHand: bigint;
  readonly billedByHand: bigint;
};

/** All cost lines of a budget code that SAP delivered, by what became of them. */
export type LedgerFigure = Cell &
  Pick<OpeningFigure, "costs" | "orderCosts"> & {
    readonly posted: bigint;
    readonly waiting: bigint;
    readonly held: bigint;
    /** Cost of purchase orders with a contract, ours or people's: no direct cost. */
    readonly commitments: bigint;
    /** By other rules. */
    readonly excluded: bigint;
  };

/** What Procore lists: by hand, and our own direct costs. */
export type ProcoreFigure = Cell & Pick<OpeningFigure, "costsByHand" | "billedByHand"> & { readonly ours: bigint };

/** SAP's half: all that it has of a budget code, and what it is made of. */
type ToDateTie = {
  /** Undefined: nobody confirmed the project yet. */
  readonly confirmed: bigint | undefined;
  readonly sapToDate: bigint;
  /** What SAP has and the confirmed balance and what came since do not make up. */
  readonly difference: bigint;
};

export type ToDateState = "nothing-older" | "unconfirmed" | "tied" | "changed-in-sap";
export type ToDateRow = LedgerFigure & ToDateTie & { readonly state: ToDateState };

export type OpeningState = "unconfirmed" | "tied" | "changed-in-sap" | "changed-in-procore";

export type OpeningRow = LedgerFigure &
  ProcoreFigure &
  ToDateTie & {
    /** What Procore has in direct costs and the confirmed ones by hand and what we posted do not make up. */
    readonly procoreDifference: bigint;
    readonly state: OpeningState;
  };

const noLedger = { costs: 0n, orderCosts: 0n, posted: 0n, waiting: 0n, held: 0n, commitments: 0n, excluded: 0n };
const noProcore = { costsByHand: 0n, billedByHand: 0n, ours: 0n };
const idOf = ({ currency, budgetCode }: Cell) => `${currency}\n${budgetCode}`;

/** One cell for each key, the amounts of its rows added up. */
export function sumCells<Row extends Cell>(rows: readonly Row[]): Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const before = sums.get(idOf(row));
    if (!before) sums.set(idOf(row), row);
    else {
      const added = Object.entries(row).map(([name, value]) => {
        const sofar = before[name as keyof Row];
        return [name, typeof value === "bigint" && typeof sofar === "bigint" ? value + sofar : value];
      });
      sums.set(idOf(row), Object.fromEntries(added) as Row);
    }
  }
  return [...sums.values()];
}

function stateOf(row: Pick<OpeningRow, "confirmed" | "difference" | "procoreDifference">): OpeningState {
  if (row.confirmed === undefined) return "unconfirmed";
  if (row.difference !== 0n) return "changed-in-sap";
  return row.procoreDifference === 0n ? "tied" : "changed-in-procore";
}

function tieOf(
  { costs, orderCosts, posted, waiting, held, commitments, excluded }: LedgerFigure,
  own: OpeningFigure | undefined,
  isConfirmed: boolean,
): ToDateTie {
  const confirmed = isConfirmed ? (own?.costs ?? 0n) + (own?.orderCosts ?? 0n) : undefined;
  const since = posted + waiting + held + commitments + excluded;
  const sapToDate = costs + orderCosts + since;
  return { confirmed, sapToDate, difference: sapToDate - ((confirmed ?? 0n) + since) };
}

function toDateState({ confirmed, difference }: ToDateTie): ToDateState {
  if (confirmed === undefined) return difference === 0n ? "nothing-older" : "unconfirmed";
  return difference === 0n ? "tied" : "changed-in-sap";
}

function rowOf(
  cell: Cell,
  ledger: LedgerFigure | undefined,
  procore: ProcoreFigure | undefined,
  word: OpeningFigure[] | undefined,
) {
  const { currency, budgetCode } = cell;
  const facts = { ...noLedger, ...ledger, ...noProcore, ...procore, currency, budgetCode };
  const { posted, costsByHand, ours } = facts;
  const own = word?.find((each) => idOf(each) === idOf(cell));
  const tie = {
    ...tieOf(facts, own, word !== undefined),
    procoreDifference: costsByHand + ours - ((own?.costsByHand ?? 0n) + posted),
  };
  return { ...facts, ...tie, state: stateOf(tie) };
}

const byId = ([left]: [string, Cell], [right]: [string, Cell]) => (left < right ? -1 : 1);

/** SAP's half alone, of one project: what a statement says of its opening balance. `confirmed` as below. */
export function stateToDate({
  ledger,
  confirmed,
}: {
  ledger: readonly LedgerFigure[];
  confirmed: readonly OpeningFigure[] | undefined;
}): ToDateRow[] {
  const ledgers = new Map(sumCells(ledger).map((row) => [idOf(row), row]));
  const words = new Map((confirmed ?? []).map((figure) => [idOf(figure), figure]));
  return [...new Map<string, Cell>([...words, ...ledgers])].sort(byId).map(([id, { currency, budgetCode }]) => {
    const facts = { ...noLedger, ...ledgers.get(id), currency, budgetCode };
    const tie = tieOf(facts, words.get(id), confirmed !== undefined);
    return { ...facts, ...tie, state: toDateState(tie) };
  });
}

/** Of one project, by currency and budget code. `confirmed`: the figures of the person's word, if there is one. */
export function stateOpening({
  ledger,
  procore,
  confirmed,
}: {
  ledger: readonly LedgerFigure[];
  procore: readonly ProcoreFigure[];
  confirmed: readonly OpeningFigure[] | undefined;
}): OpeningRow[] {
  const ledgers = new Map(sumCells(ledger).map((row) => [idOf(row), row]));
  const listings = new Map(sumCells(procore).map((row) => [idOf(row), row]));
  const cells = new Map([...ledger, ...procore, ...(confirmed ?? [])].map((cell) => [idOf(cell), cell]));
  return [...cells].sort(byId).map(([id, cell]) => rowOf(cell, ledgers.get(id), listings.get(id), confirmed && [...confirmed]));
}

/** What a person's word would stand for now: budget codes without anything older and without anything by hand are none of it. */
export function openingFigures(rows: readonly OpeningRow[]): OpeningFigure[] {
  return rows
    .map(({ currency, budgetCode, costs, orderCosts, costsByHand, billedByHand }) => ({
      currency,
      budgetCode,
      costs,
      orderCosts,
      costsByHand,
      billedByHand,
    }))
    .filter((figure) =>
      [figure.costs, figure.orderCosts, figure.costsByHand, figure.billedByHand].some((amount) => amount !== 0n),
    );
}
