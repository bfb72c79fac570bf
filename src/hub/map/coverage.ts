/** What the rules of today would place of the cost lines that the store holds, in money. Reads only. */
import { type RawBuilder, sql } from "kysely";
import { type Coverage, type CoverageLine, coverage, type Mapping } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";
import { withDocument } from "../cost-line-sql.ts";
import { firstDay, queryOf, type RuleRow, ruleColumns, stretch } from "./lines-by-rule.ts";

type Row = RuleRow & { lines: bigint; size_minor: bigint };

const lineOf = (row: Row): CoverageLine => ({
  query: queryOf(row),
  currency: row.currency,
  lines: Number(row.lines),
  sizeMinor: row.size_minor,
});

/** `without`: a condition on the cost line `c`. */
export type CoverageAsk = { tenant: string; connection: string; mapping: Mapping; without?: RawBuilder<unknown> };

/** Of lines that are cost with an object: excluded lines, and documents that SAP did not deliver whole, are no matter of the mapping. */
export async function readCoverageLines(
  store: Store,
  { tenant, connection, mapping, without = sql`false` }: CoverageAsk,
): Promise<CoverageLine[]> {
  const rows = await store.transact({ tenant }, async (tx) => {
    const found = await sql<Row>`
      select ${ruleColumns}, ${firstDay}, count(*) as lines,
        sum(abs(c.amount_minor))::bigint as size_minor
      from cost_line c ${withDocument}
      where c.tenant = ${tenant} and c.connection = ${connection} and d.rejection is null and c.object_kind is not null and c.object is not null
        and c.disposition is distinct from 'excluded' and (${without}) is not true
      group by ${ruleColumns}, ${stretch(mapping.rules)}
      order by 1, 2, 3, 4, 5, 6`.execute(tx);
    return found.rows;
  });
  return rows.map(lineOf);
}

export async function readCoverage(store: Store, ask: CoverageAsk): Promise<Coverage[]> {
  return coverage(ask.mapping, await readCoverageLines(store, ask));
}
