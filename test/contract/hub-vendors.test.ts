// Vendors against companies that people keyed into Procore before us (rulings 5 to 7): adopted once, asked for where it is not sure, never doubled.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VendorRecord } from "../../src/core/index.ts";
import { RunHalt } from "../../src/hub/context.ts";
import { decideVendors, listHolds, listLeftOut, listWaitingVendors, type VendorDecision } from "../../src/hub/index.ts";
import { editCompany, keyCompany, readDirectory } from "../support/directory.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { itemRecord, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
afterEach(async () => {
  await bench.close();
});

const key = (number: number) => String(100_000 + number).padStart(10, "0");
const origin = (number: number) => `S01.100.VN.${key(number)}`;
const vendor = (number: number, change: Partial<VendorRecord> = {}) => vendorRecord(key(number), change);
const place = { street: "1 Quay", city: "Boston", postalCode: "02110" };
const samePlace = { address: "1 Quay", city: "Boston", zip: "02110" };

async function finished() {
  const report = await bench.sync(["vendors"]);
  expect(report.detail ?? "").toBe("");
  expect(report.state).toBe("finished");
  return report;
}
const holds = async () =>
  (await listHolds(bench.postgres.store, { tenant: "main", flow: "vendors", limit: 100 })).map(
    (hold) => `${hold.key} ${hold.code}`,
  );
const waiting = () => listWaitingVendors(bench.postgres.store, { tenant: "main", limit: 100 });
const links = async () => (await readDirectory(bench)).map(({ id, origin_id: originId }) => [id, originId]);
const decide = (number: number, decision: VendorDecision | undefined) =>
  decideVendors(bench.postgres.store, [
    {
      tenant: "main",
      connection: "main",
      sap: { systemId: "S01", client: "100" },
      vendor: key(number),
      decision,
      actor: "user:jane",
      note: "",
      atMs: 1_790_000_000_000,
    },
  ]);
const listed = (calls: Readonly<Record<string, number>>) =>
  (calls["GET /rest/v1.0/vendors"] ?? 0) + (calls["GET /rest/v1.0/companies/{company_id}/vendors/inactive"] ?? 0);

describe("a company that stands in Procore already", () => {
  beforeEach(async () => {
    bench = await openBench();
  });

  it("is adopted by its tax id, once, and then written as SAP has it", async () => {
    const id = await keyCompany(bench, { name: "SUMMIT CONCRETE", city: "Bostn" }, "52-1234567");
    bench.records.vendors = [vendor(1, { names: ["Summit Concrete Inc."], taxNumber2: "52-1234567" }), vendor(2)];
    const report = await finished();
    expect(report.flows.vendors).toMatchObject({ read: 2, created: 1, updated: 1, adopted: 1, held: {} });
    const directory = await readDirectory(bench);
    expect(directory.filter(({ origin_id: originId }) => originId === origin(1))).toMatchObject([
      { id, name: "Summit Concrete Inc.", city: "Boston" },
    ]);
    expect(directory).toHaveLength(3);
  });

  it("is left alone by a run that has nothing to create: nothing is listed, nothing written", async () => {
    await keyCompany(bench, { name: "Summit Concrete" }, "52-1234567");
    bench.records.vendors = [vendor(1, { names: ["Summit Concrete"], taxNumber2: "52-1234567" }), vendor(2)];
    expect(listed((await finished()).calls.byTemplate)).toBeGreaterThan(0);
    const before = await bench.writes();
    const again = await finished();
    expect(await bench.writes()).toBe(before);
    expect(listed(again.calls.byTemplate)).toBe(0);
    bench.records.vendors = [vendor(1, { names: ["Summit Concrete"], taxNumber2: "52-1234567", city: "Lowell" }), vendor(2)];
    expect(listed((await finished()).calls.byTemplate)).toBe(0);
    expect(await bench.writes()).toBe(before + 1);
  });

  it("waits for a person where only the name speaks, with what speaks for it", async () => {
    bench.records.vendors = [vendor(1, { names: ["Twin and Sons, Inc."] })];
    expect((await finished()).flows.vendors?.held).toEqual({ "vendor-twin": { count: 1, amount: {} } });
    expect(await waiting()).toMatchObject([
      {
        vendor: key(1),
        name: "Twin and Sons, Inc.",
        code: "vendor-twin",
        candidates: [{ companyId: 5001, name: "Twin & Sons", isActive: true, points: 55 }],
      },
    ]);
    expect(await bench.writes()).toBe(0);
    expect(await links()).toEqual([[5001, null]]);
    // A person renames it: the hold releases itself.
    await editCompany(bench, 5001, { name: "Harbor Works" });
    await finished();
    expect(await waiting()).toEqual([]);
    expect((await links()).map(([, originId]) => originId)).toEqual([null, origin(1)]);
  });

  it("is never taken from another system", async () => {
    const id = await keyCompany(bench, { name: "Foreign Roofing", origin_id: "LEGACY-1" }, "52-1234567");
    bench.records.vendors = [vendor(1, { names: ["Foreign Roofing"], taxNumber2: "52-1234567" })];
    await finished();
    expect(await holds()).toEqual([`${key(1)} vendor-foreign-origin`]);
    await decide(1, { kind: "adopt", companyId: id });
    await finished();
    expect(await holds()).toEqual([`${key(1)} vendor-decision-void`]);
    expect(await links()).toEqual([
      [5001, null],
      [id, "LEGACY-1"],
    ]);
    expect(await bench.writes()).toBe(0);
  });

  it("is seen although it is inactive, and taken back into use only when a person says so", async () => {
    const id = await keyCompany(bench, { name: "Old Mill", ...samePlace, is_active: false }, "52-1234567");
    bench.records.vendors = [vendor(1, { names: ["Old Mill"], taxNumber2: "52-1234567", ...place })];
    await finished();
    expect(await waiting()).toMatchObject([{ code: "vendor-twin", candidates: [{ companyId: id, isActive: false }] }]);
    await decide(1, { kind: "adopt", companyId: id });
    await finished();
    expect(await readDirectory(bench)).toMatchObject([{ id: 5001 }, { id, origin_id: origin(1), is_active: true }]);
  });
});

describe("twins inside SAP", () => {
  beforeEach(async () => {
    bench = await openBench();
  });

  it("of one tax id are not created until a person decided", async () => {
    const taxNumber2 = "52-1234567";
    bench.records.vendors = [vendor(1, { taxNumber2 }), vendor(2, { taxNumber2: "521234567" }), vendor(3)];
    await finished();
    expect(await holds()).toEqual([`${key(1)} vendor-tax-id-shared`, `${key(2)} vendor-tax-id-shared`]);
    await decide(1, { kind: "create" });
    await decide(2, { kind: "ignore" });
    const report = await finished();
    expect(report.flows.vendors).toMatchObject({ held: {}, excluded: { "vendor-ignored": { count: 1 } } });
    expect((await links()).map(([, originId]) => originId)).toEqual([null, origin(3), origin(1)]);
  });

  it("count a vendor that is in Procore already, and none that is out of scope", async () => {
    const taxNumber2 = "52-1234567";
    bench.records.vendors = [vendor(1, { taxNumber2 }), vendor(2, { taxNumber2, accountGroup: "EMPL" })];
    await finished();
    bench.records.vendors = [...(bench.records.vendors ?? []), vendor(3, { taxNumber2 })];
    await finished();
    expect(await holds()).toEqual([`${key(3)} vendor-tax-id-shared`]);
  });
});

describe("a person's decision", () => {
  beforeEach(async () => {
    bench = await openBench();
    bench.records.vendors = [vendor(1, { names: ["Twin & Sons"] })];
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.00")])];
    await bench.sync(["vendors", "purchase-orders"]);
  });

  it("adopts the company, and what waited for the vendor follows", async () => {
    await decide(1, { kind: "adopt", companyId: 5001 });
    const report = await bench.sync(["vendors", "purchase-orders"]);
    expect(report.flows["purchase-orders"]).toMatchObject({ held: {}, created: 2 });
    expect(await links()).toEqual([[5001, origin(1)]]);
    await expect(decide(1, { kind: "ignore" })).rejects.toMatchObject({ code: "vendor.decision-refused" });
  });

  it("creates the vendor beside the company", async () => {
    await decide(1, { kind: "create" });
    await finished();
    expect((await links()).map(([, originId]) => originId)).toEqual([null, origin(1)]);
  });

  it("leaves the vendor out, until it is taken back", async () => {
    await decide(1, { kind: "ignore" });
    expect((await finished()).flows.vendors?.excluded).toEqual({ "vendor-ignored": { count: 1, amount: {} } });
    expect(await links()).toEqual([[5001, null]]);
    await decide(1, undefined);
    await finished();
    expect(await holds()).toEqual([`${key(1)} vendor-twin`]);
  });

  it("is refused where it cannot apply, and gives a company to one vendor only", async () => {
    const refused = { code: "vendor.decision-refused" };
    await expect(decide(9, { kind: "create" })).rejects.toMatchObject(refused);
    await expect(decide(1, { kind: "inactivate" })).rejects.toMatchObject(refused);
    bench.records.vendors = [vendor(1, { names: ["Twin & Sons"] }), vendor(2, { names: ["Twin and Sons"] })];
    await finished();
    await decide(1, { kind: "adopt", companyId: 5001 });
    await expect(decide(2, { kind: "adopt", companyId: 5001 })).rejects.toMatchObject(refused);
    await finished();
    expect(await links()).toEqual([[5001, origin(1)], expect.arrayContaining([origin(2)])]);
  });

  it("is void, and says so, when there is no such company", async () => {
    await decide(1, { kind: "adopt", companyId: 4711 });
    await finished();
    expect(await waiting()).toMatchObject([
      { code: "vendor-decision-void", why: expect.stringContaining("4711"), decided: "adopt 4711" },
    ]);
    expect(await links()).toEqual([[5001, null]]);
  });
});

describe("doubt at adoption", () => {
  const kinds = ["timeout-after-commit", "cut-before", "cut-after-commit", "500", "502-html", "503", "late-commit"] as const;

  const openSlow = async (faultPoint?: (name: string) => void) => {
    bench = await openBench({
      settings: { limits: { settleMs: 600, callTimeoutMs: 300, attemptsMax: 6 } },
      ...(faultPoint ? { faultPoint } : {}),
    });
    const id = await keyCompany(bench, { name: "Summit Concrete" }, "52-1234567");
    bench.records.vendors = [vendor(1, { names: ["Summit Concrete Inc."], taxNumber2: "52-1234567" }), vendor(2)];
    return id;
  };

  it.each(kinds)("%s ends with one company, linked once", async (how) => {
    const id = await openSlow();
    await bench.door("/sandbox/weather", { on: { path: "/rest/v1.0/vendors/sync$" }, times: 1, how, delayMs: 900 });
    let report = await bench.sync(["vendors"]);
    for (let again = 0; report.state === "paused" && again < 5; again++) report = await bench.sync(["vendors"]);
    expect(report.state).toBe("finished");
    const directory = await readDirectory(bench);
    expect(directory.filter(({ origin_id: originId }) => originId === origin(1))).toMatchObject([
      { id, name: "Summit Concrete Inc." },
    ]);
    expect(directory).toHaveLength(3);
    const before = await bench.writes();
    await finished();
    expect(await bench.writes()).toBe(before);
  });

  it("a process that ends between the answer and its commit looks before it sends again", async () => {
    let crashes = 1;
    const id = await openSlow((name) => {
      if (name !== "apply.answered" || crashes-- <= 0) return;
      throw new RunHalt("pause", "procore.server", "the process ended here");
    });
    expect(await bench.sync(["vendors"])).toMatchObject({ state: "paused" });
    expect(await links()).toContainEqual([id, origin(1)]);
    const before = await bench.writes();
    await finished();
    // The content of both; the adoption was found as sent.
    expect(await bench.writes()).toBe(before + 1);
    expect(await links()).toEqual([[5001, null], [id, origin(1)], expect.arrayContaining([origin(2)])]);
  });

  it("a company that another system links between plan and write is left to it, and nothing is created", async () => {
    let edited: Promise<void> | undefined;
    const id = await openSlow((name) => {
      if (name === "run.after-plan") edited ??= editCompany(bench, id, { origin_id: "LEGACY-9" });
    });
    await bench.door("/sandbox/weather", {
      on: { path: "/rest/v1.0/vendors$", method: "GET" },
      times: 3,
      how: "slow",
      delayMs: 150,
      skip: 2,
    });
    await finished();
    await edited;
    expect(await holds()).toEqual([`${key(1)} vendor-refused`]);
    expect(await links()).toEqual([[5001, null], [id, "LEGACY-9"], expect.arrayContaining([origin(2)])]);
    await finished();
    expect(await holds()).toEqual([`${key(1)} vendor-foreign-origin`]);
  });
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
    expect((await finished()).flows.vendors).toMatchObject({ created: 3, held: {} });
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
    expect(await waiting()).toEqual([]);
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
    await finished();
    expect(await holds()).toEqual([`${key(4)} vendor-register-differs`]);
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
    await finished();
    expect(await bench.writes()).toBe(before);
  });

  it("are looked up in the register after doubt", async () => {
    await openWith({ businessRegister: "write" });
    bench.records.vendors = [vendor(1, { taxNumber2: "52-1234567" })];
    await bench.door("/sandbox/weather", { on: { path: "/business_register$" }, times: 1, how: "cut-after-commit" });
    await finished();
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
    await finished();
    bench.records.vendors = [vendor(1, { isBlocked: true }), vendor(2)];
    await finished();
    expect(await active()).toEqual([true, true]);
    const second = await finished();
    expect(await active()).toEqual([false, true]);
    expect(second.flows.vendors).toMatchObject({ held: {} });
    const before = await bench.writes();
    bench.records.vendors = [vendor(1, { isBlocked: true, city: "Lowell" }), vendor(2)];
    expect(listed((await finished()).calls.byTemplate)).toBe(0);
    expect(await bench.writes()).toBe(before);
    bench.records.vendors = [vendor(1, { city: "Lowell" }), vendor(2)];
    await finished();
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
    await finished();
    expect(await active()).toEqual([false, true]);
  });

  it("waits for a person where too many go at once", async () => {
    await openWith({ inactivateAtOnce: { count: 1, percent: 0 } });
    bench.records.vendors = [1, 2, 3].map((number) => vendor(number));
    await finished();
    bench.records.vendors = [1, 2, 3].map((number) => vendor(number, { isDeleted: true }));
    await finished();
    await finished();
    expect(await holds()).toEqual([1, 2, 3].map((number) => `${key(number)} vendor-inactivation-many`));
    expect(await active()).toEqual([true, true, true]);
    await decide(1, { kind: "inactivate" });
    await decide(2, { kind: "keep-active" });
    await finished();
    // The third is alone now.
    expect(await active()).toEqual([false, true, false]);
    expect(await holds()).toEqual([]);
    await finished();
    expect(await active()).toEqual([false, true, false]);
  });

  it("is looked up after doubt, and never created anew", async () => {
    await openWith();
    bench.records.vendors = [vendor(1)];
    await finished();
    bench.records.vendors = [vendor(1, { isBlocked: true })];
    await finished();
    await bench.door("/sandbox/weather", { on: { path: "/rest/v1.0/vendors/sync$" }, times: 1, how: "cut-after-commit" });
    await finished();
    expect(await readDirectory(bench)).toMatchObject([{ id: 5001 }, { origin_id: origin(1), is_active: false }]);
    await bench.door("/sandbox/weather", { on: { path: "/vendors/inactive/\\d+$" }, times: 1, how: "cut-after-commit" });
    bench.records.vendors = [vendor(1)];
    await finished();
    expect(await readDirectory(bench)).toMatchObject([{ id: 5001 }, { origin_id: origin(1), is_active: true }]);
  });

  it("holds new orders that name it", async () => {
    await openWith();
    bench.records.vendors = [vendor(1)];
    await finished();
    bench.records.vendors = [vendor(1, { isBlocked: true })];
    await finished();
    await finished();
    bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "10.00")], { vendor: key(1) })];
    const report = await bench.sync(["vendors", "purchase-orders"]);
    expect(report.flows["purchase-orders"]?.held).toMatchObject({ "po-vendor-not-in-procore": { count: 1 } });
  });
});
