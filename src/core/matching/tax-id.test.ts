import { describe, expect, it } from "vitest";
import { describeTaxId, isSlipOf, readAbn, readEin, readRegister, readSapTaxId, taxKey } from "./tax-id.ts";

const vendor = (change: Partial<{ country: string; taxNumber2: string; vatId: string }>) => ({
  country: "US",
  taxNumber2: "",
  vatId: "",
  ...change,
});

describe("a US tax id", () => {
  it.each(["52-1234567", "521234567", " 52-1234567 "])("is read from %s", (text) => {
    expect(readEin(text)).toEqual({ type: "ein", identifier: "521234567" });
  });

  it.each([
    ["a social security number", "521-23-4567"],
    ["a social security number with blanks", "521 23 4567"],
    ["a prefix that was never given out", "07-1234567"],
    ["one digit over and over", "11-1111111"],
    ["the digits in order", "12-3456789"],
    ["zeros", "52-0000000"],
    ["too short", "52-123456"],
    ["letters", "52-12345A7"],
    ["nothing", ""],
  ])("is not %s", (_, text) => {
    expect(readEin(text)).toBeUndefined();
    expect(readSapTaxId(vendor({ taxNumber2: text }))).toBeUndefined();
  });

  it("is one only where the country is the United States", () => {
    expect(readSapTaxId(vendor({ taxNumber2: "52-1234567" }))?.identifier).toBe("521234567");
    expect(readSapTaxId(vendor({ country: "DE", taxNumber2: "52-1234567" }))).toBeUndefined();
  });
});

describe("an Australian business number", () => {
  it("is known by its check digits, in whichever field it stands", () => {
    expect(readAbn("51 824 753 556")).toEqual({ type: "abn", identifier: "51824753556" });
    expect(readAbn("51 824 753 557")).toBeUndefined();
    expect(readSapTaxId(vendor({ country: "AU", vatId: "51824753556" }))?.type).toBe("abn");
    expect(readSapTaxId(vendor({ country: "AU", taxNumber2: "51824753556" }))?.type).toBe("abn");
  });
});

describe("tax ids", () => {
  const ein = (identifier: string) => ({ type: "ein", identifier }) as const;

  it("show their last digits only", () => {
    expect(describeTaxId(ein("521234567"))).toBe("EIN ending in 4567");
    expect(taxKey(ein("521234567"))).not.toBe(taxKey({ type: "abn", identifier: "521234567" }));
  });

  it("are a slip apart by one digit or one swap", () => {
    expect(isSlipOf(ein("521234567"), ein("521234568"))).toBe(true);
    expect(isSlipOf(ein("521234567"), ein("521234576"))).toBe(true);
    expect(isSlipOf(ein("521234567"), ein("521234557"))).toBe(true);
    expect(isSlipOf(ein("521234567"), ein("541234577"))).toBe(false);
    expect(isSlipOf(ein("521234567"), ein("527234561"))).toBe(false);
  });

  it("are read from a register of either kind, and of no other", () => {
    expect(readRegister({ type: "ein", identifier: "52-1234567" })).toEqual(ein("521234567"));
    expect(readRegister({ type: "abn", identifier: "51824753556" })?.type).toBe("abn");
    expect(readRegister({ type: "ust", identifier: "521234567" })).toBeUndefined();
    expect(readRegister(null)).toBeUndefined();
  });
});
