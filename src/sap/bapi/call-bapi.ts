/**
 * Calling a BAPI: parameters that this system's interface lacks are left out (sap-rfc 3: "read the interface at run time"), and RETURN decides:
 * a row of type E, A or X is a failure although HTTP says 200 and no exception was raised (3.2). RETURN may be a structure or a table, BAPIRET2,
 * BAPIRET1 or BAPIRETURN. Amounts are external decimals with their point and are handed on as they come: no TCURX shift.
 */
import type { RfcClient, RfcFailure, RfcParameters } from "../../ports/index.ts";
import { isAboutTheConnection, readFunctionInterface, rowsOf } from "../rfc/index.ts";

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

const timeoutMsDefault = 120_000;

export function createBapiCaller(client: RfcClient): BapiCaller {
  const known = new Map<string, ReadonlySet<string> | "unknown">();
  return {
    async call(call) {
      const found = known.get(call.function) ?? (await readParameters(client, call.function));
      if (typeof found === "object" && "kind" in found) return found;
      known.set(call.function, found);
      const has = (name: string) => found === "unknown" || found.has(name);
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

/** Where the interface may not be read, everything is sent, and SAP says what it does not know. */
async function readParameters(client: RfcClient, name: string): Promise<ReadonlySet<string> | "unknown" | RfcFailure> {
  const found = await readFunctionInterface(client, name);
  if (found.kind === "failure") return isAboutTheConnection(found) ? found : "unknown";
  return found.parameters.size === 0 ? "unknown" : found.parameters;
}

/** An empty structure says success (sap-rfc 3.2). */
export function judgeReturn(name: string, values: RfcParameters): BapiOutcome {
  const messages = messagesOf(values);
  const bad = messages.find(({ type }) => ["E", "A", "X"].includes(type));
  if (bad === undefined) return { kind: "answer", values, messages };
  return { kind: "failure", class: "message", key: bad.key, detail: `${name}: ${bad.text}` };
}

export function messagesOf(values: RfcParameters): readonly BapiMessage[] {
  return rowsOf(values.RETURN)
    .map(messageOf)
    .filter(({ type }) => type !== "");
}

function messageOf(row: Readonly<Record<string, string>>): BapiMessage {
  const field = (name: string) => (row[name] ?? "").trim();
  const key = field("ID") === "" ? field("CODE") : `${field("ID")} ${field("NUMBER")}`;
  return { type: field("TYPE"), key: key === "" ? "RETURN" : key, text: field("MESSAGE").slice(0, 220) };
}
