/**
 * How many decimals the currency of an amount has, for services that write amounts as people read them (sap-data 5.3): TCURX, and the row's own currency
 * or that of the company code it names. Kept for a named time only, as other look-ups are.
 */
import type { Clock } from "../../ports/index.ts";
import type { ReadFailure, TableReader, TableRow } from "../rfc/index.ts";
import type { Row } from "./read-pages.ts";
import type { MappedField, ServiceMap } from "./service-map.ts";

export type Currencies = {
  /** Undefined where the currency cannot be told: then the amount is refused. */
  decimalsOf(row: Row, field: MappedField): number | undefined;
};

const ageMaxMs = 600_000;
/** TCURX names exceptions only. */
const decimalsDefault = 2;

type Pairs = ReadonlyMap<string, string>;

async function readPairs(reader: TableReader, table: string, key: string, value: string): Promise<Pairs | ReadFailure> {
  const outcome = await reader.read({ table, fields: [key, value] });
  if (outcome.kind === "failure") return outcome;
  const rows: readonly TableRow[] = outcome.kind === "complete" ? outcome.rows : [];
  return new Map(rows.map((row) => [row[key] ?? "", row[value] ?? ""]));
}

const lookUpName = (table: string, field: string) => `${table}.${field}`;

/** Where currencies stand in another table than the amount. */
function elsewhere({ tables }: ServiceMap): { table: string; key: string; field: string }[] {
  const places = Object.values(tables).flatMap(({ fields }) =>
    Object.values(fields).flatMap(({ currency }) => (currency !== undefined && typeof currency !== "string" ? [currency] : [])),
  );
  const distinct = new Map(places.map((each) => [lookUpName(each.table, each.field), each]));
  return [...distinct.values()].flatMap(({ table, field }) => {
    const key = Object.entries(tables[table]?.fields ?? {}).find(([, { isKey }]) => isKey)?.[0];
    return key === undefined ? [] : [{ table, key, field }];
  });
}

async function load(reader: TableReader, map: ServiceMap): Promise<Currencies | ReadFailure> {
  const decimals = await readPairs(reader, "TCURX", "CURRKEY", "CURRDEC");
  if ("kind" in decimals) return decimals as ReadFailure;
  const lookUps = new Map<string, Pairs>();
  for (const { table, key, field } of elsewhere(map)) {
    const pairs = await readPairs(reader, table, key, field);
    if ("kind" in pairs) return pairs as ReadFailure;
    lookUps.set(lookUpName(table, field), pairs);
  }
  const tableOf = (field: MappedField) => Object.values(map.tables).find(({ fields }) => Object.values(fields).includes(field));
  const currencyOf = (row: Row, field: MappedField): string | undefined => {
    const { currency } = field;
    if (currency === undefined) return undefined;
    const own = tableOf(field)?.fields;
    const sent = row[own?.[typeof currency === "string" ? currency : currency.by]?.property ?? ""];
    if (typeof currency === "string") return sent;
    return sent === undefined ? undefined : lookUps.get(lookUpName(currency.table, currency.field))?.get(sent);
  };
  return {
    decimalsOf(row, field) {
      const currency = currencyOf(row, field);
      if (currency === undefined) return undefined;
      const said = decimals.get(currency);
      return said === undefined ? decimalsDefault : Number(said);
    },
  };
}

export function createCurrencies(
  reader: TableReader,
  { clock, map }: { clock: Clock; map: ServiceMap },
): { read(): Promise<Currencies | ReadFailure> } {
  let known: { bornAt: number; loading: Promise<Currencies | ReadFailure> } | undefined;
  return {
    async read() {
      if (known === undefined || clock.monotonic() - known.bornAt > ageMaxMs)
        known = { bornAt: clock.monotonic(), loading: load(reader, map) };
      const asked = known;
      const loaded = await asked.loading;
      // A failure is asked again next time.
      if ("kind" in loaded && known === asked) known = undefined;
      return loaded;
    },
  };
}
