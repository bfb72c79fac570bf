import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ContractSeen,
  type LineSeen,
  type LineWanted,
  matchContractLines,
  matchContracts,
  type OrderWanted,
} from "./contracts.ts";

const ours = "S01.100.PO.4500000001.810";
const order = (change: Partial<OrderWanted> = {}): OrderWanted => ({
  key: "4500000001",
  originId: ours,
  vendorId: 5001,
  total: { minor: 100_00n, currency: "USD" },
  ...change,
});
const contract = (change: Partial<ContractSeen> = {}): ContractSeen => ({
  id: 9100,
  number: "4500000001",
  title: "Rebar",
  status: "Approved",
  vendorId: 5001,
  accountingMethod: "amount",
  total: 100_00n,
  currency: null,
  originId: "",
  isDeleted: false,
  ...change,
});
const isOurs = (originId: string) => originId.startsWith("S01.100.");
const match = (contracts: readonly ContractSeen[], orders: readonly OrderWanted[] = [order()]) =>
  matchContracts(orders, contracts, isOurs).get("4500000001");
const reasons = (change: Partial<ContractSeen>) => {
  const outcome = match([contract(change)]);
  return outcome?.kind === "ask" ? [outcome.code, ...(outcome.candidates[0]?.reasons ?? [])] : outcome?.kind;
};

describe("a contract is the order's", () => {
  it.each(["4500000001", "PO 4500000001", "po-4500000001", "#4500000001", "PO4500000001", "004500000001"])(
    "surely as %s, of its vendor and amount",
    (number) => {
      expect(match([contract({ number })])).toMatchObject({ kind: "sure", contractId: 9100 });
    },
  );

  it("surely while it is a draft, where the order's own link stands, and beside others that are alike", () => {
    expect(match([contract({ status: "Draft" })])).toMatchObject({ kind: "sure" });
    expect(match([contract({ originId: ours })])).toMatchObject({ kind: "sure" });
    expect(match([contract({ currency: "USD" }), contract({ id: 9101, number: "SC-7" })])).toMatchObject({
      kind: "sure",
      contractId: 9100,
    });
  });

  it("perhaps, and a person is asked, where anything speaks against it", () => {
    expect(reasons({ number: "PO 4500000001 rev 2" })).toEqual([
      "contract-twin",
      "its number names the order",
      "same vendor",
      "same amount",
    ]);
    expect(reasons({ number: "SC-7" })).toEqual(["contract-twin", "same vendor", "same amount"]);
    expect(reasons({ total: 90_00n })).toEqual(["contract-twin", "same number", "same vendor", "its amount is 90.00"]);
    expect(reasons({ vendorId: 5002 })).toEqual(["contract-twin", "same number", "same amount", "another vendor"]);
    expect(reasons({ isDeleted: true })).toContain("in the recycle bin");
    expect(reasons({ status: "Closed" })).toContain("its status is Closed");
    expect(reasons({ accountingMethod: "unit" })).toContain("billed by unit");
    expect(reasons({ currency: "EUR" })).toContain("in EUR");
    expect(reasons({ originId: "LEGACY-9" })).toEqual([
      "contract-foreign-origin",
      "same number",
      "same vendor",
      "same amount",
      "linked as LEGACY-9",
    ]);
  });

  it("not at all by vendor or amount alone, by a number that only begins like it, or where it is another order's", () => {
    for (const change of [
      { number: "SC-7", total: 1n },
      { number: "SC-7", vendorId: 5002 },
      { number: "45000000012", total: 1n },
    ])
      expect(match([contract(change)])).toEqual({ kind: "none" });
    expect(match([contract({ originId: "S01.100.PO.4500000002.810" })])).toEqual({ kind: "none" });
    expect(match([])).toEqual({ kind: "none" });
  });

  it("not surely while nothing is known of the vendor or the total", () => {
    expect(match([contract()], [order({ vendorId: undefined })])).toMatchObject({ kind: "ask" });
    expect(match([contract({ vendorId: null })], [order({ vendorId: undefined })])).toMatchObject({ kind: "ask" });
    expect(match([contract()], [order({ total: undefined })])).toMatchObject({ kind: "ask" });
  });

  it("not surely where several fit, either way", () => {
    expect(match([contract(), contract({ id: 9101, number: "PO 4500000001" })])).toMatchObject({
      kind: "ask",
      why: "several contracts fit",
    });
    const same = order({ key: "04500000001", originId: "S01.100.PO.04500000001.810" });
    expect(match([contract()], [order(), same])).toMatchObject({
      kind: "ask",
      why: "contract 9100 fits several purchase orders",
    });
  });
});

const wanted = (name: string, minor: bigint, budgetCodeId = 33001): LineWanted => ({
  originId: `PL.${name}`,
  name,
  amount: { minor, currency: "USD" },
  budgetCodeId,
});
const line = (id: number, amount: bigint | null, change: Partial<LineSeen> = {}): LineSeen => ({
  id,
  originId: "",
  amount,
  text: `${amount} on 33001`,
  budgetCodeId: 33001,
  ...change,
});

describe("its lines", () => {
  it("match one to one by amount and budget code, equal ones in their order", () => {
    const items = [wanted("00010", 50n), wanted("00020", 50n), wanted("00030", 50n, 33002)];
    expect(matchContractLines(items, [line(3, 50n), line(2, 50n), line(1, 50n, { budgetCodeId: 33002 })])).toEqual({
      ok: true,
      value: new Map([
        ["PL.00010", 2],
        ["PL.00020", 3],
        ["PL.00030", 1],
      ]),
    });
  });

  it("are told where they do not", () => {
    const found = matchContractLines([wanted("00010", 50n), wanted("00020", 60n)], [line(1, 50n), line(2, 61n)]);
    expect(found).toEqual({
      ok: false,
      error: ["item 00020: no line of 0.60 on its budget code", "line 2: 61 on 33001, of no item"],
    });
    expect(matchContractLines([wanted("00010", 50n)], [line(1, 50n, { originId: "LEGACY-1" })])).toMatchObject({ ok: false });
    expect(matchContractLines([wanted("00010", 50n)], [line(1, 50n, { budgetCodeId: null })])).toMatchObject({ ok: false });
    expect(matchContractLines([], [line(1, 0n)])).toMatchObject({ ok: false });
    expect(matchContractLines([wanted("00010", 50n)], [line(1, 50n, { originId: "PL.00010" })])).toMatchObject({ ok: true });
  });

  it("match in any order of the lists exactly where both hold the same amounts on the same budget codes", () => {
    const cell = fc.tuple(fc.bigInt({ min: 0n, max: 3n }), fc.constantFrom(33001, 33002));
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 6 }), fc.array(cell, { maxLength: 6 }), (items, lines) => {
        const found = matchContractLines(
          items.map(([minor, code], index) => wanted(String(index), minor, code)),
          lines.map(([minor, code], index) => line(index, minor, { budgetCodeId: code })),
        );
        const sorted = (cells: readonly (readonly [bigint, number])[]) => cells.map(([minor, code]) => `${code} ${minor}`).sort();
        expect(found.ok).toBe(sorted(items).join() === sorted(lines).join());
        if (found.ok) expect(new Set(found.value.values()).size).toBe(items.length);
      }),
    );
  });
});
