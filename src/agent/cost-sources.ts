/**
 * The default policy is the narrowest under which the flows work; a company code whose cost lines come from controlling or a ledger needs that
 * source's tables besides. A policy that somebody wrote is never widened: what it lacks is refused by name.
 */
import { isDeepStrictEqual } from "node:util";
import type { CostSource } from "../core/index.ts";
import { costSourceFields, costSourceFieldsFiltered } from "../sap/index.ts";
import { type AgentSettings, policyOfFlows } from "./settings.ts";

const tablesOf: Readonly<Record<CostSource, readonly (keyof typeof costSourceFields)[]>> = {
  bseg: [],
  coep: ["COBK", "COEP", "AFKO"],
  faglflexa: ["FAGLFLEXA"],
};

export function policyWithSources({ sap, policy }: AgentSettings): AgentSettings["policy"] {
  const tables = [...new Set(Object.values(sap.costSources).flatMap((source) => tablesOf[source]))];
  if (tables.length === 0 || !isDeepStrictEqual(policy, policyOfFlows)) return policy;
  const filtered: Readonly<Record<string, readonly string[]>> = costSourceFieldsFiltered;
  const added = tables.map((table): [string, string[]] => [table, [...costSourceFields[table], ...(filtered[table] ?? [])]]);
  return { ...policy, tables: { ...policy.tables, ...Object.fromEntries(added) } };
}
