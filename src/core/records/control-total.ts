/**
 * A total that SAP keeps itself, read independently of the lines it sums up (ruling 31): only there do rows show that were never read. One record is
 * one row of a totals table; amounts are signed decimal text, shifted by TCURX once, in the currency beside them.
 */
import type { CostObject } from "./cost-object.ts";

export const controlTotalSources = ["COSP", "COSS", "FAGLFLEXT", "GLT0", "EKBE"] as const;
export type ControlTotalSource = (typeof controlTotalSources)[number];

export type ControlTotalRecord = {
  readonly kind: "control-total";
  readonly source: ControlTotalSource;
  /** The source and the row's key fields, padded, joined by slashes. */
  readonly key: string;
  /** Empty where the source knows none. */
  readonly companyCode: string;
  readonly controllingArea: string;
  /** OBJNR, EBELN/EBELP, or empty for the general ledger. */
  readonly object: string;
  /** What OBJNR stands for, as cost lines name it; absent where it is no object that cost can be mapped by. */
  readonly costObject?: CostObject;
  /** VRGNG of controlling, such as COIN for what came from FI; empty elsewhere. */
  readonly transaction: string;
  /** Cost element or G/L account, padded; for EKBE the category (VGABE), with a K where it is maintenance of GR/IR. */
  readonly account: string;
  readonly fiscalYear: number;
  readonly currency: string;
  /** Sum of the periods, or of the history. */
  readonly total: string;
  /** None for EKBE, whose rows know days only. Period 0 is the balance carried forward of a ledger; 13 to 16 are special periods. Only what is not zero. */
  readonly periods: readonly { readonly period: number; readonly amount: string }[];
};
