/**
 * What Procore's documentation leaves open or contradicts (reference procore 7), as switches. Each default is the behaviour that a
 * careless client suffers from most, except where the documentation plainly settles it.
 */
export const defaultSwitches = {
  /** procore 1: integrators report 400, 403 and 404 for a missing Procore-Company-Id. */
  missingCompanyHeaderStatus: 400 as number,
  /** procore 0.11 [A]: a project outside the permitted list answers 403 or 404. */
  notPermittedStatus: 403 as number,
  /** procore 2: the error page promises Retry-After on 429, the rate page does not. */
  retryAfterOn429: false as boolean,
  /** Whether a refused call fills the windows too. */
  count429: false as boolean,
  /** procore 4.3 [D]: nobody documents it; the UI demands it. */
  requireProjectVendor: true as boolean,
  /** procore 7.11: the same origin_id twice in one batch. `second-is-error` | `last-wins` */
  duplicateInBatch: "second-is-error" as string,
  /** procore 7.4: `per-type` (financial page) | `over-all` (wording of the sync page). */
  originIdScope: "per-type" as string,
  /** procore 7.16: lines of an Approved contract. `row-errors` (200, easily missed) | `whole-call` (422) */
  approvedLineSync: "row-errors" as string,
  /** Whether Approved may become Closed without going through Draft. */
  approvedMayClose: false as boolean,
  /** procore 4.4: the company setting "always editable schedule of values". */
  alwaysEditableSov: false as boolean,
  /** procore 7.10: sync by origin_id, show and update do not see an inactive vendor, yet it keeps its origin_id. */
  inactiveVendorsHidden: true as boolean,
  /** procore 7.10: sync by origin_id does not see a recycled contract, yet it keeps its origin_id and number. */
  deletedContractsHidden: true as boolean,
  /** procore 10: `expense` and `payroll` without a vendor pass by the spec; some users meet "vendor: can't be blank". */
  expenseWithoutVendor: true as boolean,
  /** procore 4.11: subcontractor_invoice must be enabled by Procore. */
  subcontractorInvoice: false as boolean,
  /** procore 7.6: whether the API may change a direct cost that carries an origin_id. */
  erpLock: false as boolean,
  /** procore 4.4 [A]: currency fields only with the multicurrency feature. */
  multicurrency: false as boolean,
  /** procore 4.14 [A]: whether projects have a currency configuration of their own. */
  projectCurrency: true as boolean,
  /** procore 4.8 [B sup]: only one billing period is open at a time. `refuse` a second (422) | `close` the first, silently. */
  secondOpenPeriod: "refuse" as string,
  /** procore 0.14: an administrator may name a closed period by the error's own words; the support site demands an open one. */
  closedPeriodBills: false as boolean,
  /** procore 4.9, 7.8: no source states that the API demands an Approved contract. */
  requisitionNeedsApproved: false as boolean,
  /** procore 4.9: create declares 400 and not 422. */
  requisitionRefusalStatus: 400 as number,
  /** procore 4.9, 7.9: whether negative work passes is not known. */
  negativeRequisitions: false as boolean,
  /** procore 4.11: whether a line of a direct cost may be negative; nothing says that it may not. */
  negativeDirectCosts: true as boolean,
  /** procore 4.9: "Allow Over Billing" is a project setting, on when a project is new [B sup]. */
  overbillingGuard: false as boolean,
  /** procore 4.9: the tutorial lets only the latest open one be changed, the spec lets an administrator change any. `latest-open` | `latest` | `any` */
  requisitionEdits: "latest-open" as string,
  /** procore 4.9 [A]: whether the service account is an administrator of invoices; others set draft and under_review only. */
  requisitionAdmin: true as boolean,
  /** procore 4.9: work without a retainage amount holds the contract's retainage percentage. */
  retainageDefaulted: true as boolean,
  /** procore 4.9: retainage is retained only where there is work; nothing says so of what is released. */
  releaseWithoutWork: true as boolean,
  /** procore 4.9: stored materials of the last requisition become work of earlier ones (`move_materials_to_previous_work_completed`). */
  materialsBecomeWork: true as boolean,
  /** procore 0.2 [A]: origin_id is unique per company; nothing says that the create of a requisition looks. */
  requisitionOriginUnique: true as boolean,
  /** procore 4.7 [A]: the endpoints know one and two tiers. 0: no change orders in the company's projects; 3: more than the endpoints know. */
  changeOrderTiers: 2 as number,
  /** procore 4.7 [D]: whether a change order needs an Approved contract. */
  changeOrderNeedsApproved: true as boolean,
  /** procore 4.7 [A]: "Approved = locked"; whether its status may leave Approved is not said. */
  approvedChangeOrderReopens: false as boolean,
  /** procore 5, 0.19: no list that was seen offers requisitions. */
  requisitionWebhooks: false as boolean,
  /** procore 7.17: whether a company's hook carries what belongs to projects. */
  companyHooksCarryProjects: false as boolean,
  /** procore 7.18: the verbs of payload v4.0. `classic` (create) | `streaming` (created, recycled) */
  webhookVerbs: "classic" as string,
  /** procore 5: metadata "may be null". `null` | `full` */
  webhookMetadata: "null" as string,
  /** procore 5 [A]: at least once; how many of a hundred come twice. */
  webhookDuplicatePercent: 20 as number,
  /** procore 5 [A]: no promise of order. */
  webhookReorder: true as boolean,
  /** procore 5: troubleshooting says that a subscription can be deactivated after repeated failure. */
  webhookDeactivates: false as boolean,
  /** How far the clock of the webhooks is ahead of the sandbox's own, so that nobody waits twelve hours. */
  webhookClockAheadMs: 0 as number,
  /** procore 4.5 [A]: on newer projects a line on an unbudgeted code makes a budget line of $0. */
  automaticBudgetLines: true as boolean,
  /** Whether a contract that was invoiced may go back to Draft, and lose its lines: nobody documents it [D]. */
  invoicedContractReopens: false as boolean,
  /** procore 4.12 [A]: creating a combination that is there updates it; nobody saw it refused. */
  budgetCodeUpsert: true as boolean,
  /** procore 1 [D]: which right creating a budget code takes is not said; without it 403. */
  budgetCodesMayBeCreated: true as boolean,
  /** procore 7.14: `either` | `quoted` | `bare`. */
  rangeQuotes: "either" as string,
  /** procore 7.1: 100 and 1000 are both reported. */
  perPageMax: 100 as number,
  /** Amounts are rounded to this many decimals, silently. */
  amountDecimals: 2 as number,
  /** How long a direct-cost write takes; a second one to the same item meanwhile gets 409 (procore 0.17 [A]). */
  directCostMs: 5 as number,
};

export type Switches = typeof defaultSwitches;
type SwitchName = keyof Switches;

const choices: Partial<Record<SwitchName, readonly (string | number)[]>> = {
  missingCompanyHeaderStatus: [400, 403, 404],
  notPermittedStatus: [403, 404],
  duplicateInBatch: ["second-is-error", "last-wins"],
  originIdScope: ["per-type", "over-all"],
  approvedLineSync: ["row-errors", "whole-call"],
  rangeQuotes: ["either", "quoted", "bare"],
  webhookVerbs: ["classic", "streaming"],
  webhookMetadata: ["null", "full"],
  secondOpenPeriod: ["refuse", "close"],
  requisitionRefusalStatus: [400, 422],
  requisitionEdits: ["latest-open", "latest", "any"],
  changeOrderTiers: [0, 1, 2, 3],
  amountDecimals: [0, 1, 2, 3, 4],
};

const isSwitchName = (name: string): name is SwitchName => Object.hasOwn(defaultSwitches, name);

/** Sets one switch, or answers why it cannot be set. */
export function setSwitch(switches: Switches, name: string, value: unknown): string | undefined {
  if (!isSwitchName(name)) return `There is no switch "${name}". Known: ${Object.keys(defaultSwitches).join(", ")}.`;
  if (typeof value !== typeof defaultSwitches[name]) {
    return `Switch "${name}" takes a ${typeof defaultSwitches[name]}, not ${JSON.stringify(value)}.`;
  }
  const allowed = choices[name];
  if (allowed !== undefined && !allowed.some((choice) => choice === value)) {
    return `Switch "${name}" takes one of ${allowed.join(", ")}, not ${JSON.stringify(value)}.`;
  }
  if (typeof value === "number" && (!Number.isInteger(value) || value < 0)) {
    return `Switch "${name}" takes a whole number from 0, not ${value}.`;
  }
  Object.assign(switches, { [name]: value });
  return undefined;
}
