/**
 * BAPI_PO_GETDETAIL1 (sap-rfc 3.3): one purchase order from its tables, percentages and rates with all their digits, which the cells of
 * RFC_READ_TABLE lose. The number must come at full width: nothing is converted. A purchase order that is not there is an E row in
 * RETURN under HTTP 200, never an exception (3.2). Authority M_BEST_* is not modelled beyond the right to call the module.
 */
import { parseScaled, scaledText } from "../../decimals.ts";
import { type Raw, rowByKey, rowsByKey } from "../../store/find.ts";
import type { EccWorld } from "../../world-state.ts";
import {
  type CallContext,
  type CallInput,
  type CallOutput,
  char,
  type FunctionModule,
  type Row,
  structure,
} from "../interface.ts";
import { argumentOf, externalAmount, optional, returnRow, structureRow } from "./values.ts";

function headerRow(header: Raw): Row {
  return structureRow("BAPIMEPOHEADER", {
    PO_NUMBER: header["EBELN"],
    COMP_CODE: header["BUKRS"],
    DOC_TYPE: header["BSART"],
    DELETE_IND: header["LOEKZ"],
    STATUS: header["STATU"],
    CREAT_DATE: header["AEDAT"],
    CREATED_BY: header["ERNAM"],
    ITEM_INTVL: header["PINCR"],
    VENDOR: header["LIFNR"],
    LANGU: header["SPRAS"],
    PMNTTRMS: header["ZTERM"],
    PURCH_ORG: header["EKORG"],
    PUR_GROUP: header["EKGRP"],
    CURRENCY: header["WAERS"],
    EXCH_RATE: header["WKURS"],
    EX_RATE_FX: header["KUFIX"],
    DOC_DATE: header["BEDAT"],
    VPER_START: header["KDATB"],
    VPER_END: header["KDATE"],
  });
}

function itemRow(world: EccWorld, item: Raw, currency: string): Row {
  return structureRow("BAPIMEPOITEM", {
    PO_ITEM: item["EBELP"],
    DELETE_IND: item["LOEKZ"],
    SHORT_TEXT: item["TXZ01"],
    MATERIAL: item["MATNR"],
    PLANT: item["WERKS"],
    STGE_LOC: item["LGORT"],
    TRACKINGNO: item["BEDNR"],
    MATL_GROUP: item["MATKL"],
    QUANTITY: item["MENGE"],
    PO_UNIT: item["MEINS"],
    ORDERPR_UN: item["BPRME"],
    CONV_NUM1: item["BPUMZ"],
    CONV_DEN1: item["BPUMN"],
    NET_PRICE: externalAmount(world, item["NETPR"], currency, 9),
    PRICE_UNIT: item["PEINH"],
    TAX_CODE: item["MWSKZ"],
    OVER_DLV_TOL: item["UEBTO"],
    UNLIMITED_DLV: item["UEBTK"],
    UNDER_DLV_TOL: item["UNTTO"],
    NO_MORE_GR: item["ELIKZ"],
    FINAL_INV: item["EREKZ"],
    ITEM_CAT: item["PSTYP"],
    ACCTASSCAT: item["KNTTP"],
    DISTRIB: item["VRTKZ"],
    PART_INV: item["TWRKZ"],
    GR_IND: item["WEPOS"],
    GR_NON_VAL: item["WEUNB"],
    IR_IND: item["REPOS"],
    AGREEMENT: item["KONNR"],
    AGMT_ITEM: item["KTPNR"],
    PREQ_NO: item["BANFN"],
    PREQ_ITEM: item["BNFPO"],
    RET_ITEM: item["RETPO"],
    PCKG_NO: item["PACKNO"],
  });
}

/** sap-rfc 3.3: WBS_ELEMENT is the external POSID, where EKKN holds PRPS-PSPNR; ACTIVITY is the operation number. */
function accountRow(world: EccWorld, row: Raw, currency: string): Row {
  const wbs = row["PS_PSP_PNR"] === undefined ? undefined : rowByKey(world, "PRPS", [row["PS_PSP_PNR"]]);
  const { AUFPL, APLZL } = row;
  const activity = AUFPL === undefined || APLZL === undefined ? undefined : rowByKey(world, "AFVC", [AUFPL, APLZL]);
  return structureRow("BAPIMEPOACCOUNT", {
    PO_ITEM: row["EBELP"],
    SERIAL_NO: row["ZEKKN"],
    DELETE_IND: row["LOEKZ"],
    CREAT_DATE: row["AEDAT"],
    QUANTITY: row["MENGE"],
    DISTR_PERC: row["VPROZ"],
    NET_VALUE: externalAmount(world, row["NETWR"], currency, 9),
    GL_ACCOUNT: row["SAKTO"],
    BUS_AREA: row["GSBER"],
    COSTCENTER: row["KOSTL"],
    SD_DOC: row["VBELN"],
    ITM_NUMBER: row["VBELP"],
    ASSET_NO: row["ANLN1"],
    SUB_NUMBER: row["ANLN2"],
    ORDERID: row["AUFNR"],
    GR_RCPT: row["WEMPF"],
    UNLOAD_PT: row["ABLAD"],
    CO_AREA: row["KOKRS"],
    COSTOBJECT: row["KSTRG"],
    PROFIT_CTR: row["PRCTR"],
    WBS_ELEMENT: wbs?.["POSID"],
    NETWORK: row["NPLNR"],
    TAX_CODE: row["MWSKZ"],
    TAXJURCODE: row["TXJCD"],
    ACTTYPE: row["LSTAR"],
    RES_DOC: row["KBLNR"],
    ACTIVITY: activity?.["VORNR"],
  });
}

/** DELIVERY_DATE is text in the format of the user's own settings [K]; here always DD.MM.YYYY. */
function scheduleRow(row: Raw): Row {
  const day = row["EINDT"] ?? "";
  return structureRow("BAPIMEPOSCHEDULE", {
    PO_ITEM: row["EBELP"],
    SCHED_LINE: row["ETENR"],
    DEL_DATCAT_EXT: row["LPEIN"],
    DELIVERY_DATE: day === "" ? "" : `${day.slice(6, 8)}.${day.slice(4, 6)}.${day.slice(0, 4)}`,
    QUANTITY: row["MENGE"],
    DELIV_TIME: row["UZEIT"],
    STAT_DATE: row["SLFDT"],
    PREQ_NO: row["BANFN"],
    PREQ_ITEM: row["BNFPO"],
    PO_DATE: row["BEDAT"],
  });
}

function historyRow(world: EccWorld, row: Raw): Row {
  return structureRow("BAPIEKBE", {
    PO_ITEM: row["EBELP"],
    SERIAL_NO: row["ZEKKN"],
    PROCESS_ID: row["VGABE"],
    DOC_YEAR: row["GJAHR"],
    MAT_DOC: row["BELNR"],
    MATDOC_ITM: row["BUZEI"],
    HIST_TYPE: row["BEWTP"],
    MOVE_TYPE: row["BWART"],
    PSTNG_DATE: row["BUDAT"],
    QUANTITY: row["MENGE"],
    VAL_LOCCUR: externalAmount(world, row["DMBTR"], row["HSWAE"] ?? "", 4),
    VAL_FORCUR: externalAmount(world, row["WRBTR"], row["WAERS"] ?? "", 4),
    CURRENCY: row["WAERS"],
    DB_CR_IND: row["SHKZG"],
    REF_DOC_NO: row["XBLNR"],
    ENTRY_DATE: row["CPUDT"],
    ENTRY_TIME: row["CPUTM"],
    LOC_CURR: row["HSWAE"],
  });
}

/** Signed by SHKZG (sap-data 2.3). `events`: of these VGABE only. */
function sumOf(rows: readonly Raw[], events: readonly string[], field: string, decimals: number): string {
  const chosen = rows.filter((row) => events.includes(row["VGABE"] ?? ""));
  const sum = chosen.reduce((total, row) => {
    const value = parseScaled(row[field] ?? "0", decimals) ?? 0n;
    return total + (row["SHKZG"] === "H" ? -value : value);
  }, 0n);
  return scaledText(sum, decimals);
}

/** One row an item that has history: received is VGABE 1, invoiced 2 with the value of 3 (sap-data 2.3). */
function totalsRow(world: EccWorld, item: string, rows: readonly Raw[]): Row {
  const [first] = rows;
  const [currency, local] = [first?.["WAERS"] ?? "", first?.["HSWAE"] ?? ""];
  const amount = (events: readonly string[], field: string, of: string) =>
    externalAmount(world, sumOf(rows, events, field, 2), of, 4);
  return structureRow("BAPIEKBES", {
    PO_ITEM: item,
    BLOCKED_QY: sumOf(rows, ["1"], "WESBS", 3),
    DELIV_QTY: sumOf(rows, ["1"], "MENGE", 3),
    VAL_GR_LOC: amount(["1"], "DMBTR", local),
    VAL_GR_FOR: amount(["1"], "WRBTR", currency),
    IV_QTY: sumOf(rows, ["2"], "MENGE", 3),
    VAL_IV_LOC: amount(["2", "3"], "DMBTR", local),
    VAL_IV_FOR: amount(["2", "3"], "WRBTR", currency),
    CURRENCY: currency,
  });
}

function totals(world: EccWorld, history: readonly Raw[]): Row[] {
  const items = Map.groupBy(history, (row) => row["EBELP"] ?? "");
  return [...items].map(([item, rows]) => totalsRow(world, item, rows));
}

const empty = { POITEM: [], POSCHEDULE: [], POACCOUNT: [], POHISTORY: [], POHISTORY_TOTALS: [] };

/** Contracts and scheduling agreements share the tables, the BAPI knows purchase orders only. Message number [K]. */
function notFound(ebeln: string): CallOutput {
  const text = `Purchasing document ${ebeln} does not exist`;
  const message = returnRow("BAPIRET2", { type: "E", id: "06", number: "019", text, variable: ebeln });
  return { exports: { POHEADER: structureRow("BAPIMEPOHEADER", {}) }, tables: { RETURN: [message], ...empty } };
}

function run(input: CallInput, { world }: CallContext): CallOutput {
  const ebeln = argumentOf(input, "PURCHASEORDER");
  const header = rowByKey(world, "EKKO", [ebeln]);
  if (header === undefined || header["BSTYP"] !== "F") return notFound(ebeln);
  const currency = header["WAERS"] ?? "";
  const of = (table: string) => rowsByKey(world, table, [ebeln]);
  const accounts = argumentOf(input, "ACCOUNT_ASSIGNMENT") === "" ? [] : of("EKKN");
  const history = of("EKBE");
  const items = of("EKPO");
  return {
    exports: { POHEADER: headerRow(header) },
    tables: {
      RETURN: [],
      POITEM: items.map((row) => itemRow(world, row, currency)),
      POSCHEDULE: of("EKET").map(scheduleRow),
      POACCOUNT: accounts.map((row) => accountRow(world, row, currency)),
      POHISTORY: history.map((row) => historyRow(world, row)),
      POHISTORY_TOTALS: totals(world, history),
    },
    rowsScanned: 1 + items.length + accounts.length + history.length,
  };
}

const flag = (name: string, text: string) => optional(name, 1, text);

export const purchaseOrderDetail: FunctionModule = {
  name: "BAPI_PO_GETDETAIL1",
  text: "Read Purchase Order Details",
  parameters: [
    { direction: "import", name: "PURCHASEORDER", type: char(10, "BAPIMEPOHEADER-PO_NUMBER"), text: "Purchase Order Number" },
    flag("ACCOUNT_ASSIGNMENT", "Account Assignment Data"),
    flag("ITEM_TEXT", "Item Text"),
    flag("HEADER_TEXT", "Header Text"),
    flag("DELIVERY_ADDRESS", "Delivery address"),
    flag("VERSION", "Version Management"),
    flag("SERVICES", "External Service Data"),
    { direction: "export", name: "POHEADER", type: structure("BAPIMEPOHEADER"), text: "Header Data" },
    { direction: "table", name: "RETURN", type: structure("BAPIRET2"), text: "Return Parameter(s)" },
    { direction: "table", name: "POITEM", type: structure("BAPIMEPOITEM"), text: "Item Data" },
    { direction: "table", name: "POSCHEDULE", type: structure("BAPIMEPOSCHEDULE"), text: "Delivery Schedule" },
    { direction: "table", name: "POACCOUNT", type: structure("BAPIMEPOACCOUNT"), text: "Account Assignment Fields" },
    { direction: "table", name: "POHISTORY", type: structure("BAPIEKBE"), text: "Purchase Order History" },
    { direction: "table", name: "POHISTORY_TOTALS", type: structure("BAPIEKBES"), text: "Purchase Order History: Totals" },
  ],
  exceptions: [],
  readsTables: true,
  run,
};
