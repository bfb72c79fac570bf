/** FIDCCP02 of an FI document, message FIDCC2 (sap-data 6.4): amounts unsigned with SHKZG; what is a vendor's stands in E1FINBU. */
import type { Tables } from "../codes-and-currencies.ts";
import { type Raw, rowByKey, rowsByKey } from "../store/find.ts";
import type { Segment } from "./idoc.ts";
import { fieldsOf, segment } from "./segment-fields.ts";

const headFields = [
  ["BUKRS", "BELNR", "GJAHR", "BLART", "BLDAT", "BUDAT", "MONAT", "CPUDT", "WWERT", "USNAM", "TCODE", "BVORG", "XBLNR", "STBLG"],
  ["STJAH", "BKTXT", "WAERS", "KURSF", "GLVOR", "AWTYP", "AWKEY", "HWAER", "KURS2", "KURS3", "NUMPG"],
].flat();
const lineFields = [
  ["BUZEI", "BUZID", "AUGDT", "AUGCP", "AUGBL", "BSCHL", "KOART", "UMSKZ", "SHKZG", "GSBER", "MWSKZ", "DMBTR", "WRBTR", "PSWBT"],
  ["PSWSL", "VALUT", "ZUONR", "SGTXT", "KOKRS", "KOSTL", "AUFNR", "HKONT", "MATNR", "WERKS", "MENGE", "MEINS", "EBELN", "EBELP"],
  ["ZEKKN", "PRCTR", "PROJK", "NPLNR", "XREF3"],
].flat();
const partnerFields = [
  "LIFNR",
  "KUNNR",
  "ZFBDT",
  "ZTERM",
  "ZBD1T",
  "ZBD2T",
  "ZBD3T",
  "ZBD1P",
  "SKFBT",
  "REBZG",
  "REBZJ",
  "REBZZ",
];

const hasCostObject = (line: Raw) =>
  [line["KOSTL"], line["AUFNR"], line["NPLNR"]].some((value) => (value ?? "") !== "") || /[1-9]/.test(line["PROJK"] ?? "");

function lineSegment(tables: Tables, head: Raw, line: Raw): Segment {
  const home = rowByKey({ tables }, "T001", [head["BUKRS"] ?? ""])?.["WAERS"];
  const currencyOf = (field: string) => (field === "DMBTR" ? home : field === "PSWBT" ? line["PSWSL"] : head["WAERS"]);
  const isPartner = line["KOART"] === "K" || line["KOART"] === "D";
  const partner = segment("E1FINBU", fieldsOf(tables, "BSEG", line, partnerFields, currencyOf));
  const cost = segment("E1FISE2", [["KSTAR", line["HKONT"]]]);
  const children = isPartner ? [partner] : hasCostObject(line) ? [cost] : [];
  return segment("E1FISEG", fieldsOf(tables, "BSEG", line, lineFields, currencyOf), children);
}

export function documentSegments(tables: Tables, key: readonly [bukrs: string, belnr: string, gjahr: string]): Segment[] {
  const head = rowByKey({ tables }, "BKPF", key);
  if (head === undefined) return [];
  const lines = rowsByKey({ tables }, "BSEG", key).map((line) => lineSegment(tables, head, line));
  return [segment("E1FIKPF", fieldsOf(tables, "BKPF", head, headFields), lines)];
}
