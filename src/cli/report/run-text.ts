/** A run as people read it at a terminal: what became of the records, what is held and by whom, the money, the calls. Pure. */
import { describeError, type Flow, flows, isErrorCode, runFlows } from "../../core/index.ts";
import type { CallCost, FlowSummary, RunReport } from "../../hub/index.ts";
import { haltLines } from "./halt-text.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

export function amountText(amounts: Readonly<Record<string, string>>): string {
  return Object.entries(amounts)
    .filter(([, value]) => /[1-9]/.test(value))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, value]) => `${groupDigits(value)} ${currency}`)
    .join("  ");
}

function countOf(tallies: FlowSummary["held"]): number {
  return Object.values(tallies).reduce((sum, { count }) => sum + count, 0);
}

function summariesOf(run: RunReport): [Flow, FlowSummary][] {
  return flows.flatMap((flow): [Flow, FlowSummary][] => {
    const summary = run.flows[flow];
    return summary ? [[flow, summary]] : [];
  });
}

export function heldCount(run: RunReport): number {
  return summariesOf(run).reduce((sum, [, { held, rejected }]) => sum + countOf(held) + countOf(rejected), 0);
}

function flowTable(run: RunReport, paint: Paint): readonly string[] {
  const names = ["read", "created", "updated", "unchanged", "held", "excluded", "rejected", "in Procore"];
  const warned = (count: number): Cell => (count === 0 ? "0" : { text: groupDigits(count), style: "warn" });
  const rows = summariesOf(run).map(([flow, summary]): Cell[] => [
    flow,
    groupDigits(summary.read),
    groupDigits(summary.created),
    groupDigits(summary.updated),
    groupDigits(summary.unchanged),
    warned(countOf(summary.held)),
    groupDigits(countOf(summary.excluded)),
    warned(countOf(summary.rejected)),
    amountText(summary.postedAmount),
  ]);
  return renderTable([left("flow"), ...names.map(right)], rows, paint);
}

/** Whose work it is and what comes next: that is what a held record is for. */
function heldTable(run: RunReport, paint: Paint): readonly string[] {
  const rows = summariesOf(run).flatMap(([flow, { held, rejected }]) =>
    Object.entries({ ...held, ...rejected })
      .sort(([, a], [, b]) => b.count - a.count)
      .map(([code, { count, amount }]): Cell[] => [
        flow,
        code,
        groupDigits(count),
        amountText(amount),
        isErrorCode(code) ? describeError(code).owner : "",
      ]),
  );
  return renderTable([left("flow"), left("reason"), right("records"), left("amount"), left("whose")], rows, paint);
}

function stateLine(run: RunReport, paint: Paint): string {
  const held = heldCount(run);
  const what = run.isPlanOnly ? "Plan" : "Run";
  if (run.state !== "finished")
    return `${what} ${run.run} of ${run.connection}: ${paint(run.state, run.state === "open" ? "warn" : "bad")}`;
  const holds = held === 0 ? "" : `, with ${paint("holds", "warn")}: ${groupDigits(held)} records wait for somebody`;
  const end = run.isPlanOnly ? `${paint("finished", "good")}, nothing was written to Procore` : paint("finished", "good");
  return `${what} ${run.run} of ${run.connection}: ${end}${holds}`;
}

/** A run's end in one line, for a log. */
export function endLine(run: RunReport, paint: Paint): string {
  const halt = run.state === "finished" ? undefined : haltSentence(run);
  return halt === undefined ? stateLine(run, paint) : `${stateLine(run, paint)}. ${halt}`;
}

/** Why it did not finish, in a sentence with its remedy; nothing for a run that did. */
function haltSentence({ code, detail }: RunReport): string | undefined {
  if (code === undefined) return detail;
  const { sentence, next } = describeError(code);
  return `${sentence} [${code}]${detail ? ` ${detail.replace(/\.$/, "")}.` : ""} ${next}`;
}

const howText = { sweep: "swept", window: "by date", changes: "changes only" } as const;

function adoptedLines({ flows: summaries }: RunReport): readonly string[] {
  const adopted = summaries.vendors?.adopted ?? 0;
  return adopted === 0 ? [] : [`Adopted: ${groupDigits(adopted)} vendors that stood in Procore already, counted as updated`];
}

function budgetCodeLines({ flows: summaries }: RunReport): readonly string[] {
  const created = flows.reduce((sum, flow) => sum + (summaries[flow]?.budgetCodes ?? 0), 0);
  return created === 0 ? [] : [`Created: ${groupDigits(created)} budget codes that the records needed`];
}

/** How the flows were read, and why so. */
function readingLines({ readings }: RunReport): readonly string[] {
  return runFlows.flatMap((flow) => {
    const reading = readings[flow];
    return reading ? [`Read ${flow}: ${howText[reading.how]} (${reading.why})`] : [];
  });
}

/** A sweep that proves nothing keeps deletions waiting: whoever looks after SAP must hear of it, also where nothing waits yet. */
function doubtLines({ doubtfulSweeps = {} }: RunReport, paint: Paint): readonly string[] {
  return flows.flatMap((flow) => {
    const sweep = doubtfulSweeps[flow];
    if (!sweep) return [];
    const [now, before] = [sweep.objects, sweep.before].map((count) =>
      count === null ? "an unknown number of" : groupDigits(count),
    );
    const { owner, next } = describeError("sweep-out-of-band");
    return [
      `${paint("Doubtful", "warn")} sweep of ${flow}: ${now} objects, ${before} before; it proves no deletion. For ${owner}: ${next}`,
    ];
  });
}

/** `4 min`, `8.8 h`: nobody plans a night by the second. */
function spanText(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const tenths = Math.ceil(ms / 360_000);
  return `${groupDigits(Math.floor(tenths / 10))}.${tenths % 10} h`;
}

function costText({ effects, calls, durationMs }: CallCost): string {
  const time = durationMs === 0 ? "within the quota of the moment" : `at least ${spanText(durationMs)}`;
  return `${groupDigits(effects)} effects in ${groupDigits(calls)} calls, ${time}`;
}

/** What was said before it was sent; a plan of nothing says nothing. */
function planLines({ plans }: RunReport): readonly string[] {
  return flows.flatMap((flow) => {
    const plan = plans[flow];
    return plan && plan.calls > 0 ? [`Planned ${flow}: ${costText(plan)}`] : [];
  });
}

function lateLines({ flows: summaries }: RunReport): readonly string[] {
  const { lateAdjustments } = summaries.costs ?? {};
  if (!lateAdjustments) return [];
  const { count, amount } = lateAdjustments;
  return ["", `Late adjustments to closed periods: ${groupDigits(count)} lines, ${amountText(amount)}; see ml-connector periods`];
}

/** What a person is asked for, by flow, and where. */
function approvalLines({ plans, flows: summaries }: RunReport): readonly string[] {
  const lines = flows.flatMap((flow) => {
    const { waiting } = plans[flow] ?? {};
    if (!waiting) return [];
    const { count = 0, amount = {} } = summaries[flow]?.awaiting ?? {};
    const atoms = count === 0 ? "" : `; ${groupDigits(count)} atoms${amountText(amount) === "" ? "" : `, ${amountText(amount)}`}`;
    return [`  ${flow}: ${costText(waiting)}${atoms}`];
  });
  return lines.length === 0 ? [] : ["", "Waits for approval: ml-connector approvals", ...lines];
}

function callsLine({ calls, sap }: RunReport): string {
  const procore = `Procore: ${groupDigits(calls.total)} calls (at least ${groupDigits(calls.lowerBound)} writes were needed)`;
  return `${procore}; SAP: ${groupDigits(sap.calls)} calls, ${groupDigits(sap.rows)} rows`;
}

function seconds(ms: number): string {
  const tenths = Math.round(ms / 100);
  return `${groupDigits(Math.floor(tenths / 10))}.${tenths % 10} s`;
}

/** What the customer's SAP system bore of it, for its Basis people. */
function loadLines({ sap }: RunReport, paint: Paint): readonly string[] {
  const { load } = sap;
  if (!load) return [];
  const server = load.serverMs === 0 ? "" : ` (${seconds(load.serverMs)} by SAP's own account)`;
  const line = `Load on SAP: work processes held for ${seconds(sap.callMs)}${server}; ${groupDigits(load.retries)} retries, ${groupDigits(load.failures)} failures, ${groupDigits(load.halvings)} times halved; at most ${load.inFlightMax} calls at a time`;
  const rows = load.functions.map((each): Cell[] => [
    each.function,
    groupDigits(each.calls),
    groupDigits(each.retries),
    groupDigits(each.failures),
    groupDigits(each.rows),
    seconds(each.callMs),
  ]);
  const columns = [left("function module"), ...["calls", "retries", "failures", "rows", "time"].map(right)];
  const readers = load.readers.map(({ table, reader, why }): Cell[] => [table, reader, why]);
  const readerTable =
    readers.length === 0 ? [] : ["", ...renderTable([left("table"), left("reader"), left("why")], readers, paint)];
  return [line, "", ...renderTable(columns, rows, paint), ...readerTable];
}

export function runLines(run: RunReport, paint: Paint): readonly string[] {
  const halt = run.state === "finished" ? undefined : haltSentence(run);
  const held = heldCount(run) === 0 ? [] : ["", "Held or rejected", ...heldTable(run, paint)];
  const table = summariesOf(run).length === 0 ? [] : ["", ...flowTable(run, paint)];
  const rest = [
    "",
    ...adoptedLines(run),
    ...budgetCodeLines(run),
    ...readingLines(run),
    ...doubtLines(run, paint),
    ...planLines(run),
    callsLine(run),
    ...loadLines(run, paint),
  ];
  return [
    stateLine(run, paint),
    ...(halt ? [`  ${halt}`] : []),
    ...haltLines(run, paint),
    ...table,
    ...held,
    ...lateLines(run),
    ...approvalLines(run),
    ...rest,
  ];
}
