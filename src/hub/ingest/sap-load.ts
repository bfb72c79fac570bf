/**
 * What load the agents caused at SAP, as their receipts tell it: kept with the run in the upload's own transaction, and summed by the SAP
 * system's day for the agents' row budgets, which so hold over restarts. Days are opaque here: the agent knows the time zone.
 */
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/index.ts";
import type { LeaseRequest, Receipt } from "../../wire/index.ts";

type Tx = Transaction<Database>;

export async function keepReceipt(
  tx: Tx,
  scope: { tenant: string; connection: string; run: bigint },
  { rows, detail }: Receipt,
): Promise<void> {
  if (!detail) return;
  const { tenant, connection, run } = scope;
  await sql`insert into sap_day as kept (tenant, connection, day, rows_read) values (${tenant}, ${connection}, ${detail.day}, ${rows})
    on conflict (tenant, connection, day) do update set rows_read = kept.rows_read + excluded.rows_read`.execute(tx);
  await sql`update run set sap_in_flight_max = greatest(sap_in_flight_max, ${detail.inFlightMax}), sap_halvings = sap_halvings + ${detail.halvings}
    where tenant = ${tenant} and run = ${run}`.execute(tx);
  // In one order, so that two uploads never wait for each other.
  await sql`insert into run_sap_call as kept (tenant, run, function, calls, retries, failures, rows_read, call_ms, server_ms)
    select ${tenant}, ${run}, f.function, sum(f.calls), sum(f.retries), sum(f.failures), sum(f.rows), sum(f."callMs"), sum(f."serverMs")
    from jsonb_to_recordset(${JSON.stringify(detail.functions)}::jsonb) as f(function text, calls bigint, retries bigint, failures bigint,
      rows bigint, "callMs" bigint, "serverMs" bigint) group by f.function order by f.function
    on conflict (tenant, run, function) do update set calls = kept.calls + excluded.calls, retries = kept.retries + excluded.retries,
      failures = kept.failures + excluded.failures, rows_read = kept.rows_read + excluded.rows_read, call_ms = kept.call_ms + excluded.call_ms,
      server_ms = kept.server_ms + excluded.server_ms`.execute(tx);
  await sql`insert into run_reader (tenant, run, table_name, reader, why)
    select distinct on (r."table", r.reader) ${tenant}, ${run}::bigint, r."table", r.reader, r.why
    from jsonb_to_recordset(${JSON.stringify(detail.readers)}::jsonb) as r("table" text, reader text, why text) order by r."table", r.reader
    on conflict (tenant, run, table_name, reader) do update set why = excluded.why`.execute(tx);
}

export async function readRowsOfDay(tx: Tx, scope: { tenant: string; connection: string; day: string }): Promise<number> {
  const row = await tx
    .selectFrom("sap_day")
    .select("rows_read")
    .where("tenant", "=", scope.tenant)
    .where("connection", "=", scope.connection)
    .where("day", "=", scope.day)
    .executeTakeFirst();
  return Number(row?.rows_read ?? 0n);
}

/** Why the agent begins nothing now; nothing said means that it takes work. */
export async function noteResting(
  tx: Tx,
  scope: { tenant: string; agent: string },
  resting: LeaseRequest["resting"],
): Promise<void> {
  const until = resting ? new Date(resting.untilMs) : null;
  await sql`update agent set resting_code = ${resting?.code ?? null}, resting_detail = ${resting?.detail ?? null}, resting_until = ${until}
    where tenant = ${scope.tenant} and agent = ${scope.agent} and (resting_code is not null or ${resting !== undefined})`.execute(
    tx,
  );
}

export type Resting = { code: string; detail: string; until: Date };

/** An agent of the connection that is there and lets SAP rest. */
export async function findResting(
  tx: Tx,
  scope: { tenant: string; connection: string; now: Date },
): Promise<Resting | undefined> {
  const { rows } =
    await sql<Resting>`select resting_code as code, coalesce(resting_detail, '') as detail, resting_until as until from agent
    where tenant = ${scope.tenant} and connection = ${scope.connection} and revoked_at is null and resting_until > ${scope.now}
    order by resting_until limit 1`.execute(tx);
  return rows[0];
}
