/**
 * Each company code's cost comes from one source (ruling 20) and has one valuation (ruling 25), the first that came: another one, or another ledger, numbers its documents otherwise
 * and would post the same cost once more. Guarantees it among pages that are taken at the same time too; whoever meets a refusal must roll its
 * page back.
 */
import { sql, type Transaction } from "kysely";
import { type CostSource, type CostValuation, costSourceOf, costSourceText, Fault, type SourceRecord } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { LandScope } from "./land-records.ts";

type Told = { company_code: string; source: CostSource; ledger: string; valuation: CostValuation | null };

/** A rejected document has a key only, and that tells its source too; its valuation it does not tell. */
function tellSource(record: SourceRecord): Told {
  const [companyCode = "", documentNumber = ""] = record.key.split(".");
  const valuation = record.kind === "cost-document" ? (record.valuation ?? "company-code") : null;
  const source = costSourceOf(documentNumber);
  const [, ledger = ""] = source === "faglflexa" ? documentNumber.split(":") : [];
  return { company_code: companyCode, source, ledger, valuation };
}

type Bound = Pick<Told, "source" | "ledger" | "valuation">;

function textOf({ source, ledger, valuation }: Bound): string {
  const inCurrency = valuation === null || valuation === "company-code" ? "" : `, valuation ${valuation}`;
  return `${`${costSourceText[source]} ${ledger}`.trim()}${inCurrency}`;
}

export async function bindCostSources(
  tx: Transaction<Database>,
  { tenant, connection }: LandScope,
  records: readonly SourceRecord[],
): Promise<void> {
  const told = [...new Map(records.map(tellSource).map((each) => [Object.values(each).join(" "), each])).values()];
  if (told.length === 0) return;
  const incoming = sql`jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as x(company_code text, source text, ledger text, valuation text)`;
  // Waits for a page that binds the same company code, and in one order, so that no two pages wait for each other.
  await sql`insert into cost_source (tenant, connection, company_code, source, ledger)
    select ${tenant}, ${connection}, company_code, source, ledger from ${incoming} order by company_code, source, ledger
    on conflict do nothing`.execute(tx);
  await sql`update cost_source b set valuation = x.valuation from ${incoming} where b.tenant = ${tenant} and b.connection = ${connection}
    and b.company_code = x.company_code and b.valuation is null and x.valuation is not null`.execute(tx);
  const { rows } = await sql<Told & { bound: Bound }>`
    select x.company_code, x.source, x.ledger, x.valuation, jsonb_build_object('source', b.source, 'ledger', b.ledger, 'valuation', b.valuation) as bound
    from ${incoming} join cost_source b on b.tenant = ${tenant} and b.connection = ${connection} and b.company_code = x.company_code
    where (b.source, b.ledger) <> (x.source, x.ledger) or b.valuation <> x.valuation order by x.company_code, x.source, x.ledger limit 1`.execute(
    tx,
  );
  const [refused] = rows;
  if (!refused) return;
  throw new Fault("config.cost-source-changed", {
    place: `company code ${refused.company_code}`,
    detail: `its documents here are from ${textOf(refused.bound)}, what came now is from ${textOf(refused)}`,
  });
}
