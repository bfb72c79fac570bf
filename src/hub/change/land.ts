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

/** One row an upload; `run_read` counts the latest reading of an object, once (ruling 30). */
async function noteRead(tx: Tx, scope: LandScope, flow: Flow, counts: readonly ReadCount[]): Promise<void> {
  if (counts.length === 0) return;
  await sql`insert into read_page (tenant, run, flow, object_keys, periods, currencies, atoms, amounts_minor)
    values (${scope.tenant}, ${scope.run}, ${flow}, ${counts.map(({ objectKey }) => objectKey)}, ${counts.map(({ period }) => period)},
      ${counts.map(({ currency }) => currency)}, ${counts.map(({ atoms }) => atoms)},
      ${counts.map(({ amountMinor }) => amountMinor.toString())})`.execute(tx);
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

async function landByKind(tx: Tx, scope: LandScope, flow: Flow, records: readonly SourceRecord[]): Promise<number> {
  if (flow !== "costs") return landRecords(tx, scope, flow, records);
  const documents = records.filter((record): record is CostDocumentRecord => record.kind === "cost-document");
  const rejected = records.filter((record): record is RejectedRecord => record.kind === "rejected");
  return landDocuments(tx, scope, documents, rejected);
}

/** Answers how many records were new or changed. */
export async function land(tx: Tx, scope: LandScope, flow: Flow, uploaded: readonly UploadedRecord[]): Promise<number> {
  const stranger = uploaded.find((record) => !belongsTo(flow, record));
  if (stranger) throw new RunHalt("stop", "agent.record-invalid", `a ${stranger.kind} came with a slice of ${flow}`);
  const ours = uploaded.filter((record) => belongsTo(flow, record));
  const records = [...new Map(ours.map((record) => [record.key, checkAmounts(record)])).values()];
  if (flow === "costs") await bindCostSources(tx, scope, records);
  const changed = await landByKind(tx, scope, flow, records);
  // After them: of two uploads of one object the later to write it is the later page.
  await noteRead(tx, scope, flow, records.map(countRead));
  return changed;
}
