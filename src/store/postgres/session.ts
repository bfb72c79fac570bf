/**
 * One connection held for as long as this process uses the private server. It carries a shared advisory lock, which the server releases
 * by itself when a process dies; so the last one out can tell that it is the last, and only that one stops the server.
 */
import { Socket } from "node:net";
import { Client } from "pg";
import { clientConfigOf } from "../connection.ts";
import { SUPERUSER } from "./cluster.ts";
import type { Postmaster } from "./postmaster.ts";

/** Numbers of our own choosing; advisory locks of one database share one space. */
const USERS_LOCK = 7_101_001;
const SETUP_LOCK = 7_101_002;
const MAINTENANCE_DATABASE = "postgres";

export type Session = {
  client: Client;
  /** Settles when the connection has ended, for whatever reason. */
  ended: Promise<void>;
  /** Gives up this process's share; true when no other process has one, and none can get one until `end`. */
  isLastUser(): Promise<boolean>;
  end(): Promise<void>;
  /** Whether the connection keeps this process from ending by itself. Holding the server must not. */
  holdProcess(isHeld: boolean): void;
};

type Connected = { client: Client; socket: Socket };

async function connectAsSuperuser(socketFolder: string, port: number): Promise<Connected> {
  const socket = new Socket();
  const at = { kind: "socket", host: socketFolder, port, user: SUPERUSER, database: MAINTENANCE_DATABASE } as const;
  const client = new Client({ ...clientConfigOf(at), stream: () => socket });
  // The end of the connection is told by `end`; an `error` without a listener would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return { client, socket };
}

/** Undefined when nobody answers there, or when the one who answers serves other data. */
export async function openSession(
  at: Pick<Postmaster, "port" | "socketFolder">,
  clusterFolder: string,
): Promise<Session | undefined> {
  const connected = await connectAsSuperuser(at.socketFolder, at.port).catch(() => undefined);
  if (connected === undefined) return undefined;
  const { client, socket } = connected;
  const ended = new Promise<void>((resolve) => client.once("end", () => resolve()));
  try {
    const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    if (rows[0]?.folder !== clusterFolder) throw new Error("another server");
    // Waits while a last user is stopping the server, and then fails with it.
    await client.query("select pg_advisory_lock_shared($1)", [USERS_LOCK]);
  } catch {
    await client.end().catch(() => undefined);
    return undefined;
  }
  return {
    client,
    ended,
    isLastUser: () => isLastUser(client),
    end: () => client.end(),
    holdProcess: (isHeld) => (isHeld ? socket.ref() : socket.unref()),
  };
}

async function isLastUser(client: Client): Promise<boolean> {
  await client.query("select pg_advisory_unlock_shared($1)", [USERS_LOCK]);
  const { rows } = await client.query<{ got: boolean }>("select pg_try_advisory_lock($1) as got", [USERS_LOCK]);
  return rows[0]?.got === true;
}

export async function withSetupLock<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query("select pg_advisory_lock($1)", [SETUP_LOCK]);
  try {
    return await work();
  } finally {
    await client.query("select pg_advisory_unlock($1)", [SETUP_LOCK]);
  }
}
