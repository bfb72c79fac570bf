/**
 * Rulings 20 to 22 for one line of a document: is it cost, is it already commitment cost, and where does it belong. Whole documents
 * are judged before their lines (`judgeDocument`): only what balances is taken apart.
 */
import type { Decision, ExclusionRule, HoldCode, Waiting } from "../disposition.ts";
import { budgetCodeText, type Mapping, type MappingQuery } from "../mapping/index.ts";
import { type Money, parseMoney } from "../money.ts";
import type { CostDocumentRecord, CostLine, CostObjectKind, CostSource } from "../records/index.ts";
import { err, ok, type Result } from "../result.ts";
import { parseSapDate, type SapDate } from "../sap-date.ts";
import type { CutOver } from "./cut-over.ts";
import { findTarget, heldBy, type ProcoreView, type Target } from "./target.ts";

/** What became of a purchase order item, as far as its cost is concerned (ruling 21). */
export type ItemRoute =
  /** A Procore contract line: its cost is commitment cost, whichever document posts it. */
  | "contract-line"
  /** Excluded for good: its cost is a direct cost. */
  | "no-contract"
  /** Its contract, if there is one, is people's (rulings 4 and 5). */
  | "kept-by-hand"
  /** Held, under way, or never seen. */
  | "undecided";

export type CostClass = { readonly class: string; readonly type: "expense" | "payroll" };

/** `undecided`: held, under way, or never read. */
export type VendorPlace = "in-procore" | "stays-in-sap" | "undecided";

/** Ruling 8 ⚙: whose costs post as expense that names no vendor. */
export type WithoutVendor = "never" | "stays-in-sap" | "always";

export type CostContext = {
  readonly mapping: Mapping;
  readonly view: ProcoreView;
  /** Empty: all. */
  readonly companyCodes: readonly string[];
  readonly itemRoute: (purchaseOrder: string, item: string, assignment: string) => ItemRoute;
  readonly vendorPlace: (vendor: string) => VendorPlace;
  readonly withoutVendor: WithoutVendor;
  readonly grouping: Grouping;
  /** Class and direct cost type by cost type code (ruling 22 ⚙). */
  readonly costClass: (costType: string) => CostClass;
  /** Without it all of history flows. */
  readonly cutOver?: CutOver;
};

export type DirectCostType = "invoice" | "expense" | "payroll";

/** Ruling 22 ⚙: what of a period becomes one direct cost. */
export const groupings = ["object", "document", "day"] as const;
export type Grouping = (typeof groupings)[number];

/** Whichever way is chosen; the others are no part of the key, so that the ids of groups that are there stay as they are. */
type GroupedBy =
  | { readonly objectKind: CostObjectKind; readonly object: string; readonly class: string }
  | { readonly document: string }
  /** BUDAT. */
  | { readonly day: string };

/** Ruling 22: lines of one key become one direct cost, part after part. */
export type GroupKey = GroupedBy & {
  readonly companyCode: string;
  readonly fiscalYear: number;
  readonly period: number;
  readonly projectId: number;
  readonly type: DirectCostType;
  readonly currency: string;
  /** Only for invoices. */
  readonly vendor: string;
};

/** What of a document its lines are judged by. */
export type CostDocumentFacts = Pick<
  CostDocumentRecord,
  "source" | "companyCode" | "documentNumber" | "fiscalYear" | "period" | "postingDate" | "status" | "currency"
> & {
  /** The vendor of the document's only vendor line; empty where there is none or several. */
  readonly onlyVendor: string;
};

/** Where an older line stands in the opening balance. */
export type OpeningPlace = { readonly project: string; readonly budgetCode: string; readonly rule: string };

export type CostDecision = {
  readonly decision: Decision;
  readonly target?: Target;
  readonly group?: GroupKey;
  readonly opening?: OpeningPlace;
};

/** BSTAT blank, A and B are postings; V, W, Z parked; D recurring, M sample, S noted (sap-data 2.5). */
export function isPosted(document: Pick<CostDocumentRecord, "status">): boolean {
  return document.status === "" || document.status === "A" || document.status === "B";
}

/** The vendor of the document's only vendor line; empty where there is none or several. */
export function onlyVendor(lines: readonly CostLine[]): string {
  const [first, second] = lines.filter((line) => line.vendor !== "");
  return first && !second ? first.vendor : "";
}

/** CSKB-KATYP (sap-data 2.6): 1 primary; 41 overhead, 42 assessment, 43 activity allocation; 21 and 22 settlement. */
const secondaryCost: ReadonlySet<string> = new Set(["41", "42", "43"]);
const settlement: ReadonlySet<string> = new Set(["21", "22"]);

function isPrimary(category: string): boolean {
  return category === "1" || category === "01";
}

/** Ruling 20: from FI and its ledgers primary cost only; from controlling also what objects charge each other, but never settlement. */
function excludedByElement({ costElementCategory, transactionKey }: CostLine, source: CostSource): ExclusionRule | undefined {
  if (source !== "coep") return isPrimary(costElementCategory) ? undefined : "cost-not-primary";
  if (transactionKey === "KOAO" || settlement.has(costElementCategory)) return "cost-settlement";
  return isPrimary(costElementCategory) || secondaryCost.has(costElementCategory) ? undefined : "cost-no-cost-element";
}

/** The rules that need neither mapping nor Procore. */
export function excludedBy(
  line: CostLine,
  document: Pick<CostDocumentFacts, "source" | "companyCode" | "status">,
  context: Pick<CostContext, "companyCodes">,
): ExclusionRule | undefined {
  if (!isPosted(document)) return "cost-document-status";
  if (context.companyCodes.length > 0 && !context.companyCodes.includes(document.companyCode))
    return "cost-company-code-out-of-scope";
  // KTOSL WRX is the GR/IR clearing account's line (sap-data 2.5).
  if (line.transactionKey === "WRX") return "cost-grir-clearing";
  if (line.specialGl !== "") return "cost-down-payment";
  if (!line.object) return "cost-without-object";
  return excludedByElement(line, document.source);
}

function held(hold: HoldCode, waiting: Waiting): CostDecision {
  return { decision: { disposition: "held", hold, ...waiting } };
}

function excluded(rule: ExclusionRule): CostDecision {
  return { decision: { disposition: "excluded", rule } };
}

/** Ruling 8. */
function mayGoWithoutVendor(place: VendorPlace, { withoutVendor }: CostContext): boolean {
  return withoutVendor === "always" || (withoutVendor === "stays-in-sap" && place === "stays-in-sap");
}

function groupedBy(line: CostLine, document: CostDocumentFacts, costClass: string, grouping: Grouping): GroupedBy {
  switch (grouping) {
    case "object":
      return { objectKind: line.object?.kind ?? "cost-center", object: line.object?.key ?? "", class: costClass };
    case "document":
      return { document: document.documentNumber };
    case "day":
      return { day: document.postingDate };
  }
}

function groupOf(line: CostLine, document: CostDocumentFacts, target: Target, context: CostContext): GroupKey {
  const { class: costClass, type } = context.costClass(target.costType);
  const vendor = type === "payroll" ? "" : document.onlyVendor;
  return {
    companyCode: document.companyCode,
    fiscalYear: document.fiscalYear,
    period: document.period,
    projectId: target.project.id,
    ...groupedBy(line, document, costClass, context.grouping),
    type: vendor === "" ? type : "invoice",
    currency: document.currency,
    vendor,
  };
}

/** Ruling 21: commitment cost is never a direct cost. */
function decidedByOrder(line: CostLine, context: CostContext): CostDecision | undefined {
  if (line.purchaseOrder === "") return undefined;
  switch (context.itemRoute(line.purchaseOrder, line.purchaseOrderItem, line.assignment)) {
    case "contract-line":
      return excluded("cost-commitment");
    case "kept-by-hand":
      return excluded("commitment-by-hand");
    case "undecided":
      return held("cost-purchase-order-undecided", {
        waitsFor: `purchase order ${line.purchaseOrder} item ${line.purchaseOrderItem}`,
      });
    case "no-contract":
      return undefined;
  }
}

/** Rulings 4 and 5, by the mapping alone: what is left out needs no budget code in Procore, nor that the project can be seen. */
function leftOutOf({ mapping, cutOver }: CostContext, query: MappingQuery, date: string) {
  const answer = cutOver && mapping.resolve(query);
  if (!answer || answer.kind === "no-rule") return undefined;
  const { project } = answer.rule.target;
  const opening: OpeningPlace = { project, budgetCode: budgetCodeText(answer.rule.target), rule: answer.rule.name };
  return {
    isOlder: cutOver.isBefore("costs", project, date),
    isKept: cutOver.isKeptInProcore("costs", project),
    opening,
  };
}

export function decideCostLine(line: CostLine, document: CostDocumentFacts, context: CostContext): CostDecision {
  const rule = excludedBy(line, document, context);
  if (rule) return excluded(rule);
  const query = {
    companyCode: document.companyCode,
    objectKind: line.object?.kind ?? ("cost-center" as const),
    object: line.object?.key ?? "",
    account: line.account,
    materialGroup: "",
    date: parseSapDate(document.postingDate) ?? ("00010101" as SapDate),
  };
  const left = leftOutOf(context, query, document.postingDate);
  // Older lines of purchase orders, too: whatever becomes of the order, what was spent by then is in the opening balance.
  if (left?.isOlder) return { ...excluded("before-cut-over"), opening: left.opening };
  const byOrder = decidedByOrder(line, context);
  if (byOrder) return byOrder;
  if (left?.isKept) return excluded("kept-in-procore");
  const found = findTarget(query, context, (project) => (project.currency === document.currency ? undefined : "cost-currency"));
  if (found.kind === "held") return { decision: heldBy(found) };
  const group = groupOf(line, document, found.target, context);
  const place = group.type === "invoice" ? context.vendorPlace(group.vendor) : "in-procore";
  if (place === "in-procore") return { decision: { disposition: "planned" }, target: found.target, group };
  if (!mayGoWithoutVendor(place, context)) {
    const { project, rule } = found.target;
    return held("cost-vendor-not-in-procore", { waitsFor: `vendor ${group.vendor}`, project: project.number, rule });
  }
  const vendorless = groupOf(line, { ...document, onlyVendor: "" }, found.target, context);
  return { decision: { disposition: "planned" }, target: found.target, group: vendorless };
}

/** Sum of the signed amounts: zero for a whole document. */
export function documentBalance(document: CostDocumentRecord): Result<Money, { line: string; text: string }> {
  let minor = 0n;
  for (const line of document.lines) {
    const amount = parseMoney(line.amount, document.currency);
    if (!amount.ok) return err({ line: line.line, text: line.amount });
    minor += amount.value.minor;
  }
  return ok({ minor, currency: document.currency });
}
