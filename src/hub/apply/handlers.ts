/** Each kind of effect and the Procore calls behind it. Reading back compares only what decides: money, place, status, identity. */
import type { SyncRow } from "../../procore/index.ts";
import { type Stage, stages } from "../plan/stages.ts";
import { budgetCode } from "./budget-codes.ts";
import { changeOrder, changeOrderApproval, changeOrderLine } from "./change-orders.ts";
import { contractLink, contractTaken, guardedReopen } from "./contract-adoption.ts";
import { contractInCurrency } from "./contract-in-currency.ts";
import { type CallScope, type Element, type Handler, type Seen, sameDecimal, toElements, toSeen, unanswered } from "./handler.ts";
import { requisition } from "./requisitions.ts";
import { adoption, inactivation, reactivation, register, vendorContent } from "./vendor-handlers.ts";

const originIds = (rows: readonly SyncRow[]) => rows.map((row) => row.originId);

function vendorIdOf(row: SyncRow): number {
  return Number(row.body.vendor_id);
}

/** After doubt: whether a link is there, as far as that can be believed. */
async function findLinks({ connection, projectId }: CallScope, rows: readonly SyncRow[]): Promise<Map<string, Seen>> {
  const found = await connection.procore.readBack.projectVendors({ projectId, vendorIds: rows.map(vendorIdOf) });
  return new Map(
    rows.map((row): [string, Seen] => {
      const sighting = found.get(vendorIdOf(row));
      if (sighting?.kind === "found")
        return [row.originId, { kind: "found", procoreId: vendorIdOf(row), amount: null, isAsSent: true }];
      if (sighting?.kind === "absent") return [row.originId, { kind: "absent" }];
      return [
        row.originId,
        { kind: "not-credible", reason: sighting?.kind === "notCredible" ? sighting.reason : "not looked up" },
      ];
    }),
  );
}

const linkedAlready = (row: SyncRow): Element => ({
  kind: "settled",
  originId: row.originId,
  procoreId: vendorIdOf(row),
  amount: null,
  differences: [],
});

async function addLink({ connection, projectId, options }: CallScope, row: SyncRow): Promise<Element> {
  const { originId } = row;
  const vendorId = vendorIdOf(row);
  if (connection.settings.vendors.projectLinks === "hold") {
    const detail = `company ${vendorId} is not in the directory of project ${projectId}`;
    return { kind: "held", originId, code: "vendor-not-in-project", detail };
  }
  const outcome = await connection.procore.projectVendors.add({ projectId, vendorId }, options);
  if (outcome.kind === "answered") return { kind: "settled", originId, procoreId: vendorId, amount: null, differences: [] };
  return unanswered(originId, outcome);
}

const projectVendor: Handler = {
  batchMax: () => 1_000,
  byContainer: false,
  isOneByOne: true,
  refusal: "po-refused",
  /**
   * A link has no origin id: its natural key is read before it is written (ruling 2). One that the directory does not show is added without further
   * looks: adding it twice is adding it once (procore 4.3 [D]).
   */
  async send(scope, rows) {
    const listed = await scope.connection.procore.projectVendors.list(scope.projectId).all();
    const linked = new Set(listed.ok ? listed.value.map(({ id }) => id) : []);
    const elements: Element[] = [];
    for (const row of rows) elements.push(linked.has(vendorIdOf(row)) ? linkedAlready(row) : await addLink(scope, row));
    return elements;
  },
  readBack: findLinks,
};

const contract = (batch: "header" | "status"): Handler => ({
  batchMax: ({ settings }) => settings.limits.contractsPerCall,
  byContainer: false,
  refusal: "po-refused",
  send: async ({ connection, projectId, options }, rows) =>
    toElements((await connection.procore.purchaseOrderContracts.sync(projectId, rows, options)).elements),
  readBack: async ({ connection, projectId }, rows) =>
    toSeen(await connection.procore.readBack.contracts({ projectId, originIds: originIds(rows) }), rows, (entity, body) =>
      batch === "status"
        ? entity.status === body.status
        : entity.number === body.number && entity.title === body.title && entity.vendorId === body.vendor_id,
    ),
});

const contractLine: Handler = {
  batchMax: () => 1_000,
  byContainer: true,
  refusal: "po-refused",
  send: async ({ connection, projectId, containerId, options }, rows) =>
    toElements(
      (await connection.procore.purchaseOrderLines.sync({ projectId, contractId: containerId }, rows, options)).elements,
    ),
  readBack: async ({ connection, projectId, containerId }, rows) =>
    toSeen(
      await connection.procore.readBack.contractLines({ projectId, contractId: containerId, originIds: originIds(rows) }),
      rows,
      (entity, body) => sameDecimal(entity.amount, body.amount) && entity.wbsCodeId === body.wbs_code_id,
    ),
};

const directCost = (batch: "header" | "status"): Handler => ({
  batchMax: ({ settings }) => settings.limits.directCostsPerCall,
  byContainer: false,
  refusal: "cost-refused",
  send: async ({ connection, projectId, options }, rows) =>
    toElements((await connection.procore.directCosts.sync(projectId, rows, options)).elements),
  readBack: async ({ connection, projectId }, rows) =>
    toSeen(await connection.procore.readBack.directCosts({ projectId, originIds: originIds(rows) }), rows, (entity, body) =>
      batch === "status" ? entity.status === body.status : true,
    ),
});

/** Lines of several direct costs go in one call; after doubt they are looked up one direct cost at a time. */
async function findCostLines({ connection, projectId }: CallScope, rows: readonly SyncRow[]): Promise<Map<string, Seen>> {
  const byCost = Map.groupBy(rows, (row) => Number(row.body.direct_cost_id));
  const seen = new Map<string, Seen>();
  for (const [directCostId, members] of byCost) {
    const found = await connection.procore.readBack.directCostLines({ projectId, directCostId, originIds: originIds(members) });
    const checked = toSeen(
      found,
      members,
      (entity, body) => sameDecimal(entity.amount, body.amount) && entity.wbsCodeId === body.wbs_code_id,
    );
    for (const [originId, each] of checked) seen.set(originId, each);
  }
  return seen;
}

const directCostLine: Handler = {
  batchMax: ({ settings }) => settings.limits.costLinesPerCall,
  byContainer: false,
  refusal: "cost-refused",
  send: async ({ connection, projectId, options }, rows) =>
    toElements((await connection.procore.directCostLines.sync(projectId, rows, options)).elements),
  readBack: findCostLines,
};

const byStage: Readonly<Record<Stage, Handler>> = {
  [stages.vendorReactivate]: reactivation,
  [stages.vendorAdopt]: adoption,
  [stages.vendor]: vendorContent,
  [stages.vendorRegister]: register,
  [stages.vendorStatus]: inactivation,
  [stages.projectVendor]: projectVendor,
  [stages.contractAdopt]: contractLink,
  [stages.contractTakeLines]: contractTaken,
  [stages.contractTake]: contractTaken,
  [stages.contractTakeStatus]: contractTaken,
  [stages.budgetCode]: budgetCode,
  [stages.contractReopen]: contract("status"),
  [stages.contractReopenGuarded]: guardedReopen(contract("status")),
  [stages.contractInCurrency]: contractInCurrency,
  [stages.contractHeader]: contract("header"),
  [stages.contractLine]: contractLine,
  [stages.contractStatus]: contract("status"),
  [stages.changeOrderHeader]: changeOrder,
  [stages.changeOrderLine]: changeOrderLine,
  [stages.changeOrderStatus]: changeOrderApproval,
  [stages.requisition]: requisition,
  [stages.directCostHeader]: directCost("header"),
  [stages.directCostLine]: directCostLine,
  [stages.directCostStatus]: directCost("status"),
};

export function handlerOf(stage: number): Handler {
  const handler = byStage[stage as Stage];
  if (!handler) throw new Error(`Assertion failed: no handler for stage ${stage}`);
  return handler;
}
