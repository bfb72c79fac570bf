/**
 * The fields that a WHERE clause filters by, for the policy: found in the lines as SAP will read them (72 characters each, trailing
 * blanks lost, sap-rfc 1.6 rule 4), so that no cut and no join can turn a literal into a name behind its back. Whatever stands where a
 * field may stand counts as one, a keyword's namesake too; what is no clause of ours has no answer.
 */
const lineWidth = 72;

const operators: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">=", "EQ", "NE", "LT", "LE", "GT", "GE"]);
const others: ReadonlySet<string> = new Set(["AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "ESCAPE", "IS", "NULL", "(", ")", ","]);

/** Undefined for a line that SAP would cut, and for a literal that does not end. */
export function namesInClause(lines: readonly string[]): string[] | undefined {
  if (lines.some((line) => line.length > lineWidth)) return undefined;
  const clause = lines.map(withoutTrailingBlanks).join("");
  const outside = clause.replace(/'(?:[^']|'')*'/g, " ' ");
  const words = outside.match(/'|<>|<=|>=|[()=<>,]|[^\s()=<>,']+/g) ?? [];
  // A literal that was whole left a quote between blanks.
  if (/'/.test(outside.replaceAll(" ' ", ""))) return undefined;
  const names: string[] = [];
  let isOperandNext = true;
  for (const word of words.map((each) => each.toUpperCase())) {
    const isLiteral = word === "'";
    const isName = !isLiteral && !operators.has(word) && !others.has(word);
    if (isName || (isOperandNext && !isLiteral && word !== "NOT" && word !== "(" && word !== ",")) names.push(word);
    isOperandNext = word === "AND" || word === "OR" || word === "(" || (isOperandNext && word === "NOT");
  }
  return names;
}

function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && line.charCodeAt(end - 1) === 32) end -= 1;
  return line.slice(0, end);
}
