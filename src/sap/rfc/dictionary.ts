/**
 * What a table looks like, as SAP's own dictionary says (DDIF_FIELDINFO_GET, sap-rfc 3.1): read at run time and kept per table, for
 * lengths and fields differ by release. It guarantees field names of a safe shape and numbers that are numbers; it does not say
 * whether the user may read the rows.
 */
import type { RfcClient, RfcFailure } from "../../ports/index.ts";
import { failure } from "./soap-failure.ts";

export type DictionaryField = {
  name: string;
  /** Data type of the dictionary: CHAR, NUMC, DATS, CURR, … */
  dataType: string;
  /** INTTYPE, the ABAP type letter: C N D T P X b s I F g y … */
  abapType: string;
  /** LENG: characters or digits. RFC_READ_TABLE gives the cell this width (sap-rfc 1.2 [S]). */
  length: number;
  decimals: number;
  /** OFFSET and INTLEN: where the field lies in ABAP's own row, in bytes; two a character on a Unicode system (sap-rfc 3.1). */
  offset: number;
  internalLength: number;
  isKey: boolean;
  text: string;
  /** Where the currency or unit of an amount or quantity stands. */
  referenceTable: string;
  referenceField: string;
};

export type TableDescription = {
  table: string;
  /** TRANSP, CLUSTER, POOL, VIEW, INTTAB, … */
  objectType: string;
  fields: readonly DictionaryField[];
  byName: ReadonlyMap<string, DictionaryField>;
};

export type DictionaryOutcome = { kind: "table"; description: TableDescription } | RfcFailure;

export type Dictionary = {
  describe(table: string): Promise<DictionaryOutcome>;
  /** Forgets what it knows, for instance after SAP was upgraded. */
  forget(): void;
};

const nameShape = /^(?:\/[A-Z0-9_]{1,10}\/)?[A-Z][A-Z0-9_]*$/;
const tablesMax = 1_000;

export function isAbapName(name: string): boolean {
  return name.length <= 30 && nameShape.test(name);
}

export function createDictionary(client: RfcClient, { timeoutMs = 60_000 }: { timeoutMs?: number } = {}): Dictionary {
  const known = new Map<string, Promise<DictionaryOutcome>>();
  const read = async (table: string): Promise<DictionaryOutcome> => {
    const outcome = await readDescription(client, table, timeoutMs);
    // A failure is asked again next time: a missing right may be granted meanwhile.
    if (outcome.kind === "failure") known.delete(table);
    return outcome;
  };
  return {
    describe(table) {
      const asked = known.get(table);
      if (asked !== undefined) return asked;
      if (known.size >= tablesMax) known.clear();
      const asking = read(table);
      known.set(table, asking);
      return asking;
    },
    forget: () => known.clear(),
  };
}

async function readDescription(client: RfcClient, table: string, timeoutMs: number): Promise<DictionaryOutcome> {
  if (!isAbapName(table)) return failure("protocol", "TABLE_NAME", `${JSON.stringify(table.slice(0, 40))} is no table name.`);
  const outcome = await client.call({
    function: "DDIF_FIELDINFO_GET",
    parameters: { TABNAME: table },
    tables: ["DFIES_TAB"],
    timeoutMs,
  });
  if (outcome.kind === "failure") return outcome;
  const { DDOBJTYPE: objectType = "", DFIES_TAB: rows } = outcome.values;
  if (!Array.isArray(rows) || rows.length === 0)
    return failure("protocol", "DICTIONARY", `SAP's dictionary lists no field of ${table}.`);
  const fields = (rows as readonly Readonly<Record<string, string>>[])
    // Includes are listed beside the fields they bring.
    .filter((row) => !(row.FIELDNAME ?? "").startsWith("."))
    .map(toField);
  const bad = fields.find((field) => !isAbapName(field.name) || field.length < 0 || field.decimals < 0);
  if (bad !== undefined)
    return failure(
      "protocol",
      "DICTIONARY",
      `SAP's dictionary describes ${table}-${bad.name.slice(0, 30)} in a way that is not understood.`,
    );
  const byName = new Map(fields.map((field) => [field.name, field]));
  const description = { table, objectType: typeof objectType === "string" ? objectType.trim() : "", fields, byName };
  return { kind: "table", description };
}

function toField(row: Readonly<Record<string, string>>): DictionaryField {
  const text = (name: string) => (row[name] ?? "").trim();
  return {
    name: text("FIELDNAME"),
    dataType: text("DATATYPE"),
    abapType: text("INTTYPE"),
    length: wholeNumber(text("LENG")),
    decimals: wholeNumber(text("DECIMALS")),
    offset: wholeNumber(text("OFFSET")),
    internalLength: wholeNumber(text("INTLEN")),
    isKey: text("KEYFLAG") === "X",
    text: text("FIELDTEXT"),
    referenceTable: text("REFTABLE"),
    referenceField: text("REFFIELD"),
  };
}

/** NUMC 6, zero-padded; empty when initial. -1 for anything else. */
export function wholeNumber(text: string): number {
  if (text === "") return 0;
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : -1;
}
