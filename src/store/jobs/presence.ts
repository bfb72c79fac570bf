/**
 * Which queues have a living worker, told by advisory locks that the server releases when a process dies. The first worker of a queue
 * thereby knows that every job still marked active belongs to a dead one, and gives it out again at once instead of waiting for its
 * heartbeat to run out. Losing the connection loses the locks: jobs may then be given out twice, which the epoch makes harmless.
 */
import { Client } from "pg";
import { clientConfigOf, type StoreConnection } from "../connection.ts";

export type Presence = {
  /** Before the first fetch from the queue. `release` runs alone: no worker of the queue lives meanwhile. */
  join(queue: string, release: (orphans: readonly Orphan[]) => Promise<void>): Promise<void>;
  leave(queue: string): Promise<void>;
  close(): Promise<void>;
};

export type Orphan = { id: string; key: string };

export async function openPresence(connection: StoreConnection, schema: string): Promise<Presence> {
  const joined = new Set<string>();
  let current = await connect(connection);
  /** A connection that was cut is made anew, with the shares it held. */
  const client = async (): Promise<Client> => {
    if (current.isEnded()) {
      current = await connect(connection);
      for (const queue of joined) await lock(current.client, "pg_advisory_lock_shared", queue);
    }
    return current.client;
  };
  return {
    join: async (queue, release) => {
      const session = await client();
      const isAlone = await lock(session, "pg_try_advisory_lock", queue);
      if (isAlone) await release(await findActive(session, schema, queue));
      // Waits for a first worker that is still releasing. Held together with our own exclusive lock, which is then given up.
      await lock(session, "pg_advisory_lock_shared", queue);
      joined.add(queue);
      if (isAlone) await lock(session, "pg_advisory_unlock", queue);
    },
    leave: async (queue) => {
      joined.delete(queue);
      // With a connection that is gone its locks are, too.
      if (!current.isEnded()) await lock(current.client, "pg_advisory_unlock_shared", queue).catch(() => false);
    },
    close: () => current.client.end().catch(() => undefined),
  };
}

async function connect(connection: StoreConnection): Promise<{ client: Client; isEnded: () => boolean }> {
  const client = new Client(clientConfigOf(connection));
  let isEnded = false;
  client.on("error", () => undefined);
  client.on("end", () => {
    isEnded = true;
  });
  await client.connect();
  return { client, isEnded: () => isEnded };
}

async function lock(client: Client, call: string, queue: string): Promise<boolean> {
  const { rows } = await client.query<{ got: unknown }>(`select ${call}(hashtextextended($1, 0)) as got`, [`job-queue/${queue}`]);
  return rows[0]?.got === true;
}

async function findActive(client: Client, schema: string, queue: string): Promise<Orphan[]> {
  const { rows } = await client.query<Orphan>(
    `select id, singleton_key as key from ${schema}.job where name = $1 and state = 'active' order by id`,
    [queue],
  );
  return rows;
}
