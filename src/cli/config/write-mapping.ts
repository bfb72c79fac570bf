/** A mapping as text, CSV or YAML, that reads back into equal rules. */
import { stringify } from "yaml";
import { type MappingRule, mappingCells, mappingColumns, mappingColumnsUsual } from "../../core/index.ts";

const cellText = (cell: string): string => (/[",\n\r]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

export function mappingCsv(rules: readonly MappingRule[]): string {
  const columns = rules.some(({ target }) => target.subJob !== undefined) ? mappingColumns : mappingColumnsUsual;
  const lines = rules.map(mappingCells).map((cells) => columns.map((column) => cellText(cells[column])).join(","));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}

/** Without the keys that say "any". */
export function mappingYaml(rules: readonly MappingRule[]): string {
  const items = rules.map((rule) => Object.fromEntries(Object.entries(mappingCells(rule)).filter(([, cell]) => cell !== "")));
  return stringify(items, { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN", lineWidth: 0 });
}
