/** Walks the tree of rules for one query. No memory between queries: each is answered from the tree alone. */
import type { MappingAnswer, MappingQuery } from "./rule.ts";
import { chainBeside, type Leaf, type Node, type Step } from "./tree.ts";

const noRule: MappingAnswer = { kind: "no-rule" };

function keyOf(query: MappingQuery, step: Step): string {
  switch (step.dimension) {
    case "object":
      return query.object;
    case "account":
      return query.account;
    case "materialGroup":
      return query.materialGroup;
    case "companyCode":
      return query.companyCode;
  }
}

function onDate({ spans }: Leaf, date: string): MappingAnswer | undefined {
  for (const span of spans) if (span.from <= date && date <= span.to) return span.answer;
  return undefined;
}

/** Depth first, most telling branch first; a branch without a rule for the other dimensions or the date gives way to the next. */
function walk(node: Node, query: MappingQuery): MappingAnswer | undefined {
  if (node.kind === "leaf") return onDate(node, query.date);
  const key = keyOf(query, node);
  // Every cost line lacks a material group: an absent key meets "any" alone.
  const chain = key === "" ? node.otherwise : (node.exact.get(key) ?? chainBeside(node, key));
  for (const next of chain) {
    const answer = walk(next, query);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

export function resolveIn(roots: ReadonlyMap<string, Node>): (query: MappingQuery) => MappingAnswer {
  return (query) => {
    const root = roots.get(query.objectKind);
    return (root && walk(root, query)) ?? noRule;
  };
}
