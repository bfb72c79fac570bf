/**
 * Each company code's cost comes from one source (ruling 20), the first that came: another one, or another ledger, numbers its documents otherwise
 * and would post the same cost once more. Guarantees it among pages that are taken at the same time too; whoever meets a refusal must roll its
 * page back.
 */
import { sql, type Transaction } from "kysely";
import { type CostSource, costSourceOf, costSourceText, Fault } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { LandScope } from "./land-records.ts";

type Keyed = { readonly key: string };
type Told = { company_code: string; source: CostSource; ledger: string };

/** A rejected document has a key only, and that tells its source too. */
function tellSource({ key }: Keyed): Told {
  const [companyCode = "", documentNumber = ""] = key.split(".");
  const source = costSourceOf(documentNumber);
  const [, ledger = ""] = source === "faglflexa" ? documentNumber.split(":") : [];
  return { company_code: companyCode, source, ledger };
}

const textOf = ({ source, ledger }: Pick<Told, "source" | "ledger">) => `${costSourceText[source]} ${ledger}`.trim();

export async function bindCostSources(
  tx: Transaction<Database>,
  { tenant, connection }: LandScope,
  records: readonly Keyed[],
): Promise<void> {
  const told = [...new Map(records.map(tellSource).map((each) => [Object.values(each).join(" "), each])).values()];
  if (told.length === 0) return;
  const incoming = sql`jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as x(company_code text, source text, ledger text)`;
  // Waits for a page that binds the same company code, and in one order, so that no two pages wait for each other.
  await sql`insert into cost_source (tenant, connection, company_code, source, ledger)
    select ${tenant}, ${connection}, company_code, source, ledger from ${incoming} order by company_code, source, ledger
    on conflict do nothing`.execute(tx);
  const { rows } = await sql<Told & { bound: Pick<Told, "source" | "ledger"> }>`
    select x.company_code, x.source, x.ledger, jsonb_build_object('source', b.source, 'ledger', b.ledger) as bound
    from ${incoming} join cost_source b on b.tenant = ${tenant} and b.connection = ${connection} and b.company_code = x.company_code
    where (b.source, b.ledger) <> (x.source, x.ledger) order by x.company_code, x.source, x.ledger limit 1`.execute(tx);
  const [refused] = rows;
  if (!refused) return;
  throw new Fault("config.cost-source-changed", {
    place: `company code ${refused.company_code}`,
    detail: `its documents here are from ${textOf(refused.bound)}, what came now is from ${textOf(refused)}`,
  });
}
