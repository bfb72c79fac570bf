/**
 * What became of an atom (ruling 30). Each atom has exactly one disposition at a time; reasons name a rule (excluded), a hold code
 * (held) or a rejection (rejected). The first law sums over these.
 */
export const dispositions = [
  "posted",
  "unchanged",
  "superseded",
  "planned",
  "awaiting-approval",
  "unknown",
  "held",
  "excluded",
  "rejected",
] as const;

export type Disposition = (typeof dispositions)[number];

/** Ends a run's work on the atom; the others are still under way. */
export function isSettled(disposition: Disposition): boolean {
  switch (disposition) {
    case "posted":
    case "unchanged":
    case "superseded":
    case "held":
    case "excluded":
    case "rejected":
      return true;
    case "planned":
    case "awaiting-approval":
    case "unknown":
      return false;
  }
}

/** A decision about one atom before anything was sent. `planned` names the Procore record that the atom is to be part of. */
export type Decision =
  | { readonly disposition: "planned" }
  | {
      readonly disposition: "excluded";
      readonly rule: ExclusionRule | IgnoreRule;
      /** As mapping rules name it, where it was left out for the project's sake. */
      readonly project?: string;
    }
  | ({ readonly disposition: "held"; readonly hold: HoldCode } & Waiting);

/** What a held atom waits for, as far as it can be told: for people, and to find what belongs together. */
export type Waiting = {
  /** In plain words: `budget code 03-100.M in project TOWER`. */
  readonly waitsFor?: string;
  /** Procore's project number, where the mapping leads to one. */
  readonly project?: string;
  /** The mapping rule that led there. */
  readonly rule?: string;
};

/** Rules that leave an atom out on purpose. The name is what a controller reads; each stands for a ruling. */
export const exclusionRules = {
  "vendor-one-time-account": "One-time accounts (XCPDK) are never vendors in Procore (ruling 6).",
  "vendor-account-group-out-of-scope": "The vendor's account group is not chosen in the configuration (ruling 6).",
  "vendor-company-code-out-of-scope": "The vendor is not extended to a chosen company code (ruling 6).",
  "vendor-blocked-everywhere": "Blocked or deleted in all scopes, and not in Procore yet (ruling 8).",
  "vendor-ignored": "A person decided that the vendor is not kept in Procore.",
  "po-not-a-purchase-order": "Only document category F is a purchase order (ruling 10).",
  "po-company-code-out-of-scope": "The purchase order's company code is not chosen in the configuration.",
  "po-incomplete": "Held in SAP as incomplete (MEMORY), so not a purchase order yet (ruling 10).",
  "po-stock-transfer": "Stock transfers are no commitment (ruling 10).",
  "po-item-deleted": "Deleted in SAP and never in Procore (ruling 15).",
  "po-item-blocked": "Blocked in SAP (LOEKZ S) and never in Procore.",
  "invoice-not-posted": "Only posted invoices count: parked, held and deleted ones do not (RBKP-RBSTAT 5, ruling 16).",
  "invoice-cancelled-unposted":
    "The invoice and its cancellation sum to nothing, and neither of them is in Procore (RBKP-STBLG, rulings 17 and 24).",
  "invoice-without-purchase-order": "No line of a purchase order: what it costs stays a direct cost (rulings 16 and 21).",
  "invoice-delivery-cost": "Delivery costs (KSCHL) stay direct costs (ruling 21).",
  "invoice-no-contract": "The purchase order item is no contract line on purpose: its cost is a direct cost (ruling 21).",
  "retainage-open": "SAP still retains it: the retention item is open (ruling 18).",
  "retainage-reversed": "The retention item was cleared by a reversal, so nothing of it was released (ruling 18).",
  "retainage-by-hand": "Retainage is released in Procore by people (`invoices.retainageRelease: none`).",
  "cost-company-code-out-of-scope": "The document's company code is not chosen in the configuration.",
  "cost-document-status": "Only posted documents count: parked, noted and recurring ones do not (ruling 20).",
  "cost-grir-clearing": "GR/IR clearing is no cost (ruling 20).",
  "cost-down-payment": "Special G/L lines such as down payments are no cost (ruling 20).",
  "cost-without-object": "The line has no real cost object (ruling 20).",
  "cost-not-primary": "The account is no primary cost element on the posting date (ruling 20).",
  "cost-settlement":
    "Settlement passes on cost that is counted where it arose (KOAO, cost elements of category 21 and 22; ruling 20).",
  "cost-no-cost-element":
    "Controlling posts it, but it is neither primary nor secondary cost: revenue, accruals, results (ruling 20).",
  "ignored by":
    "A person left the record out, with a reason; `holds list --ignored` tells who and why. It comes back at its date, when SAP changes it, or by `holds unignore`.",
  "cost-reversed-unposted":
    "The document and its reversal reached one plan, in one period, group and amount: neither is posted (ruling 24).",
  "cost-commitment": "Cost of a purchase order item that is a Procore contract line (ruling 21).",
  "before-cut-over":
    "Older than the project's cut-over date: nothing of it is created, and the opening balance stands for it (ruling 4).",
  "kept-in-procore": "The configuration says that Procore is the system of record of this kind in the project (ruling 5).",
  "left-out-at-cut-over":
    "Older than cut-over, and a person left it out: its contract in Procore, if there is one, stays people's, and the opening balance stands for it (ruling 4).",
  "commitment-by-hand":
    "Of a purchase order whose contract people keep in Procore: what is invoiced and spent on it, they keep, too (ruling 5).",
} as const;

export type ExclusionRule = keyof typeof exclusionRules;

/** Left out by a person's word, which names the person. */
export type IgnoreRule = `ignored by ${string}`;

/** `user:jane` as people call her. */
export function ignoreRule(actor: string): IgnoreRule {
  return `ignored by ${actor.replace(/^user:/, "")}`;
}

/** Codes under which an atom waits for somebody. The registry in `errors/` gives each its owner and next step. */
export const holdCodes = [
  "mapping-no-rule",
  "project-not-permitted",
  "project-ambiguous",
  "budget-code-missing",
  "budget-code-refused",
  "vendor-twin",
  "vendor-tax-id-shared",
  "vendor-foreign-origin",
  "vendor-decision-void",
  "vendor-register-differs",
  "vendor-inactivation-many",
  "vendor-not-in-project",
  "vendor-unmappable",
  "contract-twin",
  "contract-foreign-origin",
  "contract-differs",
  "contract-decision-void",
  "po-unknown-assignment",
  "po-currency",
  "po-vendor-not-in-procore",
  "po-item-deleted-after-posting",
  "po-deletion-unproved",
  "sweep-out-of-band",
  "po-change-in-release",
  "po-change-after-requisition",
  "po-change-below-invoiced",
  "change-orders-not-enabled",
  "change-order-by-hand",
  "change-order-refused",
  "po-refused",
  "invoice-purchase-order-undecided",
  "invoice-contract-not-approved",
  "invoice-currency",
  "invoice-split-unknown",
  "invoice-tax-unknown",
  "invoice-retainage-unknown",
  "invoice-negative",
  "invoice-incomplete",
  "invoice-changed-after-posting",
  "retainage-release-unknown",
  "retainage-release-partial",
  "retainage-release-before-invoice",
  "retainage-release-exceeds",
  "requisition-no-period",
  "requisition-by-hand",
  "requisition-waits-for-earlier",
  "requisition-refused",
  "cost-purchase-order-undecided",
  "cost-currency",
  "cost-vendor-not-in-procore",
  "cost-changed-after-posting",
  "cost-refused",
  "vendor-refused",
  "procore-differs",
  "waits-for-prerequisite",
] as const;

export type HoldCode = (typeof holdCodes)[number];

/** Why an object could not be taken whole. It stays outside, with its key, until SAP delivers it whole. */
export const rejectionCodes = [
  "object-without-items",
  "object-unstable",
  "document-without-lines",
  "document-unbalanced",
  "invoice-history-differs",
  "amount-overflow",
  "amount-unreadable",
  "object-unfit",
] as const;

export type RejectionCode = (typeof rejectionCodes)[number];
