/** The demo's report for people: what became of each record, the money on both sides, the effort, and where to look next. Pure. */
import type { Flow } from "../../core/index.ts";
import { flows } from "../../core/index.ts";
import type { FlowSummary } from "../../hub/index.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "../report/text-table.ts";
import type { Difference } from "./compare-procore.ts";
import type { DemoReport } from "./demo-report.ts";
import { secondsText } from "./progress.ts";

type Disposition = "held" | "excluded" | "rejected";

const countOf = (summary: FlowSummary, disposition: Disposition) =>
  Object.values(summary[disposition]).reduce((sum, tally) => sum + tally.count, 0);

const summaries = (report: DemoReport) =>
  flows.flatMap((flow): (readonly [Flow, FlowSummary])[] => {
    const summary = report.flows[flow];
    return summary === undefined ? [] : [[flow, summary]];
  });

/** The columns do not add up across, and a reader who tries must be told why. */
const unitsNote = [
  "  Created and updated count Procore's records: vendors, contracts and their lines, requisitions, direct costs' lines, which may hold many FI lines.",
  "  All other columns count SAP's: vendors, order items and invoice lines by account assignment, FI lines.",
  "  Vendors updated at the first sync were keyed into Procore by hand, were found to be SAP's, and adopted; doubtful ones are held.",
] as const;

function flowTable(report: DemoReport, paint: Paint): readonly string[] {
  const columns = [
    left("flow"),
    right("read"),
    right("created"),
    right("updated"),
    right("unchanged"),
    right("held"),
    right("excluded"),
    right("rejected"),
  ];
  const rows = summaries(report).map(([flow, summary]) => {
    const held = groupDigits(countOf(summary, "held"));
    return [
      flow,
      groupDigits(summary.read),
      groupDigits(summary.created),
      groupDigits(summary.updated),
      groupDigits(summary.unchanged),
      held === "0" ? held : ({ text: held, style: "warn" } as const),
      groupDigits(countOf(summary, "excluded")),
      groupDigits(countOf(summary, "rejected")),
    ];
  });
  return renderTable(columns, rows, paint);
}

const amountText = (amount: Readonly<Record<string, string>>) =>
  Object.entries(amount)
    .filter(([, value]) => /[1-9]/.test(value))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, value]) => `${groupDigits(value)} ${currency}`)
    .join("  ");

function reasonTable(report: DemoReport, disposition: Disposition, paint: Paint): readonly string[] {
  const rows = summaries(report).flatMap(([flow, summary]) =>
    Object.entries(summary[disposition])
      .sort(([, a], [, b]) => b.count - a.count)
      .map(([reason, tally]) => [flow, reason, groupDigits(tally.count), amountText(tally.amount)]),
  );
  return rows.length === 0
    ? ["  none"]
    : renderTable([left("flow"), left("reason"), right("count"), left("amount")], rows, paint);
}

function differenceCell(text: string): Cell {
  return { text, style: /[1-9]/.test(text) ? "bad" : "good" };
}

function moneyTable(report: DemoReport, paint: Paint): readonly string[] {
  const columns = [left("flow"), left("in"), right("SAP"), right("Procore"), right("difference")];
  const money = report.money.map(({ flow, currency, sap, procore, difference }) => [
    flow,
    currency,
    groupDigits(sap),
    groupDigits(procore),
    differenceCell(groupDigits(difference)),
  ]);
  const counts = report.counts.map(({ flow, what, sap, procore }) => [
    flow,
    what,
    groupDigits(sap),
    groupDigits(procore),
    differenceCell(groupDigits(procore - sap)),
  ]);
  return renderTable(columns, [...money, ...counts], paint);
}

const megabytes = (report: DemoReport) => `${groupDigits(report.memory.peakMegabytes)} MB`;

function effortLines(report: DemoReport): readonly string[] {
  const { procore, sap, durationMs } = report;
  const reads = procore.calls - procore.writes;
  return [
    `  Procore  ${groupDigits(procore.calls)} calls: ${groupDigits(procore.writes)} writes (the fewest that could do it: ${groupDigits(procore.leastWrites)}), ${groupDigits(reads)} others`,
    `           at the documented quota of ${procore.documented.hourly} an hour this load would take ${procore.hoursAtDocumentedQuota} hours`,
    `           rate windows were raised for the demo: ${groupDigits(procore.windows.hourly)} an hour and ${groupDigits(procore.windows.spike)} in 10 s, instead of ${procore.documented.hourly} and ${procore.documented.spike}`,
    `  SAP      ${groupDigits(sap.calls)} calls, ${groupDigits(sap.rows)} rows`,
    `  memory   ${megabytes(report)} at most, hub and agent together`,
    `  time     ${secondsText(durationMs.total)}: world ${secondsText(durationMs.world)}, start ${secondsText(durationMs.start)}, sync ${secondsText(durationMs.sync)}, second sync ${secondsText(durationMs.secondSync)}, check ${secondsText(durationMs.check)}`,
  ];
}

function secondSyncLine(report: DemoReport, paint: Paint): string {
  const { secondSync } = report;
  if (secondSync === undefined) return `  ${paint("not made", "warn")}, since the first one did not finish`;
  const { state, writes, calls } = secondSync;
  const isGood = state === "finished" && writes === 0;
  const text = `${groupDigits(writes)} writes to Procore, ${groupDigits(calls)} calls in all, run ${state}`;
  return `  ${paint(text, isGood ? "good" : "bad")}`;
}

const shownDifferencesMax = 40;

function differenceText({ flow, place, what, expected, found }: Difference): string {
  return `${flow}, ${place}: ${what} should be ${expected}, found ${found}`;
}

function verdictLines(report: DemoReport, paint: Paint): readonly string[] {
  const { outcome, run, differences, altered } = report;
  if (outcome === "equal") return [paint("Every record and every amount ties: the difference is 0.", "good")];
  const lines: string[] = [];
  if (outcome === "not-finished") {
    const why = [run.code, run.detail].filter((text) => text !== undefined).join(": ");
    lines.push(
      paint(`The run is ${run.state}${why === "" ? "" : ` (${why})`}; the figures above are those of an unfinished run.`, "bad"),
    );
  }
  if (altered !== undefined)
    lines.push(`One amount was altered in Procore on purpose: ${altered.originId} from ${altered.before} to ${altered.after}.`);
  if (differences.length === 0) return lines;
  const noun = differences.length === 1 ? "1 difference" : `${groupDigits(differences.length)} differences`;
  lines.push(paint(`${noun}:`, "bad"), ...differences.slice(0, shownDifferencesMax).map((each) => `  ${differenceText(each)}`));
  const more = differences.length - shownDifferencesMax;
  if (more > 0) lines.push(`  and ${groupDigits(more)} more; --json lists them all`);
  return lines;
}

const quoted = (path: string) => (/^[\w./-]+$/.test(path) ? path : `"${path}"`);

function nextLines({ folder }: DemoReport): readonly string[] {
  if (folder === undefined)
    return [
      "  npm run demo -- --keep           keeps the folder, to look at holds and runs",
      "  npm run demo -- --alter-procore  shows that one altered amount is found",
    ];
  const command = (words: string) => `  npm run ml-connector -- ${words} --config ${quoted(`${folder}/ml-connector.yaml`)}`;
  return [
    command("holds"),
    command("runs"),
    command("audit verify"),
    `  ${folder}/world/manifest.json  what the builder put where, nasty cases by name`,
  ];
}

export function reportLines(report: DemoReport, paint: Paint): readonly string[] {
  const heading = (text: string) => ["", paint(text, "strong")];
  return [
    ...heading("What became of SAP's records"),
    ...flowTable(report, paint),
    ...unitsNote,
    ...heading("Held, each with an owner and a next step"),
    ...reasonTable(report, "held", paint),
    ...heading("Excluded by a named rule"),
    ...reasonTable(report, "excluded", paint),
    ...heading("Rejected, since SAP did not deliver them whole"),
    ...reasonTable(report, "rejected", paint),
    ...heading("Both sides: SAP as the builder's manifest says, Procore as its public API answers"),
    ...moneyTable(report, paint),
    ...heading("Effort"),
    ...effortLines(report),
    ...heading("A second sync"),
    secondSyncLine(report, paint),
    "",
    ...verdictLines(report, paint),
    ...heading("Where to look next"),
    ...nextLines(report),
  ];
}
