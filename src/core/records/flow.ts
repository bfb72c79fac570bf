/** Kinds of data kept in step (design section 4), in the order in which a run takes them: each needs the ones before. */
export const flows = ["vendors", "purchase-orders", "invoices", "costs"] as const;
export type Flow = (typeof flows)[number];
