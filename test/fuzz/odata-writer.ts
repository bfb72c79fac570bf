/**
 * Feeds of OData v2 whose content is known, as verbose JSON and as Atom, in all the ways that sap-data 5.2 and 5.3 leave open. It shares nothing with the
 * product or the simulated SAP.
 */
import type { Dice } from "./dice.ts";

/** A property: how each form writes it, and the cell of SAP's table that it stands for. */
export type Property = {
  name: string;
  type: string;
  decimals: number;
  /** The source text of the JSON value. */
  json: string;
  /** Undefined: null. */
  atom: string | undefined;
  cell: string;
};
export type Feed = { entities: readonly (readonly Property[])[]; next: string | undefined; count: number | undefined };

const characters = [
  ..."AZaz09 '\"<>&;#|\\/\t".split(""),
  "ß",
  "€",
  "語",
  "😀",
  "]]>",
  "\u00a0",
  "\n",
  "&amp;",
  "\\u0041",
  "{",
  "[1,2.5]",
  ":9007199254740993",
];
const letters = (dice: Dice) => Array.from({ length: dice.below(14) }, () => dice.pick(characters)).join("");
const digits = (dice: Dice, length: number) => Array.from({ length }, () => dice.below(10)).join("");

type Made = Pick<Property, "type" | "decimals" | "json" | "atom" | "cell">;
const nothing = (type: string, cell: string, decimals = 0): Made => ({ type, decimals, json: "null", atom: undefined, cell });

function text(dice: Dice): Made {
  if (dice.chance(0.1)) return nothing("Edm.String", "");
  const value = letters(dice);
  return { type: "Edm.String", decimals: 0, json: jsonText(value, dice), atom: value, cell: value };
}

function decimal(dice: Dice): Made {
  const decimals = dice.below(5);
  if (dice.chance(0.1)) return nothing("Edm.Decimal", "", decimals);
  const whole = dice.chance(0.2) ? "0" : `${dice.between(1, 9)}${digits(dice, dice.below(22))}`;
  const fraction = digits(dice, decimals);
  const isNegative = dice.chance(0.4);
  const sent = dice.chance(0.5) ? fraction : fraction.replace(/0+$/, "");
  const zeros = dice.pick(["", "", "0", "000"]);
  const shown =
    `${isNegative ? "-" : ""}${whole}${sent === "" && zeros === "" ? "" : `.${sent}${sent.length === decimals ? zeros : ""}`}`.replace(
      /\.$/,
      "",
    );
  const cell = `${whole}${decimals === 0 ? "" : `.${fraction}`}`;
  const isZero = !/[1-9]/.test(cell);
  const json = dice.chance(0.5) ? `"${shown}"` : shown;
  return { type: "Edm.Decimal", decimals, json, atom: shown, cell: isNegative && !isZero ? `-${cell}` : cell };
}

function whole(dice: Dice): Made {
  const type = dice.pick(["Edm.Int32", "Edm.Int64", "Edm.Byte"]);
  const value = type === "Edm.Int64" ? `${dice.between(1, 9)}${digits(dice, dice.below(19))}` : String(dice.below(200));
  const shown = value !== "0" && dice.chance(0.3) ? `-${value}` : value;
  return { type, decimals: 0, json: dice.chance(0.4) ? `"${shown}"` : shown, atom: shown, cell: shown };
}

/** Days since 1970, by a calendar of our own: no Date takes part. */
function dayFrom(days: number): string {
  // Howard Hinnant's civil_from_days.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthAt = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * monthAt + 2) / 5) + 1;
  const month = monthAt < 10 ? monthAt + 3 : monthAt - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function day(dice: Dice): Made {
  const type = dice.pick(["Edm.DateTime", "Edm.DateTime", "Edm.DateTimeOffset"]);
  if (dice.chance(0.1)) return nothing(type, "00000000");
  // From 1 January of year 1 to 31 December 9999.
  const days = dice.chance(0.5) ? dice.between(-719_162, 2_932_896) : dice.between(-40_000, 40_000);
  const iso = dayFrom(days);
  const offset = type === "Edm.DateTimeOffset" ? dice.pick(["", "+0000", "+0060", "-0300"]) : "";
  const date = `/Date(${days * 86_400_000}${offset})/`;
  const json = dice.chance(0.5) ? `"\\/${date.slice(1, -1)}\\/"` : `"${date}"`;
  const atom = `${iso}T00:00:00${dice.pick(["", ".0", ".0000000"])}${type === "Edm.DateTimeOffset" ? dice.pick(["Z", "+00:00"]) : ""}`;
  return { type, decimals: 0, json, atom, cell: iso.replaceAll("-", "") };
}

function time(dice: Dice): Made {
  if (dice.chance(0.1)) return nothing("Edm.Time", "000000");
  const [hours, minutes, seconds] = [dice.below(24), dice.below(60), dice.below(60)];
  const two = (value: number) => String(value).padStart(2, "0");
  const full = `PT${two(hours)}H${two(minutes)}M${two(seconds)}S`;
  const parts = [hours > 0 ? `${hours}H` : "", minutes > 0 ? `${minutes}M` : "", seconds > 0 ? `${seconds}S` : ""].join("");
  const shown = parts === "" || dice.chance(0.5) ? full : `PT${parts}`;
  return { type: "Edm.Time", decimals: 0, json: `"${shown}"`, atom: shown, cell: `${two(hours)}${two(minutes)}${two(seconds)}` };
}

function flag(dice: Dice): Made {
  if (dice.chance(0.1)) return nothing("Edm.Boolean", "");
  const value = dice.chance(0.5);
  return { type: "Edm.Boolean", decimals: 0, json: String(value), atom: String(value), cell: value ? "X" : "" };
}

/** With whatever escapes JSON allows. */
function jsonText(value: string, dice: Dice): string {
  const shown = value.split("").map((unit) => {
    const code = `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
    if (unit === '"' || unit === "\\") return dice.chance(0.5) ? `\\${unit}` : code;
    if (unit === "\n") return dice.pick(["\\n", code]);
    if (unit === "\t") return dice.pick(["\\t", code]);
    if (unit === "/") return dice.pick(["/", "\\/"]);
    // Half a character cannot be written as it is beside an escaped one.
    return /[\ud800-\udfff]/.test(unit) || dice.chance(0.05) ? code : unit;
  });
  return `"${dice.chance(0.5) ? shown.join("") : JSON.stringify(value).slice(1, -1)}"`;
}

const kinds = [text, text, decimal, decimal, whole, day, time, flag];
const names = [
  "Lifnr",
  "Netwr",
  "Bu_dat",
  "count",
  "properties",
  "content",
  "results",
  "d",
  "id",
  "Loevm",
  "entry",
  "constructor",
];

export function makeFeed(dice: Dice): Feed {
  const shape = names.slice(0, dice.between(1, names.length)).map((name) => ({ name, kind: dice.pick(kinds) }));
  const entities = Array.from({ length: dice.below(5) }, () => shape.map(({ name, kind }) => ({ name, ...kind(dice) })));
  return {
    entities,
    next: dice.chance(0.4) ? `http://int:8000/sap/opu/odata/sap/Z/Set?$skiptoken=${digits(dice, 5)}&x=%C3%A4` : undefined,
    count: dice.chance(0.3) ? dice.below(10_000_000) : undefined,
  };
}

const shuffled = <T>(list: readonly T[], dice: Dice): T[] =>
  list
    .map((each) => ({ each, at: dice.fraction() }))
    .sort((one, other) => one.at - other.at)
    .map(({ each }) => each);

export function feedJson({ entities, next, count }: Feed, dice: Dice): string {
  const gap = () => dice.pick(["", "", " ", "\n\t", "\r\n"]);
  const object = (pairs: readonly (readonly [string, string])[]) =>
    `{${shuffled(pairs, dice)
      .map(([name, value]) => `${gap()}"${name}"${gap()}:${gap()}${value}${gap()}`)
      .join(",")}}`;
  const beside: (readonly [string, string])[] = [
    [
      "__metadata",
      object([
        ["uri", '"http://int/Set(1)"'],
        ["type", '"Z.T"'],
      ]),
    ],
    ["ToItems", dice.pick([object([["__deferred", "{}"]]), object([["results", object([["Netwr", "1.10"]])]])])],
  ];
  const shown = entities.map((entity) =>
    object([...entity.map(({ name, json }) => [name, json] as const), ...(dice.chance(0.5) ? beside : [])]),
  );
  const list = `[${shown.map((each) => `${gap()}${each}${gap()}`).join(",")}]`;
  if (next === undefined && count === undefined && dice.chance(0.3)) return `${gap()}${object([["d", list]])}${gap()}`;
  const more: (readonly [string, string])[] = [
    ...(next === undefined ? [] : [["__next", jsonText(next, dice)] as const]),
    ...(count === undefined ? [] : [["__count", dice.chance(0.5) ? `"${count}"` : String(count)] as const]),
  ];
  return `${gap()}${object([["d", object([["results", list], ...more])]])}${gap()}`;
}

export const namespaces = {
  atom: "http://www.w3.org/2005/Atom",
  data: "http://schemas.microsoft.com/ado/2007/08/dataservices",
  meta: "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata",
};

function atomText(value: string, dice: Dice): string {
  if (dice.chance(0.1) && !value.includes("]]>")) return `<![CDATA[${value}]]>`;
  return Array.from(value)
    .map((character) => {
      if ("&<>".includes(character) || dice.chance(0.08))
        return `&#${dice.chance(0.5) ? "x" : ""}`.endsWith("x")
          ? `&#x${(character.codePointAt(0) ?? 0).toString(16)};`
          : `&#${character.codePointAt(0) ?? 0};`;
      return dice.chance(0.02) ? `<!-- no -->${character}` : character;
    })
    .join("");
}

export function feedAtom({ entities, next, count }: Feed, dice: Dice): string {
  const [atom, data, meta] = dice.pick([
    ["", "d:", "m:"],
    ["atom:", "ns1:", "ns2:"],
    ["a:", "m:", "d:"],
  ] as const);
  const gap = () => dice.pick(["", "", "\n  ", "<!-- <m:properties><d:Netwr>9</d:Netwr></m:properties> -->", "<?x <entry/>?>"]);
  const property = ({ name, type, atom: value }: Property) => {
    const marks = shuffled(
      [...(dice.chance(0.5) ? [` ${meta}type="${type}"`] : []), ...(value === undefined ? [` ${meta}null="true"`] : [])],
      dice,
    );
    const open = `${data}${name}${marks.join("")}`;
    return value === undefined || (value === "" && dice.chance(0.5))
      ? `<${open}/>`
      : `<${open}>${atomText(value, dice)}</${data}${name}>`;
  };
  const inline = `<${atom}link rel="r" href="Items"><${meta}inline><${atom}feed><${atom}link rel="next" href="no"/><${atom}entry><${atom}content><${meta}properties><${data}Netwr>7</${data}Netwr></${meta}properties></${atom}content></${atom}entry></${atom}feed></${meta}inline></${atom}link>`;
  const entry = (entity: readonly Property[]) => {
    const properties = `<${meta}properties>${shuffled(entity, dice)
      .map((each) => `${gap()}${property(each)}`)
      .join("")}${gap()}</${meta}properties>`;
    const isMedia = dice.chance(0.2);
    const content = isMedia
      ? `<${atom}content type="image/png" src="x"/>`
      : `<${atom}content type="application/xml">${gap()}${properties}${gap()}</${atom}content>`;
    const parts = [
      `<${atom}id>x</${atom}id>`,
      `<${atom}link rel="edit" href="Set(1)"/>`,
      ...(dice.chance(0.3) ? [inline] : []),
      content,
      ...(isMedia ? [properties] : []),
    ];
    return `<${atom}entry>${shuffled(parts, dice)
      .map((part) => `${gap()}${part}`)
      .join("")}</${atom}entry>`;
  };
  const space = (prefix: string, uri: string) => ` xmlns${prefix === "" ? "" : `:${prefix.slice(0, -1)}`}="${uri}"`;
  const spaces = shuffled(
    [space(atom, namespaces.atom), space(data, namespaces.data), space(meta, namespaces.meta), ' xml:base="http://int/"'],
    dice,
  );
  const link =
    next === undefined
      ? []
      : [`<${atom}link${shuffled([' rel="next"', ` href="${next.replaceAll("&", "&amp;")}"`], dice).join("")}/>`];
  const counted = count === undefined ? [] : [`<${meta}count>${dice.pick(["", " "])}${count}</${meta}count>`];
  const parts = [`<${atom}title>T</${atom}title>`, ...counted, ...entities.map(entry), ...link];
  return `${dice.pick(["", '<?xml version="1.0" encoding="utf-8"?>', '<?xml version="1.0"?>\n'])}<${atom}feed${spaces.join("")}>${parts.map((part) => `${gap()}${part}`).join("")}${gap()}</${atom}feed>`;
}
