// What tests of vendors share: records by number, and what hub and directory say of them.
import { expect } from "vitest";
import type { VendorRecord } from "../../src/core/index.ts";
import {
  decideVendors,
  listHolds,
  listWaitingVendors,
  type RunReport,
  type VendorDecision,
  type WaitingVendor,
} from "../../src/hub/index.ts";
import { readDirectory } from "./directory.ts";
import type { Bench } from "./hub-bench.ts";
import { vendorRecord } from "./records.ts";

export const key = (number: number) => String(100_000 + number).padStart(10, "0");
export const origin = (number: number) => `S01.100.VN.${key(number)}`;
export const vendor = (number: number, change: Partial<VendorRecord> = {}) => vendorRecord(key(number), change);

/** One address, as SAP and as Procore have it. */
export const place = { street: "1 Quay", city: "Boston", postalCode: "02110" };
export const samePlace = { address: "1 Quay", city: "Boston", zip: "02110" };

export async function finished(bench: Bench): Promise<RunReport> {
  const report = await bench.sync(["vendors"]);
  expect(report.detail ?? "").toBe("");
  expect(report.state).toBe("finished");
  return report;
}

export async function holds({ postgres }: Bench): Promise<readonly string[]> {
  const found = await listHolds(postgres.store, { tenant: "main", flow: "vendors", limit: 100 });
  return found.map((hold) => `${hold.key} ${hold.code}`);
}

export const waiting = ({ postgres }: Bench): Promise<WaitingVendor[]> =>
  listWaitingVendors(postgres.store, { tenant: "main", limit: 100 });

export const links = async (bench: Bench) => (await readDirectory(bench)).map(({ id, origin_id: originId }) => [id, originId]);

export function decide({ postgres }: Bench, number: number, decision: VendorDecision | undefined): Promise<void> {
  const sap = { systemId: "S01", client: "100" };
  // A clock that is behind the hub's.
  const ask = { tenant: "main", connection: "main", sap, actor: "user:jane", note: "", atMs: 1_790_000_000_000 };
  return decideVendors(postgres.store, [{ ...ask, vendor: key(number), decision }]);
}

/** Calls that a run made to read the company directory. */
export function listed({ calls: { byTemplate } }: RunReport): number {
  const inactive = "GET /rest/v1.0/companies/{company_id}/vendors/inactive";
  return (byTemplate["GET /rest/v1.0/vendors"] ?? 0) + (byTemplate[inactive] ?? 0);
}
