// What is written of a vendor beside its name: ISO places, the business register, and whether it is in use (rulings 2, 8 and 33).
import { afterEach, describe, expect, it } from "vitest";
import { listLeftOut } from "../../src/hub/index.ts";
import { keyCompany, readDirectory } from "../support/directory.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { itemRecord, orderRecord } from "../support/records.ts";
import { decide, finished, holds, key, listed, origin, place, samePlace, vendor, waiting } from "../support/vendors.ts";

let bench: Bench;
afterEach(async () => {
  await bench.close();
});

describe("addresses and tax ids", () => {
  const openWith = async (vendors: Record<string, unknown>) => {
    bench = await openBench({ settings: { vendors: { accountGroups: ["KRED"], ...vendors } } });
  };

  it("go in ISO codes; what cannot be told is left out and said", async () => {
    await openWith({ countries: { UK: "GB" } });
    bench.records.vendors = [
      vendor(1, { country: "DE", region: "09" }),
      vendor(2, { country: "UK", region: "KE" }),
      vendor(3, { country: "US", region: "ZZ" }),
    ];
    expect((await finished(bench)).flows.vendors).toMatchObject({ created: 3, held: {} });
    const places = (await readDirectory(bench)).map(({ country_code: country, state_code: state }) => [country, state]);
    expect(places.slice(1).sort()).toEqual([
      ["DE", "BY"],
      ["GB", null],
      ["US", null],
    ]);
    expect(await listLeftOut(bench.postgres.store, { tenant: "main", limit: 10 })).toMatchObject([
      { vendor: key(2), leftOut: ['region "KE" of GB'] },
      { vendor: key(3), leftOut: ['region "ZZ" of US'] },
    ]);
    expect(await waiting(bench)).toEqual([]);
  });

  it("are written to the business register only where the setting says so, after a look, and never over another", async () => {
    await openWith({ businessRegister: "write" });
    const same = await keyCompany(bench, { name: "Same Register" }, "52-1234567");
    const other = await keyCompany(bench, { name: "Other Register", ...samePlace, business_phone: "6175550134" }, "54-1234567");
    bench.records.vendors = [
      vendor(1, { names: ["Same Register"], taxNumber2: "521234567" }),
      vendor(2, { names: ["Fresh"], taxNumber2: "56-1234567" }),
      vendor(3, { names: ["Social"], taxNumber2: "521-23-4567" }),
      vendor(4, { names: ["Other Register"], taxNumber2: "54-1234576", ...place, phone: "(617) 555-0134" }),
    ];
    await finished(bench);
    expect(await holds(bench)).toEqual([`${key(4)} vendor-register-differs`]);
    const registers = (await readDirectory(bench)).map(({ id, origin_id: originId, business_register: register }) => [
      originId ?? id,
      (register as { identifier?: string } | null)?.identifier ?? null,
    ]);
    expect(Object.fromEntries(registers)).toEqual({
      5001: null,
      [origin(1)]: "52-1234567",
      [origin(2)]: "561234567",
      [origin(3)]: null,
      [origin(4)]: "54-1234567",
    });
    expect((await readDirectory(bench)).map(({ id }) => id)).toEqual(expect.arrayContaining([same, other]));
    const before = await bench.writes();
    await finished(bench);
    expect(await bench.writes()).toBe(before);
  });

  it("are looked up in the register after doubt", async () => {
    await openWith({ businessRegister: "write" });
    bench.records.vendors = [vendor(1, { taxNumber2: "52-1234567" })];
    await bench.door("/sandbox/weather", { on: { path: "/business_register$" }, times: 1, how: "cut-after-commit" });
    await finished(bench);
    expect((await readDirectory(bench)).at(-1)).toMatchObject({ business_register: { identifier: "521234567" } });
    const calls = (await bench.sync(["vendors"])).calls.byTemplate;
    expect(calls["POST /rest/v1.0/vendors/{id}/business_register"] ?? 0).toBe(0);
  });
});

describe("a vendor blocked everywhere in SAP (rulings 8 and 33)", () => {
  const openWith = async (vendors: Record<string, unknown> = {}) => {
    bench = await openBench({ settings: { vendors: { accountGroups: ["KRED"], ...vendors } } });
  };
  const active = async () =>
    (await readDirectory(bench)).filter(({ origin_id: originId }) => originId !== null).map((each) => each.is_active);

  it("goes out of use at the second sweep, comes back when SAP takes the block away, and nothing is written between", async () => {
    await openWith();
    bench.records.vendors = [vendor(1), vendor(2)];
    await finished(bench);
    bench.records.vendors = [vendor(1, { isBlocked: true }), vendor(2)];
    await finished(bench);
    expect(await active()).toEqual([true, true]);
    const second = await finished(bench);
    expect(await active()).toEqual([false, true]);
    expect(second.flows.vendors).toMatchObject({ held: {} });
    const before = await bench.writes();
    bench.records.vendors = [vendor(1, { isBlocked: true, city: "Lowell" }), vendor(2)];
    expect(listed(await finished(bench))).toBe(0);
    expect(await bench.writes()).toBe(before);
    bench.records.vendors = [vendor(1, { city: "Lowell" }), vendor(2)];
    await finished(bench);
    expect(await readDirectory(bench)).toMatchObject([
      { id: 5001 },
      { origin_id: origin(1), is_active: true, city: "Lowell" },
      {},
    ]);
  });

  it("stays while it has an open contract, and while one scope is free", async () => {
    await openWith();
    const free = { isDeleted: false, isBlocked: false, paymentTerms: "" };
    bench.records.vendors = [vendor(1), vendor(2)];
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.00")], { vendor: key(1) })];
    await bench.sync(["vendors", "purchase-orders"]);
    const companies = [
      { ...free, companyCode: "1000", isBlocked: true },
      { ...free, companyCode: "2000" },
    ];
    bench.records.vendors = [vendor(1, { isBlocked: true }), vendor(2, { companies })];
    for (let sweep = 0; sweep < 3; sweep++) await bench.sync(["vendors", "purchase-orders"]);
    expect(await active()).toEqual([true, true]);
    bench.records["purchase-orders"] = [
      orderRecord("4500000001", [itemRecord("00010", "10.00", { isFinallyInvoiced: true })], { vendor: key(1) }),
    ];
    await bench.sync(["vendors", "purchase-orders"]);
    await finished(bench);
    expect(await active()).toEqual([false, true]);
  });

  it("waits for a person where too many go at once", async () => {
    await openWith({ inactivateAtOnce: { count: 1, percent: 0 } });
    bench.records.vendors = [1, 2, 3].map((number) => vendor(number));
    await finished(bench);
    bench.records.vendors = [1, 2, 3].map((number) => vendor(number, { isDeleted: true }));
    await finished(bench);
    await finished(bench);
    expect(await holds(bench)).toEqual([1, 2, 3].map((number) => `${key(number)} vendor-inactivation-many`));
    expect(await active()).toEqual([true, true, true]);
    await decide(bench, 1, { kind: "inactivate" });
    await decide(bench, 2, { kind: "keep-active" });
    await finished(bench);
    // The third is alone now, and still a person's to decide.
    expect(await active()).toEqual([false, true, true]);
    expect(await holds(bench)).toEqual([`${key(3)} vendor-inactivation-many`]);
    await decide(bench, 3, { kind: "inactivate" });
    await finished(bench);
    expect(await active()).toEqual([false, true, false]);
    expect(await holds(bench)).toEqual([]);
  });

  it("is looked up after doubt, and never created anew", async () => {
    await openWith();
    bench.records.vendors = [vendor(1)];
    await finished(bench);
    bench.records.vendors = [vendor(1, { isBlocked: true })];
    await finished(bench);
    await bench.door("/sandbox/weather", { on: { path: "/rest/v1.0/vendors/sync$" }, times: 1, how: "cut-after-commit" });
    await finished(bench);
    expect(await readDirectory(bench)).toMatchObject([{ id: 5001 }, { origin_id: origin(1), is_active: false }]);
    await bench.door("/sandbox/weather", { on: { path: "/vendors/inactive/\\d+$" }, times: 1, how: "cut-after-commit" });
    bench.records.vendors = [vendor(1)];
    await finished(bench);
    expect(await readDirectory(bench)).toMatchObject([{ id: 5001 }, { origin_id: origin(1), is_active: true }]);
  });

  it("holds new orders that name it", async () => {
    await openWith();
    bench.records.vendors = [vendor(1)];
    await finished(bench);
    bench.records.vendors = [vendor(1, { isBlocked: true })];
    await finished(bench);
    await finished(bench);
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.00")], { vendor: key(1) })];
    const report = await bench.sync(["vendors", "purchase-orders"]);
    expect(report.flows["purchase-orders"]?.held).toMatchObject({ "po-vendor-not-in-procore": { count: 1 } });
  });
});
