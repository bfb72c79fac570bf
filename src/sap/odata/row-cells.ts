/**
 * From a row of a service to the cells that the dictionary would give, column by column. How a column is read is settled once a read, for it is asked
 * of every row. Guarantees: a number that is none becomes one that the table reader refuses by name, with its row alone; any other value that is not what
 * its type says ends the reading, for a key or date that is guessed would be another row's.
 */
import type { DictionaryField } from "../rfc/index.ts";
import type { Currencies } from "./currencies.ts";
import { cellReaderOf, withDecimals } from "./edm-values.ts";
import type { Row } from "./read-pages.ts";
import type { MappedField } from "./service-map.ts";

export type Column = (row: Row) => string;

/** What is no number, and still not what its type says. */
export class Misfit extends Error {}

/** Never repaired. */
const noNumber = "?";
const numeric: ReadonlySet<string> = new Set(["P", "I", "8"]);

/** `1000` yen as the table holds them: `10.00` (sap-data 0.5). */
function unshift(text: string, currencyDecimals: number, columnDecimals: number): string | undefined {
  const shown = withDecimals(text, currencyDecimals);
  if (shown === undefined) return undefined;
  const sign = shown.startsWith("-") ? "-" : "";
  const digits = shown.replace(/[-.]/g, "").padStart(columnDecimals + 1, "0");
  const at = digits.length - columnDecimals;
  return `${sign}${digits.slice(0, at).replace(/^0+(?=\d)/, "")}${columnDecimals === 0 ? "" : `.${digits.slice(at)}`}`;
}

function plainColumn(field: MappedField, { abapType, name }: DictionaryField): Column {
  const read = cellReaderOf({ ...field, keyForm: field.keyForm === "stripped" ? "stripped" : "padded" });
  const isNumeric = numeric.has(abapType);
  // An initial date comes as null; any other part of a key that is not there makes the row another's.
  const isNeeded = field.isKey && !field.type.startsWith("Edm.Date") && field.type !== "Edm.Time";
  return (row) => {
    const sent = row[field.property];
    if (isNeeded && sent === undefined) throw new Misfit(`a row comes without ${name}, a part of its key`);
    const cell = read(sent);
    if (typeof cell === "string") return cell;
    if (isNumeric) return noNumber;
    throw new Misfit(`${name}: ${cell.problem}`);
  };
}

export function columnOf(field: MappedField, described: DictionaryField, currencies: Currencies | undefined): Column {
  const plain = plainColumn(field, described);
  if (field.amount !== "shifted" || currencies === undefined) return plain;
  return (row) => {
    const sent = row[field.property];
    if (sent === undefined || sent === "") return plain(row);
    const decimals = currencies.decimalsOf(row, field);
    return (decimals === undefined ? undefined : unshift(sent, decimals, field.decimals)) ?? noNumber;
  };
}
