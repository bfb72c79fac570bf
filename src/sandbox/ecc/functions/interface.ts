/**
 * Function modules as data: parameters by kind, from which the SOAP door reads requests, the WSDL is made and
 * RFC_GET_FUNCTION_INTERFACE answers. Which modules and parameters there are is the release's (profile.ts): sap-rfc 1.1, 1.3, 3.1.
 */
import type { EccUser } from "../../world.ts";
import type { NamedChange } from "../store/changes.ts";
import type { EccWorld } from "../world-state.ts";

/** `g` is STRING: of any length. `D` travels as YYYY-MM-DD over SOAP (sap-rfc 2.2.2), YYYYMMDD inside. */
export type ScalarType = { kind: "scalar"; intType: "C" | "D" | "N" | "I" | "g"; length: number; reference: string };
export type StructureType = { kind: "structure"; structure: string };
/** A table that is an exporting parameter: it always comes back, asked for or not. */
export type TableType = { kind: "table"; structure: string };

export type Parameter = Readonly<{
  direction: "import" | "export" | "table";
  name: string;
  type: ScalarType | StructureType | TableType;
  text: string;
  /** Imports only; undefined means the caller must send it. */
  default?: string;
}>;

export type Row = Readonly<Record<string, string>>;
export type CallInput = { imports: ReadonlyMap<string, string>; tables: ReadonlyMap<string, readonly Row[]> };
export type CallOutput = {
  exports: Readonly<Record<string, string | Row | readonly Row[]>>;
  tables: Readonly<Record<string, readonly Row[]>>;
  rowsScanned?: number;
  /** How long the module waits, its work process held. */
  waitMs?: number;
};
export type CallContext = {
  world: EccWorld;
  user: EccUser;
  language: string;
  nowMs: number;
  /** The session of a caller who keeps one between calls, as native RFC does; SOAP never has any. */
  session?: string | undefined;
};

export type FunctionModule = Readonly<{
  name: string;
  text: string;
  parameters: readonly Parameter[];
  exceptions: readonly string[];
  /** Rows of tables go out: business may go on around the call (switch `businessEventsPerCall`). */
  readsTables?: true;
  run(input: CallInput, context: CallContext): CallOutput;
  /** For a module that commits: what it answers and what it writes, found and written with nothing in between. `run` is then its work rolled back. */
  commit?: (input: CallInput, context: CallContext) => { output: CallOutput; changes: readonly NamedChange[] };
}>;

export function char(length: number, reference = ""): ScalarType {
  return { kind: "scalar", intType: "C", length, reference };
}

export function date(reference = ""): ScalarType {
  return { kind: "scalar", intType: "D", length: 8, reference };
}

export function int4(reference = ""): ScalarType {
  return { kind: "scalar", intType: "I", length: 10, reference };
}

export function structure(name: string): StructureType {
  return { kind: "structure", structure: name };
}

export function string(reference = ""): ScalarType {
  return { kind: "scalar", intType: "g", length: 0, reference };
}

export function tableOf(name: string): TableType {
  return { kind: "table", structure: name };
}
