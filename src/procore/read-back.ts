/**
 * Looking for what an unknown outcome may have left behind (design 8.4, ruling 32). "Absent" is said only when it is credible: the project is
 * in the permitted list, the container is visible, every listing ended complete, recycled and inactive ones were searched where Procore offers
 * that, and a known sibling, where the caller names some, showed up. Everything else is `notCredible` with the reason: an invisible record looks
 * exactly like a missing one (procore 0.12 [A]). Absence says nothing yet about a request still under way: settle time is the caller's.
 */
import type { CallOptions } from "./call.ts";
import { describeFault } from "./faults.ts";
import type { Listing } from "./paging.ts";
import type { ChangeOrderLine, CommitmentChangeOrder, CommitmentChangeOrders } from "./resources/commitment-change-orders.ts";
import type { DirectCostLines } from "./resources/direct-cost-lines.ts";
import type { DirectCost, DirectCosts } from "./resources/direct-costs.ts";
import type { LineItem } from "./resources/line-item.ts";
import type { ProjectVendor, ProjectVendors } from "./resources/project-vendors.ts";
import type { Projects } from "./resources/projects.ts";
import type { PurchaseOrderContract, PurchaseOrderContracts } from "./resources/purchase-order-contracts.ts";
import type { PurchaseOrderLines } from "./resources/purchase-order-lines.ts";
import type { Requisition, Requisitions } from "./resources/requisitions.ts";
import type { Vendor, Vendors } from "./resources/vendors.ts";

export type Sighting<T> = { kind: "found"; entity: T } | { kind: "absent" } | { kind: "notCredible"; reason: string };

/** One sighting for each key asked for. */
export type Sightings<K, T> = ReadonlyMap<K, Sighting<T>>;

export type Siblings = {
  /** Origin ids known to stand in the same container: if none of them shows, absence is not believed. */
  siblings?: readonly string[] | undefined;
};

export type ReadBack = {
  vendors(ask: { originIds: readonly string[] } & Siblings, options?: CallOptions): Promise<Sightings<string, Vendor>>;
  /** By vendor id: the link has no origin id. */
  projectVendors(
    ask: { projectId: number; vendorIds: readonly number[] },
    options?: CallOptions,
  ): Promise<Sightings<number, ProjectVendor>>;
  contracts(
    ask: { projectId: number; originIds: readonly string[] } & Siblings,
    options?: CallOptions,
  ): Promise<Sightings<string, PurchaseOrderContract>>;
  contractLines(
    ask: { projectId: number; contractId: number; originIds: readonly string[] } & Siblings,
    options?: CallOptions,
  ): Promise<Sightings<string, LineItem>>;
  /** Of one contract, with their items. */
  requisitions(
    ask: { projectId: number; contractId: number; originIds: readonly string[] } & Siblings,
    options?: CallOptions,
  ): Promise<Sightings<string, Requisition>>;
  /** Of one contract, by reference: they have no origin id. */
  changeOrders(
    ask: { projectId: number; contractId: number; references: readonly string[]; siblings?: readonly string[] },
    options?: CallOptions,
  ): Promise<Sightings<string, CommitmentChangeOrder>>;
  /** Of one change order, by what `keyOf` makes of a line. */
  changeOrderLines(
    ask: { projectId: number; changeOrderId: number; keys: readonly string[]; keyOf: (line: ChangeOrderLine) => string | null },
    options?: CallOptions,
  ): Promise<Sightings<string, ChangeOrderLine>>;
  directCosts(
    ask: { projectId: number; originIds: readonly string[] } & Siblings,
    options?: CallOptions,
  ): Promise<Sightings<string, DirectCost>>;
  directCostLines(
    ask: { projectId: number; directCostId: number; originIds: readonly string[] } & Siblings,
    options?: CallOptions,
  ): Promise<Sightings<string, LineItem>>;
};

export type ReadBackResources = {
  projects: Projects;
  vendors: Vendors;
  projectVendors: ProjectVendors;
  purchaseOrderContracts: PurchaseOrderContracts;
  purchaseOrderLines: PurchaseOrderLines;
  requisitions: Requisitions;
  commitmentChangeOrders: CommitmentChangeOrders;
  directCosts: DirectCosts;
  directCostLines: DirectCostLines;
};

type Originated = { id: number; originId: string | null };

/** Undefined: nothing speaks against believing an absence. */
type Doubt = string | undefined;

export function createReadBack(resources: ReadBackResources): ReadBack {
  const { purchaseOrderContracts: contracts, purchaseOrderLines, directCosts, directCostLines } = resources;
  const isPermitted = (projectId: number, options?: CallOptions) => doubtPermission(resources.projects, projectId, options);
  return {
    vendors: async ({ originIds, siblings }, options) =>
      searchOrigins({
        originIds,
        siblings,
        listings: [() => resources.vendors.listActive(options), () => resources.vendors.listInactive(options)],
        doubts: [],
      }),
    contracts: async ({ projectId, originIds, siblings }, options) =>
      searchOrigins({
        originIds,
        siblings,
        listings: [() => contracts.list({ projectId, deleted: "with" }, options)],
        doubts: [() => isPermitted(projectId, options)],
      }),
    contractLines: async ({ projectId, contractId, originIds, siblings }, options) =>
      searchOrigins({
        originIds,
        siblings,
        listings: [() => purchaseOrderLines.list({ projectId, contractId }, options)],
        // A wrong scope answers 200 with nothing (procore 3 [A]), so the contract itself must be seen.
        doubts: [() => isPermitted(projectId, options), () => doubtContract(contracts, { projectId, id: contractId }, options)],
      }),
    requisitions: async ({ projectId, contractId, originIds, siblings }, options) =>
      searchOrigins({
        originIds,
        siblings,
        listings: [() => resources.requisitions.list({ projectId, contractId, withItems: true }, options)],
        doubts: [() => isPermitted(projectId, options), () => doubtContract(contracts, { projectId, id: contractId }, options)],
      }),
    changeOrders: ({ projectId, contractId, references, siblings = [] }, options) =>
      search<string, CommitmentChangeOrder>({
        keys: references,
        keyOf: ({ reference }) => reference,
        siblings,
        listings: [() => resources.commitmentChangeOrders.list({ projectId, contractIds: [contractId] }, options)],
        doubts: [() => isPermitted(projectId, options), () => doubtContract(contracts, { projectId, id: contractId }, options)],
      }),
    changeOrderLines: ({ projectId, changeOrderId, keys, keyOf }, options) =>
      search<string, ChangeOrderLine>({
        keys,
        keyOf,
        siblings: [],
        listings: [() => resources.commitmentChangeOrders.lines({ projectId, changeOrderId }, options)],
        doubts: [
          () => isPermitted(projectId, options),
          () =>
            doubtPresence(
              resources.commitmentChangeOrders.list({ projectId }, options),
              changeOrderId,
              `Change order ${changeOrderId}`,
            ),
        ],
      }),
    directCosts: async ({ projectId, originIds, siblings }, options) =>
      searchOrigins({
        originIds,
        siblings,
        listings: [() => directCosts.list({ projectId }, options)],
        doubts: [() => isPermitted(projectId, options)],
      }),
    directCostLines: async ({ projectId, directCostId, originIds, siblings }, options) =>
      searchOrigins({
        originIds,
        siblings,
        listings: [() => directCostLines.list({ projectId, directCostId }, options)],
        doubts: [
          () => isPermitted(projectId, options),
          () => doubtPresence(directCosts.list({ projectId }, options), directCostId, `Direct cost ${directCostId}`),
        ],
      }),
    projectVendors: ({ projectId, vendorIds }, options) =>
      search<number, ProjectVendor>({
        keys: vendorIds,
        keyOf: (vendor) => vendor.id,
        siblings: [],
        listings: [() => resources.projectVendors.list(projectId, options)],
        // The directory hides inactive vendors, so a link is believed absent only of a vendor who would show.
        doubts: [() => isPermitted(projectId, options), (missing) => doubtVendors(resources.vendors, missing, options)],
      }),
  };
}

type SearchFacts<K, T> = {
  keys: readonly K[];
  keyOf: (item: T) => K | null;
  siblings: readonly K[];
  /** Asked one after the other until everything is found. */
  listings: readonly (() => Listing<T>)[];
  /** Asked only when something was not found: found is found, whatever else is wrong. */
  doubts: readonly ((missing: readonly K[]) => Promise<Doubt>)[];
};

function searchOrigins<T extends Originated>(
  facts: Omit<SearchFacts<string, T>, "keys" | "keyOf" | "siblings"> & { originIds: readonly string[] } & Siblings,
): Promise<Sightings<string, T>> {
  return search<string, T>({ ...facts, keys: facts.originIds, keyOf: (item) => item.originId, siblings: facts.siblings ?? [] });
}

async function search<K, T>({ keys, keyOf, siblings, listings, doubts }: SearchFacts<K, T>): Promise<Sightings<K, T>> {
  const seen = new Map<K, T>();
  let doubt: Doubt;
  const isMissing = () => keys.some((key) => !seen.has(key));
  for (const listing of listings) {
    if (!isMissing() || doubt !== undefined) break;
    const content = await listing().read();
    if (!content.ok) doubt = describeFault(content.error);
    else if (!content.value.isComplete)
      doubt = `Procore counted ${content.value.total} items and listed ${content.value.items.length}.`;
    for (const item of content.ok ? content.value.items : []) {
      const key = keyOf(item);
      if (key !== null && !seen.has(key)) seen.set(key, item);
    }
  }
  if (siblings.length > 0 && !siblings.some((key) => seen.has(key)))
    doubt ??= "None of the records known to stand beside it was listed.";
  for (const ask of doubts) {
    if (!isMissing() || doubt !== undefined) break;
    doubt = await ask(keys.filter((key) => !seen.has(key)));
  }
  const sighting = (key: K): Sighting<T> => {
    const entity = seen.get(key);
    if (entity !== undefined) return { kind: "found", entity };
    return doubt === undefined ? { kind: "absent" } : { kind: "notCredible", reason: doubt };
  };
  return new Map(keys.map((key) => [key, sighting(key)]));
}

async function doubtPermission(projects: Projects, projectId: number, options?: CallOptions): Promise<Doubt> {
  const reason = "it is not among the projects that the app may see";
  return doubtPresence(projects.list(options), projectId, `Project ${projectId}`, reason);
}

async function doubtPresence<T extends { id: number }>(
  listing: Listing<T>,
  id: number,
  name: string,
  reason = "it is not listed",
): Promise<Doubt> {
  const content = await listing.read();
  if (!content.ok) return describeFault(content.error);
  return content.value.items.some((item) => item.id === id) ? undefined : `${name} is not visible: ${reason}.`;
}

async function doubtContract(
  contracts: PurchaseOrderContracts,
  key: { projectId: number; id: number },
  options?: CallOptions,
): Promise<Doubt> {
  const contract = await contracts.get(key, options);
  if (!contract.ok) return describeFault(contract.error);
  return contract.value.deletedAt === null ? undefined : `Contract ${key.id} is in the recycle bin.`;
}

const vendorsPerQuery = 50;

async function doubtVendors(vendors: Vendors, ids: readonly number[], options?: CallOptions): Promise<Doubt> {
  const listing = ids.length > vendorsPerQuery ? vendors.listActive(options) : vendors.listByIds(ids, options);
  const content = await listing.all();
  if (!content.ok) return describeFault(content.error);
  const hidden = ids.find((id) => !content.value.some((vendor) => vendor.id === id));
  return hidden === undefined ? undefined : `Vendor ${hidden} is not visible: it is inactive, or unknown.`;
}
