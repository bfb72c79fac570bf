/**
 * What each known export looks like, file by file. A profile is strict: what it does not name is refused, so that a file exported
 * another way is noticed instead of half understood (sap-data 9).
 */
import type { CellStyle } from "./cell.ts";
import { itemLabels, orderLabels, vendorLabels } from "./labels.ts";

export type FileProfile = {
  table: string;
  /** The first column is a nameless row number. */
  hasIndexColumn: boolean;
  hasByteOrderMark: boolean;
  style: CellStyle;
  /** Rows with blank keys continue the row above and carry nothing of their own: skipped and counted. */
  hasContinuationRows: boolean;
  /** Columns in which digits are known to be lost, and how such a value looks: dropped and counted, never guessed. */
  lossy: Readonly<Record<string, RegExp>>;
  /** The file's name where it is not `<TABLE>.csv`. */
  fileName?: string;
  /** Field names are written small. */
  hasLowerCaseHeader?: boolean;
  /** Labels stand for field names; then the client is missing as well. */
  labels?: ReadonlyMap<string, string>;
  /** The client that the file's rows are of, where it is not the profile's: a publisher took tables from several. */
  client?: string;
  /** Rows of other clients are skipped and counted. */
  hasOtherClients?: boolean;
  /** Columns whose numbers have a decimal comma although the file's others have a point [D]. */
  commaColumns?: readonly string[];
};

export type CompanyFacts = { currency: string; land1: string; kokrs: string; language: string };

export type ExtractProfile = {
  name: ExtractProfileName;
  client: string;
  files: readonly FileProfile[];
  /** What the missing T001 and TKA02 would say, by company code. */
  companies: Readonly<Record<string, CompanyFacts>>;
  /** Plants that the sandbox maps to a Procore project each. */
  mappedPlants: readonly string[];
};

export type ExtractProfileName = "gbi375" | "gbi140" | "s4demo" | "ides";

const scientific = /^\d+(\.\d+)?E\+\d+$/;

const file = (table: string, facts: Partial<FileProfile> & { style: CellStyle }): FileProfile => ({
  table,
  hasIndexColumn: false,
  hasByteOrderMark: true,
  hasContinuationRows: false,
  lossy: {},
  ...facts,
});

const companies: ExtractProfile["companies"] = {
  US00: { currency: "USD", land1: "US", kokrs: "NA00", language: "E" },
  DE00: { currency: "EUR", land1: "DE", kokrs: "EU00", language: "D" },
};

const halfDays: CellStyle = { times: "12h", isDataFrame: false };
const dataFrame: CellStyle = { times: "12h", isDataFrame: true };
const raw: CellStyle = { times: "compact", dates: "compact", isDataFrame: false };
/** The publisher wrote the values small as well. */
const lowered: CellStyle = { ...raw, isLowerCased: true };

const seed = (table: string, facts: Partial<FileProfile> & { style: CellStyle }): FileProfile =>
  file(table, { fileName: `sap_${table.toLowerCase()}.csv`, hasLowerCaseHeader: true, hasByteOrderMark: false, ...facts });

const fullDays: CellStyle = { times: "24h", isDataFrame: false };

export const profiles: Readonly<Record<ExtractProfileName, ExtractProfile>> = {
  gbi375: {
    name: "gbi375",
    client: "375",
    companies,
    mappedPlants: ["DL00", "MI00"],
    files: [
      file("EKKO", { style: halfDays, hasContinuationRows: true }),
      file("EKPO", { style: halfDays }),
      file("BKPF", { style: dataFrame, hasIndexColumn: true, hasByteOrderMark: false, lossy: { AWKEY: scientific } }),
      // A 14-digit stamp that the data frame kept in seven digits reads 20200000000000.0.
      file("BSEG", { style: dataFrame, hasIndexColumn: true, hasByteOrderMark: false, lossy: { XREF3: /^\d+0{9,}\.0$/ } }),
    ],
  },
  s4demo: {
    name: "s4demo",
    client: "100",
    companies: {
      "1010": { currency: "EUR", land1: "DE", kokrs: "A000", language: "D" },
      "1710": { currency: "USD", land1: "US", kokrs: "A000", language: "E" },
    },
    mappedPlants: ["1710", "1010"],
    files: [
      file("LFA1", { style: halfDays, labels: vendorLabels, hasByteOrderMark: false }),
      // Rates have a decimal comma, the amounts beside them a point.
      file("EKKO", { style: halfDays, labels: orderLabels, hasByteOrderMark: false, commaColumns: ["WKURS"] }),
      file("EKPO", { style: halfDays, labels: itemLabels, hasByteOrderMark: false }),
    ],
  },
  ides: {
    name: "ides",
    client: "800",
    companies: { "3000": { currency: "EUR", land1: "US", kokrs: "2000", language: "E" } },
    mappedPlants: [],
    files: [
      seed("T001", { style: lowered, hasOtherClients: true }),
      // The publisher replaced names and made the match code longer than its field: 26 characters and more cannot be SAP's.
      seed("LFA1", { style: raw, lossy: { MCOD1: /^.{26,}$/ } }),
      seed("SKA1", { style: lowered, client: "000" }),
      seed("BKPF", { style: lowered }),
      // It also put EL1 to EL3 where a flag of one character stands.
      seed("BSEG", { style: lowered, lossy: { ELIKZ: /^EL\d$/ } }),
    ],
  },
  gbi140: {
    name: "gbi140",
    client: "140",
    companies,
    mappedPlants: ["DL00", "MI00"],
    files: [
      file("EKKO", { style: fullDays }),
      file("EKPO", { style: fullDays }),
      file("BKPF", { style: fullDays, lossy: { AWKEY: scientific } }),
    ],
  },
};
