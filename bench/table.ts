// The table of the measurement: 20 fields as EKPO has them (sap-data 2.4), seeded rows, and SAP's answers rendered once. Formats follow
// sap-rfc 1.5: numbers right-justified with the sign behind, text blank padded, non-ASCII as numeric references, trailing blanks gone.
export type BenchField = { name: string; type: string; inttype: string; length: number; decimals: number; isKey?: true };

const field = (name: string, type: string, inttype: string, length: number, decimals = 0): BenchField => ({
  name,
  type,
  inttype,
  length,
  decimals,
});

export const fields: readonly BenchField[] = [
  { ...field("EBELN", "CHAR", "C", 10), isKey: true },
  { ...field("EBELP", "NUMC", "N", 5), isKey: true },
  field("LOEKZ", "CHAR", "C", 1),
  field("AEDAT", "DATS", "D", 8),
  field("TXZ01", "CHAR", "C", 40),
  field("MATNR", "CHAR", "C", 18),
  field("BUKRS", "CHAR", "C", 4),
  field("WERKS", "CHAR", "C", 4),
  field("LGORT", "CHAR", "C", 4),
  field("MATKL", "CHAR", "C", 9),
  field("MENGE", "QUAN", "P", 13, 3),
  field("MEINS", "UNIT", "C", 3),
  field("NETPR", "CURR", "P", 11, 2),
  field("PEINH", "DEC", "P", 5),
  field("NETWR", "CURR", "P", 13, 2),
  field("BRTWR", "CURR", "P", 13, 2),
  field("KNTTP", "CHAR", "C", 1),
  field("PSTYP", "CHAR", "C", 1),
  field("ELIKZ", "CHAR", "C", 1),
  field("EREKZ", "CHAR", "C", 1),
];

export const tableName = "EKPO";

const texts = [
  "Beton C25/30 für Fundamentplatte",
  "Bewehrungsstahl BSt 500 S, Ø 12 mm",
  "Tür T30 RC2, Stahl, 1,01 x 2,13 m",
  "Scaffolding rental, façade north",
  "Kabel NYM-J 5x2,5 & Zubehör",
  "Drywall 12.5 mm <fire rated>",
  "Erdarbeiten Baufeld 3",
  "Crane hours",
];
const units = ["M3", "KG", "ST", "H", "M2", "LE"];

/** A small generator of its own, so that every process makes the same rows. */
function startNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function digitsOf(units_: number, decimals: number): string {
  if (decimals === 0) return String(units_);
  const text = String(units_).padStart(decimals + 1, "0");
  return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

function signed(units_: number, { length, decimals }: BenchField, isNegative: boolean): string {
  return `${digitsOf(units_, decimals)}${isNegative ? "-" : " "}`.padStart(length);
}

function rowText(number: number, next: (below: number) => number): string {
  const isReturn = next(40) === 0;
  const quantity = 1_000 + next(5_000_000);
  const price = 100 + next(900_000);
  const day = `20${20 + next(7)}${String(1 + next(12)).padStart(2, "0")}${String(1 + next(28)).padStart(2, "0")}`;
  const values: Readonly<Record<string, string>> = {
    EBELN: String(4_500_000_000 + Math.floor(number / 12)),
    EBELP: String((number % 12) * 10 + 10).padStart(5, "0"),
    LOEKZ: next(50) === 0 ? "L" : "",
    AEDAT: next(200) === 0 ? "00000000" : day,
    TXZ01: `${texts[next(texts.length)]} ${next(100) === 0 ? "ÄÖÜ" : next(1_000)}`.slice(0, 40),
    MATNR: next(3) === 0 ? "" : String(100_000 + next(90_000)).padStart(18, "0"),
    BUKRS: ["1000", "1200", "2000"][next(3)] ?? "",
    WERKS: String(1_000 + next(40)),
    LGORT: next(4) === 0 ? "" : "0001",
    MATKL: String(next(300)).padStart(9, "0"),
    MEINS: units[next(units.length)] ?? "",
    KNTTP: ["P", "K", "F", "", "N"][next(5)] ?? "",
    PSTYP: next(8) === 0 ? "9" : "0",
    ELIKZ: next(2) === 0 ? "X" : "",
    EREKZ: next(2) === 0 ? "X" : "",
  };
  const amounts: Readonly<Record<string, number>> = {
    MENGE: quantity,
    NETPR: price,
    PEINH: 1,
    NETWR: price * 7,
    BRTWR: price * 8,
  };
  return fields
    .map((each) => {
      const amount = amounts[each.name];
      return amount === undefined
        ? (values[each.name] ?? "").padEnd(each.length)
        : signed(amount, each, isReturn && each.name !== "PEINH");
    })
    .join("")
    .trimEnd();
}

function escapeText(text: string): string {
  return text.replace(/[&<>]|[^\u0020-\u007e]/g, (character) => `&#${character.codePointAt(0)};`);
}

const digits6 = (value: number) => String(value).padStart(6, "0");

function envelope(name: string, content: string): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/">' +
    `<SOAP-ENV:Body><rfc:${name}.Response xmlns:rfc="urn:sap-com:document:sap:rfc:functions">${content}</rfc:${name}.Response>` +
    "</SOAP-ENV:Body></SOAP-ENV:Envelope>"
  );
}

/** Answer number `leaf`: no two have a key in common. */
export function renderLeaf(leaf: number, rows: number): string {
  const next = startNumbers(leaf + 1);
  const items: string[] = [];
  for (let index = 0; index < rows; index += 1)
    items.push(`<item><WA>${escapeText(rowText(leaf * rows + index, next))}</WA></item>`);
  let offset = 0;
  const layout = fields.map(({ name, length, inttype }) => {
    const text = `<item><FIELDNAME>${name}</FIELDNAME><OFFSET>${digits6(offset)}</OFFSET><LENGTH>${digits6(length)}</LENGTH><TYPE>${inttype}</TYPE><FIELDTEXT/></item>`;
    offset += length;
    return text;
  });
  return envelope("RFC_READ_TABLE", `<DATA>${items.join("")}</DATA><FIELDS>${layout.join("")}</FIELDS><OPTIONS></OPTIONS>`);
}

export function renderDescription(): string {
  const rows = fields.map(
    ({ name, type, inttype, length, decimals, isKey }) =>
      `<item><FIELDNAME>${name}</FIELDNAME><DATATYPE>${type}</DATATYPE><INTTYPE>${inttype}</INTTYPE><LENG>${digits6(length)}</LENG><DECIMALS>${digits6(decimals)}</DECIMALS><KEYFLAG>${isKey ? "X" : ""}</KEYFLAG></item>`,
  );
  return envelope("DDIF_FIELDINFO_GET", `<DDOBJTYPE>TRANSP</DDOBJTYPE><DFIES_TAB>${rows.join("")}</DFIES_TAB>`);
}
