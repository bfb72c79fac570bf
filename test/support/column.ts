/** A field as the dictionary would describe it, for parsers that are tried without a dictionary. */
import type { DictionaryField } from "../../src/sap/rfc/dictionary.ts";

const untold = { isKey: false, text: "", referenceTable: "", referenceField: "", offset: 0, internalLength: 0 };

export function column(name: string, abapType: string, dataType: string, length: number, decimals = 0): DictionaryField {
  return { name, abapType, dataType, length, decimals, ...untold };
}
