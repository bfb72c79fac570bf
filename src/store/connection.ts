/**
 * How the store is reached: a private server's socket, or the address in DATABASE_URL. Only this module turns an address into a pool.
 */
import { type ClientConfig, Pool } from "pg";
import { columnTypes } from "./column-types.ts";

export type StoreConnection =
  | { kind: "socket"; host: string; port: number; user: string; database: string }
  /** May hold a password: never print it. */
  | { kind: "url"; databaseUrl: string };

const CONNECT_TIMEOUT_MS = 10_000;
const APPLICATION_NAME = "ml-connector";

export function clientConfigOf(connection: StoreConnection): ClientConfig {
  const address =
    connection.kind === "url"
      ? { connectionString: connection.databaseUrl }
      : { host: connection.host, port: connection.port, user: connection.user, database: connection.database };
  return { ...address, application_name: APPLICATION_NAME, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, types: columnTypes };
}

export function openPool(
  connection: StoreConnection,
  poolMax: number,
  onLost: (error: Error) => void,
  { sessionSettings = {} }: { sessionSettings?: Readonly<Record<string, string>> } = {},
): Pool {
  const options = Object.entries(sessionSettings).map(([name, value]) => `-c ${name}=${value}`);
  const pool = new Pool({
    ...clientConfigOf(connection),
    max: poolMax,
    ...(options.length === 0 ? {} : { options: options.join(" ") }),
  });
  // An idle connection that breaks is replaced by the pool; without a listener its error would end the process.
  pool.on("error", onLost);
  // One that breaks in use belongs to no pool at that moment: its query fails and tells, and without a listener its error would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** For messages: host and database, never user or password. */
export function describeConnection(connection: StoreConnection): string {
  if (connection.kind === "socket") return `${connection.database} on ${connection.host}`;
  try {
    const { hostname, port, pathname } = new URL(connection.databaseUrl);
    return `${pathname.slice(1)} on ${hostname}${port === "" ? "" : `:${port}`}`;
  } catch {
    return "the address in DATABASE_URL (which is not a URL)";
  }
}
