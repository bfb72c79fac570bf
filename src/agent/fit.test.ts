import { describe, expect, it } from "vitest";
import { documentRecord, itemRecord, lineRecord, orderRecord, vendorRecord } from "../../test/support/records.ts";
import type { SourceRecord } from "../core/index.ts";
import { lineOf, withoutMisfits } from "./fit.ts";

const long = "x".repeat(301);
const parsed = (lines: readonly string[] | undefined) => lines?.map((line) => JSON.parse(line) as SourceRecord);

describe("a record that the hub would not take", () => {
  it("is rejected by name, whichever kind it is; the others stay as they are", () => {
    const good = vendorRecord("0000100001");
    const lines = [
      good,
      vendorRecord("0000100002", { street: long }),
      orderRecord("4500000001", [itemRecord("00010", "1.00"), itemRecord("00020", "1.00", { description: long })]),
      documentRecord("0100000001", [lineRecord("001", "1.00", { text: long })]),
    ].map((record) => JSON.stringify(record));
    const rejected = { kind: "rejected", code: "object-unfit", balance: "0" };
    expect(parsed(withoutMisfits(lines))).toEqual([
      good,
      {
        ...rejected,
        flow: "vendors",
        key: "0000100002",
        currency: "",
        period: "",
        detail: expect.stringMatching(/^street: Too big/),
      },
      {
        ...rejected,
        flow: "purchase-orders",
        key: "4500000001",
        currency: "USD",
        period: "",
        detail: expect.stringMatching(/^items\.1\.description: Too big/),
      },
      {
        ...rejected,
        flow: "costs",
        key: "1000.0100000001.2026",
        currency: "USD",
        period: "2026.010",
        detail: expect.stringMatching(/^lines\.0\.text: Too big/),
      },
    ]);
  });

  it("is none where all fit, or where its key is what is wrong", () => {
    expect(withoutMisfits([JSON.stringify(vendorRecord("1"))])).toBeUndefined();
    const rejected = { kind: "rejected", flow: "vendors", key: long, code: "object-unfit", detail: "" };
    expect(withoutMisfits([JSON.stringify(rejected)])).toBeUndefined();
  });

  it("is one that is too large as a whole, counted in bytes", () => {
    const record = vendorRecord("0000100001", { street: "ü".repeat(300) });
    const bytes = Buffer.byteLength(JSON.stringify(record));
    expect(lineOf(record, bytes)).toBe(JSON.stringify(record));
    expect(JSON.parse(lineOf(record, bytes - 1))).toMatchObject({
      kind: "rejected",
      key: "0000100001",
      detail: `${bytes} bytes, and ${bytes - 1} is the most`,
    });
  });
});
