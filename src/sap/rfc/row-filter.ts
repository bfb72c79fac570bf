/**
 * Row filters of the policy as lines of OPTIONS: what was asked for in brackets, AND each condition of the policy. Guarantees: the answer
 * can only shrink: a clause that could reach out of its brackets (`) OR (`, an open quote) is refused; a blank around every token; lines
 * broken between tokens. Values come from the policy file and are quoted here.
 */
export type RowFilter =
  | { field: string; values: readonly string[] }
  /** Both ends included, compared as SAP compares characters. */
  | { field: string; from: string; to: string };

/** As in `options-clause.ts`: 72 characters, and a continuation begins with a blank (sap-rfc 1.6 rule 4). */
const lineWidth = 71;

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function tokensOf(filter: RowFilter): string[] {
  if ("from" in filter) return [filter.field, "BETWEEN", quoted(filter.from), "AND", quoted(filter.to)];
  const literals = filter.values.flatMap((value, index) => (index === 0 ? [quoted(value)] : [",", quoted(value)]));
  return [filter.field, "IN", "(", ...literals, ")"];
}

/** Undefined where the asked clause cannot be put in brackets. */
export function addRowFilter(asked: readonly string[], filters: readonly RowFilter[]): string[] | undefined {
  if (!isClosed(asked.join(""))) return undefined;
  const isFiltered = asked.some((line) => line.trim() !== "");
  const tokens = filters.flatMap((filter, index) => [...(index > 0 || isFiltered ? ["AND"] : []), "(", ...tokensOf(filter), ")"]);
  const [first = "", ...others] = asked;
  if (first.length > lineWidth) return undefined;
  return [...(isFiltered ? ["(", ` ${first}`, ...others, " )"] : []), ...linesOf(tokens)];
}

/** Quotes end, and no bracket closes one that the clause did not open itself. */
function isClosed(clause: string): boolean {
  const bare = clause.replace(/'(?:[^']|'')*'/g, "");
  if (/['"]/.test(bare)) return false;
  let depth = 0;
  for (const [bracket] of bare.matchAll(/[()]/g)) {
    depth += bracket === "(" ? 1 : -1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function linesOf(tokens: readonly string[]): string[] {
  const lines: string[] = [];
  let line = "";
  for (const token of tokens) {
    if (line.length + 1 + token.length > lineWidth) {
      lines.push(line);
      line = "";
    }
    line += ` ${token}`;
  }
  return line === "" ? lines : [...lines, line];
}
