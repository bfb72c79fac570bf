// The figures that a correct sync of the extract gbi375 must end with: one company code (US00, USD), purchase orders in 25
// currencies, documents of 2016/05 without lines and of 2017/01-02 with lines. Computed from the CSV files by code that
// shares nothing with the product or the sandbox. Undefined where the data is absent.

import { type Costs, readCosts } from "./expected-costs.ts";
import { type PurchaseOrders, readPurchaseOrders } from "./expected-purchase-orders.ts";
import { extractFolder, keyOf, type Row, readRows } from "./extract-csv.ts";

export type ExpectedGbi375 = {
  readonly purchaseOrders: PurchaseOrders;
  readonly costs: Costs;
  /** The vendors that need a stub master record, since the extract has no LFA1: named by headers of POs, and by FI lines. */
  readonly vendors: { readonly ofPurchaseOrders: ReadonlySet<string>; readonly ofDocuments: ReadonlySet<string> };
  readonly rows: {
    readonly EKKO: readonly Row[];
    readonly EKPO: readonly Row[];
    readonly BKPF: readonly Row[];
    readonly BSEG: readonly Row[];
  };
};

export function expectedGbi375(): ExpectedGbi375 | undefined {
  const folder = extractFolder("gbi375");
  if (folder === undefined) return undefined;
  const rows = {
    EKKO: readRows(folder, "EKKO"),
    EKPO: readRows(folder, "EKPO"),
    BKPF: readRows(folder, "BKPF"),
    BSEG: readRows(folder, "BSEG"),
  };
  const currencies = currencyOfCompany(rows.BKPF);
  const purchaseOrders = readPurchaseOrders(rows.EKKO, rows.EKPO, currencies);
  const filled = (values: readonly string[]) => new Set(values.filter((value) => value !== ""));
  return {
    purchaseOrders,
    costs: readCosts(rows.BKPF, rows.BSEG, purchaseOrders.items),
    vendors: {
      ofPurchaseOrders: filled([...purchaseOrders.headers.values()].map((header) => header.vendor)),
      ofDocuments: filled(rows.BSEG.map((row) => keyOf(row, "LIFNR", 10))),
    },
    rows,
  };
}

/** There is no T001 in the extracts; BKPF-HWAER says each company code's currency, and must say it without contradiction. */
export function currencyOfCompany(headerRows: readonly Row[]): Map<string, string> {
  const currencies = new Map<string, string>();
  for (const row of headerRows) {
    const known = currencies.get(row.get("BUKRS")) ?? row.get("HWAER");
    if (known !== row.get("HWAER")) throw new Error(`${row.place}: HWAER is ${row.get("HWAER")}, elsewhere ${known}`);
    currencies.set(row.get("BUKRS"), known);
  }
  return currencies;
}
