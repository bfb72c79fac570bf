/**
 * What people left out, for the plan: an ignored atom is excluded by the rule `ignored by <person>` as long as its date has not come and SAP has not
 * changed its record. When either happens the atom is opened again and decided like any other.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import { type Flow, type IgnoreRule, ignoreRule } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";
import { documentKey, lineKey } from "../cost-line-sql.ts";

type Tx = Transaction<Database>;
type Scope = Pick<RunContext, "tenant" | "clock"> & { connection: { name: string } };

export type IgnoredAtoms = (key: string) => IgnoreRule | undefined;

/** The run in which SAP's record behind an ignored atom changed last. */
function changedRun(flow: Flow): RawBuilder<bigint> {
  if (flow !== "costs")
    return sql`(select r.changed_run from atom a join source_record r on r.tenant = a.tenant and r.connection = a.connection and r.flow = a.flow
      and r.key = a.record_key where a.tenant = i.tenant and a.connection = i.connection and a.flow = i.flow and a.key = i.key)`;
  return sql`(select d.changed_run from cost_document d where d.tenant = i.tenant and d.connection = i.connection
    and d.company_code = split_part(i.key, '.', 1) and d.document_number = split_part(i.key, '.', 2)
    and d.fiscal_year = split_part(i.key, '.', 3)::smallint)`;
}

function lasting(context: Scope, flow: Flow): RawBuilder<unknown> {
  return sql`select i.key, i.ignored_by from ignored i where i.tenant = ${context.tenant} and i.connection = ${context.connection.name}
    and i.flow = ${flow} and (i.until is null or i.until > ${now(context)}) and i.changed_run = ${changedRun(flow)}`;
}

export async function readIgnored(tx: Tx, context: Scope, flow: Flow): Promise<IgnoredAtoms> {
  const { rows } = await sql<{ key: string; ignored_by: string }>`${lasting(context, flow)}`.execute(tx);
  const rules = new Map(rows.map((row) => [row.key, ignoreRule(row.ignored_by)]));
  return (key) => rules.get(key);
}

/** Atoms that are out by a person's word which lasts no more are decided anew, and rejected documents wait again. */
export async function reopenIgnored(tx: Tx, context: Scope, flow: Flow): Promise<void> {
  const { tenant } = context;
  const connection = context.connection.name;
  const isOut = sql`disposition = 'excluded' and starts_with(reason, 'ignored by ')`;
  if (flow !== "costs") {
    await sql`update source_record r set is_decided = false where r.tenant = ${tenant} and r.connection = ${connection} and r.flow = ${flow}
      and r.is_decided and exists (select 1 from atom a where a.tenant = r.tenant and a.connection = r.connection and a.flow = r.flow
        and a.record_key = r.key and ${isOut} and a.key not in (select key from (${lasting(context, flow)}) as l))`.execute(tx);
    return;
  }
  await sql`update cost_line c set disposition = null, reason = null from cost_document d
    where c.tenant = ${tenant} and c.connection = ${connection} and ${isOut} and d.document = c.document
      and ${lineKey} not in (select key from (${lasting(context, flow)}) as l)`.execute(tx);
  await sql`update cost_document d set ignored = null where d.tenant = ${tenant} and d.connection = ${connection} and d.ignored is not null
    and ${documentKey} not in (select key from (${lasting(context, flow)}) as l)`.execute(tx);
}

/** No plan decides about what SAP did not deliver whole; a person may. */
export async function excludeRejected(tx: Tx, context: Scope, flow: Flow): Promise<void> {
  const { tenant } = context;
  const connection = context.connection.name;
  const rule = sql`'ignored by ' || regexp_replace(l.ignored_by, '^user:', '')`;
  if (flow !== "costs") {
    await sql`update atom a set disposition = 'excluded', reason = ${rule} from (${lasting(context, flow)}) as l
      where a.tenant = ${tenant} and a.connection = ${connection} and a.flow = ${flow} and a.key = l.key and a.disposition = 'rejected'`.execute(
      tx,
    );
    return;
  }
  await sql`update cost_document d set ignored = ${rule} from (${lasting(context, flow)}) as l
    where d.tenant = ${tenant} and d.connection = ${connection} and d.rejection is not null
      and ${documentKey} = l.key`.execute(tx);
}
