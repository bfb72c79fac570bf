import { describe, expect, it } from "vitest";
import { ok } from "../../core/index.ts";
import type { Procore, PurchaseOrderContract } from "../../procore/index.ts";
import { contractInCurrency } from "./contract-in-currency.ts";
import type { CallScope } from "./handler.ts";

const row = { originId: "S01.100.PO.1.810", body: { number: "1", currency_iso_code: "EUR", vendor_id: 5, status: "Draft" } };

function contract(change: Partial<PurchaseOrderContract>): PurchaseOrderContract {
  return {
    id: 7,
    number: "1",
    vendorId: 5,
    currencyIsoCode: "EUR",
    deletedAt: null,
    originId: row.originId,
    ...change,
  } as PurchaseOrderContract;
}

/** A Procore of these contracts; `created` counts what is made beside them. */
function scopeOf(there: readonly PurchaseOrderContract[], answer: PurchaseOrderContract = contract({})) {
  const asked: unknown[] = [];
  let created = 0;
  const purchaseOrderContracts = {
    list(filter: { deleted?: string }) {
      asked.push(filter);
      const shown = there.filter(({ deletedAt }) => deletedAt === null || filter.deleted === "with");
      return { read: async () => ok({ items: shown, total: shown.length, isComplete: true }) };
    },
    async create() {
      created += 1;
      return { kind: "answered", body: answer };
    },
  };
  const connection = { procore: { purchaseOrderContracts } as unknown as Procore };
  const scope = { connection, projectId: 810, containerId: 0, options: {}, siblings: [] } as unknown as CallScope;
  return { scope, asked, created: () => created };
}

describe("a contract in a currency of its own", () => {
  it("is made where none is there", async () => {
    const { scope, created } = scopeOf([]);
    expect(await contractInCurrency.send(scope, [row])).toMatchObject([{ kind: "settled", procoreId: 7, differences: [] }]);
    expect(created()).toBe(1);
  });

  it.each([
    ["as it should be", {}, []],
    ["in another currency", { currencyIsoCode: "USD" }, ["currency_iso_code"]],
    ["of another vendor", { vendorId: 6 }, ["vendor_id"]],
    ["in the recycle bin", { deletedAt: "2026-10-01T00:00:00Z" }, ["status"]],
  ] as const)("is never made beside one that is there, %s", async (_, change, fields) => {
    const { scope, created } = scopeOf([contract(change)]);
    const [element] = await contractInCurrency.send(scope, [row]);
    expect(element).toMatchObject({ kind: "settled", differences: fields.map((field) => ({ field })) });
    expect(created()).toBe(0);
  });

  it("says so where Procore dropped the currency", async () => {
    const { scope } = scopeOf([], contract({ currencyIsoCode: "USD" }));
    const [element] = await contractInCurrency.send(scope, [row]);
    expect(element).toMatchObject({ differences: [{ field: "currency_iso_code", sent: "EUR", found: "USD" }] });
  });
});
