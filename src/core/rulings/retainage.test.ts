import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { invoiceRecord, itemRecord, invoiceLineRecord as line, orderRecord } from "../../../test/support/records.ts";
import { desiredRequisitions } from "../desired/requisition.ts";
import type { InvoiceLine, InvoiceRecord, RetentionClearing, RetentionItem } from "../records/index.ts";
import { type Billing, decideInvoice, type InvoiceContext } from "./invoice.ts";
import { decideReleases, type RetainageContext } from "./retainage.ts";

const client = { systemId: "S01", client: "100" };
const orderOfItems = orderRecord("4500000001", [itemRecord("00010", "100.00"), itemRecord("00020", "50.00")]);
const place = (item: string) => ({
  contract: "S01.100.PO.4500000001.810",
  line: `S01.100.PL.4500000001.${item}.01.810`,
  projectId: 810,
  currency: "USD",
});

const clearing = (change: Partial<RetentionClearing> = {}): RetentionClearing => ({
  date: "20261101",
  document: "1500000001",
  by: "clearing",
  residual: "0.00",
  ...change,
});
const item = (amount: string, cleared?: RetentionClearing, specialGl = "H"): RetentionItem => ({
  item: "1000/5105600001/2026/003",
  specialGl,
  amount,
  ...(cleared ? { clearing: cleared } : {}),
});

const lines: readonly InvoiceLine[] = [
  line("000001", "40.00", { retention: "4.00" }),
  line("000002", "10.00", { item: "00020", retention: "1.00" }),
  line("000003", "5.00", { item: "00020" }),
];
const invoice = (retentionItems: readonly RetentionItem[] | undefined, change: Partial<InvoiceRecord> = {}) =>
  invoiceRecord("5105600001", lines, { ...(retentionItems ? { retentionItems } : {}), ...change });

function releasesOf(record: InvoiceRecord, change: Partial<RetainageContext> = {}, decide: Partial<InvoiceContext> = {}) {
  const atoms = decideInvoice(record, {
    order: () => orderOfItems,
    orderLines: (_, key) => [{ assignment: "01", route: "contract-line", place: place(key) }],
    isContractReady: () => true,
    unpostedPartner: () => undefined,
    negative: "send",
    retainage: "kept",
    tax: "added",
    ...decide,
  });
  const context = { release: "follow", specialGl: [], billed: () => undefined, isContractReady: () => true, ...change } as const;
  return decideReleases(record, atoms, context);
}

const reasons = (...asked: Parameters<typeof releasesOf>) =>
  releasesOf(...asked).map(({ decision }) =>
    decision.disposition === "planned" ? "planned" : decision.disposition === "held" ? decision.hold : decision.rule,
  );
const both = (reason: string) => [reason, reason];
const all = [item("5.00", clearing())];

describe("what an invoice retained", () => {
  it("is released share by share on the day of the last clearing, as a requisition without work behind the invoice", () => {
    const record = invoice([item("3.00", clearing({ date: "20261103" })), item("2.00", clearing({ date: "20261102" }))]);
    const releases = releasesOf(record);
    expect(releases.map(({ key, amount }) => [key, amount.minor])).toEqual([
      ["5105600001.2026.000001.01.R", 0n],
      ["5105600001.2026.000002.01.R", 0n],
    ]);
    const made = desiredRequisitions(client, record, releases);
    expect(made.ok && made.value).toMatchObject([
      {
        originId: "S01.100.RQ.5105600001.2026.4500000001.810.R",
        total: { minor: 500n },
        body: {
          invoice_number: "5105600001-R",
          billing_date: "2026-11-03",
          items: [
            {
              work_completed_this_period: "0.00",
              work_completed_retainage_retained_this_period: "0.00",
              work_completed_retainage_released_this_period: "4.00",
            },
            { work_completed_retainage_released_this_period: "1.00" },
          ],
        },
      },
    ]);
  });

  it.each([
    ["20261101", "20261101"],
    ["20261001", "20261020"],
  ])("cleared on %s takes its place behind all that was invoiced until %s, its own invoice at least", (date, day) => {
    const record = invoice([item("5.00", clearing({ date }))]);
    const made = desiredRequisitions(client, record, releasesOf(record));
    const order = made.ok ? (made.value[0]?.order ?? "") : "";
    const invoicedOn = (postingDate: string) => {
      const own = invoiceRecord("9999999999", [line("000001", "1.00")], {
        postingDate,
        entryDate: "20271231",
        entryTime: "235958",
      });
      const atoms = decideInvoice(own, {
        order: () => orderOfItems,
        orderLines: () => [{ assignment: "01", route: "contract-line", place: place("00010") }],
        isContractReady: () => true,
        unpostedPartner: () => undefined,
        negative: "send",
        retainage: "kept",
        tax: "added",
      });
      const requisitions = desiredRequisitions(client, own, atoms);
      return requisitions.ok ? (requisitions.value[0]?.order ?? "") : "";
    };
    expect(invoicedOn(day) < order).toBe(true);
    expect(order < invoicedOn("20261231")).toBe(true);
  });

  it("has nothing to decide while nothing is cleared, or where the items may not be read", () => {
    expect(releasesOf(invoice(undefined))).toEqual([]);
    expect(releasesOf(invoice([item("5.00")]))).toEqual([]);
    expect(releasesOf(invoiceRecord("1", [line("000001", "1.00")], { retentionItems: all }))).toEqual([]);
  });

  it.each<[string, readonly RetentionItem[], Partial<RetainageContext>]>([
    ["retainage-release-unknown", [], {}],
    ["retainage-release-unknown", [item("4.99", clearing())], {}],
    ["retainage-release-unknown", [item("5.00", clearing({ by: "unknown" }))], {}],
    ["retainage-release-unknown", [item("5.00", clearing(), "A")], {}],
    ["retainage-release-unknown", all, { specialGl: ["K"] }],
    ["retainage-release-partial", [item("3.00", clearing()), item("2.00")], {}],
    ["retainage-release-partial", [item("5.00", clearing({ residual: "2.00" }))], {}],
    ["retainage-open", [item("5.00"), item("7.00", clearing(), "A")], {}],
    ["retainage-reversed", [item("5.00", clearing({ by: "reversal" }))], {}],
    ["retainage-by-hand", all, { release: "none" }],
    ["ignored by jane", all, { ignored: () => "ignored by jane" }],
    ["invoice-contract-not-approved", all, { isContractReady: () => false }],
    ["planned", all, { specialGl: ["H"] }],
    ["planned", [...all, item("7.00", clearing(), "A")], {}],
  ])("is %s for %j under %o", (expected, items, change) => {
    expect(reasons(invoice(items), change)).toEqual(both(expected));
  });

  it("goes the way of its invoice: left out with it, and held until its requisition is there", () => {
    expect(reasons(invoice(all, { status: "A" }))).toEqual(both("invoice-not-posted"));
    expect(reasons(invoice(all), {}, { isContractReady: () => false })).toEqual(both("retainage-release-before-invoice"));
  });

  it("is what the requisition retained, whatever would be billed now; and waits whole where one share does", () => {
    const billed = (retainage: bigint): Billing => ({
      place: place("00010"),
      work: { minor: 0n, currency: "USD" },
      retainage: { minor: retainage, currency: "USD" },
    });
    const given = (first: bigint) => ({
      billed: (key: string) => billed(key.includes(".000001.") ? first : 100n),
    });
    const minors = releasesOf(invoice(all), given(399n)).map(({ billing }) => billing?.released?.amount.minor);
    expect(minors).toEqual([399n, 100n]);
    expect(reasons(invoice(all), given(0n))).toEqual(["retainage-release-unknown", "invoice-incomplete"]);
  });

  it("of a credit memo is never a release: it took retainage back", () => {
    const memo = invoiceRecord("1", [line("000001", "-40.00", { retention: "5.00" })], {
      isInvoice: false,
      retentionItems: [item("-5.00", clearing())],
    });
    expect(reasons(memo)).toEqual(["retainage-release-unknown"]);
  });

  it("is released to the cent or not at all: the shares come to what was retained, none is below 0", () => {
    const cents = fc.bigInt({ min: 0n, max: 99_999n });
    const text = (minor: bigint) => `${minor / 100n}.${String(minor % 100n).padStart(2, "0")}`;
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1, maxLength: 4 }), cents, (retentions, cleared) => {
        const own = retentions.map((minor, index) =>
          line(`00000${index + 1}`, "1000.00", { retention: text(minor), item: index % 2 === 0 ? "00010" : "00020" }),
        );
        const total = retentions.reduce((sum, minor) => sum + minor, 0n);
        for (const amount of [total, cleared]) {
          const record = invoiceRecord("1", own, { retentionItems: [item(text(amount), clearing())] });
          const released = releasesOf(record).map(({ billing }) => billing?.released?.amount.minor ?? 0n);
          expect(released.length).toBe(retentions.filter((minor) => minor !== 0n).length);
          expect(released.reduce((sum, minor) => sum + minor, 0n)).toBe(amount === total ? total : 0n);
          expect(released.every((minor) => minor >= 0n)).toBe(true);
        }
      }),
    );
  });
});
