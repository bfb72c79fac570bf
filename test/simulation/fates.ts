// What must become of each of the firm's atoms, by the rulings as an accountant reads them; the product's own are never asked.
import type { Document, Element, Line, Order, Share, Vendor } from "./firm.ts";
import type { Invoice } from "./invoices.ts";

export const costTypeOf: Readonly<Record<string, string>> = { "0000420000": "M", "0000410000": "L", "0000450000": "O" };

/** What must become of an atom: `in` Procore, or not, for a reason that passes (`held`) or by rule (`excluded`). */
export type Fate = "in" | "held" | "excluded";

/** What the accountant changes the rules to for what is posted as cost: two projects change places, and materials and other costs do. */
const otherProject: Readonly<Record<number, number>> = { 810: 820, 820: 810 };
const otherType: Readonly<Record<string, string>> = { M: "O", O: "M" };

export function costPlaceOf({ project }: Element, account: string, isRecoded: boolean): { project: number; costType: string } {
  const costType = costTypeOf[account] ?? "";
  if (!isRecoded) return { project, costType };
  return { project: otherProject[project] ?? project, costType: otherType[costType] ?? costType };
}

export const vendorFate = ({ kind }: Vendor): Fate => (kind === "good" ? "in" : "excluded");

export function shareFate({ vendor }: Order, { element }: Share): Fate {
  return element.isMapped && vendorFate(vendor) === "in" ? "in" : "held";
}

/** A line that names an item but no assignment follows all shares of it: commitment where they are contract lines, open while one of them waits. */
function orderFate({ order, item }: NonNullable<Line["order"]>): Fate {
  return item.shares.every((share) => shareFate(order, share) === "in") ? "excluded" : "held";
}

export function lineFate(document: Document, line: Line): Fate {
  if (line.element === undefined) return "excluded";
  if (line.order) return orderFate(line.order);
  if (!line.element.isMapped) return "held";
  const vendors = document.lines.flatMap(({ vendor }) => vendor ?? []);
  const [only, other] = vendors;
  const isPayroll = costTypeOf[line.account] === "L";
  return only && !other && !isPayroll && vendorFate(only) !== "in" ? "held" : "in";
}

/**
 * A requisition is written whole and for good: an invoice of which anything waits, waits; one that is cancelled before is neither; of one that is
 * there already the cancellation waits for a person, for a negative requisition Procore may refuse.
 */
export function invoiceFate({ order, lines, billedOn, cancels, cancelledBy }: Invoice): Fate {
  if (billedOn !== undefined) return "in";
  if (cancels) return cancels.billedOn === undefined ? "excluded" : "held";
  if (cancelledBy) return "excluded";
  const isWhole = lines.every(({ item }) => item.shares.every((share) => shareFate(order, share) === "in"));
  return order.isReleased && isWhole ? "in" : "held";
}
