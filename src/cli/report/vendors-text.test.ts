import { describe, expect, it } from "vitest";
import type { WaitingVendor } from "../../hub/index.ts";
import { leftOutLines, vendorLines } from "./vendors-text.ts";

const plain = (text: string) => text;
const waiting: WaitingVendor = {
  connection: "main",
  vendor: "0000100001",
  name: "Summit Concrete Inc.",
  code: "vendor-twin",
  why: "alike, but not surely the same",
  decided: "",
  candidates: [
    {
      companyId: 5001,
      name: "SUMMIT CONCRETE",
      isActive: false,
      originId: "",
      points: 25,
      reasons: [
        { points: 55, text: "same name, legal form given on one side only" },
        { points: -30, text: "another country (US, CA)" },
      ],
    },
    { companyId: 5002, name: "Summit", isActive: true, originId: "LEGACY-1", points: 45, reasons: [{ points: 45, text: "x" }] },
  ],
};

describe("vendors that wait", () => {
  it("show each candidate with its points, its state, and what speaks for and against it", () => {
    const text = vendorLines([waiting], 50, plain).join("\n");
    expect(text).toMatch(/100001 +Summit Concrete Inc\. +vendor-twin +alike, but not surely the same/);
    expect(text).toMatch(
      /SUMMIT CONCRETE +5001 +25 +inactive: same name, legal form given on one side only \+55, another country \(US, CA\) -30/,
    );
    expect(text).toMatch(/Summit +5002 +45 +linked as LEGACY-1: x \+45/);
    expect(text).toContain("vendor-twin: Procore already has");
    expect(text).not.toContain("perhaps more");
  });

  it("say what was decided, and when the list was cut", () => {
    const text = vendorLines([{ ...waiting, decided: "adopt 5001" }], 1, plain).join("\n");
    expect(text).toContain("decided: adopt 5001");
    expect(text).toContain("this is the first 1");
  });

  it("say that none waits", () => {
    expect(vendorLines([], 50, plain)).toEqual(["No vendor waits for a decision."]);
  });
});

describe("what was left out", () => {
  it("is told vendor by vendor, with the setting that cures it", () => {
    const found = [{ connection: "main", vendor: "0000100002", name: "Kent Works", leftOut: ['region "KE" of GB'] }];
    const text = leftOutLines(found, 50, plain).join("\n");
    expect(text).toMatch(/100002 +Kent Works +region "KE" of GB/);
    expect(text).toContain("vendors.regions");
    expect(leftOutLines([], 50, plain)).toEqual(["Nothing of the vendors' addresses was left out."]);
  });
});
