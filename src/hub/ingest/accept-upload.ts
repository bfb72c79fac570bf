/**
 * Page and progress in one transaction (design section 5): the records, the task's end, the slices it offers and the next lease commit
 * together or not at all. An upload whose lease is gone is answered `accepted: false` and changes nothing. One that the hub must refuse is rolled
 * back, and fails its slice by name instead.
 */
import { sql, type Transaction } from "kysely";
import { type ErrorCode, Fault, isErrorCode, isLookUpFlow, type LookUpFlow } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { Lease, UploadHeader } from "../../wire/index.ts";
import { land } from "../change/land.ts";
import { type HubContext, inTenant, now } from "../context.ts";
import { landControlTotals } from "../reconcile/land-control-totals.ts";
import { landReference } from "../reference/land-reference.ts";
import type { Upload } from "./read-upload.ts";
import { keepReceipt } from "./sap-load.ts";
import { addOffers, addTask, type HeldTask, holdTask, leaseTask, taskAttemptsMax } from "./tasks.ts";

type Tx = Transaction<Database>;
type Outcome = UploadHeader["outcome"];

export type UploadScope = { agent: string; connection: string };
export type Accepted = { accepted: boolean; next: Lease | null; run?: bigint };

async function endTask(
  tx: Tx,
  tenant: string,
  task: HeldTask,
  header: UploadHeader,
  set: { state: string; digest?: string | undefined; same?: boolean | undefined },
) {
  await tx
    .updateTable("task")
    .set((eb) => ({
      state: set.state,
      digest: set.digest ?? null,
      is_same: set.same ?? false,
      leased_until: null,
      calls: eb("calls", "+", header.receipt.calls),
      rows_read: eb("rows_read", "+", header.receipt.rows),
      call_ms: eb("call_ms", "+", BigInt(header.receipt.callMs)),
    }))
    .where("tenant", "=", tenant)
    .where("task", "=", task.task)
    .execute();
}

/** An unchanged slice sends no records: it holds as many as when it was last read. */
async function noteObjects(tx: Tx, tenant: string, task: HeldTask, records: number | undefined): Promise<void> {
  if (task.kind !== "objects") return;
  await sql`update task t set objects = coalesce(${records ?? null}::integer, (select l.objects from leaf l where l.tenant = t.tenant
      and l.connection = t.connection and l.flow = t.flow and l.kind = t.kind and l.label = t.label))
    where t.tenant = ${tenant} and t.task = ${task.task}`.execute(tx);
}

/** The agent's own limits ended the slice: that is no try, and it is read when they allow it again. */
const restingCodes: ReadonlySet<string> = new Set(["sap.quiet-hours", "sap.row-budget"]);

/**
 * A slice that a day's rows ended is first and alone on the next day (`leaseTask`). Twice that may not be enough: it began late, or behind
 * another of its kind. A third time says that no day will do.
 */
const unfinishedDaysMax = 3;

type Failed = Extract<Outcome, { kind: "failed" }>;

async function noteFailure(
  tx: Tx,
  tenant: string,
  task: HeldTask,
  code: ErrorCode,
  { place, detail }: Pick<Failed, "place" | "detail">,
) {
  await sql`update task set failure = ${JSON.stringify({ code, place, detail })}::jsonb
    where tenant = ${tenant} and task = ${task.task}`.execute(tx);
}

async function restTask(tx: Tx, tenant: string, task: HeldTask, header: UploadHeader, outcome: Failed) {
  const day = outcome.code === "sap.row-budget" ? header.receipt.detail?.day : undefined;
  const isNewDay = day !== undefined && day !== task.unfinished_day;
  const days = task.unfinished_days + (isNewDay ? 1 : 0);
  const isHopeless = isNewDay && days >= unfinishedDaysMax;
  await endTask(tx, tenant, task, header, { state: isHopeless ? "failed" : "ready" });
  if (isNewDay)
    await sql`update task set unfinished_days = ${days}, unfinished_day = ${day} where tenant = ${tenant} and task = ${task.task}`.execute(
      tx,
    );
  if (!isHopeless) return;
  const detail = `on ${days} days it could not be finished; the last: ${outcome.detail}`;
  await noteFailure(tx, tenant, task, "sap.row-budget-too-small", { place: task.label, detail });
}

/** A retriable failure goes back to `ready` a named number of times; then, or otherwise, the task is failed and the run will pause. */
async function failTask(tx: Tx, tenant: string, task: HeldTask, header: UploadHeader, outcome: Failed) {
  const mayRetry = outcome.retry && task.attempts + 1 < taskAttemptsMax;
  if (restingCodes.has(outcome.code)) return restTask(tx, tenant, task, header, outcome);
  await endTask(tx, tenant, task, header, { state: mayRetry ? "ready" : "failed" });
  await sql`update task set attempts = attempts + 1 where tenant = ${tenant} and task = ${task.task}`.execute(tx);
  await noteFailure(tx, tenant, task, isErrorCode(outcome.code) ? outcome.code : "sap.protocol", outcome);
}

async function rememberOpened(
  tx: Tx,
  tenant: string,
  task: HeldTask,
  { watermark, reading }: Extract<Outcome, { kind: "complete" }>,
): Promise<void> {
  if (task.kind !== "open") return;
  // Held back on the task until the whole flow was read: a watermark must never run ahead of its rows.
  const opened = JSON.stringify({ watermark, reading });
  await sql`update task set slice = ${opened}::jsonb where tenant = ${tenant} and task = ${task.task}`.execute(tx);
}

/** Only slices of objects bring records: opening and discovery upload none. */
async function landLookUp(tx: Tx, tenant: string, flow: LookUpFlow, task: HeldTask, { records }: Upload): Promise<void> {
  if (task.kind !== "objects") return;
  const { connection, run, label } = task;
  const landing = flow === "reference" ? landReference : landControlTotals;
  await landing(tx, { tenant, connection, run, label }, records);
}

async function apply(tx: Tx, context: HubContext, task: HeldTask, upload: Upload): Promise<void> {
  const { tenant } = context;
  const { header } = upload;
  const scope = { tenant, run: task.run, connection: task.connection };
  switch (header.outcome.kind) {
    case "failed":
      return failTask(tx, tenant, task, header, header.outcome);
    case "split":
      await addOffers(tx, scope, header.outcome.slices);
      for (const leaf of header.outcome.kept ?? [])
        await addTask(tx, { ...scope, flow: task.flow, kind: task.kind, ...leaf, isComplete: true });
      return endTask(tx, tenant, task, header, { state: "replaced" });
    case "complete":
      if (!isLookUpFlow(task.flow)) await land(tx, scope, task.flow, upload.records);
      else if (header.outcome.same !== true) await landLookUp(tx, tenant, task.flow, task, upload);
      await addOffers(tx, scope, header.outcome.slices);
      await rememberOpened(tx, tenant, task, header.outcome);
      await endTask(tx, tenant, task, header, { state: "complete", digest: header.outcome.digest, same: header.outcome.same });
      return noteObjects(tx, tenant, task, header.outcome.same === true ? undefined : upload.records.length);
  }
}

async function take(context: HubContext, scope: UploadScope, upload: Upload): Promise<Accepted> {
  const { tenant } = context;
  const { header } = upload;
  return context.store.transact(inTenant(context), async (tx): Promise<Accepted> => {
    const task = await holdTask(tx, { tenant, task: BigInt(header.task), epoch: header.epoch, agent: scope.agent });
    if (task) {
      await apply(tx, context, task, upload);
      await keepReceipt(tx, { tenant, connection: task.connection, run: task.run }, header.receipt);
    }
    const day = header.receipt.detail?.day;
    const next = await leaseTask(tx, { tenant, connection: scope.connection, agent: scope.agent, now: now(context), day });
    return task ? { accepted: true, next, run: task.run } : { accepted: false, next };
  });
}

function failedBy({ header }: Upload, { code, place, detail }: Fault): Upload {
  return { header: { ...header, outcome: { kind: "failed", code, place, detail, retry: false } }, records: [] };
}

export async function acceptUpload(context: HubContext, scope: UploadScope, upload: Upload): Promise<Accepted> {
  context.faultPoint("ingest.before-commit");
  const accepted = await take(context, scope, upload).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.isRetryable) throw error;
    return take(context, scope, failedBy(upload, error));
  });
  context.faultPoint("ingest.after-commit");
  return accepted;
}
