/**
 * What is to become of older purchase orders: who needs an answer is found first, and only then are their projects' contracts listed. Runs without such an
 * order list nothing, and those that only wait are looked at again with each sweep, as vendors are.
 */
import type { Transaction } from "kysely";
import {
  type ContractCandidate,
  type ContractOutcome,
  type ContractSeen,
  compileCutOver,
  isOwnOriginId,
  matchContractLines,
  matchContracts,
  obstaclesOf,
  type ProcoreView,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { readSweep } from "../change/note-sweep.ts";
import { inTenant, type RunContext } from "../context.ts";
import { originPrefix, readKnown } from "../plan/records.ts";
import type { Adoption } from "./adoption.ts";
import { type ContractDecision, orderIn, readContractDecisions } from "./contract-decisions.ts";
import { type ContractFinding, type ContractHold, readKeptContractHolds } from "./findings.ts";
import { listContractLines, listContracts } from "./list-contracts.ts";
import { type OpenOrder, readOpenOrders } from "./open-orders.ts";
import { readWrittenContracts } from "./written.ts";

type Tx = Transaction<Database>;

export type ContractFate = { kind: "none" } | ({ kind: "hold" } & ContractHold) | ({ kind: "adopt" } & Adoption);

export type ContractFates = {
  decisions: ReadonlyMap<string, ContractDecision>;
  of(order: string, project: string): ContractFate | undefined;
  /** By our origin id of the contract. */
  adoption(contract: string): Adoption | undefined;
  findings: readonly ContractFinding[];
};

export const noContractFates: ContractFates = {
  decisions: new Map(),
  of: () => undefined,
  adoption: () => undefined,
  findings: [],
};

const hold = (code: ContractHold["code"], why: string, candidates: readonly ContractCandidate[] = []): ContractFate => ({
  kind: "hold",
  code,
  why,
  candidates,
});

type Looked = { context: RunContext; contracts: readonly ContractSeen[] };

/** Of a contract that is the order: its lines must be the order's items, one to one, or it stays as it is. */
async function adopt({ context }: Looked, open: OpenOrder, seen: ContractSeen, candidates: readonly ContractCandidate[]) {
  const { contract, project } = open;
  const obstacles = obstaclesOf(seen, wantedOf(open));
  if (obstacles.length > 0) return hold("contract-differs", obstacles.join("; "), candidates);
  if (!contract) return hold("contract-differs", open.waitsFor, candidates);
  const currency = contract.lines[0]?.amount.currency ?? project.currency;
  const lines = await listContractLines(context.connection, { projectId: project.id, contractId: seen.id, currency });
  const wanted = contract.lines.map(({ originId, atomKey, amount, body }) => ({
    originId,
    name: atomKey.split(".").slice(1).join("."),
    amount,
    budgetCodeId: Number(body.wbs_code_id),
  }));
  const matched = matchContractLines(wanted, lines);
  if (!matched.ok) return hold("contract-differs", matched.error.slice(0, 5).join("; "), candidates);
  const status = seen.status === "Approved" ? ("Approved" as const) : ("Draft" as const);
  return { kind: "adopt" as const, contractId: seen.id, status, lines: matched.value };
}

function wantedOf({ order, originId, vendorId, total }: OpenOrder) {
  return { key: order, originId, vendorId, total };
}

async function fateOfDecision(looked: Looked, open: OpenOrder, contractId: number): Promise<ContractFate> {
  const seen = looked.contracts.find(({ id }) => id === contractId);
  if (!seen) return hold("contract-decision-void", `contract ${contractId} is not among the project's`);
  if (seen.isDeleted)
    return hold("contract-decision-void", `contract ${contractId} is in the recycle bin; restore it in Procore first`);
  if (seen.originId !== "" && seen.originId !== open.originId)
    return hold("contract-decision-void", `contract ${contractId} is linked as ${seen.originId}`);
  return adopt(looked, open, seen, []);
}

async function fateOfMatch(looked: Looked, open: OpenOrder, outcome: ContractOutcome | undefined): Promise<ContractFate> {
  if (!outcome || outcome.kind === "none") return { kind: "none" };
  if (outcome.kind === "ask") return hold(outcome.code, outcome.why, outcome.candidates);
  const { contractId, candidates } = outcome;
  const seen = looked.contracts.find(({ id }) => id === contractId);
  if (!seen) throw new Error(`Assertion failed: contract ${contractId} was matched and not listed`);
  const fate = await adopt(looked, open, seen, candidates);
  if (fate.kind !== "adopt" || looked.context.connection.settings.cutOver.adopt === "sure") return fate;
  return hold("contract-twin", `contract ${contractId} surely is it, line by line`, candidates);
}

/** One that bears the order's link already, and we did not know all of it, is an adoption that did not come to its end, or of a restored store. */
async function lookInProject(context: RunContext, orders: readonly OpenOrder[], siblings: ReadonlySet<string>) {
  const fates = new Map<string, ContractFate>();
  const [first] = orders;
  if (!first) return fates;
  const { id: projectId, currency, number: name } = first.project;
  const contracts = await listContracts(context.connection, { projectId, currency, siblings });
  const keyOf = ({ order }: OpenOrder) => orderIn(order, name);
  if (!contracts) {
    for (const open of orders) fates.set(keyOf(open), hold("project-not-permitted", `the contracts of project ${name}`));
    return fates;
  }
  const looked: Looked = { context, contracts };
  const chosen = orders.flatMap(({ decision }) => (decision?.kind === "adopt" ? decision.contractId : []));
  const free = contracts.filter(({ id }) => !chosen.includes(id));
  const isOurs = (originId: string) => isOwnOriginId(context.connection.settings.sap, originId);
  const outcomes = matchContracts(orders.filter(({ decision }) => decision === undefined).map(wantedOf), free, isOurs);
  for (const open of orders) {
    const { decision } = open;
    const linked = contracts.find(({ originId, isDeleted }) => originId === open.originId && !isDeleted);
    if (linked) fates.set(keyOf(open), await adopt(looked, open, linked, []));
    else if (decision?.kind === "adopt") fates.set(keyOf(open), await fateOfDecision(looked, open, decision.contractId));
    else fates.set(keyOf(open), await fateOfMatch(looked, open, outcomes.get(open.order)));
  }
  return fates;
}

/** Known contracts by project: of each listing that is believed one of them must show. */
async function readSiblings(tx: Tx, context: RunContext): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { tenant, connection } = context;
  const rows = await tx
    .selectFrom("known")
    .select(["origin_id", "project_id"])
    .where("tenant", "=", tenant)
    .where("connection", "=", connection.name)
    .where("aspect", "=", "content")
    .where("origin_id", "like", `${originPrefix(context, "PO")}%`)
    .execute();
  const byProject = Map.groupBy(rows, (row) => String(row.project_id));
  return new Map([...byProject].map(([id, each]) => [id, new Set(each.map((row) => row.origin_id))]));
}

type Before = {
  decisions: ReadonlyMap<string, ContractDecision>;
  open: readonly OpenOrder[];
  kept: ReadonlyMap<string, ContractHold>;
  siblings: ReadonlyMap<string, ReadonlySet<string>>;
};

async function readBefore(tx: Tx, context: RunContext, view: ProcoreView): Promise<Before | undefined> {
  const dates = compileCutOver(context.connection.settings.cutOver);
  if (!dates) return undefined;
  const decisions = await readContractDecisions(tx, { tenant: context.tenant, connection: context.connection.name });
  const known = await readKnown(tx, context, ["PO", "PL"]);
  const written = await readWrittenContracts(tx, context, view, known);
  const all = await readOpenOrders(tx, context, { view, dates, written, decisions });
  const open = all.filter(({ decision }) => decision === undefined || decision.kind === "adopt");
  const isLookedAtAnew = context.mode === "replay" || (await readSweep(tx, context, "purchase-orders"));
  const kept = isLookedAtAnew ? new Map() : await readKeptContractHolds(tx, context);
  return { decisions, open, kept, siblings: await readSiblings(tx, context) };
}

const keyOf = ({ order, project }: OpenOrder) => orderIn(order, project.number);

function findingOf(open: OpenOrder, fate: ContractFate | undefined): ContractFinding[] {
  if (fate?.kind !== "hold") return [];
  const { code, why, candidates } = fate;
  return [{ order: open.order, project: open.project.number, title: open.title, code, why, candidates }];
}

export async function prepareContractFates(context: RunContext, view: ProcoreView): Promise<ContractFates> {
  const before = await context.store.transact(inTenant(context), (tx) => readBefore(tx, context, view));
  if (!before) return noContractFates;
  const { decisions, open, kept, siblings } = before;
  const fates = new Map<string, ContractFate>(
    open.flatMap((each) => {
      const waits = kept.get(keyOf(each));
      return waits ? [[keyOf(each), { kind: "hold" as const, ...waits }]] : [];
    }),
  );
  for (const [projectId, orders] of Map.groupBy(open, ({ project }) => project.id)) {
    // Orders compete for contracts, so a project is looked at whole or not at all.
    if (orders.every((each) => fates.has(keyOf(each)))) continue;
    for (const [key, fate] of await lookInProject(context, orders, siblings.get(String(projectId)) ?? new Set()))
      fates.set(key, fate);
  }
  const adoptions = new Map(
    open.flatMap((each): [string, Adoption][] => {
      const fate = fates.get(keyOf(each));
      return fate?.kind === "adopt" ? [[each.originId, fate]] : [];
    }),
  );
  return {
    decisions,
    of: (order, project) => fates.get(orderIn(order, project)),
    adoption: (contract) => adoptions.get(contract),
    findings: open.flatMap((each) => findingOf(each, fates.get(keyOf(each)))),
  };
}
