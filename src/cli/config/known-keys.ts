/** Which keys a schema knows at a path: what an unknown key is compared with. Looks through defaults and options. */
import type { z } from "zod";

type Node = { def: Record<string, unknown> & { type: string } };
const nodeOf = (value: unknown): Node | undefined =>
  typeof value === "object" && value !== null && "def" in value ? (value as Node) : undefined;

/** The schemas one step below, for a key or an index. */
function below(node: Node, key: PropertyKey): readonly unknown[] {
  const { def } = node;
  switch (def.type) {
    case "object":
      return [(def.shape as Record<string, unknown>)[String(key)]];
    case "record":
      return [def.valueType];
    case "array":
      return [def.element];
    default:
      return [];
  }
}

/** Without defaults, options and unions around them. */
function bare(schema: unknown): readonly Node[] {
  const node = nodeOf(schema);
  if (!node) return [];
  if (node.def.type === "union") return (node.def.options as unknown[]).flatMap(bare);
  if ("innerType" in node.def) return bare(node.def.innerType);
  return node.def.type === "pipe" ? bare(node.def.in) : [node];
}

export function knownKeysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const nodes = path.reduce<readonly Node[]>(
    (found, key) => found.flatMap((node) => below(node, key)).flatMap(bare),
    bare(schema),
  );
  return nodes.flatMap(({ def }) => (def.type === "object" ? Object.keys(def.shape as object) : []));
}
