/**
 * Plans which columns are read in which call: a reader's rows are of limited width (sap-rfc 1.2 [S]), so a wider projection is cut into
 * chunks that each carry the full primary key and are joined on it (sap-rfc 1.9). Columns that the reader cannot carry are refused by name.
 */
import type { Dialect } from "./dialect.ts";
import type { DictionaryField, TableDescription } from "./dictionary.ts";
import type { ReadFailure } from "./table-reader.ts";

export type Chunk = { fields: readonly DictionaryField[] };
export type Projection = { keyFields: readonly DictionaryField[]; chunks: readonly Chunk[] };
export type ProjectionOutcome = { kind: "projection"; projection: Projection } | ReadFailure;

export type Shape = Pick<Dialect, "name" | "widthMax" | "widthOf" | "whyUnreadable" | "whyRefused">;

export function planProjection(description: TableDescription, wanted: readonly string[], shape: Shape): ProjectionOutcome {
  const { table } = description;
  const whyRefused = shape.whyRefused(description);
  if (whyRefused !== undefined) return refused("table-not-readable", whyRefused);
  const keyFields = keyOf(description);
  const fields: DictionaryField[] = [...keyFields];
  for (const name of wanted) {
    const field = description.byName.get(name);
    if (field === undefined)
      return refused("field-unknown", `Table ${table} has no field ${JSON.stringify(name.slice(0, 40))} in this SAP system.`);
    if (!fields.includes(field)) fields.push(field);
  }
  for (const field of fields) {
    const why = shape.whyUnreadable(field);
    if (why !== undefined)
      return refused("field-not-readable", `${table}-${field.name} cannot be read with ${shape.name}: ${why}.`);
  }
  return cutIntoChunks(table, keyFields, fields.slice(keyFields.length), shape);
}

/**
 * The client is left out: only the logon client's rows come anyway (sap-rfc 1.2 [K]). Where it is the whole key, as in T000, the table
 * is cross-client and it stays.
 */
function keyOf(description: TableDescription): DictionaryField[] {
  const key = description.fields.filter((field) => field.isKey);
  const withoutClient = key.filter((field, index) => !(index === 0 && field.dataType === "CLNT"));
  return withoutClient.length > 0 ? withoutClient : key;
}

function cutIntoChunks(
  table: string,
  keyFields: readonly DictionaryField[],
  others: readonly DictionaryField[],
  { widthMax: rowWidth, widthOf }: Shape,
): ProjectionOutcome {
  const keyWidth = keyFields.reduce((sum, field) => sum + widthOf(field), 0);
  if (keyWidth > rowWidth) return refused("too-wide", `The key of ${table} alone is wider than ${rowWidth} characters.`);
  const chunks: { fields: DictionaryField[] }[] = [];
  let width = Number.POSITIVE_INFINITY;
  for (const field of others) {
    if (keyWidth + widthOf(field) > rowWidth)
      return refused("too-wide", `${table}-${field.name} does not fit a row of ${rowWidth} characters beside the key.`);
    if (chunks.length === 0 || width + widthOf(field) > rowWidth) {
      chunks.push({ fields: [...keyFields] });
      width = keyWidth;
    }
    chunks.at(-1)?.fields.push(field);
    width += widthOf(field);
  }
  if (chunks.length === 0) chunks.push({ fields: [...keyFields] });
  if (chunks.length > 1 && keyFields.length === 0)
    return refused(
      "no-key",
      `${table} has no key in the dictionary, so its columns cannot be read in ${chunks.length} parts and joined.`,
    );
  if (chunks[0]?.fields.length === 0) return refused("no-key", `No field of ${table} was asked for.`);
  return { kind: "projection", projection: { keyFields, chunks } };
}

function refused(
  code: "field-unknown" | "field-not-readable" | "table-not-readable" | "too-wide" | "no-key",
  detail: string,
): ReadFailure {
  return { kind: "failure", cause: "request", code, detail };
}
