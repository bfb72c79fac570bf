/**
 * Ruling 25: in which currency a purchase order's contract is kept in a project. In the project's own; in the order's where the policy says so and the
 * project has multicurrency; otherwise not at all. A contract that is in Procore keeps the currency that it was made with, whatever the policy says since.
 */
import { convert, type Money, parseFactor } from "../money.ts";
import type { PurchaseOrderRecord } from "../records/index.ts";
import type { ProjectView, Target } from "./target.ts";

export type ForeignCurrencyPolicy = "hold" | "purchase-order-rate" | "multicurrency";
/** Whose rate a contract in another currency than its project's gets: Procore's own of the project, or EKKO-WKURS. */
export type ContractRatePolicy = "procore" | "purchase-order";

export type CurrencyFacts = {
  readonly foreignCurrency: ForeignCurrencyPolicy;
  readonly contractRate: ContractRatePolicy;
  /** Of contracts of this order that are in Procore, or may be: their currency by project id. */
  readonly kept: ReadonlyMap<number, string>;
};

type Rated = Pick<PurchaseOrderRecord, "currency" | "companyCurrency" | "exchangeRate">;

export function currencyOfTarget({ contractCurrency, project }: Target): string {
  return contractCurrency ?? project.currency;
}

function byPolicy(order: Rated, project: ProjectView, { foreignCurrency }: CurrencyFacts): string | undefined {
  if (order.currency === project.currency) return project.currency;
  if (foreignCurrency === "multicurrency") return project.hasMulticurrency ? order.currency : undefined;
  return foreignCurrency === "purchase-order-rate" ? project.currency : undefined;
}

/**
 * The rate from the order's currency to the project's, as decimal text. Undefined where SAP does not tell it: another company currency, none, or an
 * indirect rate, whose reciprocal would be rounded.
 */
export function contractRate(order: Rated, project: ProjectView): string | undefined {
  if (order.companyCurrency !== project.currency) return undefined;
  const factor = parseFactor(order.exchangeRate);
  return factor && factor.numerator > 0n ? order.exchangeRate : undefined;
}

/** Undefined: held (`po-currency`). */
export function contractCurrency(order: Rated, project: ProjectView, facts: CurrencyFacts): string | undefined {
  const currency = facts.kept.get(project.id) ?? byPolicy(order, project, facts);
  if (currency === undefined || currency === project.currency || facts.kept.has(project.id)) return currency;
  return facts.contractRate === "procore" || contractRate(order, project) !== undefined ? currency : undefined;
}

/** An amount of the order in its contract's currency. */
export function contractAmount(amount: Money, order: Rated, project: ProjectView, currency: string): Money | undefined {
  if (amount.currency === currency) return amount;
  if (currency !== project.currency || order.companyCurrency !== project.currency) return undefined;
  return convert(amount, order.exchangeRate, currency);
}
