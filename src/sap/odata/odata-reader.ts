/**
 * Tables of SAP through a Gateway service, as a table reader like any other: what reads a table does not know by which door it comes. Rows are
 * brought into the form that the dictionary would give them, and every row is matched against the filter here, whatever the service made of it.
 */
import type { Clock, RfcClient } from "../../ports/index.ts";
import {
  answerDiffers,
  type ChunkCall,
  type ChunkOutcome,
  createTableReader,
  type Dialect,
  type Dictionary,
  failure,
  matcherOf,
  type RawRow,
  type ReadFailure,
  rfcFailed,
  type TableChanges,
  type TableReader,
  type Where,
} from "../rfc/index.ts";
import { type Currencies, createCurrencies } from "./currencies.ts";
import { createDriftWatch, type DriftWatch } from "./drift.ts";
import { filterTexts } from "./filter.ts";
import { type Row, readPages } from "./read-pages.ts";
import { columnOf, Misfit } from "./row-cells.ts";
import { watchKeys } from "./seen-keys.ts";
import { describeTable, type MappedField, type MappedTable, type ServiceMap } from "./service-map.ts";
import { readSetChanges } from "./set-changes.ts";

export type ODataReaderSource = { client: RfcClient; clock: Clock; map: ServiceMap };

const name = "OData";

function fieldsOf(where: Where | undefined): string[] {
  if (where === undefined) return [];
  switch (where.kind) {
    case "all":
    case "any":
      return where.of.flatMap(fieldsOf);
    case "not":
      return fieldsOf(where.of);
    default:
      return [where.field];
  }
}

type Job = { source: ODataReaderSource; call: ChunkCall; mapped: MappedTable; currencies: Currencies | undefined };

/** Fields that are asked for, filtered by, or say the currency of an amount. */
function neededFields({ call, mapped, currencies }: Job): string[] {
  const wanted = [...call.fields.map((field) => field.name), ...fieldsOf(call.where)];
  const beside = currencies === undefined ? [] : wanted.flatMap((field) => currencyFieldOf(mapped.fields[field]) ?? []);
  return [...new Set([...wanted, ...beside])];
}

function currencyFieldOf(field: MappedField | undefined): string | undefined {
  if (field?.amount !== "shifted" || field.currency === undefined) return undefined;
  return typeof field.currency === "string" ? field.currency : field.currency.by;
}

function tooLarge({ call, mapped }: Job): ReadFailure {
  const detail = `${call.description.table} has more than ${mapped.rowsMax} rows, and its service ignores filters.`;
  return { kind: "failure", cause: "answer", code: "table-too-large", detail };
}

/** Cells of the call's fields, and behind them of those that only the filter asks for. */
function columnsOf({ call, mapped, currencies }: Job) {
  const { description, fields, where } = call;
  const inFilter = fieldsOf(where).flatMap((name) => description.byName.get(name) ?? []);
  const all = [...new Set([...fields, ...inFilter])];
  const columns = all.map((field) => columnOf(mapped.fields[field.name] as MappedField, field, currencies));
  const matches = where === undefined ? () => true : matcherOf(where, { ...description, fields: all });
  return { columns, matches, keys: all.flatMap(({ isKey }, at) => (isKey ? [at] : [])) };
}

/** Takes what comes of one filter after the other. */
function gatherRows(job: Job) {
  const { columns, matches, keys } = columnsOf(job);
  const rows: RawRow[] = [];
  const seen = watchKeys(keys, rows);
  let pageAt = 0;
  /** Between two pages a row may change and come again; within one, two rows of one key are two rows, and the key is not the table's. */
  const refuseOther = (cells: RawRow) => {
    const same = rows.slice(pageAt).find((row) => keys.every((at) => row[at] === cells[at]));
    if (same?.some((cell, at) => cell !== cells[at]))
      throw new Misfit("has two rows of one key: its keys are not those of the mapping file");
  };
  return {
    rows,
    beginPage() {
      pageAt = rows.length;
    },
    take(row: Row) {
      const cells = columns.map((column) => column(row));
      if (!matches(cells)) return;
      if (seen.isNew(cells)) rows.push(cells);
      else refuseOther(cells);
    },
    dropBehind(kept: number) {
      if (rows.length === kept) return;
      rows.length = kept;
      seen.restart();
    },
  };
}

async function readRows(job: Job): Promise<ChunkOutcome> {
  const { source, call, mapped } = job;
  const { description, where, rowCount, timeoutMs } = call;
  const fields = neededFields(job);
  const { rows, take, beginPage, dropBehind } = gatherRows(job);
  for (const filter of filterTexts(where, mapped)) {
    const kept = rows.length;
    let came = 0;
    const begin = () => {
      dropBehind(kept);
      came = 0;
    };
    const onRows = (page: readonly Row[]) => {
      beginPage();
      for (const row of page) take(row);
      came += page.length;
      const isFull = rowCount > 0 && rows.length >= rowCount;
      return isFull || (mapped.filter === "ignored" && came > mapped.rowsMax);
    };
    const service = mapped.service ?? source.map.service;
    const asked = { table: description.table, mapped, service, fields, filter, timeoutMs, onRows };
    const read = await readPages(source.client, asked, begin);
    if (read.kind === "failure") return read;
    if (mapped.filter === "ignored" && came > mapped.rowsMax) return tooLarge(job);
    if (rowCount > 0 && rows.length >= rowCount) break;
  }
  return { kind: "rows", rows: rowCount > 0 ? rows.slice(0, rowCount) : rows, isSorted: false, isUnique: true };
}

type Beside = { drift: DriftWatch; readCurrencies: () => Promise<Currencies | ReadFailure> };

function dialectOf(source: ODataReaderSource, { drift, readCurrencies }: Beside): Dialect {
  return {
    name,
    widthMax: Number.POSITIVE_INFINITY,
    widthOf: ({ length }) => length,
    whyUnreadable: () => undefined,
    whyRefused: () => undefined,
    whyDoubtful: () => undefined,
    async readChunk(_client, call) {
      const mapped = source.map.tables[call.description.table];
      if (!mapped) return answerDiffers(`the mapping file names no entity set for ${call.description.table}`);
      const drifted = await drift.check(call.description.table);
      if (drifted) return drifted;
      const isShifted = call.fields.some((field) => mapped.fields[field.name]?.amount === "shifted");
      const currencies = isShifted ? await readCurrencies() : undefined;
      if (currencies !== undefined && "kind" in currencies) return currencies;
      try {
        return await readRows({ source, call, mapped, currencies });
      } catch (error) {
        if (error instanceof Misfit) return answerDiffers(`${mapped.set} (${call.description.table}) ${error.message}`);
        throw error;
      }
    },
  };
}

function dictionaryOf({ tables }: ServiceMap): Dictionary {
  return {
    async describe(table) {
      const mapped = Object.hasOwn(tables, table) ? tables[table] : undefined;
      if (mapped) return { kind: "table", description: describeTable(table, mapped) };
      return failure("exception", "TABLE_NOT_MAPPED", `The mapping file of the OData services names no entity set for ${table}.`);
    },
    forget() {},
  };
}

function changesOf({ client, clock, map }: ODataReaderSource, drift: DriftWatch, dictionary: Dictionary): TableChanges {
  return {
    keeps: (table) => (Object.hasOwn(map.tables, table) ? map.tables[table]?.delta : undefined),
    async read(request) {
      const described = await dictionary.describe(request.table);
      if (described.kind === "failure") return rfcFailed(described);
      const mapped = map.tables[request.table];
      const field = described.description.byName.get(request.field);
      if (mapped === undefined || field === undefined) return answerDiffers(`${request.table} has no ${request.field}`);
      const drifted = await drift.check(request.table);
      if (drifted !== undefined) return drifted;
      return readSetChanges({ client, clock, service: mapped.service ?? map.service, mapped, described: field }, request);
    },
  };
}

export function createODataReader(source: ODataReaderSource): TableReader {
  const dictionary = dictionaryOf(source.map);
  const plain = () => Promise.resolve(answerDiffers("the tables of currencies have amounts themselves"));
  const drift = createDriftWatch(source);
  const lookUps = createTableReader(source.client, dictionary, dialectOf(source, { drift, readCurrencies: plain }));
  const currencies = createCurrencies(lookUps, source);
  const readCurrencies = () => currencies.read();
  const reader = createTableReader(source.client, dictionary, dialectOf(source, { drift, readCurrencies }));
  const whyOf = (table: string) => {
    const added = drift.added(table);
    return added.length === 0 ? "set for this table" : `set for this table; properties that nobody knows: ${added.join(", ")}`;
  };
  return {
    ...reader,
    changes: changesOf(source, drift, dictionary),
    async read(request) {
      if (Object.hasOwn(source.map.tables, request.table)) return reader.read(request);
      const detail = `the mapping file of the OData services names no entity set for ${request.table}`;
      return { kind: "failure", cause: "request", code: "no-reader", detail };
    },
    choices: () => Object.keys(source.map.tables).map((table) => ({ table, reader: name, why: whyOf(table) })),
  };
}
