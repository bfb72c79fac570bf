// Once for all suites: a private PostgreSQL that was made, migrated and stopped. What the tests start are copies of it, which costs a tenth of making
// one; that making works is tested where it is the matter (store-*.test.ts, e2e).
import { rmSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/cli/platform/index.ts";
import { migrate, startPostgres } from "../../src/store/index.ts";
import { makeDataFolder, removeDataFolder, templateVariable } from "./postgres.ts";

export async function setup(): Promise<() => Promise<void>> {
  const dataFolder = await makeDataFolder();
  const postgres = await startPostgres({ dataFolder, clock: systemClock, settings: { fsync: "off" } });
  await migrate({ connection: postgres.ownerConnection });
  await postgres.stop();
  rmSync(join(dataFolder, "postgres.log"), { force: true });
  process.env[templateVariable] = dataFolder;
  return () => removeDataFolder(dataFolder);
}
