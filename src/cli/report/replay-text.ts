/** What a replay would send, before it is sent. Pure. */
import type { ReplayPreview } from "../../hub/index.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";
import { wrapText } from "./wrap-text.ts";

function changeTable({ changes, changesInAll }: ReplayPreview, paint: Paint): readonly string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ flow, action, originId, amount, currency }): Cell[] => [
    flow,
    action,
    originId,
    amount === "" ? "" : `${groupDigits(amount)} ${currency}`,
  ]);
  const more = changesInAll > changes.length ? [`  … and ${groupDigits(changesInAll - changes.length)} more`] : [];
  return ["", ...renderTable([left("flow"), left("would"), left("record in Procore"), right("amount")], rows, paint), ...more];
}

function waitingLines({ waiting }: ReplayPreview, width: number): readonly string[] {
  if (waiting.length === 0) return [];
  const lines = waiting.map(({ key, code, waitsFor }) => `${key}: ${code}${waitsFor === "" ? "" : `, waits for ${waitsFor}`}`);
  return ["", "Still waiting", ...lines.flatMap((line) => wrapText(line, width, "  ", "      "))];
}

export function previewLines(preview: ReplayPreview, paint: Paint, width: number): readonly string[] {
  const { taken, changesInAll, calls, lookedUp, left: rejected } = preview;
  const doubt = lookedUp === 0 ? "" : ` ${groupDigits(lookedUp)} were sent before and are looked up first.`;
  const rest = rejected === 0 ? "" : ` ${groupDigits(rejected)} are rejected and wait for SAP itself.`;
  const head = `As things stand in Procore now, ${groupDigits(taken)} ${taken === 1 ? "hold" : "holds"} would come to ${groupDigits(changesInAll)} changes in ${groupDigits(calls)} calls.${doubt}${rest} Nothing was sent.`;
  return [...wrapText(head, width, "", ""), ...changeTable(preview, paint), ...waitingLines(preview, width)];
}
