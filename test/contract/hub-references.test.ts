// Reference numbers in the hub's ledger: one for each posted line, bound to its part; a number that another source key has stops the run, and
// nothing of the plan is kept.
import { sql } from "kysely";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { documentRecord, lineRecord, offsetLine, vendorRecord } from "../support/records.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records.costs = [
    documentRecord("0100000001", [lineRecord("001", "200.00"), lineRecord("002", "-0.05"), offsetLine("003", "-199.95")]),
  ];
});
afterEach(async () => {
  await bench.close();
});

type Bound = { reference: string; source_key: string; group_id: string; part: number };
const bound = () =>
  bench.postgres.store.transact({ tenant: "main" }, async (tx) => {
    const { rows } =
      await sql<Bound>`select reference, source_key, group_id, part from reference_number order by source_key`.execute(tx);
    return rows;
  });

it("each posted line has one, bound to one part", async () => {
  expect(await bench.sync()).toMatchObject({ state: "finished" });
  const rows = await bound();
  expect(rows).toHaveLength(2);
  expect(new Set(rows.map(({ reference }) => reference)).size).toBe(2);
  for (const row of rows) expect(row).toMatchObject({ reference: expect.stringMatching(/^[A-Z2-7]{16}$/), part: 1 });
  await bench.sync();
  expect(await bound()).toEqual(rows);
});

it("one that another source key has stops the run and plans nothing", async () => {
  await bench.sync();
  const [first] = await bound();
  await bench.postgres.store.transact({ tenant: "main" }, async (tx) => {
    await sql`update reference_number set source_key = '1000.0199999999.2026.001' where reference = ${first?.reference ?? ""}`.execute(
      tx,
    );
    await sql`update cost_line set disposition = null, part = null, group_id = null where line = 1`.execute(tx);
  });
  const report = await bench.sync(["costs"]);
  expect(report.state).not.toBe("finished");
  expect(JSON.stringify(report)).toContain("ledger.reference-collision");
  expect((await bound()).map(({ reference }) => reference)).toContain(first?.reference);
  expect(await bound()).toHaveLength(2);
});
