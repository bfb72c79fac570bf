/** What waits for approval as people read it at a terminal. Pure. */
import type { WaitingRecord } from "../../hub/index.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

const moneyOf = (value: string, currency: string) => (value === "" ? "" : `${groupDigits(value)} ${currency}`);

export function awaitingLines(records: readonly WaitingRecord[], paint: Paint): readonly string[] {
  if (records.length === 0) return ["Nothing waits for approval."];
  const rows = records.map((each): Cell[] => [
    each.flow,
    each.projectId === "0" ? "" : each.projectId,
    each.originId,
    each.actions.join(", "),
    groupDigits(each.effects),
    moneyOf(each.change, each.currency),
    moneyOf(each.net, each.currency),
    each.isApproved ? { text: "approved", style: "good" } : { text: "waits", style: "warn" },
  ]);
  const columns = [left("flow"), left("project"), left("record"), left("does"), right("effects"), right("changes"), right("net")];
  const hint = records.some(({ isApproved }) => !isApproved)
    ? ["", "Approve: ml-connector approvals give <record> | --flow <name> | --all"]
    : [];
  return [...renderTable([...columns, left("is")], rows, paint), ...hint];
}
