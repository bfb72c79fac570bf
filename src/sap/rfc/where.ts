/**
 * A row filter as a typed tree: what the readers turn into their own notation. Values are in SAP's internal form (keys padded, dates
 * `YYYYMMDD`); names are checked against the dictionary when the clause is built, so a tree from outside can do no harm.
 */
export type Where =
  | { kind: "all"; of: readonly Where[] }
  | { kind: "any"; of: readonly Where[] }
  | { kind: "not"; of: Where }
  | { kind: "compare"; field: string; operator: Operator; value: string }
  | { kind: "between"; field: string; low: string; high: string }
  | { kind: "in"; field: string; values: readonly string[] }
  | { kind: "starts-with"; field: string; value: string };

export type Operator = "=" | "<>" | "<" | "<=" | ">" | ">=";

export const all = (...of: readonly Where[]): Where => ({ kind: "all", of });
export const any = (...of: readonly Where[]): Where => ({ kind: "any", of });
export const not = (of: Where): Where => ({ kind: "not", of });
export const compare = (field: string, operator: Operator, value: string): Where => ({ kind: "compare", field, operator, value });
export const equal = (field: string, value: string): Where => compare(field, "=", value);
/** Both ends included. */
export const between = (field: string, low: string, high: string): Where => ({ kind: "between", field, low, high });
export const oneOf = (field: string, values: readonly string[]): Where => ({ kind: "in", field, values });
export const startsWith = (field: string, value: string): Where => ({ kind: "starts-with", field, value });
