// Why a number is where it is: asked from SAP's side and from Procore's, now and of an earlier day.
import { afterAll, beforeAll, expect, it } from "vitest";
import { explanationLines } from "../../src/cli/report/explain-text.ts";
import { paintWith } from "../../src/cli/report/text-table.ts";
import { compileMapping } from "../../src/core/index.ts";
import { type Explanation, explain, keepWhatIf, readSubject, readWhatIf } from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

let bench: Bench;
let between: Date;
beforeAll(async () => {
  bench = await openBench();
  bench.records.vendors = [vendorRecord("0000100001")];
  bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "100.00")])];
  bench.records.costs = [
    documentRecord("0100000001", [lineRecord("001", "12.00"), lineRecord("002", "3.00"), offsetLine("003", "-15.00")]),
    documentRecord("0100000002", [
      lineRecord("001", "7.00", { object: { kind: "wbs", key: "P-9" } }),
      offsetLine("002", "-7.00"),
    ]),
  ];
  expect(await bench.sync()).toMatchObject({ state: "finished" });
  between = new Date();
  bench.records["purchase-orders"] = [orderRecord("4500000001", [itemRecord("00010", "130.00")])];
  expect(await bench.sync(["purchase-orders"])).toMatchObject({ state: "finished" });
});
afterAll(async () => {
  await bench.close();
});

async function ask(text: string, asOf = new Date()): Promise<Explanation | undefined> {
  const subject = readSubject([text]);
  if (!subject) throw new Error(`${text} is no key`);
  return explain(bench.postgres.store, { tenant: "main", subject, asOf });
}

async function told(text: string, asOf?: Date): Promise<Explanation> {
  const found = await ask(text, asOf);
  if (!found) throw new Error(`nothing of ${text}`);
  return found;
}

const textOf = (found: Explanation, isPast = false) => explanationLines(found, { isPast }, paintWith(false)).join("\n");

it("tells of a line of accounting which rule placed it, in which part and Procore line it went, and what was confirmed", async () => {
  const found = await told("1000/100000001/2026/1");
  const [line, ...others] = found.atoms;
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    key: "1000.0100000001.2026.001",
    amount: "12.00",
    disposition: "posted",
    rule: "P-1 any",
    budgetCode: "03-100.M",
    part: { number: 1, members: 2, total: "15.00", currency: "USD" },
  });
  expect(line?.originId).toMatch(/^S01\.100\.DL\..*\.1\.03-100:M$/);
  expect(found.known.map(({ originId, aspect, amount }) => [originId, aspect, amount])).toEqual(
    expect.arrayContaining([
      [line?.originId, "content", "15.00"],
      [line?.recordOriginId, "status", expect.anything()],
    ]),
  );
  const text = textOf(found);
  expect(text).toMatch(/became +posted/);
  expect(text).toMatch(/part +1 of group \w+: 2 lines, 15\.00 USD, placed by mapping \w+/);
  expect(text).toContain("direct-costs of project 810: not looked at since");
});

it("leads from Procore's line and record back to the same SAP lines, by origin id and by Procore's own", async () => {
  const line = (await told("1000 100000001 2026 1")).atoms[0];
  const members = ["1000.0100000001.2026.001", "1000.0100000001.2026.002"];
  const byOrigin = await told(line?.originId ?? "");
  expect(byOrigin.atoms.map(({ key }) => key)).toEqual(members);
  expect(byOrigin.sums).toEqual({ USD: "15.00" });
  const known = byOrigin.known.find(({ originId }) => originId === line?.originId);
  expect(known?.amount).toBe("15.00");
  const listed = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs/line_items`)) as { id: number }[];
  expect(listed.map(({ id }) => String(id))).toContain(known?.procoreId);
  expect((await told(`procore:${known?.procoreId}`)).atoms.map(({ key }) => key)).toEqual(expect.arrayContaining(members));
  expect((await told(line?.recordOriginId ?? "")).atoms.map(({ key }) => key)).toEqual(members);
  expect(textOf(byOrigin)).toContain("2 lines, in all 15.00 USD");
});

it("tells what is held, whose rule is missing, and what a vendor became", async () => {
  const held = await told("1000 100000002 2026 1");
  expect(held.atoms[0]).toMatchObject({ disposition: "held", reason: "mapping-no-rule", recordOriginId: "" });
  expect(held.holds).toMatchObject([{ code: "mapping-no-rule", until: "" }]);
  expect(textOf(held)).toMatch(/became +held: mapping-no-rule\. No mapping rule says where this amount belongs/);
  expect(textOf(held)).toContain("Nothing of it was confirmed");
  expect((await told("100001")).atoms).toMatchObject([{ flow: "vendors", key: "0000100001" }]);
});

it("tells what was there on an earlier day", async () => {
  const [before, after] = [await told("4500000001 10", between), await told("4500000001 10")];
  const line = (found: Explanation) => found.known.find(({ originId }) => originId.includes(".PL."))?.amount;
  expect([line(before), line(after)]).toEqual(["100.00", "130.00"]);
  expect(before.effects.length).toBeLessThan(after.effects.length);
  expect(new Set(before.effects.map(({ run }) => run))).toEqual(new Set(["1"]));
  expect(before.runs.map(({ run }) => run)).toEqual(["1"]);
  expect(textOf(before, true)).toMatch(/In Procore by \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  expect(textOf(after)).toContain("130.00 USD");
  expect(after.atoms).toMatchObject([{ rule: "P-1 any", project: "TOWER", budgetCode: "03-100.M" }]);
  expect((await told("4500000001", new Date(0))).known).toEqual([]);
});

it("tells what other rules would move: what is posted from where it was posted, what is held from nowhere", async () => {
  const mappingOf = (...rules: Parameters<typeof compileMapping>[0]) => {
    const compiled = compileMapping(rules);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    return compiled.value;
  };
  const before = mappingOf(rule("P-1", "M"));
  const after = mappingOf(rule("P-1", "L"), rule("P-9", "M", undefined, "BRIDGE"));
  const ask = { tenant: "main", connection: "main", before, after };
  const found = await readWhatIf(bench.postgres.store, ask);
  expect(found).toMatchObject({
    moves: [
      {
        from: { project: "TOWER", budgetCode: "03-100.M" },
        to: { budgetCode: "03-100.L" },
        isPosted: true,
        lines: 2,
        minor: 1500n,
      },
      {
        from: { project: "", budgetCode: "" },
        to: { project: "BRIDGE", budgetCode: "03-100.M" },
        isPosted: false,
        lines: 1,
        minor: 700n,
      },
    ],
    staying: 0,
  });
  expect(found.moves.map(({ period }) => period)).toEqual(["2026.010", "2026.010"]);
  await keepWhatIf(bench.postgres.store, ask, found, { actor: "user:jane", note: "", atMs: Date.now() });
  const kept = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    tx.selectFrom("audit").select("detail").where("action", "=", "mapping.compared").execute(),
  );
  expect(kept).toMatchObject([{ detail: { before: before.version, after: after.version, moves: 2 } }]);
});

it("knows when it knows nothing", async () => {
  for (const text of ["1000 999 2026 1", "S01.100.PO.4500009999.810", "procore:999999999", "999"])
    expect(await ask(text), text).toBeUndefined();
});
