/** IDocs for people: those from which nothing follows, with the reason, and how many wait to be read. */
import { sql } from "kysely";
import type { Store } from "../../store/index.ts";

export type OddIDoc = {
  readonly sender: string;
  readonly client: string;
  readonly number: string;
  readonly message: string;
  readonly type: string;
  readonly state: "parked" | "quarantined";
  readonly reason: string;
  readonly times: number;
  readonly receivedAt: string;
};
export type IDocState = {
  /** By message type: how many came, and how many of them again. */
  readonly messages: readonly { message: string; idocs: number; again: number; lastAt: string }[];
  /** Objects that wait for the next run, by flow. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly odd: readonly OddIDoc[];
};

type Scope = { tenant: string; connection: string };

export async function readIDocState(store: Store, { tenant, connection }: Scope, limit: number): Promise<IDocState> {
  return store.transact({ tenant }, async (tx) => {
    const { rows: messages } = await sql<{ message: string; idocs: bigint; again: bigint; last_at: Date }>`
      select message, count(*) as idocs, sum(times - 1)::bigint as again, max(received_at) as last_at from idoc
      where tenant = ${tenant} and connection = ${connection} group by message order by message`.execute(tx);
    const { rows: waiting } = await sql<{ flow: string; count: bigint }>`
      select flow, count(*) as count from idoc_touched where tenant = ${tenant} and connection = ${connection} and not is_done
      group by flow order by flow`.execute(tx);
    const { rows: odd } = await sql<Omit<OddIDoc, "receivedAt"> & { received_at: Date }>`
      select sender, client, number, message, type, state, reason, times, received_at from idoc
      where tenant = ${tenant} and connection = ${connection} and state <> 'told' order by received_at desc, number limit ${limit}`.execute(
      tx,
    );
    return {
      messages: messages.map(({ message, idocs, again, last_at: at }) => ({
        message,
        idocs: Number(idocs),
        again: Number(again),
        lastAt: at.toISOString(),
      })),
      waiting: Object.fromEntries(waiting.map(({ flow, count }) => [flow, Number(count)])),
      odd: odd.map(({ received_at: at, ...each }) => ({ ...each, receivedAt: at.toISOString() })),
    };
  });
}
