// Retention items and what cleared them, over tables held in memory: the documents of invoice verification, theirs and no others.
import { describe, expect, it } from "vitest";
import type { ReadFailure, ReadOutcome, ReadRequest, TableReader, TableRow, Where } from "../rfc/index.ts";
import { readClearedInvoices, readRetentionItems } from "./retention-items.ts";

type Row = Record<string, string>;

function matches(row: Row, where: Where | undefined): boolean {
  if (!where) return true;
  if (where.kind === "all") return where.of.every((each) => matches(row, each));
  if (where.kind === "in") return where.values.includes(row[where.field] ?? "");
  if (where.kind !== "compare") throw new Error(`unexpected ${where.kind}`);
  const cell = row[where.field] ?? "";
  const { operator, value } = where;
  return operator === "="
    ? cell === value
    : operator === "<>"
      ? cell !== value
      : operator === ">="
        ? cell >= value
        : cell <= value;
}

function readerOf(
  tables: Record<string, readonly Row[]>,
  refuse?: (request: ReadRequest) => ReadFailure | undefined,
): TableReader {
  const read = async (request: ReadRequest): Promise<ReadOutcome> => {
    const refused = refuse?.(request);
    if (refused) return refused;
    const rows = (tables[request.table] ?? [])
      .filter((row) => matches(row, request.where))
      .map((row): TableRow => Object.fromEntries(request.fields.map((field) => [field, row[field] ?? ""])));
    return { kind: "complete", rows, rejected: [], doubtful: [] };
  };
  return { name: "fake", read };
}

const small = {
  currencyOfCompany: new Map<string, string>(),
  areaOfCompany: new Map<string, string>(),
  decimalsOfCurrency: new Map([["JPY", 0]]),
  costElements: new Map(),
};
const invoice = { BELNR: "5105600001", GJAHR: "2026", WAERS: "USD" };
const own = {
  BUKRS: "1000",
  BELNR: "5100000001",
  GJAHR: "2026",
  WAERS: "USD",
  BUDAT: "20261010",
  AWTYP: "RMRP",
  AWKEY: "51056000012026",
};
const beside = { ...own, BELNR: "1700000001" };
const item = {
  BUKRS: "1000",
  BELNR: "1700000001",
  GJAHR: "2026",
  BUZEI: "002",
  KOART: "K",
  UMSKZ: "H",
  SHKZG: "H",
  WRBTR: "5.00",
};
const cleared = { ...item, AUGDT: "20261101", AUGBL: "1500000001" };
const payment = { BUKRS: "1000", BELNR: "1500000001", GJAHR: "2026", WAERS: "USD", BUDAT: "20261101", AWTYP: "BKPF", AWKEY: "x" };
const paid = { ...item, BELNR: "1500000001", BUZEI: "001", SHKZG: "S", AUGDT: "20261101", AUGBL: "1500000001" };

async function itemsOf(
  BKPF: readonly Row[],
  BSEG: readonly Row[],
  header: Row = invoice,
  refuse?: (request: ReadRequest) => ReadFailure | undefined,
) {
  const read = await readRetentionItems(readerOf({ BKPF, BSEG }, refuse), small, [header]);
  return read && [...read.values()][0];
}

describe("retention items", () => {
  it("are the vendor items with a special G/L indicator of the invoice's documents, a retention document's too", async () => {
    const others = [
      { ...item, BUZEI: "001", UMSKZ: "", SHKZG: "S" },
      { ...item, BUZEI: "003", KOART: "S" },
      { ...item, BELNR: "5100000001", BUZEI: "009", WRBTR: "1.00" },
      { ...item, BELNR: "1900000001" },
    ];
    const stranger = { ...own, BELNR: "1900000001", AWTYP: "BKPF" };
    expect(await itemsOf([own, beside, stranger], [item, ...others])).toEqual([
      { item: "1000/1700000001/2026/002", specialGl: "H", amount: "5.00" },
      { item: "1000/5100000001/2026/009", specialGl: "H", amount: "1.00" },
    ]);
  });

  it("of a credit memo are negative, and amounts are the currency's", async () => {
    const yen = { ...own, WAERS: "JPY" };
    const items = await itemsOf([yen], [{ ...item, BELNR: "5100000001", SHKZG: "S", WRBTR: "12.50" }], {
      ...invoice,
      WAERS: "JPY",
    });
    expect(items).toMatchObject([{ amount: "-1250" }]);
  });

  it.each<[string, readonly Row[], readonly Row[], Row, object]>([
    ["cleared", [payment], [paid], {}, { by: "clearing", residual: "0.00" }],
    [
      "with a rest",
      [payment],
      [paid, { ...item, BELNR: "1500000001", BUZEI: "003", WRBTR: "2.00" }],
      {},
      { by: "clearing", residual: "2.00" },
    ],
    [
      "moved to the ordinary payable",
      [payment],
      [paid, { ...item, BELNR: "1500000001", UMSKZ: "" }],
      {},
      { by: "clearing", residual: "0.00" },
    ],
    [
      "by a document of another year",
      [{ ...payment, BUDAT: "20251101", GJAHR: "2025" }, payment],
      [paid],
      {},
      { by: "clearing" },
    ],
    ["by a document that is not found", [], [], {}, { by: "unknown" }],
    ["by one of two documents", [payment, { ...payment, GJAHR: "2027" }], [paid], {}, { by: "unknown" }],
    [
      "by its own cancellation",
      [{ ...payment, AWTYP: "RMRP", AWKEY: "51056000092026" }],
      [paid],
      { STBLG: "5105600009", STJAH: "2026" },
      { by: "reversal" },
    ],
    [
      "by another invoice",
      [{ ...payment, AWTYP: "RMRP", AWKEY: "51056000082026" }],
      [paid],
      { STBLG: "5105600009", STJAH: "2026" },
      { by: "unknown" },
    ],
    ["by a reversal in FI", [{ ...payment, STBLG: "5100000001", XREVERSAL: "2" }], [paid], {}, { by: "reversal" }],
    ["by a document that was reversed", [{ ...payment, STBLG: "1500000009", XREVERSAL: "1" }], [paid], {}, { by: "unknown" }],
  ])("%s", async (_what, documents, lines, change, expected) => {
    const items = await itemsOf([own, beside, ...documents], [cleared, ...lines], { ...invoice, ...change });
    expect(items).toMatchObject([{ clearing: { date: "20261101", document: "1500000001", ...expected } }]);
  });

  it("are none where the invoice has no document or no such item, and not told where its document is in another currency", async () => {
    expect(await itemsOf([], [])).toEqual([]);
    expect(await itemsOf([own], [])).toEqual([]);
    expect(await itemsOf([{ ...beside, WAERS: "EUR" }], [item])).toBeUndefined();
    expect(await readRetentionItems(readerOf({}), small, [])).toEqual(new Map());
  });

  it.each(["BKPF", "BSEG"])("are not told where a policy keeps %s away", async (table) => {
    const refusal: ReadFailure = {
      kind: "failure",
      cause: "rfc",
      failure: { kind: "failure", class: "authorization", key: "POLICY_FIELDS", detail: "" },
    };
    expect(
      await itemsOf([own, beside], [item], invoice, (request) => (request.table === table ? refusal : undefined)),
    ).toBeUndefined();
  });
});

describe("what was cleared in a window", () => {
  const window = { from: "20261030", until: "20261102" } as Parameters<typeof readClearedInvoices>[1];
  const index = { BUKRS: "1000", GJAHR: "2026", BELNR: "1700000001", UMSKZ: "H", AUGDT: "20261101" };

  it("names the invoices whose items carry a special G/L indicator", async () => {
    const others = [
      { ...index, BELNR: "1700000002", UMSKZ: "" },
      { ...index, BELNR: "1700000003", AUGDT: "20261029" },
      { ...index, BELNR: "1900000001" },
    ];
    const BKPF = [
      beside,
      { ...own, BELNR: "1700000002", AWKEY: "51056000022026" },
      { ...own, BELNR: "1700000003", AWKEY: "51056000032026" },
      { ...own, BELNR: "1900000001", AWTYP: "BKPF" },
    ];
    expect(await readClearedInvoices(readerOf({ BSAK: [index, ...others], BKPF }), window)).toEqual([
      { BELNR: "5105600001", GJAHR: "2026" },
    ]);
  });
});
