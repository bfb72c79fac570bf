/** The WHERE clause as a tree. Field names are upper case, literals as written between the quotes with doubled quotes undone. */
export type Comparator = "EQ" | "NE" | "LT" | "LE" | "GT" | "GE";

export type Condition =
  | { kind: "compare"; field: string; comparator: Comparator; value: string }
  | { kind: "between"; field: string; low: string; high: string; isNegated: boolean }
  | { kind: "in"; field: string; values: readonly string[]; isNegated: boolean }
  | { kind: "like"; field: string; pattern: string; escape: string | undefined; isNegated: boolean }
  | { kind: "null"; field: string; isNegated: boolean }
  | { kind: "and"; terms: readonly Condition[] }
  | { kind: "or"; terms: readonly Condition[] }
  | { kind: "not"; term: Condition };
