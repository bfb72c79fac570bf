/** One hold in full: what it is, whose, what was sent and answered, and the SAP documents behind it. Reads only. */
import { sql, type Transaction } from "kysely";
import type { SourceRecord } from "../../core/index.ts";
import type { Database, Store } from "../../store/index.ts";
import { withLines } from "../cost-line-sql.ts";
import { filteredHolds, type Hold, holdOf } from "./list.ts";
import { heldEffect } from "./open-holds.ts";
import { type Fact, factsOf } from "./sap-facts.ts";

export type ShownExchange = {
  at: string;
  run: string;
  code: string;
  endpoint: string;
  status?: number;
  requestId?: string;
  request: unknown;
  answer: { detail?: string; complaints?: readonly { field?: string; messages: readonly string[] }[] };
};

export type ShownHold = Hold & {
  /** Of the record as SAP has it. */
  facts: readonly Fact[];
  /** The intended change in Procore that stands still. */
  effect?: { originId: string; action: string; attempts: number; state: string };
  exchange?: ShownExchange;
  firstRun?: string;
  lastRun?: string;
};

export type HoldMemory = {
  hold: string;
  connection: string;
  flow: string;
  key: string;
  code: string;
  firstSeen: string;
  lastSeen: string;
  runs: number;
  releasedAt?: string;
  ignored?: { by: string; at: string; reason: string; until?: string };
};

type Tx = Transaction<Database>;
type OpenRow = Parameters<typeof holdOf>[0] & {
  record_key: string;
  first_run: bigint | null;
  last_run: bigint | null;
  effect: bigint | null;
  effect_origin_id: string;
  action: string;
  attempts: number;
  effect_state: string;
};

async function readRecord(tx: Tx, tenant: string, row: OpenRow): Promise<SourceRecord | undefined> {
  const { rows } = await sql<{ content: SourceRecord }>`select content from source_record where tenant = ${tenant}
    and connection = ${row.connection} and flow = ${row.flow} and key = ${row.record_key}`.execute(tx);
  return rows[0]?.content;
}

/** What an FI document's head and line say beside its number. */
async function readCostFacts(tx: Tx, tenant: string, row: OpenRow): Promise<readonly Fact[]> {
  const [companyCode = "", number = "", year = "0", line = "0"] = row.key.split(".");
  type Cost = Record<"posting_date" | "document_type" | "reference" | "account" | "object" | "vendor" | "purchase_order", string>;
  const { rows } = await sql<Cost>`
    select d.posting_date, d.document_type, d.reference, coalesce(c.account, '') as account,
      coalesce(c.object_kind || ' ' || c.object, '') as object, coalesce(c.vendor, '') as vendor,
      coalesce(nullif(c.purchase_order, '') || ' ' || c.purchase_order_item, '') as purchase_order
    from cost_document d left ${withLines} and c.line = ${Number(line)}::smallint
    where d.tenant = ${tenant} and d.connection = ${row.connection} and d.fiscal_year = ${Number(year)}::smallint
      and d.company_code = ${companyCode} and d.document_number = ${number}`.execute(tx);
  const [cost] = rows;
  if (!cost) return [];
  const facts: Fact[] = [
    ["posting date (BUDAT)", cost.posting_date],
    ["document type (BLART)", cost.document_type],
    ["reference (XBLNR)", cost.reference],
    ["account (HKONT)", cost.account],
    ["cost object", cost.object],
    ["vendor (LIFNR)", cost.vendor],
    ["purchase order (EBELN, EBELP)", cost.purchase_order],
  ];
  return facts.filter(([, value]) => value !== "");
}

async function readFacts(tx: Tx, tenant: string, row: OpenRow): Promise<readonly Fact[]> {
  if (row.flow !== "costs") return factsOf(row.key, row.flow, await readRecord(tx, tenant, row));
  return [...factsOf(row.key, row.flow, undefined), ...(await readCostFacts(tx, tenant, row))];
}

async function readExchange(tx: Tx, tenant: string, effect: bigint): Promise<ShownExchange | undefined> {
  const row = await tx
    .selectFrom("exchange")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("effect", "=", effect)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    at: row.at.toISOString(),
    run: String(row.run),
    code: row.code,
    endpoint: row.endpoint ?? "",
    ...(row.status === null ? {} : { status: row.status }),
    ...(row.request_id === null ? {} : { requestId: row.request_id }),
    request: row.request,
    answer: row.answer as ShownExchange["answer"],
  };
}

async function fillIn(tx: Tx, tenant: string, row: OpenRow): Promise<ShownHold> {
  const exchange = row.effect === null ? undefined : await readExchange(tx, tenant, row.effect);
  const effect = { originId: row.effect_origin_id, action: row.action, attempts: row.attempts, state: row.effect_state };
  return {
    ...holdOf(row),
    facts: await readFacts(tx, tenant, row),
    ...(row.effect === null ? {} : { effect }),
    ...(exchange ? { exchange } : {}),
    ...(row.first_run === null ? {} : { firstRun: String(row.first_run) }),
    ...(row.last_run === null ? {} : { lastRun: String(row.last_run) }),
  };
}

export type HoldAsk = { tenant: string; hold: bigint; atMs: number };

/** `gone`: it waits no more, or a person ignored it. Undefined: there never was one of this number. */
export type HoldAnswer = { kind: "open"; hold: ShownHold } | { kind: "gone"; hold: HoldMemory } | undefined;

export async function showHold(store: Store, { tenant, hold, atMs }: HoldAsk): Promise<HoldAnswer> {
  return store.transact({ tenant }, async (tx) => {
    const { rows } = await sql<OpenRow>`
      select h.*, e.effect, e.detail as effect_detail, e.origin_id as effect_origin_id, e.action, e.attempts, e.state as effect_state
      from (${filteredHolds({ tenant, holds: [hold], atMs })}) as h left join lateral (${heldEffect}) as e on true`.execute(tx);
    const [row] = rows;
    if (row) return { kind: "open", hold: await fillIn(tx, tenant, row) };
    const memory = await readMemory(tx, tenant, hold);
    return memory && { kind: "gone", hold: memory };
  });
}

async function readMemory(tx: Tx, tenant: string, hold: bigint): Promise<HoldMemory | undefined> {
  type Row = {
    connection: string;
    flow: string;
    key: string;
    code: string;
    first_seen: Date;
    last_seen: Date;
    runs: number;
    released_at: Date | null;
    ignored_by: string | null;
    ignored_at: Date;
    reason: string;
    until: Date | null;
  };
  const { rows } = await sql<Row>`
    select h.connection, h.flow, h.key, h.code, h.first_seen, h.last_seen, h.runs, h.released_at, i.ignored_by, i.ignored_at, i.reason, i.until
    from hold h left join ignored i on i.tenant = h.tenant and i.connection = h.connection and i.flow = h.flow and i.key = h.key
    where h.tenant = ${tenant} and h.hold = ${hold}`.execute(tx);
  const [row] = rows;
  if (!row) return undefined;
  const until = row.until ? { until: row.until.toISOString() } : {};
  const ignored =
    row.ignored_by === null ? undefined : { by: row.ignored_by, at: row.ignored_at.toISOString(), reason: row.reason };
  return {
    hold: String(hold),
    connection: row.connection,
    flow: row.flow,
    key: row.key,
    code: row.code,
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
    runs: row.runs,
    ...(row.released_at ? { releasedAt: row.released_at.toISOString() } : {}),
    ...(ignored ? { ignored: { ...ignored, ...until } } : {}),
  };
}
