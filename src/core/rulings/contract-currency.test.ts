import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CurrencyFacts, contractAmount, contractCurrency, contractRate } from "./contract-currency.ts";

const facts = (change: Partial<CurrencyFacts> = {}): CurrencyFacts => ({
  foreignCurrency: "multicurrency",
  contractRate: "procore",
  kept: new Map(),
  ...change,
});
const euros = { currency: "EUR", companyCurrency: "USD", exchangeRate: "1.10000" };
const tower = { id: 1, number: "TOWER", currency: "USD", hasMulticurrency: true };
const plain = { id: 1, number: "TOWER", currency: "USD" };

describe("a contract's currency (ruling 25)", () => {
  it("is the project's where the order is in it, whatever the policy", () => {
    const dollars = { ...euros, currency: "USD" };
    for (const foreignCurrency of ["hold", "purchase-order-rate", "multicurrency"] as const)
      expect(contractCurrency(dollars, tower, facts({ foreignCurrency }))).toBe("USD");
  });

  it("is the order's where policy and project allow it, the project's by the order's rate, or none", () => {
    expect(contractCurrency(euros, tower, facts())).toBe("EUR");
    expect(contractCurrency(euros, plain, facts())).toBeUndefined();
    expect(contractCurrency(euros, tower, facts({ foreignCurrency: "purchase-order-rate" }))).toBe("USD");
    expect(contractCurrency(euros, tower, facts({ foreignCurrency: "hold" }))).toBeUndefined();
  });

  it("needs a rate that SAP tells where it is to be the order's", () => {
    const byOrder = facts({ contractRate: "purchase-order" });
    expect([contractRate(euros, tower), contractCurrency(euros, tower, byOrder)]).toEqual(["1.10000", "EUR"]);
    for (const change of [{ exchangeRate: "-3.7434" }, { exchangeRate: "0" }, { companyCurrency: "CAD" }]) {
      expect(contractRate({ ...euros, ...change }, tower)).toBeUndefined();
      expect(contractCurrency({ ...euros, ...change }, tower, byOrder)).toBeUndefined();
      expect(contractCurrency({ ...euros, ...change }, tower, facts())).toBe("EUR");
    }
  });

  it("stays what the contract was made with, whatever the policy says since", () => {
    const policies = fc.record({
      foreignCurrency: fc.constantFrom("hold" as const, "purchase-order-rate" as const, "multicurrency" as const),
      contractRate: fc.constantFrom("procore" as const, "purchase-order" as const),
    });
    fc.assert(
      fc.property(policies, fc.constantFrom("EUR", "USD"), fc.boolean(), (policy, currency, hasMulticurrency) => {
        const kept = new Map([[1, currency]]);
        expect(contractCurrency(euros, { ...tower, hasMulticurrency }, { ...policy, kept })).toBe(currency);
      }),
    );
  });

  it("takes amounts as they are, or converts them to the project's alone", () => {
    const amount = { minor: 10_000n, currency: "EUR" };
    expect(contractAmount(amount, euros, tower, "EUR")).toEqual(amount);
    expect(contractAmount(amount, euros, tower, "USD")).toEqual({ minor: 11_000n, currency: "USD" });
    expect(contractAmount(amount, { ...euros, companyCurrency: "CAD" }, tower, "USD")).toBeUndefined();
    // The order's currency changed in SAP: what the contract has is no longer it.
    expect(contractAmount(amount, euros, tower, "GBP")).toBeUndefined();
  });
});
