/**
 * A request's elements against the interface of the module: unqualified names only, in any order; what the interface does not know
 * is refused (sap-rfc 1.1: sending an unknown parameter fails the call); text longer than its field is cut, as the handler cuts it.
 */
import { CallRefused } from "../abap-errors.ts";
import { fieldsOf } from "../dictionary/index.ts";
import type { CallInput, FunctionModule, Parameter, Row } from "../functions/interface.ts";
import type { Element } from "./request.ts";

export type BoundCall = { input: CallInput; namedTables: ReadonlySet<string> };

function unknownParameter(element: Element): CallRefused {
  const shown = element.uri === "" ? element.local : `{${element.uri}}${element.local}`;
  return new CallRefused("CALL_FUNCTION_PARM_UNKNOWN", `Function parameter "${shown}" is unknown.`);
}

function scalarText(parameter: Parameter, text: string): string {
  if (parameter.type.kind !== "scalar") return "";
  if (parameter.type.intType === "g") return text;
  if (parameter.type.intType === "D") return dateText(parameter.name, text.trim());
  if (parameter.type.intType !== "I") return text.slice(0, parameter.type.length);
  const digits = text.trim();
  if (digits === "") return "0";
  const value = /^-?\d{1,10}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(value >= -2_147_483_648 && value <= 2_147_483_647))
    throw new CallRefused(
      "CALL_FUNCTION_CONFLICT_TYPE",
      `The value "${digits.slice(0, 30)}" of parameter ${parameter.name} is no INT4.`,
    );
  return String(value);
}

/** sap-rfc 2.2.2: `YYYY-MM-DD`; raw `YYYYMMDD` has been seen accepted too. */
function dateText(name: string, text: string): string {
  if (text === "") return "00000000";
  if (!/^(?:\d{4}-\d{2}-\d{2}|\d{8})$/.test(text))
    throw new CallRefused("CALL_FUNCTION_CONFLICT_TYPE", `The value "${text.slice(0, 30)}" of parameter ${name} is no date.`);
  return text.replaceAll("-", "");
}

function rowOf(parameter: Parameter, item: Element): Row {
  const structure = parameter.type.kind === "structure" ? parameter.type.structure : "";
  const fields = new Map((fieldsOf(structure) ?? []).map((field) => [field.name, field]));
  const row: Record<string, string> = {};
  for (const child of item.children) {
    const field = child.uri === "" ? fields.get(child.local) : undefined;
    if (field === undefined) throw unknownParameter(child);
    row[child.local] = field.dataType === "DATS" ? dateText(field.name, child.text.trim()) : child.text.slice(0, field.length);
  }
  return row;
}

function rowsOf(parameter: Parameter, element: Element): Row[] {
  return element.children.map((item) => {
    if (item.local !== "item" || item.uri !== "") throw unknownParameter(item);
    return rowOf(parameter, item);
  });
}

export function bindArguments(module: FunctionModule, elements: readonly Element[]): BoundCall {
  const imports = new Map<string, string>();
  const tables = new Map<string, readonly Row[]>();
  /** An importing structure stands among the tables, with its one row. */
  const structures = new Map<string, readonly Row[]>();
  const seen = new Set<string>();
  for (const element of elements) {
    const parameter = element.uri === "" ? module.parameters.find((known) => known.name === element.local) : undefined;
    if (parameter === undefined) throw unknownParameter(element);
    if (seen.has(parameter.name))
      throw new CallRefused("CALL_FUNCTION_PARM_TWICE", `Function parameter "${parameter.name}" is given twice.`);
    seen.add(parameter.name);
    if (parameter.direction === "import") {
      imports.set(parameter.name, scalarText(parameter, element.text));
      if (parameter.type.kind === "structure") structures.set(parameter.name, [rowOf(parameter, element)]);
    }
    if (parameter.direction === "table") tables.set(parameter.name, rowsOf(parameter, element));
  }
  for (const parameter of module.parameters) {
    if (parameter.direction !== "import" || imports.has(parameter.name)) continue;
    if (parameter.default === undefined)
      throw new CallRefused("CALL_FUNCTION_PARM_MISSING", `No value was given for the obligatory parameter "${parameter.name}".`);
    imports.set(parameter.name, parameter.default);
  }
  return { input: { imports, tables: new Map([...tables, ...structures]) }, namedTables: new Set(tables.keys()) };
}
