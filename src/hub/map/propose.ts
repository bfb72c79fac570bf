/**
 * Proposals of rules for the cost lines and purchase order items that no rule places, from the store, SAP's reference data and Procore. It reads only, in both: a proposal is a text for a
 * person, and nothing takes it up by itself. Of Procore only the budgets of projects that something leads to are read, the heaviest first, at two calls or more each.
 */
import {
  createProposer,
  Fault,
  isErrorCode,
  type Mapping,
  type ProjectBudget,
  type Proposals,
  type ReferenceKind,
  type Result,
  type SapClient,
} from "../../core/index.ts";
import { isOutOfSight, type Procore, type ProcoreFault } from "../../procore/index.ts";
import type { Store } from "../../store/index.ts";
import { readReference } from "../reference/read-reference.ts";
import { readCoverageLines } from "./coverage.ts";
import { readOrderLines, waitsForOrder } from "./order-lines.ts";

export type ProposalAsk = {
  tenant: string;
  connection: string;
  mapping: Mapping;
  sap: SapClient;
  /** Procore's ids by the names that rules use. */
  rows: Readonly<Record<string, number>>;
  floor: number;
  onProject?: (done: number, total: number) => void;
};

export type ProposalsFound = Proposals & {
  /** False: names and structures are not known, and little can be told. */
  readonly hasReference: boolean;
  readonly hasLines: boolean;
  /** Beyond the limit of one look; their lines are among the questions. */
  readonly projectsNotRead: number;
};

const kinds: readonly ReferenceKind[] = [
  "company-code",
  "cost-center",
  "cost-element",
  "gl-account",
  "project",
  "wbs-element",
  "order",
];

/** Two listings each; with Procore's 3,600 calls an hour beside everything else. */
const projectsReadMax = 300;

function answered<Value>(read: Result<Value, ProcoreFault>): Value {
  if (read.ok) return read.value;
  const { code, endpoint, detail } = read.error;
  throw new Fault(isErrorCode(code) ? code : "procore.server", { place: endpoint, detail });
}

/** Undefined where the service account may not see the project's codes. */
async function readBudget({ budgetCodes }: Procore, project: number): Promise<ProjectBudget | undefined> {
  const codes = await budgetCodes.costCodes(project).all();
  if (!codes.ok && isOutOfSight(codes.error)) return undefined;
  const flat = await budgetCodes.wbsCodes(project).all();
  if (!flat.ok && isOutOfSight(flat.error)) return undefined;
  const open = answered(codes).filter(({ deletedAt }) => deletedAt === null);
  return {
    costCodes: open.flatMap(({ fullCode, name, originId }) =>
      fullCode === null ? [] : [{ fullCode, name: name ?? "", originId }],
    ),
    budgetCodes: new Set(answered(flat).flatMap(({ flatCode, isActive }) => (isActive && flatCode !== null ? [flatCode] : []))),
  };
}

async function readTypes({ budgetCodes }: Procore, project: number | undefined) {
  if (project === undefined) return [];
  const types = answered(await budgetCodes.lineItemTypes(project).all());
  return types.flatMap(({ code, name, baseType }) =>
    code === null ? [] : [{ code, name: name ?? "", baseType: baseType ?? "" }],
  );
}

export async function readProposals(store: Store, procore: Procore, ask: ProposalAsk): Promise<ProposalsFound> {
  const { tenant, connection, mapping, floor } = ask;
  const lines = await readCoverageLines(store, { tenant, connection, mapping, without: waitsForOrder });
  const orders = await readOrderLines(store, { tenant, connection, mapping });
  const hasLines = lines.length > 0 || orders.length > 0;
  const references = await store.transact({ tenant }, (tx) => readReference(tx, { tenant, connection }, kinds));
  const projects = !hasLines ? [] : answered(await procore.projects.list().all());
  const naming = { client: ask.sap, rows: ask.rows };
  const proposer = createProposer({ mapping, lines, orders, references, projects, naming, floor });
  const needed = proposer.projectsNeeded.slice(0, projectsReadMax);
  const byProject = new Map<number, ProjectBudget>();
  for (const [index, id] of needed.entries()) {
    const budget = await readBudget(procore, id);
    if (budget) byProject.set(id, budget);
    ask.onProject?.(index + 1, needed.length);
  }
  // The types are the company's; the listing wants a project (procore 4.12).
  const [first] = byProject.keys();
  const found = proposer.propose({ byProject, types: await readTypes(procore, first) });
  return {
    ...found,
    hasReference: references.length > 0,
    hasLines,
    projectsNotRead: proposer.projectsNeeded.length - needed.length,
  };
}
