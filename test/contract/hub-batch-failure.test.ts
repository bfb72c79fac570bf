// When a batch fails as a whole the run pauses, says how things stood, and is resumed without writing anything twice. One bad record never stops
// the others, whatever Procore does with a batch.
import fc from "fast-check";
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { Fault } from "../../src/core/index.ts";
import { listHolds } from "../../src/hub/index.ts";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
let fault: (name: string) => void = () => undefined;
const limits = {
  settleMs: 50,
  callTimeoutMs: 500,
  attemptsMax: 3,
  contractsPerCall: 2,
  directCostsPerCall: 2,
  vendorsPerCall: 50,
};
const open = async () => {
  bench = await openBench({ settings: { limits }, faultPoint: (name) => fault(name) });
};
afterEach(async () => {
  fault = () => undefined;
  await bench.close();
});

type Contract = { number: string; status: string; grand_total: string; origin_id: string | null };
const contracts = async () =>
  ((await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}&view=extended`)) as Contract[])
    .map(({ number, status, grand_total }) => `${number} ${status} ${Number(grand_total)}`)
    .sort();
const orders = (count: number) =>
  Array.from({ length: count }, (_, index) => orderRecord(`450000000${index + 1}`, [itemRecord("00010", `${index + 1}.00`)]));
const expected = (count: number) => Array.from({ length: count }, (_, index) => `450000000${index + 1} Approved ${index + 1}`);
const weather = (front: Record<string, unknown>) => bench.door("/sandbox/weather", front);
const audits = async () =>
  (
    await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql<{
        action: string;
        detail: Record<string, unknown>;
      }>`select action, detail from audit where action like 'run.%' order by id`.execute(tx),
    )
  ).rows;

describe("a failure of all", () => {
  it.each([
    { name: "the token is refused", how: { how: "refuse", status: 401, shape: "error" }, code: "procore.unauthorised", held: 0 },
    { name: "Procore is down", how: { how: "500" }, code: "procore.server", held: 4 },
  ])("$name in mid-batch: the run pauses with diagnostics, resumes, and writes nothing twice", async ({ how, code, held }) => {
    await open();
    bench.records.vendors = [vendorRecord("0000100001")];
    bench.records["purchase-orders"] = orders(4);
    // The first two contracts go out, then everything about contracts fails until the weather clears.
    await weather({ on: { path: "/purchase_order_contracts" }, skip: 1, times: 1_000, ...how });
    const paused = await bench.sync();
    expect(paused).toMatchObject({ state: "paused", code, halted: { flow: "purchase-orders", stage: "apply" } });
    expect(paused.halted?.lastAnswers.at(-1)).toMatchObject({ endpoint: expect.stringContaining("/purchase_order_contracts") });
    expect(paused.halted?.effects.confirmed).toBeGreaterThanOrEqual(3);
    expect(paused.halted?.inFlight).toHaveLength(held);
    const [, pause] = await audits();
    expect(pause).toMatchObject({ action: "run.paused", detail: { code, effects: paused.halted?.effects } });
    const waiting = await listHolds(bench.postgres.store, { tenant: "main", limit: 10 });
    expect(waiting.map(({ code: reason, hold }) => [reason, hold !== undefined])).toEqual(
      Array.from({ length: held }, () => ["outcome-unknown", true]),
    );

    expect(await bench.clearWeather()).toEqual({});
    const resumed = await bench.sync();
    expect(resumed).toMatchObject({ run: paused.run, state: "finished" });
    expect(resumed.halted).toBeUndefined();
    expect(await contracts()).toEqual(expected(4));
    expect(await listHolds(bench.postgres.store, { tenant: "main", limit: 10 })).toEqual([]);
    const before = await bench.writes();
    expect((await bench.sync()).state).toBe("finished");
    expect(await bench.writes()).toBe(before);
  });

  it("the store fails after Procore answered: the run goes on by looking up what it had sent", async () => {
    await open();
    bench.records.vendors = [vendorRecord("0000100001")];
    bench.records["purchase-orders"] = orders(4);
    let answers = 0;
    fault = (name) => {
      if (name === "apply.answered" && ++answers === 4) throw new Fault("store.unavailable", { place: "store", detail: "gone" });
    };
    const paused = await bench.sync();
    expect(paused).toMatchObject({ state: "paused", code: "store.unavailable" });
    expect(paused.halted?.inFlightCount).toBeGreaterThan(0);
    const resumed = await bench.sync();
    expect(resumed).toMatchObject({ run: paused.run, state: "finished" });
    expect(await contracts()).toEqual(expected(4));
  });

  it("shows a refusal of before the pause as the hold that it is", async () => {
    await open();
    bench.records.vendors = [vendorRecord("0000100001")];
    bench.records["purchase-orders"] = orders(4);
    await bench.post("/rest/v1.0/purchase_order_contracts", {
      project_id: project,
      purchase_order_contract: { number: "4500000001", title: "By hand" },
    });
    await weather({
      on: { path: "/purchase_order_contracts/sync" },
      skip: 1,
      times: 1_000,
      how: "refuse",
      status: 401,
      shape: "error",
    });
    const paused = await bench.sync();
    expect(paused.state).toBe("paused");
    const [hold] = await listHolds(bench.postgres.store, { tenant: "main", limit: 10 });
    expect(hold).toMatchObject({ code: "po-refused", key: "4500000001.00010.01", runs: 1 });
    expect(await bench.clearWeather()).toEqual({});
    const resumed = await bench.sync();
    expect(resumed.state).toBe("finished");
    const [after] = await listHolds(bench.postgres.store, { tenant: "main", limit: 10 });
    expect(after).toMatchObject({ hold: hold?.hold, code: "po-refused", runs: 1 });
    expect(resumed.flows["purchase-orders"]?.held["po-refused"]?.count).toBe(1);
  });
});

describe("one bad record", () => {
  it("never stops the others: every mixture of good and bad ends with the good in Procore and the bad held", async () => {
    await open();
    const kinds = ["good", "refused", "ruleless", "vendorless", "broken"] as const;
    let base = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 8 }), async (mixture) => {
        base += 100;
        const numberOf = (index: number) => `45${String(base + index).padStart(8, "0")}`;
        bench.records.vendors = [vendorRecord("0000100001")];
        bench.records["purchase-orders"] = [];
        for (const [index, kind] of mixture.entries()) {
          if (kind !== "refused") continue;
          await bench.post("/rest/v1.0/purchase_order_contracts", {
            project_id: project,
            purchase_order_contract: { number: numberOf(index), title: "By hand" },
          });
        }
        const made = mixture.map((kind, index) => {
          const item = itemRecord("00010", kind === "broken" ? "1.005" : "1.00");
          const object = { kind: "wbs", key: kind === "ruleless" ? "P-9" : "P-1" } as const;
          const placed = { ...item, assignments: item.assignments.map((each) => ({ ...each, object })) };
          return orderRecord(numberOf(index), [placed], kind === "vendorless" ? { vendor: "0000100009" } : {});
        });
        bench.records["purchase-orders"] = made;
        bench.records.costs = [
          documentRecord(`01${String(base).padStart(8, "0")}`, [lineRecord("001", "1.00"), offsetLine("002", "-1.00")]),
        ];
        const report = await bench.sync();
        expect(report).toMatchObject({ state: "finished" });
        const inProcore = (await contracts()).filter((text) => text.includes("Approved")).map((text) => text.slice(0, 10));
        const held = (await listHolds(bench.postgres.store, { tenant: "main", limit: 1_000 })).map(
          ({ key, code }) => `${key.slice(0, 10)} ${code}`,
        );
        const codeOf = {
          refused: "po-refused",
          ruleless: "mapping-no-rule",
          vendorless: "po-vendor-not-in-procore",
          broken: "amount-unreadable",
        };
        for (const [index, kind] of mixture.entries()) {
          if (kind === "good") expect(inProcore).toContain(numberOf(index));
          else expect(held).toContain(`${numberOf(index)} ${codeOf[kind]}`);
          if (kind !== "good") expect(inProcore).not.toContain(numberOf(index));
        }
        expect(report.flows.costs?.held).toEqual({});
      }),
      { numRuns: Number(process.env.CASES ?? 8) },
    );
  });
});
