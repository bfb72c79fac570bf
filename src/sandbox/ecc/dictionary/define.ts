/**
 * The notation of the dictionary files and its reader. One `TABLE` line opens a table, every further line is a field:
 * `* NAME TYPE text` for a key field, `NAME TYPE text` for the others, types abbreviated as in reference sap-data section 2
 * (C CHAR, N NUMC, D DATS, T TIMS, P DEC, CK CUKY, U UNIT, L LANG, X RAW, F FLTP; CURR, QUAN and INT1/2/4 in full).
 * `@ALPHA` at the end of a text names the conversion exit. `REF T001-WAERS DMBTR HWBAS` names the field that holds the currency or unit
 * of the named ones; `*CURR` and `*QUAN` stand for all of the type that no other line names. A field name that ends in `nn` or `nnn`
 * stands for the 16 period columns of a totals table. A malformed line throws at import: the dictionary is source code.
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

/** Where the currency of a CURR field or the unit of a QUAN field stands: in the same row, or in a row of another table. */
type FieldReference = Readonly<{ table: string; field: string }>;

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
  reference?: FieldReference;
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
  const match = /^(\* )?([A-Z0-9_/]+(?:nnn?)?) (INT[124]|[A-Z]+)(?:(\d+)(?:\.(\d+))?)? (.+?)(?: @([A-Z0-9]+))?$/.exec(line);
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

type Reference = Readonly<{ target: FieldReference; names: readonly string[] }>;
type Draft = { header: RegExpExecArray; fields: Field[]; references: Reference[] };

const periodColumns = 16;

/** The field of a line, or the sixteen of a totals table: SAP numbers them 01 to 16 or 001 to 016. */
function defineFields(line: string): Field[] {
  const field = defineField(line);
  const counter = /nn+$/.exec(line.split(" ").find((word) => word !== "*") ?? "")?.[0];
  if (counter === undefined) return [field];
  const stem = field.name.slice(0, -counter.length);
  return Array.from({ length: periodColumns }, (_, index) => ({
    ...field,
    name: stem + String(index + 1).padStart(counter.length, "0"),
  }));
}

function defineReference(line: string, table: string): Reference {
  const match = /^REF (?:([A-Z0-9_]+)-)?([A-Z0-9_]+) (.+)$/.exec(line);
  if (match === null) throw new Error(`dictionary: cannot read the reference line "${line}"`);
  const [, other, field = "", names = ""] = match;
  return { target: { table: other ?? table, field }, names: names.split(" ") };
}

function referenceOf(field: Field, references: readonly Reference[]): FieldReference | undefined {
  const stem = field.name.replace(/\d+$/, "nn");
  const named = references.find(({ names }) => names.includes(field.name) || names.includes(stem));
  return (named ?? references.find(({ names }) => names.includes(`*${field.dataType}`)))?.target;
}

function finishTable({ header, fields, references }: Draft): TableDefinition {
  const [, name = "", kind, crossClient, text = ""] = header;
  const first = fields[0];
  if (first === undefined) throw new Error(`dictionary: ${name} has no fields`);
  if (new Set(fields.map((field) => field.name)).size !== fields.length)
    throw new Error(`dictionary: ${name} names a field twice`);
  const isClientDependent = kind !== "INTTAB" && crossClient === undefined && first.dataType === "CLNT";
  const complete = fields.map((field) => {
    const reference = referenceOf(field, references);
    return reference === undefined ? field : { ...field, reference };
  });
  return {
    name,
    kind: kind as TableKind,
    text,
    fields: complete,
    clientField: isClientDependent ? first.name : undefined,
  };
}

export function defineTables(source: string): TableDefinition[] {
  const tables: Draft[] = [];
  for (const line of source
    .split("\n")
    .map((raw) => raw.trim())
    .filter((trimmed) => trimmed !== "")) {
    const header = /^TABLE (\S+) (TRANSP|CLUSTER|POOL|VIEW|INTTAB)( cross-client)? (.+)$/.exec(line);
    const open = tables.at(-1);
    if (header !== null) tables.push({ header, fields: [], references: [] });
    else if (line.startsWith("REF ")) open?.references.push(defineReference(line, open.header[1] ?? ""));
    else open?.fields.push(...defineFields(line));
  }
  return tables.map(finishTable);
}
