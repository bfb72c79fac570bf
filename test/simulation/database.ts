// One PostgreSQL for all seeds, migrated once; each handful of seeds works in a copy of its own that is dropped after it, so that nothing piles up,
// on disk or in an index. One tenant a seed.
import { Client } from "pg";
import { systemClock } from "../../src/cli/platform/index.ts";
import { migrate, type StoreConnection, startPostgres } from "../../src/store/index.ts";
import { makeDataFolder, removeDataFolder } from "../contract/postgres.ts";

export type SocketConnection = Extract<StoreConnection, { kind: "socket" }>;
export type Databases = {
  /** Where the product's application role finds a fresh, migrated database. */
  open(name: string): Promise<SocketConnection>;
  drop(name: string): Promise<void>;
  close(): Promise<void>;
};

/** What a crash of this server would lose is worth nothing; statistics and cleaning cost more than such small tables gain. */
const settings = {
  synchronous_commit: "off",
  fsync: "off",
  full_page_writes: "off",
  autovacuum: "off",
  track_counts: "off",
  track_activities: "off",
  jit: "off",
  max_parallel_workers_per_gather: "0",
};

function socketOf(connection: StoreConnection): SocketConnection {
  if (connection.kind !== "socket") throw new Error("a private server is reached by its socket");
  return connection;
}

async function run(at: SocketConnection, user: string, database: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ host: at.host, port: at.port, user, database });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function openDatabases(): Promise<Databases> {
  const dataFolder = await makeDataFolder();
  const postgres = await startPostgres({ dataFolder, clock: systemClock, settings });
  await migrate({ connection: postgres.ownerConnection });
  const app = socketOf(postgres.connection);
  const owner = socketOf(postgres.ownerConnection);
  // It analyses whole tables for the sake of large ones: with some hundred rows that is most of a seed's time.
  const noStatistics = "create or replace function refresh_statistics() returns void language plpgsql as $$ begin end $$";
  await run(owner, owner.user, owner.database, [noStatistics]);
  const asSuperuser = (statement: string) => run(app, "ml_superuser", "postgres", [statement]);
  // A database that is copied must have no user.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    open: (name) =>
      inTurn(async () => {
        await asSuperuser(`create database ${name} template ${app.database} owner ${owner.user}`);
        return { ...app, database: name };
      }),
    drop: (name) => inTurn(() => asSuperuser(`drop database if exists ${name} with (force)`)),
    async close() {
      await postgres.stop();
      await removeDataFolder(dataFolder);
    },
  };
}
