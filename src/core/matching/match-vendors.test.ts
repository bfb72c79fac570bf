import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VendorRecord } from "../records/index.ts";
import { type MatchOutcome, type MatchSettings, matchVendors } from "./match-vendors.ts";
import { type CompanyLink, type CompanyParty, companyParty, type ListedCompany, type SapParty, sapParty } from "./party.ts";
import { taxKey } from "./tax-id.ts";

const blank: VendorRecord = {
  kind: "vendor",
  key: "0000100001",
  accountGroup: "KRED",
  isOneTime: false,
  names: ["Summit Concrete Inc."],
  street: "",
  city: "",
  postalCode: "",
  region: "",
  country: "US",
  phone: "",
  fax: "",
  email: "",
  taxNumber2: "",
  vatId: "",
  isDeleted: false,
  isBlocked: false,
  isPurchasingBlocked: false,
  companies: [],
};
const vendor = (change: Partial<VendorRecord> = {}): SapParty => sapParty({ ...blank, ...change });

const listed: ListedCompany = {
  id: 5001,
  name: "Summit Concrete Inc.",
  tradeName: null,
  address: null,
  city: null,
  zip: null,
  countryCode: null,
  businessPhone: null,
  emailAddress: null,
  originCode: null,
  businessRegister: null,
};
const ein = (identifier: string) => ({ type: "ein", identifier });
type Facts = { isActive?: boolean; link?: CompanyLink };
const company = (change: Partial<ListedCompany> = {}, { isActive = true, link = { kind: "free" } }: Facts = {}): CompanyParty =>
  companyParty({ ...listed, ...change }, { isActive, link });

const settings: MatchSettings = { adoptFrom: 100, askFrom: 40, lead: 20, inactive: "ask" };

function match(vendors: readonly SapParty[], companies: readonly CompanyParty[], change: Partial<MatchSettings> = {}) {
  const vendorsByTaxId = new Map<string, string[]>();
  for (const { key, taxId } of vendors)
    if (taxId) vendorsByTaxId.set(taxKey(taxId), [...(vendorsByTaxId.get(taxKey(taxId)) ?? []), key]);
  return matchVendors({ vendors, companies, vendorsByTaxId, settings: { ...settings, ...change } });
}

function shown(outcome: MatchOutcome | undefined): string {
  if (outcome?.kind === "adopt") return `adopt ${outcome.candidate.companyId}`;
  return outcome?.kind === "ask"
    ? `${outcome.code} ${outcome.candidates.map(({ companyId }) => companyId).join(" ")}`.trim()
    : "create";
}
const one = (sap: SapParty, ...companies: CompanyParty[]) => shown(match([sap], companies).get(sap.key));

describe("one vendor", () => {
  it("is adopted by its tax id, whatever the name's spelling", () => {
    const sap = vendor({ taxNumber2: "52-1234567", names: ["Summit Concrete"] });
    expect(one(sap, company({ businessRegister: ein("521234567") }))).toBe("adopt 5001");
    expect(one(sap, company({ name: "SUMMIT CONCR", businessRegister: ein("521234567") }))).toBe("vendor-twin 5001");
  });

  it("is asked for where only the name speaks, and says why", () => {
    const outcome = match([vendor()], [company()]).get(blank.key);
    expect(outcome).toMatchObject({
      kind: "ask",
      code: "vendor-twin",
      candidates: [{ companyId: 5001, points: 60, reasons: [{ points: 60, text: "same name" }] }],
    });
  });

  it("is adopted where name, address and telephone agree", () => {
    const sap = vendor({ street: "1 Quay Street", city: "Boston", postalCode: "02110", phone: "(617) 555-0134" });
    const there = { address: "1 Quay St.", city: "Boston", zip: "02110-1234", businessPhone: "+1 617 555 0134" };
    expect(one(sap, company(there))).toBe("adopt 5001");
    expect(one(sap, company({ ...there, businessPhone: null }))).toBe("vendor-twin 5001");
  });

  it("is known by contacts where the firm was renamed, and then asked for", () => {
    const sap = vendor({ street: "1 Quay", city: "Boston", phone: "6175550134", email: "ap@summit.example" });
    const there = {
      name: "Harbor Works",
      address: "1 Quay",
      city: "Boston",
      businessPhone: "6175550134",
      emailAddress: "jo@summit.example",
    };
    expect(one(sap, company(there))).toBe("vendor-twin 5001");
  });

  it("is created where the names are alike and the tax ids say otherwise", () => {
    const sap = vendor({ taxNumber2: "52-1234567" });
    expect(one(sap, company({ businessRegister: ein("549876543") }))).toBe("create");
    expect(one(sap, company({ businessRegister: ein("521234568") }))).toBe("vendor-twin 5001");
  });

  it("is created where the legal form differs and nothing else speaks", () => {
    expect(one(vendor({ names: ["Summit Concrete LLC"] }), company())).toBe("create");
    expect(one(vendor({ names: ["Summit Concrete LLC"], phone: "6175550134" }), company({ businessPhone: "6175550134" }))).toBe(
      "vendor-twin 5001",
    );
  });

  it("never takes an inactive company without asking, unless the setting says so", () => {
    const sap = vendor({ taxNumber2: "52-1234567" });
    const asleep = company({ businessRegister: ein("521234567") }, { isActive: false });
    expect(one(sap, asleep)).toBe("vendor-twin 5001");
    expect(shown(match([sap], [asleep], { inactive: "adopt" }).get(sap.key))).toBe("adopt 5001");
  });

  it("never takes a company that another system has linked", () => {
    const link: CompanyLink = { kind: "foreign", originId: "LEGACY-1" };
    const sap = vendor({ taxNumber2: "52-1234567" });
    expect(one(sap, company({ businessRegister: ein("521234567") }, { link }))).toBe("vendor-foreign-origin 5001");
    expect(one(vendor(), company({}, { link }))).toBe("vendor-foreign-origin 5001");
  });

  it("looks past a company that is another vendor of ours, unless the tax id is the same", () => {
    const link: CompanyLink = { kind: "own", originId: "S01.100.VN.0000100009" };
    expect(one(vendor(), company({}, { link }))).toBe("create");
    const sap = vendor({ taxNumber2: "52-1234567" });
    expect(one(sap, company({ businessRegister: ein("521234567") }, { link }))).toBe("vendor-tax-id-shared");
  });

  it("is asked for where several companies have its tax id, or fit about as well", () => {
    const sap = vendor({ taxNumber2: "52-1234567" });
    const register = { businessRegister: ein("521234567") };
    expect(one(sap, company(register), company({ id: 5002, name: "Other Name", ...register }))).toBe("vendor-twin 5001 5002");
    const address = { street: "1 Quay", city: "Boston", postalCode: "02110", phone: "6175550134" };
    const there = { address: "1 Quay", city: "Boston", zip: "02110", businessPhone: "6175550134" };
    expect(one(vendor(address), company(there), company({ id: 5002, ...there }))).toBe("vendor-twin 5001 5002");
    // The next is far behind.
    expect(one(sap, company(register), company({ id: 5002 }))).toBe("adopt 5001");
  });
});

describe("several vendors", () => {
  const second = { key: "0000100002" };

  it("of one tax id wait together, whether Procore has the company or not", () => {
    const pair = [vendor({ taxNumber2: "52-1234567" }), vendor({ ...second, names: ["Elsewhere"], taxNumber2: "521234567" })];
    expect([...match(pair, []).values()].map(shown)).toEqual(["vendor-tax-id-shared", "vendor-tax-id-shared"]);
    expect([...match(pair, [company()]).values()].map(shown)).toEqual(["vendor-tax-id-shared 5001", "vendor-tax-id-shared"]);
  });

  it("that fit one company equally are asked for, both", () => {
    const facts = { street: "1 Quay", city: "Boston", phone: "6175550134" };
    const there = company({ address: "1 Quay", city: "Boston", businessPhone: "6175550134" });
    const outcomes = match([vendor(facts), vendor({ ...second, ...facts })], [there]);
    expect([...outcomes.values()].map(shown)).toEqual(["vendor-twin 5001", "vendor-twin 5001"]);
    expect(outcomes.get("0000100002")).toMatchObject({ why: expect.stringContaining("0000100001") });
  });

  it("share no company: the sure one has it, the namesake is created", () => {
    const sure = vendor({ taxNumber2: "52-1234567" });
    const outcomes = match([sure, vendor(second)], [company({ businessRegister: ein("521234567") })]);
    expect([...outcomes.values()].map(shown)).toEqual(["adopt 5001", "create"]);
  });

  it("are not drawn together by a number that half the town shares", () => {
    const many = Array.from({ length: 8 }, (_, index) =>
      company({
        id: 6000 + index,
        name: `Tenant of letter ${"ABCDEFGH"[index]}`,
        businessPhone: "6175550134",
        address: "1 Quay",
        city: "Boston",
        emailAddress: "desk@park.example",
      }),
    );
    expect(
      one(
        vendor({ names: ["Newcomer"], phone: "6175550134", street: "1 Quay", city: "Boston", email: "x@park.example" }),
        ...many,
      ),
    ).toBe("create");
  });
});

describe("any lists", () => {
  const names = [
    "Summit Concrete",
    "Summit Concrete Inc.",
    "Summit Concrete LLC",
    "Sumit Concrete",
    "Blue Ridge Paving",
    "Müller Bau",
  ];
  const taxIds = ["", "", "52-1234567", "54-9876543"];
  const phones = ["", "6175550134", "6175550199"];
  const facts = fc.record({
    name: fc.constantFrom(...names),
    taxId: fc.constantFrom(...taxIds),
    phone: fc.constantFrom(...phones),
    street: fc.constantFrom("", "1 Quay"),
  });
  const vendors = fc.array(facts, { maxLength: 6 }).map((all) =>
    all.map(({ name, taxId, phone, street }, index) =>
      vendor({
        key: String(100_001 + index).padStart(10, "0"),
        names: [name],
        taxNumber2: taxId,
        phone,
        street,
        city: "Boston",
      }),
    ),
  );
  const link = fc.constantFrom<CompanyLink>(
    { kind: "free" },
    { kind: "free" },
    { kind: "own", originId: "S01.100.VN.X" },
    { kind: "foreign", originId: "L-1" },
  );
  const companies = fc.array(fc.record({ facts, link, isActive: fc.boolean() }), { maxLength: 6 }).map((all) =>
    all.map(({ facts: { name, taxId, phone, street }, ...rest }, index) =>
      company(
        {
          id: 5001 + index,
          name,
          businessPhone: phone,
          address: street,
          city: "Boston",
          businessRegister: taxId === "" ? null : ein(taxId),
        },
        rest,
      ),
    ),
  );

  it("adopt each company once, only free ones, and no inactive ones unasked", () => {
    fc.assert(
      fc.property(vendors, companies, fc.constantFrom("ask" as const, "adopt" as const), (ours, theirs, inactive) => {
        const adopted = [...match(ours, theirs, { inactive }).values()].flatMap((outcome) =>
          outcome.kind === "adopt" ? [outcome.candidate] : [],
        );
        expect(new Set(adopted.map(({ companyId }) => companyId)).size).toBe(adopted.length);
        for (const { companyId, points } of adopted) {
          const found = theirs.find(({ id }) => id === companyId);
          expect(found?.link.kind).toBe("free");
          expect(points).toBeGreaterThanOrEqual(settings.adoptFrom);
          if (inactive === "ask") expect(found?.isActive).toBe(true);
        }
      }),
    );
  });

  it("create nobody whose tax id another vendor or a company has", () => {
    fc.assert(
      fc.property(vendors, companies, (ours, theirs) => {
        const outcomes = match(ours, theirs);
        for (const { key, taxId } of ours) {
          if (!taxId) continue;
          const twins = [...ours.filter((other) => other.key !== key), ...theirs].filter(
            (other) => other.taxId?.identifier === taxId.identifier,
          );
          if (twins.length > 0) expect(outcomes.get(key)?.kind).not.toBe("create");
        }
      }),
    );
  });

  it("come to the same in any order", () => {
    const shuffled = fc
      .tuple(vendors, companies)
      .chain(([ours, theirs]) =>
        fc.tuple(
          fc.constant({ ours, theirs }),
          fc.shuffledSubarray(ours, { minLength: ours.length }),
          fc.shuffledSubarray(theirs, { minLength: theirs.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([{ ours, theirs }, otherOurs, otherTheirs]) => {
        const [left, right] = [match(ours, theirs), match(otherOurs, otherTheirs)];
        for (const { key } of ours) expect(right.get(key)).toEqual(left.get(key));
      }),
    );
  });
});
