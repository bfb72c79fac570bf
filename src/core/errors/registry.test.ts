import { describe, expect, it } from "vitest";
import { holdCodes, rejectionCodes } from "../disposition.ts";
import { Fault, faultSentence } from "./fault.ts";
import { describeError, type ErrorCode, errorRegistry, isErrorCode } from "./registry.ts";

describe("the registry", () => {
  it("knows every code under which something waits, as a hold", () => {
    for (const code of [...holdCodes, ...rejectionCodes]) {
      expect(isErrorCode(code), code).toBe(true);
      if (isErrorCode(code)) expect(describeError(code).class, code).toBe("hold");
    }
  });

  it("speaks in sentences: a statement and a next step, without data", () => {
    for (const [code, entry] of Object.entries(errorRegistry)) {
      expect(entry.sentence, code).toMatch(/^[A-Z].*\.$/s);
      expect(entry.next, code).toMatch(/\.$/);
      expect(`${entry.sentence}${entry.next}`, code).not.toMatch(/[{}$]/);
    }
  });

  it("makes faults say code, place and remedy in one line", () => {
    const fault = new Fault("sap.logon", { place: "sap.example.com client 100" });
    expect(faultSentence(fault)).toContain("[sap.logon] sap.example.com client 100.");
    expect(faultSentence(fault)).toContain("SU01");
    expect(faultSentence(fault)).not.toContain("\n");
    expect(fault.isRetryable).toBe(false);
    expect(new Fault("procore.quota", { place: "x" }).isRetryable).toBe(true);
    const codes: ErrorCode[] = ["sap.overload", "store.unavailable"];
    for (const code of codes) expect(new Fault(code, { place: "x" }).isRetryable).toBe(true);
  });
});
