/**
 * What the rules of today would place of the cost lines that the store holds, in money. Reads only. Lines are summed in the database by what
 * a rule can ask for; days only as far as rules tell them apart, so that a hundred million lines come out as a few thousand sums.
 */
import { type RawBuilder, sql } from "kysely";
import {
  addDays,
  type CostObjectKind,
  type Coverage,
  type CoverageLine,
  coverage,
  type Mapping,
  type MappingRule,
  parseSapDate,
  type SapDate,
} from "../../core/index.ts";
import type { Store } from "../../store/index.ts";

type Row = {
  company_code: string;
  object_kind: CostObjectKind;
  object: string;
  account: string;
  currency: string;
  day: string;
  lines: bigint;
  size_minor: bigint;
};

/** The first days of stretches in which each rule holds throughout or not at all. */
export function daysThatTell(rules: readonly MappingRule[]): string[] {
  const days = rules.flatMap(({ validFrom, validTo }) => [
    ...(validFrom ? [validFrom] : []),
    ...(validTo && validTo < "99991231" ? [addDays(validTo, 1)] : []),
  ]);
  return [...new Set<string>(days)].sort();
}

const lineOf = (row: Row): CoverageLine => ({
  query: {
    companyCode: row.company_code,
    objectKind: row.object_kind,
    object: row.object,
    account: row.account,
    materialGroup: "",
    date: parseSapDate(row.day) ?? ("00010101" as SapDate),
  },
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
  const days = daysThatTell(mapping.rules);
  const rows = await store.transact({ tenant }, async (tx) => {
    const found = await sql<Row>`
      select c.company_code, c.object_kind, c.object, c.account, d.currency, min(d.posting_date) as day, count(*) as lines,
        sum(abs(c.amount_minor))::bigint as size_minor
      from cost_line c join cost_document d on d.tenant = c.tenant and d.connection = c.connection and d.fiscal_year = c.fiscal_year
        and d.company_code = c.company_code and d.document_number = c.document_number
      where c.tenant = ${tenant} and c.connection = ${connection} and d.rejection is null and c.object_kind is not null and c.object is not null
        and c.disposition is distinct from 'excluded' and (${without}) is not true
      group by c.company_code, c.object_kind, c.object, c.account, d.currency,
        (select count(*) from unnest(${days}::text[]) as x(day) where x.day <= d.posting_date)
      order by 1, 2, 3, 4, 5, 6`.execute(tx);
    return found.rows;
  });
  return rows.map(lineOf);
}

export async function readCoverage(store: Store, ask: CoverageAsk): Promise<Coverage[]> {
  return coverage(ask.mapping, await readCoverageLines(store, ask));
}
