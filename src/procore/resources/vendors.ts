/**
 * The company directory. Names are not unique, nothing is ever deleted, and an inactive vendor vanishes from the normal list into one of
 * its own (procore 4.2 [A]): who looks for a vendor must read both. Whether sync by origin id finds an inactive one is unknown (7.10).
 */
import { z } from "zod";
import { assert } from "../../core/index.ts";
import type { CallOptions, WriteOptions, WriteOutcome } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { flag, id, idOrNull, text } from "../schema.ts";
import { type SyncRow, sent } from "../sent-body.ts";
import type { SyncSettlement } from "../sync.ts";

const registerSchema = z.object({ id: idOrNull, type: text, identifier: text });

export const vendorSchema = z
  .object({
    id,
    name: text,
    abbreviated_name: text,
    trade_name: text,
    address: text,
    city: text,
    zip: text,
    state_code: text,
    country_code: text,
    business_phone: text,
    email_address: text,
    is_active: flag,
    synced_to_erp: flag,
    origin_id: text,
    origin_code: text,
    origin_data: text,
    business_register: registerSchema.nullish(),
    updated_at: text,
  })
  .transform((vendor) => ({
    id: vendor.id,
    name: vendor.name,
    abbreviatedName: vendor.abbreviated_name,
    tradeName: vendor.trade_name,
    address: vendor.address,
    city: vendor.city,
    zip: vendor.zip,
    stateCode: vendor.state_code,
    countryCode: vendor.country_code,
    businessPhone: vendor.business_phone,
    emailAddress: vendor.email_address,
    isActive: vendor.is_active,
    isSyncedToErp: vendor.synced_to_erp,
    originId: vendor.origin_id,
    originCode: vendor.origin_code,
    originData: vendor.origin_data,
    businessRegister: vendor.business_register ?? null,
    updatedAt: vendor.updated_at,
  }));

export type Vendor = z.infer<typeof vendorSchema>;
export type BusinessRegister = z.infer<typeof registerSchema>;

/** What we may send; what is left out is left as it is. `id` with an origin id adopts an existing vendor (procore 3, sync table). */
const vendorRow = z.strictObject({
  id: sent.id,
  name: sent.text,
  abbreviated_name: sent.text,
  trade_name: sent.text,
  address: sent.text,
  city: sent.text,
  zip: sent.text,
  state_code: sent.text,
  country_code: sent.text,
  business_phone: sent.text,
  mobile_phone: sent.text,
  fax_number: sent.text,
  email_address: sent.text,
  website: sent.text,
  notes: sent.text,
  is_active: sent.flag,
  origin_code: sent.text,
  origin_data: sent.text,
});

export type Vendors = {
  listActive(options?: CallOptions): Listing<Vendor>;
  listInactive(options?: CallOptions): Listing<Vendor>;
  /** Active ones only. */
  listByOriginId(originId: string, options?: CallOptions): Listing<Vendor>;
  /** Active ones only, at most 50 ids. */
  listByIds(ids: readonly number[], options?: CallOptions): Listing<Vendor>;
  sync(rows: readonly SyncRow[], options?: WriteOptions): Promise<SyncSettlement<Vendor>>;
  /** An inactive vendor is out of every other write's sight; 404 where it is none, or none any more. */
  reactivate(vendorId: number, options?: WriteOptions): Promise<WriteOutcome<Vendor>>;
  /** A vendor has at most one; it is created with POST and changed with PATCH. US (ein) and AU (abn) only (procore 4.2 [A]). */
  setBusinessRegister(
    register: { vendorId: number; type: "ein" | "abn"; identifier: string; exists: boolean },
    options?: WriteOptions,
  ): Promise<WriteOutcome<BusinessRegister>>;
};

const list = "/rest/v1.0/vendors";
/** Keeps the address of a listing short. */
const idsMax = 50;

export function createVendors(door: Door): Vendors {
  const query = [
    ["company_id", door.companyId],
    ["view", "extended"],
  ] as const;
  return {
    listActive: (options) => door.list({ template: list, query }, vendorSchema, options),
    listInactive: (options) =>
      door.list(
        {
          template: "/rest/v1.0/companies/{company_id}/vendors/inactive",
          path: { company_id: door.companyId },
          query: [["view", "extended"]],
        },
        vendorSchema,
        options,
      ),
    listByOriginId: (originId, options) =>
      door.list({ template: list, query: [...query, ["filters[origin_id]", originId]] }, vendorSchema, options),
    listByIds(ids, options) {
      assert(ids.length > 0 && ids.length <= idsMax, `1 to ${idsMax} vendor ids fit into a query, not ${ids.length}`);
      const filter = ids.map((vendorId) => ["filters[id][]", vendorId] as const);
      return door.list({ template: list, query: [...query, ...filter] }, vendorSchema, options);
    },
    sync: (rows, options) =>
      door.sync(
        { template: `${list}/sync`, scope: { company_id: door.companyId }, rowSchema: vendorRow, schema: vendorSchema },
        rows,
        options,
      ),
    reactivate: (vendorId, options) =>
      door.write(
        {
          method: "PATCH",
          template: "/rest/v1.0/companies/{company_id}/vendors/inactive/{id}",
          path: { company_id: door.companyId, id: vendorId },
          query: [["view", "extended"]],
        },
        vendorSchema,
        options,
      ),
    setBusinessRegister: ({ vendorId, type, identifier, exists }, options) =>
      door.write(
        {
          method: exists ? "PATCH" : "POST",
          template: `${list}/{id}/business_register`,
          path: { id: vendorId },
          query: [["company_id", door.companyId]],
          body: { business_register: { type, identifier } },
        },
        registerSchema,
        options,
      ),
  };
}
