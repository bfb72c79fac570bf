/**
 * Creating and changing company vendors (procore 4.2). A name is demanded and not unique; country and state must fit; an inactive
 * vendor is out of sight but keeps its origin_id. There is no DELETE.
 */
import { isCountry, isStateOf } from "./countries.ts";
import { type Call, stampOf } from "./exchange.ts";
import type { Vendor } from "./records.ts";
import { invalid } from "./refusal.ts";
import { claimOrigin, originOf } from "./scope.ts";
import { type FieldKind, idIn, type Row, readFields, textIn } from "./values.ts";

const plainFields: Readonly<Record<string, FieldKind>> = {
  abbreviated_name: "text",
  trade_name: "text",
  address: "text",
  city: "text",
  zip: "text",
  business_phone: "text",
  mobile_phone: "text",
  fax_number: "text",
  email_address: "text",
  website: "text",
  license_number: "text",
  labor_union: "text",
  notes: "text",
  origin_code: "text",
  origin_data: "text",
  authorized_bidder: "boolean",
  prequalified: "boolean",
  union_member: "boolean",
  non_union_prevailing_wage: "boolean",
  vendor_group_id: "integer",
};

export function createVendor(call: Call, row: Row): Vendor {
  const { world, company } = call;
  const now = stampOf(call.clock);
  const vendor = checked(
    call,
    { companyId: company.id, name: "", isActive: true, originId: null, countryCode: null, stateCode: null, parentId: null },
    row,
    0,
  );
  const fields = readFields(row, plainFields);
  return world.vendors.put({ ...vendor, id: world.nextId(), businessRegister: null, fields, createdAt: now, updatedAt: now });
}

export function updateVendor(call: Call, vendor: Vendor, row: Row): Vendor {
  const next = checked(call, vendor, row, vendor.id);
  const fields = { ...vendor.fields, ...readFields(row, plainFields) };
  return call.world.vendors.put({ ...vendor, ...next, fields, updatedAt: stampOf(call.clock) });
}

type Ruled = Pick<Vendor, "companyId" | "name" | "isActive" | "originId" | "countryCode" | "stateCode" | "parentId">;

function checked(call: Call, before: Ruled, row: Row, ownId: number): Ruled {
  const name = textIn(row, "name") ?? (row.name === null ? "" : before.name);
  if (name.trim() === "") throw invalid("name", "can't be blank");
  // procore 4.2 [B sup]
  if ((textIn(row, "abbreviated_name") ?? "").length > 10) {
    throw invalid("abbreviated_name", "is too long (maximum is 10 characters)");
  }
  const originId = originOf(textIn(row, "origin_id"), before.originId);
  claimOrigin(call.world, call.world.vendors, before.companyId, originId, ownId);
  const isActive = typeof row.is_active === "boolean" ? row.is_active : before.isActive;
  return { ...before, name, originId, isActive, ...placeOf(before, row), parentId: parentOf(call, before, row, ownId) };
}

/** procore 4.2 [A, C agave]: ISO alpha-2, and the state must belong to the country. */
function placeOf(before: Ruled, row: Row): { countryCode: string | null; stateCode: string | null } {
  const country = textIn(row, "country_code");
  const state = textIn(row, "state_code");
  const countryCode = country === undefined ? before.countryCode : country || null;
  const stateCode = state === undefined ? before.stateCode : state || null;
  if (countryCode !== null && !isCountry(countryCode))
    throw invalid("country_code", "is not a valid ISO 3166 alpha-2 country code");
  if (stateCode !== null && !isStateOf(countryCode, stateCode))
    throw invalid("state_code", "is not valid for the selected country");
  return { countryCode, stateCode };
}

function parentOf(call: Call, before: Ruled, row: Row, ownId: number): number | null {
  const parentId = idIn(row, "parent_id");
  if (parentId === undefined || parentId === null) return parentId === undefined ? before.parentId : null;
  const parent = call.world.vendors.get(parentId);
  if (parent === undefined || parent.companyId !== before.companyId || parentId === ownId)
    throw invalid("parent_id", "is invalid");
  // procore 4.2 [A]: two levels only.
  if (parent.parentId !== null) throw invalid("parent_id", "only two levels of hierarchy are supported");
  return parentId;
}

/** What this caller sees by id or origin id: an inactive vendor is out of sight unless the switch says otherwise. */
export function visibleVendor(call: Call, vendor: Vendor | undefined): Vendor | undefined {
  if (vendor === undefined || vendor.companyId !== call.company.id) return undefined;
  return vendor.isActive || !call.world.switches.inactiveVendorsHidden ? vendor : undefined;
}

/** A contract or direct cost may only name a vendor that is there and active. */
export function demandVendor(call: Call, vendorId: number): Vendor {
  const vendor = call.world.vendors.get(vendorId);
  if (vendor === undefined || vendor.companyId !== call.company.id) throw invalid("vendor_id", "does not exist");
  if (!vendor.isActive) throw invalid("vendor_id", "is not active");
  return vendor;
}
