/**
 * IDocs into the store, in one transaction (sap-data 6.5): the same IDoc again is counted and nothing follows; a number that comes with other content (a
 * copied client, or tampering) is kept apart for a person; each object touched waits for the next reading of its flow. An IDoc that is older than the last
 * one told of its object touches nothing: what it tells was committed before, and is read with the newer one.
 */
import { sql, type Transaction } from "kysely";
import { appendAudit, type Database } from "../../store/index.ts";
import type { IDocAnswer, IDocUpload } from "../../wire/index.ts";
import { type HubContext, inTenant, now } from "../context.ts";

type Scope = { tenant: string; connection: string; at: Date };
type Notice = IDocUpload["idocs"][number];
type Landed = { key: string; outcome: "told" | "parked" | "quarantined" | "duplicate" };

const keyOf = ({ sender, client, number, hash }: Notice) => [sender, client, number, hash].join("\n");

/** Within the package, too: the same one twice is one. */
function distinct(idocs: readonly Notice[]): Notice[] {
  return [...new Map(idocs.map((each) => [keyOf(each), each])).values()];
}

async function insert(tx: Transaction<Database>, { tenant, connection, at }: Scope, idocs: readonly Notice[]): Promise<Landed[]> {
  const rows = idocs.map((each, order) => ({ ...each, order, touched: undefined, parked: each.parked ?? null }));
  const { rows: landed } = await sql<{ key: string; state: IDocsState; is_new: boolean }>`
    with given as (
      select x.*, row_number() over (partition by sender, client, number order by "order") as nth
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(sender text, client text, number text, hash text, message text, type text,
        serial text, parked text, "order" integer)),
    judged as (
      select g.*, case when g.number <> '' and (g.nth > 1 or exists (select from idoc o where o.tenant = ${tenant} and o.connection = ${connection}
          and o.sender = g.sender and o.client = g.client and o.number = g.number and o.hash <> g.hash)) then 'quarantined'
        when g.parked is not null then 'parked' else 'told' end as state
      from given g)
    insert into idoc as i (tenant, connection, sender, client, number, hash, message, type, serial, state, reason, times, received_at)
    select ${tenant}, ${connection}, sender, client, number, hash, message, type, serial, state,
      case state when 'quarantined' then 'another IDoc came under this number' else parked end, 1, ${at}
    from judged order by "order"
    on conflict (tenant, connection, sender, client, number, hash) do update set times = i.times + 1
    returning concat_ws(E'\\n', i.sender, i.client, i.number, i.hash) as key, i.state, i.times = 1 as is_new`.execute(tx);
  return landed.map(({ key, state, is_new: isNew }) => ({ key, outcome: isNew ? state : "duplicate" }));
}
type IDocsState = "told" | "parked" | "quarantined";

async function touch(tx: Transaction<Database>, { tenant, connection, at }: Scope, idocs: readonly Notice[]): Promise<void> {
  const latest = new Map<string, { flow: string; key: string; serial: string }>();
  for (const { touched, serial } of idocs)
    for (const { flow, key } of touched) {
      const known = latest.get(`${flow} ${key}`);
      if (known === undefined || known.serial < serial) latest.set(`${flow} ${key}`, { flow, key, serial });
    }
  await sql`
    insert into idoc_touched as t (tenant, connection, flow, key, serial, told_at, taken_run, is_done)
    select ${tenant}, ${connection}, flow, key, serial, ${at}, null, false
    from jsonb_to_recordset(${JSON.stringify([...latest.values()])}::jsonb) as x(flow text, key text, serial text) order by flow, key
    on conflict (tenant, connection, flow, key) do update set serial = excluded.serial, told_at = excluded.told_at, taken_run = null, is_done = false
      where excluded.serial > t.serial or excluded.serial = ''`.execute(tx);
}

const auditedMax = 50;

async function auditDoubts(tx: Transaction<Database>, scope: Scope, idocs: readonly Notice[], atMs: number): Promise<void> {
  for (const { sender, client, number } of idocs.slice(0, auditedMax))
    await appendAudit(tx, {
      tenant: scope.tenant,
      atMs,
      actor: "system",
      action: "idoc.quarantined",
      subject: scope.connection,
      detail: { sender, client, number },
    });
}

export async function acceptIDocs(context: HubContext, connection: string, { idocs }: IDocUpload): Promise<IDocAnswer> {
  const scope = { tenant: context.tenant, connection, at: now(context) };
  const given = distinct(idocs);
  context.faultPoint("idocs.before-commit");
  const landed = await context.store.transact(inTenant(context), async (tx) => {
    // Two packages with one number must not judge each other's rows before they are there.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`idocs ${scope.tenant} ${connection}`}, 0))`.execute(tx);
    const outcomes = await insert(tx, scope, given);
    const byKey = new Map(given.map((each) => [keyOf(each), each]));
    const of = (outcome: Landed["outcome"]) =>
      outcomes.flatMap((each) => (each.outcome === outcome ? [byKey.get(each.key)] : [])).filter((each) => each !== undefined);
    await touch(tx, scope, of("told"));
    await auditDoubts(tx, scope, of("quarantined"), context.clock.now());
    return outcomes;
  });
  context.faultPoint("idocs.after-commit");
  const count = (outcome: Landed["outcome"]) => landed.filter((each) => each.outcome === outcome).length;
  return {
    received: count("told"),
    duplicates: count("duplicate") + idocs.length - given.length,
    quarantined: count("quarantined"),
    parked: count("parked"),
  };
}
