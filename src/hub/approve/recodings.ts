/**
 * Re-codings and people's words (ruling 23). The two sides of a re-coding are approved and wait together. Whoever asked for it has given their word by
 * that; where the policy wants a word on what is sent, it is another person's.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import { Fault } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { ApprovalScope } from "./hold-back.ts";

type Tx = Transaction<Database>;

/** Where one part of a re-coding waits for a word, all of it does. */
export async function holdBackWithRecoding(tx: Tx, { tenant, connection }: ApprovalScope): Promise<void> {
  await sql`
    update effect e set state = 'planned' from cost_part p
    where e.tenant = ${tenant} and e.connection = ${connection} and e.flow = 'costs' and e.state = 'approved' and p.tenant = e.tenant
      and p.connection = e.connection and p.origin_id = e.record_origin_id and p.recoding is not null and exists (
        select from cost_part s join effect w on w.tenant = s.tenant and w.connection = s.connection and w.record_origin_id = s.origin_id
        where s.tenant = p.tenant and s.recoding = p.recoding and w.state = 'planned')`.execute(tx);
}

/** Effects that wait with the chosen ones, given as `chosen`: all of their re-codings. */
export const waitingWithRecoding = sql`
  select l.* from chosen c join cost_part p on p.tenant = c.tenant and p.connection = c.connection and p.origin_id = c.record_origin_id
    join cost_part s on s.tenant = p.tenant and s.recoding = p.recoding
    join effect l on l.tenant = s.tenant and l.connection = s.connection and l.record_origin_id = s.origin_id and l.state = 'planned'`;

/** `chosen`: a condition on effect `e`. */
export async function refuseOwnRecoding(tx: Tx, actor: string, chosen: RawBuilder<unknown>): Promise<void> {
  const { rows } = await sql<{ recoding: bigint; record_origin_id: string }>`
    select r.recoding, e.record_origin_id from effect e
    join cost_part p on p.tenant = e.tenant and p.connection = e.connection and p.origin_id = e.record_origin_id
    join recoding r on r.tenant = p.tenant and r.recoding = p.recoding
    where ${chosen} and r.asked_by = ${actor} order by r.recoding, e.effect limit 1`.execute(tx);
  const [own] = rows;
  if (own)
    throw new Fault("approval.own-recoding", {
      place: own.record_origin_id,
      detail: `re-coding ${own.recoding} was asked for by ${actor}`,
    });
}
