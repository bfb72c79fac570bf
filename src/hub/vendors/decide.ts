/**
 * Takes down what a person decided about a vendor (ruling 7), with its line in the audit trail, in one transaction. Nothing is written to Procore
 * here: the vendor is opened again, and the next run carries it out. A later word replaces an earlier one.
 */
import { sql, type Transaction } from "kysely";
import { Fault, originId, type SapClient } from "../../core/index.ts";
import { appendAudit, type Database, type Store } from "../../store/index.ts";
import type { VendorDecision } from "./decisions.ts";

type Tx = Transaction<Database>;

export type VendorDecisionAsk = {
  tenant: string;
  connection: string;
  sap: SapClient;
  vendor: string;
  /** Undefined takes the earlier word back. */
  decision: VendorDecision | undefined;
  /** `user:jane` */
  actor: string;
  note: string;
  atMs: number;
};

function refuse({ vendor }: VendorDecisionAsk, detail: string): Fault {
  return new Fault("vendor.decision-refused", { place: `vendor ${vendor}`, detail });
}

async function checkVendor(tx: Tx, ask: VendorDecisionAsk): Promise<void> {
  const { tenant, connection, vendor } = ask;
  const { rows } =
    await sql`select 1 from source_record where tenant = ${tenant} and connection = ${connection} and flow = 'vendors'
    and key = ${vendor} and content ->> 'kind' = 'vendor'`.execute(tx);
  if (rows.length === 0) throw refuse(ask, `SAP has no vendor ${vendor}, or it was not read yet`);
}

/** Which of the two kinds of words applies depends on whether the vendor is in Procore. */
async function checkState(tx: Tx, ask: VendorDecisionAsk): Promise<void> {
  const kind = ask.decision?.kind;
  if (kind === undefined) return;
  const id = originId(ask.sap, "VN", [ask.vendor]);
  const { rows } = await sql<{
    procore_id: bigint;
  }>`select procore_id from known where tenant = ${ask.tenant} and connection = ${ask.connection}
    and origin_id = ${id.ok ? id.value : ""} and aspect in ('content', 'adoption') limit 1`.execute(tx);
  const [known] = rows;
  const isAboutActivity = kind === "inactivate" || kind === "keep-active";
  if (known && !isAboutActivity) throw refuse(ask, `it is in Procore already, as company ${known.procore_id}`);
  if (!known && isAboutActivity) throw refuse(ask, "it is not in Procore yet");
}

async function checkCompany(tx: Tx, ask: VendorDecisionAsk): Promise<void> {
  const { tenant, connection, vendor, decision } = ask;
  if (decision?.kind !== "adopt") return;
  const { rows } = await sql<{ vendor: string }>`
    select vendor from vendor_decision where tenant = ${tenant} and connection = ${connection} and company_id = ${decision.companyId}
      and vendor <> ${vendor}
    union all select origin_id from known where tenant = ${tenant} and connection = ${connection} and procore_id = ${decision.companyId}
      and aspect in ('content', 'adoption') and origin_id like ${`${ask.sap.systemId}.${ask.sap.client}.VN.%`} limit 1`.execute(
    tx,
  );
  const [holder] = rows;
  if (holder) throw refuse(ask, `company ${decision.companyId} is given to ${holder.vendor}`);
}

async function write(tx: Tx, { tenant, connection, vendor, decision, actor, note, atMs }: VendorDecisionAsk): Promise<void> {
  if (decision === undefined) {
    await sql`delete from vendor_decision where tenant = ${tenant} and connection = ${connection} and vendor = ${vendor}`.execute(
      tx,
    );
    return;
  }
  const companyId = decision.kind === "adopt" ? decision.companyId : null;
  await sql`insert into vendor_decision (tenant, connection, vendor, decision, company_id, actor, note, decided_at)
    values (${tenant}, ${connection}, ${vendor}, ${decision.kind}, ${companyId}, ${actor}, ${note}, ${new Date(atMs)})
    on conflict (tenant, connection, vendor) do update set decision = excluded.decision, company_id = excluded.company_id,
      actor = excluded.actor, note = excluded.note, decided_at = excluded.decided_at`.execute(tx);
}

export async function decideVendors(store: Store, asks: readonly VendorDecisionAsk[]): Promise<void> {
  const [first] = asks;
  if (!first) return;
  await store.transact({ tenant: first.tenant }, async (tx) => {
    for (const ask of asks) {
      const { tenant, connection, vendor, decision, actor, note, atMs } = ask;
      await checkVendor(tx, ask);
      await checkState(tx, ask);
      await checkCompany(tx, ask);
      await write(tx, ask);
      await sql`update source_record set is_decided = false where tenant = ${tenant} and connection = ${connection} and flow = 'vendors'
        and key = ${vendor}`.execute(tx);
      const company = decision?.kind === "adopt" ? { company: decision.companyId } : {};
      const detail = { connection, decision: decision?.kind ?? "none", ...company, note };
      await appendAudit(tx, { tenant, atMs, actor, action: "vendor.decided", subject: vendor, detail });
    }
  });
}
