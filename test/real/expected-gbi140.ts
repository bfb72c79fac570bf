// The figures of the extract gbi140: two snapshots, t0 and t1, of one system, and the delta that a sync must bring from one to
// the other. No BSEG: every FI document must end held as one without lines. Computed from the CSV files by code that shares
// nothing with the product or the sandbox. Undefined where the data is absent. Columns that ECC does not have are no change.

import { type DocumentHeader, readHeaders } from "./expected-costs.ts";
import { currencyOfCompany } from "./expected-gbi375.ts";
import { type PurchaseOrders, readPurchaseOrders } from "./expected-purchase-orders.ts";
import { extractFolder, keyOf, type Row, readRows } from "./extract-csv.ts";

export type Snapshot = {
  readonly purchaseOrders: PurchaseOrders;
  readonly documents: ReadonlyMap<string, DocumentHeader>;
  readonly companyCurrencies: ReadonlyMap<string, string>;
  /** The latest CPUDT of BKPF, where the next delta must begin again (sap-data 0.3 [D]). */
  readonly lastEntryDate: string;
};

export type TableDelta = {
  readonly added: readonly string[];
  /** Rows of one key whose content differs, with the columns that do. */
  readonly changed: ReadonlyMap<string, readonly string[]>;
  readonly gone: readonly string[];
};

export type ExpectedGbi140 = {
  readonly t0: Snapshot;
  readonly t1: Snapshot;
  readonly delta: { readonly EKKO: TableDelta; readonly EKPO: TableDelta; readonly BKPF: TableDelta; readonly MKPF: TableDelta };
  /** New BKPF headers entered on t0's last day: `CPUDT > last` would lose them. */
  readonly addedOnLastDayOfT0: readonly string[];
};

/** The keys, each column with its stored length. */
const keys = {
  EKKO: [["EBELN", 10]],
  EKPO: [
    ["EBELN", 10],
    ["EBELP", 5],
  ],
  BKPF: [
    ["BUKRS", 4],
    ["BELNR", 10],
    ["GJAHR", 4],
  ],
  MKPF: [
    ["MBLNR", 10],
    ["MJAHR", 4],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly [string, number])[]>>;

type Table = keyof typeof keys;

// INDEX.md: gbi140 is an S/4HANA system; this stamp is not in ECC's EKKO (sap-data 0.1 [V]).
const notInEcc: ReadonlySet<string> = new Set(["LASTCHANGEDATETIME"]);

export function expectedGbi140(): ExpectedGbi140 | undefined {
  const before = extractFolder("gbi140/t0");
  const after = extractFolder("gbi140/t1");
  if (before === undefined || after === undefined) return undefined;
  const t0 = tablesOf(before);
  const t1 = tablesOf(after);
  const first = snapshotOf(t0);
  const second = snapshotOf(t1);
  const documents = deltaOf("BKPF", t0.BKPF, t1.BKPF);
  return {
    t0: first,
    t1: second,
    delta: {
      EKKO: deltaOf("EKKO", t0.EKKO, t1.EKKO),
      EKPO: deltaOf("EKPO", t0.EKPO, t1.EKPO),
      BKPF: documents,
      MKPF: deltaOf("MKPF", t0.MKPF, t1.MKPF),
    },
    addedOnLastDayOfT0: documents.added.filter((key) => second.documents.get(key)?.entryDate === first.lastEntryDate),
  };
}

const tablesOf = (folder: string): Readonly<Record<Table, readonly Row[]>> => ({
  EKKO: readRows(folder, "EKKO"),
  EKPO: readRows(folder, "EKPO"),
  BKPF: readRows(folder, "BKPF"),
  MKPF: readRows(folder, "MKPF"),
});

function snapshotOf(tables: Readonly<Record<Table, readonly Row[]>>): Snapshot {
  const documents = readHeaders(tables.BKPF);
  const companyCurrencies = currencyOfCompany(tables.BKPF);
  return {
    purchaseOrders: readPurchaseOrders(tables.EKKO, tables.EKPO, companyCurrencies),
    documents,
    companyCurrencies,
    lastEntryDate: [...documents.values()].reduce((last, { entryDate }) => (entryDate > last ? entryDate : last), "00000000"),
  };
}

function deltaOf(table: Table, before: readonly Row[], after: readonly Row[]): TableDelta {
  const old = byKey(table, before);
  const now = byKey(table, after);
  const changed = new Map<string, readonly string[]>();
  for (const [key, row] of now) {
    const earlier = old.get(key);
    if (earlier === undefined) continue;
    const columns = row.columns.filter((column) => !notInEcc.has(column) && row.get(column) !== earlier.get(column));
    if (columns.length > 0) changed.set(key, columns);
  }
  return {
    added: [...now.keys()].filter((key) => !old.has(key)),
    changed,
    gone: [...old.keys()].filter((key) => !now.has(key)),
  };
}

function byKey(table: Table, rows: readonly Row[]): Map<string, Row> {
  const found = new Map(rows.map((row) => [keys[table].map(([column, length]) => keyOf(row, column, length)).join("/"), row]));
  if (found.size !== rows.length) throw new Error(`${table}: a key occurs twice in one snapshot`);
  return found;
}
