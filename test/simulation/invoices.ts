// The firm's logistics invoices: what vendors billed of its orders, what of it was retained, and which were cancelled. As with all of the firm, SAP's
// rows are written from these books; what must become of each invoice is told by the books alone.
import { text } from "./amounts.ts";
import type { Dice } from "./dice.ts";
import { invoiceFate } from "./fates.ts";
import type { Item, Order, Share, Write } from "./firm.ts";

/** Of one order item; each unit bills and retains the same cents, so that shares leave no remainder. */
export type InvoiceLine = { buzei: string; item: Item; unit: bigint; retainedUnit: bigint };
export type Invoice = {
  belnr: string;
  order: Order;
  lines: InvoiceLine[];
  postedOn: string;
  enteredOn: string;
  enteredAt: string;
  /** The day's work after which it stood in SAP: a chain is in order within one sync only. */
  day: number;
  cancels?: Invoice;
  cancelledBy?: Invoice;
  /** It was a requisition before the last working day: then a cancellation cannot undo it. */
  billedOn?: number;
};

/** What of the firm is needed to write an invoice. */
export type Desk = { dice: Dice; write: Write; note: (objectClass: string, key: string) => void; today: () => string };

const gjahr = "2026";
const signOf = ({ cancels }: Invoice) => (cancels ? -1n : 1n);

export const billedOf = (invoice: Invoice, { unit }: InvoiceLine, { quantity }: Share): bigint =>
  signOf(invoice) * unit * BigInt(quantity);
export const retainedOf = (invoice: Invoice, { retainedUnit }: InvoiceLine, { quantity }: Share): bigint =>
  signOf(invoice) * retainedUnit * BigInt(quantity);

const wholeOf = ({ item }: InvoiceLine, unit: bigint): bigint =>
  item.shares.reduce((sum, { quantity }) => sum + unit * BigInt(quantity), 0n);

export class InvoiceBooks {
  readonly all: Invoice[] = [];
  readonly #desk: Desk;
  #day = 1;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  atomCount(): number {
    return this.all.flatMap(({ lines }) => lines.flatMap(({ item }) => item.shares)).length;
  }

  isInvoiced(order: Order): boolean {
    return this.all.some((invoice) => invoice.order === order);
  }

  #lineOf(item: Item, at: number): InvoiceLine {
    const { dice } = this.#desk;
    const [share] = item.shares;
    const price = share === undefined ? 0n : share.minor / BigInt(share.quantity);
    const unit = BigInt(dice.between(1, Number(price / 4n)));
    const retainedUnit = dice.chance(0.5) ? unit / 10n : 0n;
    return { buzei: String(at + 1).padStart(6, "0"), item, unit, retainedUnit };
  }

  bill(order: Order, postedOn: string = this.#desk.today()): Invoice {
    const { dice } = this.#desk;
    const items = order.items.filter((_, at) => at === 0 || dice.chance(0.5));
    return this.#enter({ order, postedOn, lines: items.map((item, at) => this.#lineOf(item, at)) });
  }

  cancel(invoice: Invoice): void {
    const { order, lines } = invoice;
    const cancelling = this.#enter({ order, lines, postedOn: this.#desk.today(), cancels: invoice });
    invoice.cancelledBy = cancelling;
    this.#writeHeader(invoice);
    this.#desk.note("INCOMINGINVOICE", `${invoice.belnr}${gjahr}`);
  }

  /** What has become a requisition by now has done so for good. */
  nextDay(): void {
    for (const invoice of this.all) if (invoiceFate(invoice) === "in") invoice.billedOn ??= this.#day;
    this.#day += 1;
  }

  #enter(draft: Pick<Invoice, "order" | "lines" | "postedOn" | "cancels">): Invoice {
    const { dice, today } = this.#desk;
    const belnr = String(5_105_600_001 + this.all.length);
    const enteredAt = `${String(dice.between(8, 17)).padStart(2, "0")}0000`;
    const invoice: Invoice = { ...draft, belnr, enteredOn: today(), enteredAt, day: this.#day };
    this.all.push(invoice);
    this.#writeHeader(invoice);
    for (const line of invoice.lines) this.#writeLine(invoice, line);
    return invoice;
  }

  #writeHeader(invoice: Invoice): void {
    const { belnr, order, lines, postedOn, enteredOn, enteredAt, cancels, cancelledBy } = invoice;
    const partner = cancels ?? cancelledBy;
    this.#desk.write("RBKP", {
      BELNR: belnr,
      GJAHR: gjahr,
      BLART: "RE",
      BLDAT: postedOn,
      BUDAT: postedOn,
      CPUDT: enteredOn,
      CPUTM: enteredAt,
      BUKRS: "1000",
      LIFNR: order.vendor.lifnr,
      WAERS: "USD",
      KURSF: "1.00000",
      RMWWR: text(lines.reduce((sum, line) => sum + wholeOf(line, line.unit), 0n)),
      ZTERM: "0001",
      RBSTAT: "5",
      ...(cancels ? {} : { XRECH: "X" }),
      ...(partner ? { STBLG: partner.belnr, STJAH: gjahr } : {}),
    });
  }

  #writeLine({ belnr, order, cancels }: Invoice, line: InvoiceLine): void {
    const { buzei, item, unit, retainedUnit } = line;
    const { write } = this.#desk;
    const [only, other] = item.shares;
    const money = { SHKZG: cancels ? "H" : "S", WRBTR: text(wholeOf(line, unit)) };
    const place = { EBELN: order.ebeln, EBELP: item.ebelp, ZEKKN: other || !only ? "00" : only.zekkn };
    const key = { ...place, VGABE: "2", GJAHR: gjahr, BELNR: belnr, BUZEI: buzei.slice(2) };
    write("RSEG", { BELNR: belnr, GJAHR: gjahr, BUZEI: buzei, ...place, BUKRS: "1000", ...money, BSTME: "EA" });
    write("EKBE", { ...key, BEWTP: "Q", WAERS: "USD", ...money, RETAMT_FC: text(wholeOf(line, retainedUnit)) });
    if (!other) return;
    for (const { zekkn, quantity } of item.shares)
      write("EKBE_MA", { ...key, ZEKKN: zekkn, SHKZG: money.SHKZG, WRBTR: text(unit * BigInt(quantity)) });
  }
}

/** In the order in which its contract's chain must have it. */
export const inChain = (left: Invoice, right: Invoice): number => {
  const placeOf = ({ billedOn = Number.MAX_SAFE_INTEGER, postedOn, enteredOn, enteredAt, belnr }: Invoice) =>
    [String(billedOn).padStart(17, "0"), postedOn, enteredOn, enteredAt, belnr].join(" ");
  return placeOf(left) < placeOf(right) ? -1 : 1;
};
