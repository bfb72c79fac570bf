/** What waits as people read it at a terminal: summed by code, record by record, or as CSV. Pure. */
import { describeError, type ErrorCode, isErrorCode } from "../../core/index.ts";
import type { Hold, HoldSummary, IgnoredHold } from "../../hub/index.ts";
import { amountText } from "./run-text.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";
import { wrapText } from "./wrap-text.ts";

export function describeHold(code: string): { sentence: string; owner: string; next: string } {
  return isErrorCode(code) ? describeError(code) : { sentence: "", owner: "", next: "" };
}

/** Below this width the table keeps to what only it says; whose a code is stands beside its sentence too. */
const wideFrom = 110;

/** One currency a line: a sum over many currencies would be wider than any terminal. */
function amountsOf({ amounts }: HoldSummary): readonly string[] {
  const texts = Object.entries(amounts).map(([currency, value]) => amountText({ [currency]: value }));
  return texts.filter((text) => text !== "").sort();
}

function summaryTable(found: readonly HoldSummary[], paint: Paint, width: number): readonly string[] {
  const isWide = width >= wideFrom;
  const hasAssigned = found.some(({ assigned }) => assigned > 0);
  const pick = <T>(wide: readonly [T, T], [flow, code, records, assigned, amount]: readonly [T, T, T, T, T]): T[] => [
    flow,
    ...(isWide ? [wide[0]] : []),
    code,
    records,
    ...(hasAssigned ? [assigned] : []),
    amount,
    ...(isWide ? [wide[1]] : []),
  ];
  const rows = found.flatMap((summary): Cell[][] => {
    const { flow, code, disposition, count, assigned } = summary;
    const [first = "", ...others] = amountsOf(summary);
    const given = assigned === 0 ? "" : groupDigits(assigned);
    return [
      pick<Cell>([disposition, describeHold(code).owner], [flow, code, groupDigits(count), given, first]),
      ...others.map((amount) => pick<Cell>(["", ""], ["", "", "", "", amount])),
    ];
  });
  const columns = pick(
    [left("is"), left("whose")],
    [left("flow"), left("reason"), right("records"), right("assigned"), right("amount")],
  );
  return renderTable(columns, rows, paint);
}

/** Whose work it is comes with each code, and the next step: that is what a hold is for. */
function explained(codes: readonly string[], width: number): readonly string[] {
  const known = [...new Set(codes)].filter((code): code is ErrorCode => isErrorCode(code));
  return known.flatMap((code) => {
    const { sentence, next, owner } = describeHold(code);
    return wrapText(`${code} (${owner}): ${sentence} ${next}`, width, "  ", "      ");
  });
}

export function summaryLines(found: readonly HoldSummary[], paint: Paint, width: number): readonly string[] {
  if (found.length === 0) return ["Nothing is held."];
  return [
    ...summaryTable(found, paint, width),
    "",
    ...explained(
      found.map(({ code }) => code),
      width,
    ),
    "",
    "Record by record: ml-connector holds list --code <reason>",
  ];
}

/** `12 days`, `3 h`: how long somebody has been waiting. */
export function sinceText(firstSeen: string | undefined, nowMs: number): string {
  if (firstSeen === undefined) return "";
  const hours = Math.max(0, Math.floor((nowMs - Date.parse(firstSeen)) / 3_600_000));
  if (hours < 1) return "under 1 h";
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** What it waits for, or what was said of it. */
const whyOf = ({ waitsFor, detail }: Hold): string => (waitsFor === "" ? detail : `waits for ${waitsFor}`);

function recordTable(found: readonly Hold[], paint: Paint, nowMs: number, width: number): readonly string[] {
  const rows = found.map((hold): Cell[] => [
    hold.hold ?? "–",
    hold.flow,
    hold.key,
    hold.code,
    hold.amount === "" ? "" : `${groupDigits(hold.amount)} ${hold.currency}`,
    sinceText(hold.firstSeen, nowMs),
    hold.assignedTo,
  ]);
  const columns = [right("hold"), left("flow"), left("record"), left("reason"), right("amount"), left("since"), left("assigned")];
  const [heading = "", ...lines] = renderTable(columns, rows, paint);
  return [
    heading,
    ...lines.flatMap((line, index) => {
      const hold = found[index];
      const why = hold ? whyOf(hold) : "";
      return why === "" ? [line] : [line, ...wrapText(why, width, "        ", "        ")];
    }),
  ];
}

/** Sums stand below the records, by code and currency, of all that the filter leaves and not only of those shown. */
export function recordLines(
  found: { records: readonly Hold[]; summary: readonly HoldSummary[]; limit: number },
  paint: Paint,
  { nowMs, width }: { nowMs: number; width: number },
): readonly string[] {
  const { records, summary, limit } = found;
  if (records.length === 0) return ["Nothing is held that fits."];
  const all = summary.reduce((sum, { count }) => sum + count, 0);
  const more =
    all > records.length
      ? [`  … and ${groupDigits(all - records.length)} more: these are the first ${groupDigits(limit)}; see --limit`]
      : [];
  return [
    ...recordTable(records, paint, nowMs, width),
    ...more,
    "",
    ...summaryTable(summary, paint, width),
    "",
    "One in full: ml-connector holds show <hold>",
  ];
}

export function ignoredLines(found: readonly IgnoredHold[], paint: Paint, width: number): readonly string[] {
  if (found.length === 0) return ["Nothing is ignored."];
  const rows = found.map(({ hold, flow, key, code, by, at, until }): Cell[] => [
    hold,
    flow,
    key,
    code,
    by.replace(/^user:/, ""),
    at.slice(0, 10),
    until?.slice(0, 10) ?? "",
  ]);
  const columns = [right("hold"), ...["flow", "record", "was held by", "ignored by", "on", "until"].map(left)];
  const [heading = "", ...lines] = renderTable(columns, rows, paint);
  return [
    heading,
    ...lines.flatMap((line, index) => [line, ...wrapText(found[index]?.reason ?? "", width, "        ", "        ")]),
  ];
}

const csvColumns = [
  "hold",
  "connection",
  "flow",
  "key",
  "code",
  "disposition",
  "owner",
  "amount",
  "currency",
  "period",
  "project",
  "rule",
  "waitsFor",
  "detail",
  "firstSeen",
  "lastSeen",
  "runs",
  "assignedTo",
  "note",
] as const;

/** A cell that a spreadsheet would take for a formula is made text: keys and Procore's words come from outside. An amount stays a number. */
function csvCell(value: string | number): string {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvLines(records: readonly Hold[]): readonly string[] {
  const rows = records.map((record) => {
    const cells = { ...record, owner: describeHold(record.code).owner };
    return csvColumns.map((name) => csvCell(cells[name] ?? "")).join(",");
  });
  return [csvColumns.join(","), ...rows];
}
