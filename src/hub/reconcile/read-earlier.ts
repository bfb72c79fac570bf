/**
 * The earlier postings of lines that were re-coded (ruling 23): the ones that they stood in before, and the ones that took those back. They sum to
 * nothing, so they add no line and no money to what was read; but each is a line of its own in Procore, at its own place, and until it is confirmed it
 * says at that place what it waits for.
 */
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import { isOfLineIn, withLines } from "../cost-line-sql.ts";
import type { PeriodControl, PeriodScope } from "./period-control.ts";
import { isConfirmed, isCost, isOfPeriod, type LineRow, lateness } from "./read-lines.ts";

/** Company code, document, line. */
export type LinePosition = readonly [string, string, number];

/** In the order of lines and of their postings; `range` is of lines, without its first and with its last. */
export async function readEarlierFacts(
  tx: Transaction<Database>,
  scope: PeriodScope,
  control: PeriodControl,
  range?: { after: LinePosition; last: LinePosition },
): Promise<LineRow[]> {
  const position = sql`(d.company_code, d.document_number, c.line)`;
  const of = ([companyCode, document, line]: LinePosition) => sql`(${companyCode}, ${document}, ${line}::smallint)`;
  const inRange = range ? sql`${position} > ${of(range.after)} and ${position} <= ${of(range.last)}` : sql`true`;
  const { rows } = await sql<LineRow>`
    select d.company_code, c.fiscal_year, d.document_number, c.line, d.currency, c.object_kind, c.object, c.account,
      c.disposition::text as disposition, c.reason, m.project, m.budget_code, m.group_id, m.part, p.project_id, p.origin_id as cost_origin_id,
      ${isConfirmed} as is_confirmed, ${lateness(control)} as late, d.reversal_of <> '' as is_reversal, d.posting_date, m.amount_minor,
      m.amount_minor as posted_minor, 0::bigint as count
    from cost_document d ${withLines}
    join recoded_member m on ${isOfLineIn("m")}
    join cost_part p on p.tenant = m.tenant and p.connection = m.connection and p.group_id = m.group_id and p.part = m.part
    where ${isOfPeriod(scope)} and ${isCost} and ${inRange}
    order by d.company_code, d.document_number, c.line, m.posting_version`.execute(tx);
  return rows;
}
