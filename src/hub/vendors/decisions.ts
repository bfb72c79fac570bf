/** What a person decided about a vendor (ruling 7): one word a vendor, one vendor a company. The next run carries it out. */
import type { Transaction } from "kysely";
import type { Database } from "../../store/index.ts";

const vendorDecisions = ["adopt", "create", "ignore", "inactivate", "keep-active"] as const;
export type VendorDecisionKind = (typeof vendorDecisions)[number];

export type VendorDecision =
  | { readonly kind: "adopt"; readonly companyId: number }
  | { readonly kind: Exclude<VendorDecisionKind, "adopt"> };

type Scope = { readonly tenant: string; readonly connection: string };

export async function readDecisions(
  tx: Transaction<Database>,
  { tenant, connection }: Scope,
): Promise<ReadonlyMap<string, VendorDecision>> {
  const rows = await tx
    .selectFrom("vendor_decision")
    .select(["vendor", "decision", "company_id"])
    .where("tenant", "=", tenant)
    .where("connection", "=", connection)
    .execute();
  return new Map(
    rows.map(({ vendor, decision, company_id: companyId }): [string, VendorDecision] => {
      const kind = vendorDecisions.find((each) => each === decision);
      if (kind === undefined) throw new Error(`Assertion failed: a vendor cannot be decided "${decision}"`);
      return [vendor, kind === "adopt" ? { kind, companyId: Number(companyId) } : { kind }];
    }),
  );
}
