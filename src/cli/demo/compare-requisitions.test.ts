import { describe, expect, it } from "vitest";
import type { Difference } from "./compare-procore.ts";
import { compareRequisitions } from "./compare-requisitions.ts";
import type { ProcoreRequisition } from "./procore-totals.ts";

const line = (item: string) => `S01.100.PL.45.${item}.01.810`;
const found = (number: number, invoice: string, change: Partial<ProcoreRequisition> = {}): ProcoreRequisition => ({
  originId: `S01.100.RQ.${invoice}.45.810`,
  contractOriginId: "S01.100.PO.45.810",
  number,
  status: "approved",
  items: [
    { lineOriginId: line("10"), work: "40.1", retained: "4.01", released: "0.00" },
    { lineOriginId: line("20"), work: "0.00", retained: "0.0", released: "0.00" },
  ],
  ...change,
});
const release = {
  invoice: "51.2026",
  purchaseOrder: "45",
  procoreProjectId: 810,
  isRelease: true,
  lines: [{ item: "10", assignment: "01", work: "0.00", retained: "0.00", released: "4.01" }],
};
const released = (amount: string) =>
  found(3, "51.2026", {
    originId: "S01.100.RQ.51.2026.45.810.R",
    items: [{ lineOriginId: line("10"), work: "0.00", retained: "0.00", released: amount }],
  });
const expected = ["51.2026", "52.2026"].map((invoice) => ({
  invoice,
  purchaseOrder: "45",
  procoreProjectId: 810,
  isRelease: false,
  lines: [{ item: "10", assignment: "01", work: "40.10", retained: "4.01", released: "0.00" }],
}));

function differences(requisitions: readonly ProcoreRequisition[], more: readonly (typeof release)[] = []): string[] {
  const all: Difference[] = [];
  const prefix = { systemId: "S01", client: "100" };
  const sides = { prefix, expected: [...expected, ...more], currency: "USD", place: "project TOWER" };
  compareRequisitions({ ...sides, found: requisitions }, (each) => all.push(each));
  return all.map((each) => `${each.what}: ${each.expected} / ${each.found}`);
}

const both = [found(1, "51.2026"), found(2, "52.2026")];
const bent = (change: Partial<ProcoreRequisition>) => [found(1, "51.2026"), found(2, "52.2026", change)];

describe("requisitions", () => {
  it("tie where each is as SAP said, however Procore writes its decimals", () => {
    expect(differences(both)).toEqual([]);
  });

  it("tie with what they release to the cent", () => {
    expect(differences([...both, released("4.01")], [release])).toEqual([]);
    expect(differences([...both, released("4.00")], [release])).toEqual(["retainage released: 4.01 USD / 4.00 USD"]);
    expect(differences(both, [release])).toContain("requisition: one / nothing");
  });

  it.each<[string, readonly ProcoreRequisition[], string]>([
    [
      "work",
      bent({ items: [{ lineOriginId: line("10"), work: "40.11", retained: "4.01", released: "0.00" }] }),
      "work: 40.10 USD / 40.11 USD",
    ],
    [
      "retainage",
      bent({ items: [{ lineOriginId: line("10"), work: "40.10", retained: "0", released: "0.00" }] }),
      "retainage: 4.01 USD / 0.00 USD",
    ],
    [
      "a line that nobody billed",
      bent({
        items: [
          ...(both[1]?.items.slice(0, 1) ?? []),
          { lineOriginId: line("20"), work: "1.00", retained: "0", released: "0.00" },
        ],
      }),
      "work: 0.00 USD / 1.00 USD",
    ],
    ["a line that is missing", bent({ items: [] }), "work: 40.10 USD / nothing"],
    ["status", bent({ status: "draft" }), "status: approved / draft"],
    ["contract", bent({ contractOriginId: "S01.100.PO.46.810" }), "contract: S01.100.PO.45.810 / S01.100.PO.46.810"],
    ["one that is missing", both.slice(0, 1), "requisition: one / nothing"],
    ["one too many", [...both, found(3, "53.2026")], "requisition: nothing / one"],
    ["one without an origin id", [...both, found(3, "", { originId: "" })], "requisition: one / one more"],
    [
      "the chain",
      [found(2, "51.2026"), found(1, "52.2026")],
      "chain: S01.100.RQ.51.2026.45.810,S01.100.RQ.52.2026.45.810 / S01.100.RQ.52.2026.45.810,S01.100.RQ.51.2026.45.810",
    ],
  ])("differ in %s", (_name, requisitions, difference) => {
    expect(differences(requisitions)).toContain(difference);
  });
});
