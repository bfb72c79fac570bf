/**
 * From a desired contract and what is known of it to effects (rulings 13 and 14): link the vendor, reopen an approved contract, header,
 * lines, approve: only those that differ. A purchase order thrown back into release changes nothing in Procore.
 */
import { type ContractState, type DesiredContract, type DesiredContractLine, desiredHash } from "../../core/index.ts";
import { type EffectDraft, hashOf } from "./effects.ts";
import type { KnownHashes } from "./records.ts";
import { stages } from "./stages.ts";

export const statusHash = (status: string): string => desiredHash({ status });

export function linkOriginId(vendorOriginId: string, projectId: number): string {
  return `${vendorOriginId}@${projectId}`;
}

export type ContractPlan =
  | { kind: "unchanged" }
  /** Ruling 13; the lines that would change. */
  | { kind: "in-release"; changedLines: ReadonlySet<string> }
  | { kind: "effects"; effects: EffectDraft[]; changedLines: ReadonlySet<string> };

function linkEffect(contract: DesiredContract, vendorOriginId: string): EffectDraft {
  const originId = linkOriginId(vendorOriginId, contract.projectId);
  const refs = { vendor_id: vendorOriginId };
  const base = { stage: stages.projectVendor, projectId: contract.projectId, container: "", body: {}, refs } as const;
  return { ...base, recordOriginId: originId, originId, aspect: "link", action: "link", hash: hashOf({}, refs) };
}

const actionOf = { Draft: "reopen", Approved: "approve", Closed: "close" } as const satisfies Record<
  ContractState,
  EffectDraft["action"]
>;

/** `isAdopted`: a contract that people made. Requisitions of theirs are in no ledger of ours. */
function statusEffect(contract: DesiredContract, status: ContractState, isAdopted = false): EffectDraft {
  const isReopen = status === "Draft";
  const reopen = isAdopted ? stages.contractReopenGuarded : stages.contractReopen;
  return {
    stage: isReopen ? reopen : stages.contractStatus,
    projectId: contract.projectId,
    container: "",
    recordOriginId: contract.originId,
    originId: contract.originId,
    // Reopening is an aspect of its own, so that it and the approval that follows can both be planned.
    aspect: isReopen ? "reopen" : "status",
    action: actionOf[status],
    refs: isReopen && isAdopted ? { id: contract.originId } : {},
    body: { status },
    hash: statusHash(status),
  };
}

function headerEffect(contract: DesiredContract, vendorOriginId: string, isNew: boolean): EffectDraft {
  const refs = { vendor_id: vendorOriginId };
  // Sync knows no currency and drops it without a word (procore 4.4): such a contract is created by itself, and keeps its currency for good.
  const currency = isNew ? contract.currency : undefined;
  return {
    stage: currency ? stages.contractInCurrency : stages.contractHeader,
    projectId: contract.projectId,
    container: "",
    recordOriginId: contract.originId,
    originId: contract.originId,
    aspect: "content",
    action: isNew ? "create" : "update",
    refs,
    // Status travels by its own effect; a new contract starts as Draft whatever the project's default is.
    body: isNew ? { ...contract.header, ...currency, status: "Draft" } : contract.header,
    hash: contractHeaderHash(contract, vendorOriginId),
  };
}

export const contractHeaderHash = (contract: DesiredContract, vendorOriginId: string): string =>
  hashOf(contract.header, { vendor_id: vendorOriginId });

export const lineHash = ({ body }: Pick<DesiredContractLine, "body">): string => hashOf(body, {});

/** A line that people made bears no origin id until it is first written, and by that alone a second one would be made: its id goes with it. */
function lineEffect(
  contract: DesiredContract,
  line: DesiredContractLine,
  { isNew, isAdopted }: { isNew: boolean; isAdopted: boolean },
): EffectDraft {
  return {
    stage: stages.contractLine,
    projectId: contract.projectId,
    container: contract.originId,
    recordOriginId: contract.originId,
    originId: line.originId,
    aspect: "content",
    action: isNew ? "create" : "update",
    refs: isAdopted && !isNew ? { id: line.originId } : {},
    body: line.body,
    hash: lineHash(line),
    amount: line.amount,
  };
}

/** Approved or closed in Procore: it changes by being reopened, or by a change order. */
export function isContractSettled({ originId }: Pick<DesiredContract, "originId">, known: KnownHashes): boolean {
  const status = known.get(originId, "status");
  return status === statusHash("Approved") || status === statusHash("Closed");
}

export function planContract(
  contract: DesiredContract,
  vendorOriginId: string,
  known: KnownHashes,
  { isLinked }: { isLinked: boolean },
): ContractPlan {
  const knownHeader = known.get(contract.originId, "content");
  const knownStatus = known.get(contract.originId, "status");
  const header = headerEffect(contract, vendorOriginId, knownHeader === undefined);
  const isAdopted = known.get(contract.originId, "adoption") !== undefined;
  const lines = contract.lines.map((line) =>
    lineEffect(contract, line, { isNew: known.get(line.originId, "content") === undefined, isAdopted }),
  );
  const changed = lines.filter((line) => line.hash !== known.get(line.originId, "content"));
  const changedLines = new Set(changed.map((line) => line.originId));
  const contentDiffers = header.hash !== knownHeader || changed.length > 0;
  const isSettled = isContractSettled(contract, known);
  if (isSettled && contract.status === "Draft")
    return contentDiffers ? { kind: "in-release", changedLines } : { kind: "unchanged" };
  const isDue = contract.status !== "Draft" && (contentDiffers || knownStatus !== statusHash(contract.status));

  const effects: EffectDraft[] = [];
  if (!isLinked) effects.push(linkEffect(contract, vendorOriginId));
  if (isSettled && isDue) effects.push(statusEffect(contract, "Draft", isAdopted));
  if (header.hash !== knownHeader) effects.push(header);
  effects.push(...changed);
  if (isDue) effects.push(statusEffect(contract, contract.status));
  if (!contentDiffers && effects.every((effect) => effect.aspect === "link")) return { kind: "unchanged" };
  return { kind: "effects", effects, changedLines };
}
