/**
 * The Procore company that a SAP vendor should be: only the fields that we write. Blank SAP fields, and what cannot be told, are left out rather than
 * sent as empty text, so that what people add in Procore stays.
 */
import { type Canonical, canonicalText } from "../fingerprint.ts";
import { fromAlpha } from "../keys.ts";
import type { VendorRecord } from "../records/index.ts";
import { vendorName } from "../rulings/vendor.ts";
import { type PlaceSettings, readPlace } from "./place.ts";

export type VendorBody = { readonly [field: string]: Canonical };

/** `leftOut`: what of the address could not be told, in words. */
export type DesiredVendor = { readonly body: VendorBody; readonly leftOut: readonly string[] };

function filled(fields: Readonly<Record<string, string | undefined>>): VendorBody {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value]])),
  );
}

/** Which scopes have each of the terms: a vendor of many company codes mostly has one or two. */
function scopesByTerms(scopes: readonly { scope: string; paymentTerms: string }[]): Record<string, string[]> | undefined {
  const named = scopes.filter(({ paymentTerms }) => paymentTerms !== "");
  if (named.length === 0) return undefined;
  const groups = Map.groupBy(named, ({ paymentTerms }) => paymentTerms);
  return Object.fromEntries([...groups].map(([terms, members]) => [terms, members.map(({ scope }) => scope).sort()]));
}

/** Ruling 9: a contract's terms are its purchase order's; the vendor's own travel along as information. */
function originData(vendor: VendorRecord): string | undefined {
  const companyCodes = scopesByTerms(
    vendor.companies.map(({ companyCode, paymentTerms }) => ({ scope: companyCode, paymentTerms })),
  );
  const organisations = scopesByTerms(
    (vendor.purchasing ?? []).map(({ organisation, paymentTerms }) => ({ scope: organisation, paymentTerms })),
  );
  if (!companyCodes && !organisations) return undefined;
  const texts = vendor.paymentTermsTexts;
  return canonicalText({ paymentTerms: { companyCodes, organisations, texts } });
}

export function desiredVendor(vendor: VendorRecord, places: PlaceSettings): DesiredVendor {
  const { country, state, leftOut } = readPlace(vendor, places);
  const body = {
    ...filled({
      address: vendor.street,
      city: vendor.city,
      zip: vendor.postalCode,
      state_code: state,
      country_code: country,
      business_phone: vendor.phone,
      fax_number: vendor.fax,
      email_address: vendor.email,
      origin_data: originData(vendor),
    }),
    name: vendorName(vendor),
    origin_code: fromAlpha(vendor.key),
  };
  return { body, leftOut };
}
