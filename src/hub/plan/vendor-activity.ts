/**
 * Which vendors go out of use in Procore (rulings 8 and 33): blocked or deleted in all scopes, seen so in two complete sweeps on end, without an open
 * contract, and not more of them at once than the setting lets pass without a person. SAP says it by flags; a row that is missing says nothing.
 */
import { sql, type Transaction } from "kysely";
import { isBlockedEverywhere, originId, type SourceRecord, type VendorRecord } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import type { VendorDecision } from "../vendors/decisions.ts";
import { type KnownHashes, originPrefix, readUndecided } from "./records.ts";
import { activityHash } from "./vendor-effects.ts";

type Tx = Transaction<Database>;

const sweepsNeeded = 2;

/** `stay` as it is for now; `ask`: too many at once. */
export type Activity = "inactivate" | "ask" | "stay";

export type Activities = { of(vendor: string): Activity; why: string };

export const isInactive = (known: KnownHashes, id: string): boolean => known.get(id, "activity") === activityHash(false);

/** Written, and not taken out of use: what a contract or cost may name. */
export const isUsable = (known: KnownHashes, id: string): boolean =>
  known.get(id, "content") !== undefined && !isInactive(known, id);

/** Vendors that a plan would have written before what names them. Only a plan may count on them: it sends nothing. */
export async function readVendorsToCome(tx: Tx, context: RunContext): Promise<(vendor: string) => boolean> {
  if (!context.isPlanOnly) return () => false;
  const { rows } = await sql<{ origin_id: string }>`select origin_id from effect where tenant = ${context.tenant}
    and connection = ${context.connection.name} and flow = 'vendors' and state = 'planned' and aspect = 'content'`.execute(tx);
  const prefix = originPrefix(context, "VN");
  const toCome = new Set(rows.map((row) => row.origin_id));
  return (vendor) => toCome.has(`${prefix}${vendor}`);
}

function isCandidate(context: RunContext, known: KnownHashes, record: SourceRecord): record is VendorRecord {
  if (record.kind !== "vendor") return false;
  const { sap, vendors } = context.connection.settings;
  const id = originId(sap, "VN", [record.key]);
  return id.ok && isUsable(known, id.value) && isBlockedEverywhere(record, vendors);
}

async function findBlocked(tx: Tx, context: RunContext, known: KnownHashes): Promise<{ blocked: string[]; others: string[] }> {
  const blocked: string[] = [];
  const others: string[] = [];
  for (let after = ""; ; ) {
    const records = await readUndecided(tx, context, "vendors", after);
    if (records.length === 0) return { blocked, others };
    for (const record of records) (isCandidate(context, known, record) ? blocked : others).push(record.key);
    after = records.at(-1)?.key ?? "";
  }
}

/** Only what a run of changes read is no sweep. */
export async function isSweep(tx: Tx, { tenant, run }: RunContext): Promise<boolean> {
  const { rows } = await sql`select from task where tenant = ${tenant} and run = ${run} and flow = 'vendors' and kind = 'open'
    and state = 'complete' and slice -> 'reading' ->> 'how' = 'changes'`.execute(tx);
  return rows.length === 0;
}

/** Counts each sweep once, and forgets who is blocked no more. Answers who was seen blocked often enough. */
async function countSweeps(
  tx: Tx,
  context: RunContext,
  { blocked, others }: { blocked: readonly string[]; others: readonly string[] },
): Promise<ReadonlySet<string>> {
  const { tenant, run } = context;
  const connection = context.connection.name;
  const step = (await isSweep(tx, context)) ? 1 : 0;
  await sql`delete from vendor_blocked where tenant = ${tenant} and connection = ${connection} and vendor = any (${others}::text[])`.execute(
    tx,
  );
  await sql`insert into vendor_blocked as seen (tenant, connection, vendor, sweeps, last_run)
    select ${tenant}, ${connection}, vendor, ${step}, ${run} from unnest(${blocked}::text[]) as vendor
    on conflict (tenant, connection, vendor) do update set sweeps = seen.sweeps + excluded.sweeps, last_run = excluded.last_run
      where seen.last_run <> excluded.last_run`.execute(tx);
  const { rows } = await sql<{
    vendor: string;
  }>`select vendor from vendor_blocked where tenant = ${tenant} and connection = ${connection}
    and sweeps >= ${sweepsNeeded}`.execute(tx);
  return new Set(rows.map(({ vendor }) => vendor));
}

/** An order that is in Procore, or waits to be, with an item that is neither deleted nor finally invoiced. */
async function findWithOpenContract(
  tx: Tx,
  { tenant, connection }: RunContext,
  vendors: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ vendor: string }>`
    select distinct r.content ->> 'vendor' as vendor from source_record r
    where r.tenant = ${tenant} and r.connection = ${connection.name} and r.flow = 'purchase-orders' and r.content ->> 'kind' = 'purchase-order'
      and r.content ->> 'vendor' = any (${vendors}::text[]) and r.content ->> 'deletion' <> 'L'
      and exists (select from atom a where a.tenant = r.tenant and a.connection = r.connection and a.flow = r.flow and a.record_key = r.key
        and (a.origin_id is not null or a.disposition = 'held'))
      and exists (select from jsonb_array_elements(r.content -> 'items') as item
        where item ->> 'deletion' <> 'L' and item ->> 'isFinallyInvoiced' <> 'true')`.execute(tx);
  return new Set(rows.map(({ vendor }) => vendor));
}

async function countUsable(tx: Tx, { tenant, connection }: RunContext): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`select count(*) as count from atom where tenant = ${tenant}
    and connection = ${connection.name} and flow = 'vendors' and origin_id is not null`.execute(tx);
  return Number(rows[0]?.count ?? 0n);
}

export async function readActivities(
  tx: Tx,
  context: RunContext,
  known: KnownHashes,
  decisions: ReadonlyMap<string, VendorDecision>,
): Promise<Activities> {
  const found = await findBlocked(tx, context, known);
  const seenTwice = await countSweeps(tx, context, found);
  if (found.blocked.length === 0) return { of: () => "stay", why: "" };
  const withContract = await findWithOpenContract(tx, context, found.blocked);
  const kindOf = (vendor: string) => decisions.get(vendor)?.kind;
  const decided = new Set(found.blocked.filter((vendor) => kindOf(vendor) === "inactivate" && !withContract.has(vendor)));
  const ready = new Set(
    found.blocked.filter(
      (vendor) => seenTwice.has(vendor) && !decided.has(vendor) && kindOf(vendor) !== "keep-active" && !withContract.has(vendor),
    ),
  );
  const { count, percent } = context.connection.settings.vendors.inactivateAtOnce;
  const limit = Math.max(count, Math.floor(((await countUsable(tx, context)) * percent) / 100));
  const whenReady = ready.size > limit ? "ask" : "inactivate";
  return {
    of: (vendor) => (decided.has(vendor) ? "inactivate" : ready.has(vendor) ? whenReady : "stay"),
    why: `${ready.size} vendors are blocked everywhere in SAP, and ${limit} may go without asking`,
  };
}
