/**
 * One cell of a GUI or spreadsheet dump as the raw value that ECC stores (sap-data 1 and 9). It restores what the export is known to
 * strip (leading zeros by the dictionary, the field's decimals) and undoes known spellings. A value that has lost digits is refused
 * as lossy, never repaired; whatever it does not recognise is refused too. An initial value comes back empty.
 */
import type { Field } from "../ecc/index.ts";
import { CellRefused } from "./refused.ts";

export type CellStyle = {
  /** `13:05:00` or `1:05:00 PM`. */
  times: "24h" | "12h" | "compact";
  /** Days as they are stored, `20060425`, where the file is not printed by a GUI. */
  dates?: "compact";
  /** The publisher wrote all values in small letters; SAP's codes are capital. */
  isLowerCased?: boolean;
  decimalMark?: ",";
  /** The table went through a data frame: keys look like `1500000001.0`. */
  isDataFrame: boolean;
};

/** Digits that a spreadsheet rounded away cannot be had back. */
export class LossyCell extends Error {
  override readonly name = "LossyCell";
}

const languages: Readonly<Record<string, string>> = { EN: "E", DE: "D", FR: "F", ES: "S", JA: "J", PT: "P", IT: "I" };

/** CHAR fields that hold digits at full width although no conversion exit pads them; a spreadsheet strips their zeros as well. */
const fullWidthCodes: ReadonlySet<string> = new Set(["ZTERM", "PROCSTAT", "STGRD"]);

const isScientific = (text: string): boolean => /^[+-]?\d+(\.\d+)?[eE][+-]?\d+$/.test(text);

const withoutPointZero = (text: string, style: CellStyle): string =>
  style.isDataFrame && /^\d+\.0$/.test(text) ? text.slice(0, -2) : text;

function isRealDay(year: number, month: number, day: number): boolean {
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
}

/** `2/24/17` or `02/24/2017`, month first. Two-digit years are of this century up to 49; later ones say nothing certain. */
function readDate(text: string): string {
  if (text === "" || text === "00/00/0000") return "";
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(text);
  const [, month = "", day = "", written = ""] = match ?? [];
  const year = written.length === 2 ? `20${written}` : written;
  const isClear = written.length === 4 || Number(written) <= 49;
  if (match === null || !isClear || !isRealDay(Number(year), Number(month), Number(day))) {
    throw new CellRefused("is not a day; write month/day/year, 02/24/2017 for example");
  }
  return `${year}${month.padStart(2, "0")}${day.padStart(2, "0")}`;
}

function readCompactDate(text: string): string {
  if (/^0*$/.test(text)) return "";
  const match = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  if (match === null || !isRealDay(Number(match[1]), Number(match[2]), Number(match[3]))) {
    throw new CellRefused("is not a day; write YYYYMMDD, 20170224 for example");
  }
  return text;
}

function readCompactTime(text: string): string {
  if (/^0*$/.test(text)) return "";
  if (!/^([01]\d|2[0-3])[0-5]\d[0-5]\d$/.test(text)) throw new CellRefused("is not a time of day, HHMMSS");
  return text;
}

function readTime(text: string, style: CellStyle): string {
  if (style.times === "compact") return readCompactTime(text);
  if (text === "") return "";
  const match = style.times === "12h" ? /^(\d{1,2}):(\d\d):(\d\d) (AM|PM)$/.exec(text) : /^(\d{1,2}):(\d\d):(\d\d)$/.exec(text);
  const [, written = "", minute = "", second = "", half] = match ?? [];
  const isNoonBased = half !== undefined;
  const hour = isNoonBased ? (Number(written) % 12) + (half === "PM" ? 12 : 0) : Number(written);
  const isHour = isNoonBased ? Number(written) >= 1 && Number(written) <= 12 : hour <= 24;
  if (match === null || !isHour || Number(minute) > 59 || Number(second) > 59) {
    throw new CellRefused(`is not a time of day in the ${style.times} form of this file`);
  }
  const time = `${String(hour).padStart(2, "0")}${minute}${second}`;
  return time === "000000" ? "" : time;
}

/** Thousands separators must stand where they belong: `1,277.00000`, not `12,77.00`. */
function readNumber(text: string, field: Field): string {
  if (text === "") return "";
  // An indirect quotation is printed with a slash and stored negative (sap-data 1, EXCRT [D]).
  const isIndirect = field.conversion === "EXCRT" && text.startsWith("/");
  const plain = isIndirect ? text.slice(1).trim() : text;
  const match = /^(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/.exec(plain);
  if (match === null) throw new CellRefused("is not a number with a decimal point");
  const [, minus = "", whole = "", fraction = ""] = match;
  const kept = fraction.replace(/0+$/, "");
  if (kept.length > field.decimals) throw new CellRefused(`has more than the field's ${field.decimals} decimals`);
  const digits = whole.replaceAll(",", "").replace(/^0+(?=\d)/, "");
  if (digits.length + field.decimals > Math.max(field.length, field.decimals + 1)) {
    throw new CellRefused(`has more than the field's ${field.length} digits`);
  }
  if (/^0*$/.test(digits + kept)) return "";
  const isNegative = isIndirect ? minus === "" : minus === "-";
  const tail = field.decimals === 0 ? "" : `.${kept.padEnd(field.decimals, "0")}`;
  return `${isNegative ? "-" : ""}${digits}${tail}`;
}

/** `1.234,50` as `1,234.50`: the strict reading of thousands and decimals is the same. */
const swapMarks = (text: string): string => text.replace(/[.,]/g, (mark) => (mark === "," ? "." : ","));

/** Fields whose domain allows small letters, so that a lower-cased value cannot be told from its original: kept as printed. */
const isFreeText = (field: Field): boolean =>
  /^(NAME|ORT0|STRAS|BUTXT|BKTXT|SGTXT|ZUONR|XBLNR|TXT|ANRED|BVORG|XREF)/.test(field.name);

function readNumc(text: string, field: Field): string {
  if (!/^\d*$/.test(text)) throw new CellRefused("has other signs than digits");
  if (text.length > field.length) throw new CellRefused(`is longer than the field's ${field.length} digits`);
  return /^0*$/.test(text) ? "" : text.padStart(field.length, "0");
}

function readText(text: string, field: Field): string {
  const isPadded = field.conversion === "ALPHA" || field.conversion === "MATN1" || fullWidthCodes.has(field.name);
  const value = isPadded && /^\d+$/.test(text) ? text.padStart(field.length, "0") : text.trimEnd();
  if (value.length > field.length) throw new CellRefused(`is longer than the field's ${field.length} characters`);
  return value;
}

function readFlag(text: string): string {
  if (text === "False") return "";
  if (text.length > 1) throw new CellRefused("is longer than the field's one character");
  return text.trimEnd();
}

function readLanguage(text: string): string {
  const internal = languages[text] ?? text;
  if (!/^[A-Z0-9]?$/.test(internal)) throw new CellRefused("is no language of ours; give the one-character code of SAP");
  return internal;
}

export function readCell(field: Field, written: string, style: CellStyle): string {
  const raw = style.isLowerCased === true && !isFreeText(field) ? written.toUpperCase() : written;
  const trimmed = raw.trim();
  if (isScientific(trimmed)) throw new LossyCell("is in scientific notation, so its digits are lost; export the column as text");
  switch (field.dataType) {
    case "DATS":
      return style.dates === "compact" ? readCompactDate(trimmed) : readDate(trimmed);
    case "TIMS":
      return readTime(trimmed, style);
    case "NUMC":
      return readNumc(withoutPointZero(trimmed, style), field);
    case "DEC":
    case "CURR":
    case "QUAN":
    case "INT1":
    case "INT2":
    case "INT4":
      return readNumber(style.decimalMark === "," ? swapMarks(trimmed) : trimmed, field);
    case "LANG":
      return readLanguage(trimmed);
    case "CHAR":
    case "CLNT":
    case "CUKY":
    case "UNIT":
      return field.length === 1 ? readFlag(raw) : readText(withoutPointZero(raw, style), field);
    case "RAW":
    case "FLTP":
    case "STRG":
    case "RSTR":
      throw new CellRefused(`is of type ${field.dataType}, which a dump cannot carry`);
  }
}
