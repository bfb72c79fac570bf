// Vendors against companies that people keyed into Procore before us (rulings 5 to 7): adopted once, asked for where it is not sure, never doubled.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { editCompany, keyCompany, readDirectory } from "../support/directory.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { itemRecord, orderRecord } from "../support/records.ts";
import { decide, finished, holds, key, links, listed, origin, place, samePlace, vendor, waiting } from "../support/vendors.ts";

let bench: Bench;
afterEach(async () => {
  await bench.close();
});

describe("a company that stands in Procore already", () => {
  beforeEach(async () => {
    bench = await openBench();
  });

  it("is adopted by its tax id, once, and then written as SAP has it", async () => {
    const id = await keyCompany(bench, { name: "SUMMIT CONCRETE", city: "Bostn" }, "52-1234567");
    bench.records.vendors = [vendor(1, { names: ["Summit Concrete Inc."], taxNumber2: "52-1234567" }), vendor(2)];
    const report = await finished(bench);
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
    expect(listed(await finished(bench))).toBeGreaterThan(0);
    const before = await bench.writes();
    const again = await finished(bench);
    expect(await bench.writes()).toBe(before);
    expect(listed(again)).toBe(0);
    bench.records.vendors = [vendor(1, { names: ["Summit Concrete"], taxNumber2: "52-1234567", city: "Lowell" }), vendor(2)];
    expect(listed(await finished(bench))).toBe(0);
    expect(await bench.writes()).toBe(before + 1);
  });

  it("waits for a person where only the name speaks, with what speaks for it", async () => {
    bench.records.vendors = [vendor(1, { names: ["Twin and Sons, Inc."] })];
    expect((await finished(bench)).flows.vendors?.held).toEqual({ "vendor-twin": { count: 1, amount: {} } });
    expect(await waiting(bench)).toMatchObject([
      {
        vendor: key(1),
        name: "Twin and Sons, Inc.",
        code: "vendor-twin",
        candidates: [{ companyId: 5001, name: "Twin & Sons", isActive: true, points: 55 }],
      },
    ]);
    expect(await bench.writes()).toBe(0);
    expect(await links(bench)).toEqual([[5001, null]]);
    // A person renames it: the hold releases itself.
    await editCompany(bench, 5001, { name: "Harbor Works" });
    await finished(bench);
    expect(await waiting(bench)).toEqual([]);
    expect((await links(bench)).map(([, originId]) => originId)).toEqual([null, origin(1)]);
  });

  it("is not looked for again between sweeps while nothing has changed, but at once for a new vendor or a decision", async () => {
    bench.records.vendors = [vendor(1, { names: ["Twin & Sons"] })];
    await finished(bench);
    bench.reading.how = "changes";
    expect(listed(await finished(bench))).toBe(0);
    expect(await waiting(bench)).toMatchObject([{ code: "vendor-twin", candidates: [{ companyId: 5001, points: 60 }] }]);
    bench.records.vendors = [vendor(1, { names: ["Twin & Sons"], phone: "1" })];
    expect(listed(await finished(bench))).toBe(2);
    bench.records.vendors = [...bench.records.vendors, vendor(2)];
    expect(listed(await finished(bench))).toBe(2);
    expect(listed(await finished(bench))).toBe(0);
    await decide(bench, 1, { kind: "adopt", companyId: 4711 });
    expect(listed(await finished(bench))).toBe(2);
    expect(await holds(bench)).toEqual([`${key(1)} vendor-decision-void`]);
    expect(listed(await finished(bench))).toBe(0);
    expect(await holds(bench)).toEqual([`${key(1)} vendor-decision-void`]);
    bench.reading.how = "sweep";
    expect(listed(await finished(bench))).toBe(2);
  });

  it("is never taken from another system", async () => {
    const id = await keyCompany(bench, { name: "Foreign Roofing", origin_id: "LEGACY-1" }, "52-1234567");
    bench.records.vendors = [vendor(1, { names: ["Foreign Roofing"], taxNumber2: "52-1234567" })];
    await finished(bench);
    expect(await holds(bench)).toEqual([`${key(1)} vendor-foreign-origin`]);
    await decide(bench, 1, { kind: "adopt", companyId: id });
    await finished(bench);
    expect(await holds(bench)).toEqual([`${key(1)} vendor-decision-void`]);
    expect(await links(bench)).toEqual([
      [5001, null],
      [id, "LEGACY-1"],
    ]);
    expect(await bench.writes()).toBe(0);
  });

  it("is seen although it is inactive, and taken back into use only when a person says so", async () => {
    const id = await keyCompany(bench, { name: "Old Mill", ...samePlace, is_active: false }, "52-1234567");
    bench.records.vendors = [vendor(1, { names: ["Old Mill"], taxNumber2: "52-1234567", ...place })];
    await finished(bench);
    expect(await waiting(bench)).toMatchObject([{ code: "vendor-twin", candidates: [{ companyId: id, isActive: false }] }]);
    await decide(bench, 1, { kind: "adopt", companyId: id });
    await finished(bench);
    expect(await readDirectory(bench)).toMatchObject([{ id: 5001 }, { id, origin_id: origin(1), is_active: true }]);
  });
});

describe("a company that was merged into another", () => {
  it("is not created anew when its vendor changes, and the vendor can be given to the other", async () => {
    bench = await openBench();
    bench.records.vendors = [vendor(1), vendor(2)];
    await finished(bench);
    const [, first] = await links(bench);
    expect(first?.[1]).toBe(origin(1));
    const other = await keyCompany(bench, { name: "Merged & Sons" });
    // What is left of a merge: the company out of sight and without its link.
    await editCompany(bench, Number(first?.[0]), { origin_id: "", is_active: false });
    bench.records.vendors = [vendor(1, { city: "Lowell" }), vendor(2)];
    await finished(bench);
    expect(await holds(bench)).toEqual([`${key(1)} vendor-refused`]);
    expect((await readDirectory(bench)).map(({ origin_id: originId }) => originId)).toEqual([null, null, origin(2), null]);
    await decide(bench, 1, { kind: "adopt", companyId: other });
    await finished(bench);
    expect(await holds(bench)).toEqual([]);
    expect((await readDirectory(bench)).at(-1)).toMatchObject({ id: other, origin_id: origin(1), city: "Lowell" });
    const before = await bench.writes();
    await finished(bench);
    expect(await bench.writes()).toBe(before);
    bench.records.vendors = [vendor(1, { city: "Salem" }), vendor(2)];
    await finished(bench);
    expect((await readDirectory(bench)).at(-1)).toMatchObject({ id: other, city: "Salem" });
  });
});

describe("a look that is not credible", () => {
  const hidden = { on: { path: "/vendors(/inactive)?$", method: "GET" }, how: "empty", times: 4 };
  const twin = vendor(2, { names: ["Summit Concrete"], taxNumber2: "52-1234567" });

  it("creates nothing: an empty directory, where vendors are known to stand in it, pauses the run", async () => {
    bench = await openBench();
    bench.records.vendors = [vendor(1)];
    await finished(bench);
    const id = await keyCompany(bench, { name: "Summit Concrete" }, "52-1234567");
    bench.records.vendors = [vendor(1), twin];
    await bench.door("/sandbox/weather", hidden);
    expect(await bench.sync(["vendors"])).toMatchObject({ state: "paused", code: "procore.not-found" });
    await finished(bench);
    expect((await links(bench)).filter(([, originId]) => originId === origin(2))).toEqual([[id, origin(2)]]);
  });

  it("is taken twice where nobody is known yet", async () => {
    bench = await openBench();
    const id = await keyCompany(bench, { name: "Summit Concrete" }, "52-1234567");
    bench.records.vendors = [twin];
    await bench.door("/sandbox/weather", { ...hidden, times: 2 });
    await finished(bench);
    expect(await links(bench)).toEqual([
      [5001, null],
      [id, origin(2)],
    ]);
  });
});

describe("twins inside SAP", () => {
  beforeEach(async () => {
    bench = await openBench();
  });

  it("of one tax id are not created until a person decided", async () => {
    const taxNumber2 = "52-1234567";
    bench.records.vendors = [vendor(1, { taxNumber2 }), vendor(2, { taxNumber2: "521234567" }), vendor(3)];
    await finished(bench);
    expect(await holds(bench)).toEqual([`${key(1)} vendor-tax-id-shared`, `${key(2)} vendor-tax-id-shared`]);
    await decide(bench, 1, { kind: "create" });
    await decide(bench, 2, { kind: "ignore" });
    const report = await finished(bench);
    expect(report.flows.vendors).toMatchObject({ held: {}, excluded: { "vendor-ignored": { count: 1 } } });
    expect((await links(bench)).map(([, originId]) => originId)).toEqual([null, origin(3), origin(1)]);
  });

  it("count a vendor that is in Procore already, and none that is out of scope", async () => {
    const taxNumber2 = "52-1234567";
    bench.records.vendors = [vendor(1, { taxNumber2 }), vendor(2, { taxNumber2, accountGroup: "EMPL" })];
    await finished(bench);
    // Blocked now, but in Procore: it still counts.
    const others = [vendor(1, { taxNumber2, isBlocked: true }), vendor(2, { taxNumber2, accountGroup: "EMPL" })];
    bench.records.vendors = [...others, vendor(3, { taxNumber2 }), vendor(4, { taxNumber2: "54-1234567", isBlocked: true })];
    await finished(bench);
    expect(await holds(bench)).toEqual([`${key(3)} vendor-tax-id-shared`]);
    // One that is blocked and not in Procore does not.
    bench.records.vendors = [...bench.records.vendors, vendor(5, { taxNumber2: "54-1234567" })];
    await finished(bench);
    expect(await holds(bench)).toEqual([`${key(3)} vendor-tax-id-shared`]);
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
    await decide(bench, 1, { kind: "adopt", companyId: 5001 });
    const report = await bench.sync(["vendors", "purchase-orders"]);
    expect(report.flows["purchase-orders"]).toMatchObject({ held: {}, created: 2 });
    expect(await links(bench)).toEqual([[5001, origin(1)]]);
    await expect(decide(bench, 1, { kind: "ignore" })).rejects.toMatchObject({ code: "vendor.decision-refused" });
  });

  it("creates the vendor beside the company", async () => {
    await decide(bench, 1, { kind: "create" });
    await finished(bench);
    expect((await links(bench)).map(([, originId]) => originId)).toEqual([null, origin(1)]);
  });

  it("leaves the vendor out, until it is taken back", async () => {
    await decide(bench, 1, { kind: "ignore" });
    expect((await finished(bench)).flows.vendors?.excluded).toEqual({ "vendor-ignored": { count: 1, amount: {} } });
    expect(await links(bench)).toEqual([[5001, null]]);
    await decide(bench, 1, undefined);
    await finished(bench);
    expect(await holds(bench)).toEqual([`${key(1)} vendor-twin`]);
  });

  it("is refused where it cannot apply, and gives a company to one vendor only", async () => {
    const refused = { code: "vendor.decision-refused" };
    await expect(decide(bench, 9, { kind: "create" })).rejects.toMatchObject(refused);
    await expect(decide(bench, 1, { kind: "inactivate" })).rejects.toMatchObject(refused);
    bench.records.vendors = [vendor(1, { names: ["Twin & Sons"] }), vendor(2, { names: ["Twin and Sons"] })];
    await finished(bench);
    await decide(bench, 1, { kind: "adopt", companyId: 5001 });
    await expect(decide(bench, 2, { kind: "adopt", companyId: 5001 })).rejects.toMatchObject(refused);
    await finished(bench);
    expect(await links(bench)).toEqual([[5001, origin(1)], expect.arrayContaining([origin(2)])]);
  });

  it("is void, and says so, when there is no such company", async () => {
    await decide(bench, 1, { kind: "adopt", companyId: 4711 });
    await finished(bench);
    expect(await waiting(bench)).toMatchObject([
      { code: "vendor-decision-void", why: expect.stringContaining("4711"), decided: "adopt 4711" },
    ]);
    expect(await links(bench)).toEqual([[5001, null]]);
  });
});
