/** Runs as people read them. Reads only; needs no running hub. */
import { sql } from "kysely";
import { type ErrorCode, type Flow, isErrorCode, type RunFlow } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";
import type { Reading } from "../../wire/index.ts";
import type { CallPlan } from "../apply/call-plan.ts";
import type { Diagnostics } from "./diagnose.ts";
import type { RunSummary } from "./run-summary.ts";
import type { FlowSummary } from "./summary.ts";

export type RunReport = {
  run: string;
  connection: string;
  state: "open" | "finished" | "paused" | "stopped";
  flow: RunFlow;
  stage: string;
  mode: string;
  /** It sent nothing: what it planned waits for approval. */
  isPlanOnly: boolean;
  code?: ErrorCode;
  detail?: string;
  /** How things stood when it was paused or stopped. */
  halted?: Diagnostics;
  startedAt: string;
  finishedAt?: string;
  flows: Partial<Record<Flow, FlowSummary>>;
  /** Whether a flow was swept, or a window or only what triggers named was read, and why so, where its agent said it. */
  readings: Partial<Record<RunFlow, Reading>>;
  /** How many objects a sweep saw, where it fell out of its band and so proves no deletion (ruling 33). */
  doubtfulSweeps?: Partial<Record<Flow, { objects: number | null; before: number | null }>>;
  /** What a flow's plan was to cost, as it was told before anything was sent. */
  plans: Partial<Record<Flow, CallPlan>>;
  calls: { total: number; byTemplate: Record<string, number>; lowerBound: number };
  sap: { calls: number; rows: number; callMs: number; slices: number; sameSlices: number; load?: SapLoad };
};

/** What load the run caused at SAP, where its agent told it in full. Times in milliseconds. */
export type SapLoad = {
  retries: number;
  failures: number;
  inFlightMax: number;
  halvings: number;
  /** By SAP's own account; 0 where it gave none. */
  serverMs: number;
  functions: {
    function: string;
    calls: number;
    retries: number;
    failures: number;
    rows: number;
    callMs: number;
    serverMs: number;
  }[];
  readers: { table: string; reader: string; why: string }[];
};

type Row = {
  run: bigint;
  connection: string;
  state: RunReport["state"];
  flow: RunFlow;
  stage: string;
  mode: string;
  plan_only: boolean;
  code: string | null;
  detail: string | null;
  started_at: Date;
  finished_at: Date | null;
  summary: RunSummary;
  diagnostics: Diagnostics | null;
  calls: bigint;
  rows_read: bigint;
  call_ms: bigint;
  slices: bigint;
  same: bigint;
  sap_in_flight_max: number;
  sap_halvings: number;
  functions: SapLoad["functions"] | null;
  readers: SapLoad["readers"] | null;
  readings: RunReport["readings"] | null;
  doubtful_sweeps: NonNullable<RunReport["doubtfulSweeps"]> | null;
};

function loadOf(row: Row): SapLoad | undefined {
  if (row.functions === null) return undefined;
  const sum = (field: "retries" | "failures" | "serverMs") =>
    (row.functions ?? []).reduce((total, each) => total + each[field], 0);
  return {
    retries: sum("retries"),
    failures: sum("failures"),
    inFlightMax: row.sap_in_flight_max,
    halvings: row.sap_halvings,
    serverMs: sum("serverMs"),
    functions: row.functions,
    readers: row.readers ?? [],
  };
}

function reportOf(row: Row): RunReport {
  const { calls: byTemplate = {}, plans = {}, ...summaries } = row.summary;
  const total = Object.values(byTemplate).reduce((sum, count) => sum + count, 0);
  const lowerBound = Object.values(summaries).reduce((sum, summary) => sum + summary.leastCalls, 0);
  const load = loadOf(row);
  return {
    run: String(row.run),
    connection: row.connection,
    state: row.state,
    flow: row.flow,
    stage: row.stage,
    mode: row.mode,
    isPlanOnly: row.plan_only,
    ...(row.code !== null && isErrorCode(row.code) ? { code: row.code } : {}),
    ...(row.detail === null ? {} : { detail: row.detail }),
    ...(row.diagnostics ? { halted: row.diagnostics } : {}),
    startedAt: row.started_at.toISOString(),
    ...(row.finished_at ? { finishedAt: row.finished_at.toISOString() } : {}),
    flows: summaries,
    readings: row.readings ?? {},
    ...(row.doubtful_sweeps ? { doubtfulSweeps: row.doubtful_sweeps } : {}),
    plans,
    calls: { total, byTemplate, lowerBound },
    sap: {
      calls: Number(row.calls),
      rows: Number(row.rows_read),
      callMs: Number(row.call_ms),
      slices: Number(row.slices),
      sameSlices: Number(row.same),
      ...(load === undefined ? {} : { load }),
    },
  };
}

export type RunQuery = { tenant: string; connection?: string; run?: string; limit: number };

export async function listRuns(store: Store, query: RunQuery): Promise<RunReport[]> {
  const { tenant } = query;
  const { rows } = await store.transact({ tenant }, (tx) =>
    sql<Row>`
    select r.run, r.connection, r.state, r.flow, r.stage, r.mode, r.plan_only, r.code, r.detail, r.started_at, r.finished_at, r.summary, r.diagnostics,
      coalesce(sum(t.calls), 0)::bigint as calls, coalesce(sum(t.rows_read), 0)::bigint as rows_read,
      coalesce(sum(t.call_ms), 0)::bigint as call_ms, count(t.task) filter (where t.kind = 'objects') as slices,
      count(t.task) filter (where t.is_same) as same, r.sap_in_flight_max, r.sap_halvings,
      (select jsonb_agg(jsonb_build_object('function', f.function, 'calls', f.calls, 'retries', f.retries, 'failures', f.failures,
        'rows', f.rows_read, 'callMs', f.call_ms, 'serverMs', f.server_ms) order by f.call_ms desc, f.function)
        from run_sap_call f where f.tenant = r.tenant and f.run = r.run) as functions,
      (select jsonb_agg(jsonb_build_object('table', d.table_name, 'reader', d.reader, 'why', d.why) order by d.table_name, d.reader)
        from run_reader d where d.tenant = r.tenant and d.run = r.run) as readers,
      (select jsonb_object_agg(o.flow, o.slice -> 'reading') from task o where o.tenant = r.tenant and o.run = r.run and o.kind = 'open'
        and o.state = 'complete' and o.slice -> 'reading' is not null) as readings,
      (select jsonb_object_agg(w.flow, jsonb_build_object('objects', w.objects, 'before', w.objects_before)) from sweep w
        where w.tenant = r.tenant and w.connection = r.connection and w.run = r.run and not w.is_proof) as doubtful_sweeps
    from run r left join task t on t.tenant = r.tenant and t.run = r.run
    where r.tenant = ${tenant} and (${query.connection ?? null}::text is null or r.connection = ${query.connection ?? null})
      and (${query.run ?? null}::bigint is null or r.run = ${query.run ?? null}::bigint)
    group by r.tenant, r.run order by r.run desc limit ${query.limit}`.execute(tx),
  );
  return rows.map(reportOf);
}
