/** How a vendor is answered, by view (procore 4.2, 4.3; the default is `extended` for the company and `normal` for a project). */
import type { Vendor } from "./records.ts";
import { nulls } from "./values.ts";
import type { World } from "./world.ts";

const normalNulls = nulls(
  "abbreviated_name",
  "address",
  "business_id",
  "business_phone",
  "city",
  "email_address",
  "fax_number",
  "labor_union",
  "license_number",
  "logo",
  "mobile_phone",
  "notes",
  "origin_code",
  "origin_data",
  "primary_contact",
  "vendor_group",
  "website",
  "zip",
);

function normal(vendor: Vendor): Record<string, unknown> {
  const { vendor_group_id: _, trade_name: tradeName, ...fields } = vendor.fields;
  return {
    id: vendor.id,
    name: vendor.name,
    ...normalNulls,
    authorized_bidder: false,
    prequalified: false,
    union_member: false,
    non_union_prevailing_wage: false,
    ...fields,
    trade_name: tradeName ?? "",
    attachments: [],
    business_register: registerOf(vendor),
    company: vendor.name,
    country_code: vendor.countryCode,
    state_code: vendor.stateCode,
    is_active: vendor.isActive,
    is_connected: false,
    origin_id: vendor.originId,
    synced_to_erp: false,
    created_at: vendor.createdAt,
    updated_at: vendor.updatedAt,
  };
}

export function registerOf(vendor: Vendor): unknown {
  const register = vendor.businessRegister;
  return register === null ? null : { ...register, verified_at: null, verification_status: null };
}

function extension(world: World, vendor: Vendor): Record<string, unknown> {
  const parent = world.vendors.get(vendor.parentId ?? undefined);
  return {
    bidding_distribution: [],
    children_count: 0,
    company_vendor: true,
    legal_name: vendor.name,
    ...(parent === undefined ? {} : { parent: { id: parent.id, name: parent.name } }),
    trades: [],
  };
}

/** A company vendor. */
export function showVendor(world: World, vendor: Vendor, view: string | null): Record<string, unknown> {
  switch (view) {
    case "compact":
      return { id: vendor.id, name: vendor.name };
    case "minimal":
      return { id: vendor.id, name: vendor.name, is_active: vendor.isActive, logo: null };
    case "summary":
    case "normal":
    case "directory":
      return { ...normal(vendor), contact_count: 0 };
    case "erp":
      return { ...normal(vendor), contact_count: 0, legal_name: vendor.name };
    default:
      return {
        ...normal(vendor),
        contact_count: 0,
        ...extension(world, vendor),
        project_ids: [...world.projectVendors.by("vendor", vendor.id)].map((link) => link.projectId),
        standard_cost_codes: [],
      };
  }
}

/** A vendor as a project's directory shows it. */
export function showProjectVendor(world: World, vendor: Vendor, view: string | null): unknown {
  switch (view) {
    case "ids_only":
      return vendor.id;
    case "name":
      return { id: vendor.id, name: vendor.name };
    case "minimal":
      return { id: vendor.id, name: vendor.name, is_active: vendor.isActive, logo: null };
    case "extended":
      return { ...normal(vendor), ...extension(world, vendor), project_ids: projectIdsOf(world, vendor) };
    default:
      return { ...normal(vendor), project_ids: projectIdsOf(world, vendor) };
  }
}

const projectIdsOf = (world: World, vendor: Vendor): number[] =>
  [...world.projectVendors.by("vendor", vendor.id)].map((link) => link.projectId);
