/**
 * Whether a vendor is kept in Procore (rulings 6 and 8). Which company of Procore's it may be already is decided in `matching/`.
 */
import type { Decision } from "../disposition.ts";
import type { VendorRecord } from "../records/index.ts";

export type VendorScope = {
  readonly accountGroups: readonly string[];
  /** Empty: all. */
  readonly companyCodes: readonly string[];
};

function companiesInScope(vendor: VendorRecord, scope: VendorScope) {
  return vendor.companies.filter(
    (company) => scope.companyCodes.length === 0 || scope.companyCodes.includes(company.companyCode),
  );
}

/** Blocked or deleted centrally, or in every company code in scope. */
export function isBlockedEverywhere(vendor: VendorRecord, scope: VendorScope): boolean {
  if (vendor.isDeleted || vendor.isBlocked) return true;
  return companiesInScope(vendor, scope).every((company) => company.isDeleted || company.isBlocked);
}

export function decideVendor(vendor: VendorRecord, scope: VendorScope, isKnownInProcore: boolean): Decision {
  if (vendor.isOneTime) return { disposition: "excluded", rule: "vendor-one-time-account" };
  if (!scope.accountGroups.includes(vendor.accountGroup))
    return { disposition: "excluded", rule: "vendor-account-group-out-of-scope" };
  if (companiesInScope(vendor, scope).length === 0) return { disposition: "excluded", rule: "vendor-company-code-out-of-scope" };
  if (isBlockedEverywhere(vendor, scope) && !isKnownInProcore)
    return { disposition: "excluded", rule: "vendor-blocked-everywhere" };
  return { disposition: "planned" };
}

export function vendorName(vendor: VendorRecord): string {
  return vendor.names
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .slice(0, 2)
    .join(" ");
}
