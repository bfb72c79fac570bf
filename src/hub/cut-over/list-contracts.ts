/**
 * The contracts of a project as people keep them, recycled ones too, and the lines of one. A look that is not whole could hide the very contract, and an
 * order's costs would then be posted beside it; so what is not credible pauses the run (ruling 32). Reads only.
 */
import { type ContractSeen, type LineSeen, parseMoney } from "../../core/index.ts";
import { isOutOfSight, type PurchaseOrderContract } from "../../procore/index.ts";
import { type Connection, RunHalt } from "../context.ts";
import { haltFor } from "../map/view.ts";

function minorOf(text: string | null, currency: string): bigint | null {
  const money = text === null ? undefined : parseMoney(text, currency);
  return money?.ok ? money.value.minor : null;
}

function seenOf(contract: PurchaseOrderContract, currency: string): ContractSeen {
  return {
    id: contract.id,
    number: contract.number ?? "",
    title: contract.title ?? "",
    status: contract.status ?? "",
    vendorId: contract.vendorId,
    accountingMethod: contract.accountingMethod,
    total: minorOf(contract.grandTotal, contract.currencyIsoCode ?? currency),
    currency: contract.currencyIsoCode,
    originId: contract.originId ?? "",
    isDeleted: contract.deletedAt !== null,
  };
}

/** Undefined: Procore does not show us the project's contracts. `siblings`: origin ids that are known to stand there. */
export async function listContracts(
  { procore }: Connection,
  { projectId, currency, siblings }: { projectId: number; currency: string; siblings: ReadonlySet<string> },
): Promise<ContractSeen[] | undefined> {
  const content = await procore.purchaseOrderContracts.list({ projectId, deleted: "with" }).read();
  if (!content.ok && isOutOfSight(content.error)) return undefined;
  if (!content.ok) throw haltFor(content.error);
  const { items, total, isComplete } = content.value;
  const isSeen = siblings.size === 0 || items.some(({ originId }) => originId !== null && siblings.has(originId));
  if (isComplete && isSeen) return items.map((contract) => seenOf(contract, currency));
  const doubt = isComplete
    ? "none of the contracts that are known to stand there was listed"
    : `Procore counted ${total} contracts and listed ${items.length}`;
  const detail = `GET /rest/v1.0/purchase_order_contracts: project ${projectId}: ${doubt}; no older purchase order is decided on that`;
  throw new RunHalt("pause", "procore.not-found", detail);
}

export async function listContractLines(
  { procore }: Connection,
  { projectId, contractId, currency }: { projectId: number; contractId: number; currency: string },
): Promise<LineSeen[]> {
  const lines = await procore.purchaseOrderLines.list({ projectId, contractId }).all();
  if (!lines.ok) throw haltFor(lines.error);
  return lines.value.map(({ id, originId, amount, wbsCodeId, flatCode }) => ({
    id,
    originId: originId ?? "",
    amount: minorOf(amount, currency),
    text: `${amount ?? "no amount"} on ${flatCode ?? "no budget code"}`,
    budgetCodeId: wbsCodeId,
  }));
}
