/**
 * DDIF_FIELDINFO_GET and RFC_GET_FUNCTION_INTERFACE: what the system says about its tables and modules (sap-rfc 3.1). Lengths in DFIES
 * are NUMC 6; INTLEN and OFFSET are bytes of a Unicode system, two a character. LINES_DESCR is not offered: it concerns nested types only.
 */
import { AbapException } from "../abap-errors.ts";
import { definitionOf, type Field, type TableDefinition } from "../dictionary/index.ts";
import { withoutTrailingBlanks } from "../options/tokenize.ts";
import {
  type CallInput,
  type CallOutput,
  char,
  type FunctionModule,
  type Parameter,
  type Row,
  type ScalarType,
  structure,
} from "./interface.ts";

export function internalBytes(field: Field): number {
  switch (field.dataType) {
    case "DEC":
    case "CURR":
    case "QUAN":
      return Math.floor(field.length / 2) + 1;
    case "INT1":
      return 1;
    case "INT2":
      return 2;
    case "INT4":
      return 4;
    case "FLTP":
    case "STRG":
    case "RSTR":
      return 8;
    case "RAW":
      return field.length;
    default:
      return field.length * 2;
  }
}

function alignmentOf(field: Field): number {
  if (["DEC", "CURR", "QUAN", "INT1", "RAW"].includes(field.dataType)) return 1;
  return ["INT4", "STRG", "RSTR"].includes(field.dataType) ? 4 : field.dataType === "FLTP" ? 8 : 2;
}

function outputLength(field: Field): number {
  if (field.dataType === "DATS") return 10;
  if (field.dataType === "TIMS") return 8;
  if (field.dataType === "RAW") return field.length * 2;
  return field.intType === "P" ? field.length + (field.decimals > 0 ? 2 : 1) : field.length;
}

export function byteOffsets(fields: readonly Field[]): { offsets: number[]; total: number } {
  let cursor = 0;
  const offsets = fields.map((field) => {
    const alignment = alignmentOf(field);
    const offset = Math.ceil(cursor / alignment) * alignment;
    cursor = offset + internalBytes(field);
    return offset;
  });
  return { offsets, total: cursor };
}

function numc(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

function describe(definition: TableDefinition): Row[] {
  const { offsets } = byteOffsets(definition.fields);
  return definition.fields.map((field, index) => ({
    TABNAME: definition.name,
    FIELDNAME: field.name,
    LANGU: "E",
    POSITION: numc(index + 1, 4),
    OFFSET: numc(offsets[index] ?? 0, 6),
    DOMNAME: "",
    ROLLNAME: "",
    CHECKTABLE: "",
    LENG: numc(field.length, 6),
    INTLEN: numc(internalBytes(field), 6),
    OUTPUTLEN: numc(outputLength(field), 6),
    DECIMALS: numc(field.decimals, 6),
    DATATYPE: field.dataType,
    INTTYPE: field.intType,
    REFTABLE: "",
    REFFIELD: "",
    CONVEXIT: field.conversion,
    KEYFLAG: field.isKey ? "X" : "",
    LOWERCASE: "",
    FIELDTEXT: field.text,
    REPTEXT: field.text.slice(0, 55),
    SCRTEXT_S: field.text.slice(0, 10),
    SCRTEXT_M: field.text.slice(0, 20),
    SCRTEXT_L: field.text.slice(0, 40),
  }));
}

function emptyRow(structureName: string): Row {
  return Object.fromEntries(
    (definitionOf(structureName)?.fields ?? []).map((field) => [
      field.name,
      field.intType === "N" ? "0".repeat(field.length) : "",
    ]),
  );
}

function runFieldInfo(input: CallInput): CallOutput {
  const definition = definitionOf(withoutTrailingBlanks(input.imports.get("TABNAME") ?? ""));
  if (definition === undefined) throw new AbapException("NOT_FOUND");
  const wanted = withoutTrailingBlanks(input.imports.get("FIELDNAME") ?? "");
  const rows = describe(definition);
  const chosen = wanted === "" ? rows : rows.filter((row) => row.FIELDNAME === wanted);
  const [first] = chosen;
  if (first === undefined) throw new AbapException("NOT_FOUND");
  const header = {
    TABNAME: definition.name,
    DBASE: "",
    TABTYPE: definition.kind === "INTTAB" ? "J" : "T",
    TABFORM: definition.kind.slice(0, 1),
    TABLEN: numc(byteOffsets(definition.fields).total, 10),
    FIELDS: numc(definition.fields.length, 5),
    UNICODELG: "00002",
  };
  return {
    exports: { DDOBJTYPE: definition.kind, DFIES_WA: wanted === "" ? emptyRow("DFIES") : first, X030L_WA: header },
    tables: { DFIES_TAB: chosen, FIXED_VALUES: [] },
  };
}

export const fieldInfo: FunctionModule = {
  name: "DDIF_FIELDINFO_GET",
  text: "DD: Interface for Reading Text from ABAP Dictionary",
  parameters: [
    { direction: "import", name: "ALL_TYPES", type: char(1, "DDBOOL_D"), default: "", text: "Take all types into consideration" },
    {
      direction: "import",
      name: "FIELDNAME",
      type: char(30, "DFIES-FIELDNAME"),
      default: "",
      text: "Use parameter LFIELDNAME instead",
    },
    {
      direction: "import",
      name: "GROUP_NAMES",
      type: char(1, "DDBOOL_D"),
      default: "",
      text: "Take named includes into account",
    },
    { direction: "import", name: "LANGU", type: char(1, "SY-LANGU"), default: "", text: "Language of the Texts" },
    {
      direction: "import",
      name: "LFIELDNAME",
      type: char(132, "DFIES-LFIELDNAME"),
      default: "",
      text: "If filled, only field with this long name",
    },
    {
      direction: "import",
      name: "TABNAME",
      type: char(30, "DDOBJNAME"),
      text: "Name of the Table (of the Type) for which information is required",
    },
    { direction: "export", name: "DDOBJTYPE", type: char(8, "DD02V-TABCLASS"), text: "Kind of Type" },
    { direction: "export", name: "DFIES_WA", type: structure("DFIES"), text: "Single Information if Necessary" },
    { direction: "export", name: "X030L_WA", type: structure("X030L"), text: "Nametab of the Table (of the Type)" },
    { direction: "table", name: "DFIES_TAB", type: structure("DFIES"), text: "Field List if Necessary" },
    { direction: "table", name: "FIXED_VALUES", type: structure("DDFIXVALUE"), text: "Description of Domain Fixed Values" },
  ],
  exceptions: ["NOT_FOUND", "INTERNAL_ERROR"],
  run: runFieldInfo,
};

const paramClass: Readonly<Record<Parameter["direction"], string>> = { import: "I", export: "E", table: "T" };

function scalarBytes({ intType, length }: ScalarType): number {
  if (intType === "I") return 4;
  return intType === "g" ? 8 : length * 2;
}

function parameterRow(parameter: Parameter, position: number): Row {
  const { type } = parameter;
  const [table = "", field = ""] = (type.kind === "scalar" ? type.reference : type.structure).split("-");
  const bytes = type.kind === "scalar" ? scalarBytes(type) : byteOffsets(definitionOf(type.structure)?.fields ?? []).total;
  const isOptional = parameter.direction === "export" || parameter.direction === "table" || parameter.default !== undefined;
  return {
    PARAMCLASS: paramClass[parameter.direction],
    PARAMETER: parameter.name,
    TABNAME: table,
    FIELDNAME: field,
    // sap-rfc 3.1: EXID alone mis-types tables.
    EXID: type.kind === "scalar" ? type.intType : type.kind === "table" ? "h" : "u",
    POSITION: String(position),
    OFFSET: "0",
    INTLENGTH: String(bytes),
    DECIMALS: "0",
    DEFAULT: parameter.default === undefined ? "" : parameter.default === "" ? "SPACE" : parameter.default,
    PARAMTEXT: parameter.text,
    OPTIONAL: isOptional ? "X" : "",
  };
}

function exceptionRow(name: string, position: number): Row {
  return {
    PARAMCLASS: "X",
    PARAMETER: name,
    TABNAME: "",
    FIELDNAME: "",
    EXID: "",
    POSITION: String(position),
    OFFSET: "0",
    INTLENGTH: "0",
    DECIMALS: "0",
    DEFAULT: "",
    PARAMTEXT: "",
    OPTIONAL: "",
  };
}

/** The modules are passed in, since this one is among them. */
export function functionInterface(moduleNamed: (name: string) => FunctionModule | undefined): FunctionModule {
  return {
    name: "RFC_GET_FUNCTION_INTERFACE",
    text: "Delivers the Interface Definition of a Function Module",
    parameters: [
      { direction: "import", name: "FUNCNAME", type: char(30, "RS38L-NAME"), text: "Name of the function module" },
      { direction: "import", name: "LANGUAGE", type: char(1, "SY-LANGU"), default: "", text: "Language of texts" },
      { direction: "import", name: "NONE_UNICODE_LENGTH", type: char(1), default: "", text: "Lengths in characters of one byte" },
      { direction: "export", name: "REMOTE_BASXML_SUPPORTED", type: char(1), text: "basXML supported" },
      { direction: "export", name: "REMOTE_CALL", type: char(1), text: "Remote-enabled" },
      { direction: "export", name: "UPDATE_TASK", type: char(1), text: "Update task" },
      { direction: "table", name: "PARAMS", type: structure("RFC_FUNINT"), text: "Parameters of the function module" },
    ],
    exceptions: ["FU_NOT_FOUND", "NAMETAB_FAULT"],
    run: (input) => {
      const name = withoutTrailingBlanks(input.imports.get("FUNCNAME") ?? "");
      const module = moduleNamed(name);
      if (module === undefined)
        throw new AbapException("FU_NOT_FOUND", `Function module ${name} does not exist`, { id: "FL", number: "046" });
      const parameters = module.parameters.map((parameter, index) => parameterRow(parameter, index + 1));
      const exceptions = module.exceptions.map((exception, index) => exceptionRow(exception, parameters.length + index + 1));
      return {
        exports: { REMOTE_BASXML_SUPPORTED: "", REMOTE_CALL: "R", UPDATE_TASK: "" },
        tables: { PARAMS: [...parameters, ...exceptions] },
      };
    },
  };
}
