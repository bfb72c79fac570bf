/** Vendors that wait, as people read them: which companies in Procore may be each, how many points speak for it, and why. Pure. */
import { describeError, fromAlpha, isErrorCode } from "../../core/index.ts";
import type { LeftOut, WaitingVendor } from "../../hub/index.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

type Candidate = WaitingVendor["candidates"][number];

function reasonsText({ reasons }: Candidate): string {
  return reasons.map(({ points, text }) => `${text} ${points < 0 ? points : `+${points}`}`).join(", ");
}

function stateOf({ isActive, originId }: Candidate): string {
  return [isActive ? "" : "inactive", originId === "" ? "" : `linked as ${originId}`].filter((text) => text !== "").join(", ");
}

function rowsOf(found: WaitingVendor): readonly (readonly Cell[])[] {
  const { vendor, name, code, why, decided, candidates } = found;
  const state: Cell = decided === "" ? { text: code, style: "warn" } : { text: `decided: ${decided}`, style: "good" };
  const first: readonly Cell[] = [fromAlpha(vendor), name, state, "", "", why];
  const others = candidates.map((candidate): Cell[] => {
    const { companyId, points, name: company } = candidate;
    const detail = [stateOf(candidate), reasonsText(candidate)].filter((text) => text !== "").join(": ");
    return ["", `  ${company}`, "", String(companyId), groupDigits(points), detail];
  });
  return [first, ...others];
}

const columns = [
  left("vendor"),
  left("name in SAP, and candidates"),
  left("waits for"),
  right("company"),
  right("points"),
  left("why"),
];

export function vendorLines(found: readonly WaitingVendor[], limit: number, paint: Paint): readonly string[] {
  if (found.length === 0) return ["No vendor waits for a decision."];
  const codes = [...new Set(found.map(({ code }) => code))].filter(isErrorCode);
  return [
    ...renderTable(columns, found.flatMap(rowsOf), paint),
    ...(found.length < limit ? [] : [`  … and perhaps more: this is the first ${groupDigits(limit)}; see --limit`]),
    "",
    ...codes.map((code) => `  ${code}: ${describeError(code).sentence} ${describeError(code).next}`),
    "",
    "Decide: ml-connector vendors adopt <vendor> <company>, create <vendor…> or ignore <vendor…>; undo <vendor…> takes it back. The next run carries it out.",
  ];
}

export function leftOutLines(found: readonly LeftOut[], limit: number, paint: Paint): readonly string[] {
  if (found.length === 0) return ["Nothing of the vendors' addresses was left out."];
  const rows = found.map(({ vendor, name, leftOut }): Cell[] => [fromAlpha(vendor), name, leftOut.join(", ")]);
  return [
    ...renderTable([left("vendor"), left("name"), left("left out of the address")], rows, paint),
    ...(found.length < limit ? [] : [`  … and perhaps more: this is the first ${groupDigits(limit)}; see --limit`]),
    "",
    "Say what the keys mean under `vendors.countries` and `vendors.regions` of the connection; the next run takes it up.",
  ];
}
