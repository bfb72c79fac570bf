import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fault, faultSentence } from "../../core/index.ts";
import { loadConfiguration } from "./load-configuration.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mlc-config-"));
});
afterEach(() => rm(folder, { recursive: true }));

const good = `version: 1
connections:
  main:
    sap: { systemId: S01, client: "100" }
    procore:
      apiUrl: https://api.procore.com
      authUrl: https://login.procore.com
      companyId: 4711
      clientId: app
    mapping: mapping.csv
    vendors: { accountGroups: [KRED] }
`;
const goodAgent = `sap:
  url: https://sap.example.com:44300
  client: "100"
  user: READER
`;
const header = "company_code,object_type,object,account,material_group,valid_from,valid_to,project,cost_code,cost_type\n";
const goodMapping = `${header},wbs,P-1,,,,,TOWER,03-100,M\n`;

async function load(files: { config?: string; agent?: string; mapping?: string } = {}) {
  await writeFile(join(folder, "ml-connector.yaml"), files.config ?? good);
  await writeFile(join(folder, "agent.yaml"), files.agent ?? goodAgent);
  await writeFile(join(folder, "mapping.csv"), files.mapping ?? goodMapping);
  return loadConfiguration(join(folder, "ml-connector.yaml"));
}

async function faultOf(files: Parameters<typeof load>[0]): Promise<Fault> {
  const error = await load(files).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Fault) return error;
  throw new Error(`no fault but ${String(error)}`);
}

describe("a good configuration", () => {
  it("comes with absolute paths, defaults and the compiled mapping", async () => {
    const config = await load();
    expect(config).toMatchObject({
      file: join(folder, "ml-connector.yaml"),
      dataFolder: join(folder, ".ml-connector"),
      tenant: "main",
      hub: { host: "127.0.0.1", port: 8787 },
    });
    expect(config.connections.main).toMatchObject({
      agentFile: join(folder, "agent.yaml"),
      mappingFile: join(folder, "mapping.csv"),
      mapping: { ruleCount: 1, projects: ["TOWER"] },
      settings: { limits: { vendorsPerCall: 500 }, purchaseOrders: { foreignCurrency: "hold" } },
    });
    expect(config.connections.main?.settings).not.toHaveProperty("agent");
  });

  it("takes a bare SAP address for the one service, and leaves a whole one alone", async () => {
    const urlOf = async (agent?: string) => (await load(agent === undefined ? {} : { agent })).connections.main?.agent.sap.url;
    expect(await urlOf()).toBe("https://sap.example.com:44300/sap/bc/soap/rfc");
    expect(await urlOf(goodAgent.replace("44300", "44300/z/rfc"))).toBe("https://sap.example.com:44300/z/rfc");
  });
});

describe("native RFC", () => {
  const agentOf = (native: string) => `sap:\n  transport: jco\n  client: "100"\n  user: MLCONNECT\n  native: { ${native} }\n`;

  it("finds its library beside the agent's file, and a package by its name", async () => {
    const jco = await load({ agent: agentOf("ashost: localhost, sysnr: '00', jar: lib/sapjco3.jar") });
    expect(jco.connections.main?.agent.sap.native?.jar).toBe(join(folder, "lib/sapjco3.jar"));
    expect(jco.connections.main?.agent.sap.url).toBeUndefined();
    const moduleOf = async (module: string) => {
      const agent = agentOf(`ashost: localhost, sysnr: '00', module: ${module}`).replace("jco", "node-rfc");
      return (await load({ agent })).connections.main?.agent.sap.native?.module;
    };
    expect(await moduleOf("node-rfc")).toBe("node-rfc");
    expect(await moduleOf("./rfc/index.js")).toBe(join(folder, "rfc/index.js"));
  });

  it("is refused with the place, the value and what to write", async () => {
    const sentence = async (native: string) => faultSentence(await faultOf({ agent: agentOf(native) }));
    const plain = await sentence("ashost: sap.example, sysnr: '00', jar: sapjco3.jar");
    expect(plain).toContain('sap.native.ashost "sap.example" is reached over plain RFC');
    expect(plain).toMatch(/agent\.yaml:5:\d+/);
    expect(plain).toContain("allowPlainRfc: true");
    expect(await sentence("ashost: localhost, jar: sapjco3.jar")).toContain(
      'sap.native.sysnr is missing beside ashost, such as "00"',
    );
    expect(await sentence("ashost: localhost, sysnr: '00'")).toContain(
      "sap.native.jar is missing; give the path of SAP's sapjco3.jar",
    );
  });
});

describe("cutOver", () => {
  const withCutOver = (text: string) => ({ config: `${good}    cutOver: ${text}\n` });

  it("takes days as text, for projects that a mapping rule leads to", async () => {
    const { connections } = await load(withCutOver("{ projects: { TOWER: { date: 2026-10-01 } } }"));
    expect(connections.main?.settings.cutOver).toMatchObject({ projects: { TOWER: { date: "2026-10-01" } } });
  });

  it("refuses a project that no rule leads to, and a day that does not exist", async () => {
    const fault = await faultOf(withCutOver("{ projects: { TOWRE: { date: 2026-10-01 } } }"));
    expect(fault).toMatchObject({ code: "config.invalid" });
    expect(faultSentence(fault)).toContain('cutOver.projects: no mapping rule leads to a project "TOWRE"; did you mean "TOWER"?');
    const noDay = await faultOf(withCutOver("{ default: { costs: 2026-02-30 } }"));
    expect(faultSentence(noDay)).toContain("is no day such as 2026-10-01");
  });
});

describe("a bad configuration is refused with place, value and remedy", () => {
  it.each([
    ["an unknown key, with the nearest", good.replace("clientId", "clientID"), "config.unknown-key", 9, 7, '"clientId"'],
    ["an unknown key at the top", `${good}data: x\n`, "config.unknown-key", 12, 1, '"dataFolder"'],
    ["an unknown key behind a default", `${good}hub: { prot: 1 }\n`, "config.unknown-key", 12, 8, '"port"'],
    ["a client that YAML reads as a number", good.replace('"100"', "0100"), "config.invalid", 4, 35, 'quote it: client: "0100"'],
    ["a number that YAML reads as text", good.replace("4711", '"4711"'), "config.invalid", 8, 18, "companyId"],
    ["a missing value", good.replace("      clientId: app\n", ""), "config.invalid", 6, 7, "clientId is missing"],
    ["a wrong system id", good.replace("S01", "s1"), "config.invalid", 4, 22, '"s1" is not a SAP system id'],
    ["an address that is not safe", good.replace("https://api", "http://api"), "config.invalid", 6, 15, "no https address"],
    ["a duplicate key", `${good}version: 1\n`, "config.invalid", 12, 1, "unique"],
    ["broken YAML", good.replace("[KRED]", "[KRED"), "config.invalid", 11, 37, "end with a ]"],
    ["another version", good.replace("version: 1", "version: 2"), "config.invalid", 1, 10, "version"],
    ["a name that is none", good.replace("  main:", "  Main Site:"), "config.invalid", 3, 3, "is no name"],
  ] as const)("%s", async (_name, config, code, line, column, told) => {
    const fault = await faultOf({ config });
    expect(fault.code).toBe(code);
    expect(fault.place).toBe(`${join(folder, "ml-connector.yaml")}:${line}:${column}`);
    expect(faultSentence(fault)).toContain(told);
  });

  it("several complaints: the first in full, the others by line", async () => {
    const fault = await faultOf({ config: good.replace("S01", "s1").replace("4711", "x").replace("[KRED]", "[]") });
    expect(fault.place).toMatch(/:4:22$/);
    expect(fault.detail).toContain("(2 more on line 8, 11)");
  });

  it("no connection at all", async () => {
    expect((await faultOf({ config: "version: 1\nconnections: {}\n" })).detail).toContain("connections is empty");
    expect((await faultOf({ config: "" })).detail).toContain("version is missing");
  });

  it("a missing file", async () => {
    await expect(loadConfiguration(join(folder, "none.yaml"))).rejects.toMatchObject({
      code: "config.file-missing",
      place: join(folder, "none.yaml"),
    });
    await expect(load({ config: good.replace("mapping.csv", "map.csv") })).rejects.toMatchObject({
      code: "mapping.invalid",
      place: join(folder, "map.csv"),
    });
  });

  it.each([
    ["http://sap.example.com:8000", "password readable"],
    ["http://127.example.com:8000", "password readable"],
    ["https://READER:hidden@sap.example.com", "//…@sap.example.com"],
    ["https://sap.example.com/sap/bc/soap/rfc?sap-password=hidden", "rfc?…"],
    ["sap.example.com", "no https address"],
  ])("an address of SAP that is not safe: %s", async (url, told) => {
    const fault = await faultOf({ agent: goodAgent.replace("https://sap.example.com:44300", url) });
    expect(fault).toMatchObject({ code: "config.invalid", place: `${join(folder, "agent.yaml")}:2:8` });
    expect(fault.detail).toContain(told);
    expect(fault.detail).not.toContain("hidden");
  });

  it("a route through a SAProuter that holds its password, without the password", async () => {
    for (const route of ["/H/router/W/hidden/H/sap", "/H/router/S/3299/P/hidden", "/h/router/w/hidden"]) {
      const native = `ashost: localhost, sysnr: '00', module: x, allowPlainRfc: true, saprouter: ${route}`;
      const agent = `sap:\n  transport: node-rfc\n  client: "100"\n  user: MLCONNECT\n  native: { ${native} }\n`;
      const fault = await faultOf({ agent });
      expect(fault).toMatchObject({ code: "config.invalid", detail: expect.stringContaining("sap.native.saprouter") });
      expect(fault.detail).not.toContain("hidden");
    }
  });

  it("an agent's file for another client, and an unknown key in it", async () => {
    expect(await faultOf({ agent: goodAgent.replace('"100"', '"200"') })).toMatchObject({
      code: "config.invalid",
      detail: expect.stringContaining('"200"'),
    });
    expect(await faultOf({ agent: goodAgent.replace("user:", "pasword: x\n  user:") })).toMatchObject({
      code: "config.unknown-key",
      place: `${join(folder, "agent.yaml")}:4:3`,
    });
  });
});

it("an unknown time zone is refused with its place, what was written, and what to write", async () => {
  const agent = `${goodAgent.trimEnd()}\n  timeZone: Europe/Bonn\n`;
  const fault = await faultOf({ agent });
  expect(fault.place).toMatch(/agent\.yaml:\d+:13$/);
  expect(fault.detail).toBe(
    'sap.timeZone "Europe/Bonn" is no time zone by region and city such as Europe/Berlin; without one give timeZoneMinutes',
  );
});

describe("a policy in a file of its own", () => {
  const policy = `functions: [RFC_PING]
tables: { LFA1: [LIFNR] }
rowFilters:
  LFA1: [{ field: KTOKK, values: [KRED] }]
quietHours: [{ days: [mon], from: "08:00", to: "18:00" }]
rowsPerDay: 1000000
`;
  const named = `${goodAgent}policyFile: policy.yaml\n`;

  it("is the policy", async () => {
    await writeFile(join(folder, "policy.yaml"), policy);
    const { agent } = (await load({ agent: named })).connections.main ?? {};
    expect(agent?.policy).toEqual({
      functions: ["RFC_PING"],
      tables: { LFA1: ["LIFNR"] },
      rowFilters: { LFA1: [{ field: "KTOKK", values: ["KRED"] }] },
      quietHours: [{ days: ["mon"], from: "08:00", to: "18:00" }],
      rowsPerDay: 1_000_000,
    });
  });

  it("is refused with line and column of its own file, where it is missing, and beside another policy", async () => {
    await writeFile(join(folder, "policy.yaml"), policy.replace("rowsPerDay", "rowsPerDays"));
    const unknown = await faultOf({ agent: named });
    expect(unknown).toMatchObject({ code: "config.unknown-key" });
    expect(unknown.place).toMatch(/policy\.yaml:6:1$/);
    expect(unknown.detail).toContain('"rowsPerDay"');
    const both = await faultOf({ agent: `${named}policy: { functions: [RFC_PING], tables: {} }\n` });
    expect(both).toMatchObject({ code: "config.invalid", detail: expect.stringContaining("keep one of them") });
    await rm(join(folder, "policy.yaml"));
    expect(await faultOf({ agent: named })).toMatchObject({ code: "config.file-missing" });
  });
});

describe("periods that close with SAP", () => {
  const closing = (more: string) => `${good}    reconciliation: { controlTotals: after-costs, close: with-sap }\n${more}`;
  const kinds = "  reference: [company-code, fiscal-year-variant, fiscal-period, posting-period]\n";

  it("need what they look at: both readings, and the agent's kinds", async () => {
    const config = closing("    reference: after-costs\n");
    expect((await load({ config, agent: `${goodAgent}${kinds}` })).connections.main?.settings.reconciliation.close).toBe(
      "with-sap",
    );
    expect((await faultOf({ config: closing(""), agent: `${goodAgent}${kinds}` })).detail).toContain("needs both");
    const lacking = await faultOf({ config, agent: `${goodAgent}${kinds.replace(", posting-period", "")}` });
    expect([lacking.code, lacking.place, lacking.detail]).toEqual([
      "config.invalid",
      join(folder, "agent.yaml"),
      expect.stringContaining("sap.reference lacks posting-period"),
    ]);
  });
});
