// How many calls a first load makes, beside the fewest that could have done it. The bound is worked out here from what Procore held before and holds
// after, by a reader of this file's own and one table of maxima: it shares no code with what plans and sends. Reads and writes apart. Then a second
// sync, in which nothing changed. Options: --projects, --vendors, --purchase-orders, --po-lines, --cost-lines, --seed, --json. Exits with 4 when a goal
// was missed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { request } from "undici";
import { buildGroup, procoreCompanyId } from "../src/sandbox/builder/index.ts";
import { type FullBench, openFullBench } from "../test/support/full-bench.ts";

/** Rows of one call (procore 3, 4.11), and rows of one page where a list is read. */
const maxima = { sync: 1_000, directCostLines: 500, page: 1_000, companyPage: 100, projectPage: 300 } as const;
const goal = 1.02;

const { values } = parseArgs({
  options: {
    projects: { type: "string", default: "100" },
    vendors: { type: "string", default: "10000" },
    "purchase-orders": { type: "string", default: "5000" },
    "po-lines": { type: "string", default: "15000" },
    "cost-lines": { type: "string", default: "200000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});

type Row = Record<string, unknown>;
type Counts = Record<string, number>;
const sum = (counts: Counts) => Object.values(counts).reduce((total, each) => total + each, 0);
const calls = (rows: number, max: number) => Math.ceil(rows / max);

async function readCalls(url: string): Promise<Counts> {
  const { body } = await request(`${url}/sandbox/stats`);
  return ((await body.json()) as { calls: Counts }).calls;
}

async function resetCalls(url: string): Promise<void> {
  const { body } = await request(`${url}/sandbox/stats/reset`, { method: "POST" });
  await body.dump();
}

const isWrite = (call: string) => !call.startsWith("GET") && !call.includes("/oauth/");
const pick = (counts: Counts, wanted: (call: string) => boolean): Counts =>
  Object.fromEntries(Object.entries(counts).filter(([call]) => wanted(call)));

type State = {
  companies: Row[];
  inactive: Row[];
  projects: { id: number; vendors: Row[]; contracts: Row[]; costs: Row[]; lines: Row[]; bills: Row[]; codes: Row[] }[];
};

async function readState(bench: FullBench): Promise<State> {
  const projects: State["projects"] = [];
  for (const listed of await bench.list(`/rest/v1.1/projects?company_id=${procoreCompanyId}&per_page=300`)) {
    const id = Number(listed.id);
    const of = (path: string) => bench.list(`${path}${path.includes("?") ? "&" : "?"}per_page=1000`);
    projects.push({
      id,
      vendors: await of(`/rest/v1.1/projects/${id}/vendors?view=minimal`),
      contracts: await of(`/rest/v1.0/purchase_order_contracts?project_id=${id}&view=extended`),
      costs: await of(`/rest/v1.1/projects/${id}/direct_costs`),
      lines: await of(`/rest/v1.0/projects/${id}/direct_costs/line_items`),
      bills: await of(`/rest/v1.1/requisitions?project_id=${id}`),
      codes: await of(`/rest/v1.0/projects/${id}/work_breakdown_structure/wbs_codes`),
    });
  }
  const company = procoreCompanyId;
  return {
    companies: await bench.list(`/rest/v1.0/vendors?company_id=${company}&view=extended&per_page=1000`),
    inactive: await bench.list(`/rest/v1.0/companies/${company}/vendors/inactive?view=extended&per_page=1000`),
    projects,
  };
}

const ours = (rows: readonly Row[]) => rows.filter(({ origin_id: originId }) => typeof originId === "string").length;

async function linesByContract(bench: FullBench, state: State): Promise<number[]> {
  const counts: number[] = [];
  for (const { id, contracts } of state.projects)
    for (const contract of contracts)
      counts.push(
        (await bench.list(`/rest/v1.0/purchase_order_contracts/${String(contract.id)}/line_items?project_id=${id}&per_page=1000`))
          .length,
      );
  return counts;
}

function fewestWrites(before: State, after: State, contractLines: readonly number[]): Counts {
  const links = (state: State) => state.projects.reduce((total, { vendors }) => total + vendors.length, 0);
  const perProject = (count: (project: State["projects"][number]) => number) =>
    after.projects.reduce((total, project) => total + count(project), 0);
  return {
    vendors: calls(ours(after.companies) + ours(after.inactive) - ours(before.companies) - ours(before.inactive), maxima.sync),
    "project vendors": links(after) - links(before),
    "contract headers": perProject(({ contracts }) => calls(contracts.length, maxima.sync)),
    "contract lines": contractLines.reduce((total, lines) => total + calls(lines, maxima.sync), 0),
    "contract approvals": perProject(({ contracts }) =>
      calls(contracts.filter(({ status }) => status === "Approved").length, maxima.sync),
    ),
    requisitions: perProject(({ bills }) => bills.length),
    "direct cost headers": perProject(({ costs }) => calls(costs.length, maxima.sync)),
    "direct cost lines": perProject(({ lines }) => calls(lines.length, maxima.directCostLines)),
    "direct cost approvals": perProject(({ costs }) => calls(costs.length, maxima.sync)),
  };
}

/** Each list that has to be seen, once. */
function fewestReads(before: State, after: State): Counts {
  const used = after.projects.filter(({ contracts, costs }) => contracts.length + costs.length > 0);
  const billed = after.projects.filter(({ bills }) => bills.length > 0);
  return {
    projects: calls(after.projects.length, maxima.projectPage),
    "companies of Procore, active and inactive":
      Math.max(1, calls(before.companies.length, maxima.companyPage)) +
      Math.max(1, calls(before.inactive.length, maxima.companyPage)),
    "currency and budget codes": used.reduce((total, { codes }) => total + 1 + Math.max(1, calls(codes.length, maxima.page)), 0),
    "project directories": after.projects.filter(({ contracts }) => contracts.length > 0).length,
    "billing periods and requisitions": 2 * billed.length,
  };
}

const worldFolder = mkdtempSync(join(tmpdir(), "mlc-calls-"));
const print = (line: string) => process.stderr.write(`${line}\n`);
try {
  buildGroup({
    worldFolder,
    seed: Number(values.seed),
    asOf: "20261115",
    projects: Number(values.projects),
    vendors: Number(values.vendors),
    purchaseOrders: Number(values["purchase-orders"]),
    poLines: Number(values["po-lines"]),
    costLines: Number(values["cost-lines"]),
  });
  const bench = await openFullBench({ worldFolder, settings: JSON.parse(process.env.ML_BENCH_SETTINGS ?? "{}") });
  try {
    const before = await readState(bench);
    await resetCalls(bench.procoreUrl);
    const started = performance.now();
    const first = await bench.sync();
    const seconds = (performance.now() - started) / 1000;
    const made = await readCalls(bench.procoreUrl);
    await resetCalls(bench.procoreUrl);
    const second = await bench.sync();
    const again = await readCalls(bench.procoreUrl);
    const after = await readState(bench);
    const writes = fewestWrites(before, after, await linesByContract(bench, after));
    const reads = fewestReads(before, after);
    const madeWrites = sum(pick(made, isWrite));
    const madeReads = sum(pick(made, (call) => call.startsWith("GET")));
    const result = {
      states: [first.state, second.state],
      planned: Object.values(first.plans).reduce((total, { calls: each }) => total + each, 0),
      writes: { made: madeWrites, fewest: sum(writes), ratio: madeWrites / sum(writes), by: writes, calls: pick(made, isWrite) },
      reads: {
        made: madeReads,
        fewest: sum(reads),
        ratio: madeReads / sum(reads),
        by: reads,
        calls: pick(made, (call) => call.startsWith("GET")),
      },
      unchanged: { writes: sum(pick(again, isWrite)), reads: sum(pick(again, (call) => call.startsWith("GET"))), calls: again },
      seconds,
    };
    if (values.json) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    else {
      print(`first load: ${result.states.join(", ")}; ${seconds.toFixed(1)} s`);
      for (const [what, each] of [
        ["writes", result.writes],
        ["reads", result.reads],
      ] as const) {
        print(`${what}: ${each.made} made, ${each.fewest} are the fewest, ratio ${each.ratio.toFixed(4)} (goal ${goal})`);
        for (const [name, count] of Object.entries(each.by)) print(`    fewest ${name}: ${count}`);
        for (const [name, count] of Object.entries(each.calls)) print(`    made ${name}: ${count}`);
      }
      print(`planned calls: ${result.planned}`);
      print(`nothing changed: ${result.unchanged.writes} writes, ${result.unchanged.reads} reads`);
      for (const [name, count] of Object.entries(again)) print(`    ${name}: ${count}`);
    }
    const isMissed =
      result.writes.ratio > goal || result.unchanged.writes > 0 || first.state !== "finished" || second.state !== "finished";
    if (isMissed) process.exitCode = 4;
  } finally {
    await bench.close();
  }
} finally {
  rmSync(worldFolder, { recursive: true, force: true });
}
