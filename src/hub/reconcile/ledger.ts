/**
 * The general ledger beside the lines that were read, account by account: every line of a document counts here, also those that are no cost. A
 * document that was never read shows here even where it has no object. Documents that could not be taken whole are named: their lines are not in.
 */
import { sql, type Transaction } from "kysely";
import { type CellVerdict, judgeCells, type LedgerLines } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { withLines } from "../cost-line-sql.ts";
import { readControlled, readCostSources, readTotals } from "./gather-facts.ts";
import type { PeriodControl, PeriodScope } from "./period-control.ts";
import { isOfPeriod, lateness } from "./read-lines.ts";

type Tx = Transaction<Database>;

export type LedgerStatement = { accounts: number; differing: readonly CellVerdict[] };
export type RejectedDocument = { key: string; code: string; detail: string };

type AccountRow = {
  company_code: string;
  currency: string;
  account: string;
  late: LedgerLines["isLate"];
  is_reversal: boolean;
  amount_minor: string;
  count: bigint;
};

async function readAccounts(tx: Tx, scope: PeriodScope, control: PeriodControl): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select d.company_code, d.currency, c.account, ${lateness(control)} as late, d.reversal_of <> '' as is_reversal,
      sum(c.amount_minor)::text as amount_minor, count(*) as count
    from cost_document d ${withLines}
    where ${isOfPeriod(scope)} group by d.company_code, d.currency, c.account, late, is_reversal`.execute(tx);
  return rows;
}

/** A company code is compared with the ledger that has its totals, the new one first; one whose lines come from controlling with none. */
export async function stateLedger(tx: Tx, scope: PeriodScope, control: PeriodControl): Promise<LedgerStatement> {
  const sources = await readCostSources(tx, scope);
  const isOfNew = await readControlled(tx, scope, control, ["FAGLFLEXT"]);
  const controlled = await readControlled(tx, scope, control, ["FAGLFLEXT", "GLT0"]);
  const inScope = ({ company_code, currency }: { company_code: string; currency: string }) =>
    controlled.has(`${company_code} ${currency}`) && sources.has(company_code) && sources.get(company_code) !== "coep";
  const totals = (await readTotals(tx, scope, control, ["FAGLFLEXT", "GLT0"]))
    .filter(inScope)
    .filter((row) => (row.source === "FAGLFLEXT") === isOfNew.has(`${row.company_code} ${row.currency}`));
  const lines = (await readAccounts(tx, scope, control)).filter(inScope);
  const cells = judgeCells(
    totals.map((row) => ({ ...keyOf(row), amount: BigInt(row.amount_minor) })),
    lines.map((row) => ({
      ...keyOf(row),
      amount: BigInt(row.amount_minor),
      count: Number(row.count),
      place: { project: "", costCode: "" },
      fate: { kind: "posted" },
      isLate: row.late,
      isReversal: row.is_reversal,
    })),
  );
  return { accounts: cells.length, differing: cells.filter(({ control: total, read }) => total !== read) };
}

function keyOf({ company_code: companyCode, currency, account }: { company_code: string; currency: string; account: string }) {
  return { companyCode, currency, account, object: "" };
}

export async function readRejected(tx: Tx, scope: PeriodScope): Promise<RejectedDocument[]> {
  const { rows } = await sql<RejectedDocument>`
    select company_code || '.' || document_number || '.' || fiscal_year as key, rejection as code, detail from cost_document
    where tenant = ${scope.tenant} and connection = ${scope.connection} and fiscal_year = ${scope.year} and period in (0, ${scope.period})
      and rejection is not null order by company_code, document_number`.execute(tx);
  return rows;
}
