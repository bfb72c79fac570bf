/** Keeps what a plan found out about vendors, for the people who decide: replaced as a whole for each vendor that was planned. */
import { sql, type Transaction } from "kysely";
import type { Candidate, HoldCode } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";
import { reopenUndecided } from "./records.ts";

export type VendorFinding = {
  vendor: string;
  name: string;
  code?: HoldCode;
  why: string;
  candidates: readonly Candidate[];
  /** What of the address could not be told and was left out. */
  leftOut: readonly string[];
};

export async function replaceFindings(
  tx: Transaction<Database>,
  context: RunContext,
  vendors: readonly string[],
  findings: readonly VendorFinding[],
): Promise<void> {
  const { tenant, run } = context;
  const connection = context.connection.name;
  await sql`delete from vendor_finding where tenant = ${tenant} and connection = ${connection}
    and vendor = any (${vendors}::text[])`.execute(tx);
  const rows = findings.map(({ vendor, name, code, why, candidates, leftOut }) => ({
    vendor,
    name,
    code: code ?? null,
    why,
    candidates,
    left_out: leftOut,
  }));
  await sql`insert into vendor_finding (tenant, connection, vendor, run, name, code, why, candidates, left_out, found_at)
    select ${tenant}, ${connection}, vendor, ${run}, name, code, why, candidates, left_out, ${now(context)}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(vendor text, name text, code text, why text, candidates jsonb,
      left_out jsonb)`.execute(tx);
}

/** Beside what is open or held: whose address was told in part, and who is blocked everywhere and waits for its second sweep or last contract. */
export async function reopenVendors(tx: Transaction<Database>, context: RunContext): Promise<number> {
  const { tenant } = context;
  const connection = context.connection.name;
  await sql`update source_record set is_decided = false where tenant = ${tenant} and connection = ${connection} and flow = 'vendors' and is_decided
    and key in (select vendor from vendor_finding where tenant = ${tenant} and connection = ${connection} and jsonb_array_length(left_out) > 0
      union all select vendor from vendor_blocked where tenant = ${tenant} and connection = ${connection})`.execute(tx);
  return reopenUndecided(tx, context, "vendors");
}
