/**
 * Closes what SAP has closed, where the connection says so (ruling 28): at the end of a run that looked at T001B and then read SAP's totals whole, so that what
 * is kept was read while the period was shut. Once for each company code and period: one that is re-opened and shut again keeps its first totals, and
 * what came meanwhile stays a late adjustment.
 */
import { sql, type Transaction } from "kysely";
import { formatPeriod } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { closePeriod } from "../reconcile/period-control.ts";

type Tx = Transaction<Database>;
type Shut = { company_code: string; fiscal_year: number; period: number };

/** Of years that the company code has totals of: elsewhere an empty snapshot would control nothing. */
async function readShut(tx: Tx, { tenant, connection, run }: RunContext): Promise<Shut[]> {
  const { rows } = await sql<Shut>`
    select s.company_code, s.fiscal_year, s.period from period_state s join period_look l on l.tenant = s.tenant and l.connection = s.connection
      and l.company_code = s.company_code and l.run = ${run} and l.problem is null
    where s.tenant = ${tenant} and s.connection = ${connection.name} and s.state = 'closed'
      and exists (select from control_total t where t.tenant = s.tenant and t.connection = s.connection and t.fiscal_year = s.fiscal_year
        and t.company_code = s.company_code)
      and not exists (select from period_close z where z.tenant = s.tenant and z.connection = s.connection and z.fiscal_year = s.fiscal_year
        and z.period = s.period and z.company_code in ('', s.company_code))
    order by s.company_code, s.fiscal_year, s.period`.execute(tx);
  return rows;
}

export async function closeWithSap(tx: Tx, context: RunContext): Promise<void> {
  const { tenant, connection, clock } = context;
  if (connection.settings.reconciliation.close !== "with-sap") return;
  for (const { company_code: companyCode, fiscal_year: year, period } of await readShut(tx, context)) {
    const scope = { tenant, connection: connection.name, companyCode, year, period };
    await closePeriod(tx, scope, { actor: "SAP T001B", atMs: clock.now() });
    context.log(`run ${context.run}: ${companyCode} ${formatPeriod({ year, period })} is closed in SAP, and here`);
  }
}
