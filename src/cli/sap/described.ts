/** A table's fields for people and for programs. */
import { type DictionaryField, type TableDescription, whyUnreadable } from "../../sap/index.ts";
import { type Cell, type Column, type Paint, renderTable } from "../report/text-table.ts";

const columns: readonly Column[] = [
  { title: "Field", align: "left" },
  { title: "Key", align: "left" },
  { title: "Type", align: "left" },
  { title: "Length", align: "right" },
  { title: "Reference", align: "left" },
  { title: "Text", align: "left" },
];

/** What every reader carries; the client is the logon's. */
export function readableFields({ fields }: TableDescription): DictionaryField[] {
  return fields.filter((field) => field.dataType !== "CLNT" && whyUnreadable(field) === undefined);
}

const lengthOf = ({ length, decimals }: DictionaryField) => (decimals > 0 ? `${length},${decimals}` : String(length));
const referenceOf = ({ referenceTable, referenceField }: DictionaryField) =>
  referenceField === "" ? "" : `${referenceTable}-${referenceField}`;

export function describedRows({ table, objectType, fields }: TableDescription): unknown {
  return {
    table,
    objectType,
    fields: fields.map((field) => ({
      name: field.name,
      isKey: field.isKey,
      type: field.dataType,
      length: field.length,
      decimals: field.decimals,
      reference: referenceOf(field),
      text: field.text,
      unreadable: whyUnreadable(field) ?? null,
    })),
  };
}

export function describedLines(description: TableDescription, paint: Paint): readonly string[] {
  const rows = description.fields.map((field): Cell[] => {
    const why = whyUnreadable(field);
    return [
      field.name,
      field.isKey ? "X" : "",
      why === undefined ? field.dataType : { text: `${field.dataType} (not readable: ${why})`, style: "warn" },
      lengthOf(field),
      referenceOf(field),
      field.text,
    ];
  });
  return [`${description.table} (${description.objectType}), ${rows.length} fields`, ...renderTable(columns, rows, paint)];
}
