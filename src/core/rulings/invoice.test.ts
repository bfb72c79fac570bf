import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invoiceRecord as invoice, itemRecord, invoiceLineRecord as line, orderRecord } from "../../../test/support/records.ts";
import { desiredRequisitions } from "../desired/requisition.ts";
import type { Decision } from "../disposition.ts";
import type { InvoiceRecord, PurchaseOrderRecord } from "../records/index.ts";
import { cancelsOut, decideInvoice, type InvoiceContext, type OrderLine } from "./invoice.ts";

const client = { systemId: "S01", client: "100" };
const usd = (minor: bigint) => ({ minor, currency: "USD" });

function contractLine(item: string, assignment: string, projectId = 810, currency = "USD"): OrderLine {
  const contract = `S01.100.PO.4500000001.${projectId}`;
  const id = `S01.100.PL.4500000001.${item}.${assignment}.${projectId}`;
  return { assignment, route: "contract-line", place: { contract, line: id, projectId, currency } };
}

type World = { order?: PurchaseOrderRecord; lines?: Record<string, readonly OrderLine[]> } & Partial<
  Omit<InvoiceContext, "order">
>;

function contextOf({ order, lines, ...change }: World = {}): InvoiceContext {
  const known = order ?? orderRecord("4500000001", [itemRecord("00010", "100.00"), itemRecord("00020", "50.00")]);
  return {
    order: (key) => (key === known.key ? known : undefined),
    orderLines: (_, item) => (lines ? (lines[item] ?? []) : [contractLine(item, "01")]),
    isContractReady: () => true,
    unpostedPartner: () => undefined,
    negative: "hold",
    retainage: "kept",
    tax: "added",
    ...change,
  };
}

const reasonOf = (decision: Decision) =>
  decision.disposition === "planned" ? "planned" : decision.disposition === "held" ? decision.hold : decision.rule;
const reasons = (record: InvoiceRecord, world: World = {}) =>
  decideInvoice(record, contextOf(world)).map(({ decision }) => reasonOf(decision));

describe("an invoice line", () => {
  it("is billed on the contract line of its assignment, with its work and retainage", () => {
    const [atom] = decideInvoice(invoice("5105600001", [line("000001", "40.00", { retention: "4.00" })]), contextOf());
    expect(atom).toMatchObject({
      key: "5105600001.2026.000001.01",
      billing: { work: usd(4000n), retainage: usd(400n), place: { line: "S01.100.PL.4500000001.00010.01.810" } },
    });
  });

  it("is left out by a named rule", () => {
    expect(reasons(invoice("1", [line("000001", "1.00")], { status: "A" }))).toEqual(["invoice-not-posted"]);
    expect(reasons(invoice("1", []))).toEqual(["invoice-without-purchase-order"]);
    expect(reasons(invoice("1", [line("000001", "1.00", { purchaseOrder: "" })]))).toEqual(["invoice-without-purchase-order"]);
    expect(reasons(invoice("1", [line("000001", "1.00", { conditionType: "FRA1" })]))).toEqual(["invoice-delivery-cost"]);
    const lines = { "00010": [{ assignment: "01", route: "no-contract" as const }] };
    expect(reasons(invoice("1", [line("000001", "1.00")]), { lines })).toEqual(["invoice-no-contract"]);
    expect(reasons(invoice("1", [line("000001", "1.00", { assignment: "00" })]), { lines })).toEqual(["invoice-no-contract"]);
  });

  it.each<[string, InvoiceRecord, World]>([
    ["invoice-purchase-order-undecided", invoice("1", [line("000001", "1.00")]), { lines: {} }],
    [
      "invoice-purchase-order-undecided",
      invoice("1", [line("000001", "1.00")]),
      { lines: { "00010": [{ assignment: "01", route: "undecided" }] } },
    ],
    ["invoice-purchase-order-undecided", invoice("1", [line("000001", "1.00")]), { order: orderRecord("4500000009", []) }],
    ["invoice-contract-not-approved", invoice("1", [line("000001", "1.00")]), { isContractReady: () => false }],
    ["invoice-currency", invoice("1", [line("000001", "1.00")], { currency: "EUR" }), {}],
    [
      "invoice-currency",
      invoice("1", [line("000001", "1.00")]),
      {
        order: orderRecord("4500000001", [itemRecord("00010", "100.00")], { exchangeRate: "0" }),
        lines: { "00010": [contractLine("00010", "01", 810, "CAD")] },
      },
    ],
    ["invoice-retainage-unknown", invoice("1", [withoutRetention("1.00")]), {}],
    ["invoice-negative", invoice("1", [line("000001", "-1.00")]), {}],
    [
      "invoice-split-unknown",
      invoice("1", [line("000001", "1.00", { assignment: "00" })]),
      {
        lines: { "00010": [contractLine("00010", "01"), contractLine("00010", "02")] },
      },
    ],
  ])("waits under %s", (code, record, world) => {
    expect(reasons(record, world)).toEqual([code]);
  });

  it("retains nothing where this SAP system keeps no retention", () => {
    const [atom] = decideInvoice(invoice("1", [withoutRetention("1.00")]), contextOf({ retainage: "none" }));
    expect(atom?.billing?.retainage).toEqual(usd(0n));
  });

  it("goes negative, retainage too, where Procore was seen to take it", () => {
    const record = invoice("1", [line("000001", "-40.00", { retention: "4.00" })]);
    const [atom] = decideInvoice(record, contextOf({ negative: "send" }));
    expect(atom?.billing).toMatchObject({ work: usd(-4000n), retainage: usd(-400n) });
  });

  it("waits for its siblings of the same order, whose requisition is written whole", () => {
    const second = { ...withoutRetention("2.00"), line: "000002", item: "00020" };
    const whole = invoice("1", [line("000001", "1.00"), second]);
    expect(reasons(whole)).toEqual(["invoice-incomplete", "invoice-retainage-unknown"]);
  });

  it("takes the rate of its order into the project's currency", () => {
    const order = orderRecord("4500000001", [itemRecord("00010", "100.00")], { exchangeRate: "1.35000", companyCurrency: "CAD" });
    const lines = { "00010": [contractLine("00010", "01", 810, "CAD")] };
    const [atom] = decideInvoice(invoice("1", [line("000001", "10.00", { retention: "1.00" })]), contextOf({ order, lines }));
    expect(atom?.billing).toMatchObject({ work: { minor: 1350n, currency: "CAD" }, retainage: { minor: 135n, currency: "CAD" } });
  });
});

function withoutRetention(amount: string) {
  const { retention: _, ...rest } = line("000001", amount);
  return rest;
}

describe("several assignments of one line", () => {
  const lines = { "00010": [contractLine("00010", "01"), contractLine("00010", "02", 811)] };
  const shared = (shares: readonly [string, string][]) =>
    invoice("1", [
      line("000001", "10.00", {
        assignment: "00",
        retention: "1.00",
        shares: shares.map(([assignment, amount]) => ({ assignment, amount, quantity: "1.000" })),
      }),
    ]);

  it("are told apart by EKBE_MA, and retainage follows the shares", () => {
    const atoms = decideInvoice(
      shared([
        ["01", "3.34"],
        ["02", "6.66"],
      ]),
      contextOf({ lines }),
    );
    expect(atoms.map(({ billing }) => [billing?.place.projectId, billing?.work.minor, billing?.retainage.minor])).toEqual([
      [810, 334n, 33n],
      [811, 666n, 67n],
    ]);
    const made = desiredRequisitions(
      client,
      shared([
        ["01", "3.34"],
        ["02", "6.66"],
      ]),
      atoms,
    );
    expect(made.ok && made.value.map(({ originId, total }) => [originId, total.minor])).toEqual([
      ["S01.100.RQ.1.2026.4500000001.810", 334n],
      ["S01.100.RQ.1.2026.4500000001.811", 666n],
    ]);
  });

  it("are held as a whole where they do not come to the line, and still count for the line's amount", () => {
    const atoms = decideInvoice(
      shared([
        ["01", "3.34"],
        ["02", "6.65"],
      ]),
      contextOf({ lines }),
    );
    expect(atoms.map(({ decision }) => reasonOf(decision))).toEqual(["invoice-split-unknown", "invoice-split-unknown"]);
    expect(atoms.reduce((total, { amount }) => total + amount.minor, 0n)).toBe(1000n);
  });
});

describe("non-deductible tax", () => {
  const order = orderRecord("4500000001", [
    itemRecord("00010", "100.00", { nonDeductibleTax: "7.00" }),
    itemRecord("00020", "50.00", { nonDeductibleTax: "3.50" }),
  ]);
  const record = (taxAmount: string) =>
    invoice("1", [line("000001", "33.33"), line("000002", "10.00", { item: "00020" })], { taxAmount });

  it("is shared so that it sums to SAP's own total", () => {
    const atoms = decideInvoice(record("3.04"), contextOf({ order }));
    expect(atoms.map(({ billing }) => billing?.work.minor)).toEqual([3567n, 1070n]);
  });

  it("is not told where SAP's total does not bear it out", () => {
    expect(reasons(record("5.00"), { order })).toEqual(["invoice-tax-unknown", "invoice-tax-unknown"]);
    expect(reasons(record(""), { order })).toEqual(["invoice-tax-unknown", "invoice-tax-unknown"]);
  });

  it("is in the line already where the customer says so", () => {
    const atoms = decideInvoice(record("5.00"), contextOf({ order, tax: "included" }));
    expect(atoms.map(({ billing }) => billing?.work.minor)).toEqual([3333n, 1000n]);
  });

  it("is none of ours where the order has none, whatever the invoice's deductible tax is", () => {
    const [atom] = decideInvoice(invoice("1", [line("000001", "10.00")], { taxAmount: "1.90" }), contextOf());
    expect(atom?.billing?.work).toEqual(usd(1000n));
  });
});

describe("an invoice and its cancellation", () => {
  const original = invoice("1", [line("000001", "40.00")], { cancellation: "2.2026" });
  const cancelling = invoice("2", [line("000001", "-40.00")], { cancellation: "1.2026", isInvoice: false });

  it("sum to nothing where neither is in Procore", () => {
    expect(cancelsOut(original, cancelling)).toBe(true);
    expect(reasons(original, { unpostedPartner: () => cancelling })).toEqual(["invoice-cancelled-unposted"]);
    expect(reasons(cancelling, { unpostedPartner: () => original })).toEqual(["invoice-cancelled-unposted"]);
  });

  it("are two invoices where they name others, or do not come to nothing line by line", () => {
    expect(cancelsOut(original, { ...cancelling, cancellation: "3.2026" })).toBe(false);
    expect(cancelsOut(original, { ...cancelling, currency: "CAD" })).toBe(false);
    expect(cancelsOut(original, { ...cancelling, lines: [line("000001", "-39.00")] })).toBe(false);
    expect(cancelsOut(original, { ...cancelling, lines: [line("000001", "-40.00", { item: "00020" })] })).toBe(false);
  });
});

const cents = (minor: bigint) =>
  `${minor < 0n ? "-" : ""}${(minor < 0n ? -minor : minor) / 100n}.${String((minor < 0n ? -minor : minor) % 100n).padStart(2, "0")}`;

describe("whatever becomes of them", () => {
  it("atoms sum to the lines, and what is billed to lines and tax, to the minor unit", () => {
    const share = fc.bigInt({ min: 0n, max: 99_999n });
    const lineOf = fc.record({
      item: fc.constantFrom("00010", "00020", "00030"),
      shares: fc.array(share, { minLength: 1, maxLength: 4 }),
      off: fc.constantFrom(0n, 0n, 0n, 1n),
      condition: fc.constantFrom("", "", "", "FRA1"),
    });
    fc.assert(
      fc.property(fc.array(lineOf, { minLength: 1, maxLength: 6 }), fc.bigInt({ min: 0n, max: 3n }), (given, slack) => {
        const order = orderRecord("4500000001", [
          itemRecord("00010", "100.00", { nonDeductibleTax: "8.25" }),
          itemRecord("00020", "300.00", { nonDeductibleTax: "24.75" }),
        ]);
        const lines = given.map(({ item, shares, off, condition }, index) =>
          line(String(index + 1).padStart(6, "0"), cents(shares.reduce((sum, each) => sum + each, off)), {
            item,
            conditionType: condition,
            assignment: "00",
            shares: shares.map((minor, at) => ({
              assignment: String(at + 1).padStart(2, "0"),
              amount: cents(minor),
              quantity: "0",
            })),
          }),
        );
        const taxed = lines.filter((each) => each.item !== "00030" && each.conditionType === "");
        const tax =
          taxed.reduce((sum, each) => sum + (BigInt(each.amount.replace(".", "")) * 825n + 5000n) / 10_000n, 0n) + slack;
        const record = invoice("1", lines, { taxAmount: cents(tax) });
        const context = contextOf({
          order,
          orderLines: (_, item) => ["01", "02", "03", "04"].map((each) => contractLine(item, each)),
        });
        const atoms = decideInvoice(record, context);
        const total = lines.reduce((sum, each) => sum + BigInt(each.amount.replace(".", "")), 0n);
        expect(atoms.reduce((sum, { amount }) => sum + amount.minor, 0n)).toBe(total);
        const made = desiredRequisitions(client, record, atoms);
        if (!made.ok) throw new Error(made.error.value);
        const billed = atoms.filter(({ billing }) => billing);
        const work = made.value.reduce((sum, each) => sum + each.total.minor, 0n);
        if (billed.length === 0) {
          expect(work).toBe(0n);
          return;
        }
        // All of an order or nothing of it, so what is billed are its lines and all the tax.
        const own = lines
          .filter((each) => each.conditionType === "")
          .reduce((sum, each) => sum + BigInt(each.amount.replace(".", "")), 0n);
        const expected = taxed.some((each) => BigInt(each.amount.replace(".", "")) > 6n) ? own + tax : work;
        expect(work).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });
});
