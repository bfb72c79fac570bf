/**
 * What a connection needs to know, as a schema: the hub's half of the configuration. It names no host, table or password of SAP; those
 * are the agent's. Unknown keys are errors. Defaults are the rulings' own (the ones marked as settings).
 */
import { z } from "zod";
import { groupings } from "../core/index.ts";
import { approvalPolicy } from "./approve/policy.ts";
import { cutOverSettings } from "./cut-over/settings.ts";
import { calendarSettings, schedulesSettings } from "./schedule/settings.ts";
import { webhookSettings } from "./webhooks/settings.ts";

const code = z.string().min(1).max(10);
const costClass = z.strictObject({
  /** Labour, overhead, material, equipment …: a name that groups direct costs (ruling 22). */
  class: z.string().min(1).max(40),
  type: z.enum(["expense", "payroll"]).default("expense"),
});

/** Ruling 2: whether a prerequisite that Procore lacks is created, or waited for. */
const createPolicy = {
  policy: z.enum(["hold", "create"]).default("hold"),
  projects: z
    .record(z.string().regex(/^\d{1,18}$/, "is no Procore id of a project"), z.enum(["hold", "create"]))
    .default({})
    .describe("By Procore's id of a project, where its policy is another."),
};

export const connectionSettings = z.strictObject({
  sap: z.strictObject({
    systemId: z.string().regex(/^[A-Z][A-Z0-9]{2}$/, "is not a SAP system id such as S01"),
    client: z.string().regex(/^\d{3}$/, 'is not a SAP client such as "100" (quote it: YAML reads 100 as a number)'),
  }),
  procore: z.strictObject({
    apiUrl: z.string(),
    authUrl: z.string(),
    companyId: z.number().int().positive(),
    clientId: z.string().min(1),
    /** ISO code of projects for which Procore has no currency configuration; without it their amounts are held. */
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "is not an ISO currency such as USD")
      .optional(),
    quota: z
      .strictObject({ hourly: z.number().int().positive().optional(), spike: z.number().int().positive().optional() })
      .prefault({})
      .describe(
        "Calls an hour and in 10 seconds that Procore granted to this client id, where they are known. Without them the documented 600 and 25 until its answers show others.",
      ),
  }),
  /** Path of the mapping, CSV or YAML, relative to the configuration file. */
  mapping: z.string().min(1),
  projects: z
    .record(z.string().min(1), z.number().int().positive())
    .default({})
    .describe(
      "Procore's id of a project, by the name that mapping rules use. Without a row a name is looked for as `origin_id`, then as project number; two projects of one name are held.",
    ),
  budgetCodes: z
    .strictObject({
      ...createPolicy,
    })
    .prefault({})
    .describe(
      "A budget code that the project lacks: its lines wait for the project manager, or it is created of a cost code and a cost type that the project has (ruling 2). Those are never created.",
    ),
  vendors: z
    .strictObject({
      accountGroups: z.array(code).min(1),
      companyCodes: z.array(code).default([]),
      /** LAND1 to ISO 3166 alpha-2, where this SAP system's keys differ. */
      countries: z.record(code, z.string().regex(/^[A-Z]{2}$/, "is no ISO 3166 country such as US")).default({}),
      /** By ISO country: REGIO to the ISO subdivision, without the country before it. */
      regions: z
        .record(z.string(), z.record(code, z.string().regex(/^[A-Z0-9]{1,3}$/, "is no ISO 3166-2 subdivision such as BY")))
        .default({}),
      /** Ruling 2: whether tax ids are written to Procore's business registers, one call a vendor; one that differs is held, never overwritten. */
      businessRegister: z.enum(["off", "write"]).default("off"),
      /** Ruling 33: how many vendors a run sets inactive without asking: the larger of a count and a share of those in Procore. */
      inactivateAtOnce: z
        .strictObject({
          count: z.number().int().min(0).max(100_000).default(20),
          percent: z.number().int().min(0).max(100).default(1),
        })
        .prefault({}),
      projectLinks: z
        .enum(["add", "hold"])
        .default("add")
        .describe(
          "A vendor of a contract that is not in the project's directory in Procore: added, or the contract is held until somebody adds it (ruling 2).",
        ),
      approval: approvalPolicy,
      /** Ruling 7: from how many points (docs/vendors.md) a company in Procore is the vendor, and from how many a person is asked. */
      matching: z
        .strictObject({
          adoptFrom: z.number().int().min(1).max(1_000).default(100),
          askFrom: z.number().int().min(1).max(1_000).default(40),
          /** By how many points the company that is adopted leads the next. */
          lead: z.number().int().min(0).max(1_000).default(20),
          /** A sure match with a company that somebody set inactive. */
          inactive: z.enum(["ask", "adopt"]).default("ask"),
        })
        .prefault({}),
    })
    .describe("Which vendors are kept (ruling 6). Employees and one-time accounts never are."),
  purchaseOrders: z
    .strictObject({
      companyCodes: z.array(code).default([]),
      foreignCurrency: z
        .enum(["hold", "purchase-order-rate", "multicurrency"])
        .default("hold")
        .describe(
          "A purchase order in another currency than its project's (ruling 25): held; converted by its own rate (EKKO-WKURS); or a contract in its own currency, in projects that have multicurrency, and held in others.",
        ),
      contractRate: z
        .enum(["procore", "purchase-order"])
        .default("procore")
        .describe(
          "The exchange rate of a contract in its own currency: what the project has in Procore, or EKKO-WKURS. To send one, Procore demands a granular permission (procore 4.4).",
        ),
      changeAfterRequisition: z
        .enum(["change-order", "hold"])
        .default("change-order")
        .describe(
          "A change in SAP of a contract that has been invoiced in Procore, and is therefore not reopened (ruling 14): one commitment change order a contract and version, or held.",
        ),
      changeOrdersByHand: z
        .enum(["hold", "append"])
        .default("hold")
        .describe(
          "A contract that has commitment change orders made by people: SAP's changes wait, or are ordered beside them (rulings 4 and 5).",
        ),
      deleteAtOnce: z
        .strictObject({
          count: z.number().int().min(0).max(100_000).default(20),
          percent: z.number().int().min(0).max(100).default(1),
        })
        .prefault({})
        .describe(
          "Ruling 33: how many contract lines whose items SAP deleted fall in a run without asking: the larger of a count and a share of those in Procore.",
        ),
      approval: approvalPolicy,
    })
    .prefault({}),
  invoices: z
    .strictObject({
      approval: approvalPolicy,
      byHand: z
        .enum(["hold", "append"])
        .default("hold")
        .describe(
          "A contract that has requisitions of other origin: its invoices wait, or are appended to them (rulings 4 and 5).",
        ),
      negative: z
        .enum(["hold", "send"])
        .default("hold")
        .describe(
          "Credit memos and cancellations are negative requisitions (ruling 17). Whether Procore takes them is not documented: `send` only where a sandbox of this company took one.",
        ),
      tax: z
        .enum(["added", "included"])
        .default("added")
        .describe(
          "Whether non-deductible tax is added to an invoice line's amount (RSEG-WRBTR), or stands in it already (ruling 18).",
        ),
      retainage: z
        .enum(["kept", "none"])
        .default("kept")
        .describe(
          "Whether this SAP system keeps retention amounts (EKBE-RETAMT_FC). `kept`: a line without one is held (ruling 18).",
        ),
      retainageRelease: z
        .enum(["follow", "none"])
        .default("follow")
        .describe(
          "What was retained is released by a requisition of its own once SAP cleared all retention items of the invoice (ruling 18), or by people in Procore.",
        ),
      billingPeriods: z
        .strictObject({
          ...createPolicy,
          dueDays: z.number().int().min(0).max(365).default(0).describe("Days from a period's end to its due date."),
        })
        .prefault({})
        .describe(
          "A project without an open billing period: its requisitions wait for the project manager, or one is created for the fiscal period (calendar.variant; by default the month) of the billing date (ruling 2).",
        ),
      retentionSpecialGl: z
        .array(z.string().length(1))
        .max(20)
        .default([])
        .describe(
          "Special G/L indicators (BSEG-UMSKZ) of retention items. Without them any but A, F and W, which are down payments and bills of exchange.",
        ),
    })
    .prefault({})
    .describe("Invoices of purchase orders become requisitions, in the order of their posting (rulings 16 to 19)."),
  costs: z
    .strictObject({
      companyCodes: z.array(code).default([]),
      /** Class and type by cost type code; a code that is not here is a class of its own, of type expense. */
      costTypes: z.record(z.string(), costClass).default({}),
      withoutVendor: z
        .enum(["never", "stays-in-sap", "always"])
        .default("stays-in-sap")
        .describe(
          "Whose costs post as expense that names no vendor (ruling 8): nobody's, those of vendors that stay in SAP (left out by a rule or a person, or out of use), or those of held ones too. Others wait for their vendor.",
        ),
      grouping: z
        .enum(groupings)
        .default("object")
        .describe(
          "What of a company code, fiscal period, project, type, currency and vendor becomes one direct cost (ruling 22): each cost object and class, each document, or each posting day. Another choice acts forward: what was posted stays as it is.",
        ),
      approval: approvalPolicy,
    })
    .prefault({}),
  cutOver: cutOverSettings,
  reference: z
    .enum(["off", "after-costs"])
    .default("off")
    .describe(
      "Whether a run that read costs reads reference data after them: names of cost centres, WBS elements and accounts, calendars, posting periods. Which kinds is `sap.reference` of the agent.",
    ),
  sweepBand: z
    .strictObject({
      objects: z.number().int().min(0).max(1_000_000).default(20),
      percent: z.number().int().min(0).max(100).default(10),
    })
    .prefault({})
    .describe(
      "Ruling 33: by how many objects a sweep may differ from the one before, the larger of a count and a share of them; one that differs by more proves no deletion.",
    ),
  proof: z
    .strictObject({
      callsPerNight: z.number().int().min(0).max(10_000).default(60),
      everyHours: z.number().int().min(1).max(168).default(24),
    })
    .prefault({})
    .describe(
      "How many calls a night may look up again what is in Procore, the longest unproved first; 0: none. `ml-connector proof` says how old each proof is.",
    ),
  reconciliation: z
    .strictObject({
      controlTotals: z
        .enum(["off", "after-costs"])
        .default("off")
        .describe(
          "Whether a run that read costs reads SAP's own control totals after them (ruling 31). Which ones is `sap.controlTotals` of the agent.",
        ),
      close: z
        .enum(["by-hand", "with-sap"])
        .default("by-hand")
        .describe(
          "Who closes a period, so that what comes later is a late adjustment (ruling 28): a person with `reconcile close`, or T001B by itself, each company code when its G/L accounts are shut. `with-sap` needs `reference` and `controlTotals`, and the agent's kinds company-code, fiscal-year-variant, fiscal-period and posting-period.",
        ),
    })
    .prefault({})
    .describe("`ml-connector reconcile`: SAP's totals, our ledger and Procore side by side (docs/reconciliation.md)."),
  webhooks: webhookSettings,
  calendar: calendarSettings.describe("Days and fiscal periods that `schedules` go by."),
  schedules: schedulesSettings,
  /** Named limits of what one call carries and how long an answer may take. */
  limits: z
    .strictObject({
      vendorsPerCall: z.number().int().min(1).max(1000).default(500),
      contractsPerCall: z.number().int().min(1).max(1000).default(200),
      directCostsPerCall: z.number().int().min(1).max(1000).default(1000),
      // Line sync of direct costs (procore 4.11 [D]): no more than 500 rows, for time-outs.
      costLinesPerCall: z.number().int().min(1).max(500).default(500),
      parallelProjects: z.number().int().min(1).max(16).default(4),
      /** How long a request may still land after its deadline, before its effect is read back. */
      settleMs: z.number().int().min(0).max(600_000).default(30_000),
      callTimeoutMs: z.number().int().min(100).max(300_000).default(60_000),
      /** How long slices may wait without any agent at work before the run pauses. */
      agentAbsentMs: z.number().int().min(100).max(3_600_000).default(120_000),
      attemptsMax: z.number().int().min(1).max(20).default(5),
    })
    .prefault({}),
});

export type ConnectionSettings = z.infer<typeof connectionSettings>;
