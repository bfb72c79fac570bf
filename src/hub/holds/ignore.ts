/**
 * A person's word that a record stays out. It is counted as excluded by the rule `ignored by <person>` from the next run on, and ends with its date or
 * when SAP changes the record. What is in Procore, or may be, cannot be ignored: it would still stand there and be in no sum.
 */
import { sql, type Transaction } from "kysely";
import { Fault } from "../../core/index.ts";
import { appendAudit, type Database, type Store } from "../../store/index.ts";
import { holdsToldMax } from "./assign.ts";
import { filteredHolds, type HoldFilter } from "./list.ts";

type Tx = Transaction<Database>;

export type IgnoreAsk = {
  filter: HoldFilter;
  reason: string;
  untilMs?: number | undefined;
  actor: string;
  atMs: number;
};

type Candidate = { hold: bigint | null; connection: string; flow: string; key: string; code: string; changed_run: bigint };
type Refused = Candidate & { why: string };

/** Why a hold cannot be ignored; empty where it can. */
const refusal = sql<string>`
  case when h.disposition = 'unknown' then 'it was sent, and nobody knows yet whether it arrived'
    when h.flow = 'costs' and h.record_origin_id is not null
      then 'it is a line of the direct cost ' || h.record_origin_id || ', whose lines are frozen; replay it'
    when exists (select 1 from known k where k.tenant = h.tenant and k.connection = h.connection and k.aspect in ('content', 'adoption')
        and k.origin_id = coalesce(h.origin_id, h.record_origin_id)) then 'it is in Procore already'
    when exists (select 1 from effect e where e.tenant = h.tenant and e.connection = h.connection and e.state in ('sending', 'unknown')
        and e.origin_id = coalesce(h.origin_id, h.record_origin_id)) then 'it is being sent'
    else '' end`;

async function readCandidates(tx: Tx, filter: HoldFilter): Promise<{ ready: Candidate[]; refused: Refused[] }> {
  const { rows } = await sql<Refused>`
    select h.hold, h.connection, h.flow, h.key, h.code, h.changed_run, ${refusal} as why from (${filteredHolds(filter)}) as h
    order by h.flow, h.key`.execute(tx);
  return { ready: rows.filter(({ why }) => why === ""), refused: rows.filter(({ why }) => why !== "") };
}

function refuse([first, ...others]: readonly Refused[]): Fault | undefined {
  if (!first) return undefined;
  const more = others.length === 0 ? "" : `; and ${others.length} more`;
  return new Fault("hold.not-ignorable", { place: `hold ${first.hold ?? first.key}`, detail: `${first.why}${more}` });
}

async function write(tx: Tx, { filter, reason, untilMs, actor, atMs }: IgnoreAsk, ready: readonly Candidate[]): Promise<void> {
  const rows = ready.map(({ connection, flow, key, code, changed_run: run }) => ({
    connection,
    flow,
    key,
    code,
    run: String(run),
  }));
  const until = untilMs === undefined ? null : new Date(untilMs);
  await sql`
    insert into ignored (tenant, connection, flow, key, code, reason, ignored_by, ignored_at, until, changed_run)
    select ${filter.tenant}, connection, flow, key, code, ${reason}, ${actor}, ${new Date(atMs)}, ${until}, run
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(connection text, flow text, key text, code text, run bigint)
    on conflict (tenant, connection, flow, key) do update set code = excluded.code, reason = excluded.reason, ignored_by = excluded.ignored_by,
      ignored_at = excluded.ignored_at, until = excluded.until, changed_run = excluded.changed_run`.execute(tx);
}

/** All or none: what cannot be ignored refuses the whole word, by name. Answers how many. */
export async function ignoreHolds(store: Store, ask: IgnoreAsk): Promise<number> {
  const { tenant } = ask.filter;
  return store.transact({ tenant }, async (tx) => {
    const { ready, refused } = await readCandidates(tx, ask.filter);
    const fault = refuse(refused);
    if (fault) throw fault;
    if (ready.length === 0) return 0;
    await write(tx, ask, ready);
    const told = ready.slice(0, holdsToldMax).map(({ hold, key }) => (hold === null ? key : String(hold)));
    const until = ask.untilMs === undefined ? {} : { until: new Date(ask.untilMs).toISOString() };
    const detail = { reason: ask.reason, ...until, count: ready.length, holds: told };
    const subject = ready.length === 1 ? (told[0] ?? "") : (ask.filter.code ?? "several");
    await appendAudit(tx, { tenant, atMs: ask.atMs, actor: ask.actor, action: "hold.ignored", subject, detail });
    return ready.length;
  });
}

export type UnignoreAsk = { tenant: string; holds: readonly bigint[]; actor: string; atMs: number };

/** The record waits again at once, and is decided anew by the next run. Answers how many. */
export async function unignoreHolds(store: Store, { tenant, holds, actor, atMs }: UnignoreAsk): Promise<number> {
  return store.transact({ tenant }, async (tx) => {
    const { rows } = await sql<{ key: string }>`
      delete from ignored i using hold h where i.tenant = ${tenant} and h.tenant = i.tenant and h.connection = i.connection and h.flow = i.flow
        and h.key = i.key and h.hold = any (${holds.map(String)}::bigint[]) returning i.key`.execute(tx);
    if (rows.length === 0) return 0;
    const detail = { count: rows.length, holds: holds.map(String).slice(0, holdsToldMax) };
    const subject = holds.length === 1 ? String(holds[0]) : "several";
    await appendAudit(tx, { tenant, atMs, actor, action: "hold.unignored", subject, detail });
    return rows.length;
  });
}

export type IgnoredHold = {
  hold: string;
  connection: string;
  flow: string;
  key: string;
  code: string;
  reason: string;
  by: string;
  at: string;
  until?: string;
};

/** What people left out and is out now. */
export async function listIgnored(
  store: Store,
  ask: { tenant: string; connection?: string; atMs: number },
): Promise<IgnoredHold[]> {
  type Row = Omit<IgnoredHold, "hold" | "at" | "until"> & { hold: bigint | null; ignored_at: Date; until: Date | null };
  const { rows } = await store.transact({ tenant: ask.tenant }, (tx) =>
    sql<Row>`
    select h.hold, i.connection, i.flow, i.key, i.code, i.reason, i.ignored_by as by, i.ignored_at, i.until from ignored i
    left join hold h on h.tenant = i.tenant and h.connection = i.connection and h.flow = i.flow and h.key = i.key and h.code = i.code
    where i.tenant = ${ask.tenant} and (${ask.connection ?? null}::text is null or i.connection = ${ask.connection ?? null})
      and (i.until is null or i.until > ${new Date(ask.atMs)}) order by i.flow, i.key`.execute(tx),
  );
  return rows.map(({ hold, ignored_at: at, until, ...row }) => ({
    hold: hold === null ? "" : String(hold),
    ...row,
    at: at.toISOString(),
    ...(until ? { until: until.toISOString() } : {}),
  }));
}
