/** The fit check at a terminal: the verdict first, then what each person has to mend, the figures, and what was left out. Pure. */
import type { FitFinding } from "../../core/index.ts";
import { type FitView, verdictTitles } from "./fit-view.ts";
import { left, type Paint, renderTable, type Style } from "./text-table.ts";
import { wrapText } from "./wrap-text.ts";

const verdictStyles: Readonly<Record<FitView["verdict"], Style>> = {
  go: "good",
  "go-with-fixes": "warn",
  "no-go": "bad",
  undecided: "warn",
};
const marks: Readonly<Record<FitFinding["severity"], readonly [string, Style]>> = {
  "no-go": ["NO-GO", "bad"],
  warn: ["warn ", "warn"],
  go: ["note ", "dim"],
};

/** Control characters that came from either system must not steer the terminal. */
const shown = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, " ");

type Layout = { paint: Paint; width: number };

function findingLines({ severity, what, evidence, fix, code }: FitFinding, { paint, width }: Layout): string[] {
  const [mark, style] = marks[severity];
  const [first = "", ...rest] = wrapText(shown(`${what} [${code}]`), width - 8, "", "");
  return [
    `  ${paint(mark, style)} ${first}`,
    ...rest.map((line) => `        ${line}`),
    ...evidence.flatMap((line) => wrapText(shown(line), width, "        - ", "          ")),
    ...(fix === "" ? [] : wrapText(shown(fix), width, "        > ", "          ")),
  ];
}

export function fitLines(view: FitView, layout: Layout): readonly string[] {
  const { paint, width } = layout;
  const title = (text: string) => ["", paint(shown(text), "strong")];
  const names = Math.max(...view.subject.map(([label]) => label.length));
  return [
    paint(verdictTitles[view.verdict], verdictStyles[view.verdict]),
    ...wrapText(shown(view.headline), width, "", ""),
    "",
    ...view.subject.map(([label, value]) => `  ${shown(label).padEnd(names)}  ${shown(value)}`),
    ...view.fixes.flatMap(({ owner, findings }) => [...title(owner), ...findings.flatMap((each) => findingLines(each, layout))]),
    ...(view.notes.length === 0 ? [] : [...title("Good to know"), ...view.notes.flatMap((each) => findingLines(each, layout))]),
    ...view.tables.flatMap((table) => [
      ...title(table.title),
      ...renderTable(
        table.columns.map(shown).map(left),
        table.rows.map((row) => row.map(shown)),
        paint,
      ),
    ]),
    ...(view.skipped.length === 0
      ? []
      : [
          ...title("Skipped"),
          ...view.skipped.flatMap(({ what, why }) => wrapText(shown(`${what}: ${why}`), width, "  - ", "    ")),
        ]),
    ...title("Not to be seen without writing"),
    ...view.notSeen.flatMap((line) => wrapText(shown(line), width, "  - ", "    ")),
  ];
}
