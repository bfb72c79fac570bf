/**
 * Purchase orders: EKKO with its items and account assignments (sap-data 2.3), always whole: the header is read again after the children, and an
 * order that changed meanwhile is read once more, then rejected by name. EKKO has no change stamp and receipts do not move EKPO-AEDAT
 * (sap-data 0.1, 0.2): between sweeps any trace of a touch, also among its parts, has the whole order read again.
 */
import {
  type Assignment,
  type PurchaseOrderItem,
  type PurchaseOrderRecord,
  type SourceRecord,
  splitWeights,
} from "../../core/index.ts";
import { createBapiCaller, type PurchaseOrderDetail } from "../bapi/index.ts";
import type { RejectedRow, TableRow } from "../rfc/index.ts";
import { accountOf, orderTables } from "./change-accounts.ts";
import { readChangedOrders } from "./change-triggers.ts";
import { type Discoverable, discover, discoverOffer } from "./discover.ts";
import { fieldsRead } from "./fields-read.ts";
import { deltaDefaults, type ExtractSource, type FlowExtract } from "./flow-extract.ts";
import { assignmentKeysOf, createLookUps, type Loaded, realAmount } from "./look-ups.ts";
import { createLostDigits } from "./lost-digits.ts";
import { parseKeys, withDigest } from "./object-slice.ts";
import { type PartsOf, readItemParts } from "./purchase-order-parts.ts";
import { reuseLeaves } from "./reuse-leaves.ts";
import { cell, groupRows, isFlag, readByValues, readWhole } from "./rows.ts";
import { readServerDate } from "./server-date.ts";
import { parseSlice, type Slice } from "./slice.ts";
import { openTriggered } from "./sweep-or-changes.ts";

const what: Discoverable = { flow: "purchase-orders", table: "EKKO", keyFields: ["EBELN"], cap: 400, objectsPerSlice: 400 };

const headerFields = fieldsRead.EKKO;
const itemFields = fieldsRead.EKPO;
const assignmentFields = fieldsRead.EKKN;

/** Shown, or used only where they can be read: a price too wide for its column is no reason to lose an order. */
const informational = { EKKO: ["WKURS"], EKPO: ["MENGE", "NETPR", "PEINH"], EKKN: ["VPROZ"] } as const;

type Parts = {
  headers: readonly TableRow[];
  items: Map<string, TableRow[]>;
  assignments: Map<string, TableRow[]>;
  rejected: Map<string, RejectedRow>;
  itemParts: PartsOf;
  details: ReadonlyMap<string, PurchaseOrderDetail>;
};

const keysOf = (row: TableRow) => assignmentKeysOf(row, "PS_PSP_PNR");

function assignmentOf(
  row: TableRow,
  currency: string,
  { objectOf, small }: Loaded,
  detail: PurchaseOrderDetail | undefined,
): Assignment {
  const percent = cell(row, "VPROZ") || (detail?.percents.get(`${cell(row, "EBELP")}/${cell(row, "ZEKKN")}`) ?? "");
  const object = objectOf(keysOf(row), { realOnly: false });
  return {
    assignment: cell(row, "ZEKKN"),
    quantity: cell(row, "MENGE"),
    percent,
    netValue: cell(row, "NETWR") === "" ? "" : realAmount(small, cell(row, "NETWR"), currency),
    account: cell(row, "SAKTO"),
    ...(object ? { object } : {}),
  };
}

/** Deleted assignments are left out, unless there are no others: the item's value has to go somewhere. */
function liveAssignments(rows: readonly TableRow[]): readonly TableRow[] {
  const live = rows.filter((row) => !isFlag(row, "LOEKZ"));
  return (live.length > 0 ? live : rows).toSorted((left, right) => (cell(left, "ZEKKN") < cell(right, "ZEKKN") ? -1 : 1));
}

function itemOf(
  row: TableRow,
  { assignments, currency, tools, parts }: { assignments: readonly TableRow[]; currency: string; tools: Loaded; parts: Parts },
): PurchaseOrderItem {
  const detail = parts.details.get(cell(row, "EBELN"));
  const money = (field: string) => (cell(row, field) === "" ? "" : realAmount(tools.small, cell(row, field), currency));
  return {
    item: cell(row, "EBELP"),
    deletion: cell(row, "LOEKZ"),
    description: cell(row, "TXZ01"),
    material: cell(row, "MATNR"),
    materialGroup: cell(row, "MATKL"),
    plant: cell(row, "WERKS"),
    quantity: cell(row, "MENGE"),
    unit: cell(row, "MEINS"),
    netPrice: money("NETPR"),
    priceUnit: cell(row, "PEINH"),
    netValue: money("NETWR"),
    nonDeductibleTax: money("NAVNW"),
    itemCategory: cell(row, "PSTYP"),
    accountAssignmentCategory: cell(row, "KNTTP"),
    distribution: cell(row, "VRTKZ"),
    isReturn: isFlag(row, "RETPO"),
    isDeliveryComplete: isFlag(row, "ELIKZ"),
    isFinallyInvoiced: isFlag(row, "EREKZ"),
    assignments: liveAssignments(assignments).map((each) => assignmentOf(each, currency, tools, detail)),
    ...parts.itemParts(row, (raw) => realAmount(tools.small, raw, currency)),
  };
}

function orderOf(header: TableRow, parts: Parts, tools: Loaded): PurchaseOrderRecord {
  const key = cell(header, "EBELN");
  const currency = cell(header, "WAERS");
  const assignments = groupRows(parts.assignments.get(key) ?? [], "EBELP");
  const items = (parts.items.get(key) ?? []).toSorted((left, right) => (cell(left, "EBELP") < cell(right, "EBELP") ? -1 : 1));
  return {
    kind: "purchase-order",
    key,
    companyCode: cell(header, "BUKRS"),
    category: cell(header, "BSTYP"),
    documentType: cell(header, "BSART"),
    vendor: cell(header, "LIFNR"),
    supplyingPlant: cell(header, "RESWK"),
    isIncomplete: isFlag(header, "MEMORY"),
    deletion: cell(header, "LOEKZ"),
    currency,
    exchangeRate: cell(header, "WKURS") || (parts.details.get(key)?.exchangeRate ?? ""),
    companyCurrency: tools.small.currencyOfCompany.get(cell(header, "BUKRS")) ?? "",
    documentDate: cell(header, "BEDAT"),
    createdOn: cell(header, "AEDAT"),
    paymentTerms: cell(header, "ZTERM"),
    isReleasePending: isFlag(header, "FRGRL"),
    yourReference: cell(header, "IHREZ"),
    items: items.map((row) => itemOf(row, { assignments: assignments.get(cell(row, "EBELP")) ?? [], currency, tools, parts })),
  };
}

function recordOf(header: TableRow, parts: Parts, tools: Loaded, isUnstable: boolean): SourceRecord {
  const key = cell(header, "EBELN");
  const currency = cell(header, "WAERS");
  const rejected = { kind: "rejected", flow: "purchase-orders", key, balance: "0", currency, period: "" } as const;
  if (isUnstable) return { ...rejected, code: "object-unstable", detail: "the header changed twice while its items were read" };
  const lost = parts.rejected.get(key);
  if (lost) {
    const code = lost.code === "amount-overflow" ? "amount-overflow" : "amount-unreadable";
    return { ...rejected, code, detail: `${Object.values(lost.rejected).join("/")} ${lost.field}` };
  }
  const order = orderOf(header, parts, tools);
  const lostSplit = order.items.find((item) => item.assignments.length > 1 && !splitWeights(item));
  if (lostSplit) return { ...rejected, code: "amount-overflow", detail: `${lostSplit.item} VPROZ` };
  const hasItems = (parts.items.get(key) ?? []).length > 0;
  const shouldHaveItems = cell(header, "BSTYP") === "F" && !isFlag(header, "MEMORY") && cell(header, "LOEKZ") !== "L";
  if (!hasItems && shouldHaveItems) return { ...rejected, code: "object-without-items", detail: "EKPO delivered no item" };
  return order;
}

/** Rows come in any order; the report of a lost one must not depend on it. */
function firstByOrder(rejected: readonly RejectedRow[]): Map<string, RejectedRow> {
  const text = (row: RejectedRow) => `${Object.values(row.rejected).join("/")} ${row.field}`;
  return new Map(
    rejected.toSorted((left, right) => (text(left) < text(right) ? 1 : -1)).map((row) => [row.rejected.EBELN ?? "", row]),
  );
}

function sameRow(left: TableRow, right: TableRow | undefined): boolean {
  return right !== undefined && headerFields.every((field) => left[field] === right[field]);
}

export function createPurchaseOrderExtract({ reader, client, clock, settings }: ExtractSource): FlowExtract {
  const lostDigits = createLostDigits(createBapiCaller(client));
  const everything: Slice = {
    ranges: [{ field: "EBELN" }],
    oneOf: settings.companyCodes.length === 0 ? [] : [{ field: "BUKRS", values: [...settings.companyCodes] }],
  };
  const { overlapDays, sweepDays } = settings.delta ?? deltaDefaults;
  const account = accountOf(reader, orderTables);
  const lookUps = createLookUps(reader, clock);
  const readHeaders = (values: readonly string[]) =>
    readByValues(reader, { table: "EKKO", informational: informational.EKKO, fields: headerFields, field: "EBELN", values });

  async function readParts(values: readonly string[]): Promise<Parts> {
    const headers = await readHeaders(values);
    const items = await readByValues(reader, {
      table: "EKPO",
      informational: informational.EKPO,
      fields: itemFields,
      field: "EBELN",
      values,
    });
    const assignments = await readByValues(reader, {
      table: "EKKN",
      informational: informational.EKKN,
      fields: assignmentFields,
      field: "EBELN",
      values,
    });
    const itemsOf = groupRows(items.rows, "EBELN");
    const assignmentsOf = groupRows(assignments.rows, "EBELN");
    const itemParts = await readItemParts(reader, values, items.rows);
    const details = await lostDigits.find(
      headers.rows.map((header) => {
        const key = cell(header, "EBELN");
        return { header, items: itemsOf.get(key) ?? [], assignments: assignmentsOf.get(key) ?? [] };
      }),
    );
    const rejected = [...headers.rejected, ...items.rejected, ...assignments.rejected];
    return {
      headers: headers.rows,
      items: itemsOf,
      assignments: assignmentsOf,
      rejected: firstByOrder(rejected),
      itemParts,
      details,
    };
  }

  /** Orders whose header is the same before and after its children, and the keys of those that changed or went. */
  async function readStable(values: readonly string[]): Promise<{ parts: Parts; moved: Set<string> }> {
    const parts = await readParts(values);
    const after = new Map((await readHeaders(values)).rows.map((row) => [cell(row, "EBELN"), row]));
    const moved = parts.headers.filter((row) => !sameRow(row, after.get(cell(row, "EBELN")))).map((row) => cell(row, "EBELN"));
    return { parts, moved: new Set(moved) };
  }

  async function recordsOf(
    parts: Parts,
    chosen: (key: string) => boolean,
    isUnstable: (key: string) => boolean,
  ): Promise<SourceRecord[]> {
    const tools = await lookUps.load([...parts.assignments.values()].flat().map(keysOf));
    const headers = parts.headers.filter((row) => chosen(cell(row, "EBELN")));
    return headers.map((row) => recordOf(row, parts, tools, isUnstable(cell(row, "EBELN"))));
  }

  /** Change documents and history know no company code, and ours may be few. */
  async function inScope(values: readonly string[]): Promise<readonly string[]> {
    if (settings.companyCodes.length === 0) return values;
    const headers = await readWhole(reader, { table: "EKKO", fields: ["EBELN", "BUKRS"], field: "EBELN", values });
    return headers.filter((row) => settings.companyCodes.includes(cell(row, "BUKRS"))).map((row) => cell(row, "EBELN"));
  }

  return {
    open: async (ask) =>
      openTriggered(ask, {
        what,
        today: await readServerDate(client, settings.zone),
        overlapDays,
        sweepDays: sweepDays.purchaseOrders,
        scope: settings.companyCodes,
        sweep: () => reuseLeaves(ask.leaves, "EKKO", everything).map((slice) => discoverOffer(what, slice)),
        beginAccount: account?.begin,
        async follow(window, links) {
          const told = await account?.since(links);
          const orders = await inScope(await readChangedOrders(reader, window, told && (told.changed.EBELN ?? [])));
          return { keys: orders.map((EBELN) => ({ EBELN })), ...(told ? { links: told.links } : {}) };
        },
        told: async (orders) => (await inScope(orders)).map((EBELN) => ({ EBELN })),
      }),
    discover: (label, slice) => discover(reader, what, label, parseSlice(slice, "EKKO")),
    async read(slice, digest) {
      const values = parseKeys(slice, "EKKO", what.keyFields).map((key) => key.EBELN ?? "");
      const first = await readStable(values);
      const records = await recordsOf(
        first.parts,
        (key) => !first.moved.has(key),
        () => false,
      );
      if (first.moved.size > 0) {
        const again = await readStable([...first.moved]);
        records.push(
          ...(await recordsOf(
            again.parts,
            () => true,
            (key) => again.moved.has(key),
          )),
        );
      }
      return withDigest(records, digest);
    },
  };
}
