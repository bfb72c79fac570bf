import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfiguration } from "../config/index.ts";
import { systemClock as clock, systemRandom as random } from "../platform/index.ts";
import { openSecrets, secretNames } from "../wiring/places.ts";
import { type Answers, questions, secretsFromEnvironment } from "./answers.ts";
import { completeAnswers, isComplete } from "./ask.ts";
import { writeInstallation } from "./files.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mlc-init-"));
});
afterEach(() => rm(folder, { recursive: true }));

const answers: Answers = {
  connection: "main",
  sapUrl: "https://sap.example.com:44300",
  sapSystem: "PRD",
  sapClient: "010",
  sapUser: "READER",
  timeZone: "-420",
  procoreUrl: "https://api.procore.com",
  procoreAuthUrl: "https://login.procore.com",
  company: "4711",
  clientId: "app",
  accountGroups: "KRED, LIEF",
  companyCodes: "1000,2000",
  sapPassword: "Tr0ub4dor&3",
  clientSecret: "hunter2-hunter2",
};
const write = (changed: Partial<Answers> = {}) =>
  writeInstallation({ ...answers, ...changed }, { folder, env: {}, clock, random });

describe("init", () => {
  it("writes what the product can load, with the secrets sealed and in no file", async () => {
    const written = await write();
    expect(written).toEqual(["ml-connector.yaml", "agent.yaml", "mapping.csv"].map((name) => join(folder, name)));
    const config = await loadConfiguration(join(folder, "ml-connector.yaml"));
    expect(config.connections.main).toMatchObject({
      settings: {
        sap: { systemId: "PRD", client: "010" },
        procore: { companyId: 4711 },
        vendors: { accountGroups: ["KRED", "LIEF"], companyCodes: ["1000", "2000"] },
      },
      agent: { sap: { user: "READER", timeZoneMinutes: -420, companyCodes: ["1000", "2000"] } },
      mapping: { ruleCount: 0 },
    });
    const secrets = openSecrets({ dataFolder: config.dataFolder, env: {}, clock, random });
    expect(await secrets.read(secretNames.sapPassword("main"))).toBe("Tr0ub4dor&3");
    expect(await secrets.read(secretNames.procoreClientSecret("main"))).toBe("hunter2-hunter2");
    for (const name of await readdir(folder, { recursive: true })) {
      const file = join(folder, name);
      if (!(await stat(file)).isFile()) continue;
      expect(await readFile(file, "utf8")).not.toMatch(/Tr0ub4dor|hunter2/);
    }
  });

  it("takes the time zone by its name", async () => {
    await write({ timeZone: "Europe/Berlin" });
    const { main } = (await loadConfiguration(join(folder, "ml-connector.yaml"))).connections;
    expect(main?.agent.sap).toMatchObject({ timeZone: "Europe/Berlin" });
    expect(main?.agent.sap.timeZoneMinutes).toBeUndefined();
  });

  it("overwrites nothing, and then writes nothing", async () => {
    await writeFile(join(folder, "mapping.csv"), "mine");
    await expect(write()).rejects.toMatchObject({ code: "config.invalid", place: join(folder, "mapping.csv") });
    expect(await readdir(folder)).toEqual(["mapping.csv"]);
    expect(await readFile(join(folder, "mapping.csv"), "utf8")).toBe("mine");
  });

  it.each([
    [{ sapClient: "10" }, '"10"'],
    [{ company: "Group" }, "companyId"],
    [{ sapSystem: "prod" }, "SAP system id"],
    [{ procoreUrl: "http://api.procore.com" }, "no https address"],
    [{ timeZone: "East/Nowhere" }, "timeZone"],
    [{ accountGroups: " , " }, "accountGroups"],
    [{ connection: "My Site" }, "is no name"],
  ])("refuses %j before anything is written", async (changed, told) => {
    await expect(write(changed)).rejects.toMatchObject({ code: "config.invalid", detail: expect.stringContaining(told) });
    expect(await readdir(folder)).toEqual([]);
  });

  it("takes its files back when the secrets cannot be stored", async () => {
    await writeFile(join(folder, ".ml-connector"), "in the way");
    await expect(write()).rejects.toThrow();
    expect(await readdir(folder)).toEqual([".ml-connector"]);
  });
});

describe("answers where nobody can be asked", () => {
  it("name every flag and variable that is missing, and hold no default for a secret", async () => {
    const completing = completeAnswers(questions, { sapUrl: "https://a" }, { canAsk: false, connection: "north" });
    await expect(completing).rejects.toThrow(/--sap-client.*ML_CONNECTOR_SECRET_NORTH_SAP_PASSWORD/);
    await expect(completing).rejects.not.toThrow(/--sap-url|--procore-url/);
  });

  it("take secrets from the environment and defaults from the questions", async () => {
    const env = { ML_CONNECTOR_SECRET_MAIN_SAP_PASSWORD: "a", ML_CONNECTOR_SECRET_MAIN_PROCORE_CLIENT_SECRET: "b" };
    const { sapPassword: _, clientSecret: __, procoreUrl: ___, companyCodes: ____, ...flags } = answers;
    const complete = await completeAnswers(
      questions,
      { ...flags, ...secretsFromEnvironment("main", env) },
      { canAsk: false, connection: "main" },
    );
    expect(complete).toMatchObject({
      sapPassword: "a",
      clientSecret: "b",
      procoreUrl: "https://api.procore.com",
      companyCodes: "",
    });
    expect(isComplete(complete, questions)).toBe(true);
  });
});
