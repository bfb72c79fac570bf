/**
 * From what a Gateway service writes to the cell that a table reader of SAP would give (sap-data 5.2, 5.3). Guarantees: no number passes through a
 * float; a decimal gets exactly the field's decimals, and one that has more is refused, never rounded; a date is the UTC day that was sent, and one
 * that is no midnight is refused, for a day must not be cut out of a moment; a key that lost its zeros gets them back at the field's length.
 */
export type EdmValue = string | number | boolean | null | undefined;

export type FieldForm = {
  readonly type: string;
  readonly length: number;
  readonly decimals: number;
  /** How the service writes keys and numbers with leading zeros. */
  readonly keyForm: "padded" | "stripped";
  /** SAP's own code for what the service writes as ISO code, where it does. */
  readonly codes?: Readonly<Record<string, string>> | undefined;
};

/** The cell's text, or why there is none. */
export type CellOutcome = string | { readonly problem: string };
export type CellReader = (value: EdmValue) => CellOutcome;

const problem = (what: string, value: EdmValue): CellOutcome => ({
  problem: `${what}: ${JSON.stringify(value)?.slice(0, 60) ?? "nothing"}`,
});

const dayMs = 86_400_000;
/** Days by what was sent: a table has few of them, and each comes in thousands of rows. */
const daysKnown = new Map<string, string>();
const daysKnownMax = 10_000;
const sentMax = 40;

function readDay(value: EdmValue): CellOutcome {
  const known = typeof value === "string" ? daysKnown.get(value) : undefined;
  if (known !== undefined) return known;
  const day = judgeDay(value);
  if (typeof value !== "string" || typeof day !== "string" || value.length > sentMax) return day;
  if (daysKnown.size >= daysKnownMax) daysKnown.clear();
  daysKnown.set(value, day);
  return day;
}

function judgeDay(value: EdmValue): CellOutcome {
  // Initial dates are null (5.2); an absent one says the same.
  if (value === null || value === undefined || value === "") return "00000000";
  const sent = String(value);
  const json = /^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/.exec(sent);
  const atom = /^(\d{4})-(\d{2})-(\d{2})T00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:00)?$/.exec(sent);
  if (atom) return `${atom[1]}${atom[2]}${atom[3]}`;
  if (/^\d{8}$/.test(sent)) return sent;
  if (!json) return problem("no date", value);
  const ms = Number(json[1]);
  if (!Number.isSafeInteger(ms) || ms % dayMs !== 0) return problem("a moment and no day", value);
  const iso = new Date(ms);
  if (Number.isNaN(iso.getTime()) || iso.getUTCFullYear() < 1 || iso.getUTCFullYear() > 9999) return problem("no date", value);
  return iso.toISOString().slice(0, 10).replaceAll("-", "");
}

function readTime(value: EdmValue): CellOutcome {
  if (value === null || value === undefined || value === "") return "000000";
  const sent = String(value);
  if (/^\d{6}$/.test(sent)) return sent;
  const parts = /^PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:\.0+)?S)?$/.exec(sent);
  if (!parts) return problem("no time", value);
  const [, hours = "0", minutes = "0", seconds = "0"] = parts;
  // 90 minutes are a duration, and no time of a day.
  const isTime = sent !== "PT" && Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
  if (!isTime && !/^PT24H(?:0?0M)?(?:0?0S)?$/.test(sent)) return problem("no time of a day", value);
  return [hours, minutes, seconds].map((part) => part.padStart(2, "0")).join("");
}

/** `1000` with two decimals is `1000.00`; `12.500` with two is `12.50`; `12.505` with two is none. */
export function withDecimals(value: string, decimals: number): string | undefined {
  const parts = /^(-?)0*(\d+)(?:\.(\d*))?$/.exec(value.trim());
  if (!parts) return undefined;
  const [, sign = "", whole = "", fraction = ""] = parts;
  const kept = fraction.slice(0, decimals).padEnd(decimals, "0");
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined;
  const shown = decimals === 0 ? whole : `${whole}.${kept}`;
  return /[1-9]/.test(shown) ? `${sign}${shown}` : shown;
}

const [zero, nine, point, minus] = [48, 57, 46, 45];

function areDigits(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code < zero || code > nine) return false;
  }
  return to > from;
}

/** As it comes nearly always: the text is the cell. Less than one with a minus may be minus nothing, which is for `withDecimals`. */
function isAsItShould(sent: string, decimals: number): boolean {
  const from = sent.charCodeAt(0) === minus ? 1 : 0;
  const whole = decimals === 0 ? sent.length : sent.length - decimals - 1;
  if (sent.charCodeAt(from) === zero && (whole - from > 1 || from === 1)) return false;
  if (!areDigits(sent, from, whole)) return false;
  return decimals === 0 || (sent.charCodeAt(whole) === point && areDigits(sent, whole + 1, sent.length));
}

function readNumber(value: EdmValue, decimals: number): CellOutcome {
  if (value === null || value === undefined || value === "") return "";
  // A number of JSON is exact here: others never get this far (`json-feed.ts`).
  const sent = String(value);
  if (isAsItShould(sent, decimals)) return sent;
  return withDecimals(sent, decimals) ?? problem(`no number with ${decimals} decimals`, value);
}

/** JSON has true and false, Atom their names; SAP's flag is an X. */
function readFlag(value: EdmValue): CellOutcome {
  if (value === null || value === undefined) return "";
  const sent = String(value);
  if (sent === "true" || sent === "1" || sent === "X") return "X";
  return sent === "false" || sent === "0" || sent === "" ? "" : problem("no flag", value);
}

function readText(value: EdmValue, { keyForm, length, codes }: FieldForm): CellOutcome {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "X" : "";
  const sent = String(value);
  const code = codes === undefined ? sent : Object.hasOwn(codes, sent) ? codes[sent] : undefined;
  if (code === undefined && sent !== "") return problem("a code that the mapping file does not name", value);
  const known = code ?? "";
  // ALPHA: only texts of digits alone are padded, and nothing stays nothing.
  if (keyForm === "stripped" && /^\d+$/.test(known)) return known.padStart(length, "0");
  return known;
}

/** Asked once a column, for it is called once a cell. */
export function cellReaderOf(form: FieldForm): CellReader {
  switch (form.type) {
    case "Edm.DateTime":
    case "Edm.DateTimeOffset":
      return readDay;
    case "Edm.Boolean":
      return readFlag;
    case "Edm.Time":
      return readTime;
    case "Edm.Decimal":
    case "Edm.Int64":
    case "Edm.Int32":
    case "Edm.Int16":
    case "Edm.Byte":
    case "Edm.SByte":
      return (value) => readNumber(value, form.decimals);
    default: {
      const isPlain = form.keyForm === "padded" && form.codes === undefined;
      return (value) => (isPlain && typeof value === "string" ? value : readText(value, form));
    }
  }
}
