/**
 * One order item for each turn that a purchase order's history can take: a cancelled receipt, a cancelled invoice, a credit memo, a
 * subsequent debit, account maintenance. The items are taken out of the ordinary follow-on, so that each history is the case and nothing else.
 */
import { addDays, earlierOf } from "./days.ts";
import { booksFrom } from "./document-days.ts";
import { invoiceOrder, maintainClearing, type OrderItem, receive } from "./document-mm.ts";
import type { Books } from "./documents.ts";

type Case = { note: string; play: (books: Books, order: OrderItem, day: string) => void };

const cases: readonly Case[] = [
  {
    note: "goods receipt and its cancellation",
    play: (books, order, day) => {
      const receipt = receive(books, order, day);
      receive(books, order, addDays(day, 1), receipt);
    },
  },
  {
    note: "invoice cancelled in invoice verification: RBKP-STBLG set, BKPF-STBLG empty",
    play: (books, order, day) => {
      const receipt = receive(books, order, day);
      const cancelled = invoiceOrder(books, order, { budat: addDays(day, 1), receipt });
      invoiceOrder(books, order, { budat: addDays(day, 2), receipt, percent: -100n, cancels: cancelled });
    },
  },
  {
    note: "credit memo for a quarter of an invoice",
    play: (books, order, day) => {
      const receipt = receive(books, order, day);
      invoiceOrder(books, order, { budat: addDays(day, 1), receipt });
      invoiceOrder(books, order, { budat: addDays(day, 3), receipt, percent: -25n });
    },
  },
  {
    note: "subsequent debit: value without quantity",
    play: (books, order, day) => {
      const receipt = receive(books, order, day);
      invoiceOrder(books, order, { budat: addDays(day, 1), receipt });
      invoiceOrder(books, order, { budat: addDays(day, 3), receipt, percent: 10n, isSubsequent: true });
    },
  },
  {
    note: "account maintenance clears what will not be invoiced",
    play: (books, order, day) => {
      const receipt = receive(books, order, day);
      invoiceOrder(books, order, { budat: addDays(day, 1), receipt, percent: 90n });
      maintainClearing(books, order, addDays(day, 3), 10n);
    },
  },
];

/** Answers the items that are left for the ordinary follow-on. */
export function postHistoryCases(books: Books, items: readonly OrderItem[]): readonly OrderItem[] {
  const { group } = books;
  const first = addDays(booksFrom(group.options.asOf), 20);
  const isPlain = ({ item, header, assignments }: OrderItem) =>
    item["WEPOS"] === "X" &&
    assignments.length > 0 &&
    item["RETPO"] === undefined &&
    item["LOEKZ"] === undefined &&
    header["LIFNR"] !== undefined;
  const taken = items.filter(isPlain).slice(0, cases.length);
  taken.forEach((order, index) => {
    const turn = cases[index];
    if (turn === undefined) return;
    const ordered = order.header["BEDAT"] ?? "";
    const day = earlierOf([ordered, first].sort().at(-1) ?? first, addDays(group.options.asOf, -4));
    turn.play(books, order, day);
    group.note(turn.note, order.header["EBELN"] ?? "");
  });
  return items.filter((order) => !taken.includes(order));
}
