/**
 * What follows purchase orders in the books: goods receipts (WE), invoices (RE) and their history in EKBE. Lines of an item carry its
 * EBELN, those assigned to an object are commitment cost; a freight line on the same invoice carries none and is direct cost.
 */
import type { EccRow } from "../world.ts";
import { minorOf, storedAmount } from "./amount.ts";
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

/** Shares as the reader can tell them; an order that it cannot deliver has no follow-on here (orderItems). */
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

function addHistory(
  books: Books,
  order: OrderItem,
  vgabe: "1" | "2",
  amount: bigint,
  at: { budat: string; belnr: string },
): void {
  books.group.tables.add("EKBE", {
    EBELN: order.item["EBELN"] ?? "",
    EBELP: order.item["EBELP"] ?? "",
    ZEKKN: order.assignments.length > 1 ? "00" : (order.assignments[0]?.["ZEKKN"] ?? "00"),
    VGABE: vgabe,
    GJAHR: at.budat.slice(0, 4),
    BELNR: at.belnr,
    BUZEI: "0001",
    BEWTP: vgabe === "1" ? "E" : "Q",
    ...(vgabe === "1" ? { BWART: "101" } : {}),
    BUDAT: at.budat,
    MENGE: order.item["MENGE"] ?? "0.000",
    DMBTR: storedAmount(amount < 0n ? -amount : amount),
    WRBTR: storedAmount(amount < 0n ? -amount : amount),
    WAERS: order.header["WAERS"] ?? "",
    SHKZG: amount < 0n ? "H" : "S",
    CPUDT: at.budat,
    CPUTM: "120000",
  });
}

const reference = (books: Books, order: OrderItem, type: "WE" | "RE"): string =>
  String(books.numbers.get(`${order.company.bukrs} ${type}`) ?? 0).padStart(10, "0");

function receive(books: Books, order: OrderItem, budat: string): void {
  const lines = assignedLines(order);
  const stock: LineDraft = {
    amount: sharesOf(order, [{}])[0] ?? 0n,
    hkont: balanceAccounts.stock,
    koart: "M",
    fields: { ...itemFields(order.item), KTOSL: "BSX" },
  };
  const debit = lines.length === 0 ? [stock] : lines;
  const amount = debit.reduce((sum, line) => sum + line.amount, 0n);
  const header = { AWTYP: "MKPF", GLVOR: "RMWE", TCODE: "MIGO_GR" };
  const posted = post(books, { company: order.company, blart: "WE", budat, header, lines: [...debit, clearing(order, -amount)] });
  addHistory(books, order, "1", amount, { budat, belnr: posted.belnr });
}

/** The invoice clears GR/IR where goods were received, otherwise it carries the assignments itself. */
function invoiceOrder(books: Books, order: OrderItem, budat: string, freight?: { amount: bigint; hkont: string }): string {
  const isReceived = order.item["WEPOS"] === "X";
  const amount = sharesOf(order, [{}])[0] ?? 0n;
  const lines = isReceived ? [clearing(order, amount)] : assignedLines(order);
  if (freight !== undefined) {
    const object = order.assignments[0] === undefined ? {} : { object: objectOf(order.assignments[0]) };
    lines.push({ amount: freight.amount, hkont: freight.hkont, text: "Freight, unplanned", ...object });
  }
  const gross = lines.reduce((sum, line) => sum + line.amount, 0n);
  const awkey = `${reference(books, order, "RE")}${budat.slice(0, 4)}`;
  const header = { AWTYP: "RMRP", GLVOR: "RMRP", AWKEY: awkey, TCODE: "MIRO", XBLNR: `V${order.item["EBELN"]}` };
  lines.push(vendorLine(-gross, order.header["LIFNR"] ?? "", budat));
  const posted = post(books, { company: order.company, blart: "RE", budat, header, lines });
  addHistory(books, order, "2", amount, { budat, belnr: awkey.slice(0, 10) });
  return posted.key;
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
    if (order.item["WEPOS"] === "X") receive(books, order, budat);
    if (draw.chance(20)) continue;
    const freight = draw.chance(8) ? { amount: BigInt(draw.int(2_000, 90_000)), hkont: "0000450000" } : undefined;
    invoiceOrder(books, order, invoiceDay(books.group, budat, 12), freight);
  }
}
