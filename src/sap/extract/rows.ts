/** Reading rows for extracts: a fault instead of a failure, key lists cut to what a WHERE clause may hold, and cells as text. */
import { Fault } from "../../core/index.ts";
import {
  all,
  asksForSmallerRange,
  oneOf,
  type ReadFailure,
  type RejectedRow,
  type TableReader,
  type TableRow,
  type Where,
} from "../rfc/index.ts";
import { readFault } from "./faults.ts";

export type RowsRequest = { table: string; fields: readonly string[]; where?: Where; informational?: readonly string[] };
export type Rows = { rows: readonly TableRow[]; rejected: readonly RejectedRow[] };

async function tryRows(reader: TableReader, request: RowsRequest): Promise<Rows | ReadFailure> {
  const outcome = await reader.read(request);
  if (outcome.kind === "failure") return outcome;
  if (outcome.kind === "over")
    throw new Fault("sap.protocol", { place: request.table, detail: "more rows than allowed although none were limited" });
  return { rows: outcome.rows, rejected: outcome.rejected };
}

/** A whole table, for look-ups: a row that cannot be read would make others mean something else, so it fails the read. */
export async function readAll(reader: TableReader, request: RowsRequest): Promise<readonly TableRow[]> {
  const read = await tryRows(reader, request);
  if ("kind" in read) throw readFault(request.table, read);
  return wholeRows(request.table, read);
}

// sap-rfc 1.6.7: 8 KB and 500 literals a clause at most; with ten characters, quotes and blanks 400 values stay well below both.
const valuesPerCall = 400;
/** Where halving ends: a call for fewer values than this that is still too large for SAP has another reason. */
const valuesMin = 25;

type ByValues = RowsRequest & { field: string; values: readonly string[] };

/** Rows whose field is one of the values, in as many calls as the clause's limits ask for. */
export async function readByValues(reader: TableReader, request: ByValues): Promise<Rows> {
  const values = [...new Set(request.values)];
  const parts: Rows[] = [];
  for (let start = 0; start < values.length; start += valuesPerCall)
    parts.push(...(await readHalving(reader, { ...request, values: values.slice(start, start + valuesPerCall) })));
  return { rows: parts.flatMap(({ rows }) => rows), rejected: parts.flatMap(({ rejected }) => rejected) };
}

/** sap-rfc 1.8 [K]: a short dump for time or memory says that the call was too large now; half of it, not the same again. */
async function readHalving(reader: TableReader, request: ByValues): Promise<Rows[]> {
  const { field, values, where, ...rest } = request;
  const chosen = oneOf(field, values);
  const read = await tryRows(reader, { ...rest, where: where ? all(where, chosen) : chosen });
  if (!("kind" in read)) return [read];
  if (read.cause !== "rfc" || !asksForSmallerRange(read.failure) || values.length < 2 * valuesMin)
    throw readFault(request.table, read);
  const middle = Math.ceil(values.length / 2);
  const left = await readHalving(reader, { ...request, values: values.slice(0, middle) });
  return [...left, ...(await readHalving(reader, { ...request, values: values.slice(middle) }))];
}

/** As `readByValues`, for tables whose rows name or explain objects: none may be lost in silence. */
export async function readWhole(reader: TableReader, request: ByValues): Promise<readonly TableRow[]> {
  return wholeRows(request.table, await readByValues(reader, request));
}

function wholeRows(table: string, { rows, rejected }: Rows): readonly TableRow[] {
  const [lost] = rejected;
  if (!lost) return rows;
  throw new Fault("sap.protocol", {
    place: `${table} ${Object.values(lost.rejected).join("/")}`,
    detail: `${lost.field} ${lost.code}`,
  });
}

/** Null is an empty numeric cell (sap-rfc 1.5): text fields never have it. */
export function cell(row: TableRow, field: string): string {
  return row[field] ?? "";
}

export function isFlag(row: TableRow, field: string): boolean {
  return cell(row, field) !== "";
}

/** NUMC and ALPHA keys of zeros only mean "none" (sap-data 1). */
export function filled(value: string): boolean {
  return value !== "" && !/^0+$/.test(value);
}

export function groupRows(rows: readonly TableRow[], field: string): Map<string, TableRow[]> {
  return Map.groupBy(rows, (row) => cell(row, field));
}

/**
 * A part that a policy or a system without a fitting reader may keep away (ADRC, EKBE, …): undefined then, which is "unknown" and not "none".
 * What SAP itself refuses stays a failure: a missing right is for somebody to mend.
 */
export async function readOptional(reader: TableReader, request: ByValues): Promise<Rows | undefined> {
  try {
    return await readByValues(reader, request);
  } catch (error) {
    if (error instanceof Fault && (error.code === "sap.policy" || isWithoutReader(error.cause))) return undefined;
    throw error;
  }
}

/** No reader of this system can carry the table (EKBE_MA has floating-point columns), which no right would change. */
function isWithoutReader(cause: unknown): boolean {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return code === "table-not-readable" || code === "no-reader";
}

/** Sorts texts, best language first: the wanted one, E, D, any (sap-data 1); by its letter, so that the same rows give the same text. */
export function languageRank(letter: string, wanted: string): string {
  const at = [wanted, "E", "D"].indexOf(letter);
  return `${at < 0 ? 9 : at}${letter}`;
}

/** Amounts beside SHKZG are unsigned: S debit, H credit (sap-data 0.5). */
export function signedBy(debitCredit: string, amount: string): string {
  if (debitCredit !== "H" || amount === "") return amount;
  return amount.startsWith("-") ? amount.slice(1) : /^[0.]*$/.test(amount) ? amount : `-${amount}`;
}

/** Exact sum of decimal texts with the same decimals; undefined where one is empty or no number. */
export function sumTexts(texts: readonly string[], decimals: number): string | undefined {
  let sum = 0n;
  for (const text of texts) {
    if (!/^-?[0-9]+(?:\.[0-9]+)?$/.test(text)) return undefined;
    const [whole = "", fraction = ""] = text.replace("-", "").split(".");
    if (fraction.length > decimals) return undefined;
    const value = BigInt(whole + fraction.padEnd(decimals, "0"));
    sum += text.startsWith("-") ? -value : value;
  }
  const digits = String(sum < 0n ? -sum : sum).padStart(decimals + 1, "0");
  const shown = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return sum < 0n ? `-${shown}` : shown;
}
