/** Keeps what a plan found out about vendors, for the people who decide: replaced as a whole for each vendor that was planned. */
import { sql, type Transaction } from "kysely";
import type { Candidate, HoldCode } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";

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
