/** Kinds of data kept in step (design section 4), in the order in which a run takes them: each needs the ones before. */
export const flows = ["vendors", "purchase-orders", "invoices", "costs"] as const;
export type Flow = (typeof flows)[number];

/** What a run reads: its flows and, where that is set, SAP's own totals after them, which are compared with and never planned (ruling 31). */
export const runFlows = [...flows, "control-totals"] as const;
export type RunFlow = (typeof runFlows)[number];
