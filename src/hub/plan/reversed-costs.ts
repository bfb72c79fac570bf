/** Costs whose reversal came before they were posted (ruling 24): both lines are left out by rule, as long as both stand. */
import { sql, type Transaction } from "kysely";
import type { ExclusionRule } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { isOfLine, withDocument } from "../cost-line-sql.ts";
import type { Member } from "./decide-lines.ts";

type Tx = Transaction<Database>;

const rule: ExclusionRule = "cost-reversed-unposted";
// Written out in full, as the index has it.
const isReversed = sql`c.reason = ${sql.lit(rule)}`;
const batchRows = 5_000;

export async function excludeReversed(tx: Tx, context: RunContext, cancelled: readonly Member[]): Promise<void> {
  for (let start = 0; start < cancelled.length; start += batchRows) {
    const rows = JSON.stringify(cancelled.slice(start, start + batchRows).map(({ row }) => row));
    await sql`update cost_line c set disposition = 'excluded', reason = ${rule}, waits_for = null, project = null, rule = null
      from jsonb_to_recordset(${rows}::jsonb) as x(fiscal_year smallint, document bigint, line smallint)
      where c.tenant = ${context.tenant} and c.connection = ${context.connection.name} and ${isOfLine("x")}`.execute(tx);
  }
}

/** Lines of one object and account that no longer sum to nothing, because SAP changed one of a pair, are decided again. */
export async function reopenBrokenPairs(tx: Tx, context: RunContext): Promise<void> {
  await sql`
    with reversed as (
      select c.fiscal_year, c.document, c.line, sum(c.amount_minor) over (partition by c.fiscal_year, d.company_code, d.period,
        d.currency, c.object_kind, c.object, c.account) as left_over
      from cost_line c ${withDocument}
      where c.tenant = ${context.tenant} and c.connection = ${context.connection.name} and ${isReversed})
    update cost_line c set disposition = null, reason = null from reversed r
    where r.left_over <> 0 and c.tenant = ${context.tenant} and c.connection = ${context.connection.name} and ${isOfLine("r")}`.execute(
    tx,
  );
}
