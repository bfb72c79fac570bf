/**
 * Writes purchase orders: header, items, account assignments and schedule lines that agree with each other (quantities add up, shares
 * sum to the whole, PEINH is never zero). What a caller does not say gets an ordinary value.
 */
import { fixed, shareOf, storedAmount } from "./amount.ts";
import { addDays } from "./days.ts";
import { compactRow, type Group, type ObjectFields } from "./group.ts";
import type { Company } from "./organisation.ts";
import { cut } from "./tables.ts";

export type AssignmentDraft = {
  object: ObjectFields;
  account: string;
  /** Thousandths of the order quantity, for VRTKZ 1. */
  quantity?: bigint;
  /** Tenths of a percent, for VRTKZ 2. */
  percent?: bigint;
};

export type ItemDraft = {
  text: string;
  /** Blank stock, P project, N network, F order, K cost centre, U unknown. */
  knttp?: string;
  pstyp?: string;
  matkl: string;
  matnr?: string;
  werks?: string;
  quantity: bigint;
  unit?: string;
  price: bigint;
  priceUnit?: bigint;
  /** Overrides quantity x price: a header discount, say. NETWR is authoritative (sap-data 2.3). */
  netwr?: bigint;
  navnw?: bigint;
  vrtkz?: string;
  /** False leaves the EKKN-NETWR of a split by percent initial. */
  hasNetwrByShare?: boolean;
  assignments: readonly AssignmentDraft[];
  loekz?: string;
  isReturn?: boolean;
  hasReceipt?: boolean;
};

export type OrderDraft = {
  ebeln: string;
  company: Company;
  lifnr: string;
  bedat: string;
  bstyp?: string;
  bsart?: string;
  waers?: string;
  wkurs?: string;
  header?: Readonly<Record<string, string>>;
  items: readonly ItemDraft[];
};

const numc = (value: number, width: number): string => String(value).padStart(width, "0");

/** Whole units, thousandths kept; NETPR and NETWR carry the currency's minor units in two stored decimals. */
const itemValue = (item: ItemDraft): bigint => item.netwr ?? shareOf(item.price, item.quantity, 1000n * (item.priceUnit ?? 1n));

/** SAP keeps the shares of a split by percent in EKKN-NETWR; a single row leaves it 0 (sap-data 2.3 [D]). */
function percentShares(item: ItemDraft): readonly (bigint | undefined)[] {
  if (item.hasNetwrByShare === false) return [];
  const whole = itemValue(item);
  let left = whole;
  return item.assignments.map(({ percent }, index) => {
    if (percent === undefined || item.assignments.length < 2) return undefined;
    const share = index === item.assignments.length - 1 ? left : shareOf(whole, percent, 1000n);
    left -= share;
    return share;
  });
}

function addAssignments(group: Group, ebeln: string, ebelp: string, item: ItemDraft, bedat: string): void {
  const shares = percentShares(item);
  item.assignments.forEach((assignment, index) => {
    const share = shares[index];
    const { PROJK, ...rest } = assignment.object;
    group.tables.add(
      "EKKN",
      compactRow({
        EBELN: ebeln,
        EBELP: ebelp,
        ZEKKN: numc(index + 1, 2),
        AEDAT: bedat,
        MENGE: fixed(assignment.quantity ?? item.quantity, 3),
        VPROZ: assignment.percent === undefined ? undefined : fixed(assignment.percent, 1),
        NETWR: share === undefined ? undefined : storedAmount(share),
        SAKTO: assignment.account,
        PS_PSP_PNR: PROJK,
        ...rest,
        KOKRS: "1000",
      }),
    );
  });
}

function addItem(group: Group, order: OrderDraft, item: ItemDraft, index: number): void {
  const ebelp = numc((index + 1) * 10, 5);
  const netwr = storedAmount(itemValue(item));
  const isService = item.pstyp === "9";
  const unit = item.unit ?? (isService ? "AU" : "EA");
  group.tables.add(
    "EKPO",
    compactRow({
      EBELN: order.ebeln,
      EBELP: ebelp,
      LOEKZ: item.loekz,
      AEDAT: order.bedat,
      TXZ01: cut(item.text, 40),
      MATNR: item.matnr,
      BUKRS: order.company.bukrs,
      WERKS: item.werks ?? order.company.plants[0],
      MATKL: item.matkl,
      MENGE: fixed(item.quantity, 3),
      MEINS: unit,
      BPRME: unit,
      BPUMZ: "1",
      BPUMN: "1",
      UMREZ: "1",
      UMREN: "1",
      NETPR: storedAmount(item.price),
      PEINH: String(item.priceUnit ?? 1n),
      NETWR: netwr,
      BRTWR: netwr,
      NAVNW: item.navnw === undefined ? undefined : storedAmount(item.navnw),
      MWSKZ: item.navnw === undefined ? "I0" : "U1",
      PSTYP: item.pstyp ?? "0",
      KNTTP: item.knttp,
      VRTKZ: item.vrtkz,
      WEPOS: (item.hasReceipt ?? !isService) ? "X" : undefined,
      REPOS: "X",
      RETPO: item.isReturn === true ? "X" : undefined,
      BSTYP: order.bstyp ?? "F",
    }),
  );
  addAssignments(group, order.ebeln, ebelp, item, order.bedat);
  group.tables.add("EKET", {
    EBELN: order.ebeln,
    EBELP: ebelp,
    ETENR: "0001",
    EINDT: addDays(order.bedat, 21),
    MENGE: fixed(item.quantity, 3),
  });
}

export function addOrder(group: Group, order: OrderDraft): string {
  group.tables.add(
    "EKKO",
    compactRow({
      EBELN: order.ebeln,
      BUKRS: order.company.bukrs,
      BSTYP: order.bstyp ?? "F",
      BSART: order.bsart ?? "NB",
      STATU: "9",
      AEDAT: order.bedat,
      ERNAM: "BUYER01",
      PINCR: "00010",
      LPONR: numc(order.items.length * 10, 5),
      LIFNR: order.lifnr,
      SPRAS: order.company.spras,
      ZTERM: "ZB30",
      ZBD1T: "14",
      ZBD1P: "2.000",
      ZBD2T: "30",
      EKORG: order.company.bukrs,
      EKGRP: "001",
      WAERS: order.waers ?? order.company.currency,
      WKURS: order.wkurs ?? "1.00000",
      BEDAT: order.bedat,
      PROCSTAT: "02",
      ...order.header,
    }),
  );
  for (const [index, item] of order.items.entries()) addItem(group, order, item, index);
  return order.ebeln;
}

export type EbelnRange = { next(): string };

/** Numbers of a range, in the order of creation. */
export function ebelnRange(first: number): EbelnRange {
  let next = first;
  return {
    next: () => {
      const ebeln = numc(next, 10);
      next += 1;
      return ebeln;
    },
  };
}
