import { describe, expect, it } from "vitest";
import { readSubject } from "./subject.ts";

const keys = (...words: readonly string[]) => {
  const subject = readSubject(words);
  return subject?.kind === "sap"
    ? subject.patterns.map(({ flow, key, isOpen }) => `${flow} ${key}${isOpen ? "*" : ""}`)
    : subject;
};

describe("what is asked about", () => {
  it("is an origin id or a Procore id where it looks like one", () => {
    expect(readSubject(["S01.100.DL.abc.1.03-100:M"])).toEqual({ kind: "origin-id", originId: "S01.100.DL.abc.1.03-100:M" });
    for (const text of ["procore:123", "procore 123", "Procore #123".replace(" #", "#")])
      expect(readSubject([text]), text).toEqual({ kind: "procore-id", procoreId: "123" });
  });

  it("is a line of accounting, with or without SAP's zeros, however it is divided", () => {
    const line = ["costs 1000.0100000001.2026.001"];
    expect(keys("1000", "100000001", "2026", "1")).toEqual(line);
    expect(keys("1000/0100000001/2026/001")).toEqual(line);
    expect(keys("1000.100000001.2026.1")).toEqual(line);
    expect(keys("ar01", "CO:1000:55", "2026", "2")).toEqual(["costs AR01.CO:1000:55.2026.002"]);
  });

  it("may be a key of several kinds", () => {
    expect(keys("1000", "100000001", "2026")).toEqual([
      "purchase-orders 0000001000.100000001.2026",
      "costs 1000.0100000001.2026.*",
    ]);
    expect(keys("100001")).toEqual(["vendors 0000100001", "purchase-orders 0000100001.*"]);
    expect(keys("4500000001", "10")).toEqual(["purchase-orders 4500000001.00010.*"]);
    expect(keys("4500000001", "10", "1")).toEqual(["purchase-orders 4500000001.00010.01"]);
    expect(keys("5100000001", "2026")).toEqual(["purchase-orders 5100000001.02026.*", "invoices 5100000001.2026.*"]);
    expect(keys("5100000001", "2026", "1", "1")).toEqual(["invoices 5100000001.2026.000001.01"]);
  });

  it("is nothing where no system writes so", () => {
    for (const text of ["", "a b c d e", "x;drop", "1000 1 26 1", "%"]) expect(readSubject([text]), text).toBeUndefined();
  });
});
