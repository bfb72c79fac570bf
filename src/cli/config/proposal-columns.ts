/**
 * The file of proposals: the mapping's own columns between `accept`, which a person fills in, and what speaks for each row. `map check` refuses it, since no mapping has
 * such columns. `as_proposed` says the rule once more in one text that no spreadsheet changes: a cell that was changed on the way is found by it.
 */
import { type MappingCells, mappingColumns } from "../../core/index.ts";

export const proposalColumns = ["accept", ...mappingColumns, "points", "adds", "together", "evidence", "as_proposed"] as const;
export type ProposalColumn = (typeof proposalColumns)[number];

/** `object_type=wbs; object=P-1001-03-01; …`, without empty cells. */
export function ruleAsText(cells: MappingCells): string {
  return mappingColumns.flatMap((column) => (cells[column] ? [`${column}=${cells[column]}`] : [])).join("; ");
}
