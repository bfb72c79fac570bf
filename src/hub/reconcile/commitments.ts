/**
 * Commitments to date (ruling 31), from the store alone: what SAP's order history says was invoiced, the invoices that were read and what became of them,
 * the requisitions that Procore lists; what was ordered beside the contracts; and what was received and is not invoiced. Changes nothing.
 */
import { sql, type Transaction } from "kysely";
import { type ReceiptRow, type StatementRow, stateColumns, stateReceipts, type VarianceClass } from "../../core/index.ts";
import type { Database, Store } from "../../store/index.ts";
import {
  type GatherScope,
  gatherContracts,
  gatherRequisitions,
  type HistoryTotal,
  readHistoryTotals,
} from "./commitment-facts.ts";
import { createPlaces, type Places, readOrderAtoms } from "./commitment-places.ts";
import { type HistoryControl, readHistoryControl } from "./history-control.ts";
import { type BilledShare, fatesOfShare, readBilled } from "./read-billed.ts";
import type { ListedProject } from "./reconcile.ts";

/** A share of an invoice's line, down to the requisition that bills it. */
export type BilledLine = {
  companyCode: string;
  project: string;
  purchaseOrder: string;
  item: string;
  assignment: string;
  costCode: string;
  /** BELNR and GJAHR of the invoice, BUZEI. */
  invoice: string;
  line: string;
  currency: string;
  amountMinor: bigint;
  became: string;
  reason: string;
  isLate: boolean;
  requisition: string;
  finding: VarianceClass | "";
};

export type Commitments = {
  requisitions: readonly StatementRow[];
  contracts: readonly StatementRow[];
  receipts: readonly ReceiptRow[];
  lines: readonly BilledLine[];
  control: HistoryControl;
  listings: readonly ListedProject[];
};

function receiptsOf(totals: readonly HistoryTotal[], places: Places): ReceiptRow[] {
  return stateReceipts(
    totals.map(({ order, item, ...total }) => ({
      ...total,
      object: `${order}/${item}`,
      project: places.of(order, item, "00").project,
    })),
  );
}

async function readListings(tx: Transaction<Database>, { tenant, connection }: GatherScope): Promise<ListedProject[]> {
  const { rows } = await sql<{ project_id: bigint; listed_at: Date; lines: number; problem: string | null }>`
    select project_id, listed_at, lines, problem from commitment_listing where tenant = ${tenant} and connection = ${connection}
    order by project_id`.execute(tx);
  return rows.map(({ project_id: id, listed_at: at, lines, problem }) => ({
    projectId: Number(id),
    listedAt: at.toISOString(),
    lines,
    ...(problem === null ? {} : { problem }),
  }));
}

function lineOf(
  share: BilledShare,
  companyCode: string,
  places: Places,
  findings: ReadonlyMap<string, VarianceClass>,
): BilledLine {
  const { order, item, assignment, billed, invoice, line, currency, amount, disposition, reason, isLate } = share;
  const { project, costCode } = places.of(order, item, assignment);
  const [fate] = fatesOfShare(share);
  return {
    companyCode,
    project,
    purchaseOrder: order,
    item,
    assignment,
    costCode,
    invoice,
    line,
    currency,
    amountMinor: amount,
    became: fate?.fate.kind === "posted" ? "posted" : disposition,
    reason,
    isLate: isLate === "surely",
    requisition: billed?.requisition ?? "",
    finding: (billed && findings.get(`${billed.requisition} ${billed.line}`)) ?? "",
  };
}

export async function reconcileCommitments(store: Store, scope: GatherScope): Promise<Commitments> {
  return store.transact({ tenant: scope.tenant, isolation: "repeatable read" }, async (tx) => {
    const control = await readHistoryControl(tx, scope);
    const atoms = await readOrderAtoms(tx, scope);
    const places = createPlaces(atoms);
    const totals = await readHistoryTotals(tx, scope);
    const shares = await readBilled(tx, scope, control);
    const isRead = control.run !== 0n;
    const { facts, companyCodeOf } = await gatherRequisitions(tx, scope, { shares, totals, places, isRead });
    const { rows: requisitions, findings } = stateColumns(facts);
    const { rows: contracts } = stateColumns(await gatherContracts(tx, scope, { atoms, places }));
    const named = new Map(findings.flatMap(({ originId, name }) => (name === undefined ? [] : [[originId, name] as const])));
    return {
      requisitions,
      contracts,
      receipts: receiptsOf(totals, places),
      lines: shares.map((share) => lineOf(share, companyCodeOf(share), places, named)),
      control,
      listings: await readListings(tx, scope),
    };
  });
}
