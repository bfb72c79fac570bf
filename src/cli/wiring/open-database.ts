/**
 * Reaches the store: the server that DATABASE_URL names, or a private PostgreSQL in the data folder. Brings the schema up to date. What
 * was started here is stopped here; a private server that another process of ours still uses is left running.
 */
import { Fault } from "../../core/index.ts";
import type { Clock } from "../../ports/index.ts";
import { describeConnection, migrate, openStore, type Store, type StoreConnection, startPostgres } from "../../store/index.ts";
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

/** Node's and PostgreSQL's codes of a server that cannot be reached, by whether time alone may cure it. */
const passing = /^(?:ECONN|EHOSTUNREACH$|ENETUNREACH$|ETIMEDOUT$|EAI_AGAIN$|08|53|57P)/;
const settings = /^(?:ENOTFOUND$|EACCES$|28|3D000$|42501$)/;

/** The address itself is never shown: it may hold a password. */
function serverFault(error: unknown, connection: StoreConnection): Fault | undefined {
  if (connection.kind !== "url" || error instanceof Fault || !(error instanceof Error)) return undefined;
  const code = String((error as NodeJS.ErrnoException).code ?? "");
  const isPassing = passing.test(code) || /timeout|terminated/i.test(error.message);
  if (!isPassing && !settings.test(code)) return undefined;
  const detail = `${describeConnection(connection)} cannot be used (${code || "no answer in time"})`;
  return new Fault(isPassing ? "store.unavailable" : "config.invalid", { place: "DATABASE_URL", detail, cause: error });
}

function checkDatabaseUrl(databaseUrl: string): void {
  if (["postgres:", "postgresql:"].includes(URL.parse(databaseUrl)?.protocol ?? "")) return;
  const detail = "it is no address of a PostgreSQL server, such as postgres://user:password@host:5432/database";
  throw new Fault("config.invalid", { place: "DATABASE_URL", detail });
}

async function reachServer({ dataFolder, env, clock, log }: DatabasePlace): Promise<Server> {
  const databaseUrl = env.DATABASE_URL;
  if (databaseUrl !== undefined && databaseUrl !== "") {
    checkDatabaseUrl(databaseUrl);
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
    let isClosing = false;
    // Connections that our own stop ends are no news.
    const log = (line: string) => (isClosing ? undefined : place.log(line));
    const store = await openStore({ connection: server.connection, clock: place.clock, log });
    return {
      store,
      ownerConnection: server.ownerConnection,
      postgresPid: server.pid,
      async close() {
        isClosing = true;
        await store.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw serverFault(error, server.connection) ?? error;
  }
}
