// Cells from whatever a service may write as a value: the very cell that another reading makes of it, or a problem; never a guess. And failures from whatever a
// service may answer: in plain words, in time. CASES sets how many are tried.
import { describe, expect, it } from "vitest";
import { cellReaderOf, type EdmValue, type FieldForm } from "../../src/sap/odata/edm-values.ts";
import { odataFailure } from "../../src/sap/odata/odata-failure.ts";
import { cases, type Dice } from "./dice.ts";
import { mutate, play } from "./play.ts";

const samples = [
  "/Date(1577836800000)/",
  "/Date(-62135596800000)/",
  "/Date(253402214400000+0060)/",
  "2023-08-31T00:00:00.0000000",
  "2023-08-31T00:00:00Z",
  "2023-08-31T00:00:00+00:00",
  "20230831",
  "PT13H50M42S",
  "PT24H00M00S",
  "PT90M",
  "PT1H",
  "134059",
  "-12088.95",
  "000.10",
  "0",
  "-0.00",
  "99999999999999999999.99",
  "true",
  "false",
  "X",
  "",
  "constructor",
  "__proto__",
  "0000100001",
  "PCE",
];
const hostile = ["\u0000", " ", "0", "-", "+", ".", "T", "PT", "Z", "99", "e5", "٣", "\u00a0", "/", "9".repeat(400), "😀", "\n"];

const daysInMonth = (year: number, month: number) =>
  month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

/** Days since 1970 of a day that there is. */
function daysOf(iso: string): bigint {
  const [year = 0, month = 0, day = 0] = iso.split("-").map(Number);
  let days = BigInt(day - 1);
  for (let at = 1; at < month; at += 1) days += BigInt(daysInMonth(year, at));
  const before = BigInt(year - 1);
  return days + before * 365n + before / 4n - before / 100n + before / 400n - 719_162n;
}

function expectDay(sent: string, cell: string): unknown {
  expect(cell).toMatch(/^\d{8}$/);
  if (sent === "") return expect(cell).toBe("00000000");
  const iso = `${cell.slice(0, 4)}-${cell.slice(4, 6)}-${cell.slice(6)}`;
  if (/^\d{8}$/.test(sent)) return expect(cell).toBe(sent);
  const ms = /^\/Date\((-?\d+)/.exec(sent)?.[1];
  if (ms === undefined) return expect(sent.startsWith(`${iso}T00:00`)).toBe(true);
  return expect(daysOf(iso) * 86_400_000n).toBe(BigInt(ms));
}

function expectTime(sent: string, cell: string): unknown {
  expect(cell).toMatch(/^\d{6}$/);
  if (sent === "" || /^\d{6}$/.test(sent)) return expect(cell).toBe(sent === "" ? "000000" : sent);
  const seconds = (text: string) => Number(text.slice(0, 2)) * 3_600 + Number(text.slice(2, 4)) * 60 + Number(text.slice(4));
  const units = { H: 3_600, M: 60, S: 1 } as const;
  const parts = [...sent.slice(2).matchAll(/(\d+)(?:\.0+)?([HMS])/g)];
  expect(parts.length).toBeGreaterThan(0);
  expect(seconds(cell)).toBe(parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit as "H" | "M" | "S"], 0));
  return expect([Number(cell.slice(2, 4)) < 60, Number(cell.slice(4)) < 60, seconds(cell) <= 86_400]).toEqual([true, true, true]);
}

function expectNumber(sent: string, cell: string, decimals: number): unknown {
  if (sent === "") return expect(cell).toBe("");
  expect(cell).toMatch(decimals === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${decimals}}$`));
  const scaled = (text: string) => {
    const [whole = "", fraction = ""] = text.trim().replace("-", "").split(".");
    const value = BigInt(`${whole}${fraction.padEnd(500, "0")}`);
    return text.trim().startsWith("-") ? -value : value;
  };
  expect(scaled(cell)).toBe(scaled(sent));
  expect(cell).toMatch(/^-?(?:0|[1-9]\d*)(?:\.|$)/);
  return expect(cell).not.toMatch(/^-0*\.?0*$/);
}

const codes: Readonly<Record<string, string>> = { PCE: "ST", "0000100001": "100" };
const types = [
  "Edm.DateTime",
  "Edm.DateTimeOffset",
  "Edm.Time",
  "Edm.Decimal",
  "Edm.Int64",
  "Edm.Byte",
  "Edm.Boolean",
  "Edm.String",
];

function expectText(sent: string, cell: string, { codes: known, keyForm, length }: FieldForm): void {
  if (known !== undefined && sent !== "") expect(new Map(Object.entries(known)).has(sent)).toBe(true);
  const plain = known === undefined || sent === "" ? sent : known[sent];
  if (keyForm === "stripped" && plain !== undefined && /^[0-9]+$/.test(plain)) expect(cell).toBe(plain.padStart(length, "0"));
  else expect(cell).toBe(plain);
}

function valueFor(dice: Dice): string {
  const number = (most: number) => String(dice.below(most) - dice.below(most));
  const fresh = [
    () => `/Date(${dice.below(60_000) * 86_400_000 - 2_592_000_000_000})/`,
    () => `/Date(${number(2 ** 40)})/`,
    () => `PT${dice.below(30)}H${dice.below(99)}M${dice.below(70)}S`,
    () => `${number(1_000)}.${dice.below(10_000)}`,
    () => `00${dice.below(1_000)}`,
  ];
  if (dice.chance(0.3)) return dice.pick(fresh)();
  const sample = dice.pick(samples);
  if (dice.chance(0.3)) return sample;
  return Buffer.from(mutate(Buffer.from(sample, "utf8"), dice, hostile)).toString("utf8");
}

describe("cells", () => {
  it("are what another reading makes of a value, or there is none", async () => {
    const ways = await play(cases, (dice) => {
      const sent: EdmValue = valueFor(dice);
      const form: FieldForm = {
        type: dice.pick(types),
        length: 10,
        decimals: dice.below(4),
        keyForm: dice.pick(["padded", "stripped"]),
        codes: dice.chance(0.3) ? codes : undefined,
      };
      const read = cellReaderOf(form)(sent);
      if (typeof read === "object") {
        expect(read.problem.length).toBeLessThan(200);
        return `${form.type} refused`;
      }
      expect(typeof read).toBe("string");
      if (form.type.startsWith("Edm.Date")) expectDay(sent, read);
      else if (form.type === "Edm.Time") expectTime(sent, read);
      else if (form.type === "Edm.Boolean") expect(read === "X").toBe(["true", "1", "X"].includes(sent));
      else if (form.type === "Edm.String") expectText(sent, read, form);
      else expectNumber(sent, read, form.decimals);
      return form.type;
    });
    for (const type of types) expect([type, ways(type) > 0, ways(`${type} refused`) > 0]).toEqual([type, true, true]);
  });
});

const bodies = [
  '{"error":{"code":"/IWBEP/CM_MGW_RT/021","message":{"lang":"en","value":"Method not implemented"}}}',
  '<?xml version="1.0"?><error xmlns="m"><code>/IWFND/MED/170</code><message xml:lang="en">No service &amp; none</message></error>',
  "<!doctype html><html><head><title>Logon</title><style>a{}</style></head><body><p>Error&nbsp;500</p></body></html>",
  "Service unavailable",
  "",
];
const hostileBodies = [
  "<code ".repeat(20_000),
  "<code>".repeat(20_000),
  "<message ".repeat(20_000),
  "<".repeat(100_000),
  "<script>".repeat(20_000),
  "{".repeat(100_000),
  "&".repeat(100_000),
  " ".repeat(100_000),
  "<code/>",
  "😀".repeat(160),
  '"\\ud83d"',
  "\u0000\u0001",
  '"error":null,',
  "\ufeff",
];

describe("failures of a service", () => {
  it("are told in plain words and in time, whatever the answer", async () => {
    await play(cases * 0.1, (dice) => {
      const body = Buffer.from(mutate(Buffer.from(dice.pick(bodies), "utf8"), dice, hostileBodies)).toString("utf8");
      const type = dice.pick(["application/json", "application/xml", "application/atom+xml", "text/html", "text/plain", ""]);
      const failed = odataFailure({ status: dice.pick([200, 400, 401, 403, 404, 429, 500, 501, 502, 503, 504]), type, body });
      expect(failed.kind).toBe("failure");
      expect(failed.key).not.toBe("");
      expect(failed.detail.length).toBeLessThanOrEqual(300);
      // A store takes no half characters and no zeros.
      expect(`${failed.key}${failed.detail}`).not.toMatch(/\p{Surrogate}|\0/u);
      return undefined;
    });
  });

  it.each(["<code ", "<message ", "<code>", "<a:", "<", "<!--", "<script>", "<style ", "&amp;"])(
    "are told in time of three million characters of %j",
    (part) => {
      const body = part.repeat(Math.ceil(3_000_000 / part.length));
      for (const type of ["application/xml", "text/html"]) {
        const startedAt = performance.now();
        expect(odataFailure({ status: 500, type, body: `<code>X</code>${body}` }).kind).toBe("failure");
        expect(odataFailure({ status: 500, type, body }).kind).toBe("failure");
        expect(performance.now() - startedAt).toBeLessThan(2_000);
      }
    },
  );
});
