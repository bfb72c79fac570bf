import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { agentFileJsonSchema, configurationJsonSchema } from "./schema.ts";

const published = (name: string) => readFile(new URL(`../../../docs/${name}.schema.json`, import.meta.url), "utf8");

describe("the published JSON schemas", () => {
  it.each([
    ["ml-connector", configurationJsonSchema, "config schema"],
    ["agent", agentFileJsonSchema, "config schema --agent"],
  ] as const)("docs/%s.schema.json is what the program checks by", async (name, make, command) => {
    const current = `${JSON.stringify(make(), undefined, 2)}\n`;
    expect(await published(name), `make it anew: ml-connector ${command} > docs/${name}.schema.json`).toBe(current);
  });

  it("take a good configuration and refuse a bad one", () => {
    const check = new Ajv2020({ strict: false }).compile(configurationJsonSchema());
    const connection = {
      sap: { systemId: "S01", client: "100" },
      procore: { apiUrl: "https://a", authUrl: "https://b", companyId: 1, clientId: "c" },
      mapping: "mapping.csv",
      vendors: { accountGroups: ["KRED"] },
    };
    expect(check({ version: 1, connections: { main: connection } })).toBe(true);
    expect(check({ version: 1, connections: { main: { ...connection, mappings: "x" } } })).toBe(false);
    expect(check({ version: 1, connections: { main: { ...connection, sap: { systemId: "S01", client: 100 } } } })).toBe(false);
  });
});
