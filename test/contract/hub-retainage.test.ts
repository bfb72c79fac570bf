// What SAP released of a retention, end to end through the hub: one requisition that releases, behind its invoice in the chain, never more than was
// retained, never twice; and what cannot be told is held by name.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { InvoiceRecord, RetentionClearing, SourceRecord } from "../../src/core/index.ts";
import { listHolds, type RunReport } from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule } from "../support/hub-bench.ts";
import { invoiceRecord, itemRecord, invoiceLineRecord as line, orderRecord, vendorRecord } from "../support/records.ts";

type Item = Record<
  | "work_completed_this_period"
  | "work_completed_retainage_retained_this_period"
  | "work_completed_retainage_released_this_period",
  string
>;
type Requisition = { number: number; invoice_number: string; billing_date: string; origin_id: string; items: Item[] };

const settings = { limits: { settleMs: 300, callTimeoutMs: 250, attemptsMax: 4 } };
let bench: Bench;

async function open(invoices: Record<string, unknown> = {}): Promise<void> {
  bench = await openBench({ rules: [rule("P-1", "M")], settings: { ...settings, invoices } });
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "100.00"), itemRecord("00020", "50.00")])];
  await bench.post(`/rest/v1.0/projects/${project}/billing_periods`, {
    billing_period: { start_date: "2026-10-01", end_date: "2026-10-31", due_date: "2026-10-31", status: "open" },
  });
}

afterEach(() => bench.close());

function bill(...invoices: readonly SourceRecord[]): void {
  bench.records.invoices = invoices;
}

async function finished(): Promise<RunReport> {
  const report = await bench.sync();
  expect([report.state, report.detail ?? ""]).toEqual(["finished", ""]);
  return report;
}

async function writesNothingMore(): Promise<void> {
  const before = await bench.writes();
  await finished();
  expect(await bench.writes()).toBe(before);
}

const cleared = (change: Partial<RetentionClearing> = {}): RetentionClearing => ({
  date: "20261101",
  document: "1500000001",
  by: "clearing",
  residual: "0.00",
  ...change,
});
const kept = (clearing?: RetentionClearing, amount = "5.00") => ({
  retentionItems: [{ item: "1000/5105600001/2026/003", specialGl: "H", amount, ...(clearing ? { clearing } : {}) }],
});
const first = (change: Partial<InvoiceRecord>) =>
  invoiceRecord(
    "5105600001",
    [line("000001", "40.00", { retention: "4.00" }), line("000002", "10.00", { item: "00020", retention: "1.00" })],
    { postingDate: "20261010", ...change },
  );
const second = invoiceRecord("5105600002", [line("000001", "5.05")], { postingDate: "20261115" });

const requisitions = async () =>
  ((await bench.get(`/rest/v1.1/requisitions?project_id=${project}&view=items&per_page=100`)) as Requisition[]).sort(
    (left, right) => left.number - right.number,
  );
const shown = async () =>
  (await requisitions()).map(({ invoice_number, billing_date, items }) => [
    invoice_number,
    billing_date,
    ...items.map((item) =>
      [
        item.work_completed_this_period,
        item.work_completed_retainage_retained_this_period,
        item.work_completed_retainage_released_this_period,
      ].join(" "),
    ),
  ]);
const holds = async () =>
  (await listHolds(bench.postgres.store, { tenant: "main", flow: "invoices", limit: 100 }))
    .map(({ key, code }) => `${key} ${code}`)
    .sort();

const invoiced = ["5105600001", "2026-10-10", "40.00 4.00 0.00", "10.00 1.00 0.00"];
const released = ["5105600001-R", "2026-11-01", "0.00 0.00 4.00", "0.00 0.00 1.00"];
const later = ["5105600002", "2026-11-15", "5.05 0.00 0.00", "0.00 0.00 0.00"];

describe("a retention", () => {
  beforeEach(() => open());

  it("is released once SAP cleared it, by line and once, and what SAP takes back of it is held", async () => {
    bill(first(kept()));
    await finished();
    expect(await shown()).toEqual([invoiced]);
    bill(first(kept(cleared())));
    const report = await finished();
    expect(await shown()).toEqual([invoiced, released]);
    expect(report.flows.invoices).toMatchObject({ created: 1, held: {}, postedAmount: { USD: "50.00" } });
    expect((await requisitions())[1]?.origin_id).toBe(`S01.100.RQ.5105600001.2026.4500000001.${project}.R`);
    await writesNothingMore();
    bill(first(kept()));
    await finished();
    expect(await holds()).toEqual([
      "5105600001.2026.000001.01.R invoice-changed-after-posting",
      "5105600001.2026.000002.01.R invoice-changed-after-posting",
    ]);
    expect(await shown()).toHaveLength(2);
  });

  it("goes to its place in the chain by the day of the clearing where all are still to be sent, and arrives once after doubt", async () => {
    await bench.door("/sandbox/weather", {
      on: { path: "/rest/v1.1/requisitions$", method: "POST" },
      times: 3,
      how: "timeout-after-commit",
      delayMs: 500,
    });
    bill(second, first(kept(cleared())));
    for (let again = 0; again < 6; again++) if ((await bench.sync()).state === "finished") break;
    expect(await shown()).toEqual([invoiced, released, later]);
    expect(await holds()).toEqual([]);
  });

  it("waits where it cannot be told, where its invoice was changed, and where Procore drops it", async () => {
    bill(first(kept(cleared({ residual: "2.00" }))), second);
    await finished();
    expect(await holds()).toEqual([
      "5105600001.2026.000001.01.R retainage-release-partial",
      "5105600001.2026.000002.01.R retainage-release-partial",
    ]);
    expect(await shown()).toEqual([invoiced, later]);
    bill(first({ ...kept(cleared()), lines: [line("000001", "40.00", { retention: "5.00" })] }), second);
    await finished();
    expect(await holds()).toEqual([
      "5105600001.2026.000001.01 invoice-changed-after-posting",
      "5105600001.2026.000001.01.R retainage-release-before-invoice",
      "5105600001.2026.000002.01 invoice-changed-after-posting",
    ]);
    // What Procore drops in silence, for there is no work beside it, is seen and never sent again.
    await bench.door("/sandbox/switches", { releaseWithoutWork: false });
    bill(first(kept(cleared())), second);
    await finished();
    expect(await holds()).toEqual(["5105600001.2026.000001.01.R procore-differs", "5105600001.2026.000002.01.R procore-differs"]);
    expect(await shown()).toEqual([invoiced, later, ["5105600001-R", "2026-11-01", "0.00 0.00 0.00", "0.00 0.00 0.00"]]);
  });
});

it("is never released beyond what stands after a credit memo took some of it back", async () => {
  await open({ negative: "send" });
  await bench.door("/sandbox/switches", { negativeRequisitions: true });
  const memo = invoiceRecord("5105600003", [line("000001", "-10.00", { retention: "1.00" })], {
    isInvoice: false,
    postingDate: "20261012",
  });
  bill(first(kept(cleared())), memo);
  await finished();
  expect(await holds()).toEqual([
    "5105600001.2026.000001.01.R retainage-release-exceeds",
    "5105600001.2026.000002.01.R retainage-release-exceeds",
  ]);
  expect(await shown()).toEqual([invoiced, ["5105600003", "2026-10-12", "-10.00 -1.00 0.00", "0.00 0.00 0.00"]]);
});
