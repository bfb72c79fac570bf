/**
 * Which parameters a function module has in this system (sap-rfc 3: "read the interface at run time"), for an unknown one fails the call
 * (1.1); and what a failure says: of the connection, of the module, or of what was asked.
 */
import type { RfcClient, RfcFailure, RfcValue } from "../../ports/index.ts";

export type FunctionInterface = { kind: "interface"; parameters: ReadonlySet<string> } | RfcFailure;
type Row = Readonly<Record<string, string>>;

const timeoutMs = 30_000;

/** One cheap call. No parameter at all is how some systems answer for a module that may not be seen. */
export async function readFunctionInterface(client: RfcClient, name: string): Promise<FunctionInterface> {
  const outcome = await client.call({
    function: "RFC_GET_FUNCTION_INTERFACE",
    parameters: { FUNCNAME: name },
    tables: ["PARAMS"],
    timeoutMs,
  });
  if (outcome.kind === "failure") return outcome;
  const names = rowsOf(outcome.values.PARAMS).map((row) => (row.PARAMETER ?? "").trim());
  return { kind: "interface", parameters: new Set(names.filter((each) => each !== "")) };
}

/** What would be answered alike whatever module was asked for. */
export function isAboutTheConnection({ class: kind }: RfcFailure): boolean {
  return ["communication", "overload", "logon", "not-active", "resting"].includes(kind);
}

/** sap-rfc 1.11: FU_NOT_FOUND, message FL 046, for a module that is not there and for one that is not remote-enabled. */
export function isModuleMissing({ key }: RfcFailure): boolean {
  return key === "FU_NOT_FOUND" || key === "FL 046";
}

/** A table's rows; a structure counts as one. */
export function rowsOf(value: RfcValue | undefined): readonly Row[] {
  if (value === undefined || typeof value === "string") return [];
  return Array.isArray(value) ? (value as readonly Row[]) : [value as Row];
}
