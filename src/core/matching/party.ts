/**
 * Both sides in one shape, ready to be compared: a SAP vendor without a Procore record, and a company that stands in Procore. Only what is
 * compared is kept, so that tens of thousands fit into memory.
 */
import { fromAlpha } from "../keys.ts";
import type { VendorRecord } from "../records/index.ts";
import { vendorName } from "../rulings/vendor.ts";
import { type CompanyName, readCompanyName } from "./company-name.ts";
import { cityKey, emailKey, phoneKey, streetKey, zipKey } from "./contact.ts";
import { readRegister, readSapTaxId, type TaxId } from "./tax-id.ts";

type Evidence = {
  /** The name as it stands first; others are a trade name, or SAP's first line alone. */
  readonly names: readonly CompanyName[];
  readonly taxId: TaxId | undefined;
  readonly email: string | undefined;
  readonly domain: string | undefined;
  readonly phone: string | undefined;
  readonly street: string | undefined;
  readonly zip: string | undefined;
  readonly city: string | undefined;
  readonly country: string | undefined;
  /** The vendor number as people write it, or what somebody keyed as origin code. */
  readonly number: string | undefined;
};

export type SapParty = Evidence & { readonly key: string; readonly shownName: string };

export type CompanyLink =
  | { readonly kind: "free" }
  /** Linked to a vendor of this SAP client, or promised to one by a person's decision. */
  | { readonly kind: "own"; readonly originId: string }
  | { readonly kind: "foreign"; readonly originId: string };

export type CompanyParty = Evidence & {
  readonly id: number;
  readonly shownName: string;
  readonly isActive: boolean;
  readonly link: CompanyLink;
};

/** What a Procore listing says of a company. */
export type ListedCompany = {
  readonly id: number;
  readonly name: string | null;
  readonly tradeName: string | null;
  readonly address: string | null;
  readonly city: string | null;
  readonly zip: string | null;
  readonly countryCode: string | null;
  readonly businessPhone: string | null;
  readonly emailAddress: string | null;
  readonly originCode: string | null;
  readonly businessRegister: { readonly type: string | null; readonly identifier: string | null } | null;
};

function namesOf(texts: readonly string[]): readonly CompanyName[] {
  const names = texts.flatMap((text) => readCompanyName(text) ?? []);
  return names.filter(
    (name, index) =>
      names.findIndex((other) => other.spellings[0] === name.spellings[0] && other.legalForm === name.legalForm) === index,
  );
}

type Contact = { street: string; zip: string; city: string; country: string; phone: string; email: string };

function contactOf({ street, zip, city, country, phone, email }: Contact) {
  const mail = emailKey(email);
  return {
    email: mail?.email,
    domain: mail?.domain,
    phone: phoneKey(phone),
    street: streetKey(street),
    zip: zipKey(zip),
    city: cityKey(city),
    country: country.trim().toUpperCase() || undefined,
  };
}

export function sapParty(vendor: VendorRecord): SapParty {
  const { street, postalCode: zip, city, country, phone, email } = vendor;
  return {
    key: vendor.key,
    shownName: vendorName(vendor),
    names: namesOf([vendorName(vendor), vendor.names[0] ?? ""]),
    taxId: readSapTaxId(vendor),
    ...contactOf({ street, zip, city, country, phone, email }),
    number: fromAlpha(vendor.key),
  };
}

export function companyParty(company: ListedCompany, facts: { isActive: boolean; link: CompanyLink }): CompanyParty {
  return {
    id: company.id,
    shownName: company.name ?? "",
    names: namesOf([company.name ?? "", company.tradeName ?? ""]),
    taxId: readRegister(company.businessRegister),
    ...contactOf({
      street: company.address ?? "",
      zip: company.zip ?? "",
      city: company.city ?? "",
      country: company.countryCode ?? "",
      phone: company.businessPhone ?? "",
      email: company.emailAddress ?? "",
    }),
    number: company.originCode?.trim() || undefined,
    ...facts,
  };
}
