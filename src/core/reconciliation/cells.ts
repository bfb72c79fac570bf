/**
 * SAP's total beside the lines that were read, cell by cell (ruling 31). What came after the total was taken explains a difference only as far as
 * the amounts say so; what is left over was never read. The day alone cannot tell lines of the very day of the total: they count as late
 * where exactly then the cell ties.
 */
import type { CellKey, ControlCell, LedgerLines } from "./facts.ts";

export type CellVerdict = {
  readonly key: CellKey;
  readonly lines: readonly LedgerLines[];
  readonly control: bigint;
  readonly read: bigint;
  /** In the ledger and not in SAP's total. */
  readonly late: readonly LedgerLines[];
  /** In SAP's total and not in the ledger. */
  readonly notRead: bigint;
};

export const cellId = ({ companyCode, currency, object, account }: CellKey): string =>
  [companyCode, currency, object, account].join("\n");

const total = (lines: readonly LedgerLines[]) => lines.reduce((sum, { amount }) => sum + amount, 0n);

function judge(key: CellKey, control: bigint, lines: readonly LedgerLines[]): CellVerdict {
  const read = total(lines);
  const missing = control - read;
  const verdict = { key, lines, control, read };
  if (missing === 0n) return { ...verdict, late: [], notRead: 0n };
  const possibly = lines.filter(({ isLate }) => isLate !== "no");
  if (missing === -total(possibly)) return { ...verdict, late: possibly, notRead: 0n };
  const surely = lines.filter(({ isLate }) => isLate === "surely");
  return { ...verdict, late: surely, notRead: missing + total(surely) };
}

/** Every cell of either side, in the order of its key. */
export function judgeCells(controls: readonly ControlCell[], lines: readonly LedgerLines[]): CellVerdict[] {
  const keys = new Map<string, CellKey>();
  const sums = new Map<string, bigint>();
  for (const control of controls) {
    const id = cellId(control);
    keys.set(id, control);
    sums.set(id, (sums.get(id) ?? 0n) + control.amount);
  }
  const groups = new Map<string, LedgerLines[]>();
  for (const line of lines) {
    const id = cellId(line);
    if (!keys.has(id)) keys.set(id, line);
    const group = groups.get(id);
    if (group) group.push(line);
    else groups.set(id, [line]);
  }
  return [...keys]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([id, { companyCode, currency, object, account }]) =>
      judge({ companyCode, currency, object, account }, sums.get(id) ?? 0n, groups.get(id) ?? []),
    );
}
