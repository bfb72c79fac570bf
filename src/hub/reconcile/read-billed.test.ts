import { describe, expect, it } from "vitest";
import { type BilledShare, fatesOfShare } from "./read-billed.ts";

const share = (change: Partial<BilledShare> = {}): BilledShare => ({
  invoice: "5105600001.2026",
  line: "000001",
  assignment: "01",
  order: "4500000001",
  item: "00010",
  companyCode: "1000",
  currency: "USD",
  amount: 1000n,
  disposition: "posted",
  reason: "",
  isLate: "no",
  isReversal: false,
  ...change,
});
const billed = (change: Partial<NonNullable<BilledShare["billed"]>> = {}) => ({
  billed: { requisition: "RQ.1", line: "PL.1", work: 1100n, currency: "USD", isConfirmed: true, ...change },
});
const changed = { disposition: "held", reason: "invoice-changed-after-posting" };

describe("what became of a billed share", () => {
  it("is posted with the tax that its requisition carries beside it", () => {
    expect(fatesOfShare(share(billed()))).toEqual([{ fate: { kind: "posted" }, amount: 1000n, tax: 100n }]);
  });

  it("is posted as it was billed where SAP changed it since, and the rest is changed", () => {
    expect(fatesOfShare(share({ ...billed(), ...changed }))).toEqual([
      { fate: { kind: "posted" }, amount: 1100n },
      { fate: { kind: "changed" }, amount: -100n },
    ]);
  });

  it("stays posted while a person's change in Procore is looked at", () => {
    expect(fatesOfShare(share({ ...billed(), disposition: "held", reason: "procore-differs" }))[0]).toMatchObject({
      fate: { kind: "posted" },
      amount: 1000n,
    });
  });

  it("in another currency counts as the invoice has it; changed since, it is a difference in its whole", () => {
    const foreign = billed({ currency: "CAD", work: 1370n });
    expect(fatesOfShare(share(foreign))).toEqual([{ fate: { kind: "posted" }, amount: 1000n }]);
    expect(fatesOfShare(share({ ...foreign, ...changed }))).toEqual([{ fate: { kind: "changed" }, amount: 1000n }]);
  });

  it("that is not confirmed waits, is held, in doubt or left out, whatever it would bill", () => {
    const kindOf = (disposition: string, reason = "") =>
      fatesOfShare(share({ ...billed({ isConfirmed: false }), disposition, reason }))[0]?.fate;
    expect(kindOf("planned")).toEqual({ kind: "waiting" });
    expect(kindOf("awaiting-approval")).toEqual({ kind: "waiting" });
    expect(kindOf("unknown")).toEqual({ kind: "in-doubt" });
    expect(kindOf("held", "invoice-negative")).toEqual({ kind: "held", code: "invoice-negative" });
    expect(kindOf("excluded", "invoice-no-contract")).toEqual({ kind: "excluded", rule: "invoice-no-contract" });
  });
});
