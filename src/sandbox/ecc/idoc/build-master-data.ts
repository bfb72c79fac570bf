/** CREMAS05 of a vendor and COSMAS01 of a cost centre (sap-data 6.4), from the tables as they are now. */
import type { Tables } from "../codes-and-currencies.ts";
import { rowByKey, rowsByKey } from "../store/find.ts";
import type { Segment } from "./idoc.ts";
import { fieldsOf, segment } from "./segment-fields.ts";

const generalFields = [
  ["LIFNR", "ANRED", "BRSCH", "ERDAT", "ERNAM", "KONZS", "KTOKK", "KUNNR", "LAND1", "LNRZA", "LOEVM", "NAME1", "NAME2", "NAME3"],
  ["NAME4", "ORT01", "ORT02", "PFACH", "PSTL2", "PSTLZ", "REGIO", "SORTL", "SPERR", "SPERM", "SPRAS", "STCD1", "STCD2", "STKZU"],
  ["STRAS", "TELF1", "TELF2", "TELFX", "XCPDK", "VBUND", "STCEG", "SPERZ", "SPERQ", "ADRNR", "MCOD1", "MCOD2", "MCOD3", "NODEL"],
].flat();
const companyFields = [
  "BUKRS",
  "ERDAT",
  "ERNAM",
  "SPERR",
  "LOEVM",
  "ZUAWA",
  "AKONT",
  "ZWELS",
  "ZAHLS",
  "ZTERM",
  "FDGRV",
  "NODEL",
];
const purchasingFields = [
  "EKORG",
  "ERDAT",
  "ERNAM",
  "SPERM",
  "LOEVM",
  "VERKF",
  "TELF1",
  "MINBW",
  "WAERS",
  "ZTERM",
  "INCO1",
  "INCO2",
];

/** Replace: an ALE message carries the whole vendor. */
const replaced = ["MSGFN", "005"] as const;

export function vendorSegments(tables: Tables, lifnr: string): Segment[] {
  const world = { tables };
  const vendor = rowByKey(world, "LFA1", [lifnr]);
  if (vendor === undefined) return [];
  const companies = rowsByKey(world, "LFB1", [lifnr]).map((row) =>
    segment("E1LFB1M", [replaced, ...fieldsOf(tables, "LFB1", row, ["LIFNR", ...companyFields])]),
  );
  const organisations = rowsByKey(world, "LFM1", [lifnr]).map((row) =>
    segment("E1LFM1M", [replaced, ...fieldsOf(tables, "LFM1", row, ["LIFNR", ...purchasingFields], () => row["WAERS"])]),
  );
  return [segment("E1LFA1M", [replaced, ...fieldsOf(tables, "LFA1", vendor, generalFields)], [...companies, ...organisations])];
}

const costCentreFields = [
  "KOKRS",
  "KOSTL",
  "DATBI",
  "DATAB",
  "BKZKP",
  "BKZKS",
  "BKZER",
  "BKZOB",
  "BUKRS",
  "GSBER",
  "KOSAR",
  "VERAK",
];
const costCentreMore = ["WAERS", "PRCTR", "ERSDA", "USNAM", "KHINR", "FUNC_AREA"];

/** One segment for each interval of validity, its texts inside. */
export function costCentreSegments(tables: Tables, kokrs: string, kostl: string): Segment[] {
  const world = { tables };
  const texts = rowsByKey(world, "CSKT", []).filter((row) => row["KOKRS"] === kokrs && row["KOSTL"] === kostl);
  return rowsByKey(world, "CSKS", [kokrs, kostl]).map((row) => {
    const ofInterval = texts.filter((text) => text["DATBI"] === row["DATBI"]);
    const children = ofInterval.map((text) =>
      segment("E1CSKTM", [replaced, ...fieldsOf(tables, "CSKT", text, ["SPRAS", "KOKRS", "KOSTL", "DATBI", "KTEXT", "LTEXT"])]),
    );
    const fields = fieldsOf(tables, "CSKS", row, [...costCentreFields, ...costCentreMore]);
    return segment("E1CSKSM", [replaced, ...fields], children);
  });
}
