/**
 * What stands in a project in Procore, by budget code: direct costs and billing that people made, and our own direct costs beside them (ruling 4). Listed
 * whole or not at all: half a listing would be half a balance. Reads only.
 */
import { Fault, findProjects, isOwnOriginId, type ProcoreFigure, sumCells } from "../../core/index.ts";
import type { PurchaseOrderContract, Requisition } from "../../procore/index.ts";
import type { Connection } from "../context.ts";
import { readCurrency } from "../map/view.ts";
import { readWhole } from "../prove/read-whole.ts";
import { minorOf } from "../reconcile/gather-facts.ts";

/** A contract that bears no origin id of ours. */
export type ContractByHand = {
  id: number;
  number: string;
  title: string;
  status: string;
  amount: string;
  /** Of another system; empty where nobody linked it. */
  originId: string;
};

export type ByHand = { projectId: number; currency: string; figures: ProcoreFigure[]; contracts: ContractByHand[] };

type Place = { connection: Connection; projectId: number; currency: string };

function refuse(project: string, detail: string): Fault {
  return new Fault("cut-over.not-listed", { place: `project ${project}`, detail });
}

function whole<T>(project: string, read: { items: readonly T[] } | { problem: string }): readonly T[] {
  if ("problem" in read) throw refuse(project, read.problem);
  return read.items;
}

async function findProject(connection: Connection, name: string): Promise<Place> {
  const { procore, settings } = connection;
  const projects = whole(name, await readWhole(procore.projects.list()));
  const found = findProjects([name], projects, { client: settings.sap, rows: settings.projects }).get(name);
  if (found?.kind !== "found")
    throw refuse(name, found ? "Procore has several active projects of this name" : "the project is not there, or not permitted");
  const projectId = found.project.id;
  return { connection, projectId, ...(await readCurrency(connection, projectId)) };
}

const isOurs = ({ connection }: Place, originId: string | null) =>
  originId !== null && isOwnOriginId(connection.settings.sap, originId);

const figure = ({ currency }: Place, budgetCode: string, change: Partial<ProcoreFigure>): ProcoreFigure => ({
  currency,
  budgetCode,
  costsByHand: 0n,
  billedByHand: 0n,
  ours: 0n,
  ...change,
});

/** Drafts and deleted ones are in no budget. */
async function listCosts(place: Place, name: string): Promise<ProcoreFigure[]> {
  const { projectId } = place;
  const { directCosts, directCostLines } = place.connection.procore;
  const costs = whole(name, await readWhole(directCosts.list({ projectId })));
  const lines = whole(name, await readWhole(directCostLines.list({ projectId })));
  const byId = new Map(costs.map((cost) => [cost.id, cost]));
  return lines.flatMap((line) => {
    const cost = byId.get(line.holderId ?? 0);
    if (!cost) throw refuse(name, `line ${line.id} belongs to no direct cost that was listed`);
    if (cost.status === "draft" || cost.deletedAt !== null) return [];
    const amount = minorOf(line.amount ?? "0", place.currency);
    return figure(place, line.flatCode ?? "", isOurs(place, cost.originId) ? { ours: amount } : { costsByHand: amount });
  });
}

/** The budget codes of lines that people billed: a call for each of their contracts. */
async function readBudgetCodes(
  place: Place,
  name: string,
  contracts: readonly PurchaseOrderContract[],
  billed: ReadonlySet<number | null>,
): Promise<ReadonlyMap<number, string>> {
  const codes = new Map<number, string>();
  for (const { id } of contracts.filter((contract) => billed.has(contract.id))) {
    const lines = place.connection.procore.purchaseOrderLines.list({ projectId: place.projectId, contractId: id });
    for (const line of whole(name, await readWhole(lines))) codes.set(line.id, line.flatCode ?? "");
  }
  return codes;
}

/** Work of whatever is no draft; what is billed on other kinds of commitments stands under no budget code. */
async function listBilled(place: Place, name: string, contracts: readonly PurchaseOrderContract[]): Promise<ProcoreFigure[]> {
  const { requisitions } = place.connection.procore;
  const listed = whole(name, await readWhole(requisitions.list({ projectId: place.projectId, withItems: true })));
  const byHand = listed.filter(({ originId, status }) => !isOurs(place, originId) && status !== "draft");
  const codes = await readBudgetCodes(place, name, contracts, new Set(byHand.map(({ commitmentId }) => commitmentId)));
  const figures = ({ items }: Requisition) =>
    (items ?? []).map(({ lineItemId, workCompletedThisPeriod }) =>
      figure(place, codes.get(lineItemId ?? 0) ?? "", { billedByHand: minorOf(workCompletedThisPeriod ?? "0", place.currency) }),
    );
  return byHand.flatMap(figures);
}

function byHandOf(place: Place, contracts: readonly PurchaseOrderContract[]): ContractByHand[] {
  return contracts
    .filter(({ originId }) => !isOurs(place, originId))
    .map(({ id, number, title, status, grandTotal, originId }) => ({
      id,
      number: number ?? "",
      title: title ?? "",
      status: status ?? "",
      amount: grandTotal ?? "0",
      originId: originId ?? "",
    }));
}

export async function listByHand(connection: Connection, project: string): Promise<ByHand> {
  const place = await findProject(connection, project);
  const { projectId, currency } = place;
  const contracts = whole(project, await readWhole(connection.procore.purchaseOrderContracts.list({ projectId })));
  const figures = sumCells([...(await listCosts(place, project)), ...(await listBilled(place, project, contracts))]);
  return { projectId, currency, figures, contracts: byHandOf(place, contracts) };
}
