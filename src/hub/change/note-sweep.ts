/**
 * Notes how many objects a complete sweep saw, beside the sweep before (ruling 33): one that fell out of the band proves no deletion, and is told. A
 * window, a run that followed triggers and a replay are no sweeps and leave nothing here.
 */
import { sql, type Transaction } from "kysely";
import { type Flow, isInBand } from "../../core/index.ts";
import { appendAudit, type Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";

type Tx = Transaction<Database>;

export type Sweep = { isProof: boolean; objects: bigint | null; objectsBefore: bigint | null };

/** Unsaid, a reading counts as a sweep. */
async function wasSwept(tx: Tx, { tenant, run }: RunContext, flow: Flow): Promise<boolean> {
  const { rows } = await sql`select from task where tenant = ${tenant} and run = ${run} and flow = ${flow} and kind = 'open'
    and state = 'complete' and coalesce(slice -> 'reading' ->> 'how', 'sweep') = 'sweep'`.execute(tx);
  return rows.length > 0;
}

async function countObjects(tx: Tx, { tenant, run }: RunContext, flow: Flow): Promise<bigint | null> {
  const { rows } = await sql<{ objects: bigint | null }>`
    select case when count(*) = count(objects) then coalesce(sum(objects), 0)::bigint end as objects from task
    where tenant = ${tenant} and run = ${run} and flow = ${flow} and kind = 'objects' and state = 'complete'`.execute(tx);
  return rows[0]?.objects ?? null;
}

async function readLast(
  tx: Tx,
  { tenant, connection, run }: RunContext,
  flow: Flow,
): Promise<{ objects: bigint | null } | undefined> {
  const { rows } = await sql<{
    objects: bigint | null;
  }>`select objects from sweep where tenant = ${tenant} and connection = ${connection.name}
    and flow = ${flow} and run < ${run} order by run desc limit 1`.execute(tx);
  return rows[0];
}

export async function noteSweep(tx: Tx, context: RunContext, flow: Flow): Promise<void> {
  if (!(await wasSwept(tx, context, flow))) return;
  const { tenant, run, connection } = context;
  const objects = await countObjects(tx, context, flow);
  const last = await readLast(tx, context, flow);
  const before = last?.objects ?? null;
  // The first has nothing to be set beside; nor does one whose number cannot be told, and that is no proof.
  const isProof =
    last === undefined || (objects !== null && before !== null && isInBand(before, objects, connection.settings.sweepBand));
  await sql`insert into sweep (tenant, connection, flow, run, objects, objects_before, is_proof, swept_at)
    values (${tenant}, ${connection.name}, ${flow}, ${run}, ${objects}, ${before}, ${isProof}, ${now(context)})
    on conflict do nothing`.execute(tx);
  if (isProof) return;
  const detail = { connection: connection.name, flow, objects: String(objects), before: String(before) };
  await appendAudit(tx, {
    tenant,
    atMs: context.clock.now(),
    actor: "system",
    action: "sweep.out-of-band",
    subject: String(run),
    detail,
  });
  context.log(`run ${run}: ${flow}: the sweep saw ${objects} objects, the one before ${before}: it proves no deletion`);
}

/** The sweep that this run made of a flow; undefined where it made none. */
export async function readSweep(tx: Tx, { tenant, connection, run }: RunContext, flow: Flow): Promise<Sweep | undefined> {
  const { rows } = await sql<{ is_proof: boolean; objects: bigint | null; objects_before: bigint | null }>`
    select is_proof, objects, objects_before from sweep where tenant = ${tenant} and connection = ${connection.name} and flow = ${flow}
      and run = ${run}`.execute(tx);
  const [row] = rows;
  return row && { isProof: row.is_proof, objects: row.objects, objectsBefore: row.objects_before };
}

/**
 * Which of these the run's reading saw: uploaded, or named by a slice that was unchanged (slices are made of keys just discovered). What SAP has
 * archived was not seen, whatever was last read of it, and stays as it is.
 */
export async function readSeen(
  tx: Tx,
  { tenant, run }: RunContext,
  flow: Flow,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const { rows } = await sql<{ key: string }>`
    select object_key as key from run_read where tenant = ${tenant} and run = ${run} and flow = ${flow} and object_key = any (${keys}::text[])
    union
    select named.value #>> '{}' from task t, jsonb_path_query(t.slice, 'strict $.**') as named(value)
    where t.tenant = ${tenant} and t.run = ${run} and t.flow = ${flow} and t.kind = 'objects' and t.state = 'complete' and t.is_same
      and jsonb_typeof(named.value) = 'string' and named.value #>> '{}' = any (${keys}::text[])`.execute(tx);
  return new Set(rows.map(({ key }) => key));
}

export function describeSweep({ objects, objectsBefore }: Sweep): string {
  return `the sweep saw ${objects ?? "an unknown number of"} objects, the one before ${objectsBefore ?? "an unknown number"}`;
}
