/**
 * The fit check as one page to mail: no script, nothing loaded from elsewhere, styles within, every text escaped, and a policy that would forbid the rest.
 * It prints on paper. Pure.
 */
import type { FitFinding } from "../../core/index.ts";
import { type FitTable, type FitView, verdictTitles } from "./fit-view.ts";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text of either system: markup and control characters, those that turn the direction of reading included. */
export function escapeHtml(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, " ").replace(/[&<>"']/g, (sign) => escapes[sign] ?? "");
}

const style = `
body { font: 15px/1.45 "Segoe UI", Helvetica, Arial, sans-serif; color: #1d2429; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #c9d1d6; padding-bottom: .2rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
.verdict { padding: 1rem 1.2rem; border-left: .5rem solid; margin-bottom: 1rem; }
.verdict p { margin: .3rem 0 0; }
.go { border-color: #1c7a3d; background: #eaf6ee; } .go-with-fixes, .undecided { border-color: #b26a00; background: #fdf3e3; } .no-go { border-color: #b3261e; background: #fcebea; }
.finding { margin: .8rem 0; padding-left: .9rem; border-left: .25rem solid #c9d1d6; break-inside: avoid; }
.finding.is-no-go { border-color: #b3261e; } .finding.is-warn { border-color: #b26a00; }
.finding p { margin: .2rem 0; } .mark { font-weight: 600; } .code { color: #5b6770; font-size: .85em; }
ul { margin: .2rem 0; padding-left: 1.2rem; } li { overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .88em; width: 100%; } caption { text-align: left; font-weight: 600; padding: 1rem 0 .3rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #e3e8eb; } th { color: #5b6770; font-weight: 500; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } .wide { overflow: visible; } tr { break-inside: avoid; } .verdict, .finding { print-color-adjust: exact; } }
`;

const words: Readonly<Record<FitFinding["severity"], string>> = { "no-go": "No-go", warn: "To mend", go: "Note" };

function findingHtml({ severity, what, evidence, fix, code }: FitFinding): string {
  const lines = evidence.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
  return [
    `<div class="finding is-${severity}"><p><span class="mark">${words[severity]}.</span> ${escapeHtml(what)} <span class="code">${escapeHtml(code)}</span></p>`,
    lines === "" ? "" : `<ul>${lines}</ul>`,
    fix === "" ? "" : `<p><span class="mark">Fix:</span> ${escapeHtml(fix)}</p>`,
    "</div>",
  ].join("");
}

function tableHtml({ title, columns, rows }: FitTable): string {
  const head = columns.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`).join("\n");
  return `<div class="wide"><table><caption>${escapeHtml(title)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const section = (title: string, content: string): string => (content === "" ? "" : `<h2>${title}</h2>\n${content}`);
const list = (lines: readonly string[]): string =>
  lines.length === 0 ? "" : `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`;

export function fitPage(view: FitView): string {
  const verdict = verdictTitles[view.verdict];
  const fixes = view.fixes.map(({ owner, findings }) => `<h3>${escapeHtml(owner)}</h3>\n${findings.map(findingHtml).join("\n")}`);
  const subject = view.subject.map(
    ([label, value]) => `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>Fit check: ${verdict}</title>`,
    `<style>${style}</style></head><body>`,
    `<div class="verdict ${view.verdict}"><h1>${verdict}</h1><p>${escapeHtml(view.headline)}</p></div>`,
    `<table><tbody>${subject.join("")}</tbody></table>`,
    section("What has to be mended, by person", fixes.join("\n")),
    section("Good to know", view.notes.map(findingHtml).join("\n")),
    section("Figures", view.tables.map(tableHtml).join("\n")),
    section("Skipped", list(view.skipped.map(({ what, why }) => `${what}: ${why}`))),
    section("Not to be seen without writing", list(view.notSeen)),
    "</body></html>",
    "",
  ].join("\n");
}
