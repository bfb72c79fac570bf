// `ml-connector fit` as a person runs it, against both simulators: a world that fits, and one thing wrong at a time. Neither system is written to.
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fit, FitFinding } from "../../src/core/index.ts";
import { tableNames } from "../../src/sandbox/ecc/dictionary/index.ts";
import type { EccSystem, ProcoreSeed } from "../../src/sandbox/world.ts";
import { type CliBench, openCliBench, sapPassword } from "../support/cli-bench.ts";

/** Functions of SAP that read; the check calls nothing else. */
const reads =
  /^(?:RFC_PING|RFC_SYSTEM_INFO|STFC_CONNECTION|DDIF_FIELDINFO_GET|RFC_GET_FUNCTION_INTERFACE|EM_GET_NUMBER_OF_ENTRIES|.*READ_TABLE2?|RFC_GET_TABLE_ENTRIES)$/;
const narrowUser = "NOBSEG";

function edit<T>(file: string, change: (value: T) => T): void {
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8")) as T)));
}

/** Nobody in the directory, an open billing period in every project, and a second SAP user who may not show BSEG. */
function heal(worldFolder: string): void {
  edit<ProcoreSeed>(join(worldFolder, "procore", "seed.json"), (seed) => ({
    ...seed,
    vendors: [],
    projects: seed.projects.map((project) => ({
      ...project,
      billingPeriods: [
        {
          id: project.id + 7_000_000,
          startDate: "2026-11-01",
          endDate: "2026-11-30",
          dueDate: "2026-11-30",
          status: "open" as const,
        },
      ],
    })),
  }));
  // Two vendors of one tax id wait for a person, whatever Procore has.
  const vendors = join(worldFolder, "ecc", "tables", "LFA1.ndjson");
  const rows = readFileSync(vendors, "utf8").split("\n");
  writeFileSync(vendors, rows.filter((row) => !/"00001900(?:16|17)"/.test(row)).join("\n"));
  edit<EccSystem>(join(worldFolder, "ecc", "system.json"), (system) => ({
    ...system,
    users: [
      ...system.users,
      { user: narrowUser, password: sapPassword, functions: ["*"], tables: tableNames().filter((name) => name !== "BSEG") },
    ],
  }));
}

let bench: CliBench;
const companyId = 8080;
const project = 560_001;

/** What somebody else keys into Procore. */
async function key(path: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
  const send = async (where: string, content: unknown, token?: string) => {
    const answer = await request(`${bench.procoreUrl}${where}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}`, "procore-company-id": String(companyId) }),
      },
      body: JSON.stringify(content),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${where}: ${answer.statusCode} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const credentials = { grant_type: "client_credentials", client_id: "ml-connector-demo", client_secret: bench.clientSecret };
  const { access_token: token } = await send("/oauth/token", credentials);
  return send(path, body, String(token));
}

const inFolder = (name: string) => join(bench.folder, name);
const change = (name: string, from: RegExp, to: string) =>
  writeFileSync(inFolder(name), readFileSync(inFolder(name), "utf8").replace(from, to));

type FitJson = Fit & { tookMs: number };

const sumOf = (calls: Readonly<Record<string, number>>, isCounted: (name: string) => boolean) =>
  Object.entries(calls).reduce((sum, [name, count]) => sum + (isCounted(name) ? count : 0), 0);
const writesAtProcore = async () =>
  sumOf(await bench.procoreCalls(), (name) => !name.startsWith("GET ") && name !== "POST /oauth/token");
const writesAtSap = async () => sumOf((await bench.eccStats()).calls, (name) => !reads.test(name));

/** Every run of the check: neither system is written to, and no database begun. */
async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const before = await writesAtProcore();
  const ended = await bench.run(["fit", ...args]);
  expect(await writesAtProcore()).toBe(before);
  expect(await writesAtSap()).toBe(0);
  expect(existsSync(inFolder(".ml-connector/postgres"))).toBe(false);
  return ended;
}
async function fit(...args: string[]): Promise<{ code: number | null; json: FitJson }> {
  const { code, out, err } = await run("--json", ...args);
  expect(out, err).not.toBe("");
  return { code, json: JSON.parse(out) as FitJson };
}
const named = ({ findings }: Fit, code: string): FitFinding | undefined => findings.find((each) => each.code === code);

beforeAll(async () => {
  bench = await openCliBench(heal);
  expect((await bench.init()).code).toBe(0);
  // Rules whose budget codes the world leaves out on purpose, and a company code whose cost comes from controlling.
  const [header = "", ...lines] = readFileSync(inFolder("mapping.csv"), "utf8").trimEnd().split("\n");
  writeFileSync(inFolder("mapping.csv"), [header, ...lines.filter((line) => !line.includes("26-300")), ""].join("\n"));
  change("agent.yaml", /companyCodes: \[\]/, 'companyCodes: ["1100"]\n  costSources: { "1100": coep }');
});
afterAll(async () => bench.close());

describe("fit", () => {
  it("says go of a world that fits, and writes a page for its owner alone", async () => {
    const { code, json } = await fit("--html", "fit.html");
    expect(json.findings.filter(({ severity }) => severity !== "go")).toEqual([]);
    expect(json).toMatchObject({ verdict: "go", skipped: [] });
    expect(json.twins?.inScope).toBeGreaterThan(30);
    expect(code).toBe(0);
    const page = readFileSync(inFolder("fit.html"), "utf8");
    expect(page).toContain("<h1>GO</h1>");
    expect(page).toContain("nothing, to either system");
    expect(page).not.toContain("<script");
    expect(statSync(inFolder("fit.html")).mode & 0o777).toBe(0o600);
  });

  it("says no without the right for BSEG, and names object and table for Basis", async () => {
    change("agent.yaml", /user: MLCONNECT/, `user: ${narrowUser}`);
    try {
      const { code, out } = await run();
      expect(out.split("\n")[0]).toBe("NO-GO");
      expect(code).toBe(4);
      expect(out).toMatch(/\nSAP Basis\n {2}NO-GO The SAP user may not show 1 table that the flows read/);
      expect(out).toMatch(/- BSEG: S_TABU_NAM BSEG .*NOT_AUTHORIZED/s);
      expect(out).toMatch(/> Give the user's role S_TABU_NAM with ACTVT 03 and TABLE BSEG/);
    } finally {
      change("agent.yaml", new RegExp(`user: ${narrowUser}`), "user: MLCONNECT");
    }
  });

  it("names the project without a right for direct costs, foreign links, and contracts that people keyed", async () => {
    const vendor = await key("/rest/v1.0/vendors", {
      company_id: companyId,
      vendor: { name: "Keyed Elsewhere LLC", origin_id: "OTHER.ERP.77" },
    });
    await key(`/rest/v1.1/projects/${project}/vendors/${vendor.id}/actions/add`, {});
    await key("/rest/v1.0/purchase_order_contracts", {
      project_id: project,
      purchase_order_contract: { number: "HAND-1", title: "Keyed by hand", vendor_id: vendor.id },
    });
    await bench.procoreDoor("POST", "rights", { tools: [{ project_id: project, tool: "direct-costs", level: "none" }] });
    try {
      const { code, json } = await fit();
      expect(json.verdict).toBe("go-with-fixes");
      expect(code).toBe(0);
      expect(named(json, "procore-tool-refused")).toMatchObject({
        severity: "warn",
        owner: "procore-admin",
        evidence: [expect.stringMatching(/\(id 560001\): 403/)],
        fix: expect.stringContaining("Direct Costs: Standard"),
      });
      expect(named(json, "procore-vendors-foreign")?.evidence).toEqual(["Keyed Elsewhere LLC: OTHER.ERP.77"]);
      expect(named(json, "procore-contracts-by-hand")?.evidence).toEqual([expect.stringContaining("HAND-1")]);
    } finally {
      await bench.procoreDoor("POST", "rights", { tools: [{ project_id: project, tool: "direct-costs", level: "standard" }] });
    }
  });

  it("ends in its time, says what it skipped, and then never go", async () => {
    await bench.eccSwitch({ msPerCall: 300 });
    try {
      const { code, json } = await fit("--minutes", "0.1");
      // Unhurried, some 170 calls would take 50 s. On a busy machine the beginning alone takes some of the six seconds.
      expect(json.tookMs).toBeLessThan(20_000);
      expect(json.verdict).toBe("undecided");
      expect(code).toBe(3);
      expect(json.skipped.filter(({ what }) => what.startsWith("table ")).length).toBeGreaterThan(3);
      // What our own deadline cut off is no refusal of SAP's.
      expect(json.findings.filter(({ severity }) => severity === "no-go")).toEqual([]);
    } finally {
      await bench.eccSwitch({ msPerCall: 0 });
    }
  });

  it("takes SAP's half from the agent's machine as a file, and judges it where the rest is", async () => {
    const half = await bench.run(["fit", "sap", "--agent", "agent.yaml", "--out", "half.json"], {
      ML_CONNECTOR_SAP_PASSWORD: sapPassword,
    });
    expect(half).toMatchObject({ code: 0, err: expect.stringContaining("fit --sap") });
    expect(statSync(inFolder("half.json")).mode & 0o777).toBe(0o600);
    renameSync(inFolder("agent.yaml"), inFolder("away.yaml"));
    try {
      const { json } = await fit("--sap", "half.json");
      expect(json.verdict).toBe("go-with-fixes");
      expect(json.findings.filter(({ owner }) => owner === "sap-basis")).toEqual([]);
    } finally {
      renameSync(inFolder("away.yaml"), inFolder("agent.yaml"));
    }
  });

  it("leaves out what it has no credentials for, and says so", async () => {
    const config = readFileSync(inFolder("ml-connector.yaml"), "utf8");
    writeFileSync(inFolder("bare.yaml"), config.replace(".ml-connector", "nothing").replace("agent.yaml", "elsewhere.yaml"));
    const { code, json } = await fit("--config", "bare.yaml");
    expect(json.skipped).toEqual([
      { what: "SAP", why: expect.stringContaining("fit sap --out FILE") },
      { what: "Procore", why: expect.stringContaining("ML_CONNECTOR_SECRET_MAIN_PROCORE_CLIENT_SECRET") },
    ]);
    expect(json.verdict).toBe("undecided");
    expect(code).toBe(3);
  });
});
