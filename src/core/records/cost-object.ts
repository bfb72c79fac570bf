/** What a cost or a purchase order item is assigned to. WBS elements stand by POSID, all others by their padded inner key. */
export const costObjectKinds = ["wbs", "network", "order", "cost-center", "plant"] as const;
export type CostObjectKind = (typeof costObjectKinds)[number];
export type CostObject = { readonly kind: CostObjectKind; readonly key: string };
