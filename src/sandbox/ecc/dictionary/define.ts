/**
 * The notation of the dictionary files and its reader. One `TABLE` line opens a table, every further line is a field:
 * `* NAME TYPE text` for a key field, `NAME TYPE text` for the others, types abbreviated as in reference sap-data section 2
 * (C CHAR, N NUMC, D DATS, T TIMS, P DEC, CK CUKY, U UNIT, L LANG, X RAW, F FLTP; CURR, QUAN and INT1/2/4 in full).
 * `@ALPHA` at the end of a text names the conversion exit. A malformed line throws at import: the dictionary is source code.
 */
type DataType =
  | "CLNT"
  | "CHAR"
  | "NUMC"
  | "DATS"
  | "TIMS"
  | "DEC"
  | "CURR"
  | "QUAN"
  | "CUKY"
  | "UNIT"
  | "LANG"
  | "INT1"
  | "INT2"
  | "INT4"
  | "FLTP"
  | "RAW"
  | "STRG"
  | "RSTR";

export type Field = Readonly<{
  name: string;
  dataType: DataType;
  /** The ABAP type letter that RFC_READ_TABLE returns as TYPE. */
  intType: string;
  /** DDIC LENG: characters, digits for packed numbers, bytes for RAW. */
  length: number;
  decimals: number;
  isKey: boolean;
  text: string;
  conversion: string;
}>;

type TableKind = "TRANSP" | "CLUSTER" | "POOL" | "VIEW" | "INTTAB";

export type TableDefinition = Readonly<{
  name: string;
  kind: TableKind;
  text: string;
  fields: readonly Field[];
  /** Name of the client column where the table is client-dependent; a row on disk leaves it out. */
  clientField: string | undefined;
}>;

const types: Readonly<Record<string, { dataType: DataType; intType: string; length?: number }>> = {
  CLNT: { dataType: "CLNT", intType: "C", length: 3 },
  C: { dataType: "CHAR", intType: "C" },
  N: { dataType: "NUMC", intType: "N" },
  D: { dataType: "DATS", intType: "D", length: 8 },
  T: { dataType: "TIMS", intType: "T", length: 6 },
  P: { dataType: "DEC", intType: "P" },
  CURR: { dataType: "CURR", intType: "P" },
  QUAN: { dataType: "QUAN", intType: "P" },
  CK: { dataType: "CUKY", intType: "C", length: 5 },
  U: { dataType: "UNIT", intType: "C", length: 3 },
  L: { dataType: "LANG", intType: "C", length: 1 },
  // sap-rfc 1.5: the LENG of integers is 3, 5 and 10.
  "INT1!": { dataType: "INT1", intType: "b", length: 3 },
  "INT2!": { dataType: "INT2", intType: "s", length: 5 },
  "INT4!": { dataType: "INT4", intType: "I", length: 10 },
  F: { dataType: "FLTP", intType: "F", length: 16 },
  X: { dataType: "RAW", intType: "X" },
  STRG: { dataType: "STRG", intType: "g", length: 0 },
  RSTR: { dataType: "RSTR", intType: "y", length: 0 },
};

function defineField(line: string): Field {
  const match = /^(\* )?([A-Z0-9_/]+) (INT[124]|[A-Z]+)(?:(\d+)(?:\.(\d+))?)? (.+?)(?: @([A-Z0-9]+))?$/.exec(line);
  if (match === null) throw new Error(`dictionary: cannot read the field line "${line}"`);
  const [, star, name = "", typeName = "", length, decimals, text = "", conversion = ""] = match;
  const type = types[typeName.startsWith("INT") ? `${typeName}!` : typeName];
  const lengthNumber = length === undefined ? type?.length : Number(length);
  if (type === undefined || lengthNumber === undefined) throw new Error(`dictionary: unknown type in "${line}"`);
  return {
    name,
    dataType: type.dataType,
    intType: type.intType,
    length: lengthNumber,
    decimals: decimals === undefined ? 0 : Number(decimals),
    isKey: star !== undefined,
    text,
    conversion,
  };
}

export function defineTables(source: string): TableDefinition[] {
  const tables: { header: RegExpExecArray; fields: Field[] }[] = [];
  for (const line of source
    .split("\n")
    .map((raw) => raw.trim())
    .filter((trimmed) => trimmed !== "")) {
    const header = /^TABLE (\S+) (TRANSP|CLUSTER|POOL|VIEW|INTTAB)( cross-client)? (.+)$/.exec(line);
    if (header !== null) tables.push({ header, fields: [] });
    else tables.at(-1)?.fields.push(defineField(line));
  }
  return tables.map(({ header, fields }) => {
    const [, name = "", kind, crossClient, text = ""] = header;
    const first = fields[0];
    if (first === undefined) throw new Error(`dictionary: ${name} has no fields`);
    if (new Set(fields.map((field) => field.name)).size !== fields.length)
      throw new Error(`dictionary: ${name} names a field twice`);
    const isClientDependent = kind !== "INTTAB" && crossClient === undefined && first.dataType === "CLNT";
    return { name, kind: kind as TableKind, text, fields, clientField: isClientDependent ? first.name : undefined };
  });
}
