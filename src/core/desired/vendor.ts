/**
 * The Procore company that a SAP vendor should be: only the fields that we write. Blank SAP fields are left out rather than sent as
 * empty text, so that what people add in Procore stays.
 */
import type { Canonical } from "../fingerprint.ts";
import { fromAlpha } from "../keys.ts";
import type { VendorRecord } from "../records/index.ts";
import { vendorName } from "../rulings/vendor.ts";

export type VendorBody = { readonly [field: string]: Canonical };

// Procore wants ISO 3166 alpha-2 (procore 4.2 [A]). SAP's LAND1 is a customer's own key that mostly equals it; only these two letters pass.
const isoCountry = /^[A-Z]{2}$/;
// Where SAP's delivered REGIO keys equal the ISO subdivision. Elsewhere (Germany, Japan, the United Kingdom) they are SAP's own numbers.
const countriesWithIsoRegions = new Set(["US", "CA", "AU"]);

function filled(fields: Readonly<Record<string, string>>): VendorBody {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}

export function desiredVendor(vendor: VendorRecord): VendorBody {
  const country = isoCountry.test(vendor.country) ? vendor.country : "";
  const state = countriesWithIsoRegions.has(country) && isoCountry.test(vendor.region) ? vendor.region : "";
  return {
    ...filled({
      address: vendor.street,
      city: vendor.city,
      zip: vendor.postalCode,
      state_code: state,
      country_code: country,
      business_phone: vendor.phone,
      fax_number: vendor.fax,
      email_address: vendor.email,
    }),
    name: vendorName(vendor),
    origin_code: fromAlpha(vendor.key),
  };
}
