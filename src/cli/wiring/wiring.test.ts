import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Fault, faultSentence } from "../../core/index.ts";
import type { Configuration } from "../config/index.ts";
import { systemClock as clock, systemRandom as random } from "../platform/index.ts";
import { pickConnection } from "./connections.ts";
import { openDatabase } from "./open-database.ts";
import { openSecrets, requireSecret, secretNames, secretVariableOf } from "./places.ts";
import { createTeardown } from "./teardown.ts";

describe("teardown", () => {
  it("runs last first, once, each step whatever became of the one before", async () => {
    const done: string[] = [];
    const teardown = createTeardown();
    teardown.add(async () => void done.push("first"));
    teardown.add(async () => {
      throw new Error("second failed");
    });
    teardown.add(async () => void done.push("third"));
    await expect(teardown.run()).rejects.toThrow("second failed");
    await expect(teardown.run()).rejects.toThrow("second failed");
    expect(done).toEqual(["third", "first"]);
  });
});

describe("the connection that is meant", () => {
  const configOf = (...names: string[]) =>
    ({ file: "/c.yaml", connections: Object.fromEntries(names.map((name) => [name, {}])) }) as unknown as Configuration;

  it("is the named one, or the only one", () => {
    expect(pickConnection(configOf("a", "b"), "b")).toBe("b");
    expect(pickConnection(configOf("a"), undefined)).toBe("a");
  });

  it("is refused with the names that there are", () => {
    expect(() => pickConnection(configOf("a", "b"), "c")).toThrow(/"c".*a, b/);
    expect(() => pickConnection(configOf("a", "b"), undefined)).toThrow(/--connection: a, b/);
    expect(() => pickConnection(configOf("a"), "toString")).toThrow(/toString/);
  });
});

describe("secrets", () => {
  it("come from the environment before the sealed store; a missing one names both ways, and looking makes no file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mlc-places-"));
    try {
      const name = secretNames.sapPassword("north-1");
      const variable = secretVariableOf(name);
      expect(variable).toBe("ML_CONNECTOR_SECRET_NORTH_1_SAP_PASSWORD");
      const open = (env: NodeJS.ProcessEnv) => openSecrets({ dataFolder: folder, env, clock, random });
      await expect(requireSecret(open({}), name, "agent.yaml")).rejects.toMatchObject({
        code: "config.secret-missing",
        place: "agent.yaml",
        detail: expect.stringContaining(variable),
      });
      expect(await readdir(folder)).toEqual([]);
      await open({}).write(name, "sealed");
      expect(await open({}).read(name)).toBe("sealed");
      expect(await open({ [variable]: "given" }).read(name)).toBe("given");
      expect(await open({ [variable]: "" }).read(name)).toBe("sealed");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("a database of somebody's", () => {
  it.each([
    ["nonsense", "config.invalid", "such as postgres://"],
    ["mysql://u:pw-hidden@127.0.0.1/x", "config.invalid", "such as postgres://"],
    ["postgres://u:pw-hidden@127.0.0.1:1/books", "store.unavailable", "books on 127.0.0.1:1 cannot be used (ECONNREFUSED)"],
  ])("that cannot be used is a fault of DATABASE_URL without its password: %s", async (databaseUrl, code, told) => {
    const opening = openDatabase({ dataFolder: "/nowhere", env: { DATABASE_URL: databaseUrl }, clock, log: () => undefined });
    const error: unknown = await opening.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, place: "DATABASE_URL", detail: expect.stringContaining(told) });
    expect(error instanceof Fault && faultSentence(error)).not.toMatch(/pw-hidden/);
  });
});
