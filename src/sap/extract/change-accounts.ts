/**
 * Changes by the account of whoever serves the tables (a Gateway service with delta links): a trace like change documents, and in their place where there
 * is one of every table that makes the object. Links are kept in the flow's watermark, so that they move only with a run that was complete. An
 * account that begins, begins before anything else is read: what changes meanwhile is told by it. It is read within the one lease that opens a flow,
 * so there is an end to how long it may take.
 */
import type { TableReader } from "../rfc/index.ts";
import { readFault } from "./faults.ts";

/** By table; as the service wrote them. */
export type DeltaLinks = Readonly<Record<string, string>>;
/** What each table's changes name. */
export type AccountTables = Readonly<Record<string, string>>;

export const orderTables: AccountTables = { EKKO: "EBELN", EKPO: "EBELN", EKKN: "EBELN", EKET: "EBELN" };
export const vendorTables: AccountTables = {
  LFA1: "LIFNR",
  LFB1: "LIFNR",
  LFM1: "LIFNR",
  ADRC: "ADDRNUMBER",
  ADR6: "ADDRNUMBER",
};

export type Account = {
  begin(): Promise<DeltaLinks>;
  /** Values by the field that they are of, and where to go on from. Undefined where a table's link is not known. */
  since(links: DeltaLinks): Promise<Told | undefined>;
};
export type Told = { changed: Readonly<Record<string, readonly string[]>>; links: DeltaLinks };

/** More than this is read better in the order of a sweep. */
const valuesMax = 50_000;
/** A lease holds for five minutes, in which one more call may run and the other traces are read. */
const withinMs = 100_000;

/** Undefined where a table that is read has no account: change documents are asked then. Tables that are not read at all do not matter. */
export function accountOf(reader: TableReader, tables: AccountTables): Account | undefined {
  const { changes } = reader;
  const known = Object.keys(tables).map((table) => ({ table, keeps: changes?.keeps(table) }));
  const kept = known.flatMap(({ table, keeps }) => (keeps === true ? [table] : []));
  if (changes === undefined || kept.length === 0 || known.some(({ keeps }) => keeps === false)) return undefined;
  const readOne = async (table: string, since: string | undefined) => {
    const field = tables[table] ?? "";
    const outcome = await changes.read({ table, field, since, valuesMax, withinMs });
    if (outcome.kind === "failure") throw readFault(table, outcome);
    return { table, field, ...outcome };
  };
  /** At the same time, and none is left running when another failed. */
  const readEach = async (linkOf: (table: string) => string | undefined) => {
    const settled = await Promise.allSettled(kept.map((table) => readOne(table, linkOf(table))));
    return settled.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
  };
  const linksOf = (read: Awaited<ReturnType<typeof readEach>>) =>
    Object.fromEntries(read.map(({ table, link }) => [table, link]));
  return {
    begin: async () => linksOf(await readEach(() => undefined)),
    async since(before) {
      if (kept.some((table) => before[table] === undefined)) return undefined;
      const read = await readEach((table) => before[table]);
      const byField = Map.groupBy(read, ({ field }) => field);
      const changed = Object.fromEntries([...byField].map(([field, own]) => [field, own.flatMap(({ values }) => values)]));
      return { changed, links: linksOf(read) };
    },
  };
}
