import { describe, expect, it } from "vitest";
import { documentHash } from "./document-hash.ts";
import type { CostDocumentRecord, CostLine } from "./records/index.ts";

const line: CostLine = {
  line: "001",
  account: "0000400000",
  amount: "12.50",
  object: { kind: "wbs", key: "P-1" },
  costElementCategory: "1",
  transactionKey: "WRX",
  specialGl: "A",
  purchaseOrder: "4500000001",
  purchaseOrderItem: "00010",
  assignment: "01",
  vendor: "0000100001",
  text: "Rebar",
};

const document: CostDocumentRecord = {
  kind: "cost-document",
  source: "bseg",
  key: "1000.0100000001.2026",
  companyCode: "1000",
  documentNumber: "0100000001",
  fiscalYear: 2026,
  period: 9,
  postingDate: "20260901",
  documentDate: "20260902",
  entryDate: "20260903",
  documentType: "SA",
  status: "A",
  currency: "USD",
  reference: "R",
  headerText: "H",
  reversalOf: "0100000000.2026",
  lines: [line, { ...line, line: "002", amount: "-12.50" }],
};

/** What tells nothing of its own. */
const untold = new Set(["kind", "source", "lines", "text", "object"]);

describe("the hash of a cost document", () => {
  it("differs with every value of the header", () => {
    const names = Object.keys(document).filter((name) => !untold.has(name)) as (keyof CostDocumentRecord)[];
    expect(names.length).toBe(14);
    for (const name of names) {
      const other = typeof document[name] === "number" ? 8 : "other";
      expect(documentHash({ ...document, [name]: other }), name).not.toBe(documentHash(document));
    }
  });

  it("differs with every value of a line but its text", () => {
    const names = Object.keys(line).filter((name) => !untold.has(name)) as (keyof CostLine)[];
    expect(names.length).toBe(10);
    const changed = (change: Partial<CostLine>) =>
      documentHash({ ...document, lines: [{ ...line, ...change }, ...document.lines.slice(1)] });
    for (const name of names) expect(changed({ [name]: "other" }), name).not.toBe(documentHash(document));
    expect(changed({ object: { kind: "order", key: "P-1" } })).not.toBe(documentHash(document));
    expect(changed({ object: { kind: "wbs", key: "P-2" } })).not.toBe(documentHash(document));
    expect(changed({ text: "other" })).toBe(documentHash(document));
  });

  it("differs where a value stands in another field, and where a line is gone", () => {
    const moved = { ...line, purchaseOrder: "", purchaseOrderItem: line.purchaseOrder };
    expect(documentHash({ ...document, lines: [moved] })).not.toBe(documentHash({ ...document, lines: [line] }));
    expect(documentHash({ ...document, lines: [line] })).not.toBe(documentHash(document));
    const { object: _, ...without } = line;
    expect(documentHash({ ...document, lines: [without] })).not.toBe(documentHash({ ...document, lines: [line] }));
  });

  it("is 128 bits, and the same wherever the keys of the record stand", () => {
    const turned = Object.fromEntries(Object.entries(document).reverse()) as CostDocumentRecord;
    expect(documentHash(turned)).toBe(documentHash(document));
    expect(documentHash(document)).toMatch(/^[0-9a-f]{32}$/);
  });
});
