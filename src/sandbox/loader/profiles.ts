/**
 * What each known export looks like, file by file. A profile is strict: what it does not name is refused, so that a file exported
 * another way is noticed instead of half understood (sap-data 9).
 */
import type { CellStyle } from "./cell.ts";

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

export type ExtractProfileName = "gbi375" | "gbi140";

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
