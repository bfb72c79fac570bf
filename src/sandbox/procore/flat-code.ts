/** A budget code as text: its parts' codes in the order of the segments, with the delimiter between (procore 4.12). */
import type { CostCode, LineItemType, SubJob } from "./records.ts";

export function flatCodeOf(subJob: SubJob | undefined, costCode: CostCode, type: LineItemType | undefined): string {
  const first = subJob === undefined ? "" : `${subJob.code}.`;
  return `${first}${costCode.fullCode}.${type?.code ?? ""}`;
}
