/**
 * Reaches the store: the server that DATABASE_URL names, or a private PostgreSQL in the data folder. Brings the schema up to date. What
 * was started here is stopped here; a private server that another process of ours still uses is left running.
 */
import type { Clock } from "../../ports/index.ts";
import { migrate, openStore, type Store, type StoreConnection, startPostgres } from "../../store/index.ts";
import { makeDataFolder, postgresFolderOf } from "./places.ts";

export type OpenDatabase = {
  store: Store;
  /** For the job queue, which owns a schema. */
  ownerConnection: StoreConnection;
  /** The private server's process, if there is one. */
  postgresPid: number | undefined;
  close(): Promise<void>;
};

export type DatabasePlace = { dataFolder: string; env: NodeJS.ProcessEnv; clock: Clock; log: (line: string) => void };

type Server = {
  connection: StoreConnection;
  ownerConnection: StoreConnection;
  pid: number | undefined;
  stop: () => Promise<void>;
};

async function reachServer({ dataFolder, env, clock, log }: DatabasePlace): Promise<Server> {
  const databaseUrl = env.DATABASE_URL;
  if (databaseUrl !== undefined && databaseUrl !== "") {
    const connection = { kind: "url", databaseUrl } as const;
    return { connection, ownerConnection: connection, pid: undefined, stop: async () => undefined };
  }
  await makeDataFolder(dataFolder);
  const postgres = await startPostgres({ dataFolder: postgresFolderOf(dataFolder), clock, log });
  const { connection, ownerConnection, pid } = postgres;
  return { connection, ownerConnection, pid, stop: () => postgres.stop() };
}

export async function openDatabase(place: DatabasePlace): Promise<OpenDatabase> {
  const server = await reachServer(place);
  try {
    await migrate({ connection: server.ownerConnection, log: place.log });
    const store = await openStore({ connection: server.connection, clock: place.clock, log: place.log });
    return {
      store,
      ownerConnection: server.ownerConnection,
      postgresPid: server.pid,
      async close() {
        await store.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
