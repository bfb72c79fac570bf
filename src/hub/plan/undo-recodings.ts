/**
 * A re-coding that nobody approved is dissolved whole or not at all: its lines stand again where they were posted, and are marked again, unless it was
 * withdrawn meanwhile.
 */
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { isOfLineIn } from "../cost-line-sql.ts";

type Tx = Transaction<Database>;

async function findWhole(tx: Tx, { tenant, connection }: RunContext, originIds: readonly string[]) {
  const { rows } = await sql<{ recoding: bigint; origin_ids: string[]; is_whole: boolean }>`
    select p.recoding, array_agg(p.origin_id) as origin_ids, bool_and(p.origin_id = any (${originIds}::text[])) as is_whole
    from cost_part p where p.tenant = ${tenant} and p.connection = ${connection.name} and p.recoding is not null
      and p.recoding in (select recoding from cost_part where tenant = ${tenant} and connection = ${connection.name}
        and origin_id = any (${originIds}::text[]))
    group by p.recoding order by p.recoding`.execute(tx);
  return rows;
}

async function standAgain(tx: Tx, { tenant, connection }: RunContext, recodings: readonly string[]): Promise<void> {
  const scope = (table: string) =>
    sql`${sql.ref(`${table}.tenant`)} = ${tenant} and ${sql.ref(`${table}.connection`)} = ${connection.name}`;
  // What SAP changed meanwhile stays held.
  const isChanged = sql`(c.disposition = 'held' and c.reason = 'cost-changed-after-posting')`;
  await sql`update cost_line c set group_id = m.group_id, part = m.part, posted_minor = m.amount_minor, budget_code_id = m.budget_code_id,
      budget_code = m.budget_code, project = m.project, rule = m.rule,
      disposition = case when ${isChanged} then c.disposition else 'posted' end, reason = case when ${isChanged} then c.reason end
    from recoded_member m where ${scope("m")} and m.recoding = any (${recodings}::bigint[]) and not m.is_negating and ${scope("c")}
      and ${isOfLineIn("m")}`.execute(tx);
  await sql`delete from recoded_member m where ${scope("m")} and m.recoding = any (${recodings}::bigint[])`.execute(tx);
  await sql`update recoding_line l set state = case when r.withdrawn_by is null then 'marked' else 'dropped' end,
      why = case when r.withdrawn_by is null then '' else 'withdrawn' end
    from recoding r where r.tenant = l.tenant and r.recoding = l.recoding and ${scope("l")} and l.recoding = any (${recodings}::bigint[])
      and l.state = 'planned'`.execute(tx);
}

/** Of the parts that are to be dissolved, those that may be. */
export async function undoRecodings(tx: Tx, context: RunContext, originIds: readonly string[]): Promise<readonly string[]> {
  if (originIds.length === 0) return originIds;
  const found = await findWhole(tx, context, originIds);
  const whole = found.filter(({ is_whole: isWhole }) => isWhole);
  await standAgain(
    tx,
    context,
    whole.map(({ recoding }) => String(recoding)),
  );
  const kept = new Set(found.filter(({ is_whole: isWhole }) => !isWhole).flatMap(({ origin_ids: ids }) => ids));
  return originIds.filter((id) => !kept.has(id));
}
