/**
 * The agent's settings for a look before anything is set up: the same guard, narrowed to functions that read. The default policy, and only that one, is
 * widened by a count of rows and by controlling's lines, so that it can be said what BSEG alone would miss (ruling 20); a policy that somebody wrote stays.
 */
import { isDeepStrictEqual } from "node:util";
import { costSourceFields, costSourceFieldsFiltered } from "../../sap/index.ts";
import { policyWithSources } from "../cost-sources.ts";
import { type AgentSettings, policyOfFlows } from "../settings.ts";

export const countFunction = "EM_GET_NUMBER_OF_ENTRIES";

const controlling: Readonly<Record<string, string[]>> = {
  COBK: [...costSourceFields.COBK],
  COEP: [...costSourceFields.COEP, ...costSourceFieldsFiltered.COEP],
  AFKO: [...costSourceFields.AFKO],
};

export function fitSettings(settings: AgentSettings): AgentSettings {
  const { ledgerPosting: _never, ...policy } = settings.policy;
  const reading = new Set([...policyOfFlows.functions, settings.sap.readers.zReader, countFunction]);
  if (!isDeepStrictEqual(settings.policy, policyOfFlows))
    return { ...settings, policy: { ...policy, functions: policy.functions.filter((name) => reading.has(name)) } };
  const needed = policyWithSources(settings);
  return {
    ...settings,
    policy: { functions: [...reading], tables: { ...needed.tables, ...controlling } },
  };
}

/** Every table and field that is read under these settings, whatever the policy says. */
export function tablesNeeded(settings: AgentSettings): Readonly<Record<string, readonly string[]>> {
  const { tables } = policyWithSources({ ...settings, policy: policyOfFlows });
  return Object.fromEntries(Object.entries(tables).map(([table, fields]) => [table, fields === "*" ? [] : fields]));
}
