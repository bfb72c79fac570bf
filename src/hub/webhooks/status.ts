/** What waits, since when, and what was not understood, as people read it. Reads only; needs no running hub. */
import { sql } from "kysely";
import type { Store } from "../../store/index.ts";

export type WebhookQueue = {
  waiting: number;
  oldest?: string;
  /** What was acknowledged and not understood, by what was wrong with it. */
  unreadable: { code: "webhook.unreadable"; problem: string; count: number }[];
};

export async function readWebhookQueue(
  store: Store,
  { tenant, connection }: { tenant: string; connection: string },
): Promise<WebhookQueue> {
  return store.transact({ tenant }, async (tx) => {
    const { rows } = await sql<{
      count: bigint;
      oldest: Date | null;
    }>`select count(*) as count, min(received_at) as oldest from webhook_event
      where tenant = ${tenant} and connection = ${connection} and state = 'waiting'`.execute(tx);
    const problems = await sql<{
      problem: string;
      count: bigint;
    }>`select coalesce(outcome, '') as problem, count(*) as count from webhook_event
      where tenant = ${tenant} and connection = ${connection} and state = 'unreadable' group by 1 order by 2 desc, 1 limit 20`.execute(
      tx,
    );
    const oldest = rows[0]?.oldest;
    return {
      waiting: Number(rows[0]?.count ?? 0),
      ...(oldest ? { oldest: oldest.toISOString() } : {}),
      unreadable: problems.rows.map(({ problem, count }) => ({ code: "webhook.unreadable", problem, count: Number(count) })),
    };
  });
}

export type WebhookHookRow = {
  projectId: number;
  hookId: string;
  destinationUrl: string;
  resources: string[];
  lookedUntil: string;
};

export async function readWebhookHooks(
  store: Store,
  { tenant, connection }: { tenant: string; connection: string },
): Promise<WebhookHookRow[]> {
  const rows = await store.transact({ tenant }, (tx) =>
    tx
      .selectFrom("webhook_hook")
      .selectAll()
      .where("tenant", "=", tenant)
      .where("connection", "=", connection)
      .orderBy("project_id")
      .execute(),
  );
  return rows.map((row) => ({
    projectId: Number(row.project_id),
    hookId: row.hook_id,
    destinationUrl: row.destination_url,
    resources: row.resources,
    lookedUntil: row.looked_until.toISOString(),
  }));
}
