// A month of FI documents as the agent uploads them: a thousand documents a slice (costs/finance-headers.ts), four lines each on average: a vendor's
// or a bank's line and two to five of cost, on WBS elements, cost centres and orders; texts as SAP has them. Seeded, so that every run has the same.
import { zstdCompressSync } from "node:zlib";
import type { CostDocumentRecord, CostLine } from "../src/core/index.ts";
import type { UploadHeader } from "../src/wire/index.ts";

const documentsPerSlice = 1_000;
/** Of a document, on average. */
const linesPerDocument = 4;

export type Page = { documents: readonly CostDocumentRecord[]; lines: number };

const companies = ["1000", "1200", "2000"];
const texts = [
  "Concrete C25/30 foundation slab",
  "Scaffolding rental, north façade",
  "Hourly wages week 36",
  "",
  "Crane hours",
  "",
];

/** A small generator of its own: the pages are the same in every process. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const digits = (value: number, length: number) => String(value).padStart(length, "0");

function objectOf(next: (below: number) => number): CostLine["object"] {
  const kind = next(10);
  if (kind < 7) return { kind: "wbs", key: `P-${digits(1_000 + next(150), 4)}-${digits(1 + next(40), 2)}` };
  return kind < 9
    ? { kind: "cost-center", key: digits(41_000 + next(900), 10) }
    : { kind: "order", key: digits(800_000 + next(500), 12) };
}

function lineOf(index: number, cents: number, next: (below: number) => number): CostLine {
  const isFirst = index === 0;
  const object = isFirst ? undefined : objectOf(next);
  const isOrdered = !isFirst && next(4) === 0;
  return {
    line: digits(index + 1, 3),
    account: isFirst ? "0000160000" : digits(400_000 + next(80) * 100, 10),
    amount: `${cents < 0 ? "-" : ""}${Math.floor(Math.abs(cents) / 100)}.${digits(Math.abs(cents) % 100, 2)}`,
    ...(object ? { object } : {}),
    costElementCategory: isFirst ? "" : "1",
    transactionKey: isFirst ? "KBS" : "",
    specialGl: "",
    purchaseOrder: isOrdered ? String(4_500_000_000 + next(100_000)) : "",
    purchaseOrderItem: isOrdered ? digits(10 * (1 + next(9)), 5) : "",
    assignment: isOrdered ? "01" : "",
    vendor: isFirst ? digits(100_000 + next(20_000), 10) : "",
    text: texts[next(texts.length)] ?? "",
  };
}

function documentOf(number: number, next: (below: number) => number): CostDocumentRecord {
  const companyCode = companies[next(companies.length)] ?? "";
  const documentNumber = String(1_900_000_000 + number);
  const day = `202609${digits(1 + next(28), 2)}`;
  const count = 2 + next(4);
  const amounts = Array.from({ length: count }, () => 100 + next(2_000_000));
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  return {
    kind: "cost-document",
    source: "bseg",
    key: `${companyCode}.${documentNumber}.2026`,
    companyCode,
    documentNumber,
    fiscalYear: 2026,
    period: 9,
    postingDate: day,
    documentDate: day,
    entryDate: day,
    documentType: "KR",
    status: "",
    currency: "USD",
    reference: `INV-${next(1_000_000)}`,
    headerText: next(3) === 0 ? (texts[next(3)] ?? "") : "",
    reversalOf: "",
    lines: [-total, ...amounts].map((cents, index) => lineOf(index, cents, next)),
  };
}

/** Pages of whole documents until there are so many lines. */
export function* pagesOf(lines: number, seed: number): Generator<Page> {
  const next = numbers(seed);
  for (let left = lines, number = 0; left > 0; ) {
    const count = Math.min(documentsPerSlice, Math.ceil(left / linesPerDocument));
    const documents = Array.from({ length: count }, () => documentOf(number++, next));
    const page = documents.reduce((sum, document) => sum + document.lines.length, 0);
    left -= page;
    yield { documents, lines: page };
  }
}

/** The bytes that the agent sends. */
export function uploadOf({ documents }: Page): Buffer {
  const header: UploadHeader = {
    task: "1",
    epoch: 1,
    outcome: { kind: "complete", slices: [] },
    records: documents.length,
    receipt: { calls: 1, rows: 1, callMs: 1 },
  };
  return zstdCompressSync(Buffer.from(`${[header, ...documents].map((each) => JSON.stringify(each)).join("\n")}\n`));
}
