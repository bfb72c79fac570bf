/** Vendors that wait for a person, with the companies that may be them, and what was left out of addresses. Reads only. */
import { sql } from "kysely";
import type { Candidate } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";

export type WaitingVendor = {
  connection: string;
  vendor: string;
  name: string;
  code: string;
  why: string;
  candidates: readonly Candidate[];
  /** What was decided since; the next run carries it out. */
  decided: string;
};

export type VendorQuery = { tenant: string; connection?: string; limit: number };

export async function listWaitingVendors(store: Store, { tenant, connection, limit }: VendorQuery): Promise<WaitingVendor[]> {
  const { rows } = await store.transact({ tenant }, (tx) =>
    sql<WaitingVendor>`
    select f.connection, f.vendor, f.name, f.code, f.why, f.candidates,
      coalesce(d.decision || coalesce(' ' || d.company_id::text, ''), '') as decided
    from vendor_finding f left join vendor_decision d using (tenant, connection, vendor)
    where f.tenant = ${tenant} and f.code is not null and (${connection ?? null}::text is null or f.connection = ${connection ?? null})
    order by f.connection, f.code, f.vendor limit ${limit}`.execute(tx),
  );
  return rows;
}

export type LeftOut = { connection: string; vendor: string; name: string; leftOut: readonly string[] };

/** Vendors of whose address something could not be told. */
export async function listLeftOut(store: Store, { tenant, connection, limit }: VendorQuery): Promise<LeftOut[]> {
  const { rows } = await store.transact({ tenant }, (tx) =>
    sql<LeftOut & { left_out: readonly string[] }>`
    select connection, vendor, name, left_out from vendor_finding
    where tenant = ${tenant} and jsonb_array_length(left_out) > 0 and (${connection ?? null}::text is null or connection = ${connection ?? null})
    order by connection, vendor limit ${limit}`.execute(tx),
  );
  return rows.map(({ left_out: leftOut, ...vendor }) => ({ ...vendor, leftOut }));
}
