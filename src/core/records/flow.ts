/** Kinds of data kept in step (design section 4), in the order in which a run takes them: each needs the ones before. */
export const flows = ["vendors", "purchase-orders", "invoices", "costs"] as const;
export type Flow = (typeof flows)[number];

/** Read after the costs where the connection says so, and never planned: what mapping, periods and people look up, and SAP's own totals (ruling 31). */
export const lookUpFlows = ["reference", "control-totals"] as const;
export type LookUpFlow = (typeof lookUpFlows)[number];

/** What a run reads. */
export const runFlows = [...flows, ...lookUpFlows] as const;
export type RunFlow = (typeof runFlows)[number];

export function isLookUpFlow(flow: RunFlow): flow is LookUpFlow {
  return lookUpFlows.some((each) => each === flow);
}
