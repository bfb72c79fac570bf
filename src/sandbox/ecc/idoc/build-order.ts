/**
 * ORDERS05 of a purchase order (sap-data 6.4): no account assignment. ORDERS lists every item that is not deleted; ORDCHG lists some, with
 * what became of them. The total is of the whole order.
 */
import { isoUnit, type Tables } from "../codes-and-currencies.ts";
import { parseScaled, scaledText } from "../decimals.ts";
import { type Raw, rowByKey, rowsByKey } from "../store/find.ts";
import type { Segment } from "./idoc.ts";
import { plainAmount, segment } from "./segment-fields.ts";

const actions = { added: "001", changed: "002", deleted: "003" } as const;

function headSegments(tables: Tables, order: Raw): Segment[] {
  const vendor = rowByKey({ tables }, "LFA1", [order["LIFNR"] ?? ""]);
  const { WAERS: waers } = order;
  const home = rowByKey({ tables }, "T001", [order["BUKRS"] ?? ""])?.["WAERS"];
  const organisation = (qualf: string, value: string | undefined) =>
    segment("E1EDK14", [
      ["QUALF", qualf],
      ["ORGID", value],
    ]);
  return [
    segment("E1EDK01", [
      ["CURCY", waers],
      ["HWAER", home],
      ["WKURS", order["WKURS"] ?? "0.00000"],
      ["ZTERM", order["ZTERM"]],
      ["BSART", order["BSART"]],
      ["BELNR", order["EBELN"]],
      ["RECIPNT_NO", order["LIFNR"]],
    ]),
    organisation("014", order["EKORG"]),
    organisation("009", order["EKGRP"]),
    organisation("013", order["BSART"]),
    organisation("011", order["BUKRS"]),
    segment("E1EDK03", [
      ["IDDAT", "012"],
      ["DATUM", order["BEDAT"]],
    ]),
    segment("E1EDK03", [
      ["IDDAT", "011"],
      ["DATUM", order["AEDAT"]],
    ]),
    segment("E1EDKA1", [
      ["PARVW", "AG"],
      ["PARTN", order["EKORG"]],
      ["PAORG", order["EKORG"]],
      ["PAGRU", order["EKGRP"]],
    ]),
    segment("E1EDKA1", [
      ["PARVW", "LF"],
      ["PARTN", order["LIFNR"]],
      ["NAME1", vendor?.["NAME1"]],
      ["SPRAS", vendor?.["SPRAS"]],
    ]),
    segment("E1EDK02", [
      ["QUALF", "001"],
      ["BELNR", order["EBELN"]],
      ["DATUM", order["BEDAT"]],
    ]),
  ];
}

function itemSegment(tables: Tables, order: Raw, item: Raw, action: string): Segment {
  const unit = isoUnit(tables);
  const key = [order["EBELN"] ?? "", item["EBELP"] ?? ""];
  const schedule = rowsByKey({ tables }, "EKET", key).map((line) =>
    segment("E1EDP20", [
      ["WMENG", line["MENGE"] ?? "0.000"],
      ["AMENG", line["AMENG"] ?? "0.000"],
      ["EDATU", line["EINDT"]],
    ]),
  );
  const material = segment("E1EDP19", [
    ["QUALF", "001"],
    ["IDTNR", item["MATNR"]],
    ["KTEXT", item["TXZ01"]],
  ]);
  return segment(
    "E1EDP01",
    [
      ["POSEX", item["EBELP"]],
      ["ACTION", action],
      ["PSTYP", item["PSTYP"] ?? "0"],
      ["MENGE", item["MENGE"] ?? "0.000"],
      ["MENEE", unit(item["MEINS"] ?? "")],
      ["BMNG2", item["MENGE"] ?? "0.000"],
      ["PMENE", unit(item["BPRME"] ?? "")],
      ["VPREI", plainAmount(tables, item["NETPR"], order["WAERS"])],
      ["PEINH", item["PEINH"]],
      ["NETWR", plainAmount(tables, item["NETWR"], order["WAERS"])],
      ["MATKL", item["MATKL"]],
      ["BPUMN", item["BPUMN"]],
      ["BPUMZ", item["BPUMZ"]],
      ["WERKS", item["WERKS"]],
      ["LGORT", item["LGORT"]],
    ],
    [...schedule, material],
  );
}

function totalSegment(tables: Tables, order: Raw, items: readonly Raw[]): Segment {
  const sum = items.reduce((total, item) => total + (parseScaled(item["NETWR"] ?? "0.00", 2) ?? 0n), 0n);
  const summe = plainAmount(tables, scaledText(sum, 2), order["WAERS"]);
  return segment("E1EDS01", [
    ["SUMID", "002"],
    ["SUMME", summe],
    ["SUNIT", order["WAERS"]],
  ]);
}

/** `isListed` picks the items of an ORDCHG by their place; an ORDERS has all that are there. */
export function orderSegments(tables: Tables, ebeln: string, isListed: ((place: number) => boolean) | undefined): Segment[] {
  const order = rowByKey({ tables }, "EKKO", [ebeln]);
  if (order === undefined) return [];
  const items = rowsByKey({ tables }, "EKPO", [ebeln]);
  const living = items.filter((item) => (item["LOEKZ"] ?? "") === "");
  const listed = isListed === undefined ? living : items.filter((_item, place) => isListed(place));
  const actionOf = (item: Raw) => {
    if (isListed === undefined) return actions.added;
    return (item["LOEKZ"] ?? "") === "" ? actions.changed : actions.deleted;
  };
  const lines = listed.map((item) => itemSegment(tables, order, item, actionOf(item)));
  return [...headSegments(tables, order), ...lines, totalSegment(tables, order, living)];
}
