/**
 * Reads the rows of T009 and T009B from CSV as `ml-connector sap read T009B --csv` writes them: SAP's field names on the first line, other columns
 * left aside. A file that lacks a field, or a row with more or fewer cells than the header, refuses with its line.
 */
import { dirname, resolve } from "node:path";
import { CsvError, parse } from "csv-parse/sync";
import { type CalendarRows, Fault, type VariantPeriodRow, type VariantRow } from "../../core/index.ts";
import { readText } from "./read-text.ts";

const fieldsOfT009 = ["PERIV", "XKALE", "XJABH", "ANZBP", "ANZSP"] as const satisfies readonly (keyof VariantRow)[];
const fieldsOfT009b = [
  "PERIV",
  "BDATJ",
  "BUMON",
  "BUTAG",
  "POPER",
  "RELJR",
] as const satisfies readonly (keyof VariantPeriodRow)[];

const invalid = (place: string, detail: string) => new Fault("calendar.invalid", { place, detail });

function readTableRows<F extends string>(file: string, text: string, fields: readonly F[]): Record<F, string>[] {
  try {
    const [header, ...rows] = parse(text, { bom: true, skip_empty_lines: true, trim: true }) as string[][];
    const missing = fields.find((field) => !header?.includes(field));
    if (missing !== undefined) throw invalid(`${file}:1`, `column ${missing} is missing`);
    return rows.map(
      (cells) =>
        Object.fromEntries(fields.map((field) => [field, cells[header?.indexOf(field) ?? -1] ?? ""])) as Record<F, string>,
    );
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(`${file}:${String(error.lines)}`, `is no CSV (${error.message})`);
  }
}

export async function readCalendarRows(
  configFile: string,
  { t009, t009b }: { t009?: string | undefined; t009b?: string | undefined },
): Promise<CalendarRows> {
  const read = async <F extends string>(path: string | undefined, fields: readonly F[]) => {
    if (path === undefined) return [];
    const file = resolve(dirname(configFile), path);
    return readTableRows(file, await readText(file, "calendar.invalid"), fields);
  };
  return { t009: await read(t009, fieldsOfT009), t009b: await read(t009b, fieldsOfT009b) };
}
