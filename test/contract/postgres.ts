// One private PostgreSQL per test file, in a temporary folder of its own that is gone afterwards. The folder's name is short, because a
// socket's path must be.
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "../../src/cli/platform/index.ts";
import { migrate, openStore, type PrivatePostgres, type Store, startPostgres } from "../../src/store/index.ts";

export type TestPostgres = {
  postgres: PrivatePostgres;
  dataFolder: string;
  /** Migrated, and opened as the application's role. */
  store: Store;
};

/** Commits need not reach the disk here: what these tests lose in a crash they would not miss. */
const FAST = { synchronous_commit: "off", fsync: "off", full_page_writes: "off" };

/** Reachable for the user that the server runs as when the tests run as root: not below anybody's home. */
export async function makeDataFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "mlc-test-"));
  // mkdtemp makes it for its owner alone.
  await chmod(parent, 0o711);
  return join(parent, "d");
}

export async function removeDataFolder(dataFolder: string): Promise<void> {
  await rm(join(dataFolder, ".."), { recursive: true, force: true });
}

/** Names the data folder that postgres-template.ts made; without it each server is made anew. */
export const templateVariable = "MLC_TEST_POSTGRES";

/** Owners stay what they are: as root the server runs as another user. */
async function copyTemplate(dataFolder: string): Promise<void> {
  const template = process.env[templateVariable];
  if (template !== undefined) await promisify(execFile)("cp", ["-a", template, dataFolder]);
}

export async function openTestPostgres(): Promise<TestPostgres & { close(): Promise<void> }> {
  const dataFolder = await makeDataFolder();
  await copyTemplate(dataFolder);
  const postgres = await startPostgres({ dataFolder, clock: systemClock, settings: FAST });
  await migrate({ connection: postgres.ownerConnection });
  const store = await openStore({ connection: postgres.connection, clock: systemClock });
  return {
    postgres,
    dataFolder,
    store,
    close: async () => {
      await store.close();
      await postgres.stop();
      await removeDataFolder(dataFolder);
    },
  };
}

/** For a suite: `beforeAll(() => …)` is spared where a single test does. */
export async function withPostgres<T>(work: (server: TestPostgres) => Promise<T>): Promise<T> {
  const server = await openTestPostgres();
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}
