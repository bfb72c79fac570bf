/** Commitments as rows of decimal text: what is printed, exported and certified are these and no others. */
import { type ReceiptRow, type StatementRow, unexplainedOf } from "../../core/index.ts";
import type { Commitments } from "../../hub/index.ts";
import {
  type CommitmentTotalView,
  type CommitmentView,
  commitmentOf,
  commitmentTotalsOf,
  type ReceiptView,
  receiptOf,
} from "./table.ts";

export type CommitmentsView = Pick<Commitments, "control" | "listings"> & {
  requisitions: CommitmentView[];
  requisitionTotals: CommitmentTotalView[];
  contracts: CommitmentView[];
  contractTotals: CommitmentTotalView[];
  receipts: ReceiptView[];
  isTied: boolean;
};

type Rows = {
  requisitions: readonly StatementRow[];
  contracts: readonly StatementRow[];
  receipts: readonly ReceiptRow[];
};

/** `rows` are all of them, or those that were chosen. */
export function commitmentsView(
  { requisitions, contracts, receipts }: Rows,
  { control, listings }: Pick<Commitments, "control" | "listings">,
): CommitmentsView {
  const rows = [...requisitions, ...contracts];
  return {
    requisitions: requisitions.map(commitmentOf),
    requisitionTotals: commitmentTotalsOf(requisitions),
    contracts: contracts.map(commitmentOf),
    contractTotals: commitmentTotalsOf(contracts),
    receipts: receipts.map(receiptOf),
    isTied: control.halfReadBy === undefined && rows.every(({ classes }) => Object.keys(unexplainedOf(classes)).length === 0),
    control,
    listings,
  };
}
