/**
 * What belongs to a vendor beside LFA1 and LFB1 (sap-data 2.2): purchasing organisations (LFM1), the address that holds today (ADRC), and what the
 * payment terms are called (T052U). Each may be kept away by the policy, and is then unknown.
 */
import type { SapDate, VendorAddress, VendorRecord } from "../../core/index.ts";
import type { TableReader, TableRow } from "../rfc/index.ts";
import { fieldsRead } from "./fields-read.ts";
import { cell, groupRows, isFlag, languageRank, readOptional } from "./rows.ts";

export type MoreOfVendor = Pick<VendorRecord, "purchasing" | "address" | "paymentTermsTexts">;

export type AskedVendors = {
  vendors: readonly TableRow[];
  companies: ReadonlyMap<string, readonly TableRow[]>;
  today: SapDate;
  language: string;
};

export async function readMoreOfVendors(reader: TableReader, asked: AskedVendors): Promise<(row: TableRow) => MoreOfVendor> {
  const { vendors, companies, today, language } = asked;
  const values = vendors.map((row) => cell(row, "LIFNR"));
  const numbers = vendors.map((row) => cell(row, "ADRNR")).filter((number) => number !== "");
  const purchasing = await readOptional(reader, { table: "LFM1", fields: fieldsRead.LFM1, field: "LIFNR", values });
  const addresses = await readOptional(reader, { table: "ADRC", fields: fieldsRead.ADRC, field: "ADDRNUMBER", values: numbers });
  const purchasingOf = purchasing && groupRows(purchasing.rows, "LIFNR");
  const addressesOf = groupRows(addresses?.rows ?? [], "ADDRNUMBER");
  const termsOf = (row: TableRow) => {
    const rows = [...(companies.get(cell(row, "LIFNR")) ?? []), ...(purchasingOf?.get(cell(row, "LIFNR")) ?? [])];
    return [...new Set(rows.map((each) => cell(each, "ZTERM")))].filter((terms) => terms !== "").sort(byText);
  };
  const texts = await readTermsTexts(reader, vendors.flatMap(termsOf), language);
  return (row) => {
    const address = addressOn(addressesOf.get(cell(row, "ADRNR")) ?? [], today);
    const named =
      texts && termsOf(row).flatMap((terms): [string, string][] => (texts.has(terms) ? [[terms, texts.get(terms) ?? ""]] : []));
    return {
      ...(purchasingOf ? { purchasing: organisationsOf(purchasingOf.get(cell(row, "LIFNR")) ?? []) } : {}),
      ...(address ? { address } : {}),
      ...(named ? { paymentTermsTexts: Object.fromEntries(named) } : {}),
    };
  };
}

const byText = (left: string, right: string) => (left < right ? -1 : 1);

function organisationsOf(rows: readonly TableRow[]): NonNullable<VendorRecord["purchasing"]> {
  return rows
    .map((row) => ({
      organisation: cell(row, "EKORG"),
      isDeleted: isFlag(row, "LOEVM"),
      isBlocked: isFlag(row, "SPERM"),
      currency: cell(row, "WAERS"),
      paymentTerms: cell(row, "ZTERM"),
    }))
    .sort((left, right) => byText(left.organisation, right.organisation));
}

/** Valid today, in the default script (NATION blank); other scripts only where there is no other. */
function addressOn(rows: readonly TableRow[], today: SapDate): VendorAddress | undefined {
  // DATE_FROM of an address that always held is 00010101 or initial; both sort before any day.
  const valid = rows.filter(
    (row) => cell(row, "DATE_FROM") <= today && (cell(row, "DATE_TO") >= today || cell(row, "DATE_TO") === "00000000"),
  );
  const order = (row: TableRow) => `${cell(row, "NATION").padEnd(1)}${99_999_999 - Number(cell(row, "DATE_FROM"))}`;
  const [row] = valid.toSorted((left, right) => byText(order(left), order(right)));
  if (!row) return undefined;
  return {
    names: ["NAME1", "NAME2", "NAME3", "NAME4"].map((field) => cell(row, field)),
    street: cell(row, "STREET"),
    houseNumber: cell(row, "HOUSE_NUM1"),
    supplement: cell(row, "STR_SUPPL1"),
    district: cell(row, "CITY2"),
    city: cell(row, "CITY1"),
    postalCode: cell(row, "POST_CODE1"),
    poBox: cell(row, "PO_BOX"),
    region: cell(row, "REGION"),
    country: cell(row, "COUNTRY"),
    timeZone: cell(row, "TIME_ZONE"),
    taxJurisdiction: cell(row, "TAXJURCODE"),
  };
}

/** Terms with day limits have several rows; the first limit names them. */
async function readTermsTexts(
  reader: TableReader,
  terms: readonly string[],
  language: string,
): Promise<Map<string, string> | undefined> {
  const read = await readOptional(reader, { table: "T052U", fields: fieldsRead.T052U, field: "ZTERM", values: terms });
  if (!read) return undefined;
  const rank = (row: TableRow) => `${languageRank(cell(row, "SPRAS"), language)}${cell(row, "ZTAGG")}`;
  const best = new Map<string, string>();
  for (const row of read.rows.toSorted((left, right) => byText(rank(left), rank(right))))
    if (!best.has(cell(row, "ZTERM"))) best.set(cell(row, "ZTERM"), cell(row, "TEXT1"));
  return best;
}
