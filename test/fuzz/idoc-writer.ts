/**
 * Packages of IDocs whose content is known, as XML and as flat records, in all the ways that sap-data 6.2 and 6.3 leave open. It shares nothing with the
 * product or the simulated SAP.
 */
import type { Dice } from "./dice.ts";

export type Field = readonly [string, string];
export type Segment = { name: string; fields: readonly Field[]; children: readonly Segment[] };
export type Doc = { control: readonly Field[]; segments: readonly Segment[]; touched: readonly string[] };

const characters = [..."AZaz09 '\"<>&;#|\t".split(""), "ß", "€", "é", "語", "😀", "]", "]]>", "\u00a0", "\n", "&amp;"];
const fieldNames = ["MSGFN", "NAME1", "ORT01", "STATUS", "constructor", "__proto__", "toString", "IDOC", "SEGMENT", "A.B-C", "Ä"];
const segmentNames = ["E1LFB1M", "E1LFM1M", "Z1EXTRA", "/ACME/E1X", "E1ADDI1", "IDOC"];

const digits = (dice: Dice, length: number) => Array.from({ length }, () => dice.below(10)).join("");
const textFor = (dice: Dice, most: number) => Array.from({ length: dice.below(most) }, () => dice.pick(characters)).join("");

function fieldsFor(dice: Dice, first: readonly Field[] = []): Field[] {
  const names = new Set(Array.from({ length: dice.below(5) }, () => dice.pick(fieldNames)));
  return [...first, ...[...names].map((name): Field => [name, dice.chance(0.1) ? "" : textFor(dice, 12)])];
}

function extraSegments(dice: Dice, deep: number): Segment[] {
  if (deep > 6) return [];
  return Array.from({ length: dice.pick([0, 0, 1, 1, 2]) }, () => ({
    name: dice.pick(segmentNames),
    fields: fieldsFor(dice, [["X", digits(dice, 3)]]),
    children: dice.chance(0.4) ? extraSegments(dice, deep + 1) : [],
  }));
}

type Kind = { message: string; of(dice: Dice): { name: string; fields: readonly Field[]; touched: string } };
const padded = (text: string) => text.padStart(10, "0");
const kinds: readonly Kind[] = [
  {
    message: "CREMAS",
    of(dice) {
      const number = dice.chance(0.2) ? `V${digits(dice, 4)}` : digits(dice, dice.between(1, 10));
      const key = /^\d+$/.test(number) ? padded(number) : number;
      return {
        name: "E1LFA1M",
        fields: [
          ["MSGFN", "005"],
          ["LIFNR", number],
        ],
        touched: `vendors ${key}`,
      };
    },
  },
  {
    message: "ORDERS",
    of(dice) {
      const number = `45${digits(dice, 8)}`;
      return {
        name: "E1EDK01",
        fields: [
          ["CURCY", "EUR"],
          ["KUNDEUINR", dice.chance(0.5) ? "DE 1" : "ÄÖÜ"],
          ["BELNR", number],
        ],
        touched: `purchase-orders ${number}`,
      };
    },
  },
  {
    message: "FIDCC2",
    of(dice) {
      const [code, number, year] = [digits(dice, 4), digits(dice, dice.between(1, 10)), `20${digits(dice, 2)}`];
      const fields: readonly Field[] = [
        ["BUKRS", code],
        ["BELNR", number],
        ["GJAHR", year],
      ];
      return { name: "E1FIKPF", fields, touched: `costs ${code}.${padded(number)}.${year}` };
    },
  },
  {
    message: "COSMAS",
    of(dice) {
      const number = digits(dice, dice.between(1, 10));
      return {
        name: "E1CSKSM",
        fields: [
          ["MSGFN", "005"],
          ["KOKRS", "1000"],
          ["KOSTL", number],
        ],
        touched: `reference 1000/${padded(number)}`,
      };
    },
  },
];

export function makeDoc(dice: Dice, number = digits(dice, 16)): Doc {
  const kind = dice.pick(kinds);
  const objects = Array.from({ length: dice.pick([1, 1, 2, 3]) }, () => kind.of(dice));
  const control: Field[] = [
    ["TABNAM", "EDI_DC40"],
    ["MANDT", "100"],
    ["DOCNUM", number],
    ["DIRECT", "1"],
    ["IDOCTYP", `${kind.message}05`],
    ["MESTYP", kind.message],
    ["SNDPRN", dice.pick(["S01CLNT100", "ECC", "A&B"])],
    ["CREDAT", `2026${digits(dice, 4)}`],
    ["CRETIM", digits(dice, 6)],
  ];
  if (dice.chance(0.5)) control.push(["SERIAL", digits(dice, 14)]);
  if (dice.chance(0.3)) control.push(["CIMTYP", "ZEXT"]);
  if (dice.chance(0.3)) control.push(["STATUS", "30"]);
  const segments = objects.map(({ name, fields }) => ({
    name,
    fields: [...fields, ...fieldsFor(dice).filter(([each]) => each !== "MSGFN")],
    children: extraSegments(dice, 0),
  }));
  return {
    control,
    segments: [...segments, ...extraSegments(dice, 0)],
    touched: [...new Set(objects.map(({ touched }) => touched))].sort(),
  };
}

/** How one package is written. */
type Hand = { dice: Dice; mark: string | undefined; prefix: string };

function gap({ dice }: Hand): string {
  return dice.pick(["", "", "", "\n  ", "\r\n", "<!-- <IDOC><EDI_DC40/></IDOC> -->", "<?sap <LIFNR>1</LIFNR>?>"]);
}

function written(text: string, { dice }: Hand): string {
  if (dice.chance(0.1) && !text.includes("]]>") && !text.includes("\n")) return `<![CDATA[${text}]]>`;
  return Array.from(text)
    .map((character) => {
      const mustBe = "&<>\t\n".includes(character);
      if (!mustBe && dice.chance(0.9)) return dice.chance(0.02) ? `${character}<!-- -->` : character;
      const code = character.codePointAt(0) ?? 0;
      return dice.chance(0.5) ? `&#${code};` : `&#x${code.toString(16)};`;
    })
    .join("");
}

function element(name: string, content: string, hand: Hand, isSegment: boolean): string {
  const { dice, prefix, mark } = hand;
  const shown = `${prefix}${name.replaceAll("/", "_-")}`;
  const marks = isSegment && mark !== undefined ? [` SEGMENT="${mark}"`] : [];
  const attributes = dice.chance(0.1)
    ? dice.pick([
        [...marks, ' x="1"'],
        [' x="1"', ...marks],
      ])
    : marks;
  const open = `${shown}${attributes.join("")}`;
  return content === "" && dice.chance(0.5) ? `<${open}/>` : `<${open}>${content}</${shown}>`;
}

function segmentXml({ name, fields, children }: Segment, hand: Hand): string {
  const parts = [
    ...fields.map(([field, value]) => element(field, written(value, hand), hand, false)),
    ...children.map((child) => segmentXml(child, hand)),
  ];
  return element(name, parts.map((part) => `${gap(hand)}${part}`).join("") + gap(hand), hand, true);
}

function docXml({ control, segments }: Doc, hand: Hand): string {
  const begin = hand.dice.pick(["", ' BEGIN="1"']);
  const inner = [{ name: "EDI_DC40", fields: control, children: [] }, ...segments].map((each) => segmentXml(each, hand));
  const name = `${hand.prefix}IDOC`;
  return `<${name}${begin}>${inner.map((each) => `${gap(hand)}${each}`).join("")}${gap(hand)}</${name}>`;
}

export function packageXml(docs: readonly Doc[], dice: Dice): string {
  const prefix = dice.pick(["", "", "ns0:", "n-1.x:"]);
  const hand: Hand = { dice, mark: dice.pick(["1", "1", "", undefined]), prefix };
  const space =
    prefix === "" ? dice.pick(["", ' xmlns="urn:sap-com:document:sap:idoc"']) : ` xmlns:${prefix.slice(0, -1)}="urn:x"`;
  const list = `<${prefix}CREMAS05${space}>${docs.map((doc) => `${gap(hand)}${docXml(doc, hand)}`).join("")}${gap(hand)}</${prefix}CREMAS05>`;
  const whole = dice.chance(0.3)
    ? `<SOAP:Envelope xmlns:SOAP="http://schemas.xmlsoap.org/soap/envelope/">${dice.pick(["", "<SOAP:Header/>"])}<SOAP:Body>${list}</SOAP:Body></SOAP:Envelope>`
    : list;
  return `${dice.pick(["", "\ufeff"])}${dice.pick(["", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8"?>\n'])}${whole}${dice.pick(["", "\n"])}`;
}

const controlWidths: Readonly<Record<string, readonly [number, number]>> = {
  TABNAM: [0, 10],
  MANDT: [10, 3],
  DOCNUM: [13, 16],
  STATUS: [33, 2],
  DIRECT: [35, 1],
  IDOCTYP: [39, 30],
  CIMTYP: [69, 30],
  MESTYP: [99, 30],
  SNDPRN: [162, 10],
  CREDAT: [378, 8],
  CRETIM: [386, 6],
  SERIAL: [504, 20],
};

function placed(width: number, parts: readonly (readonly [number, number, string])[]): string {
  const cells = Array.from({ length: width }, () => " ");
  for (const [at, length, text] of parts)
    for (const [index, character] of Array.from(text).slice(0, length).entries()) cells[at + index] = character;
  return cells.join("");
}

/** Where the keys stand in SDATA. */
const keyPlaces: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  E1LFA1M: { MSGFN: [0, 3], LIFNR: [3, 10] },
  E1EDK01: { CURCY: [4, 3], KUNDEUINR: [39, 20], BELNR: [83, 35] },
  E1FIKPF: { BUKRS: [0, 4], BELNR: [4, 10], GJAHR: [14, 4] },
  E1CSKSM: { MSGFN: [0, 3], KOKRS: [3, 4], KOSTL: [7, 10] },
};

function sdataOf({ name, fields }: Segment): string {
  const places = keyPlaces[name];
  if (places === undefined)
    return fields.map(([, value]) => Array.from(value.replace(/\s/g, "_")).slice(0, 20).join("")).join("");
  const known = fields.flatMap(([field, value]) => {
    const place = Object.hasOwn(places, field) ? places[field] : undefined;
    return place ? [[place[0], place[1], value] as const] : [];
  });
  const rest = fields.filter(([field]) => !Object.hasOwn(places, field)).map(([, value]) => value.replace(/\s/g, "_"));
  return placed(1_000, known).slice(0, 130) + rest.join("");
}

export type FlatSegment = { name: string; sdata: string; children: FlatSegment[] };

/** The records and the tree that they stand for. */
export function flatDoc(doc: Doc, dice: Dice): { lines: string[]; tree: FlatSegment[] } {
  const number = doc.control.find(([name]) => name === "DOCNUM")?.[1] ?? "";
  const lines = [
    placed(
      524,
      doc.control.flatMap(([name, value]) => {
        const place = controlWidths[name];
        return place ? [[place[0], place[1], value] as const] : [];
      }),
    ),
  ];
  const write = (segment: Segment, parent: number, level: number): FlatSegment => {
    const own = lines.length;
    const sdata = sdataOf(segment);
    const flat = segment.name.replace(/^E1/, "E2") + (segment.name.startsWith("E1") ? dice.pick(["", "005"]) : "");
    const head = `${flat.padEnd(30)}100${number}${String(own).padStart(6, "0")}${String(parent).padStart(6, "0")}${String(level).padStart(2, "0")}`;
    lines.push(`${head}${sdata.padEnd(dice.pick([0, 1_000]))}`);
    return {
      name: segment.name,
      sdata: sdata.trimEnd(),
      children: segment.children.map((child) => write(child, own, level + 1)),
    };
  };
  const usable = (segment: Segment): Segment => ({
    ...segment,
    name: segment.name === "IDOC" ? "Z1IDOC" : segment.name,
    children: segment.children.map(usable),
  });
  const tree = doc.segments.map((segment) => write(usable(segment), 0, 1));
  return { lines, tree };
}
