import { describe, expect, it } from "vitest";
import { documentRecord, itemRecord, lineRecord, orderRecord, vendorRecord } from "../../test/support/records.ts";
import type { SourceRecord } from "../core/index.ts";
import { recordSchema } from "./records.ts";

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const text = String;
const item = (change: Parameters<typeof itemRecord>[2]) => orderRecord("4500000001", [itemRecord("00010", "1.00", change)]);
const assignment = { assignment: "01", quantity: "1", percent: "", netValue: "", account: "" };
const service = { service: "", text: "", quantity: "1", unit: "", netValue: "1" };

describe("a record may have as many", () => {
  // What SAP's keys can name (sap-data 2), and one more than the wire takes.
  it.each<[string, number, number, string, (count: number) => SourceRecord]>([
    [
      "items as EBELP can name",
      99_999,
      100_000,
      "items",
      (count) =>
        orderRecord(
          "1",
          times(count, (at) => itemRecord(text(at), "1")),
        ),
    ],
    [
      "schedule lines as ETENR can name",
      9_999,
      10_000,
      "items.0.deliveries",
      (count) => item({ deliveries: times(count, () => ({ date: "20260101", quantity: "1" })) }),
    ],
    [
      "assignments as ZEKKN can name",
      100,
      1_001,
      "items.0.assignments",
      (count) => item({ assignments: times(count, () => assignment) }),
    ],
    [
      "sums of history as VGABE and ZEKKN can name",
      3_600,
      5_001,
      "items.0.history",
      (count) => item({ history: times(count, () => ({ category: "1", assignment: "01", quantity: "1", amount: "1" })) }),
    ],
    [
      "service lines",
      10_000,
      100_000,
      "items.0.services",
      (count) => item({ services: times(count, (at) => ({ line: text(at), ...service })) }),
    ],
    [
      "lines as a ledger makes of 999",
      10_000,
      10_001,
      "lines",
      (count) =>
        documentRecord(
          "1",
          times(count, (at) => lineRecord(text(at), "1.00")),
        ),
    ],
    [
      "company codes",
      5_000,
      5_001,
      "companies",
      (count) =>
        vendorRecord("1", {
          companies: times(count, () => ({ companyCode: "1000", isDeleted: false, isBlocked: false, paymentTerms: "" })),
        }),
    ],
  ])("%s", (_, most, over, path, make) => {
    expect(recordSchema.safeParse(make(most)).error).toBeUndefined();
    const [issue] = recordSchema.safeParse(make(over)).error?.issues ?? [];
    expect([issue?.path.join("."), issue?.code]).toEqual([path, "too_big"]);
  });
});
