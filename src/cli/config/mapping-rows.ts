/** A rule as it stands in a file, CSV or YAML: the line where it begins, and its cells. */
import type { MappingCells } from "../../core/index.ts";

export type MappingRow = { readonly line: number; readonly cells: MappingCells };
