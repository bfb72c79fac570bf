/**
 * Takes events into the queue, many at once: what comes while a commit is under way goes into the next one, so a thousand a second cost a few dozen
 * commits. `take` settles after the commit, never before: what was acknowledged is stored. A repeated delivery is stored once.
 * Bounded twice: in what waits for a commit, and in what waits to be worked on.
 */
import { sql } from "kysely";
import { Fault } from "../../core/index.ts";
import { type HubContext, inTenant, now } from "../context.ts";

export type TakenEvent = {
  connection: string;
  delivery_id: string;
  state: "waiting" | "unreadable";
  version: string;
  kind: string;
  verb: string;
  record_id: number;
  parent_id: number | null;
  project_id: number;
  user_id: number | null;
  application_id: string | null;
  happened_at: string | null;
  outcome: string | null;
};

type Waiting = { event: TakenEvent; settle: () => void; fail: (error: unknown) => void };

const batchMax = 500;
/** At a thousand a second these are five seconds, the time that Procore gives an answer. */
const uncommittedMax = 5_000;
const countEveryMs = 1_000;

export type Intake = { take(event: TakenEvent, queueMax: number): Promise<void>; stop(): Promise<void> };

export function createIntake(context: HubContext, onTaken: () => void): Intake {
  const waiting: Waiting[] = [];
  const depth = createDepth(context);
  /** Waiting for a commit, or under way to one. */
  let uncommitted = 0;
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchMax);
      try {
        await insertEvents(
          context,
          batch.map(({ event }) => event),
        );
        for (const { event, settle } of batch) {
          depth.add(event.connection);
          settle();
        }
        onTaken();
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    flushing = undefined;
  }

  return {
    async take(event, queueMax) {
      await depth.refresh();
      const stored = depth.of(event.connection);
      if (uncommitted >= uncommittedMax || stored + uncommitted >= queueMax) {
        const detail = `${stored} wait to be worked on and ${uncommitted} to be stored; the limit is ${queueMax}`;
        throw new Fault("webhook.queue-full", { place: `connection ${event.connection}`, detail });
      }
      uncommitted += 1;
      const stores = new Promise<void>((settle, fail) => waiting.push({ event, settle, fail }));
      flushing ??= Promise.resolve().then(flush);
      await stores.finally(() => {
        uncommitted -= 1;
      });
    },
    async stop() {
      await flushing;
    },
  };
}

/** Counted once a second, and added up between: every hub of the store adds to one queue. */
function createDepth(context: HubContext) {
  let counts = new Map<string, number>();
  let countedAt = Number.NEGATIVE_INFINITY;
  let counting: Promise<void> | undefined;
  const count = async () => {
    const { rows } = await context.store.transact(inTenant(context), (tx) =>
      sql<{ connection: string; waiting: bigint }>`select connection, count(*) as waiting from webhook_event
        where tenant = ${context.tenant} and state = 'waiting' group by connection`.execute(tx),
    );
    counts = new Map(rows.map((row) => [row.connection, Number(row.waiting)]));
    countedAt = context.clock.monotonic();
  };
  return {
    of: (connection: string) => counts.get(connection) ?? 0,
    add: (connection: string) => void counts.set(connection, (counts.get(connection) ?? 0) + 1),
    /** The first count is waited for; a later one runs beside the work unless the queue looks full. */
    async refresh(): Promise<void> {
      if (context.clock.monotonic() - countedAt < countEveryMs) return;
      const isFirst = countedAt === Number.NEGATIVE_INFINITY;
      counting ??= count().finally(() => {
        counting = undefined;
      });
      if (isFirst) await counting;
      else counting.catch(() => undefined);
    },
  };
}

async function insertEvents(context: HubContext, events: readonly TakenEvent[]): Promise<void> {
  await context.store.transact(inTenant(context), (tx) =>
    sql`insert into webhook_event (tenant, connection, delivery_id, received_at, state, version, kind, verb, record_id, parent_id, project_id,
        user_id, application_id, happened_at, outcome)
      select ${context.tenant}, connection, delivery_id, ${now(context)}, state, version, kind, verb, record_id, parent_id, project_id, user_id,
        application_id, happened_at, outcome
      from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as x(connection text, delivery_id text, state text, version text, kind text,
        verb text, record_id bigint, parent_id bigint, project_id bigint, user_id bigint, application_id text, happened_at timestamptz,
        outcome text)
      order by connection, delivery_id
      on conflict (tenant, connection, delivery_id) do nothing`.execute(tx),
  );
}
