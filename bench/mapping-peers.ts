// What the mapping is set beside. The floor: a hash map that already holds the answer of each very tuple, which no mapping can be. The
// plain peer: all rules in order of precedence, the first that fits wins, which is how such tables are usually read.
import type { Mapping, MappingQuery, MappingRule } from "../src/core/index.ts";
import { dimensions, formOf } from "../src/core/mapping/key-form.ts";
import { compareReach, holdsKey } from "../src/core/mapping/pattern.ts";

export type Resolve = (query: MappingQuery) => string | undefined;

export function oursOf(mapping: Mapping): Resolve {
  return (query) => {
    const answer = mapping.resolve(query);
    return answer.kind === "mapped" ? answer.rule.name : undefined;
  };
}

const keyOf = ({ companyCode, objectKind, object, account, materialGroup, date }: MappingQuery) =>
  `${companyCode};${objectKind};${object};${account};${materialGroup};${date}`;

export function floorOf(mapping: Mapping, tuples: readonly MappingQuery[]): Resolve {
  const resolve = oursOf(mapping);
  const answers = new Map(tuples.map((query) => [keyOf(query), resolve(query)]));
  return (query) => answers.get(keyOf(query));
}

function compareRules(left: MappingRule, right: MappingRule): number {
  for (const name of dimensions) {
    const order = compareReach(left[name], right[name], formOf(name, left.objectKind));
    if (order !== 0) return order;
  }
  return 0;
}

export function plainOf(rules: readonly MappingRule[]): Resolve {
  const grouped = Map.groupBy(rules, ({ objectKind }) => objectKind);
  const byKind = new Map([...grouped].map(([kind, own]) => [kind, own.sort(compareRules)]));
  return (query) =>
    byKind
      .get(query.objectKind)
      ?.find(
        (rule) =>
          (rule.validFrom === undefined || rule.validFrom <= query.date) &&
          (rule.validTo === undefined || query.date <= rule.validTo) &&
          dimensions.every((name) => holdsKey(rule[name], query[name], formOf(name, rule.objectKind))),
      )?.name;
}
