/**
 * Received and not invoiced (ruling 21), by project: what the history of an order's item says was received (VGABE 1; accepted services are among them,
 * entered ones, 9, would count twice) and what was invoiced (2 and 3, with what maintenance of GR/IR settled). Both directions are stated apart: one item's surplus pays no other's. An item
 * for which nothing was ever received is not measured by receipts and is left out.
 */
export type ReceiptTotal = {
  readonly companyCode: string;
  readonly project: string;
  readonly currency: string;
  /** Order and item. */
  readonly object: string;
  readonly category: string;
  readonly amount: bigint;
};

export type ReceiptRow = {
  readonly companyCode: string;
  readonly project: string;
  readonly currency: string;
  readonly items: number;
  readonly received: bigint;
  readonly invoiced: bigint;
  readonly receivedNotInvoiced: bigint;
  readonly invoicedNotReceived: bigint;
};

type Item = { received: bigint; invoiced: bigint; isReceived: boolean };

function itemsOf(totals: readonly ReceiptTotal[]): Item[] {
  const items = new Map<string, Item>();
  for (const { object, category, amount } of totals) {
    const item = items.get(object) ?? { received: 0n, invoiced: 0n, isReceived: false };
    items.set(object, item);
    if (category === "1") item.isReceived = true;
    if (category === "1") item.received += amount;
    if (/^[23]K?$/.test(category)) item.invoiced += amount;
  }
  return [...items.values()].filter(({ isReceived }) => isReceived);
}

const positive = (amount: bigint) => (amount > 0n ? amount : 0n);

export function stateReceipts(totals: readonly ReceiptTotal[]): ReceiptRow[] {
  const groups = Map.groupBy(totals, ({ companyCode, project, currency }) => [companyCode, project, currency].join("\n"));
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([key, group]) => {
      const [companyCode = "", project = "", currency = ""] = key.split("\n");
      const items = itemsOf(group);
      const total = (of: (item: Item) => bigint) => items.reduce((sum, item) => sum + of(item), 0n);
      if (items.length === 0) return [];
      return [
        {
          companyCode,
          project,
          currency,
          items: items.length,
          received: total(({ received }) => received),
          invoiced: total(({ invoiced }) => invoiced),
          receivedNotInvoiced: total(({ received, invoiced }) => positive(received - invoiced)),
          invoicedNotReceived: total(({ received, invoiced }) => positive(invoiced - received)),
        },
      ];
    });
}
