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

export type CellOutcome = { readonly text: string } | { readonly problem: string };

const text = (value: string): CellOutcome => ({ text: value });
const problem = (what: string, value: EdmValue): CellOutcome => ({
  problem: `${what}: ${JSON.stringify(value)?.slice(0, 60) ?? "nothing"}`,
});

const dayMs = 86_400_000;

function readDay(value: EdmValue): CellOutcome {
  // Initial dates are null (5.2); an absent one says the same.
  if (value === null || value === undefined || value === "") return text("00000000");
  const sent = String(value);
  const json = /^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/.exec(sent);
  const atom = /^(\d{4})-(\d{2})-(\d{2})T00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:00)?$/.exec(sent);
  if (atom) return text(`${atom[1]}${atom[2]}${atom[3]}`);
  if (/^\d{8}$/.test(sent)) return text(sent);
  if (!json) return problem("no date", value);
  const ms = Number(json[1]);
  if (!Number.isSafeInteger(ms) || ms % dayMs !== 0) return problem("a moment and no day", value);
  const iso = new Date(ms);
  if (Number.isNaN(iso.getTime()) || iso.getUTCFullYear() < 1 || iso.getUTCFullYear() > 9999) return problem("no date", value);
  return text(iso.toISOString().slice(0, 10).replaceAll("-", ""));
}

function readTime(value: EdmValue): CellOutcome {
  if (value === null || value === undefined || value === "") return text("000000");
  const sent = String(value);
  if (/^\d{6}$/.test(sent)) return text(sent);
  const parts = /^PT(?:(\d{1,2})H)?(?:(\d{1,2})M)?(?:(\d{1,2})(?:\.0+)?S)?$/.exec(sent);
  if (!parts) return problem("no time", value);
  const [, hours = "0", minutes = "0", seconds = "0"] = parts;
  // 90 minutes are a duration, and no time of a day.
  const isTime = sent !== "PT" && Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
  if (!isTime && !/^PT24H(?:0?0M)?(?:0?0S)?$/.test(sent)) return problem("no time of a day", value);
  return text([hours, minutes, seconds].map((part) => part.padStart(2, "0")).join(""));
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

function readNumber(value: EdmValue, { decimals }: FieldForm): CellOutcome {
  if (value === null || value === undefined || value === "") return text("");
  // A number of JSON is exact here: others never get this far (`json-feed.ts`).
  const shown = withDecimals(String(value), decimals);
  return shown === undefined ? problem(`no number with ${decimals} decimals`, value) : text(shown);
}

/** JSON has true and false, Atom their names; SAP's flag is an X. */
function readFlag(value: EdmValue): CellOutcome {
  if (value === null || value === undefined) return text("");
  const sent = String(value);
  if (sent === "true" || sent === "1" || sent === "X") return text("X");
  return sent === "false" || sent === "0" || sent === "" ? text("") : problem("no flag", value);
}

function readText(value: EdmValue, { keyForm, length, codes }: FieldForm): CellOutcome {
  if (value === null || value === undefined) return text("");
  if (typeof value === "boolean") return text(value ? "X" : "");
  const sent = String(value);
  const code = codes === undefined ? sent : Object.hasOwn(codes, sent) ? codes[sent] : undefined;
  if (code === undefined && sent !== "") return problem("a code that the mapping file does not name", value);
  const known = code ?? "";
  // ALPHA: only texts of digits alone are padded, and nothing stays nothing.
  if (keyForm === "stripped" && /^\d+$/.test(known)) return text(known.padStart(length, "0"));
  return text(known);
}

export function readCell(value: EdmValue, form: FieldForm): CellOutcome {
  switch (form.type) {
    case "Edm.DateTime":
    case "Edm.DateTimeOffset":
      return readDay(value);
    case "Edm.Boolean":
      return readFlag(value);
    case "Edm.Time":
      return readTime(value);
    case "Edm.Decimal":
    case "Edm.Int64":
    case "Edm.Int32":
    case "Edm.Int16":
    case "Edm.Byte":
    case "Edm.SByte":
      return readNumber(value, form);
    default:
      return readText(value, form);
  }
}
