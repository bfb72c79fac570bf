/**
 * A whole table, leaf by leaf, for whoever wants rows and no records: read with one row more than a leaf may hold, split until every piece is
 * complete (design section 5). Each row that is there throughout comes exactly once; memory holds one leaf. No order is promised.
 */
import { Fault } from "../../core/index.ts";
import { all, type DoubtfulValue, type RejectedRow, type TableReader, type TableRow, type Where } from "../rfc/index.ts";
import { readFault } from "./faults.ts";
import { cutBehind, labelOf, type Slice, splitSlice, whereOf } from "./slice.ts";

export type LeavesAsked = {
  table: string;
  fields: readonly string[];
  /** Of the table, the client left out: what it is cut along. */
  keyFields: readonly string[];
  where?: Where | undefined;
  rowsPerLeaf: number;
  timeoutMs?: number;
};

export type Leaf = { rows: readonly TableRow[]; rejected: readonly RejectedRow[]; doubtful: readonly DoubtfulValue[] };

/** A table of this many leaves is not for a terminal. */
const leavesMax = 1_000_000;
const rangesMax = 8;

export async function* readLeaves(reader: TableReader, asked: LeavesAsked): AsyncGenerator<Leaf, void, undefined> {
  const { table, fields, keyFields, where, rowsPerLeaf, timeoutMs } = asked;
  const open: Slice[] = [{ ranges: keyFields.slice(0, rangesMax).map((field) => ({ field })), oneOf: [] }];
  for (let calls = 0; open.length > 0; calls += 1) {
    if (calls >= leavesMax) throw new Fault("sap.range-not-divisible", { place: table, detail: `more than ${leavesMax} pieces` });
    const slice = open.pop();
    if (slice === undefined) return;
    const both = [where, whereOf(slice)].filter((each) => each !== undefined);
    const filter = both.length === 0 ? {} : { where: all(...both) };
    const outcome = await reader.read({
      table,
      fields: [...new Set([...keyFields, ...fields])],
      rowsMax: rowsPerLeaf,
      ...filter,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    if (outcome.kind === "failure") throw readFault(labelOf(table, slice), outcome);
    if (outcome.kind === "complete") {
      yield outcome;
      continue;
    }
    const cut = outcome.isSorted ? cutBehind(slice, outcome.keysSeen) : undefined;
    const pieces = cut ? [cut.kept, cut.rest] : splitSlice(table, slice, outcome.rowsSeen, outcome.numeric);
    open.push(...pieces.toReversed());
  }
}
