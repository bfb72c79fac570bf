import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Secrets } from "../../ports/index.ts";
import { systemClock as clock, createFileSecrets, systemRandom as random } from "./index.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const OTHER_KEY = Buffer.alloc(32, 8).toString("base64");

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mlc-secrets-"));
});
afterEach(() => rm(folder, { recursive: true }));

const file = () => join(folder, "secrets.json");
const keyFile = () => join(folder, "secrets.key");
const open = (environmentKey?: string): Secrets =>
  createFileSecrets({ file: file(), keyFile: keyFile(), environmentKey, clock, random });

type Stored = { version: number; secrets: Record<string, { keyId: string; nonce: string; sealed: string; tag: string }> };
const stored = async (): Promise<Stored> => JSON.parse(await readFile(file(), "utf8"));
const store = (content: Stored) => writeFile(file(), JSON.stringify(content));
const failureOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => "no error",
    (error: unknown) => error,
  );

describe("secrets at rest", () => {
  it("come back as they were written, whatever their text", async () => {
    const secrets = open(KEY);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/), fc.constantFrom("constructor", "toString", "7")),
        fc.string({ unit: "grapheme" }),
        async (name, value) => {
          await secrets.write(name, value);
          expect(await open(KEY).read(name)).toBe(value);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("answer undefined for a name that has none, even one that objects have by nature", async () => {
    expect(await open().read("sap.password")).toBeUndefined();
    await open().write("procore.secret", "x");
    for (const name of ["sap.password", "constructor", "valueof"]) expect(await open().read(name)).toBeUndefined();
    for (const name of ["__proto__", "", "../key", "a b"]) {
      await expect(open().read(name)).rejects.toThrow(/no name for a secret/);
      await expect(open().write(name, "odd")).rejects.toThrow(/no name for a secret/);
    }
    expect(await open().read("procore.secret")).toBe("x");
  });

  it("are nowhere in the files, and the files are for their owner alone", async () => {
    await open().write("sap.password", "Tr0ub4dor&3");
    for (const name of await readdir(folder)) {
      expect(await readFile(join(folder, name), "utf8")).not.toContain("Tr0ub4dor");
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
    expect((await readdir(folder)).sort()).toEqual(["secrets.json", "secrets.key"]);
  });

  it("are sealed anew each time: the same value never looks the same", async () => {
    await open().write("one", "same");
    await open().write("two", "same");
    const { secrets } = await stored();
    expect(secrets.one?.sealed).not.toBe(secrets.two?.sealed);
    expect(secrets.one?.nonce).not.toBe(secrets.two?.nonce);
  });

  it("are all kept when many write at once, through several openings", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `name-${index}`);
    await Promise.all(names.map((name) => open().write(name, `value of ${name}`)));
    for (const name of names) expect(await open().read(name)).toBe(`value of ${name}`);
  });

  it("outlive a process that died while it held the lock", async () => {
    await writeFile(join(folder, "secrets.json.lock"), "2147483646");
    await open().write("name", "value");
    expect(await open().read("name")).toBe("value");
    expect((await readdir(folder)).sort()).toEqual(["secrets.json", "secrets.key"]);
  });
});

describe("what was tampered with is refused by name", () => {
  beforeEach(async () => {
    await open(KEY).write("sap.password", "first");
    await open(KEY).write("procore.secret", "second");
  });

  it("each altered bit of nonce, content or tag", async () => {
    const original = await stored();
    for (const part of ["nonce", "sealed", "tag"] as const) {
      const entry = original.secrets["sap.password"];
      if (entry === undefined) throw new Error("not stored");
      const bytes = Buffer.from(entry[part], "base64");
      bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
      await store({
        ...original,
        secrets: { ...original.secrets, "sap.password": { ...entry, [part]: bytes.toString("base64") } },
      });
      expect(await failureOf(open(KEY).read("sap.password"))).toMatchObject({
        code: "config.secret-broken",
        place: expect.stringContaining("sap.password"),
        detail: expect.stringContaining("altered"),
      });
      expect(await open(KEY).read("procore.secret")).toBe("second");
    }
  });

  it("a value moved to another name", async () => {
    const original = await stored();
    const moved = original.secrets["procore.secret"];
    if (moved === undefined) throw new Error("not stored");
    await store({ ...original, secrets: { ...original.secrets, "sap.password": moved } });
    expect(await failureOf(open(KEY).read("sap.password"))).toMatchObject({ detail: expect.stringContaining("altered") });
  });

  it("a shortened tag, which GCM would take for a weaker one", async () => {
    const original = await stored();
    const entry = original.secrets["sap.password"];
    if (entry === undefined) throw new Error("not stored");
    const tag = Buffer.from(entry.tag, "base64").subarray(0, 4).toString("base64");
    await store({ ...original, secrets: { ...original.secrets, "sap.password": { ...entry, tag } } });
    expect(await failureOf(open(KEY).read("sap.password"))).toMatchObject({ code: "config.secret-broken" });
  });

  it("another key, told apart from tampering", async () => {
    expect(await failureOf(open(OTHER_KEY).read("sap.password"))).toMatchObject({
      detail: expect.stringContaining("another key"),
    });
  });

  it("a key that is gone", async () => {
    expect(await failureOf(open().read("sap.password"))).toMatchObject({ detail: expect.stringContaining("ML_CONNECTOR_KEY") });
  });

  it("a file that is not one of ours, without quoting it", async () => {
    await writeFile(file(), '{"password": "hunter2"');
    const failure = await failureOf(open(KEY).read("sap.password"));
    expect(failure).toMatchObject({ code: "config.secret-broken", place: file() });
    expect(String(failure)).not.toContain("hunter2");
    expect(await failureOf(open(KEY).write("sap.password", "new"))).toMatchObject({ code: "config.secret-broken" });
  });
});

describe("a bad key is refused", () => {
  it.each(["short", Buffer.alloc(31).toString("base64"), `${KEY}!`, Buffer.alloc(64).toString("base64")])("%s", async (key) => {
    const failure = await failureOf(open(key).write("name", "value"));
    expect(failure).toMatchObject({ code: "config.secret-broken", place: "ML_CONNECTOR_KEY" });
    expect(String(failure)).not.toContain(key);
  });

  it("one that others may read", async () => {
    await open().write("name", "value");
    await chmod(keyFile(), 0o640);
    expect(await failureOf(open().read("name"))).toMatchObject({
      place: keyFile(),
      detail: expect.stringContaining("chmod 600"),
    });
  });

  it("an empty key file", async () => {
    await writeFile(keyFile(), "", { mode: 0o600 });
    expect(await failureOf(open().write("name", "value"))).toMatchObject({ place: keyFile() });
  });
});
