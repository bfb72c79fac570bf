// Budget codes that the project lacks: held by default, created of what the project has where policy allows it, once, and before what needs them goes.
import { afterEach, describe, expect, it } from "vitest";
import { type Flow, flows } from "../../src/core/index.ts";
import { approve, explain, listAwaiting, listHolds, type RunReport, readSubject } from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule } from "../support/hub-bench.ts";
import {
  documentRecord,
  invoiceLineRecord,
  invoiceRecord,
  itemRecord,
  lineRecord,
  offsetLine,
  orderRecord,
  vendorRecord,
} from "../support/records.ts";

let bench: Bench;
let crashAt: string | undefined;
afterEach(async () => {
  crashAt = undefined;
  await bench.close();
});

/** A crash between two commits. */
function faultPoint(name: string): void {
  if (name !== crashAt) return;
  crashAt = undefined;
  throw new Error(`crash at ${name}`);
}

const codesPath = `/rest/v1.0/projects/${project}/work_breakdown_structure/wbs_codes`;

/** Cost type E is the company's; the project has cost code 03-100, and no budget code of the two. */
async function open(settings: Record<string, unknown>, change: { costCode?: string; subJob?: string } = {}): Promise<void> {
  const lacking = { ...rule("P-1", "E"), target: { project: "TOWER", costCode: "03-100", costType: "E", ...change } };
  const oneClass = { E: { class: "all" }, M: { class: "all" } };
  bench = await openBench({
    rules: [rule("P-2", "M"), rule("P-1", "M", "0000600000"), lacking],
    settings: { limits: { settleMs: 50, callTimeoutMs: 500 }, costs: { costTypes: oneClass }, ...settings },
    faultPoint,
  });
  await bench.post("/rest/v1.0/line_item_types", {
    company_id: 77,
    line_item_type: { name: "Equipment", csv_import_code: "E", base_type: "equipment" },
  });
  bench.records.vendors = [vendorRecord("0000100001")];
  const inP2 = { object: { kind: "wbs", key: "P-2" } } as const;
  const item = itemRecord("00020", "5.00");
  bench.records["purchase-orders"] = [
    orderRecord("4500000001", [
      itemRecord("00010", "100.00"),
      { ...item, assignments: item.assignments.map((each) => ({ ...each, ...inP2 })) },
    ]),
  ];
  bench.records.costs = [
    documentRecord("0100000001", [
      lineRecord("001", "12.00"),
      lineRecord("002", "3.00", { account: "0000600000" }),
      offsetLine("003", "-15.00"),
    ]),
  ];
}

async function finished(ask: { isPlanOnly?: boolean; flows?: readonly Flow[] } = {}): Promise<RunReport> {
  const { hub } = bench;
  const report = await hub.awaitRun(await hub.requestRun({ connection: "main", flows, mode: "full", ...ask }));
  expect(report, report.detail).toMatchObject({ state: "finished" });
  return report;
}

type Code = { flat_code: string };
const budgetCodes = async () => ((await bench.get(codesPath)) as Code[]).map((code) => code.flat_code).sort();
const holds = async () =>
  (await listHolds(bench.postgres.store, { tenant: "main", limit: 100 }))
    .map(({ key, code, waitsFor }) => `${key} ${code}: ${waitsFor}`)
    .sort();
type Line = { amount: string; wbs_code: { flat_code: string } };
async function lines(): Promise<string[]> {
  const [contract] = (await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}`)) as { id: number }[];
  if (!contract) return [];
  const found = await bench.get(`/rest/v1.0/purchase_order_contracts/${contract.id}/line_items?project_id=${project}`);
  return (found as Line[]).map(({ amount, wbs_code: code }) => `${code.flat_code} ${Number(amount)}`).sort();
}
const directCosts = async () => ((await bench.get(`/rest/v1.0/projects/${project}/direct_costs`)) as unknown[]).length;

function explained(text: string) {
  const subject = readSubject([text]);
  if (!subject) throw new Error(`${text} is nothing that can be explained`);
  return explain(bench.postgres.store, { tenant: "main", subject, asOf: new Date() });
}

const before = ["03-100.L", "03-100.M"];
const after = ["03-100.E", "03-100.L", "03-100.M"];
const waiting = (why: string, code = "budget-code-missing") => [
  `1000.0100000001.2026.001 ${code}: ${why}`,
  `4500000001.00010.01 ${code}: ${why}`,
];
const code = "budget code 03-100.E in project TOWER";

describe("a budget code that the project lacks", () => {
  it("is held by default, and nothing is asked of its parts", async () => {
    await open({});
    const report = await finished();
    expect(await budgetCodes()).toEqual(before);
    expect(await holds()).toEqual(waiting(code));
    expect(await lines()).toEqual(["03-100.M 5"]);
    expect(Object.keys(report.calls.byTemplate).filter((call) => call.includes("segments"))).toEqual([]);
  });

  it("is created where policy allows, and what needs it goes in the same run; the next run writes nothing", async () => {
    await open({ budgetCodes: { projects: { [project]: "create" } } });
    await bench.post(`/rest/v1.0/projects/${project}/billing_periods`, {
      billing_period: { start_date: "2026-10-01", end_date: "2026-10-28", due_date: "2026-10-28", status: "open" },
    });
    bench.records.invoices = [invoiceRecord("5100000001", [invoiceLineRecord("000001", "61.00")], { postingDate: "20261002" })];
    const report = await finished();
    expect(await holds()).toEqual([]);
    expect(await budgetCodes()).toEqual(after);
    expect(await lines()).toEqual(["03-100.E 100", "03-100.M 5"]);
    expect(await bench.get(`/rest/v1.1/requisitions?project_id=${project}`)).toHaveLength(1);
    expect(report.flows["purchase-orders"]).toMatchObject({ budgetCodes: 1, created: 3 });
    // Of the two flows that wanted it one created it, and the listing of the project's codes was read once for planning, once before writing.
    const { byTemplate } = report.calls;
    expect(byTemplate[`POST ${template("wbs_codes")}`]).toBe(1);
    expect(byTemplate[`GET ${template("wbs_codes")}`]).toBe(2);
    expect(byTemplate[`GET ${template("segments")}`]).toBe(1);
    // One group of two budget codes, and one part: the line that lacked its code comes with the other.
    expect(await directCosts()).toBe(1);
    const found = await explained(`BC.${project}.03-100.E`);
    expect(found?.effects).toMatchObject([{ action: "create", state: "confirmed", approval: "auto", attempts: 1 }]);
    expect(found?.atoms.map(({ key }) => key)).toEqual(["4500000001.00010.01", "1000.0100000001.2026.001"]);
    const writes = await bench.writes();
    const second = await finished();
    expect(await bench.writes()).toBe(writes);
    expect(second.calls.byTemplate[`GET ${template("wbs_codes")}`]).toBe(1);
    expect(second.calls.byTemplate[`GET ${template("segments")}`]).toBe(0);
  });

  it("is made of a cost code that is there: one that is not is named, not invented", async () => {
    await open({ budgetCodes: { policy: "create" } }, { costCode: "03-999" });
    await finished();
    expect(await budgetCodes()).toEqual(before);
    expect(await holds()).toEqual(waiting("cost code 03-999 in project TOWER, for budget code 03-999.E"));
    expect(await lines()).toEqual(["03-100.M 5"]);
  });

  it("of a sub job is made of the sub job's own cost code", async () => {
    await open({ budgetCodes: { policy: "create" } }, { subJob: "A" });
    await finished();
    const lacks = "for budget code A.03-100.E";
    expect(await holds()).toEqual(waiting(`sub job A and cost code 03-100 of sub job A in project TOWER, ${lacks}`));
    const job = { project_id: project, sub_job: { code: "A", name: "Floor 1" } };
    const { id } = (await bench.post("/rest/v1.0/sub_jobs", job)) as { id: number };
    await finished();
    expect(await holds()).toEqual(waiting(`cost code 03-100 of sub job A in project TOWER, ${lacks}`));
    const items = codesPath.replace("wbs_codes", "segments/11/segment_items");
    await bench.post(items, { code: "03-100", name: "Rebar", sub_job_id: id });
    await finished();
    expect(await holds()).toEqual([]);
    expect(await lines()).toEqual(["03-100.M 5", "A.03-100.E 100"]);
    const code = await explained(`BC.${project}.A.03-100.E`);
    expect(code?.atoms.map(({ flow, budgetCode }) => `${flow} ${budgetCode}`)).toEqual([
      "purchase-orders A.03-100.E",
      "costs A.03-100.E",
    ]);
    // And from a line to who made its budget code.
    const line = await explained("4500000001/10");
    expect(line?.effects.map(({ originId }) => originId)).toContain(`BC.${project}.A.03-100.E`);
    // The next run finds it by its parts.
    const writes = await bench.writes();
    await finished();
    expect(await bench.writes()).toBe(writes);
  });

  it("stays held where Procore refuses it, with what Procore said, and is tried once a run", async () => {
    await open({ budgetCodes: { policy: "create" } });
    await bench.door("/sandbox/switches", { budgetCodesMayBeCreated: false });
    const said = `${code}, not created: You do not have sufficient access to complete that action`;
    // The second asks for the costs' sake.
    for (const wanted of [flows, ["costs"] as const]) {
      const report = await finished({ flows: wanted });
      expect(await holds()).toEqual(waiting(said, "budget-code-refused"));
      expect(report.calls.byTemplate[`POST ${template("wbs_codes")}`]).toBe(1);
    }
    expect(await lines()).toEqual(["03-100.M 5"]);
    await bench.door("/sandbox/switches", { budgetCodesMayBeCreated: true });
    // What a replay would do is shown without doing it.
    const writes = await bench.writes();
    const ask = { connection: "main", filter: { code: "budget-code-refused" }, actor: "user:jane" };
    const { changes, waiting: left } = await bench.hub.previewReplay(ask);
    expect(changes).toContainEqual(expect.objectContaining({ action: "create", originId: `BC.${project}.03-100.E` }));
    expect(left.map(({ waitsFor }) => waitsFor)).toContain(`${code}, which is created before`);
    expect([await bench.writes(), await budgetCodes()]).toEqual([writes, before]);
    await finished();
    expect(await holds()).toEqual([]);
    expect(await budgetCodes()).toEqual(after);
  });

  it("is one code after a request whose answer was lost, also where sending twice would be refused", async () => {
    await open({ budgetCodes: { policy: "create" } });
    await bench.door("/sandbox/switches", { budgetCodeUpsert: false });
    await bench.door("/sandbox/weather", { on: { method: "POST", path: "wbs_codes$" }, how: "timeout-after-commit", times: 1 });
    const report = await finished();
    expect(await holds()).toEqual([]);
    expect(await budgetCodes()).toEqual(after);
    expect(report.calls.byTemplate[`POST ${template("wbs_codes")}`]).toBe(1);
  });

  it("is one code after a crash before it was sent", async () => {
    await open({ budgetCodes: { policy: "create" } });
    await bench.door("/sandbox/switches", { budgetCodeUpsert: false });
    expect((await bench.sync(["vendors"])).state).toBe("finished");
    crashAt = "apply.sending";
    expect((await bench.sync(["purchase-orders"])).state).toBe("stopped");
    // A plan neither sends what is in doubt nor asks for it anew.
    const writes = await bench.writes();
    await finished({ isPlanOnly: true });
    expect(await bench.writes()).toBe(writes);
    expect(await holds()).toEqual(waiting(`${code}, whose creation is in doubt`));
    await finished();
    expect(await holds()).toEqual([]);
    expect(await budgetCodes()).toEqual(after);
  });

  it("waits for a person's word where the flow's policy says so, and so do the lines", async () => {
    await open({ budgetCodes: { policy: "create" }, purchaseOrders: { approval: "always" }, costs: { approval: "always" } });
    await finished();
    expect(await budgetCodes()).toEqual(before);
    expect(await holds()).toEqual(waiting(`${code}, whose creation awaits approval`));
    const records = [`BC.${project}.03-100.E`];
    const list = await listAwaiting(bench.postgres.store, { tenant: "main", records, limit: 10 });
    expect(list).toMatchObject([{ flow: "purchase-orders", actions: ["create"], effects: 1, change: "" }]);
    await approve(bench.postgres.store, { tenant: "main", records, actor: "user:jane", note: "", atMs: Date.now() });
    const second = await finished();
    expect(await budgetCodes()).toEqual(after);
    expect(await holds()).toEqual([]);
    expect(second.flows["purchase-orders"]).toMatchObject({ awaiting: { count: 2 } });
    expect(second.flows.costs).toMatchObject({ awaiting: { count: 2 } });
  });

  it("is shown by a plan, which writes nothing, with the lines that wait for it", async () => {
    await open({ budgetCodes: { policy: "create" } });
    const writes = await bench.writes();
    const plan = await finished({ isPlanOnly: true });
    expect(await bench.writes()).toBe(writes);
    expect(await holds()).toEqual(waiting(`${code}, whose creation awaits approval`));
    // The code, the vendor's link, and the contract of the other line.
    expect(plan.plans["purchase-orders"]?.waiting?.effects).toBe(5);
    const list = await listAwaiting(bench.postgres.store, { tenant: "main", flows: ["purchase-orders"], limit: 10 });
    expect(list.map(({ originId }) => originId)).toContain(`BC.${project}.03-100.E`);
    await finished();
    expect(await holds()).toEqual([]);
    expect(await lines()).toEqual(["03-100.E 100", "03-100.M 5"]);
  });
});

function template(what: "wbs_codes" | "segments"): string {
  return `/rest/v1.0/projects/{project_id}/work_breakdown_structure/${what}`;
}
