import { describe, expect, it } from "vitest";
import type { CertificateContent } from "../../core/index.ts";
import { certificateLines, certifiedParts } from "./certificate-text.ts";
import { paintWith } from "./text-table.ts";

const total = {
  currency: "USD",
  lines: 12,
  control: "1712.50",
  read: "1712.50",
  posted: "1629.00",
  held: "2.50",
  waiting: "0.00",
  excluded: "0.00",
  procore: "1629.00",
  variance: "2.50",
  classes: { unmapped: "2.50" },
};
const opening = {
  project: "TOWER",
  costCode: "03-100.M",
  currency: "USD",
  sapToDate: "1200.00",
  opening: "81.00",
  posted: "1118.50",
  waiting: "0.00",
  held: "0.00",
  commitments: "0.00",
  excluded: "0.00",
  difference: "0.50",
  state: "changed-in-sap",
  olderThan: "2026-10-15",
  confirmedBy: "user:jane",
  confirmedOn: "2026-10-16",
};
const received = { companyCode: "1000", project: "TOWER", currency: "USD", received: "9.00", invoiced: "7.00" };
const content: CertificateContent = {
  period: "2026.010",
  sapTotals: { readAt: "2026-11-01T07:00:00.000Z" },
  totals: [{ ...total, opening: "81.00" }],
  openings: {
    isTied: false,
    rows: [opening, { ...opening, costCode: "05-200.L", state: "tied" }],
    totals: [
      { ...opening, costCode: "" },
      { ...opening, project: "BRIDGE", costCode: "", opening: null, state: "unconfirmed" },
    ],
  },
  commitments: {
    isTied: true,
    sapTotals: { readAt: "2026-11-01T08:00:00.000Z" },
    requisitionTotals: [total],
    contractTotals: [total],
    receipts: [{ ...received, receivedNotInvoiced: "3.00", invoicedNotReceived: "1.00" }],
  },
};
const text = (change: CertificateContent = {}) => certificateLines({ ...content, ...change }, paintWith(false)).join("\n");

describe("a verified certificate for people", () => {
  it("shows the totals of its period, its opening balances and its commitments as they were signed", () => {
    expect(text()).toMatch(/Period 2026\.010; SAP's totals read 2026-11-01T07:00:00\.000Z\n.*SAP total.* opening/);
    expect(text()).toMatch(/USD +12 +1,712\.50 .* 81\.00 +0\.00 +1,629\.00 +2\.50 +unmapped 2\.50/);
    expect(text()).toContain("Commitments to date; SAP's order history read 2026-11-01T08:00:00.000Z\nRequisitions\n");
    expect(text()).toMatch(/1000 +TOWER +USD +9\.00 +7\.00 +3\.00 +1\.00/);
  });

  it("shows by cost code what SAP changed after the word, and no amount where there was no word", () => {
    expect(text()).toMatch(/TOWER +\(all\) .* 0\.50 +changed-in-sap +2026-10-15 +user:jane +2026-10-16/);
    expect(text()).toMatch(/TOWER +03-100\.M .* 0\.50 +changed-in-sap/);
    expect(text()).toMatch(/BRIDGE +\(all\) +USD +1,200\.00 +- /);
    expect(text()).not.toContain("05-200.L");
  });

  it("calls nothing SAP's own total that is none: of ordered values it keeps none", () => {
    const contracts = text().slice(text().indexOf("Contracts"));
    expect(contracts).toMatch(/^Contracts\n +currency +lines +read /);
  });

  it("says what does not tie, what was never read, and what a former version does not certify", () => {
    const open = { ...(content.commitments as object), isTied: false, sapTotals: { readAt: "" }, requisitionTotals: [] };
    expect(text({ commitments: open })).toContain(
      "Commitments to date; SAP's order history was never read; they do not tie\nRequisitions: nothing\nContracts\n",
    );
    const { openings: _, commitments: __, ...former } = content;
    const shown = certificateLines(former, paintWith(false)).join("\n");
    expect(shown).toContain("Commitments are not certified");
    expect(shown).not.toContain("Opening balances");
    expect(certifiedParts(former)).toEqual({ openings: null, commitments: null });
    expect(certifiedParts(content)).toMatchObject({ openings: { isTied: false }, commitments: { isTied: true } });
  });
});
