/** What was last confirmed in Procore, by project and kind, and which of it is oldest without a proof. */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { OriginKind } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { type Connection, type HubContext, inTenant } from "../context.ts";
import { openStates } from "../effect-states.ts";
import { orderOfLine } from "../plan/change-order-sql.ts";
import { statusHash } from "../plan/contract-effects.ts";
import { originPrefix } from "../plan/records.ts";
import type { Expected } from "./compare.ts";

type Tx = Transaction<Database>;
export type ProofScope = Pick<HubContext, "tenant" | "store" | "clock"> & { connection: Connection };

const proofKinds = ["vendors", "contracts", "change-orders", "requisitions", "direct-costs"] as const;
export type ProofKind = (typeof proofKinds)[number];
export type Target = { projectId: number; kind: ProofKind; provedAt: Date | null };

export const originKindOf: Readonly<Record<ProofKind, OriginKind>> = {
  vendors: "VN",
  contracts: "PO",
  "change-orders": "CO",
  requisitions: "RQ",
  "direct-costs": "DC",
};

export function prefixOf(scope: Pick<ProofScope, "connection">, kind: ProofKind): string {
  return originPrefix(scope, originKindOf[kind]);
}

/** Everything that is known to be in Procore has a target; the one that was proved longest ago, or never, comes first. */
export async function readTargets(scope: ProofScope): Promise<Target[]> {
  const kinds = JSON.stringify(proofKinds.map((kind) => ({ kind, prefix: prefixOf(scope, kind) })));
  const { rows } = await scope.store.transact(inTenant(scope), (tx) =>
    sql<{ project_id: bigint; kind: ProofKind; proved_at: Date | null }>`
      with target as (
        select distinct k.project_id, x.kind from known k join jsonb_to_recordset(${kinds}::jsonb) as x(kind text, prefix text)
          on starts_with(k.origin_id, x.prefix)
        where k.tenant = ${scope.tenant} and k.connection = ${scope.connection.name} and k.aspect = 'content')
      select t.project_id, t.kind, p.proved_at from target t left join proof p on p.tenant = ${scope.tenant}
        and p.connection = ${scope.connection.name} and p.project_id = t.project_id and p.kind = t.kind
      order by p.tried_at nulls first, t.project_id, t.kind`.execute(tx),
  );
  return rows.map((row) => ({ projectId: Number(row.project_id), kind: row.kind, provedAt: row.proved_at }));
}

type Row = {
  origin_id: string;
  procore_id: bigint;
  status_hash: string | null;
  amount_minor: string | null;
  currency: string | null;
};

/** A requisition is sent with its status, which is no aspect of its own. */
function isStatusOf(kind: ProofKind, hash: string | null): Expected["isStatus"] {
  if (kind === "requisitions") return (status) => status === "approved";
  return hash === null ? undefined : (status) => statusHash(status) === hash;
}

/** Change orders are records of their contract; Procore counts their lines apart from the contract's own (procore 4.4). */
function linesOf(kind: ProofKind): RawBuilder<unknown> {
  if (kind === "change-orders")
    return sql`l.record_origin_id = k.record_origin_id and split_part(l.origin_id, '.', 3) = 'CL'
      and ${orderOfLine(sql`l.origin_id`)} = k.origin_id`;
  const isOwn = sql`l.record_origin_id = k.origin_id and l.origin_id <> k.origin_id`;
  return kind === "contracts" ? sql`${isOwn} and split_part(l.origin_id, '.', 3) = 'PL'` : isOwn;
}

export async function readExpected(tx: Tx, scope: ProofScope, { projectId, kind }: Target): Promise<Expected[]> {
  const lines = linesOf(kind);
  const { rows } = await sql<Row>`
    select k.origin_id, k.procore_id, s.desired_hash as status_hash, coalesce(l.amount_minor, k.amount_minor::text) as amount_minor,
      coalesce(l.currency, k.currency) as currency
    from known k
    left join known s on s.tenant = k.tenant and s.connection = k.connection and s.origin_id = k.origin_id and s.aspect = 'status'
    left join lateral (select sum(amount_minor)::text as amount_minor, min(currency) as currency from known l
      where l.tenant = k.tenant and l.connection = k.connection and l.aspect = 'content' and ${lines}) l on true
    where k.tenant = ${scope.tenant} and k.connection = ${scope.connection.name} and k.project_id = ${projectId} and k.aspect = 'content'
      and starts_with(k.origin_id, ${prefixOf(scope, kind)}) order by k.origin_id`.execute(tx);
  return rows.map((row) => ({
    originId: row.origin_id,
    procoreId: Number(row.procore_id),
    amount:
      row.amount_minor === null || row.currency === null ? null : { minor: BigInt(row.amount_minor), currency: row.currency },
    isStatus: isStatusOf(kind, row.status_hash),
  }));
}

/** A change order moves with its lines, though the record is its contract. */
function orderOf(originId: string): string[] {
  const [system, client, kind, order, , , project, version] = originId.split(".");
  return kind === "CL" ? [[system, client, "CO", order, project, version].join(".")] : [];
}

/**
 * Records with an effect that is approved, under way or in doubt, or that was settled since the listing began: what is listed of them may be older
 * or newer than what is known.
 */
export async function readInMotion(tx: Tx, scope: ProofScope, { projectId }: Target, since: Date): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ record_origin_id: string; origin_id: string }>`
    select distinct record_origin_id, origin_id from effect where tenant = ${scope.tenant} and connection = ${scope.connection.name}
      and project_id = ${projectId} and (state in ${openStates} or settled_at >= ${since})`.execute(tx);
  return new Set(rows.flatMap((row) => [row.record_origin_id, row.origin_id, ...orderOf(row.origin_id)]));
}
