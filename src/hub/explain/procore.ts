/** Procore's side of an explanation: what is known to be there, what was sent and by whose word, what was found by looking again. */
import { sql, type Transaction } from "kysely";
import { formatMoney } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";

type Tx = Transaction<Database>;

export type KnownRecord = {
  originId: string;
  aspect: string;
  procoreId: string;
  /** Procore's; 0: the company. */
  projectId: string;
  amount: string;
  currency: string;
  confirmedRun: string;
  confirmedAt: string;
};

export type ExplainedEffect = {
  effect: string;
  originId: string;
  aspect: string;
  action: string;
  /** On the day that is asked about. */
  state: string;
  run: string;
  plannedAt: string;
  settledAt: string;
  attempts: number;
  /** `auto`, or who approved it. */
  approval: string;
  amount: string;
  currency: string;
  detail: string;
  /** Of the last call that did not go well. */
  call?: { at: string; endpoint: string; status?: number; requestId?: string };
};

export type ExplainedRun = { run: string; mode: string; state: string; startedAt: string };
export type ExplainedProof = { kind: string; projectId: string; provedAt: string; findings: readonly string[] };
export type ExplainedEdit = { originId: string; field: string; confirmed: string; found: string; state: string; foundAt: string };

export type Question = { tenant: string; originIds: readonly string[]; asOf: Date };

const moneyOf = (minor: bigint | null, currency: string | null) =>
  minor === null || currency === null
    ? { amount: "", currency: "" }
    : { amount: formatMoney({ minor: BigInt(minor), currency }), currency };

export async function findByProcoreId(tx: Tx, tenant: string, procoreId: string): Promise<string[]> {
  const { rows } = await sql<{ origin_id: string }>`select distinct origin_id from known where tenant = ${tenant}
    and procore_id = ${procoreId}::bigint and aspect = 'content' order by origin_id`.execute(tx);
  return rows.map((row) => row.origin_id);
}

type EffectRow = {
  effect: bigint;
  origin_id: string;
  aspect: string;
  action: string;
  state: string;
  run: bigint;
  planned_at: Date;
  settled_at: Date | null;
  attempts: number;
  approval: string;
  amount_minor: bigint | null;
  currency: string | null;
  hold_code: string | null;
  detail: string | null;
  at: Date | null;
  endpoint: string | null;
  status: number | null;
  request_id: string | null;
};

function callOf(row: EffectRow): Pick<ExplainedEffect, "call"> {
  if (row.at === null) return {};
  const status = row.status === null ? {} : { status: row.status };
  const requestId = row.request_id === null ? {} : { requestId: row.request_id };
  return { call: { at: row.at.toISOString(), endpoint: row.endpoint ?? "", ...status, ...requestId } };
}

/** An effect keeps its last state only: on an earlier day it was on its way. */
function effectOf(row: EffectRow, asOf: Date): ExplainedEffect {
  const isSettled = row.settled_at !== null && row.settled_at <= asOf;
  const isLater = row.settled_at !== null && !isSettled;
  return {
    effect: String(row.effect),
    originId: row.origin_id,
    aspect: row.aspect,
    action: row.action,
    state: isLater ? "on its way" : row.state,
    run: String(row.run),
    plannedAt: row.planned_at.toISOString(),
    settledAt: isSettled ? (row.settled_at?.toISOString() ?? "") : "",
    attempts: row.attempts,
    approval: row.approval,
    ...moneyOf(row.amount_minor, row.currency),
    detail: isLater ? "" : [row.hold_code, row.detail].filter(Boolean).join(": "),
    ...(row.at !== null && row.at <= asOf ? callOf(row) : {}),
  };
}

export async function readEffects(tx: Tx, { tenant, originIds, asOf }: Question): Promise<ExplainedEffect[]> {
  const { rows } = await sql<EffectRow>`
    select e.effect, e.origin_id, e.aspect, e.action, e.state, e.run, e.planned_at, e.settled_at, e.attempts, e.approval, e.amount_minor,
      e.currency, e.hold_code, e.detail, x.at, x.endpoint, x.status, x.request_id
    from effect e left join exchange x on x.tenant = e.tenant and x.effect = e.effect
    where e.tenant = ${tenant} and e.origin_id = any (${originIds}::text[]) and e.planned_at <= ${asOf}
      and not (e.state = 'stale' and e.attempts = 0)
    order by e.effect`.execute(tx);
  return rows.map((row) => effectOf(row, asOf));
}

/** What was confirmed last by that day. `known` has today's; the effects have every day's. */
export async function readKnownRecords(tx: Tx, { tenant, originIds, asOf }: Question): Promise<KnownRecord[]> {
  const { rows } = await sql<{
    origin_id: string;
    aspect: string;
    procore_id: bigint;
    project_id: bigint;
    amount_minor: bigint | null;
    currency: string | null;
    run: bigint;
    at: Date;
  }>`
    select distinct on (e.origin_id, e.aspect) e.origin_id, e.aspect, e.procore_id, e.project_id,
      case when k.confirmed_run = e.run then k.amount_minor else e.amount_minor end as amount_minor, e.currency, e.run, e.settled_at as at
    from effect e left join known k on k.tenant = e.tenant and k.connection = e.connection and k.origin_id = e.origin_id and k.aspect = e.aspect
    where e.tenant = ${tenant} and e.origin_id = any (${originIds}::text[]) and e.state = 'confirmed' and e.settled_at <= ${asOf}
      and e.procore_id is not null
    order by e.origin_id, e.aspect, e.effect desc`.execute(tx);
  return rows.map((row) => ({
    originId: row.origin_id,
    aspect: row.aspect,
    procoreId: String(row.procore_id),
    projectId: String(row.project_id),
    ...moneyOf(row.amount_minor, row.currency),
    confirmedRun: String(row.run),
    confirmedAt: row.at.toISOString(),
  }));
}

export async function readRuns(tx: Tx, tenant: string, runs: readonly string[]): Promise<ExplainedRun[]> {
  const { rows } = await sql<{
    run: bigint;
    mode: string;
    state: string;
    started_at: Date;
  }>`select run, mode, state, started_at from run
    where tenant = ${tenant} and run = any (${runs}::bigint[]) order by run`.execute(tx);
  return rows.map(({ run, mode, state, started_at: startedAt }) => ({
    run: String(run),
    mode,
    state,
    startedAt: startedAt.toISOString(),
  }));
}

/** The kind of listing that shows a record of this origin id. */
const proofKinds: Readonly<Record<string, string>> = {
  VN: "vendors",
  PO: "contracts",
  PL: "contracts",
  CO: "contracts",
  CL: "contracts",
  RQ: "requisitions",
  DC: "direct-costs",
  DL: "direct-costs",
};

/** Of today: proofs keep no history. */
export async function readProofs(tx: Tx, tenant: string, known: readonly KnownRecord[]): Promise<ExplainedProof[]> {
  const places = new Map(
    known.flatMap(({ originId, projectId }) => {
      const kind = proofKinds[originId.split(".")[2] ?? ""];
      return kind === undefined ? [] : [[`${kind} ${projectId}`, { kind, projectId }] as const];
    }),
  );
  const proofs: ExplainedProof[] = [];
  for (const { kind, projectId } of places.values()) {
    const { rows } = await sql<{ proved_at: Date | null; findings: string[] | null }>`
      select p.proved_at, (select array_agg(f.origin_id || ' ' || f.finding || ': expected ' || f.expected || ', found ' || f.found
          order by f.origin_id, f.finding) from proof_finding f where f.tenant = p.tenant and f.connection = p.connection
        and f.project_id = p.project_id and f.kind = p.kind and f.origin_id = any (${known.map((each) => each.originId)}::text[])) as findings
      from proof p where p.tenant = ${tenant} and p.kind = ${kind} and p.project_id = ${projectId}::bigint`.execute(tx);
    const [row] = rows;
    proofs.push({ kind, projectId, provedAt: row?.proved_at?.toISOString() ?? "", findings: row?.findings ?? [] });
  }
  return proofs;
}

export async function readEdits(tx: Tx, { tenant, originIds, asOf }: Question): Promise<ExplainedEdit[]> {
  const { rows } = await sql<{
    origin_id: string;
    field: string;
    confirmed: string;
    found: string;
    state: string;
    found_at: Date;
  }>`
    select origin_id, field, confirmed, found, state, found_at from procore_edit where tenant = ${tenant}
      and (origin_id = any (${originIds}::text[]) or record_origin_id = any (${originIds}::text[])) and found_at <= ${asOf} order by edit`.execute(
    tx,
  );
  return rows.map((row) => ({
    originId: row.origin_id,
    field: row.field,
    confirmed: row.confirmed,
    found: row.found,
    state: row.state,
    foundAt: row.found_at.toISOString(),
  }));
}
