// Bad input of every kind, as a person meets it: one plain sentence with place, remedy and code, an exit code, and nothing half-written.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openStoreOnly } from "../../src/cli/wiring/store-only.ts";
import { isErrorCode } from "../../src/core/index.ts";
import type { RunReport } from "../../src/hub/index.ts";
import { type CliBench, type Ended, openCliBench, sapPassword } from "../support/cli-bench.ts";

let bench: CliBench;
beforeAll(async () => {
  bench = await openCliBench();
});
afterEach(async () => {
  await bench.eccSwitch({ icfNodeActive: true, userLocked: [] });
  await bench.procoreDoor("DELETE", "weather");
  await bench.procoreDoor("POST", "stats/reset");
  bench.clear();
});
afterAll(async () => {
  await bench.close();
});

const file = (name: string) => join(bench.folder, name);
const files = () => readdirSync(bench.folder, { recursive: true }).map(String).sort();

/** The code in brackets; one of the registry, said once. */
function codeIn(text: string): string {
  const codes = [...text.matchAll(/\[([a-z]+[.-][a-z.-]+)\]/g)].map(([, code]) => code ?? "");
  expect(codes).toHaveLength(1);
  expect(codes.every(isErrorCode)).toBe(true);
  return codes[0] ?? "";
}

function expectPlain({ out, err }: Ended): void {
  expect(out + err).not.toMatch(/\n\s+at |node:internal|Error:|undefined|\[object/);
  expect(out + err).not.toContain(sapPassword);
  expect(out + err).not.toContain(bench.clientSecret);
}

async function writesAtProcore(): Promise<string[]> {
  return Object.keys(await bench.procoreCalls()).filter((call) => !call.startsWith("GET") && !call.includes("/oauth/"));
}

/** Rows that a run would make of what it read or wants to write. */
async function rowsWritten(): Promise<Record<string, unknown> | undefined> {
  const opened = await openStoreOnly({ configFile: file("ml-connector.yaml"), log: () => undefined, env: {} });
  if (!opened) return undefined;
  try {
    const { rows } = await opened.store.transact({ tenant: "main" }, (tx) =>
      sql<
        Record<string, unknown>
      >`select (select count(*)::int from atom) as atoms, (select count(*)::int from effect) as effects,
        (select count(*)::int from cost_line) as lines`.execute(tx),
    );
    return rows[0];
  } finally {
    await opened.close();
  }
}

describe("a wrong configuration ends every command before anything is made", () => {
  it.each(["ping", "sync", "start", "runs", "holds", "audit verify", "config check"])("%s: an unknown key", async (command) => {
    await bench.init();
    const text = readFileSync(file("ml-connector.yaml"), "utf8").replace("clientId:", "client_id:");
    writeFileSync(file("ml-connector.yaml"), text);
    const before = files();
    const ended = await bench.run(command.split(" "));
    expect(ended.code).toBe(2);
    expect(codeIn(ended.err)).toBe("config.unknown-key");
    expect(ended.err).toMatch(/ml-connector\.yaml:13:7: "client_id".*nearest known key is "clientId"/);
    expect(ended.err.trim().split("\n")).toHaveLength(1);
    expectPlain(ended);
    expect(files()).toEqual(before);
  });

  it("a configuration that is not there", async () => {
    const ended = await bench.run(["sync"]);
    expect(ended.code).toBe(2);
    expect(codeIn(ended.err)).toBe("config.file-missing");
    expect(ended.err).toContain("ml-connector init");
    expect(files()).toEqual([]);
  });

  it("a mapping with a tie, named by its lines", async () => {
    await bench.init();
    const [header = "", first = ""] = readFileSync(file("mapping.csv"), "utf8").split("\n");
    writeFileSync(file("mapping.csv"), [header, first, first, ""].join("\n"));
    const ended = await bench.run(["sync"]);
    expect(ended.code).toBe(2);
    expect(codeIn(ended.err)).toBe("mapping.invalid");
    expect(ended.err).toMatch(/mapping\.csv:3: lines 2 and 3 tie/);
    expect(existsSync(file(".ml-connector/postgres"))).toBe(false);
  });

  it("a secret that is not stored, with the variable that may stand for it", async () => {
    await bench.init();
    writeFileSync(file(".ml-connector/secrets.json"), '{"version":1,"secrets":{}}');
    const ended = await bench.run(["sync"]);
    expect(ended.code).toBe(2);
    expect(codeIn(ended.err)).toBe("config.secret-missing");
    expect(ended.err).toContain("ML_CONNECTOR_SECRET_MAIN_PROCORE_CLIENT_SECRET");
    expect(existsSync(file(".ml-connector/postgres"))).toBe(false);
  });

  it("a database that cannot be used, without its password", async () => {
    await bench.init();
    const before = files();
    for (const [databaseUrl, code, exit] of [
      ["postgres://books:hidden@127.0.0.1:1/books", "store.unavailable", 3],
      ["127.0.0.1:5432/books?password=hidden", "config.invalid", 2],
    ] as const)
      for (const command of ["sync", "runs"]) {
        const ended = await bench.run([command], { DATABASE_URL: databaseUrl });
        expect(ended.code).toBe(exit);
        expect(codeIn(ended.err)).toBe(code);
        expect(ended.err).toContain("DATABASE_URL");
        expect(ended.err).not.toContain("hidden");
        expectPlain(ended);
      }
    expect(files()).toEqual(before);
  });

  it("data of another PostgreSQL, which are left as they are", async () => {
    await bench.init();
    mkdirSync(file(".ml-connector/postgres/cluster"), { recursive: true });
    writeFileSync(file(".ml-connector/postgres/cluster/PG_VERSION"), "9\n");
    const before = files();
    const ended = await bench.run(["sync"]);
    expect(ended.code).toBe(2);
    expect(codeIn(ended.err)).toBe("store.start-failed");
    expect(ended.err).toContain("written by PostgreSQL 9");
    expectPlain(ended);
    expect(files()).toEqual(before);
  });

  it("a flag, a flow, a command or a connection that is not known", async () => {
    await bench.init();
    for (const args of [
      ["sync", "--ful"],
      ["sync", "--flow", "vendor"],
      ["snyc"],
      ["sync", "--connection", "north"],
      ["runs", "x"],
    ]) {
      const ended = await bench.run(args);
      expect(ended.code).toBe(2);
      expectPlain(ended);
      expect(ended.err).toMatch(/full|nearest is "vendors"|sync|there are main|runs are numbers/);
    }
    expect(existsSync(file(".ml-connector/postgres"))).toBe(false);
  });

  it("as an object for programs", async () => {
    const ended = await bench.run(["ping", "--json"]);
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.out)).toMatchObject({
      error: { code: "config.file-missing", exitCode: 2, place: file("ml-connector.yaml"), next: expect.any(String) },
    });
    expect(ended.err).toBe("");
  });
});

describe("ping says what is wrong with the other side", () => {
  type Check = { name: string; code: string; exit: number; told: RegExp; arrange: () => Promise<unknown> };
  const checks: readonly Check[] = [
    {
      name: "a wrong password",
      code: "sap.logon",
      exit: 2,
      told: /SU01/,
      arrange: () => bench.init({}, { sap: "Wrong-1" }),
    },
    {
      name: "an inactive ICF node",
      code: "sap.not-active",
      exit: 2,
      told: /SICF/,
      arrange: async () => {
        await bench.init();
        await bench.eccSwitch({ icfNodeActive: false });
      },
    },
    {
      name: "an unreachable host",
      code: "sap.unreachable",
      exit: 3,
      told: /127\.0\.0\.1:1.*firewall/s,
      arrange: () => bench.init({ "sap-url": "http://127.0.0.1:1" }),
    },
    {
      name: "a host that no name server knows",
      code: "sap.name-not-found",
      exit: 2,
      told: /sap\.invalid/,
      arrange: () => bench.init({ "sap-url": "https://sap.invalid:44300" }),
    },
    {
      name: "another system than the configuration means",
      code: "config.invalid",
      exit: 2,
      told: /systemId is P01.*says it is S01/,
      arrange: () => bench.init({ "sap-system": "P01" }),
    },
    {
      name: "a wrong client secret",
      code: "procore.token",
      exit: 2,
      told: /client id or secret/,
      arrange: () => bench.init({}, { procore: "wrong" }),
    },
    {
      name: "a token that dies at once, also a fresh one",
      code: "procore.unauthorised",
      exit: 2,
      told: /installed and not revoked/,
      arrange: async () => {
        await bench.init();
        await bench.procoreDoor("POST", "weather", { on: { path: "/rest/.*" }, how: "expire-token", times: 1000 });
      },
    },
    {
      name: "an app that is not connected to the company",
      code: "procore.app-not-connected",
      exit: 2,
      told: /Install the app/,
      arrange: () => bench.init({ "procore-company": "999" }),
    },
    {
      name: "a project that is not permitted",
      code: "procore.project-not-permitted",
      exit: 2,
      told: /mapping leads to FORBIDDEN-1,.*permitted projects/,
      arrange: async () => {
        await bench.init();
        const text = readFileSync(file("mapping.csv"), "utf8");
        writeFileSync(file("mapping.csv"), `${text},plant,ZZ99,,,,,FORBIDDEN-1,01-100,M\n`);
      },
    },
  ];

  it.each(checks)("$name", async ({ code, exit, told, arrange }) => {
    await arrange();
    const before = files();
    const ended = await bench.run(["ping"]);
    expect(ended.code).toBe(exit);
    expect(codeIn(ended.out)).toBe(code);
    expect(ended.out).toMatch(told);
    // One side's trouble does not hide the other side.
    expect(ended.out.match(/^ok /gm)).toHaveLength(1);
    expectPlain(ended);
    expect(files()).toEqual(before);
    expect(await writesAtProcore()).toEqual([]);
  });

  it("and that all is well, where it is", async () => {
    await bench.init();
    const ended = await bench.run(["ping", "--json"]);
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(ended.out)).toMatchObject({
      ok: true,
      checks: [
        { check: "SAP", ok: true },
        { check: "Procore", ok: true },
      ],
    });
  });
});

describe("sync halts with the reason, and nothing is half-written", () => {
  type Case = { name: string; code: string; arrange: () => Promise<unknown> };
  const cases: readonly Case[] = [
    { name: "a wrong password", code: "sap.logon", arrange: () => bench.init({}, { sap: "Wrong-1" }) },
    {
      name: "an inactive ICF node",
      code: "sap.not-active",
      arrange: async () => {
        await bench.init();
        await bench.eccSwitch({ icfNodeActive: false });
      },
    },
    { name: "a wrong client secret", code: "procore.token", arrange: () => bench.init({}, { procore: "wrong" }) },
    {
      name: "a token that dies at once",
      code: "procore.unauthorised",
      arrange: async () => {
        await bench.init();
        await bench.procoreDoor("POST", "weather", { on: { path: "/rest/.*" }, how: "expire-token", times: 1000 });
      },
    },
    {
      name: "an unreachable Procore",
      code: "procore.unreachable",
      arrange: () => bench.init({ "procore-url": "http://127.0.0.1:1" }),
    },
  ];

  it.each(cases)("$name", async ({ code, arrange }) => {
    await arrange();
    const ended = await bench.run(["sync"]);
    expect(ended.code).toBe(3);
    expect(codeIn(ended.out)).toBe(code);
    expectPlain(ended);
    expect(await writesAtProcore()).toEqual([]);
    expect(await rowsWritten()).toEqual({ atoms: 0, effects: 0, lines: 0 });
    const runs = await bench.run(["runs", "--json"]);
    expect(JSON.parse(runs.out)).toMatchObject([{ run: "1", code, flows: {} }]);
  });

  it("holds what leads to a project that is not permitted, and posts the rest", async () => {
    await bench.init();
    const text = readFileSync(file("mapping.csv"), "utf8");
    const [first = ""] = text.trimEnd().split("\n").slice(1);
    const project = first.split(",")[7] ?? "";
    writeFileSync(file("mapping.csv"), text.replaceAll(`,${project},`, ",FORBIDDEN-1,"));
    const ended = await bench.run(["sync", "--json"]);
    expect(ended.code).toBe(0);
    const run = JSON.parse(ended.out) as RunReport;
    expect(run.state).toBe("finished");
    expect(run.flows["purchase-orders"]?.held["project-not-permitted"]?.count).toBeGreaterThan(0);
    expect(run.flows["purchase-orders"]?.created).toBeGreaterThan(0);
    const held = await bench.run(["holds", "--code", "project-not-permitted"]);
    expect(held.out).toContain("project-not-permitted");
    expect(codeIn((await bench.run(["ping"])).out)).toBe("procore.project-not-permitted");
  });

  it("asks SAP once with a wrong password, and goes on when it is put right", async () => {
    await bench.init({}, { sap: "Wrong-1" });
    const first = await bench.run(["sync", "--json", "--flow", "vendors"]);
    expect(first.code).toBe(3);
    expect(JSON.parse(first.out)).toMatchObject({ code: "sap.logon", sap: { calls: 1 } });
    const stored = await bench.run(["init", "--secrets"], {
      ML_CONNECTOR_SECRET_MAIN_SAP_PASSWORD: sapPassword,
      ML_CONNECTOR_SECRET_MAIN_PROCORE_CLIENT_SECRET: bench.clientSecret,
    });
    expect(stored.code).toBe(0);
    const second = await bench.run(["sync", "--json"]);
    expect(second.code).toBe(0);
    // The run that was paused is finished first; it was of vendors only, so that what is asked for now follows it.
    expect(second.err).toContain("run 1 (full: vendors) had been left unfinished");
    const all = { vendors: expect.anything(), "purchase-orders": expect.anything(), costs: expect.anything() };
    expect(JSON.parse(second.out)).toMatchObject({ run: "2", state: "finished", mode: "full", flows: all });
    const third = await bench.run(["sync", "--json"]);
    expect(JSON.parse(third.out)).toMatchObject({ run: "3", state: "finished", mode: "delta" });
  });
});
