/** How things stood when a run was paused or stopped, and what to press. Pure. */
import type { RunReport } from "../../hub/index.ts";
import { type Cell, groupDigits, left, type Paint, renderTable } from "./text-table.ts";

const inWords: Readonly<Record<string, string>> = {
  approved: "not sent yet",
  sending: "being sent",
  unknown: "sent, outcome unknown",
  confirmed: "in Procore",
  held: "held",
  stale: "replaced",
};

function effectsLine({ flow, stage, effects }: NonNullable<RunReport["halted"]>): string {
  const states = Object.entries(effects).map(([state, count]) => `${groupDigits(count)} ${inWords[state] ?? state}`);
  return `It stood at ${flow} ${stage}${states.length === 0 ? "" : `: ${states.join(", ")}`}`;
}

function inFlightLines({ inFlight, inFlightCount }: NonNullable<RunReport["halted"]>): readonly string[] {
  if (inFlightCount === 0) return [];
  const more = inFlightCount > inFlight.length ? `, … and ${groupDigits(inFlightCount - inFlight.length)} more` : "";
  return [`In flight, looked up before anything is sent again: ${inFlight.join(", ")}${more}`];
}

function answerTable({ lastAnswers }: NonNullable<RunReport["halted"]>, paint: Paint): readonly string[] {
  if (lastAnswers.length === 0) return [];
  const rows = lastAnswers.map(({ at, endpoint, outcome, status, requestId, attempt }): Cell[] => [
    at.slice(11, 19),
    endpoint,
    status === undefined ? "no answer" : String(status),
    outcome,
    String(attempt),
    requestId ?? "",
  ]);
  const columns = ["time (UTC)", "Procore's last failures", "status", "outcome", "attempt", "request id"].map(left);
  return ["", ...renderTable(columns, rows, paint)];
}

function pressLine({ run, state }: RunReport): string {
  if (state === "paused")
    return `Press: ml-connector runs resume ${run}. The next sync resumes it too. What is in Procore already is not written again.`;
  return "It is not resumed: the next sync begins anew, and what is in Procore already is not written again.";
}

export function haltLines(run: RunReport, paint: Paint): readonly string[] {
  if (run.state !== "paused" && run.state !== "stopped") return [];
  const { halted } = run;
  const stood = halted ? [effectsLine(halted), ...inFlightLines(halted), ...answerTable(halted, paint), ""] : [];
  return ["", ...stood, pressLine(run)];
}
