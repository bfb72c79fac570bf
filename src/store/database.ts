/**
 * Opens the store: a pool, kysely over it, and `transact`. It checks at once that the server answers and is new enough, so that a wrong
 * address is told at start and not at 2 am. It does not migrate; see `migrate.ts`.
 */
import { Kysely, PostgresDialect, sql } from "kysely";
import type { Clock } from "../ports/index.ts";
import { describeConnection, openPool, type StoreConnection } from "./connection.ts";
import { messageOf, StoreFault } from "./fault.ts";
import type { Database } from "./schema.ts";
import { ALL_TENANTS, runTransaction, type TransactScope, type TransactWork } from "./transact.ts";

export type Store = {
  /** Outside `transact` no tenant is set, and row-level security shows no row of any. */
  db: Kysely<Database>;
  transact<T>(scope: TransactScope, work: TransactWork<T>): Promise<T>;
  /** Sees every tenant. For schedules and start-up; a request of a person never needs it. */
  transactAcrossTenants<T>(work: TransactWork<T>): Promise<T>;
  close(): Promise<void>;
};

export type OpenStoreOptions = {
  connection: StoreConnection;
  clock: Clock;
  poolMax?: number;
  log?: (line: string) => void;
};

const POOL_MAX = 10;
/** 150000 is 15.0 in `server_version_num`. */
const SERVER_VERSION_MIN = 150_000;

export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { connection, clock, log } = options;
  const pool = openPool(connection, options.poolMax ?? POOL_MAX, (error) => log?.(`a store connection broke: ${error.message}`));
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  try {
    await checkServer(db, connection, log);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    db,
    transact: (scope, work) => runTransaction(db, clock, scope, work),
    transactAcrossTenants: (work) => runTransaction(db, clock, { tenant: ALL_TENANTS }, work),
    close: () => {
      closing ??= db.destroy();
      return closing;
    },
  };
}

type ServerFacts = { version: number; encoding: string; bypasses: boolean };

async function checkServer(db: Kysely<Database>, connection: StoreConnection, log: OpenStoreOptions["log"]): Promise<void> {
  const facts = await readServerFacts(db, connection);
  if (facts.version < SERVER_VERSION_MIN)
    throw new StoreFault(
      "version-mismatch",
      `The server of ${describeConnection(connection)} is PostgreSQL ${Math.floor(facts.version / 10_000)}.`,
      "The store needs version 15 or newer.",
    );
  if (facts.encoding !== "UTF8")
    throw new StoreFault(
      "version-mismatch",
      `The database ${describeConnection(connection)} is in ${facts.encoding}.`,
      "Create it with encoding UTF8: names in SAP are in every script.",
    );
  if (facts.bypasses) log?.("The store's role bypasses row-level security; give it a role that is no superuser.");
}

async function readServerFacts(db: Kysely<Database>, connection: StoreConnection): Promise<ServerFacts> {
  const query = sql<ServerFacts>`select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
    (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as bypasses`;
  try {
    const { rows } = await query.execute(db);
    if (rows[0] === undefined) throw new Error("no answer");
    return rows[0];
  } catch (error) {
    throw new StoreFault(
      "unreachable",
      `The store ${describeConnection(connection)} does not answer: ${messageOf(error)}.`,
      "See that the server runs and that host, database and credentials are right.",
      { cause: error },
    );
  }
}
