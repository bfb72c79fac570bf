/**
 * SAP's own totals as records (ruling 31): read from the totals tables and never from the lines that they sum up, so that a row which no extract
 * ever met shows here. EKBE has no totals table; its sums are made from the history itself, independent of invoices and goods receipts. A
 * total that cannot be read exactly fails its slice by name: a control that is silently short controls nothing.
 */
import {
  type ControlTotalRecord,
  type ControlTotalSource,
  type CostObject,
  controlTotalSources,
  type SapDate,
  shiftByTcurx,
  type TimeZone,
} from "../../../core/index.ts";
import type { Clock, RfcClient } from "../../../ports/index.ts";
import { all, oneOf, type TableReader, type TableRow } from "../../rfc/index.ts";
import { readNetworks } from "../costs/networks.ts";
import { assignmentOf } from "../costs/object-number.ts";
import { type Discoverable, discover, discoverOffer } from "../discover.ts";
import { type FlowExtract, leadingLedgerDefault } from "../flow-extract.ts";
import { createKindMarks } from "../kind-marks.ts";
import { createLookUps } from "../look-ups.ts";
import { parseKeys, withDigest } from "../object-slice.ts";
import { cell, readAll, readWhole } from "../rows.ts";
import { readServerDate } from "../server-date.ts";
import { parseSlice, type Slice } from "../slice.ts";
import { historyFields, historyTotals } from "./history.ts";
import { columnsOf, fieldsOf, filtersOf, type TotalsTable, totalsTables } from "./sources.ts";
import { sumRaw } from "./sum-raw.ts";

export type ControlTotalSettings = {
  zone: TimeZone;
  /** Which tables this system keeps: COSP, COSS and EKBE always; FAGLFLEXT with the new general ledger, GLT0 with the classic one. */
  sources: readonly ControlTotalSource[];
  /** RLDNR of the leading ledger. */
  leadingLedger?: string | undefined;
  /** Fiscal years, four digits; empty: all. */
  years: readonly string[];
  /** The first fiscal year that is looked at; all without it. */
  fromYear?: string | undefined;
  /** Of the order history: rows entered before are left out, as invoices are. */
  from?: SapDate | undefined;
  /** Of the order history: orders of these company codes; empty or absent: of all. */
  companyCodes?: readonly string[];
};

const marks = createKindMarks<ControlTotalSource, "control-totals">("slice of control totals", controlTotalSources);
const cap = 10_000;
const objectsPerSlice = 500;

function keyFieldsOf(of: ControlTotalSource): readonly string[] {
  return of === "EKBE" ? ["EBELN", "EBELP"] : totalsTables[of].keyFields;
}

function discoverable(of: ControlTotalSource): Discoverable<"control-totals"> {
  return { flow: "control-totals", table: of, keyFields: keyFieldsOf(of), cap, objectsPerSlice };
}

type Currencies = {
  ofCompany: ReadonlyMap<string, string>;
  ofArea: ReadonlyMap<string, string>;
  areaOfCompany: ReadonlyMap<string, string>;
  decimals: ReadonlyMap<string, number>;
};

async function readCurrencies(reader: TableReader): Promise<Currencies> {
  const table = (name: string, fields: readonly string[]) => readAll(reader, { table: name, fields });
  const pairs = (rows: readonly TableRow[], key: string, value: string) =>
    new Map(rows.map((row) => [cell(row, key), cell(row, value)]));
  const decimals = await table("TCURX", ["CURRKEY", "CURRDEC"]);
  return {
    ofCompany: pairs(await table("T001", ["BUKRS", "WAERS"]), "BUKRS", "WAERS"),
    ofArea: pairs(await table("TKA01", ["KOKRS", "WAERS"]), "KOKRS", "WAERS"),
    areaOfCompany: pairs(await table("TKA02", ["BUKRS", "GSBER", "KOKRS"]), "BUKRS", "KOKRS"),
    decimals: new Map(decimals.map((row) => [cell(row, "CURRKEY"), Number(cell(row, "CURRDEC"))])),
  };
}

/** The row's company code says it; the object number of cost centres and activity types holds it (sap-data 2.6); else only one area leaves no doubt. */
function areaOf(row: TableRow, { areaOfCompany, ofArea }: Currencies): string {
  const objectNumber = cell(row, "OBJNR");
  if (/^K[SL]/.test(objectNumber)) return objectNumber.slice(2, 6).trim();
  const [only, ...others] = ofArea.keys();
  return areaOfCompany.get(cell(row, "BUKRS")) ?? (others.length === 0 ? (only ?? "") : "");
}

function real(raw: string, currency: string, { decimals }: Currencies): string {
  return shiftByTcurx(raw, { columnDecimals: 2, currencyDecimals: decimals.get(currency) ?? 2 }) ?? raw;
}

type ObjectOf = (objectNumber: string) => CostObject | undefined;

function recordOf(table: TotalsTable, row: TableRow, currencies: Currencies, objectOf: ObjectOf): ControlTotalRecord {
  const isControlling = table.object !== undefined;
  const companyCode = cell(row, table.companyCode);
  const controllingArea = isControlling ? areaOf(row, currencies) : "";
  // A row of controlling without a company code is compared with nothing; its amounts still need a name.
  const currency = currencies.ofCompany.get(companyCode) ?? currencies.ofArea.get(controllingArea) ?? "";
  const objectNumber = table.object === undefined ? "" : cell(row, table.object);
  const costObject = objectOf(objectNumber);
  const columns = columnsOf(table).map(({ period, field }) => ({ period, raw: cell(row, field) }));
  return {
    kind: "control-total",
    source: table.source,
    key: `${table.source}:${[...table.keyFields, ...table.rowFields].map((field) => cell(row, field)).join("/")}`,
    companyCode,
    controllingArea,
    object: objectNumber,
    ...(costObject ? { costObject } : {}),
    transaction: isControlling ? cell(row, "VRGNG") : "",
    account: cell(row, table.account),
    fiscalYear: Number(cell(row, table.year)),
    currency,
    total: real(sumRaw(columns.map(({ raw }) => raw)), currency, currencies),
    periods: columns
      .filter(({ raw }) => !/^-?[0.]*$/.test(raw))
      .map(({ period, raw }) => ({ period, amount: real(raw, currency, currencies) })),
  };
}

export function createControlTotalExtract({
  reader,
  client,
  clock,
  settings,
}: {
  reader: TableReader;
  client: RfcClient;
  clock: Clock;
  settings: ControlTotalSettings;
}): FlowExtract<"control-totals", ControlTotalRecord> {
  const { leadingLedger = leadingLedgerDefault, years, fromYear } = settings;
  const lookUps = createLookUps(reader, clock);
  /** Read once a run: each begins with `open`. */
  let known: Promise<Currencies> | undefined;
  const currenciesOfRun = (): Promise<Currencies> => {
    known ??= readCurrencies(reader).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };

  /** The value type says that the object is the real one, whatever its master data say now. */
  async function objectsOf(numbers: readonly string[]): Promise<ObjectOf> {
    const networks = await readNetworks(reader, numbers);
    const { objectOf } = await lookUps.load(numbers.map((number) => assignmentOf(number, networks)));
    return (number) => (number === "" ? undefined : objectOf(assignmentOf(number, networks), { realOnly: false }));
  }

  function sliceOf(of: ControlTotalSource): Slice {
    if (of === "EKBE") return { ranges: keyFieldsOf(of).map((field) => ({ field })), oneOf: [] };
    const from = (field: string) => (fromYear !== undefined && field === totalsTables[of].year ? { from: fromYear } : {});
    const ranges = keyFieldsOf(of).map((field) => ({ field, ...from(field) }));
    const ofYears = years.length === 0 ? [] : [{ field: totalsTables[of].year, values: [...years] }];
    return { ranges, oneOf: [...filtersOf(totalsTables[of], leadingLedger), ...ofYears] };
  }

  async function readTotals(of: Exclude<ControlTotalSource, "EKBE">, given: unknown): Promise<ControlTotalRecord[]> {
    const table = totalsTables[of];
    const keys = parseKeys(given, of, table.keyFields);
    const asked = new Set(keys.map((key) => table.keyFields.map((field) => key[field]).join("/")));
    const [by] = table.keyFields;
    const where = all(...filtersOf(table, leadingLedger).map(({ field, values }) => oneOf(field, values)));
    const fields = fieldsOf(table);
    const rows = await readWhole(reader, { table: of, fields, field: by, values: keys.map((key) => key[by] ?? ""), where });
    const currencies = await currenciesOfRun();
    const found = rows.filter((row) => asked.has(table.keyFields.map((field) => cell(row, field)).join("/")));
    const { object } = table;
    const objectOf = await objectsOf(object === undefined ? [] : [...new Set(found.map((row) => cell(row, object)))]);
    return found.map((row) => recordOf(table, row, currencies, objectOf));
  }

  async function readHistory(given: unknown): Promise<ControlTotalRecord[]> {
    const keys = parseKeys(given, "EKBE", ["EBELN", "EBELP"]);
    const values = keys.map((key) => key.EBELN ?? "");
    const rows = await readWhole(reader, { table: "EKBE", fields: historyFields, field: "EBELN", values });
    const orders = await readWhole(reader, { table: "EKKO", fields: ["EBELN", "BUKRS", "WAERS"], field: "EBELN", values });
    const currencies = await currenciesOfRun();
    const asked = new Set(keys.map((key) => `${key.EBELN}/${key.EBELP}`));
    return historyTotals(
      rows.filter((row) => asked.has(`${cell(row, "EBELN")}/${cell(row, "EBELP")}`)),
      {
        companyOf: new Map(orders.map((row) => [cell(row, "EBELN"), cell(row, "BUKRS")])),
        currencyOf: new Map(orders.map((row) => [cell(row, "EBELN"), cell(row, "WAERS")])),
        real: (raw, currency) => real(raw, currency, currencies),
        from: settings.from,
        companyCodes: settings.companyCodes ?? [],
      },
    );
  }

  return {
    async open() {
      known = undefined;
      const watermark = await readServerDate(client, settings.zone);
      return { slices: settings.sources.map((of) => marks.mark(of, discoverOffer(discoverable(of), sliceOf(of)))), watermark };
    },
    async discover(label, given) {
      const { of, slice } = marks.unmark(given);
      const found = await discover(reader, discoverable(of), marks.bareLabel(of, label), parseSlice(slice, of));
      return marks.markAll(of, found);
    },
    async read(given, digest) {
      const { of, slice } = marks.unmark(given);
      return withDigest(of === "EKBE" ? await readHistory(slice) : await readTotals(of, slice), digest);
    },
  };
}
