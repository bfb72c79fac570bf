/**
 * The default policy is the narrowest under which the flows work; a company code whose cost lines come from controlling or a ledger, control totals
 * and reference data need their tables besides. A policy that somebody wrote is never widened: what it lacks is refused by name.
 */
import { isDeepStrictEqual } from "node:util";
import type { CostSource } from "../core/index.ts";
import {
  controlTotalLookUps,
  controlTotalTables,
  costSourceFields,
  costSourceFieldsFiltered,
  referenceFields,
} from "../sap/index.ts";
import { type AgentSettings, policyOfFlows } from "./settings.ts";

const tablesOf: Readonly<Record<CostSource, readonly (keyof typeof costSourceFields)[]>> = {
  bseg: [],
  coep: ["COBK", "COEP", "AFKO"],
  faglflexa: ["FAGLFLEXA"],
};

type Fields = Readonly<Record<string, readonly string[]>>;

/** What a source of cost, control totals and reference data read beyond the flows. */
function fieldsNeeded({ costSources, controlTotals, reference }: AgentSettings["sap"]): [string, readonly string[]][] {
  const sourceTables = [...new Set(Object.values(costSources).flatMap((source) => tablesOf[source]))];
  const filtered: Fields = costSourceFieldsFiltered;
  const totals = [...new Set(controlTotals.flatMap((source) => [source, ...controlTotalLookUps[source]]))];
  return [
    ...sourceTables.map((table): [string, string[]] => [table, [...costSourceFields[table], ...(filtered[table] ?? [])]]),
    ...totals.map((table): [string, readonly string[]] => [table, controlTotalTables[table] ?? []]),
    ...Object.entries(referenceFields(reference)),
  ];
}

export function policyWithSources({ sap, policy }: AgentSettings): AgentSettings["policy"] {
  const needed = fieldsNeeded(sap);
  if (needed.length === 0 || !isDeepStrictEqual(policy, policyOfFlows)) return policy;
  const tables: Record<string, string[]> = { ...policyOfFlows.tables };
  for (const [table, fields] of needed) tables[table] = [...new Set([...(tables[table] ?? []), ...fields])];
  return { ...policy, tables };
}
