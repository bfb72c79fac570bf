/** Tables as aligned text, and the few colours that are used. Numbers stand right, words left; no colour unless asked for. */
export type Cell = string | { text: string; style: Style };
export type Style = "good" | "bad" | "warn" | "dim" | "strong";
export type Column = { title: string; align: "left" | "right" };
export type Paint = (text: string, style: Style) => string;

export const left = (title: string): Column => ({ title, align: "left" });
export const right = (title: string): Column => ({ title, align: "right" });

const codes: Readonly<Record<Style, string>> = { good: "32", bad: "31", warn: "33", dim: "2", strong: "1" };

export function paintWith(hasColours: boolean): Paint {
  return (text, style) => (hasColours ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}

/** `1234567.80` as `1,234,567.80`. */
export function groupDigits(value: string | number): string {
  const [whole = "", fraction] = String(value).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const textOf = (cell: Cell) => (typeof cell === "string" ? cell : cell.text);

export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], paint: Paint): readonly string[] {
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...rows.map((row) => textOf(row[index] ?? "").length)));
  const renderRow = (cells: readonly Cell[]) =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? "";
        const text = textOf(cell);
        const blanks = " ".repeat((widths[index] ?? 0) - text.length);
        const painted = typeof cell === "string" ? text : paint(text, cell.style);
        return align === "right" ? blanks + painted : painted + blanks;
      })
      .join("  ")
      .trimEnd();
  const heading = columns.map(({ title }): Cell => ({ text: title, style: "dim" }));
  return [heading, ...rows].map((row) => `  ${renderRow(row)}`);
}
