/**
 * Calling a BAPI: parameters that this system's interface lacks are left out (sap-rfc 3: "read the interface at run time"), and RETURN decides:
 * a row of type E, A or X is a failure although HTTP says 200 and no exception was raised (3.2). RETURN may be a structure or a table, BAPIRET2,
 * BAPIRET1 or BAPIRETURN. Amounts are external decimals with their point and are handed on as they come: no TCURX shift.
 */
import type { RfcClient, RfcFailure, RfcParameters, RfcValue } from "../../ports/index.ts";

export type BapiMessage = {
  type: string;
  /** Message id and number, or CODE of BAPIRETURN. */
  key: string;
  text: string;
};

export type BapiOutcome = { kind: "answer"; values: RfcParameters; messages: readonly BapiMessage[] } | RfcFailure;

export type BapiCall = {
  function: string;
  parameters: RfcParameters;
  tables: readonly string[];
  timeoutMs?: number;
};

export type BapiCaller = { call(call: BapiCall): Promise<BapiOutcome> };

type Row = Readonly<Record<string, string>>;

const timeoutMsDefault = 120_000;
const interfaceTimeoutMs = 30_000;

export function createBapiCaller(client: RfcClient): BapiCaller {
  const interfaces = new Map<string, Promise<ReadonlySet<string> | undefined>>();
  const parametersOf = (name: string) => {
    const known = interfaces.get(name) ?? readParameters(client, name);
    interfaces.set(name, known);
    return known;
  };
  return {
    async call(call) {
      const known = await parametersOf(call.function);
      const has = (name: string) => known === undefined || known.has(name);
      const outcome = await client.call({
        function: call.function,
        parameters: Object.fromEntries(Object.entries(call.parameters).filter(([name]) => has(name))),
        tables: call.tables.filter(has),
        timeoutMs: call.timeoutMs ?? timeoutMsDefault,
      });
      return outcome.kind === "failure" ? outcome : judgeReturn(call.function, outcome.values);
    },
  };
}

/** Undefined where the interface cannot be read: then everything is sent, and SAP says what it does not know. */
async function readParameters(client: RfcClient, name: string): Promise<ReadonlySet<string> | undefined> {
  const outcome = await client.call({
    function: "RFC_GET_FUNCTION_INTERFACE",
    parameters: { FUNCNAME: name },
    tables: ["PARAMS"],
    timeoutMs: interfaceTimeoutMs,
  });
  if (outcome.kind === "failure") return undefined;
  const names = rowsOf(outcome.values.PARAMS).map((row) => (row.PARAMETER ?? "").trim());
  return names.length === 0 ? undefined : new Set(names);
}

export function judgeReturn(name: string, values: RfcParameters): BapiOutcome {
  const messages = rowsOf(values.RETURN)
    .map(messageOf)
    .filter(({ type }) => type !== "");
  const bad = messages.find(({ type }) => ["E", "A", "X"].includes(type));
  if (bad === undefined) return { kind: "answer", values, messages };
  return { kind: "failure", class: "message", key: bad.key, detail: `${name}: ${bad.text}` };
}

/** A structure counts as one row; an empty one says success (sap-rfc 3.2). */
export function rowsOf(value: RfcValue | undefined): readonly Row[] {
  if (value === undefined || typeof value === "string") return [];
  return Array.isArray(value) ? (value as readonly Row[]) : [value as Row];
}

function messageOf(row: Row): BapiMessage {
  const field = (name: string) => (row[name] ?? "").trim();
  const key = field("ID") === "" ? field("CODE") : `${field("ID")} ${field("NUMBER")}`;
  return { type: field("TYPE"), key: key === "" ? "RETURN" : key, text: field("MESSAGE").slice(0, 220) };
}
