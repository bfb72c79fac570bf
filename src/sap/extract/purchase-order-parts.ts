/**
 * What belongs to an item beside its assignments: schedule lines, service packages and the sums of its history (sap-data 2.3). Each part may be kept
 * away by the policy, and is then unknown. Numbers that cannot be read make the part unknown for that item, never short.
 */
import type { HistoryTotal, ServiceLine } from "../../core/index.ts";
import type { TableReader, TableRow } from "../rfc/index.ts";
import { fieldsRead } from "./fields-read.ts";
import { cell, filled, groupRows, readOptional, signedBy, sumTexts } from "./rows.ts";

export type ItemParts = {
  deliveries?: { date: string; quantity: string }[];
  services?: ServiceLine[];
  history?: HistoryTotal[];
};

/** By `EBELN/EBELP`. */
export type PartsOf = (item: TableRow, real: (raw: string) => string) => ItemParts;

/** Outlines hold sub-packages; deeper than this is no service package that anybody keeps. */
const packageDepthMax = 5;

const itemKey = (row: TableRow) => `${cell(row, "EBELN")}/${cell(row, "EBELP")}`;

export async function readItemParts(
  reader: TableReader,
  orders: readonly string[],
  items: readonly TableRow[],
): Promise<PartsOf> {
  const deliveries = await readTable(reader, "EKET", "EBELN", orders, ["MENGE"]);
  const history = await readTable(reader, "EKBE", "EBELN", orders, ["MENGE", "WRBTR"]);
  const shares = await readTable(reader, "EKBE_MA", "EBELN", orders, ["MENGE", "WRBTR"]);
  const packages = await readPackages(
    reader,
    items.map((row) => cell(row, "PACKNO")),
  );
  const deliveriesOf = deliveries && Map.groupBy(deliveries, itemKey);
  const historyOf = history && Map.groupBy(history, itemKey);
  const sharesOf = Map.groupBy(shares ?? [], itemKey);
  return (item, real) => {
    const key = itemKey(item);
    const totals = historyOf && historyTotals(historyOf.get(key) ?? [], sharesOf.get(key) ?? [], real);
    const services = packages && filled(cell(item, "PACKNO")) ? servicesOf(packages, cell(item, "PACKNO"), real) : undefined;
    return {
      ...(deliveriesOf ? { deliveries: scheduleOf(deliveriesOf.get(key) ?? []) } : {}),
      ...(services && services.length > 0 ? { services } : {}),
      ...(totals ? { history: totals } : {}),
    };
  };
}

async function readTable(
  reader: TableReader,
  table: "EKET" | "EKBE" | "EKBE_MA",
  field: string,
  values: readonly string[],
  informational: readonly string[],
): Promise<readonly TableRow[] | undefined> {
  return (await readOptional(reader, { table, fields: fieldsRead[table], field, values, informational }))?.rows;
}

function scheduleOf(rows: readonly TableRow[]): { date: string; quantity: string }[] {
  const lines = rows.map((row) => ({ date: cell(row, "EINDT"), quantity: cell(row, "MENGE"), line: cell(row, "ETENR") }));
  const order = (each: (typeof lines)[number]) => `${each.date}${each.line}`;
  return lines.sort((left, right) => (order(left) < order(right) ? -1 : 1)).map(({ date, quantity }) => ({ date, quantity }));
}

/** Rows of EKBE_MA stand in for those EKBE rows that they share out: ZEKKN 00 of the same document and line. */
function historyTotals(
  rows: readonly TableRow[],
  shares: readonly TableRow[],
  real: (raw: string) => string,
): HistoryTotal[] | undefined {
  const documentOf = (row: TableRow) => ["VGABE", "GJAHR", "BELNR", "BUZEI"].map((field) => cell(row, field)).join("/");
  const shared = Map.groupBy(shares, documentOf);
  const single = rows.flatMap((row) => {
    const parts = filled(cell(row, "ZEKKN")) ? undefined : shared.get(documentOf(row));
    return parts ?? [row];
  });
  const groups = Map.groupBy(single, (row) => `${cell(row, "VGABE")}/${cell(row, "ZEKKN")}`);
  const totals: HistoryTotal[] = [];
  for (const [key, group] of [...groups].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const [category = "", assignment = ""] = key.split("/");
    const quantity = sumTexts(
      group.map((row) => signedBy(cell(row, "SHKZG"), cell(row, "MENGE"))),
      3,
    );
    const amount = sumTexts(
      group.map((row) => signedBy(cell(row, "SHKZG"), cell(row, "WRBTR"))),
      2,
    );
    if (quantity === undefined || amount === undefined) return undefined;
    totals.push({ category, assignment, quantity, amount: real(amount) });
  }
  return totals;
}

type Packages = ReadonlyMap<string, readonly TableRow[]>;

/** EKPO-PACKNO names the outline; rows of it name sub-packages, whose rows are the services. */
async function readPackages(reader: TableReader, numbers: readonly string[]): Promise<Packages | undefined> {
  const packages = new Map<string, readonly TableRow[]>();
  let wanted = numbers.filter(filled);
  for (let depth = 0; depth < packageDepthMax && wanted.length > 0; depth += 1) {
    const asked = { table: "ESLL", fields: fieldsRead.ESLL, field: "PACKNO", values: wanted, informational: ["MENGE", "NETWR"] };
    const read = await readOptional(reader, asked);
    if (read === undefined) return undefined;
    for (const [number, rows] of groupRows(read.rows, "PACKNO")) packages.set(number, rows);
    wanted = read.rows.map((row) => cell(row, "SUB_PACKNO")).filter((number) => filled(number) && !packages.has(number));
  }
  return packages;
}

function servicesOf(packages: Packages, number: string, real: (raw: string) => string): ServiceLine[] {
  const lines: ServiceLine[] = [];
  const visit = (each: string, depth: number) => {
    const rows = (packages.get(each) ?? []).toSorted((left, right) => (cell(left, "EXTROW") < cell(right, "EXTROW") ? -1 : 1));
    for (const row of rows) {
      if (cell(row, "DEL") !== "") continue;
      const below = cell(row, "SUB_PACKNO");
      if (filled(below) && depth < packageDepthMax) visit(below, depth + 1);
      else if (!filled(below)) lines.push(serviceOf(row, real));
    }
  };
  visit(number, 0);
  return lines;
}

function serviceOf(row: TableRow, real: (raw: string) => string): ServiceLine {
  const net = cell(row, "NETWR");
  return {
    line: cell(row, "EXTROW"),
    service: cell(row, "SRVPOS"),
    text: cell(row, "KTEXT1"),
    quantity: cell(row, "MENGE"),
    unit: cell(row, "MEINS"),
    netValue: net === "" ? "" : real(net),
  };
}
