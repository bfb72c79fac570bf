/**
 * What follows purchase orders in the books: goods receipts (WE), invoices (RE) and their history in EKBE. Lines of an item carry its
 * EBELN, those assigned to an object are commitment cost; a freight line on the same invoice carries none and is direct cost.
 */
import type { EccRow } from "../world.ts";
import { fixed, minorOf, shareOf, storedAmount, unitsOf } from "./amount.ts";
import { fiscalPeriodOf } from "./days.ts";
import { vendorLine } from "./document-bulk.ts";
import { invoiceDay } from "./document-days.ts";
import { type Books, type LineDraft, post } from "./documents.ts";
import { compactRow, type ObjectFields } from "./group.ts";
import { type OrderAtom, splitItem } from "./manifest/index.ts";
import { balanceAccounts, type Company, companies } from "./organisation.ts";

export type OrderItem = { header: EccRow; item: EccRow; assignments: readonly EccRow[]; company: Company };

const objectOf = (ekkn: EccRow): ObjectFields => {
  const fields = {
    PROJK: ekkn["PS_PSP_PNR"],
    NPLNR: ekkn["NPLNR"],
    AUFPL: ekkn["AUFPL"],
    APLZL: ekkn["APLZL"],
    AUFNR: ekkn["AUFNR"],
  };
  return compactRow({ ...fields, KOSTL: ekkn["KOSTL"] });
};

const itemFields = (item: EccRow, zekkn?: string): Record<string, string> => ({
  EBELN: item["EBELN"] ?? "",
  EBELP: item["EBELP"] ?? "",
  ...(zekkn === undefined ? {} : { ZEKKN: zekkn }),
  WERKS: item["WERKS"] ?? "",
  MENGE: item["MENGE"] ?? "0.000",
  MEINS: item["MEINS"] ?? "EA",
});

/** SAP splits by what it keeps; an order that the reader cannot deliver has no follow-on here (orderItems). */
function sharesOf({ item }: OrderItem, assignments: readonly EccRow[]): readonly bigint[] {
  const shares = splitItem(item, assignments);
  if (shares === undefined) throw new Error(`purchase order ${item["EBELN"]}: item ${item["EBELP"]} has no split to post by`);
  return shares;
}

/** Lines that carry the assignments of an item, account-assigned (KTOSL KBS). */
function assignedLines(order: OrderItem): LineDraft[] {
  const shares = sharesOf(order, order.assignments);
  return order.assignments.map((ekkn, index) => ({
    amount: shares[index] ?? 0n,
    hkont: ekkn["SAKTO"] ?? "",
    object: objectOf(ekkn),
    text: order.item["TXZ01"] ?? "",
    fields: { ...itemFields(order.item, ekkn["ZEKKN"]), KTOSL: "KBS" },
  }));
}

const clearing = (order: OrderItem, amount: bigint): LineDraft => ({
  amount,
  hkont: balanceAccounts.goodsReceipt,
  fields: { ...itemFields(order.item), KTOSL: "WRX" },
});

type History = {
  vgabe: "1" | "2" | "3" | "9";
  bewtp: string;
  bwart?: string;
  amount: bigint;
  /** Thousandths of the order unit; a subsequent debit moves value only. */
  quantity: bigint;
  budat: string;
  belnr: string;
  gjahr: string;
  receipt?: Receipt;
};
type Receipt = { belnr: string; gjahr: string };

const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);

/** Splits by the item's own shares; the last assignment takes the remainder, so that the parts sum to the whole (ruling 16). */
function splitByShares(order: OrderItem, whole: bigint): readonly bigint[] {
  const shares = sharesOf(order, order.assignments);
  const total = shares.reduce((sum, share) => sum + share, 0n);
  let left = whole;
  return shares.map((share, index) => {
    const part = index === shares.length - 1 ? left : shareOf(whole, share, total);
    left -= part;
    return part;
  });
}

function addHistory(books: Books, order: OrderItem, history: History): void {
  const { tables } = books.group;
  const { amount, receipt } = history;
  const key = { EBELN: order.item["EBELN"] ?? "", EBELP: order.item["EBELP"] ?? "" };
  const posting = { VGABE: history.vgabe, GJAHR: history.gjahr, BELNR: history.belnr, BUZEI: "0001" };
  const link = receipt === undefined ? {} : { LFGJA: receipt.gjahr, LFBNR: receipt.belnr, LFPOS: "0001" };
  const sign = { SHKZG: amount < 0n ? "H" : "S" };
  const money = storedAmount(sizeOf(amount));
  tables.add(
    "EKBE",
    compactRow({
      ...key,
      ZEKKN: order.assignments.length > 1 ? "00" : (order.assignments[0]?.["ZEKKN"] ?? "00"),
      ...posting,
      BEWTP: history.bewtp,
      BWART: history.bwart,
      BUDAT: history.budat,
      MENGE: fixed(history.quantity, 3),
      BPMNG: fixed(history.quantity, 3),
      DMBTR: money,
      WRBTR: money,
      WAERS: order.header["WAERS"],
      HSWAE: order.company.currency,
      ...sign,
      ...link,
      ...(history.vgabe === "2" || history.vgabe === "3" ? { REFWR: money, REEWR: money } : {}),
      CPUDT: history.budat,
      CPUTM: "120000",
      BLDAT: history.budat,
      ERNAM: history.vgabe === "1" ? "STORES1" : "ACCOUNTS1",
    }),
  );
  if (order.assignments.length < 2) return;
  const values = splitByShares(order, sizeOf(amount));
  const quantities = splitByShares(order, history.quantity);
  order.assignments.forEach((ekkn, index) => {
    const value = storedAmount(values[index] ?? 0n);
    const quantity = fixed(quantities[index] ?? 0n, 3);
    const zekkn = { ZEKKN: ekkn["ZEKKN"] ?? "" };
    tables.add("EKBE_MA", { ...key, ...zekkn, ...posting, ...link, ...sign, MENGE: quantity, DMBTR: value, WRBTR: value });
  });
}

/** Numbers of logistics invoices are unique in the client, those of FI documents only in the company code. */
const invoiceBlock = 10_000_000;

function invoiceNumber(books: Books, company: Company): string {
  const number = books.numbers.get(`${company.bukrs} RE`) ?? 5_105_600_000;
  return String(number + companies.indexOf(company) * invoiceBlock).padStart(10, "0");
}

const orderQuantity = (order: OrderItem): bigint => unitsOf(order.item["MENGE"], 3);

/** A return comes in as movement 161, not as 101 with another sign. */
const movementOf = (amount: bigint, isCancelled: boolean): string => (isCancelled ? "102" : amount < 0n ? "161" : "101");

export function receive(books: Books, order: OrderItem, budat: string, cancelled?: Receipt): Receipt {
  const sign = cancelled === undefined ? 1n : -1n;
  const lines = assignedLines(order).map((line) => ({ ...line, amount: line.amount * sign }));
  const stock: LineDraft = {
    amount: (sharesOf(order, [{}])[0] ?? 0n) * sign,
    hkont: balanceAccounts.stock,
    koart: "M",
    fields: { ...itemFields(order.item), KTOSL: "BSX" },
  };
  const debit = lines.length === 0 ? [stock] : lines;
  const amount = debit.reduce((sum, line) => sum + line.amount, 0n);
  const header = { AWTYP: "MKPF", GLVOR: "RMWE", TCODE: "MIGO_GR" };
  const posted = post(books, { company: order.company, blart: "WE", budat, header, lines: [...debit, clearing(order, -amount)] });
  const receipt = { belnr: posted.belnr, gjahr: budat.slice(0, 4) };
  addHistory(books, order, {
    vgabe: "1",
    bewtp: "E",
    bwart: movementOf(amount, cancelled !== undefined),
    amount,
    quantity: orderQuantity(order),
    budat,
    ...receipt,
    receipt: cancelled ?? receipt,
  });
  return receipt;
}

export type Invoice = {
  budat: string;
  receipt?: Receipt | undefined;
  /** What part of the item's value, in hundredths; negative for a credit memo or a cancellation. */
  percent?: bigint;
  isSubsequent?: boolean;
  cancels?: InvoiceKey;
  freight?: { amount: bigint; hkont: string } | undefined;
};
export type InvoiceKey = { belnr: string; gjahr: string };

function addInvoiceRecords(
  books: Books,
  order: OrderItem,
  invoice: Invoice,
  key: InvoiceKey,
  sums: { gross: bigint; amount: bigint; tax: bigint },
): void {
  const { tables } = books.group;
  const { cancels, receipt } = invoice;
  const isCredit = sums.amount < 0n;
  tables.add(
    "RBKP",
    compactRow({
      BELNR: key.belnr,
      GJAHR: key.gjahr,
      BLART: "RE",
      BLDAT: invoice.budat,
      BUDAT: invoice.budat,
      USNAM: "ACCOUNTS1",
      TCODE: cancels === undefined ? "MIRO" : "MR8M",
      CPUDT: invoice.budat,
      CPUTM: "120000",
      VGART: cancels === undefined ? "RD" : "RS",
      XBLNR: `V${order.item["EBELN"]}`,
      BUKRS: order.company.bukrs,
      LIFNR: order.header["LIFNR"],
      WAERS: order.company.currency,
      KURSF: "1.00000",
      RMWWR: storedAmount(sizeOf(sums.gross)),
      WMWST1: sums.tax === 0n ? undefined : storedAmount(sizeOf(sums.tax)),
      BEZNK: invoice.freight === undefined ? undefined : storedAmount(invoice.freight.amount),
      XRECH: isCredit ? undefined : "X",
      ZTERM: order.header["ZTERM"],
      ZBD1T: order.header["ZBD1T"],
      ZBD1P: order.header["ZBD1P"],
      ZBD2T: order.header["ZBD2T"],
      ZFBDT: invoice.budat,
      RBSTAT: "5",
      STBLG: cancels?.belnr,
      STJAH: cancels?.gjahr,
    }),
  );
  tables.add(
    "RSEG",
    compactRow({
      BELNR: key.belnr,
      GJAHR: key.gjahr,
      BUZEI: "000001",
      EBELN: order.item["EBELN"],
      EBELP: order.item["EBELP"],
      ZEKKN: order.assignments.length > 1 ? "00" : (order.assignments[0]?.["ZEKKN"] ?? "00"),
      MATNR: order.item["MATNR"],
      BUKRS: order.company.bukrs,
      WERKS: order.item["WERKS"],
      WRBTR: storedAmount(sizeOf(sums.amount)),
      SHKZG: isCredit ? "H" : "S",
      MENGE: invoice.isSubsequent === true ? undefined : order.item["MENGE"],
      BSTME: order.item["MEINS"],
      BPMNG: invoice.isSubsequent === true ? undefined : order.item["MENGE"],
      BPRME: order.item["BPRME"],
      LFBNR: receipt?.belnr,
      LFGJA: receipt?.gjahr,
      LFPOS: receipt === undefined ? undefined : "0001",
      TBTKZ: invoice.isSubsequent === true ? "X" : undefined,
    }),
  );
  if (cancels === undefined) return;
  // Invoice verification marks the cancelled document in RBKP; BKPF-STBLG of both stays empty (sap-data 2.4, ruling 24).
  tables.rewrite("RBKP", (row) =>
    row["BELNR"] === cancels.belnr && row["GJAHR"] === cancels.gjahr ? { ...row, STBLG: key.belnr, STJAH: key.gjahr } : row,
  );
}

/** The order's shares carry net and non-deductible tax together (ruling 12). */
function nonDeductiblePart({ item }: OrderItem, amount: bigint): bigint {
  const tax = minorOf(item["NAVNW"]);
  return tax === 0n ? 0n : shareOf(amount, tax, minorOf(item["NETWR"]) + tax);
}

/** The invoice clears GR/IR where goods were received, otherwise it carries the assignments itself. */
export function invoiceOrder(books: Books, order: OrderItem, invoice: Invoice): InvoiceKey {
  const { budat, freight, percent = 100n } = invoice;
  const isReceived = order.item["WEPOS"] === "X";
  const whole = sharesOf(order, [{}])[0] ?? 0n;
  const amount = percent === 100n ? whole : shareOf(whole, percent, 100n);
  const lines = isReceived ? [clearing(order, amount)] : assignedLines(order);
  if (freight !== undefined) {
    const object = order.assignments[0] === undefined ? {} : { object: objectOf(order.assignments[0]) };
    lines.push({ amount: freight.amount, hkont: freight.hkont, text: "Freight, unplanned", ...object });
  }
  const gross = lines.reduce((sum, line) => sum + line.amount, 0n);
  const key = { belnr: invoiceNumber(books, order.company), gjahr: fiscalPeriodOf(budat, order.company.variant).gjahr };
  const reason = invoice.cancels === undefined ? {} : { STGRD: "01", TCODE: "MR8M" };
  const awkey = `${key.belnr}${key.gjahr}`;
  const header = { AWTYP: "RMRP", GLVOR: "RMRP", AWKEY: awkey, TCODE: "MIRO", XBLNR: `V${order.item["EBELN"]}`, ...reason };
  lines.push(vendorLine(-gross, order.header["LIFNR"] ?? "", budat));
  post(books, { company: order.company, blart: "RE", budat, header, lines });
  const isService = order.item["PSTYP"] === "9";
  // Invoice verification keeps a line's net; what tax nobody gets back stands in the header, and on the cost object [K].
  const tax = nonDeductiblePart(order, amount);
  const common = { amount: amount - tax, quantity: orderQuantity(order), budat, ...key };
  if (isService) addHistory(books, order, { ...common, vgabe: "9", bewtp: "D" });
  addHistory(books, order, {
    ...common,
    vgabe: invoice.isSubsequent === true ? "3" : "2",
    bewtp: invoice.isSubsequent === true ? "N" : "Q",
    quantity: invoice.isSubsequent === true ? 0n : common.quantity,
    ...(invoice.receipt === undefined ? {} : { receipt: invoice.receipt }),
  });
  addInvoiceRecords(books, order, invoice, key, { gross, amount: amount - tax, tax });
  return key;
}

/** MR11: what was received and will never be invoiced leaves GR/IR and the cost object again. It has no invoice document. */
export function maintainClearing(books: Books, order: OrderItem, budat: string, percent: bigint): void {
  const credit = assignedLines(order).map((line) => ({ ...line, amount: -shareOf(line.amount, percent, 100n) }));
  const amount = credit.reduce((sum, line) => sum - line.amount, 0n);
  const header = { GLVOR: "RMRP", TCODE: "MR11" };
  const posted = post(books, { company: order.company, blart: "SA", budat, header, lines: [clearing(order, amount), ...credit] });
  const { gjahr, belnr } = posted;
  addHistory(books, order, { vgabe: "2", bewtp: "K", amount, quantity: 0n, budat, belnr, gjahr });
}

/** Items whose atoms have one fate: what follows a half-held item is a question for people, and a nasty case of its own. */
export function orderItems(books: Books, atoms: readonly OrderAtom[]): readonly OrderItem[] {
  const { tables } = books.group;
  const fates = new Map<string, Set<string>>();
  for (const atom of atoms) {
    const key = `${atom.header["EBELN"]} ${atom.ebelp}`;
    fates.set(key, (fates.get(key) ?? new Set()).add(atom.verdict.kind));
  }
  const headers = new Map(tables.rows("EKKO").map((row) => [row["EBELN"] ?? "", row]));
  const assignments = new Map<string, EccRow[]>();
  for (const row of tables.rows("EKKN")) {
    const key = `${row["EBELN"]} ${row["EBELP"]}`;
    assignments.set(key, [...(assignments.get(key) ?? []), row]);
  }
  return tables.rows("EKPO").flatMap((item): OrderItem[] => {
    const key = `${item["EBELN"]} ${item["EBELP"]}`;
    const header = headers.get(item["EBELN"] ?? "");
    const company = companies.find(({ bukrs }) => bukrs === header?.["BUKRS"]);
    const isPlain = fates.get(key)?.size === 1 && item["KNTTP"] !== "U" && minorOf(item["NETWR"]) !== 0n;
    const isOwn = header?.["WAERS"] === company?.currency && header?.["BSTYP"] === "F" && header["MEMORY"] !== "X";
    if (header === undefined || company === undefined || !isPlain || !isOwn || header["RESWK"] !== undefined) return [];
    return [{ header, item, assignments: assignments.get(key) ?? [], company }];
  });
}

/** Receipts and invoices until the given share of the cost lines stands. */
export function postOrderFollowOn(books: Books, items: readonly OrderItem[], costLinesMax: number): void {
  const { draw } = books.group;
  for (const order of items) {
    const room = costLinesMax - books.costLines;
    if (room < order.assignments.length + 1) return;
    if (!draw.chance(70)) continue;
    const budat = invoiceDay(books.group, order.header["BEDAT"] ?? "", 10);
    const receipt = order.item["WEPOS"] === "X" ? receive(books, order, budat) : undefined;
    if (draw.chance(20)) continue;
    const freight = draw.chance(8) ? { amount: BigInt(draw.int(2_000, 90_000)), hkont: "0000450000" } : undefined;
    invoiceOrder(books, order, { budat: invoiceDay(books.group, budat, 12), receipt, freight });
  }
}
