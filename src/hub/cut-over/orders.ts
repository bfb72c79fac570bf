/**
 * What cut-over says of a purchase order in a project (rulings 4 and 5), to be asked before anything else is. A contract that has crossed goes on: no date
 * takes it back, nor what SAP adds to it. Undefined: it goes the ordinary way, adopted ones with their adoption.
 */
import type { Transaction } from "kysely";
import { type CutOver, compileCutOver, type Decision, type ProcoreView, type PurchaseOrderRecord } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import type { KnownHashes } from "../plan/records.ts";
import { orderIn } from "./contract-decisions.ts";
import type { ContractFates } from "./contract-fates.ts";
import { readWrittenContracts, type WrittenContracts } from "./written.ts";

export type OrderCutOver = (order: PurchaseOrderRecord, project: string) => Decision | undefined;

type Facts = { dates: CutOver; written: WrittenContracts; fates: ContractFates };

function decide({ dates, written, fates }: Facts, order: PurchaseOrderRecord, project: string): Decision | undefined {
  if (dates.isKeptInProcore("purchaseOrders", project)) return { disposition: "excluded", rule: "kept-in-procore", project };
  if (!dates.isBefore("purchaseOrders", project, order.documentDate) || written.has(order.key, project)) return undefined;
  const decision = fates.decisions.get(orderIn(order.key, project));
  if (decision?.kind === "create") return undefined;
  if (decision?.kind === "leave-out") return { disposition: "excluded", rule: "left-out-at-cut-over", project };
  const fate = fates.of(order.key, project);
  switch (fate?.kind) {
    case "adopt":
      return undefined;
    case "hold":
      return { disposition: "held", hold: fate.code, waitsFor: fate.why, project };
    default:
      return { disposition: "excluded", rule: "before-cut-over", project };
  }
}

export async function readOrderCutOver(
  tx: Transaction<Database>,
  context: RunContext,
  { view, known, fates }: { view: ProcoreView; known: KnownHashes; fates: ContractFates },
): Promise<OrderCutOver | undefined> {
  const dates = compileCutOver(context.connection.settings.cutOver);
  if (!dates) return undefined;
  const facts = { dates, fates, written: await readWrittenContracts(tx, context, view, known) };
  return (order, project) => decide(facts, order, project);
}
