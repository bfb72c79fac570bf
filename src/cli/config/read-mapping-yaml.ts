/**
 * A mapping as YAML: a list of rules with the names of the CSV's columns as keys. Values are taken as they were typed: YAML would make 10 of
 * 0010, and a number of a company code. What is wrong is said with line and column.
 */
import { isMap, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from "yaml";
import { Fault, type MappingColumn, mappingColumns } from "../../core/index.ts";
import type { MappingRow } from "./mapping-rows.ts";
import { nearestOf } from "./nearest.ts";

function isColumn(name: string): name is MappingColumn {
  return mappingColumns.some((column) => column === name);
}

export function readYamlRows(file: string, text: string): MappingRow[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const refuse = (node: Node | ParsedNode | null, detail: string): Fault =>
    new Fault("mapping.invalid", { place: placeAt(node?.range?.[0] ?? 0), detail });
  const [broken] = document.errors;
  if (broken)
    throw new Fault("mapping.invalid", {
      place: placeAt(broken.pos[0]),
      detail: `is no YAML (${broken.message.split("\n")[0]})`,
    });
  const { contents } = document;
  if (contents === null) return [];
  if (!isSeq(contents)) throw refuse(contents, "is no list of rules; each begins with a dash");

  return contents.items.map((item): MappingRow => {
    const node = item as ParsedNode;
    if (!isMap(node)) throw refuse(node, `is no rule; write its columns as keys: ${mappingColumns.join(", ")}`);
    const cells: Partial<Record<MappingColumn, string>> = {};
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      if (!isColumn(name)) throw refuse(key, `key "${name}" is not known; the nearest is "${nearestOf(name, mappingColumns)}"`);
      if (value !== null && !isScalar(value)) throw refuse(value, `${name} is no plain value`);
      cells[name] =
        value === null || value.value === null ? "" : typeof value.value === "string" ? value.value : (value.source ?? "");
    }
    return { line: lines.linePos(node.range[0]).line, cells };
  });
}
