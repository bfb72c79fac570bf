/** Puts one upload's records where they belong and counts them for the first law, all in the caller's transaction. */
import { sql, type Transaction } from "kysely";
import type { CostDocumentRecord, Flow, RejectedRecord, SourceRecord, UploadedRecord } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { RunHalt } from "../context.ts";
import { bindCostSources } from "./bind-cost-sources.ts";
import { checkAmounts } from "./check-amounts.ts";
import { countRead, type ReadCount } from "./count-read.ts";
import { landDocuments } from "./land-documents.ts";
import { type LandScope, landRecords } from "./land-records.ts";

type Tx = Transaction<Database>;

/** The latest reading of an object counts, once (ruling 30). */
async function noteRead(
  tx: Tx,
  scope: LandScope,
  flow: Flow,
  keys: readonly string[],
  counts: readonly ReadCount[],
): Promise<void> {
  await sql`delete from run_read where tenant = ${scope.tenant} and run = ${scope.run} and flow = ${flow}
    and object_key = any (${keys}::text[])`.execute(tx);
  const rows = counts.map((count) => ({
    object_key: count.objectKey,
    period: count.period,
    currency: count.currency,
    atoms: count.atoms,
    amount_minor: count.amountMinor.toString(),
  }));
  await sql`insert into run_read (tenant, run, flow, object_key, period, currency, atoms, amount_minor)
    select ${scope.tenant}, ${scope.run}, ${flow}, x.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as x(object_key text, period text, currency text, atoms integer, amount_minor bigint)`.execute(tx);
}

function belongsTo(flow: Flow, record: UploadedRecord): record is SourceRecord {
  switch (record.kind) {
    case "vendor":
      return flow === "vendors";
    case "purchase-order":
      return flow === "purchase-orders";
    case "invoice":
      return flow === "invoices";
    case "cost-document":
      return flow === "costs";
    case "rejected":
      return flow === record.flow;
    case "control-total":
    case "reference":
      return false;
  }
}

/** Answers how many records were new or changed. */
export async function land(tx: Tx, scope: LandScope, flow: Flow, uploaded: readonly UploadedRecord[]): Promise<number> {
  const stranger = uploaded.find((record) => !belongsTo(flow, record));
  if (stranger) throw new RunHalt("stop", "agent.record-invalid", `a ${stranger.kind} came with a slice of ${flow}`);
  const ours = uploaded.filter((record) => belongsTo(flow, record));
  const records = [...new Map(ours.map((record) => [record.key, checkAmounts(record)])).values()];
  if (flow === "costs") await bindCostSources(tx, scope, records);
  const counts = records.map(countRead);
  await noteRead(
    tx,
    scope,
    flow,
    records.map((record) => record.key),
    counts,
  );
  if (flow !== "costs") return landRecords(tx, scope, flow, records);
  const documents = records.filter((record): record is CostDocumentRecord => record.kind === "cost-document");
  const rejected = records.filter((record): record is RejectedRecord => record.kind === "rejected");
  return landDocuments(tx, scope, documents, rejected);
}
