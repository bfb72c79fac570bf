/** What a person decided about an older purchase order in a project (ruling 4): one word an order, one order a contract. The next run carries it out. */
import type { Transaction } from "kysely";
import type { Database } from "../../store/index.ts";

const kinds = ["adopt", "create", "leave-out"] as const;

export type ContractDecision =
  | { readonly kind: "adopt"; readonly contractId: number }
  | { readonly kind: Exclude<(typeof kinds)[number], "adopt"> };

/** An order in a project, which is named as mapping rules name it. */
export const orderIn = (order: string, project: string): string => `${order}\n${project}`;

export async function readContractDecisions(
  tx: Transaction<Database>,
  { tenant, connection }: { tenant: string; connection: string },
): Promise<ReadonlyMap<string, ContractDecision>> {
  const rows = await tx
    .selectFrom("contract_decision")
    .select(["purchase_order", "project", "decision", "contract_id"])
    .where("tenant", "=", tenant)
    .where("connection", "=", connection)
    .execute();
  return new Map(
    rows.map((row): [string, ContractDecision] => {
      const kind = kinds.find((each) => each === row.decision);
      if (kind === undefined) throw new Error(`Assertion failed: a purchase order cannot be decided "${row.decision}"`);
      return [
        orderIn(row.purchase_order, row.project),
        kind === "adopt" ? { kind, contractId: Number(row.contract_id) } : { kind },
      ];
    }),
  );
}
