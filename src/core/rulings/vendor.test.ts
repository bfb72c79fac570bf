import { describe, expect, it } from "vitest";
import { desiredVendor } from "../desired/vendor.ts";
import type { VendorRecord } from "../records/index.ts";
import { decideVendor, vendorName } from "./vendor.ts";

const vendor = (change: Partial<VendorRecord> = {}): VendorRecord => ({
  kind: "vendor",
  key: "0000100001",
  accountGroup: "KRED",
  isOneTime: false,
  names: ["Lehmann", "Stahlbau", "ignored"],
  street: "1 Quay",
  city: "Boston",
  postalCode: "02110",
  region: "MA",
  country: "US",
  phone: "",
  fax: "",
  email: "",
  taxNumber2: "12-3456789",
  vatId: "",
  isDeleted: false,
  isBlocked: false,
  isPurchasingBlocked: false,
  companies: [{ companyCode: "1000", isDeleted: false, isBlocked: false, paymentTerms: "" }],
  ...change,
});
const scope = { accountGroups: ["KRED"], companyCodes: ["1000"] };
const rule = (change: Partial<VendorRecord>, isKnown = false) => {
  const decision = decideVendor(vendor(change), scope, isKnown);
  return decision.disposition === "excluded" ? decision.rule : decision.disposition;
};

describe("scope (rulings 6 and 8)", () => {
  it("names the rule that leaves a vendor out, the first that holds", () => {
    expect(rule({})).toBe("planned");
    expect(rule({ isOneTime: true, accountGroup: "CPD" })).toBe("vendor-one-time-account");
    expect(rule({ accountGroup: "EMPL" })).toBe("vendor-account-group-out-of-scope");
    expect(rule({ companies: [] })).toBe("vendor-company-code-out-of-scope");
    expect(rule({ isBlocked: true })).toBe("vendor-blocked-everywhere");
    const companies = [
      { companyCode: "1000", isDeleted: true, isBlocked: false, paymentTerms: "" },
      { companyCode: "2000", isDeleted: false, isBlocked: false, paymentTerms: "" },
    ];
    expect(rule({ companies })).toBe("vendor-blocked-everywhere");
    expect(rule({ isBlocked: true }, true)).toBe("planned");
  });
});

const places = { countries: {}, regions: {} };

describe("the company in Procore", () => {
  it("has a name of two lines at most, and no blank fields", () => {
    expect(vendorName(vendor())).toBe("Lehmann Stahlbau");
    expect(desiredVendor(vendor(), places).body).toEqual({
      name: "Lehmann Stahlbau",
      address: "1 Quay",
      city: "Boston",
      zip: "02110",
      state_code: "MA",
      country_code: "US",
      origin_code: "100001",
    });
  });

  it("says what of the place could not be told", () => {
    const { body, leftOut } = desiredVendor(vendor({ country: "GB", region: "KE" }), places);
    expect(body).toMatchObject({ country_code: "GB" });
    expect(body).not.toHaveProperty("state_code");
    expect(leftOut).toEqual(['region "KE" of GB']);
  });

  it("carries the vendor's own payment terms as information (ruling 9)", () => {
    const company = { isDeleted: false, isBlocked: false };
    const terms = vendor({
      companies: [
        { ...company, companyCode: "2000", paymentTerms: "ZB30" },
        { ...company, companyCode: "1000", paymentTerms: "ZB30" },
        { ...company, companyCode: "3000", paymentTerms: "" },
      ],
      purchasing: [{ organisation: "1000", isDeleted: false, isBlocked: false, currency: "USD", paymentTerms: "0001" }],
      paymentTermsTexts: { ZB30: "30 days net" },
    });
    expect(JSON.parse(String(desiredVendor(terms, places).body.origin_data))).toEqual({
      paymentTerms: {
        companyCodes: { ZB30: ["1000", "2000"] },
        organisations: { "0001": ["1000"] },
        texts: { ZB30: "30 days net" },
      },
    });
    expect(desiredVendor(vendor(), places).body).not.toHaveProperty("origin_data");
  });

  it("never carries a tax number", () => {
    expect(JSON.stringify(desiredVendor(vendor(), places))).not.toContain("3456789");
  });
});
