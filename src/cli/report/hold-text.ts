/** One hold in full, for whoever looks at it at night: which record, why, whose, what was said between us and Procore, what to press. Pure. */
import type { HoldMemory, ShownHold } from "../../hub/index.ts";
import { describeHold, sinceText } from "./holds-text.ts";
import { groupDigits, type Paint } from "./text-table.ts";
import { wrapText } from "./wrap-text.ts";

type Look = { nowMs: number; width: number };

/** `2026-11-24 12:17` */
const shortTime = (iso: string): string => iso.slice(0, 16).replace("T", " ");

function labelled(label: string, text: string, width: number): readonly string[] {
  if (text === "") return [];
  return wrapText(text, width, `  ${label.padEnd(10)} `, " ".repeat(13));
}

function heading(hold: ShownHold, paint: Paint): string {
  const amount = hold.amount === "" ? "" : `, ${groupDigits(hold.amount)} ${hold.currency}`;
  return `Hold ${hold.hold ?? "–"}: ${paint(hold.code, "warn")} (${hold.disposition}${amount})`;
}

function seenText(hold: ShownHold, nowMs: number): string {
  if (hold.firstSeen === undefined || hold.lastSeen === undefined) return "noted by the next run";
  const first = `since ${shortTime(hold.firstSeen)} (${sinceText(hold.firstSeen, nowMs)})`;
  return `${first}, in ${groupDigits(hold.runs)} ${hold.runs === 1 ? "run" : "runs"}, last ${shortTime(hold.lastSeen)} in run ${hold.lastRun ?? "?"}; times are UTC`;
}

function placeText({ project, rule, period }: ShownHold): string {
  const parts = [project && `project ${project}`, rule && `by mapping rule ${rule}`, period && `period ${period}`];
  return parts.filter((part) => part !== "").join(", ");
}

function ownerText(hold: ShownHold): string {
  const { owner } = describeHold(hold.code);
  const assigned = hold.assignedTo === "" ? "assigned to nobody" : `assigned to ${hold.assignedTo}`;
  return `${owner}; ${assigned}${hold.note === "" ? "" : ` (${hold.note})`}`;
}

function factLines(hold: ShownHold): readonly string[] {
  const widest = Math.max(0, ...hold.facts.map(([label]) => label.length));
  return ["", `In SAP (${hold.flow}, ${hold.key})`, ...hold.facts.map(([label, value]) => `  ${label.padEnd(widest)}  ${value}`)];
}

function bodyLines(body: unknown, width: number): readonly string[] {
  if (typeof body !== "object" || body === null) return wrapText(String(body), width, "    ", "    ");
  return JSON.stringify(body, undefined, 2)
    .split("\n")
    .slice(1, -1)
    .map((line) => `  ${line}`);
}

function answerLines(exchange: NonNullable<ShownHold["exchange"]>, width: number): readonly string[] {
  const { status, requestId, answer } = exchange;
  const facts = [status === undefined ? "" : `status ${status}`, requestId === undefined ? "" : `request id ${requestId}`];
  const said = facts.filter((fact) => fact !== "").join(", ");
  const complaints = (answer.complaints ?? []).flatMap(({ field, messages }) =>
    wrapText(`${field === undefined ? "" : `${field}: `}${messages.join("; ")}`, width, "    ", "      "),
  );
  const text = complaints.length > 0 ? complaints : wrapText(answer.detail ?? "", width, "    ", "    ");
  return [`  Procore's answer${said === "" ? "" : ` (${said})`}`, ...text];
}

function exchangeLines({ effect, exchange }: ShownHold, width: number): readonly string[] {
  if (!effect) return [];
  const tries = `${effect.attempts} ${effect.attempts === 1 ? "attempt" : "attempts"}`;
  const change = [
    "",
    ...wrapText(`In Procore: ${effect.action} ${effect.originId}, ${effect.state} after ${tries}`, width, "", "  "),
  ];
  if (!exchange) return change;
  const when = `${shortTime(exchange.at)}, run ${exchange.run}`;
  const request = [`  Sent: ${exchange.endpoint || "a row of the sync"} (${when})`, ...bodyLines(exchange.request, width)];
  return [...change, ...request, ...answerLines(exchange, width)];
}

function pressLines(hold: ShownHold, width: number): readonly string[] {
  const { next } = describeHold(hold.code);
  const id = hold.hold ?? "<hold>";
  const replay =
    hold.disposition === "rejected" ? `ml-connector sync --full --flow ${hold.flow}` : `ml-connector holds replay ${id}`;
  return [
    "",
    ...wrapText(`Next: ${next}`, width, "", "      "),
    `  again now:  ${replay}`,
    `  assign:     ml-connector holds assign ${id} <person>`,
    `  leave out:  ml-connector holds ignore ${id} --reason "…"`,
  ];
}

export function holdLines(hold: ShownHold, paint: Paint, { nowMs, width }: Look): readonly string[] {
  const { sentence } = describeHold(hold.code);
  return [
    heading(hold, paint),
    ...labelled("why", sentence, width),
    ...labelled("detail", hold.detail, width),
    ...labelled("waits for", hold.waitsFor, width),
    ...labelled("place", placeText(hold), width),
    ...labelled("whose", ownerText(hold), width),
    ...labelled("held", seenText(hold, nowMs), width),
    ...factLines(hold),
    ...exchangeLines(hold, width),
    ...pressLines(hold, width),
  ];
}

/** A number that no longer waits: what became of it. */
export function goneLines(hold: HoldMemory, width: number): readonly string[] {
  const record = `Hold ${hold.hold} (${hold.flow} ${hold.key}, ${hold.code})`;
  const { ignored } = hold;
  if (ignored) {
    const until = ignored.until === undefined ? "" : ` until ${shortTime(ignored.until)}`;
    return wrapText(
      `${record} is ignored${until}: ${ignored.by}, ${shortTime(ignored.at)}, "${ignored.reason}". Take it back: ml-connector holds unignore ${hold.hold}`,
      width,
      "",
      "  ",
    );
  }
  const end = hold.releasedAt === undefined ? "It waits no more" : `It was released at ${shortTime(hold.releasedAt)}`;
  return wrapText(`${record}: ${end}, after ${groupDigits(hold.runs)} runs.`, width, "", "  ");
}
