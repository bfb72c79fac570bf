/**
 * The order in which effects go out, per project (procore 4.16): prerequisites first, and never half a contract or half a cost that counts.
 * Numbers have gaps for what later flows put between.
 */
export const stages = {
  vendorReactivate: 3,
  vendorAdopt: 5,
  vendor: 10,
  vendorRegister: 15,
  vendorStatus: 17,
  contractAdopt: 18,
  contractTakeLines: 19,
  projectVendor: 20,
  contractTake: 21,
  budgetCode: 22,
  contractTakeStatus: 23,
  contractReopen: 25,
  contractReopenGuarded: 26,
  contractInCurrency: 28,
  contractHeader: 30,
  contractLine: 40,
  contractStatus: 50,
  changeOrderHeader: 51,
  changeOrderLine: 52,
  changeOrderStatus: 53,
  requisition: 55,
  directCostHeader: 60,
  directCostLine: 70,
  directCostStatus: 80,
} as const;

export type Stage = (typeof stages)[keyof typeof stages];

/** What an effect changes of its record: at most one effect of an (origin id, aspect) is live. */
export type Aspect = "content" | "link" | "status" | "reopen" | "adoption" | "activity" | "register" | "budget-code";
