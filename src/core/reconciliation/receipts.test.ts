import { describe, expect, it } from "vitest";
import { type ReceiptTotal, stateReceipts } from "./receipts.ts";

const total = (object: string, category: string, amount: bigint, project = "TOWER"): ReceiptTotal => ({
  companyCode: "1000",
  project,
  currency: "USD",
  object,
  category,
  amount,
});

describe("received and not invoiced", () => {
  it("takes no item's surplus for another's lack", () => {
    const [row] = stateReceipts([
      total("1/10", "1", 100n),
      total("1/10", "2", 60n),
      total("1/20", "1", 5n),
      total("1/20", "3", 50n),
    ]);
    expect(row).toMatchObject({ items: 2, received: 105n, invoiced: 110n, receivedNotInvoiced: 40n, invoicedNotReceived: 45n });
  });

  it("counts services once, as accepted, and what maintenance of GR/IR settled as invoiced", () => {
    const totals = [total("1/10", "9", 100n), total("1/10", "1", 100n), total("1/10", "2", 90n), total("1/10", "2K", 10n)];
    expect(stateReceipts(totals)).toMatchObject([{ received: 100n, invoiced: 100n, receivedNotInvoiced: 0n }]);
  });

  it("leaves out what no receipt measures, and keeps projects apart", () => {
    const totals = [total("1/10", "2", 90n), total("1/20", "1", 7n), total("2/10", "1", 3n, "BRIDGE")];
    expect(stateReceipts(totals).map(({ project, received, invoiced }) => [project, received, invoiced])).toEqual([
      ["BRIDGE", 3n, 0n],
      ["TOWER", 7n, 0n],
    ]);
  });
});
