// Once for all suites: a private PostgreSQL that was made, migrated and stopped. What the tests start are copies of it, which costs a tenth of making
// one; that making works is tested where it is the matter (store-*.test.ts, e2e). And a place where Node keeps what it compiled, as `bin/` names one:
// every file of tests is a process that reads the same sources, and every command is.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/cli/platform/index.ts";
import { migrate, startPostgres } from "../../src/store/index.ts";
import { makeDataFolder, removeDataFolder, templateVariable } from "./postgres.ts";

export async function setup(): Promise<() => Promise<void>> {
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));
  const dataFolder = await makeDataFolder();
  const postgres = await startPostgres({ dataFolder, clock: systemClock, settings: { fsync: "off", wal_recycle: "off" } });
  await migrate({ connection: postgres.ownerConnection });
  await postgres.stop();
  rmSync(join(dataFolder, "postgres.log"), { force: true });
  process.env[templateVariable] = dataFolder;
  return () => removeDataFolder(dataFolder);
}
