// As much XML as the simulated ECC's SOAP needs, by hand: nothing of the product, and control characters come through as over native RFC.
export type Node = { name: string; text: string; children: Node[] };

const entity = /&(?:#(\d+)|#x([0-9a-f]+)|(lt|gt|amp|quot|apos));/gi;
const named: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(entity, (_, decimal: string, hex: string, name: string) =>
    name ? (named[name.toLowerCase()] ?? "") : String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
  );
}

export function parseXml(text: string): Node {
  const root: Node = { name: "", text: "", children: [] };
  const open = [root];
  for (const [, close, tag, alone, words] of text.matchAll(/<(\/?)([^\s<>/]+)[^<>]*?(\/?)>|([^<]+)/g)) {
    const top = open.at(-1) ?? root;
    if (words !== undefined) top.text += decoded(words);
    else if (tag?.startsWith("?")) continue;
    else if (close) open.pop();
    else {
      const node = { name: (tag ?? "").replace(/^[^:]*:/, ""), text: "", children: [] };
      top.children.push(node);
      if (!alone) open.push(node);
    }
  }
  if (open.length !== 1) throw new Error("cut XML");
  return root;
}

/** By name, or by the name's end where it begins with a dot. */
export function find(node: Node, name: string): Node | undefined {
  for (const child of node.children) {
    const isIt = name.startsWith(".") ? child.name.endsWith(name) : child.name === name;
    const hit = isIt ? child : find(child, name);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"'\r\n\t]/g, (char) => `&#${char.codePointAt(0)};`);
}
