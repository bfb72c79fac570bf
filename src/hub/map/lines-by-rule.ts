/**
 * Cost lines summed by what a mapping rule can ask for; days only as far as rules tell them apart, so that a hundred million lines come out as a few
 * thousand sums. Each question adds to these columns what it wants to know beside them.
 */
import { type RawBuilder, sql } from "kysely";
import {
  addDays,
  type CostObjectKind,
  type MappingQuery,
  type MappingRule,
  parseSapDate,
  type SapDate,
} from "../../core/index.ts";

/** Of cost line `c` with its document `d`. */
export const ruleColumns = sql`d.company_code, c.object_kind, c.object, c.account, d.currency`;

/** The first day of a sum: of all its days the same rules hold. */
export const firstDay = sql`min(d.posting_date) as day`;

export type RuleRow = {
  company_code: string;
  object_kind: CostObjectKind;
  object: string;
  account: string;
  currency: string;
  day: string;
};

/** The first days of stretches in which each rule holds throughout or not at all. */
export function daysThatTell(rules: readonly MappingRule[]): string[] {
  const days = rules.flatMap(({ validFrom, validTo }) => [
    ...(validFrom ? [validFrom] : []),
    ...(validTo && validTo < "99991231" ? [addDays(validTo, 1)] : []),
  ]);
  return [...new Set<string>(days)].sort();
}

/** In which of these stretches a document's posting date lies. */
export function stretch(rules: readonly MappingRule[]): RawBuilder<unknown> {
  return sql`(select count(*) from unnest(${daysThatTell(rules)}::text[]) as x(day) where x.day <= d.posting_date)`;
}

export const queryOf = (row: RuleRow): MappingQuery => ({
  companyCode: row.company_code,
  objectKind: row.object_kind,
  object: row.object,
  account: row.account,
  materialGroup: "",
  date: parseSapDate(row.day) ?? ("00010101" as SapDate),
});
