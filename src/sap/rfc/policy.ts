/**
 * What may be asked of SAP at all: function modules, tables, fields and rows, as the file on the agent's machine says. Guarantees: anything
 * else is refused before a byte leaves, filters included, for a filter on a forbidden field reads it bit by bit; a table's row filter is
 * ANDed to every read of it (`row-filter.ts`). The hub cannot widen it. A function that reads tables of its own accord (a BAPI) is
 * allowed or refused as a whole.
 * A refusal is an `authorization` failure whose key begins with `POLICY_`.
 */
import type { RfcCall, RfcClient, RfcFailure, RfcParameters } from "../../ports/index.ts";
import { namesInClause } from "./clause-names.ts";
import { zReaderDefault } from "./dialect-z.ts";
import { addRowFilter, type RowFilter } from "./row-filter.ts";
import { failure } from "./soap-failure.ts";

export type Policy = {
  functions: readonly string[];
  /** Fields by table; `*` for all of them. */
  tables: Readonly<Record<string, readonly string[] | "*">>;
  /** By table: conditions that every read of it gets, all of them. What they leave out does not exist for us, for whole-ness checks too. */
  rowFilters?: Readonly<Record<string, readonly RowFilter[]>> | undefined;
};

export type PolicyOptions = {
  /** What the customer's own reader is called: it is checked as the others are. */
  zReader?: string | undefined;
};

type Reader = {
  /** The parameters that hold table, columns and filter. */
  table: string;
  fields?: string;
  options?: string;
  /** The parameter and its value that say "describe, and give no row". */
  describes?: readonly [parameter: string, value: string];
  /** The parameter and its value that say "count": then no column is needed, and a filter tells as much as ever. */
  counts?: readonly [parameter: string, value: string];
  isDescription?: true;
};

const classic: Reader = { table: "QUERY_TABLE", fields: "FIELDS", options: "OPTIONS", describes: ["NO_DATA", "X"] };
const zReader: Reader = {
  table: "IV_TABLE",
  fields: "IT_FIELDS",
  options: "IT_WHERE",
  describes: ["IV_MODE", "D"],
  counts: ["IV_MODE", "C"],
};

/** Where the generic readers take their table and columns from (sap-rfc 1.1, 1.11, 3.1). */
const readers: Readonly<Record<string, Reader>> = {
  RFC_READ_TABLE: classic,
  BBP_RFC_READ_TABLE: classic,
  "/BODS/RFC_READ_TABLE": classic,
  "/BODS/RFC_READ_TABLE2": classic,
  "/SAPDS/RFC_READ_TABLE": classic,
  "/SAPDS/RFC_READ_TABLE2": classic,
  RFC_GET_TABLE_ENTRIES: { table: "TABLE_NAME" },
  // A Gateway service behind the same port: fields are all that are read or filtered by, and $metadata gives no row.
  ODATA: { table: "TABLE", fields: "FIELDS", describes: ["RAW", "X"] },
  DDIF_FIELDINFO_GET: { table: "TABNAME", isDescription: true },
};

/** The same client, which refuses what the policy does not allow. */
export function guardByPolicy(client: RfcClient, policy: Policy, options: PolicyOptions = {}): RfcClient {
  const check = createPolicyCheck(policy, options);
  return {
    call: async (call) => {
      const refused = check(call);
      if (refused !== undefined) return refused;
      const narrowed = narrowRows(policy, call, options);
      return narrowed.kind === "failure" ? narrowed : client.call(narrowed.call);
    },
    serverTime: () => client.serverTime(),
    close: () => client.close(),
  };
}

function narrowRows(
  { rowFilters = {} }: Policy,
  call: RfcCall,
  { zReader: zName = zReaderDefault }: PolicyOptions,
): { kind: "call"; call: RfcCall } | RfcFailure {
  const reader = readerNamed(call.function, zName);
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

function readerNamed(name: string, zName: string): Reader | undefined {
  if (name === zName) return zReader;
  return Object.hasOwn(readers, name) ? readers[name] : undefined;
}

export function createPolicyCheck(
  policy: Policy,
  { zReader: zName = zReaderDefault }: PolicyOptions = {},
): (call: RfcCall) => RfcFailure | undefined {
  const functions = new Set(policy.functions);
  const tables = new Map(
    Object.entries(policy.tables).map(([table, fields]) => [table, fields === "*" ? ("*" as const) : new Set(fields)]),
  );
  return (call) => {
    if (!functions.has(call.function))
      return refuse("FUNCTION", `Function module ${shown(call.function)} is not allowed by the policy.`);
    const reader = readerNamed(call.function, zName);
    if (reader === undefined) return undefined;
    const table = textOf(call.parameters, reader.table);
    const allowed = tables.get(table);
    if (allowed === undefined) return refuse("TABLE", `Table ${shown(table)} is not allowed by the policy.`);
    const readsNoRows = reader.isDescription === true || says(call, reader.describes);
    return allowed === "*" || readsNoRows ? undefined : checkFields({ table, allowed, call, reader });
  };
}

type Check = { table: string; allowed: ReadonlySet<string>; call: RfcCall; reader: Reader };

function checkFields({ table, allowed, call, reader }: Check): RfcFailure | undefined {
  const asked = reader.fields === undefined ? [] : columnOf(call.parameters, reader.fields, "FIELDNAME");
  // No FIELDS means every column (sap-rfc 1.2 step 3 [S]), and some readers know no projection at all.
  if (asked.length === 0 && !says(call, reader.counts))
    return refuse("FIELD", `All fields of ${table} were asked for, and the policy names some.`);
  const filtered = reader.options === undefined ? [] : namesInClause(columnOf(call.parameters, reader.options, "TEXT"));
  if (filtered === undefined) return refuse("FIELD", `The filter on ${table} cannot be checked against the policy.`);
  const wrong = [...asked, ...filtered].find((name) => !allowed.has(name));
  return wrong === undefined ? undefined : refuse("FIELD", `Field ${table}-${shown(wrong)} is not allowed by the policy.`);
}

function says({ parameters }: RfcCall, what: readonly [string, string] | undefined): boolean {
  // Exactly: of " X" SAP would take the blank, and give rows.
  return what !== undefined && parameters[what[0]] === what[1];
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
