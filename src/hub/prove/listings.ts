/** Each kind of record as Procore lists it, complete or not at all. */
import type { Listing, Procore } from "../../procore/index.ts";
import { describeFault } from "../../procore/index.ts";
import type { Listed } from "./compare.ts";
import type { ProofKind, Target } from "./expected.ts";
import { readWhole } from "./read-whole.ts";

export type Read = { kind: "listed"; listed: Listed[] } | { kind: "not-credible"; problem: string };

async function readAll<T>(listings: readonly Listing<T>[], toListed: (item: T) => Listed): Promise<Read> {
  const listed: Listed[] = [];
  for (const listing of listings) {
    const whole = await readWhole(listing);
    if ("problem" in whole) return { kind: "not-credible", problem: whole.problem };
    listed.push(...whole.items.map(toListed));
  }
  return { kind: "listed", listed };
}

const readers: Readonly<Record<ProofKind, (procore: Procore, projectId: number) => Promise<Read>>> = {
  vendors: ({ vendors }) =>
    readAll([vendors.listActive(), vendors.listInactive()], ({ id, originId }) => ({
      id,
      originId,
      amount: null,
      status: null,
      isDeleted: false,
    })),
  contracts: ({ purchaseOrderContracts }, projectId) =>
    readAll([purchaseOrderContracts.list({ projectId, deleted: "with" })], ({ id, originId, grandTotal, status, deletedAt }) => ({
      id,
      originId,
      amount: grandTotal,
      status,
      isDeleted: deletedAt !== null,
    })),
  "change-orders": ({ commitmentChangeOrders }, projectId) =>
    readAll([commitmentChangeOrders.list({ projectId })], ({ id, reference, grandTotal, status }) => ({
      id,
      originId: reference,
      amount: grandTotal,
      status,
      isDeleted: false,
    })),
  requisitions: ({ requisitions }, projectId) =>
    readAll([requisitions.list({ projectId, withItems: true })], ({ id, originId, amount, status }) => ({
      id,
      originId,
      amount,
      status,
      isDeleted: false,
    })),
  "direct-costs": ({ directCosts }, projectId) =>
    readAll([directCosts.list({ projectId })], ({ id, originId, grandTotal, amount, status, deletedAt }) => ({
      id,
      originId,
      amount: grandTotal ?? amount,
      status,
      isDeleted: deletedAt !== null,
    })),
};

/** A project that the app may not see any more answers an empty list (procore 3 [A]): that proves nothing, and is said so. */
export async function listTarget(procore: Procore, { projectId, kind }: Target): Promise<Read> {
  const read = await readers[kind](procore, projectId);
  if (read.kind !== "listed" || read.listed.length > 0 || projectId === 0) return read;
  const projects = await procore.projects.list().read();
  if (!projects.ok) return { kind: "not-credible", problem: describeFault(projects.error) };
  const isVisible = projects.value.items.some(({ id }) => id === projectId);
  return isVisible ? read : { kind: "not-credible", problem: `project ${projectId} is not among those that the app may see` };
}
