/** Walks the tree of rules for one query. No memory between queries: each is answered from the tree alone. */
import { accountForm, numberOf } from "./key-form.ts";
import type { MappingAnswer, MappingQuery } from "./rule.ts";
import { type Chain, chainFor, type Leaf, type Node, type Step } from "./tree.ts";

const noRule: MappingAnswer = { kind: "no-rule" };

/** A query with what of it is read once: day and account are asked for in several branches. */
type Read = { readonly query: MappingQuery; readonly day: number; readonly account: number };

function nextOf(step: Step, { query, account }: Read): Chain {
  const { form } = step;
  switch (step.dimension) {
    case "object":
      return chainFor(step, query.object, numberOf(query.object, form));
    case "account":
      return chainFor(step, query.account, account);
    case "materialGroup":
      return chainFor(step, query.materialGroup, numberOf(query.materialGroup, form));
    case "companyCode":
      return chainFor(step, query.companyCode, numberOf(query.companyCode, form));
  }
}

function onDay({ spans }: Leaf, day: number): MappingAnswer | undefined {
  for (const span of spans) if (span.from <= day && day <= span.to) return span.answer;
  return undefined;
}

/** Depth first, most telling branch first; a branch without a rule for the other dimensions or the day gives way to the next. */
function walk(node: Node, read: Read): MappingAnswer | undefined {
  if (node.kind === "leaf") return onDay(node, read.day);
  const chain = nextOf(node, read);
  for (let index = 0; index < chain.length; index++) {
    const answer = walk(chain[index] as Node, read);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

export function resolveIn(roots: ReadonlyMap<string, Node>): (query: MappingQuery) => MappingAnswer {
  return (query) => {
    const root = roots.get(query.objectKind);
    if (root === undefined) return noRule;
    return walk(root, { query, day: Number(query.date), account: numberOf(query.account, accountForm) }) ?? noRule;
  };
}
