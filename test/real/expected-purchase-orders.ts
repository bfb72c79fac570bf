// What a correct sync must make of the EKKO and EKPO rows of an extract, item by item, computed here from the CSV files alone.
// One atom per item (neither extract has EKKN, and no item has VRTKZ, so no item is shared out) and one for a header without
// items. Rules are tried in the order in which the product is to try them. Whether a mapping, a currency or a vendor then
// holds an item depends on the mapping under test and is not decided here: `commitment` means "nothing in SAP excludes it".

import { convert, minorOf, type Rate, rateOf, type Tally, tally } from "./expected-money.ts";
import { isFilled, keyOf, type Row, scaledOf } from "./extract-csv.ts";

export type PurchaseOrderRule =
  | "commitment"
  | "po-not-a-purchase-order"
  | "po-incomplete"
  | "po-stock-transfer"
  | "po-item-deleted"
  | "po-item-blocked"
  | "object-without-items"
  | "po-unknown-assignment";

export type PurchaseOrderHeader = {
  readonly ebeln: string;
  readonly companyCode: string;
  readonly vendor: string;
  readonly currency: string;
  readonly rate: Rate | undefined;
  readonly row: Row;
};

export type PurchaseOrderItem = {
  readonly ebeln: string;
  /** `00000` for the atom that stands for a header without items. */
  readonly ebelp: string;
  readonly rule: PurchaseOrderRule;
  readonly companyCode: string;
  readonly vendor: string;
  readonly plant: string;
  readonly accountAssignment: string;
  readonly isReturn: boolean;
  readonly currency: string;
  readonly rate: Rate | undefined;
  /** NETWR + NAVNW in minor units of the PO currency, negative for a return. */
  readonly minor: bigint;
  /** The same in the company code's currency through EKKO-WKURS, rounded per item; undefined without currency or rate. */
  readonly companyCurrency: string;
  readonly companyMinor: bigint | undefined;
};

export type PurchaseOrders = {
  readonly headerRows: number;
  /** Rows of EKKO whose key columns are blank. They name no purchase order and are no records. */
  readonly continuationRows: number;
  readonly headers: ReadonlyMap<string, PurchaseOrderHeader>;
  readonly itemRows: number;
  readonly headersWithoutItems: readonly string[];
  readonly itemsWithoutHeader: readonly string[];
  /** Every atom, commitments and others. */
  readonly items: readonly PurchaseOrderItem[];
};

export function readPurchaseOrders(
  headerRows: readonly Row[],
  itemRows: readonly Row[],
  currencyOfCompany: ReadonlyMap<string, string>,
): PurchaseOrders {
  const named = headerRows.filter((row) => row.get("EBELN") !== "");
  const headers = new Map(named.map((row) => [keyOf(row, "EBELN", 10), headerOf(row)]));
  if (headers.size !== named.length) throw new Error("EKKO: a purchase order occurs twice");
  const itemsWithoutHeader = itemRows.filter((row) => !headers.has(keyOf(row, "EBELN", 10)));
  const withItems = new Set(itemRows.map((row) => keyOf(row, "EBELN", 10)));
  const headersWithoutItems = [...headers.keys()].filter((ebeln) => !withItems.has(ebeln));
  const companyCurrency = (header: PurchaseOrderHeader) => currencyOfCompany.get(header.companyCode) ?? "";
  const items = itemRows.flatMap((row) => {
    const header = headers.get(keyOf(row, "EBELN", 10));
    return header === undefined ? [] : [itemOf(header, row, companyCurrency(header))];
  });
  const empty = headersWithoutItems.flatMap((ebeln) => {
    const header = headers.get(ebeln);
    return header === undefined ? [] : [itemOf(header, undefined, companyCurrency(header))];
  });
  if (new Set(items.map((item) => `${item.ebeln}/${item.ebelp}`)).size !== items.length)
    throw new Error("EKPO: an item occurs twice");
  return {
    headerRows: headerRows.length,
    continuationRows: headerRows.length - named.length,
    headers,
    itemRows: itemRows.length,
    headersWithoutItems,
    itemsWithoutHeader: itemsWithoutHeader.map((row) => `${row.get("EBELN")}/${row.get("EBELP")}`),
    items: [...items, ...empty],
  };
}

function headerOf(row: Row): PurchaseOrderHeader {
  return {
    ebeln: keyOf(row, "EBELN", 10),
    companyCode: row.get("BUKRS"),
    vendor: keyOf(row, "LIFNR", 10),
    currency: row.get("WAERS"),
    rate: rateOf(row, "WKURS"),
    row,
  };
}

function itemOf(header: PurchaseOrderHeader, row: Row | undefined, companyCurrency: string): PurchaseOrderItem {
  const isReturn = row?.columns.includes("RETPO") === true && row.get("RETPO") === "X";
  const unsigned = row === undefined ? 0n : minorOf(row, "NETWR") + minorOf(row, "NAVNW");
  const minor = isReturn ? -unsigned : unsigned;
  const { currency, rate } = header;
  const isConvertible = currency !== "" && rate !== undefined && companyCurrency !== "";
  return {
    ebeln: header.ebeln,
    ebelp: row === undefined ? "00000" : keyOf(row, "EBELP", 5),
    rule: ruleOf(header.row, row),
    companyCode: header.companyCode,
    vendor: header.vendor,
    plant: row?.get("WERKS") ?? "",
    accountAssignment: row?.get("KNTTP") ?? "",
    isReturn,
    currency,
    rate,
    minor,
    companyCurrency,
    companyMinor: isConvertible ? convert(minor, currency, rate, companyCurrency) : undefined,
  };
}

function ruleOf(header: Row, item: Row | undefined): PurchaseOrderRule {
  // Ruling 10: only BSTYP F that has been completed. sap-data 2.3 [V]: MEMORY = X is held in SAP and no order yet.
  if (header.get("BSTYP") !== "F") return "po-not-a-purchase-order";
  if (header.get("MEMORY") === "X") return "po-incomplete";
  if (header.get("BSART") === "UB" || isFilled(header, "RESWK")) return "po-stock-transfer";
  if (header.get("LOEKZ") === "L" || item?.get("LOEKZ") === "L") return "po-item-deleted";
  if (header.get("LOEKZ") === "S" || item?.get("LOEKZ") === "S") return "po-item-blocked";
  if (item === undefined) return "object-without-items";
  if (item.get("VRTKZ") !== "")
    throw new Error(`${item.place}: VRTKZ is "${item.get("VRTKZ")}"; this audit knows single assignments only`);
  if (item.get("KNTTP") === "U") return "po-unknown-assignment";
  return "commitment";
}

export const commitmentsOf = (orders: PurchaseOrders): readonly PurchaseOrderItem[] =>
  orders.items.filter((item) => item.rule === "commitment");

/** Count and sum in the currency of the PO, under any key. Only items of one currency belong under one key. */
export function tallyItems(
  items: readonly PurchaseOrderItem[],
  keyOfItem: (item: PurchaseOrderItem) => string,
): Map<string, Tally> {
  const currencies = new Map<string, string>();
  for (const item of items) {
    const known = currencies.get(keyOfItem(item)) ?? item.currency;
    if (known !== item.currency) throw new Error(`${keyOfItem(item)} adds ${known} to ${item.currency}`);
    currencies.set(keyOfItem(item), known);
  }
  return tally(items, keyOfItem, (item) => item.minor);
}

/** Count and sum in the company code's currency, each item rounded first. */
export function tallyInCompanyCurrency(
  items: readonly PurchaseOrderItem[],
  keyOfItem: (item: PurchaseOrderItem) => string,
): Map<string, Tally> {
  return tally(items, keyOfItem, (item) => {
    if (item.companyMinor === undefined) throw new Error(`${item.ebeln}/${item.ebelp}: no rate to convert ${item.currency} by`);
    return item.companyMinor;
  });
}

/** NETWR against MENGE x BPUMZ/BPUMN x NETPR/PEINH (sap-data 2.3 [D]); undefined where PEINH is zero. */
export function agreesWithPrice(row: Row): boolean | undefined {
  const whole = (column: string, decimals: number) => scaledOf(row, column, decimals);
  const perUnit = whole("PEINH", 0);
  if (perUnit === 0n) return undefined;
  const value = whole("MENGE", 3) * whole("BPUMZ", 0) * whole("NETPR", 2);
  const divisor = whole("BPUMN", 0) * perUnit * 1000n;
  const [low, high] = [2n * value - divisor, 2n * value + divisor];
  const netValue = 2n * divisor * whole("NETWR", 2);
  return netValue >= low && netValue <= high;
}
