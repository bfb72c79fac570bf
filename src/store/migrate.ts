/**
 * Brings the schema up to this program's version, forward only, under a lock that makes concurrent starts wait for one another (kysely's
 * migrator takes an advisory lock and runs all steps in one transaction). A database that is newer than the program is refused.
 * Runs as the owner; the application's role gets rights on rows, none on tables.
 */
import { Kysely, PostgresDialect, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { describeConnection, openPool, type StoreConnection } from "./connection.ts";
import { messageOf, StoreFault } from "./fault.ts";
import { migrations as allMigrations } from "./migrations/index.ts";
import { APP_ROLE } from "./postgres/roles.ts";
import { ALL_TENANTS } from "./transact.ts";

export type MigrateOptions = {
  /** The owner's: `ownerConnection` of a private server, or the one DATABASE_URL gives. */
  connection: StoreConnection;
  log?: (line: string) => void;
  /** For tests of a single step. */
  migrations?: Readonly<Record<string, Migration>>;
};

/** A number of our own choosing; advisory locks of one database share one space. */
const GRANT_LOCK = 7_101_003;
const MIGRATION_TABLE = "schema_migration";

/** Answers the names of the migrations that it ran. */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const migrations = options.migrations ?? allMigrations;
  const pool = openPool(options.connection, 2, () => undefined, { sessionSettings: { "ml.tenant": ALL_TENANTS } });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await refuseNewer(db, migrations);
    await grantRowsToApp(db);
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
      migrationTableName: MIGRATION_TABLE,
      migrationLockTableName: `${MIGRATION_TABLE}_lock`,
    });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error !== undefined)
      throw migrationFailed(options.connection, results.find(({ status }) => status === "Error")?.migrationName, error);
    const done = results.map(({ migrationName }) => migrationName);
    for (const name of done) options.log?.(`migration ${name} done`);
    return done;
  } finally {
    await db.destroy();
  }
}

async function refuseNewer(db: Kysely<unknown>, known: Readonly<Record<string, Migration>>): Promise<void> {
  const { rows: tables } =
    await sql`select 1 from pg_tables where schemaname = current_schema() and tablename = ${MIGRATION_TABLE}`.execute(db);
  if (tables.length === 0) return;
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)} order by name`.execute(db);
  const foreign = rows.find(({ name }) => known[name] === undefined);
  if (foreign === undefined) return;
  throw new StoreFault(
    "schema-newer",
    `The database already has migration ${foreign.name}, which this version of ml-connector does not know.`,
    "Start the version that made it, or a later one.",
  );
}

/** Rights by default on every table the owner makes from here on. Where one role does everything (DATABASE_URL), there is nobody to grant to. */
async function grantRowsToApp(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`select 1 from pg_roles where rolname = ${APP_ROLE} and rolname <> current_user`.execute(db);
  if (rows.length === 0) return;
  const app = sql.id(APP_ROLE);
  await db.transaction().execute(async (tx) => {
    // Two starts at once would update the same catalogue row, which PostgreSQL answers with an error instead of a wait.
    await sql`select pg_advisory_xact_lock(${GRANT_LOCK})`.execute(tx);
    await sql`alter default privileges grant select, insert, update, delete on tables to ${app}`.execute(tx);
    await sql`alter default privileges grant usage, select on sequences to ${app}`.execute(tx);
  });
}

function migrationFailed(connection: StoreConnection, name: string | undefined, error: unknown): StoreFault {
  return new StoreFault(
    "migration-failed",
    `Migration ${name ?? "(none)"} of ${describeConnection(connection)} failed and was rolled back: ${messageOf(error)}.`,
    "Nothing has changed. The role needs to own the schema; if it does, this is a defect to report.",
    { cause: error },
  );
}
