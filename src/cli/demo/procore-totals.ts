/**
 * What Procore holds at the end, read through its public API only: contracts with their lines, requisitions
 * with theirs, direct costs with theirs, vendors. It shares
 * no code with the product's ledger or client (design section 10: the money must tie by two roads). Amounts stay the text that Procore wrote.
 */
import { z } from "zod";
import type { HttpClient } from "../../ports/index.ts";
import { openProcoreReader, type ProcoreAccess, type ProcoreReader } from "./procore-reader.ts";

const amount = z.union([z.string(), z.number().int().transform(String)]);
const currency = z.object({ currency_iso_code: z.string() });
const budgetCode = z.object({ flat_code: z.string() });

const listedProject = z.object({ id: z.number(), project_number: z.string().nullable() });
const listedVendor = z.object({ id: z.number(), is_active: z.boolean(), origin_id: z.string().nullable() });
const listedRecord = z.object({ id: z.number() });
const line = z.object({
  id: z.number(),
  amount,
  origin_id: z.string().nullable(),
  wbs_code: budgetCode.optional(),
  holder: z.object({ id: z.number() }),
});
const contract = z.object({
  id: z.number(),
  status: z.string(),
  grand_total: amount,
  origin_id: z.string().nullable(),
  vendor: z.object({ origin_id: z.string().nullish() }).optional(),
  currency_configuration: currency,
  line_items: z.array(line),
});
const directCost = z.object({
  id: z.number(),
  status: z.string(),
  grand_total: amount,
  origin_id: z.string().nullable(),
  currency_configuration: currency,
});

const requisition = z.object({
  id: z.number(),
  number: z.number(),
  status: z.string(),
  origin_id: z.string().nullable(),
  commitment_id: z.number(),
  items: z.array(
    z.object({
      line_item_id: z.number(),
      work_completed_this_period: amount,
      work_completed_retainage_retained_this_period: amount,
      work_completed_retainage_released_this_period: amount,
    }),
  ),
});

export type ProcoreLine = { id: number; originId: string; amount: string; budgetCode: string; recordId: number };
export type ProcoreContract = {
  id: number;
  originId: string;
  status: string;
  total: string;
  currency: string;
  /** Origin id of the vendor's record; empty where there is none. */
  vendor: string;
  lines: readonly ProcoreLine[];
};
type ProcoreDirectCost = { id: number; originId: string; status: string; total: string; currency: string };
export type ProcoreRequisition = {
  originId: string;
  contractOriginId: string;
  /** Its place in the contract's chain. */
  number: number;
  status: string;
  items: readonly { lineOriginId: string; work: string; retained: string; released: string }[];
};
export type ProcoreProject = {
  id: number;
  number: string;
  contracts: readonly ProcoreContract[];
  requisitions: readonly ProcoreRequisition[];
  directCosts: readonly ProcoreDirectCost[];
  directCostLines: readonly ProcoreLine[];
};
export type ProcoreTotals = {
  /** The active companies of the directory; the origin id is empty where there is none. */
  vendors: readonly { id: number; originId: string }[];
  projects: readonly ProcoreProject[];
};

export type Reading = { project: number; projects: number };

const parallel = 8;

function showLine(row: z.infer<typeof line>): ProcoreLine {
  return {
    id: row.id,
    originId: row.origin_id ?? "",
    amount: row.amount,
    budgetCode: row.wbs_code?.flat_code ?? "",
    recordId: row.holder.id,
  };
}

/** A list answers no lines (procore 4.4), so every contract is shown once. */
async function readContracts(reader: ProcoreReader, projectId: number): Promise<readonly ProcoreContract[]> {
  const path = "/rest/v1.0/purchase_order_contracts";
  const listed = z.array(listedRecord).parse(await reader.list(path, { project_id: projectId }));
  return inParallel(listed, async ({ id }) => {
    const shown = contract.parse(await reader.get(`${path}/${id}`, { project_id: projectId }));
    return {
      id,
      originId: shown.origin_id ?? "",
      status: shown.status,
      total: shown.grand_total,
      currency: shown.currency_configuration.currency_iso_code,
      vendor: shown.vendor?.origin_id ?? "",
      lines: shown.line_items.map(showLine),
    };
  });
}

async function readRequisitions(
  reader: ProcoreReader,
  projectId: number,
  contracts: readonly ProcoreContract[],
): Promise<readonly ProcoreRequisition[]> {
  const listed = await reader.list("/rest/v1.1/requisitions", { project_id: projectId, view: "items" });
  const contractOrigins = new Map(contracts.map(({ id, originId }) => [id, originId]));
  const lineOrigins = new Map(contracts.flatMap(({ lines }) => lines.map(({ id, originId }) => [id, originId] as const)));
  return z
    .array(requisition)
    .parse(listed)
    .map((each) => ({
      originId: each.origin_id ?? "",
      contractOriginId: contractOrigins.get(each.commitment_id) ?? "",
      number: each.number,
      status: each.status,
      items: each.items.map((item) => ({
        lineOriginId: lineOrigins.get(item.line_item_id) ?? "",
        work: item.work_completed_this_period,
        retained: item.work_completed_retainage_retained_this_period,
        released: item.work_completed_retainage_released_this_period,
      })),
    }));
}

async function readProject(reader: ProcoreReader, project: z.infer<typeof listedProject>): Promise<ProcoreProject> {
  const costs = `/rest/v1.0/projects/${project.id}/direct_costs`;
  const directCosts = z.array(directCost).parse(await reader.list(costs));
  const lines = z.array(line).parse(await reader.list(`${costs}/line_items`));
  const contracts = await readContracts(reader, project.id);
  return {
    id: project.id,
    number: project.project_number ?? "",
    contracts,
    requisitions: await readRequisitions(reader, project.id, contracts),
    directCosts: directCosts.map((cost) => ({
      id: cost.id,
      originId: cost.origin_id ?? "",
      status: cost.status,
      total: cost.grand_total,
      currency: cost.currency_configuration.currency_iso_code,
    })),
    directCostLines: lines.map(showLine),
  };
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
  return results;
}

export async function readProcoreTotals(options: {
  http: HttpClient;
  access: ProcoreAccess;
  onProgress?: (reading: Reading) => void;
}): Promise<ProcoreTotals> {
  const { http, access, onProgress } = options;
  const reader = await openProcoreReader(http, access);
  const company = { company_id: access.companyId };
  const vendors = z.array(listedVendor).parse(await reader.list("/rest/v1.0/vendors", company));
  const listed = z.array(listedProject).parse(await reader.list("/rest/v1.1/projects", company));
  const projects: ProcoreProject[] = [];
  for (const project of listed) {
    onProgress?.({ project: projects.length + 1, projects: listed.length });
    projects.push(await readProject(reader, project));
  }
  return {
    vendors: vendors.flatMap(({ id, origin_id: originId, is_active: isActive }) =>
      isActive ? [{ id, originId: originId ?? "" }] : [],
    ),
    projects,
  };
}
