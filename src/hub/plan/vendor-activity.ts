/**
 * Which vendors go out of use in Procore (rulings 8 and 33): blocked or deleted in all scopes, seen so in two complete sweeps on end, without an open
 * contract, and not more of them at once than the setting lets pass without a person. SAP says it by flags; a row that is missing says nothing.
 */
import { sql, type Transaction } from "kysely";
import {
  atOnceLimit,
  type HoldCode,
  isBlockedEverywhere,
  originId,
  type SourceRecord,
  sweepsNeeded,
  type VendorRecord,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { describeSweep, readSeen, readSweep, type Sweep } from "../change/note-sweep.ts";
import type { RunContext } from "../context.ts";
import type { VendorDecision } from "../vendors/decisions.ts";
import { type KnownHashes, originPrefix, readUndecided } from "./records.ts";
import { activityHash } from "./vendor-effects.ts";

type Tx = Transaction<Database>;

/** `stay` as it is for now; `hold`: too many at once, or seen by a sweep that proves nothing. */
export type Activity = { kind: "inactivate" } | { kind: "stay" } | { kind: "hold"; code: HoldCode; why: string };

export type Activities = { of(vendor: string): Activity };

const stay: Activity = { kind: "stay" };
const askCode = "vendor-inactivation-many" satisfies HoldCode;

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

/**
 * Counts each sweep that saw them once, and forgets who is blocked no more; a sweep that proves nothing, or did not see them, begins the
 * count anew. Answers who was seen blocked often enough.
 */
async function countSweeps(
  tx: Tx,
  context: RunContext,
  { blocked, others }: { blocked: readonly string[]; others: readonly string[] },
  sweep: Sweep | undefined,
): Promise<ReadonlySet<string>> {
  const { tenant, run } = context;
  const connection = context.connection.name;
  await sql`delete from vendor_blocked where tenant = ${tenant} and connection = ${connection} and vendor = any (${others}::text[])`.execute(
    tx,
  );
  const seen = sweep?.isProof ? await readSeen(tx, context, "vendors", blocked) : new Set<string>();
  if (sweep)
    await sql`update vendor_blocked set sweeps = 0 where tenant = ${tenant} and connection = ${connection} and last_run <> ${run}
      and not vendor = any (${[...seen]}::text[])`.execute(tx);
  const rows = blocked.map((vendor) => ({ vendor, step: seen.has(vendor) ? 1 : 0 }));
  await sql`insert into vendor_blocked as seen (tenant, connection, vendor, sweeps, last_run)
    select ${tenant}, ${connection}, vendor, step, ${run} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(vendor text, step integer)
    on conflict (tenant, connection, vendor) do update set sweeps = seen.sweeps + excluded.sweeps, last_run = excluded.last_run
      where seen.last_run <> excluded.last_run`.execute(tx);
  const { rows: often } = await sql<{
    vendor: string;
  }>`select vendor from vendor_blocked where tenant = ${tenant} and connection = ${connection}
    and sweeps >= ${sweepsNeeded}`.execute(tx);
  return new Set(often.map(({ vendor }) => vendor));
}

/** Who waits for a person goes on by a person's word only, however few are left of them. */
async function readAsked(tx: Tx, { tenant, connection }: RunContext): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{
    vendor: string;
  }>`select vendor from vendor_finding where tenant = ${tenant} and connection = ${connection.name}
    and code = ${askCode}`.execute(tx);
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
  const sweep = await readSweep(tx, context, "vendors");
  const seenTwice = await countSweeps(tx, context, found, sweep);
  if (found.blocked.length === 0) return { of: () => stay };
  const withContract = await findWithOpenContract(tx, context, found.blocked);
  const kindOf = (vendor: string) => decisions.get(vendor)?.kind;
  const going = found.blocked.filter((vendor) => !withContract.has(vendor) && kindOf(vendor) !== "keep-active");
  const decided = new Set(going.filter((vendor) => kindOf(vendor) === "inactivate"));
  const ready = new Set(going.filter((vendor) => seenTwice.has(vendor) && !decided.has(vendor)));
  const limit = atOnceLimit(await countUsable(tx, context), context.connection.settings.vendors.inactivateAtOnce);
  const asked = await readAsked(tx, context);
  const ask: Activity = {
    kind: "hold",
    code: askCode,
    why: `${ready.size} vendors are blocked everywhere in SAP, and ${limit} may go without asking`,
  };
  const doubt: Activity | undefined =
    sweep && !sweep.isProof ? { kind: "hold", code: "sweep-out-of-band", why: describeSweep(sweep) } : undefined;
  const members = new Set(going);
  return {
    of(vendor) {
      if (decided.has(vendor)) return { kind: "inactivate" };
      if (ready.has(vendor)) return ready.size > limit || asked.has(vendor) ? ask : { kind: "inactivate" };
      return doubt && members.has(vendor) ? doubt : stay;
    },
  };
}
