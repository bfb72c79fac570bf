import { describe, expect, it } from "vitest";
import type { WaitingRecord } from "../../hub/index.ts";
import { awaitingLines } from "./approvals-text.ts";
import { paintWith } from "./text-table.ts";

const record: WaitingRecord = {
  connection: "main",
  flow: "purchase-orders",
  projectId: "810",
  originId: "S01.100.PO.4500000001.810",
  actions: ["approve", "update"],
  effects: 3,
  change: "12000.00",
  net: "-500.00",
  currency: "USD",
  isApproved: false,
  plannedAt: "2026-11-24T12:00:00.000Z",
};

describe("what waits for approval as text", () => {
  it("tells what changes by how much, and how to approve it", () => {
    const text = awaitingLines([record], paintWith(false)).join("\n");
    expect(text).toMatch(
      /purchase-orders +810 +S01\.100\.PO\.4500000001\.810 +approve, update +3 +12,000\.00 USD +-500\.00 USD +waits/,
    );
    expect(text).toContain("ml-connector approvals give <record>");
  });

  it("asks for nothing where all is approved, or nothing waits", () => {
    const vendor = { ...record, projectId: "0", change: "", net: "", currency: "", isApproved: true };
    const text = awaitingLines([vendor], paintWith(false)).join("\n");
    expect(text).toContain("approved");
    expect(text).not.toContain("give");
    expect(awaitingLines([], paintWith(false))).toEqual(["Nothing waits for approval."]);
  });
});
