/** An explanation as people read it: SAP's lines, the decision on each, what was sent and by whose word, what Procore holds. Pure. */

import type { ExplainedAtom, ExplainedEffect, Explanation, KnownRecord } from "../../hub/index.ts";
import { dispositionText } from "./disposition-text.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

const momentOf = (text: string) => (text === "" ? "" : `${text.slice(0, 10)} ${text.slice(11, 16)}`);
const moneyOf = ({ amount, currency }: { amount: string; currency: string }) =>
  amount === "" ? "" : `${groupDigits(amount)} ${currency}`;
const titled = (title: string, lines: readonly string[], paint: Paint) =>
  lines.length === 0 ? [] : ["", paint(title, "strong"), ...lines];

/** Few are told in full, many as a table. */
const inFullMax = 3;

function partText({ part }: ExplainedAtom): readonly (readonly [string, string])[] {
  if (!part) return [];
  const { group, number, members, total, currency, reference, mappingVersion, isLate } = part;
  const version = mappingVersion === "" ? "" : `, placed by mapping ${mappingVersion.slice(0, 12)}`;
  return [
    ["part", `${number} of group ${group.slice(0, 12)}: ${members} lines, ${groupDigits(total)} ${currency}${version}`],
    ["late adjustment", isLate ? "yes: it came after its period was closed" : ""],
    ["reference", reference],
  ];
}

/** How it was posted before it was re-coded: amount, place and reference of each posting, and below it the record in Procore. */
function earlierText({ earlier = [] }: ExplainedAtom): readonly (readonly [string, string])[] {
  return earlier.flatMap((posting): (readonly [string, string])[] => {
    const { postingVersion, isNegating, project, budgetCode, reference, recordOriginId, recoding, askedBy, note } = posting;
    const why = note === "" ? "" : `: ${note}`;
    return [
      [
        isNegating ? `taken back (posting ${postingVersion})` : `posted (posting ${postingVersion})`,
        `${moneyOf(posting)} at ${project} ${budgetCode}, reference ${reference}`,
      ],
      ["", recordOriginId],
      ...(isNegating ? [["", `re-coding ${recoding} of ${askedBy}${why}`] as const] : []),
    ];
  });
}

function atomInFull(atom: ExplainedAtom, paint: Paint): readonly string[] {
  const { key, flow, period, disposition, reason, waitsFor, rule, project, budgetCode, isGone } = atom;
  const rows: (readonly [string, string])[] = [
    ...atom.facts,
    ["amount", moneyOf(atom)],
    ["period", period],
    ["became", dispositionText(disposition, reason)],
    ["waits for", waitsFor],
    ["mapping rule", rule],
    ["project, budget code", [project, budgetCode].filter((each) => each !== "").join(", ")],
    ...partText(atom),
    ["Procore record", atom.recordOriginId],
    ["Procore line", atom.originId === atom.recordOriginId ? "" : atom.originId],
    ...earlierText(atom),
  ];
  const shown = rows.filter(([, value]) => value !== "").map(([label, value]) => `  ${label.padEnd(28)}${value}`);
  return [paint(`${flow} ${key}${isGone ? " (SAP no longer has it)" : ""}`, "strong"), ...shown, ""];
}

function atomTable(atoms: readonly ExplainedAtom[], paint: Paint): readonly string[] {
  const rows = atoms.map((atom): Cell[] => [
    atom.flow,
    atom.key,
    atom.period,
    moneyOf(atom),
    atom.reason === "" ? atom.disposition : `${atom.disposition}: ${atom.reason}`,
    atom.rule,
    atom.budgetCode,
  ]);
  const columns = [
    left("flow"),
    left("SAP line"),
    left("period"),
    right("amount"),
    left("became"),
    left("rule"),
    left("budget code"),
  ];
  return renderTable(columns, rows, paint);
}

function sapLines({ atoms, hasMoreAtoms, sums }: Explanation, paint: Paint): readonly string[] {
  if (atoms.length === 0) return ["Of no line of SAP's any more."];
  const shown =
    atoms.length <= inFullMax ? atoms.flatMap((atom) => atomInFull(atom, paint)).slice(0, -1) : atomTable(atoms, paint);
  const sum = Object.entries(sums).map(([currency, amount]) => `${groupDigits(amount)} ${currency}`);
  const more = hasMoreAtoms ? `; there are more than these ${atoms.length}` : "";
  return atoms.length === 1 ? shown : [...shown, `  ${atoms.length} lines, in all ${sum.join(", ")}${more}`];
}

function knownTable(known: readonly KnownRecord[], paint: Paint): readonly string[] {
  if (known.length === 0) return ["  Nothing of it was confirmed."];
  const rows = known.map((each): Cell[] => [
    each.originId,
    each.aspect,
    each.procoreId,
    each.projectId === "0" ? "" : each.projectId,
    moneyOf(each),
    each.confirmedRun,
    momentOf(each.confirmedAt),
  ]);
  const columns = [
    left("origin id"),
    left("what"),
    left("Procore id"),
    left("project"),
    right("amount"),
    right("run"),
    left("confirmed"),
  ];
  return renderTable(columns, rows, paint);
}

function effectTable(effects: readonly ExplainedEffect[], paint: Paint): readonly string[] {
  const rows = effects.map((each): Cell[] => [
    each.effect,
    each.action,
    each.originId,
    moneyOf(each),
    each.state,
    each.approval,
    each.run,
    momentOf(each.plannedAt),
    momentOf(each.settledAt),
    each.call ? [each.call.status ?? "no answer", each.call.endpoint, each.call.requestId].filter(Boolean).join(" ") : "",
  ]);
  const columns = [
    left("effect"),
    left("does"),
    left("to"),
    right("amount"),
    left("is"),
    left("approved by"),
    right("run"),
    left("planned"),
  ];
  return renderTable([...columns, left("settled"), left("last trouble")], rows, paint);
}

const runLine = ({ run, mode, state, startedAt }: Explanation["runs"][number]) =>
  `  run ${run}: ${mode}, ${state}, begun ${momentOf(startedAt)}`;

function proofLine({ kind, projectId, provedAt, findings }: Explanation["proofs"][number]): string[] {
  const place = projectId === "0" ? kind : `${kind} of project ${projectId}`;
  if (provedAt === "") return [`  ${place}: not looked at since it was confirmed; ml-connector proof run does`];
  return [
    `  ${place}: listed ${momentOf(provedAt)}; ${findings.length === 0 ? "agrees" : "differs"}`,
    ...findings.map((each) => `    ${each}`),
  ];
}

export function explanationLines(found: Explanation, { isPast }: { isPast: boolean }, paint: Paint): readonly string[] {
  const day = isPast ? ` by ${momentOf(found.asOf)} UTC` : "";
  const holds = found.holds.map(({ flow, key, code, since, until }) => {
    const end = until === "" ? "" : `, released ${momentOf(until)}`;
    return `  ${flow} ${key}: ${code} since ${momentOf(since)}${end}`;
  });
  const edits = found.edits.map(
    ({ originId, field, confirmed, found: now, state, foundAt }) =>
      `  ${originId} ${field}: ${confirmed} became ${now}, found ${momentOf(foundAt)}; ${state}`,
  );
  return [
    paint(isPast ? "SAP, as it is now" : "SAP", "strong"),
    ...sapLines(found, paint),
    ...titled(`Waited${day}`, isPast ? holds : [], paint),
    ...titled(`In Procore${day}`, knownTable(found.known, paint), paint),
    ...titled(`Sent${day}`, found.effects.length === 0 ? [] : effectTable(found.effects, paint), paint),
    ...titled("Runs", found.runs.map(runLine), paint),
    ...titled("Looked at again", found.proofs.flatMap(proofLine), paint),
    ...titled(`Changed by people in Procore${day}`, edits, paint),
  ];
}
