/**
 * Details of orders, projects and vendors that follow from what stands already: received quantities, service packages, hierarchy and
 * status, address versions and expired ones, and the change documents and pointers of what changed.
 */
import type { EccRow } from "../world.ts";
import { fixed, unitsOf } from "./amount.ts";
import { addDays } from "./days.ts";
import { compactRow, type Group } from "./group.ts";

const ten = (value: number): string => String(value).padStart(10, "0");
const itemKey = (row: EccRow): string => `${row["EBELN"]} ${row["EBELP"]}`;

/** EKET-WEMNG is what the history received: VGABE 1, or 9 for services, never both (sap-data 2.3). */
function addReceived(group: Group): void {
  const { tables } = group;
  const received = new Map<string, bigint>();
  const returns = new Set(tables.rows("EKPO").flatMap((row) => (row["RETPO"] === "X" ? [itemKey(row)] : [])));
  for (const row of tables.rows("EKBE")) {
    if (row["VGABE"] !== "1" && row["VGABE"] !== "9") continue;
    const quantity = unitsOf(row["MENGE"], 3);
    // What comes in for a return item is a credit that still counts as delivered against its schedule line.
    const isMinus = row["SHKZG"] === "H" && !returns.has(itemKey(row));
    const known = received.get(itemKey(row)) ?? 0n;
    received.set(itemKey(row), known + (isMinus ? -quantity : quantity));
  }
  tables.rewrite("EKET", (row) => {
    const quantity = received.get(itemKey(row)) ?? 0n;
    return quantity === 0n ? row : { ...row, WEMNG: fixed(quantity, 3) };
  });
}

/** The header package has one outline row, whose subpackage holds the lines (sap-data 2.3); they sum to the item's value. */
function addServicePackages(group: Group): void {
  const { tables } = group;
  let package_ = 100_000;
  tables.rewrite("EKPO", (item) => {
    if (item["PSTYP"] !== "9") return item;
    const outline = ten(package_ + 1);
    const detail = ten(package_ + 2);
    package_ += 2;
    const { EBELN = "", EBELP = "", NETWR = "0.00", TXZ01 = "" } = item;
    tables.add("ESLH", { PACKNO: outline, EBELN, EBELP, SUMNETTO: NETWR });
    tables.add("ESLH", { PACKNO: detail, EBELN, EBELP, FPACKNO: outline, SUMNETTO: NETWR });
    tables.add("ESLL", { PACKNO: outline, INTROW: ten(1), EXTROW: ten(0), PACKAGE: "X", RANG: "1", SUB_PACKNO: detail });
    const whole = unitsOf(NETWR, 2);
    const parts = [whole / 2n, whole - whole / 2n];
    parts.forEach((part, index) => {
      const line = {
        PACKNO: detail,
        INTROW: ten(index + 2),
        EXTROW: ten((index + 1) * 10),
        PEINH: "1",
        MENGE: "1.000",
        MEINS: "AU",
      };
      const money = fixed(part, 2);
      tables.add("ESLL", { ...line, KTEXT1: `${TXZ01.slice(0, 30).trimEnd()} part ${index + 1}`, BRTWR: money, NETWR: money });
    });
    return { ...item, PACKNO: outline };
  });
}

/** Levels follow from POSID: a parent's number is the child's without its last part. */
function addHierarchy(group: Group): void {
  const { tables } = group;
  const byPosid = new Map(tables.rows("PRPS").map((row) => [row["POSID"] ?? "", row["PSPNR"] ?? ""]));
  const levels = tables.rows("PRPS").map((row) => {
    const posid = row["POSID"] ?? "";
    return { row, up: row["STUFE"] === "1" ? "" : (byPosid.get(posid.slice(0, posid.lastIndexOf("-"))) ?? "") };
  });
  const siblings = Map.groupBy(levels, ({ row, up }) => `${row["PSPHI"]} ${up}`);
  for (const { row, up } of levels) {
    const own = (siblings.get(`${row["PSPHI"]} ${up}`) ?? []).map((each) => each.row["PSPNR"]);
    const at = own.indexOf(row["PSPNR"]);
    const DOWN = siblings.get(`${row["PSPHI"]} ${row["PSPNR"]}`)?.[0]?.row["PSPNR"];
    const edges = { UP: up === "" ? undefined : up, DOWN, LEFT: own[at - 1], RIGHT: own[at + 1] };
    tables.add("PRHI", compactRow({ POSNR: row["PSPNR"], PSPHI: row["PSPHI"], ...edges }));
  }
}

function addStatus(group: Group): void {
  const { tables } = group;
  for (const [index, row] of [...tables.rows("PROJ"), ...tables.rows("AUFK")].entries()) {
    const OBJNR = row["OBJNR"] ?? "";
    const stamp = { USNAM: "PLANNER1", TCODE: "CJ20N", CDTCODE: "CJ20N" };
    tables.add("JEST", { OBJNR, STAT: "I0001", INACT: "X", CHGNR: "002" });
    tables.add("JEST", { OBJNR, STAT: "I0002", CHGNR: "001" });
    tables.add("JCDS", { OBJNR, STAT: "I0001", CHGNR: "001", ...stamp, UDATE: "20200115", UTIME: "090000", CHIND: "I" });
    tables.add("JCDS", { OBJNR, STAT: "I0002", CHGNR: "001", ...stamp, UDATE: "20200201", UTIME: "101500", CHIND: "I" });
    if (index % 9 === 8) tables.add("JEST", { OBJNR, STAT: "I0045", CHGNR: "001" });
  }
  for (const { activities } of group.projects) {
    const [first] = activities;
    if (first !== undefined) tables.add("AFKO", { AUFNR: first.nplnr, AUFPL: first.aufpl, GSTRP: "20200115" });
  }
}

export function addOrderDetails(group: Group): void {
  addReceived(group);
  addServicePackages(group);
  addHierarchy(group);
  addStatus(group);
}

type Change = { OBJECTCLAS: string; OBJECTID: string; TCODE: string; TABNAME: string; TABKEY: string; FNAME: string };

/** A change document, and for the vendor's a change pointer as well: they work for master data only (sap-data 3). */
function addChange(group: Group, serial: number, change: Change, values: { old: string; new: string }): void {
  const { OBJECTCLAS, OBJECTID, TCODE, TABNAME, TABKEY, FNAME } = change;
  const key = { OBJECTCLAS, OBJECTID, CHANGENR: ten(500_000 + serial) };
  const UDATE = addDays(group.options.asOf, -(serial % 20));
  const UTIME = "143000";
  group.tables.add("CDHDR", { ...key, USERNAME: "CLERK1", UDATE, UTIME, TCODE, CHANGE_IND: "U" });
  group.tables.add("CDPOS", { ...key, TABNAME, TABKEY, FNAME, CHNGIND: "U", VALUE_NEW: values.new, VALUE_OLD: values.old });
  if (OBJECTCLAS !== "KRED") return;
  const pointer = {
    TABNAME,
    TABKEY,
    FLDNAME: FNAME,
    CRETIME: `${UDATE}${UTIME}`,
    ACTTIME: `${UDATE}${UTIME}`,
    USRNAME: "CLERK1",
  };
  const document = { CDOBJCL: OBJECTCLAS, CDOBJID: OBJECTID, CDCHGNO: key.CHANGENR, CDCHGID: "U" };
  group.tables.add("BDCP2", { MESTYPE: "CREMAS", CPIDENT: ten(serial), ...pointer, ...document });
}

/** Some addresses have a version in another script, some an expired row and a second e-mail; both are real and easily doubled. */
export function addVendorDetails(group: Group): void {
  const { tables, options } = group;
  const client = "100";
  const addresses = [...tables.rows("ADRC")];
  const vendors = tables.rows("LFA1");
  let serial = 0;
  const change = (facts: Change, old: string, next: string) => {
    serial += 1;
    addChange(group, serial, facts, { old, new: next });
  };
  addresses.forEach((row, index) => {
    const { ADDRNUMBER = "", NAME1 = "", CITY1 = "" } = row;
    if (index % 12 === 9) tables.add("ADRC", { ...row, NATION: "I", NAME1: `${NAME1.slice(0, 30)} (Intl)`, LANGU: "E" });
    if (index % 20 === 11)
      tables.add("ADRC", { ...row, DATE_FROM: "00010102", DATE_TO: addDays(options.asOf, -400), CITY1: "Oldtown" });
    const mail = { ADDRNUMBER, DATE_FROM: "00010101", CONSNUMBER: "002" };
    if (index % 15 === 7) tables.add("ADR6", { ...mail, SMTP_ADDR: `site${index}@vendor.example` });
    if (index % 25 === 3) {
      const facts = { OBJECTCLAS: "ADRESSE", OBJECTID: `BP  ${ADDRNUMBER}`, TCODE: "XK02", TABNAME: "ADRC" };
      change({ ...facts, TABKEY: `${client}${ADDRNUMBER}00010101`, FNAME: "CITY1" }, "Oldtown", CITY1);
    }
  });
  vendors.forEach(({ LIFNR = "", NAME1 = "" }, index) => {
    const facts = {
      OBJECTCLAS: "KRED",
      OBJECTID: LIFNR,
      TCODE: "XK02",
      TABNAME: "LFA1",
      TABKEY: `${client}${LIFNR}`,
      FNAME: "NAME1",
    };
    if (index % 25 === 1) change(facts, NAME1.toUpperCase(), NAME1);
  });
  tables.rows("EKPO").forEach(({ EBELN = "", EBELP = "", NETPR = "" }, index) => {
    const facts = {
      OBJECTCLAS: "EINKBELEG",
      OBJECTID: EBELN,
      TCODE: "ME22N",
      TABNAME: "EKPO",
      TABKEY: `${client}${EBELN}${EBELP}`,
    };
    if (index % 60 === 2) change({ ...facts, FNAME: "NETPR" }, "1.00", NETPR);
  });
}
