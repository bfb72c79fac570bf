/**
 * A vendor's effects: taken back into use, adopted, written. Each has an aspect of its own, and the stages keep their order: what is adopted is
 * never written by its origin id before it bears it, or a twin would be created.
 */
import { desiredHash, type TaxId, type VendorBody } from "../../core/index.ts";
import { type EffectDraft, hashOf } from "./effects.ts";
import { stages } from "./stages.ts";

const companyWide = { projectId: 0, container: "", refs: {} } as const;

export const activityHash = (isActive: boolean): string => desiredHash({ is_active: isActive });

export function contentEffect(originId: string, body: VendorBody, isNew: boolean): EffectDraft {
  const action = isNew ? "create" : "update";
  const base = { stage: stages.vendor, recordOriginId: originId, originId, aspect: "content", action } as const;
  return { ...companyWide, ...base, body, hash: hashOf(body, {}) };
}

export function adoptionEffect(originId: string, companyId: number): EffectDraft {
  const body = { id: companyId };
  const base = { stage: stages.vendorAdopt, recordOriginId: originId, originId, aspect: "adoption", action: "adopt" } as const;
  return { ...companyWide, ...base, body, hash: hashOf(body, {}) };
}

/** Of a company that bears our link already its id is known; of another it is said. */
export function reactivationEffect(originId: string, companyId?: number): EffectDraft {
  const base = {
    stage: stages.vendorReactivate,
    recordOriginId: originId,
    originId,
    aspect: "activity",
    action: "activate",
  } as const;
  const named = companyId === undefined ? { body: {}, refs: { id: originId } } : { body: { id: companyId }, refs: {} };
  return { ...companyWide, ...base, ...named, hash: activityHash(true) };
}

/** By the company's id, so that nothing can be created by it. */
export function inactivationEffect(originId: string): EffectDraft {
  const base = {
    stage: stages.vendorStatus,
    recordOriginId: originId,
    originId,
    aspect: "activity",
    action: "inactivate",
  } as const;
  return { ...companyWide, ...base, body: { is_active: false }, refs: { id: originId }, hash: activityHash(false) };
}

/** Its key is the company: a company has one register at most (ruling 2). */
export function registerEffect(originId: string, { type, identifier }: TaxId): EffectDraft {
  const body = { type, identifier };
  const refs = { id: originId };
  const base = {
    stage: stages.vendorRegister,
    recordOriginId: originId,
    originId,
    aspect: "register",
    action: "create",
  } as const;
  return { ...companyWide, ...base, refs, body, hash: hashOf(body, refs) };
}
