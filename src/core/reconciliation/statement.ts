/**
 * The statement of one fiscal period (ruling 31): by company code, project, cost code and currency SAP's own total, what was read and what became
 * of it, Procore's own total, and the difference by its classes. Nothing is left over: that the classes sum to the difference is asserted.
 * SAP's total is compared by object and account, which is finer than a row; a row gets the totals of its cells.
 */
import { assert } from "../result.ts";
import { type CellVerdict, judgeCells } from "./cells.ts";
import { addTo, classOfHold, isExplained, sumOf, type VarianceClass, type Variances } from "./classes.ts";
import type { CellKey, LedgerLines, Place, StatementFacts } from "./facts.ts";
import { type Finding, judgeProcore } from "./procore-side.ts";

export type StatementRow = {
  readonly companyCode: string;
  readonly project: string;
  readonly costCode: string;
  /** Of commitments only. */
  readonly purchaseOrder?: string;
  readonly currency: string;
  /** Undefined where SAP's totals were not read for this company code in this currency. */
  readonly control: bigint | undefined;
  readonly lines: number;
  readonly read: bigint;
  readonly posted: bigint;
  readonly held: bigint;
  readonly waiting: bigint;
  /** Of what was read, what the opening balance stands for. */
  readonly opening: bigint;
  readonly excluded: bigint;
  readonly excludedBy: Readonly<Record<string, bigint>>;
  readonly procore: bigint;
  /** What should be in Procore and is not: SAP's total (or what was read) less the opening balance's, less what a rule leaves out, less Procore's. */
  readonly variance: bigint;
  readonly classes: Variances;
};

export type Statement = {
  readonly rows: readonly StatementRow[];
  readonly cells: readonly CellVerdict[];
  readonly findings: readonly Finding[];
};

type Draft = { -readonly [Name in keyof StatementRow]: StatementRow[Name] } & {
  notInControl: bigint;
  excludedBy: Record<string, bigint>;
};
type RowKey = Pick<StatementRow, "companyCode" | "currency"> & { readonly place: Place };

type Drafts = { of(key: RowKey): Draft; all(): Draft[] };

const rowId = ({ companyCode, currency, place }: RowKey) =>
  [companyCode, place.project, place.purchaseOrder ?? "", place.costCode, currency].join("\n");

function createDrafts(): Drafts {
  const drafts = new Map<string, Draft>();
  return {
    of(key) {
      const id = rowId(key);
      const known = drafts.get(id);
      if (known) return known;
      const { companyCode, currency, place } = key;
      const none = {
        lines: 0,
        read: 0n,
        posted: 0n,
        held: 0n,
        waiting: 0n,
        opening: 0n,
        excluded: 0n,
        procore: 0n,
        variance: 0n,
        notInControl: 0n,
      };
      const made = { companyCode, ...place, currency, control: undefined, ...none, excludedBy: {}, classes: {} };
      drafts.set(id, made);
      return made;
    },
    all: () => [...drafts].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, draft]) => draft),
  };
}

/** Which column a line's amount is in, and its class where that is a difference. */
function columnOf({ fate }: LedgerLines): {
  column: "posted" | "held" | "waiting" | "opening" | "excluded";
  name?: VarianceClass;
} {
  switch (fate.kind) {
    case "posted":
    case "opening":
    case "excluded":
      return { column: fate.kind };
    case "held":
      return { column: "held", name: classOfHold(fate.code) };
    case "changed":
      return { column: "held", name: "changed" };
    case "waiting":
      return { column: "waiting", name: "awaiting-approval" };
    case "in-doubt":
      return { column: "waiting", name: "in-doubt" };
  }
}

function addLines(row: Draft, lines: LedgerLines): void {
  const { amount, count, fate } = lines;
  const { column, name } = columnOf(lines);
  row.lines += count;
  row.read += amount;
  row[column] += amount;
  if (name !== undefined) addTo(row.classes, name, amount);
  if (lines.tax !== undefined) addTo(row.classes, "tax", -lines.tax);
  if (fate.kind === "excluded") row.excludedBy[fate.rule] = (row.excludedBy[fate.rule] ?? 0n) + amount;
}

/** What was never read belongs where all that was read of its cell is, else where the mapping leads. */
function placeOfMissing({ key, lines }: CellVerdict, placeOf: (cell: CellKey) => Place): Place {
  const [first, ...others] = lines;
  const isOne = others.every(
    ({ place }) =>
      place.project === first?.place.project &&
      place.costCode === first.place.costCode &&
      place.purchaseOrder === first.place.purchaseOrder,
  );
  return first && isOne && first.place.project !== "" ? first.place : placeOf(key);
}

function addCell(drafts: Drafts, cell: CellVerdict, placeOf: (cell: CellKey) => Place): void {
  const { companyCode, currency } = cell.key;
  for (const { place, amount, isReversal } of cell.late) {
    const row = drafts.of({ companyCode, currency, place });
    row.notInControl += amount;
    addTo(row.classes, isReversal ? "reversed" : "cut-off", -amount);
  }
  if (cell.notRead === 0n) return;
  const row = drafts.of({ companyCode, currency, place: placeOfMissing(cell, placeOf) });
  row.notInControl -= cell.notRead;
  addTo(row.classes, "not-read", cell.notRead);
}

function addFinding(drafts: Drafts, { companyCode, currency, place, procore, name, variance }: Finding): void {
  const row = drafts.of({ companyCode, currency, place });
  row.procore += procore;
  if (name !== undefined) addTo(row.classes, name, variance);
}

function finish(draft: Draft, isControlled: boolean): StatementRow {
  const { notInControl, ...row } = draft;
  const control = isControlled ? row.read - notInControl : undefined;
  const variance = (control ?? row.read) - row.opening - row.excluded - row.procore;
  assert(
    variance === sumOf(row.classes),
    `the classes of ${row.companyCode} ${row.project} ${row.costCode} are not its variance`,
  );
  return { ...row, control, variance };
}

export function stateColumns(facts: StatementFacts): Statement {
  const { isControlled, placeOf } = facts;
  const drafts = createDrafts();
  for (const line of facts.lines) addLines(drafts.of(line), line);
  const inScope = ({ companyCode, currency }: CellKey) => isControlled(companyCode, currency);
  const cells = judgeCells(facts.controls.filter(inScope), facts.lines.filter(inScope));
  for (const cell of cells) addCell(drafts, cell, placeOf);
  const findings = judgeProcore(facts);
  for (const finding of findings) addFinding(drafts, finding);
  const rows = drafts.all().map((draft) => finish(draft, isControlled(draft.companyCode, draft.currency)));
  return { rows, cells, findings };
}

/** What no class explains; a statement that ties has none. */
export function unexplainedOf(classes: Variances): Variances {
  const entries = Object.entries(classes) as [VarianceClass, bigint][];
  return Object.fromEntries(entries.filter(([name]) => !isExplained(name)));
}
