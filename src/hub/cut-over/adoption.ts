/**
 * The effects that adopt a contract (ruling 4). One is written: our origin id on the contract. The others write nothing: they look once more and take the
 * contract's lines, itself and its status as confirmed with what SAP says, so that only what SAP changes from then on flows. The contract is known only
 * when all its lines are: a contract that was taken by halves would get the other half a second time.
 */
import { type DesiredContract, type DesiredContractLine, desiredHash } from "../../core/index.ts";
import { type ContractPlan, contractHeaderHash, lineHash, statusHash } from "../plan/contract-effects.ts";
import type { EffectDraft } from "../plan/effects.ts";
import type { KnownHashes } from "../plan/records.ts";
import { stages } from "../plan/stages.ts";

export type Adoption = {
  contractId: number;
  status: "Draft" | "Approved";
  /** Procore's ids by our lines' origin ids: each line of the contract, and of the order. */
  lines: ReadonlyMap<string, number>;
};

export const contractAdoptionHash = (contractId: number): string => desiredHash({ body: { id: contractId }, refs: {} });

type Base = Pick<EffectDraft, "projectId" | "container" | "recordOriginId">;

function linkEffect(base: Base, contractId: number): EffectDraft {
  return {
    ...base,
    stage: stages.contractAdopt,
    originId: base.recordOriginId,
    aspect: "adoption",
    action: "adopt",
    refs: {},
    body: { id: contractId },
    hash: contractAdoptionHash(contractId),
  };
}

function lineEffect(base: Base, line: DesiredContractLine, contractId: number, id: number): EffectDraft {
  const { amount, wbs_code_id: budgetCode } = line.body;
  return {
    ...base,
    stage: stages.contractTakeLines,
    originId: line.originId,
    aspect: "content",
    action: "take",
    refs: {},
    body: { contract: base.recordOriginId, contract_id: contractId, id, amount: amount ?? "", wbs_code_id: budgetCode ?? 0 },
    hash: lineHash(line),
    amount: line.amount,
  };
}

export function adoptContract(
  contract: DesiredContract,
  vendorOriginId: string,
  adoption: Adoption,
  known: KnownHashes,
): ContractPlan {
  const { contractId, status, lines } = adoption;
  const { originId } = contract;
  const base = { projectId: contract.projectId, container: "", recordOriginId: originId };
  const take = { contract: originId, contract_id: contractId };
  const idOf = (line: DesiredContractLine) => {
    const id = lines.get(line.originId);
    if (id === undefined)
      throw new Error(`Assertion failed: ${line.originId} was matched with no line of contract ${contractId}`);
    return id;
  };
  const effects: EffectDraft[] = [];
  if (known.get(originId, "adoption") !== contractAdoptionHash(contractId)) effects.push(linkEffect(base, contractId));
  effects.push(
    ...contract.lines
      .filter((line) => known.get(line.originId, "content") !== lineHash(line))
      .map((line) => lineEffect(base, line, contractId, idOf(line))),
    {
      ...base,
      stage: stages.contractTake,
      originId,
      aspect: "content",
      action: "take",
      // Not before all its lines are known.
      refs: Object.fromEntries(contract.lines.map((line, index) => [`line.${index}`, line.originId])),
      body: take,
      hash: contractHeaderHash(contract, vendorOriginId),
    },
  );
  const isToApprove = status === "Draft" && contract.status === "Approved";
  effects.push({
    ...base,
    stage: isToApprove ? stages.contractStatus : stages.contractTakeStatus,
    originId,
    aspect: "status",
    action: isToApprove ? "approve" : "take",
    refs: { id: originId },
    body: isToApprove ? { status: "Approved" } : { ...take, status },
    hash: statusHash(isToApprove ? "Approved" : status),
  });
  return { kind: "effects", effects, changedLines: new Set() };
}
