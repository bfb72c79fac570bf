/**
 * Opens Procore for one company. Wires token, pacing, the one place of retry, and the resources. One pacer per client id may be shared by
 * several companies: pass the same one. Nothing is called until something is asked.
 */
import { isLoopback } from "../core/index.ts";
import type { Clock, HttpClient, Random } from "../ports/index.ts";
import { createCaller } from "./call.ts";
import { createDoor } from "./door.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { createPacer, type Pacer } from "./pacing.ts";
import { createReadBack, type ReadBack } from "./read-back.ts";
import type { CallRecord } from "./record.ts";
import { type BillingPeriods, createBillingPeriods } from "./resources/billing-periods.ts";
import { type Budget, createBudget } from "./resources/budget.ts";
import { type BudgetCodes, createBudgetCodes } from "./resources/budget-codes.ts";
import { type CommitmentChangeOrders, createCommitmentChangeOrders } from "./resources/commitment-change-orders.ts";
import { type Companies, createCompanies } from "./resources/companies.ts";
import { type ContractPayments, createContractPayments } from "./resources/contract-payments.ts";
import { createDirectCostLines, type DirectCostLines } from "./resources/direct-cost-lines.ts";
import { createDirectCosts, type DirectCosts } from "./resources/direct-costs.ts";
import { createProjectVendors, type ProjectVendors } from "./resources/project-vendors.ts";
import { createProjects, type Projects } from "./resources/projects.ts";
import { createPurchaseOrderContracts, type PurchaseOrderContracts } from "./resources/purchase-order-contracts.ts";
import { createPurchaseOrderLines, type PurchaseOrderLines } from "./resources/purchase-order-lines.ts";
import { createRequisitions, type Requisitions } from "./resources/requisitions.ts";
import { createUnits, type Units } from "./resources/units.ts";
import { createVendors, type Vendors } from "./resources/vendors.ts";
import { createWebhooks, type Webhooks } from "./resources/webhooks.ts";
import { createTokens } from "./token.ts";

export type ProcoreOptions = {
  /** `https://api.procore.com`; plain HTTP only to this machine, for the sandbox. */
  apiUrl: string;
  /** `https://login.procore.com`. Hosts of the sandboxes contradict each other, so both are settings (procore 1). */
  authUrl: string;
  companyId: number;
  clientId: string;
  readClientSecret: () => Promise<string | undefined>;
  http: HttpClient;
  clock: Clock;
  random: Random;
  limits?: Partial<Limits>;
  /** The pacer of this client id where several companies share it; otherwise one of our own. */
  pacer?: Pacer;
  observe?: (record: CallRecord) => void;
};

export type Procore = {
  companyId: number;
  companies: Companies;
  projects: Projects;
  vendors: Vendors;
  projectVendors: ProjectVendors;
  budgetCodes: BudgetCodes;
  purchaseOrderContracts: PurchaseOrderContracts;
  purchaseOrderLines: PurchaseOrderLines;
  billingPeriods: BillingPeriods;
  requisitions: Requisitions;
  directCosts: DirectCosts;
  directCostLines: DirectCostLines;
  commitmentChangeOrders: CommitmentChangeOrders;
  contractPayments: ContractPayments;
  budget: Budget;
  units: Units;
  webhooks: Webhooks;
  readBack: ReadBack;
  limits: Limits;
  pacer: Pacer;
  /** The same app and token, paced otherwise. */
  through(pacer: Pacer): Procore;
};

/** Throws, before any call, for an option that can never work. */
export function openProcore(options: ProcoreOptions): Procore {
  const { companyId, clientId, readClientSecret, http, clock, random } = options;
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const observe = options.observe ?? (() => undefined);
  const apiUrl = readUrl("apiUrl", options.apiUrl);
  const authUrl = readUrl("authUrl", options.authUrl);
  if (!Number.isSafeInteger(companyId) || companyId <= 0) {
    throw new Error(
      `companyId: "${companyId}" is no Procore company id; it is the number after /companies/ in Procore's address bar.`,
    );
  }
  const pacer = options.pacer ?? createPacer({ clock, random, reserveShare: limits.reserveShare });
  const tokens = createTokens({ authUrl, clientId, companyId, readClientSecret, http, clock, random, limits, observe });
  const assemble = (through: Pacer): Procore => {
    const caller = createCaller({ apiUrl, companyId, http, clock, random, limits, tokens, pacer: through, observe });
    const door = createDoor({ caller, apiUrl, companyId, limits });
    const resources = {
      companies: createCompanies(door),
      projects: createProjects(door),
      vendors: createVendors(door),
      projectVendors: createProjectVendors(door),
      budgetCodes: createBudgetCodes(door),
      purchaseOrderContracts: createPurchaseOrderContracts(door),
      purchaseOrderLines: createPurchaseOrderLines(door),
      billingPeriods: createBillingPeriods(door),
      requisitions: createRequisitions(door),
      directCosts: createDirectCosts(door),
      directCostLines: createDirectCostLines(door),
      commitmentChangeOrders: createCommitmentChangeOrders(door),
      contractPayments: createContractPayments(door),
      budget: createBudget(door),
      units: createUnits(door),
      webhooks: createWebhooks(door),
    };
    return { companyId, ...resources, readBack: createReadBack(resources), limits, pacer: through, through: assemble };
  };
  return assemble(pacer);
}

function readUrl(place: string, text: string): URL {
  const url = URL.parse(text);
  const isSafe = url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname)));
  if (!isSafe) {
    throw new Error(
      `${place}: "${text}" is no https address; use for example https://api.procore.com and https://login.procore.com.`,
    );
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new Error(`${place}: the address must not carry credentials, a query or a fragment; keep only scheme, host and path.`);
  }
  return url;
}
