/** One project of the mapping, tool by tool: the first page of what the flows would read and write there. A refusal is an answer, too. */
import {
  type ContractCounts,
  isErrorCode,
  isOwnOriginId,
  type ProjectTool,
  type SapClient,
  type ToolFact,
} from "../../core/index.ts";
import type { Timebox } from "../../ports/index.ts";
import type { Listing, Procore, ProcoreFault, Project, PurchaseOrderContract } from "../../procore/index.ts";

export type CallsLeft = { left(): number };

/** Calls of one project: one a tool. */
export const callsPerProject = 8;
const examplesMax = 3;

type FoundProject = {
  tools: ToolFact[];
  currency?: string;
  hasMulticurrency?: boolean;
  hasOpenPeriod?: boolean;
  contracts?: ContractCounts;
  budgetCodes?: readonly string[];
};

/** Undefined: the call itself failed, which is no word of Procore's about the tool. */
function refusedBy(tool: ProjectTool, { code, status, detail }: ProcoreFault): ToolFact | undefined {
  if (status === undefined || status < 400 || status >= 500 || status === 429 || status === 408 || !isErrorCode(code))
    return undefined;
  return { tool, state: "refused", code, status, detail };
}

type Page<T> = { fact: ToolFact; items?: readonly T[] };

/** `pagesMax` 1: whether it answers; more where what it holds matters. */
async function lookAtTool<T>(tool: ProjectTool, listing: Listing<T>, timebox: Timebox, pagesMax = 1): Promise<Page<T>> {
  if (timebox.isOver()) return { fact: { tool, state: "skipped" } };
  const items: T[] = [];
  let pages = 0;
  for await (const page of listing.pages()) {
    if (!page.ok) return { fact: refusedBy(tool, page.error) ?? { tool, state: "skipped" } };
    items.push(...page.value);
    pages += 1;
    if (pages > pagesMax || timebox.isOver()) break;
  }
  return { fact: { tool, state: "answers", rows: items.length, isWhole: pages <= pagesMax }, items };
}

function countContracts(contracts: readonly PurchaseOrderContract[], client: SapClient): ContractCounts {
  const byHand = contracts.filter(({ originId }) => !originId);
  const foreign = contracts.filter(({ originId }) => originId && !isOwnOriginId(client, originId));
  const named = (byHand.length > 0 ? byHand : foreign).slice(0, examplesMax);
  return {
    own: contracts.length - byHand.length - foreign.length,
    foreign: foreign.length,
    byHand: byHand.length,
    examples: named.map(({ number, id }) => number ?? `id ${id}`),
  };
}

async function lookAtCurrency(procore: Procore, projectId: number, timebox: Timebox, found: FoundProject, otherwise: string) {
  if (timebox.isOver()) {
    found.tools.push({ tool: "currency", state: "skipped" });
    return;
  }
  const read = await procore.projects.currency(projectId);
  if (read.ok) {
    found.currency = read.value.isoCode ?? otherwise;
    found.hasMulticurrency = read.value.hasMulticurrency;
    found.tools.push({ tool: "currency", state: "answers", rows: 1, isWhole: true });
    return;
  }
  const refused = refusedBy("currency", read.error);
  // Where the feature is off for us the configured currency counts.
  if (refused) found.currency = otherwise;
  found.tools.push(refused ?? { tool: "currency", state: "skipped" });
}

export async function lookAtProject(
  procore: Procore,
  project: Project,
  { timebox, client, currency }: { timebox: Timebox; client: SapClient; currency: string },
): Promise<FoundProject> {
  const projectId = project.id;
  const found: FoundProject = { tools: [] };
  const contracts = await lookAtTool("commitments", procore.purchaseOrderContracts.list({ projectId }), timebox, 3);
  found.tools.push(contracts.fact);
  if (contracts.items) found.contracts = countContracts(contracts.items, client);
  const codes = await lookAtTool("budget codes", procore.budgetCodes.wbsCodes(projectId), timebox, 10);
  found.tools.push(codes.fact);
  // Half of them would make the others look missing.
  if (codes.items && codes.fact.state === "answers" && codes.fact.isWhole)
    found.budgetCodes = codes.items.flatMap(({ flatCode, isActive }) => (isActive && flatCode !== null ? [flatCode] : []));
  found.tools.push((await lookAtTool("direct costs", procore.directCosts.list({ projectId }), timebox)).fact);
  found.tools.push((await lookAtTool("requisitions", procore.requisitions.list({ projectId }), timebox)).fact);
  const periods = await lookAtTool("billing periods", procore.billingPeriods.list(projectId), timebox, 3);
  found.tools.push(periods.fact);
  if (periods.items && periods.fact.state === "answers" && periods.fact.isWhole)
    found.hasOpenPeriod = periods.items.some(({ status }) => status === "open");
  found.tools.push((await lookAtTool("change orders", procore.commitmentChangeOrders.list({ projectId }), timebox)).fact);
  found.tools.push((await lookAtTool("project directory", procore.projectVendors.list(projectId), timebox)).fact);
  await lookAtCurrency(procore, projectId, timebox, found, currency);
  return found;
}
