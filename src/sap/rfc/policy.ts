/**
 * What may be asked of SAP at all: function modules, tables, fields and rows, as the file on the agent's machine says. Guarantees: anything
 * else is refused before a byte leaves, filters included, for a filter on a forbidden field reads it bit by bit; a table's row filter is
 * ANDed to every read of it (`row-filter.ts`). The hub cannot widen it. A function that reads tables of its own accord (a BAPI) is
 * allowed or refused as a whole.
 * A refusal is an `authorization` failure whose key begins with `POLICY_`.
 */
import type { RfcCall, RfcClient, RfcFailure, RfcParameters } from "../../ports/index.ts";
import { addRowFilter, type RowFilter } from "./row-filter.ts";
import { failure } from "./soap-failure.ts";

export type Policy = {
  functions: readonly string[];
  /** Fields by table; `*` for all of them. */
  tables: Readonly<Record<string, readonly string[] | "*">>;
  /** By table: conditions that every read of it gets, all of them. What they leave out does not exist for us, for whole-ness checks too. */
  rowFilters?: Readonly<Record<string, readonly RowFilter[]>> | undefined;
};

/** Where the generic readers take their table and columns from (sap-rfc 1.1, 1.11, 3.1). */
const readers: Readonly<Record<string, { table: string; fields?: string; options?: string; isDescription?: true }>> = {
  RFC_READ_TABLE: { table: "QUERY_TABLE", fields: "FIELDS", options: "OPTIONS" },
  BBP_RFC_READ_TABLE: { table: "QUERY_TABLE", fields: "FIELDS", options: "OPTIONS" },
  "/BODS/RFC_READ_TABLE": { table: "QUERY_TABLE", fields: "FIELDS", options: "OPTIONS" },
  "/BODS/RFC_READ_TABLE2": { table: "QUERY_TABLE", fields: "FIELDS", options: "OPTIONS" },
  "/SAPDS/RFC_READ_TABLE": { table: "QUERY_TABLE", fields: "FIELDS", options: "OPTIONS" },
  "/SAPDS/RFC_READ_TABLE2": { table: "QUERY_TABLE", fields: "FIELDS", options: "OPTIONS" },
  RFC_GET_TABLE_ENTRIES: { table: "TABLE_NAME" },
  DDIF_FIELDINFO_GET: { table: "TABNAME", isDescription: true },
};

/** The same client, which refuses what the policy does not allow. */
export function guardByPolicy(client: RfcClient, policy: Policy): RfcClient {
  const check = createPolicyCheck(policy);
  return {
    call: async (call) => {
      const refused = check(call);
      if (refused !== undefined) return refused;
      const narrowed = narrowRows(policy, call);
      return narrowed.kind === "failure" ? narrowed : client.call(narrowed.call);
    },
    serverTime: () => client.serverTime(),
    close: () => client.close(),
  };
}

function narrowRows({ rowFilters = {} }: Policy, call: RfcCall): { kind: "call"; call: RfcCall } | RfcFailure {
  const reader = Object.hasOwn(readers, call.function) ? readers[call.function] : undefined;
  if (reader === undefined || reader.isDescription === true) return { kind: "call", call };
  const table = textOf(call.parameters, reader.table);
  const filters = Object.hasOwn(rowFilters, table) ? rowFilters[table] : undefined;
  if (!filters?.length) return { kind: "call", call };
  if (reader.options === undefined)
    return refuse("ROWS", `${call.function} takes no filter, and the policy filters the rows of ${table}.`);
  const lines = addRowFilter(columnOf(call.parameters, reader.options, "TEXT"), filters);
  if (lines === undefined)
    return refuse("ROWS", `The filter asked for on ${table} has open brackets or quotes, and the policy filters its rows.`);
  return {
    kind: "call",
    call: { ...call, parameters: { ...call.parameters, [reader.options]: lines.map((TEXT) => ({ TEXT })) } },
  };
}

export function createPolicyCheck(policy: Policy): (call: RfcCall) => RfcFailure | undefined {
  const functions = new Set(policy.functions);
  const tables = new Map(
    Object.entries(policy.tables).map(([table, fields]) => [table, fields === "*" ? ("*" as const) : new Set(fields)]),
  );
  return (call) => {
    if (!functions.has(call.function))
      return refuse("FUNCTION", `Function module ${shown(call.function)} is not allowed by the policy.`);
    const reader = Object.hasOwn(readers, call.function) ? readers[call.function] : undefined;
    if (reader === undefined) return undefined;
    const table = textOf(call.parameters, reader.table);
    const allowed = tables.get(table);
    if (allowed === undefined) return refuse("TABLE", `Table ${shown(table)} is not allowed by the policy.`);
    const readsNoRows = reader.isDescription === true || textOf(call.parameters, "NO_DATA") === "X";
    return allowed === "*" || readsNoRows ? undefined : checkFields({ table, allowed, call, reader });
  };
}

type Check = { table: string; allowed: ReadonlySet<string>; call: RfcCall; reader: { fields?: string; options?: string } };

function checkFields({ table, allowed, call, reader }: Check): RfcFailure | undefined {
  const asked = reader.fields === undefined ? [] : columnOf(call.parameters, reader.fields, "FIELDNAME");
  // No FIELDS means every column (sap-rfc 1.2 step 3 [S]), and some readers know no projection at all.
  if (asked.length === 0) return refuse("FIELD", `All fields of ${table} were asked for, and the policy names some.`);
  const filtered = reader.options === undefined ? [] : namesIn(columnOf(call.parameters, reader.options, "TEXT").join(""));
  const wrong = [...asked, ...filtered].find((name) => !allowed.has(name));
  return wrong === undefined ? undefined : refuse("FIELD", `Field ${table}-${shown(wrong)} is not allowed by the policy.`);
}

const keywords: ReadonlySet<string> = new Set([
  "AND",
  "OR",
  "NOT",
  "IN",
  "BETWEEN",
  "LIKE",
  "ESCAPE",
  "IS",
  "NULL",
  "EQ",
  "NE",
  "LT",
  "LE",
  "GT",
  "GE",
]);

/** Every name in a WHERE clause. Whatever is not a literal, a keyword, a number or punctuation counts as one. */
function namesIn(clause: string): string[] {
  const words = clause.replace(/'(?:[^']|'')*'/g, " ").match(/[^\s()=<>,]+/g) ?? [];
  return words.map((word) => word.toUpperCase()).filter((word) => !keywords.has(word) && !/^[0-9.+-]+$/.test(word));
}

function textOf(parameters: RfcParameters, name: string): string {
  const value = parameters[name];
  return typeof value === "string" ? value.trim() : "";
}

function columnOf(parameters: RfcParameters, name: string, column: string): string[] {
  const value = parameters[name];
  return Array.isArray(value) ? value.map((row: Readonly<Record<string, string>>) => row[column] ?? "") : [];
}

function refuse(what: "FUNCTION" | "TABLE" | "FIELD" | "ROWS", detail: string): RfcFailure {
  return failure(
    "authorization",
    `POLICY_${what}`,
    `${detail} Add it to the policy file on the agent's machine if it is wanted.`,
  );
}

function shown(name: string): string {
  return name === "" ? "(none)" : JSON.stringify(name.slice(0, 40));
}
